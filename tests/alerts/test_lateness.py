"""A session without agenda: the habit of its council, and papers that exist but could not be read."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from alerts.notice import House, Notice
from alerts.planning.late import late_from
from alerts.planning.matter import SessionFact
from alerts.view import view
from alerts.wording import words
from crawler.models import Alert, Council, Fetched, Reading, Subscription
from db.home import Home
from db.lateness import names_day
from db.queries import Reader
from db.store.archive import Store

DAY = date(2026, 3, 12)
NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
TOWN = Council("ville-de-valmont", "Valmont", "commune", department="69", population=14_000)
HAMLET = Council("hameau", "Hameau", "commune", department="69")  # of unknown population: no rule


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("odj_2026-03-12.pdf", True), ("20260312-odj.pdf", True), ("ODJ 12 mars 2026", True),
        ("12%20mars%202026", True),
        ("Conseil du 12.03.26", True), ("conseil-12-3-2026", True), ("cm_12032026", True), ("120326", True),
        ("Séance du 12 MARS 2026", True), ("112 mars 2026", False), ("12 mars 2025", False), ("12 mai 2026", False),
        ("2026-03-121", False), ("odj.pdf", False), ("3-12-2026", False),
    ],
)  # fmt: skip
def test_a_name_that_holds_the_day(name: str, named: bool) -> None:
    assert names_day(name, DAY) is named


@pytest.mark.parametrize(
    ("council", "habit", "late"),
    [
        (TOWN, None, date(2026, 3, 7)), (TOWN, 3, date(2026, 3, 10)), (TOWN, 9, date(2026, 3, 7)),
        (TOWN, 0, date(2026, 3, 11)), (HAMLET, None, date(2026, 3, 10)), (HAMLET, 7, date(2026, 3, 6)),
        (HAMLET, 40, date(2026, 3, 1)), (HAMLET, 0, date(2026, 3, 11)),
    ],
)  # fmt: skip
def test_from_when_an_agenda_is_late(council: Council, habit: int | None, late: date) -> None:
    session = SessionFact("s-1", council, "conseil municipal", DAY, usual_days=habit)
    assert late_from(session).date() == late


def written(ours: House, **values: Any) -> tuple[str, str]:
    alert = Alert("a-1", "late-agenda", "collectif", TOWN.id, "s-1", "2026-03-12", "s-1", DAY, "x", NOW, NOW)
    session = SessionFact("s-1", TOWN, "conseil municipal", DAY, **values)
    notice = Notice("feed", (alert,), (), (), (Subscription("collectif", ("feed",)),), sessions=(session,))
    shown = view(notice, ours, words("fr"), NOW)
    return shown.subject, f"{shown.headline} {' '.join(shown.paragraphs)}".replace("\u00a0", " ")


def test_papers_that_could_not_be_read_are_told_of(ours: House) -> None:
    subject, text = written(ours, unread=2)
    assert subject.startswith("Des pièces que nous n’avons pas pu lire")
    assert "2 pièces qui portent la date de cette séance" in text
    assert "pas trouvé d’ordre du jour" not in text
    subject, text = written(ours, usual_days=4)
    assert subject.endswith("12 mars 2026")
    assert "nous n’avons pas trouvé d’ordre du jour" in text
    assert "nous trouvons d’ordinaire l’ordre du jour 4 jours avant la séance" in text
    assert "publié" not in text


def test_unread_papers_of_an_archive_by_council(home: Home) -> None:
    with Store(home) as store:
        store.put_council(TOWN)
        for name, state in (("odj-2026-03-12.pdf", "needs-ocr"), ("note-12-03-2026.pdf", "locked"), ("a.pdf", "read")):
            fetched = Fetched(f"https://valmont.example/{name}", name.encode(), 200, NOW - timedelta(days=1))
            reading = Reading("application/pdf", state, "agenda", reader_version="1", lexicon_version="1")
            store.record_document(TOWN.id, fetched, reading, crawl_id=None, now=NOW)
    with Reader(home) as reader:
        found = reader.unread_names(NOW)
        assert sum(names_day(name, DAY) for name in found[TOWN.id]) == 2
        assert reader.unread_names(NOW + timedelta(days=90)) == {}
        assert reader.usual_leads(NOW) == {}
