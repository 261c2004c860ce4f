"""The judge of the invented sites: each kind of mistake is seen, and a site that is read well is not blamed."""

from __future__ import annotations

from datetime import date, time

import pytest

from tests.councils.ground import MAIN, OTHER, Ground, Meeting, address
from tests.councils.judging import Archive, judge, table
from tests.councils.serving import Asked, Served

SESSION = Meeting("conseil municipal", date(2026, 3, 26), time(19, 0), "en mairie", date(2026, 3, 19), ("Voirie",))
ROOT = "http://127.0.20.1:1"
ROW = {"document_id": "d", "version": 1, "url": f"{ROOT}/odj%20cm.pdf", "sha256": "?", "state": "read"}
FOUND = {"body": "conseil municipal", "session_date": "2026-03-26", "starts_at": "2026-03-26T18:00:00+00:00"}


@pytest.fixture
def site() -> Served:
    ground = Ground("bourg", "Bourg")
    ground.page("/", "<a href='/conseil'>Conseil</a><a href='/elus'>Espace privé</a>")
    ground.page("/conseil", "<a href='odj%20cm.pdf'>Ordre du jour</a>")
    ground.paper("/odj cm.pdf", SESSION, b"%PDF")
    ground.meet(SESSION)
    ground.forbid("^/elus")
    return Served(ground, roots={MAIN: ROOT, OTHER: "http://127.0.20.2:2"})


def asked(*targets: str) -> list[Asked]:
    return [Asked(MAIN, target, 200, 9) for target in targets]


def archive(row: dict[str, object] = ROW, session: dict[str, object] = FOUND) -> Archive:
    return Archive({"bourg": [row]}, {"bourg": [session]})


SHORTEST = asked("/robots.txt", "/", "/conseil", "/odj%20cm.pdf")


def test_a_site_that_is_read_well(site: Served) -> None:
    verdict = judge(site, archive(), SHORTEST)
    assert (verdict.complaints, verdict.requests, verdict.shortest, verdict.limit) == ([], 3, 3, 69)
    assert "1 of 1 sites ok; sessions 1/1; documents 1/1" in table([verdict])


def test_the_same_bytes_under_another_address_count(site: Served) -> None:
    digest = site.ground.digest(address("/odj cm.pdf"))
    assert not judge(site, archive(ROW | {"url": f"{ROOT}/else", "sha256": digest}), SHORTEST).lost_documents


def test_each_mistake_is_named(site: Served) -> None:
    many = judge(site, archive(), SHORTEST + asked("/autre") * 67)
    assert many.complaints == ["1 requests too many"] and many.needless == ("200 /autre",) * 67
    lost = judge(site, archive(ROW | {"state": "error-page"}), SHORTEST)
    assert lost.complaints == ["1 documents not archived"] and lost.lost_documents == ("/odj cm.pdf (on /conseil)",)
    touched = judge(site, archive(), [*SHORTEST, *asked("/elus/1")])
    assert touched.complaints == ["1 forbidden addresses asked for"]


@pytest.mark.parametrize("change", [{"session_date": "2026-03-27"}, {"body": "bureau municipal"}, {"starts_at": None}])
def test_a_session_counts_with_its_body_day_and_hour(site: Served, change: dict[str, object]) -> None:
    assert judge(site, archive(session=FOUND | change), SHORTEST).complaints == ["1 sessions not found"]


def test_a_wall_must_be_told_and_left_alone(site: Served) -> None:
    site.ground.expect = "blocked"
    assert "state '' instead of 'blocked'" in judge(site, archive(), SHORTEST).complaints
    told = Archive(*(getattr(archive(), name) for name in ("documents", "sessions")), {"bourg": {"state": "blocked"}})
    assert judge(site, told, SHORTEST).complaints == []
    assert judge(site, told, asked("/") * 13).complaints == ["1 requests too many"]
