"""From the archive to the message: results, late agendas, the week, notes; and that nobody is flooded with the past."""

from __future__ import annotations

import email
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import policy
from pathlib import Path
from typing import Any

import feedparser
import pytest
from icalendar import Calendar

from alerts import feeds
from alerts.outbox import deliver, plan_and_store
from alerts.trial import preview
from crawler.config import Alerts, Config
from crawler.models import (
    AgendaItem,
    Council,
    CrawlReport,
    DocumentKind,
    Facts,
    Fetched,
    Flag,
    Match,
    Outcome,
    PageText,
    Part,
    Reading,
    Session,
    Span,
    Subscription,
    Vote,
)
from db.home import Home
from db.queries import Reader
from db.store.archive import Store
from db.store.desk import Desk

Make = Callable[..., Any]
TOWN = Council("ville-de-valmont", "Valmont", "commune", department="69", region="84", population=9000)
DAY = date(2026, 3, 12)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AFTER = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
NOTE = (
    "Le dispositif comprendra 12 caméras. Elles seront implantées rue Haute, place du Marché et avenue de la Gare. "
    "Le coût de l'opération est estimé à 84 000 euros HT. " + "La commune souhaite compléter son équipement. " * 8
)


class Town:
    """One council's archive: an agenda with a note, then perhaps a deliberation."""

    def __init__(self, home: Home) -> None:
        self.home, self.versions = home, 0

    def paper(self, store: Store, kind: DocumentKind, at: datetime, text: str) -> str:
        self.versions += 1
        fetched = Fetched(
            f"https://valmont.example/{kind}.pdf", f"%PDF {kind}{at}".encode(), 200, at, media_type="application/pdf"
        )
        reading = Reading(
            "application/pdf", "read", kind, (PageText(1, text),), 1, text_hash=f"{kind}{at}", characters=900,
            reader_version="1", lexicon_version="1",
        )  # fmt: skip
        recorded = store.record_document(TOWN.id, fetched, reading, crawl_id=None, now=at)
        return f"public:{recorded.version_id}"

    def put(
        self, at: datetime, outcome: Outcome | None = None, *, agenda: bool = True, announced: bool | None = True,
        convened_on: date | None = None,
    ) -> None:  # fmt: skip
        """The facts as they stand at an instant."""
        with Store(self.home) as store:
            store.put_council(TOWN)
            versions, parts = [], ()
            shown = None
            if agenda:
                shown = self.paper(store, "agenda", NOW, "Ordre du jour " * 30)
                note = self.paper(store, "note", NOW, NOTE)
                versions += [shown, note]
                parts = (Part(note, (1, 0), (1, len(NOTE))),)
            votes: tuple[Vote, ...] = ()
            if outcome:
                told = self.paper(store, "deliberation", at, "Adopté " * 40)
                versions.append(told)
                votes = (
                    Vote(outcome.result, outcome.for_, outcome.against, outcome.abstain, False, told, 1),  # type: ignore[arg-type]
                )
            elif not agenda:
                versions.append(self.paper(store, "other", at, "Prochaine séance " * 30))
            items, flags = [], []
            if agenda or outcome:
                items.append(
                    AgendaItem(
                        "i-1", "s-1", 1, "Extension de la vidéoprotection", "7", 1, versions[0], NOW, votes=votes,
                        versions=tuple(versions), outcome=outcome, parts=parts, announced=announced,
                    )
                )  # fmt: skip
                match = Match("video-surveillance", "videoprotection", Span(1, 0, 15), 0.9, "vidéoprotection")
                flags.append(
                    Flag(
                        "f-1", "s-1", "i-1", 0.9, (match,), ("video-surveillance",), "Extension de la vidéoprotection",
                        1, versions[0], NOW,
                    )
                )  # fmt: skip
            session = Session(
                "s-1", TOWN.id, "conseil municipal", DAY, None, None, "held" if outcome else "scheduled", convened_on,
                1, NOW, tuple(items), tuple(flags), tuple(versions), shown,
            )  # fmt: skip
            store.save_facts(Facts(TOWN.id, (session,)), at)

    def crawled(self, at: datetime, state: Any = "ok", council: Council = TOWN) -> None:
        with Store(self.home) as store:
            store.put_council(council)
            crawl = store.begin_crawl(store.put_source(council.id), at)
            done: Any = "ok" if state == "ok" else "failed"
            store.finish_crawl(CrawlReport(council.id, crawl, at, at, done, state, "nothing found", documents_listed=1))


@pytest.fixture
def town(home: Home) -> Town:
    return Town(home)


def setup(*subscriptions: Subscription, **alerts: Any) -> Config:
    return Config(
        alerts=Alerts(**({"sender": "Tocsin <tocsin@example.org>"} | alerts)),
        councils=(TOWN,),
        subscriptions=subscriptions,
    )


def said(home: Home, config: Config, now: datetime) -> list[tuple[str, str]]:
    """(subject, text) of the messages that leave at an instant, as a watch would send them."""
    before = set(home.outbox.glob("*.eml"))
    plan_and_store(home, config, now)
    deliver(home, config, now)
    found = [read(path) for path in sorted(set(home.outbox.glob("*.eml")) - before)]
    return [(str(each["Subject"]).replace("\u00a0", " "), flat(each)) for each in found]


def read(path: Path) -> Any:
    return email.message_from_bytes(path.read_bytes(), policy=policy.default)


def flat(message: Any) -> str:
    return re.sub(r"\s+", " ", message.get_body(("plain",)).get_content())


def test_a_result_follows_what_was_found(home: Home, town: Town, make_subscription: Make) -> None:
    config = setup(make_subscription(kinds=("found", "outcome")))
    town.put(NOW)
    assert len(said(home, config, NOW)) == 1
    town.put(AFTER, Outcome("adopted"))
    ((subject, text),) = said(home, config, AFTER)
    assert subject.startswith("Adopté : Valmont, conseil municipal du jeudi 12 mars 2026")
    assert "https://valmont.example/deliberation.pdf" in text
    town.put(AFTER, Outcome("adopted", 32, 7))  # the counts come later
    assert said(home, config, AFTER + timedelta(days=2)) == []
    town.put(AFTER, Outcome("rejected", 7, 32))
    ((subject, _),) = said(home, config, AFTER + timedelta(days=3))
    assert subject.startswith("Rejeté (7 à 32)")


def test_who_widens_a_subscription_is_not_told_of_the_past(home: Home, town: Town, make_subscription: Make) -> None:
    narrow = make_subscription(topics=("drones",), kinds=("outcome",))
    town.put(NOW)
    assert said(home, setup(narrow), NOW) == []
    town.put(AFTER, Outcome("adopted", 32, 7))
    assert said(home, setup(replace(narrow, topics=())), AFTER) == []
    with Desk(home) as desk:
        assert desk.since() == {"collectif": AFTER}
    assert said(home, setup(replace(narrow, topics=())), AFTER + timedelta(days=1)) == []
    assert said(home, setup(narrow, make_subscription("neuf", kinds=("outcome",))), AFTER + timedelta(days=2)) == []


def test_a_subscription_that_begins_again_is_not_told_of_what_passed_meanwhile(
    home: Home, town: Town, make_subscription: Make
) -> None:
    config = setup(make_subscription(kinds=("outcome",)))
    said(home, config, NOW)
    said(home, setup(), NOW + timedelta(days=1))
    town.put(AFTER, Outcome("adopted", 32, 7))
    assert said(home, config, AFTER) == []


def test_a_council_that_is_new_to_us_does_not_tell_its_past(home: Home, town: Town, make_subscription: Make) -> None:
    config = setup(make_subscription(kinds=("outcome",)))
    said(home, config, NOW)
    town.crawled(AFTER - timedelta(days=1))
    town.put(AFTER, Outcome("adopted", 32, 7))
    assert said(home, config, AFTER) == []
    with Store(home) as store, store.write() as db:
        db.conn.execute("UPDATE crawls SET started_at = '2026-03-02T09:00:00+00:00'")
    assert len(said(home, config, AFTER)) == 1


def test_a_better_reader_tells_no_result(home: Home, town: Town, make_subscription: Make) -> None:
    config = setup(make_subscription(kinds=("outcome",)))
    said(home, config, NOW)
    town.put(AFTER, Outcome("adopted", 32, 7))
    with Store(home) as store, store.write() as db:
        db.conn.execute("UPDATE readings SET late = 1")
    assert said(home, config, AFTER) == []


def test_unannounced_through_the_archive(home: Home, town: Town, make_subscription: Make) -> None:
    config = setup(make_subscription(kinds=("unannounced",)))
    said(home, config, NOW)
    town.put(AFTER, Outcome("adopted", 32, 7), announced=False)
    ((_, text),) = said(home, config, AFTER)
    assert "nous ne l’avons pas trouvé à l’ordre du jour lu le 2 mars 2026" in text
    assert said(home, config, AFTER + timedelta(hours=1)) == []


def test_a_session_without_agenda_through_the_archive(home: Home, town: Town, make_subscription: Make) -> None:
    config = setup(make_subscription(councils=(TOWN.id,), kinds=("late-agenda", "found")))
    town.put(NOW, agenda=False)
    late = datetime(2026, 3, 7, 9, tzinfo=UTC)  # the convocation was due on the 6th
    town.crawled(late, "blind")
    assert said(home, config, late) == []
    town.crawled(late + timedelta(hours=1))
    assert preview(home, config, late + timedelta(hours=1))[0].kinds == ("late-agenda",)
    ((_, text),) = said(home, config, late + timedelta(hours=1))
    assert "Nous n’avons pas trouvé d’ordre du jour" in text
    assert said(home, config, late + timedelta(days=1)) == []
    town.put(late + timedelta(days=2))
    ((subject, _),) = said(home, config, late + timedelta(days=2))
    assert subject.startswith("Valmont, conseil municipal du jeudi 12 mars 2026")


def test_an_agenda_that_was_read_is_known_whatever_its_part(home: Home, town: Town) -> None:
    town.put(NOW)
    with Store(home) as store, store.write() as db:
        db.conn.execute("UPDATE sessions SET agenda_version_id = NULL")
    with Reader(home) as reader:
        (row,) = reader.session_rows_ahead(NOW)
    assert (row["has_agenda"], row["flagged"]) == (1, 1)
    with Store(home) as store, store.write() as db:
        db.conn.execute("UPDATE documents SET kind = 'note'")
    with Reader(home) as reader:
        assert reader.session_rows_ahead(NOW)[0]["has_agenda"] == 0
        assert reader.session_rows_ahead(NOW + timedelta(days=12)) == []


def test_the_week_and_an_outage_through_the_archive(home: Home, town: Town, make_subscription: Make) -> None:
    watcher = make_subscription(kinds=("heartbeat",))
    operator = make_subscription("operateur", to=("mailto:op@example.org",), kinds=("blind", "recovered"))
    config = setup(watcher, operator, blind_after=1)
    town.crawled(NOW)
    town.put(NOW)
    assert said(home, config, NOW) == []
    monday = datetime(2026, 3, 9, 9, tzinfo=UTC)
    town.crawled(monday, "blind")
    town.crawled(monday, "blind", replace(TOWN, id="ville-quittee", name="Ville quittée"))  # in the archive alone
    texts = dict(said(home, config, monday))
    assert set(texts) == {
        "Bilan de la semaine : 1 conseil suivi, 1 séance à venir, 1 sans nouvelles", "Source aveugle : Valmont",
    }  # fmt: skip
    assert "jeudi 12 mars 2026 : Valmont, conseil municipal (1 point repéré)" in next(iter(texts.values()))
    assert said(home, config, monday + timedelta(hours=5)) == []
    town.crawled(monday + timedelta(hours=6))
    ((subject, _),) = said(home, config, monday + timedelta(hours=6))
    assert subject == "Source rétablie : Valmont"
    assert said(home, config, monday + timedelta(hours=7)) == []


def test_the_law_beside_a_printed_date_and_the_note_point_by_point(
    home: Home, town: Town, make_subscription: Make
) -> None:
    town.put(NOW, convened_on=date(2026, 3, 9))
    ((_, text),) = said(home, setup(make_subscription()), NOW)
    for words_of_it in (
        "convocation datée du 9 mars 2026 ; délai légal : 5 jours francs à compter de l’envoi aux élus (CGCT, art. "
        "L2121-12 ; loi n° 2015-991 du 7 août 2015) ; de cette date à la séance : 2 jours francs.",
        "En cas d’urgence, le délai peut être abrégé, sans être inférieur à 1 jour franc.",
        "Information, pas un conseil juridique.",
        "Ce que nous avons lu dans la note (voir CAA Douai, 24 novembre 2020, n° 19DA01349)",
        "le nombre de caméras : « Le dispositif comprendra 12 caméras. » (page 1)".replace(". »", ". »"),
        "non trouvé dans les pièces que nous avons pu lire",
    ):
        assert words_of_it in text, words_of_it
    assert "illégal" not in text
    assert "irrégul" not in text


def test_nothing_is_said_of_a_note_that_nobody_read(home: Home, town: Town, make_subscription: Make) -> None:
    town.put(NOW, agenda=False, outcome=None)
    town.put(NOW)
    with Store(home) as store, store.write() as db:
        db.conn.execute("UPDATE pages SET text = 'x' WHERE text LIKE '%caméras%'")
    ((_, text),) = said(home, setup(make_subscription()), NOW)
    assert "Ce que nous avons lu" not in text
    assert "conseil juridique" not in text  # no convocation printed, no law


def test_feeds_come_to_tell_the_result(home: Home, town: Town) -> None:
    config = setup()
    town.put(NOW)
    feeds.write(home, config, NOW)
    before = feedparser.parse((home.feeds / "tocsin.atom").read_bytes()).entries[0]
    town.put(AFTER, Outcome("adopted", 32, 7, 2))
    assert feeds.write(home, config, AFTER)
    parsed = feedparser.parse((home.feeds / "tocsin.atom").read_bytes())
    assert not parsed.bozo
    entry = parsed.entries[0]
    assert entry.id == before.id
    assert entry.updated > before.updated
    assert "32 voix contre 7, 2 abstentions" in entry.content[0].value
    events = Calendar.from_ical((home.feeds / "tocsin.ics").read_bytes()).walk("VEVENT")
    assert "32 voix contre 7" in str(events[0]["DESCRIPTION"])
    assert int(events[0]["SEQUENCE"]) == 0
    assert feeds.write(home, config, AFTER + timedelta(hours=1)) == []
