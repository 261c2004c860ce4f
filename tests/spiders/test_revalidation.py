"""Whether documents are still online: gone on two days, back, led elsewhere, refused; and how little that costs."""

from __future__ import annotations

from typing import Any

import pytest

PAPER = "/odj.pdf"
LIST = f"<main><h1>Conseil municipal</h1><p><a href='{PAPER}'>Ordre du jour du 26 mars 2026</a></p></main>"
DAYS = ("2026-04-20T09:00+00:00", "2026-04-20T19:00+00:00", "2026-04-21T19:00+00:00", "2026-04-22T20:00+00:00")


@pytest.fixture
def crawled(site: Any, crawls: Any, kit: Any) -> Any:
    """A site whose agenda has a flag, crawled on 2 March."""
    site.page("/", LIST)
    site.pdf(PAPER, kit.agenda("jeudi 26 mars 2026"))
    assert crawls(site)["state"] == "ok"
    assert crawls.query("SELECT count(*) FROM flags")[0][0] >= 1
    assert state(crawls) == ("2026-03-02T09:00:00+00:00", None, None)
    site.forget()
    return site


def state(crawls: Any) -> tuple[Any, ...]:
    (found,) = crawls.query("SELECT last_online_at, gone_since, gone_reason FROM documents WHERE url LIKE '%odj.pdf'")
    return found


def looks(crawls: Any) -> list[tuple[Any, ...]]:
    return crawls.query("SELECT verdict, status, reason FROM lookups ORDER BY id")


def asked(site: Any) -> list[tuple[str, str]]:
    """Method and path of each request but for robots.txt."""
    return [pair for pair in zip(site.methods, site.asked, strict=True) if pair[1] != "/robots.txt"]


def test_a_document_that_is_there_costs_one_head(crawled, crawls):
    assert crawls.revalidate(DAYS[0])["online"] == 1
    assert asked(crawled) == [("HEAD", PAPER)]
    assert crawled.statuses[-1] == 304
    assert state(crawls)[0] == "2026-04-20T09:00:00+00:00"
    assert looks(crawls) == []
    crawled.forget()
    assert crawls.revalidate(DAYS[1])["asked"] == 0  # not due for days
    assert asked(crawled) == []


def test_gone_on_two_days_and_back(crawled, crawls):
    kept = crawled.answers.pop(PAPER)
    first = crawls.revalidate(DAYS[0])
    assert (first["missing"], first["gone"]) == (1, [])
    assert asked(crawled) == [("HEAD", PAPER), ("GET", PAPER)]  # servers answer a HEAD wrongly
    assert state(crawls)[1] is None
    assert crawls.revalidate(DAYS[1], "c0")["gone"] == []  # the same day proves no more
    third = crawls.revalidate(DAYS[2])
    assert [url.endswith(PAPER) for url in third["gone"]] == [True]
    assert state(crawls) == ("2026-03-02T09:00:00+00:00", "2026-04-20T09:00:00+00:00", "404")
    assert crawls.query("SELECT url LIKE '%odj.pdf', sha256 <> '' FROM offline") == [(1, 1)]
    assert crawls.versions() >= 1  # our copy stays
    crawled.answers[PAPER] = kept
    fourth = crawls.revalidate("2026-05-10T09:00+00:00")
    assert [url.endswith(PAPER) for url in fourth["back"]] == [True]
    assert state(crawls) == ("2026-05-10T09:00:00+00:00", None, None)
    assert [verdict for verdict, _, _ in looks(crawls)] == ["missing", "missing", "missing", "online"]


def test_a_redirect_to_the_home_page_is_no_document(crawled, crawls, kit):
    crawled.answers[PAPER] = kit.Answer(status=302, headers={"Location": "/"})
    assert crawls.revalidate(DAYS[0])["missing"] == 1
    assert len(crawls.revalidate(DAYS[2])["gone"]) == 1
    assert state(crawls)[2] == f"redirected to {crawled.url}"


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 500},
        {"status": 503},
        {"status": 403},
        {"status": 429, "headers": {"Retry-After": "3600"}},
        {"status": 302, "headers": {"Location": "/login"}},
        {"body": b"<html><title>Just a moment...</title><body>Checking your browser</body></html>"},
        {"body": b"<html><body><h1>Site en maintenance</h1></body></html>"},
        {"body": b"<html><body><h1>Bienvenue</h1><p>Un texte sans rapport</p></body></html>"},
    ],
    ids=["500", "503", "403", "429", "login", "wall", "maintenance", "some page"],
)
def test_what_proves_nothing(crawled, crawls, kit, answer):
    crawled.page("/login", "<form><input name=mot-de-passe></form>")
    crawled.answers[PAPER] = kit.Answer(**answer)
    for day in DAYS[::2]:
        found = crawls.revalidate(day, "c0")
        assert (found["unclear"], found["missing"], found["gone"]) == (1, 0, [])
    assert state(crawls) == ("2026-03-02T09:00:00+00:00", None, None)
    assert {verdict for verdict, _, _ in looks(crawls)} == {"unclear"}


def test_a_page_that_says_so_is_gone(crawled, crawls, kit):
    crawled.answers[PAPER] = kit.Answer(b"<html><title>Page introuvable</title><body>Erreur 404</body></html>")
    assert crawls.revalidate(DAYS[0])["missing"] == 1


def test_what_robots_forbid_is_not_asked(crawled, crawls, kit):
    crawled.answers["/robots.txt"] = kit.Answer(b"User-agent: *\nDisallow: /odj", "text/plain")
    assert crawls.revalidate(DAYS[0])["unclear"] == 1
    assert asked(crawled) == []
    assert looks(crawls) == [("unclear", None, "robots.txt forbids the address")]


def test_nobody_answers(crawled, crawls):
    crawled.close()
    crawls.overrides = {"RETRY_TIMES": 0}
    assert crawls.revalidate(DAYS[0])["unclear"] == 1
    assert state(crawls)[1] is None


def test_what_has_no_flag_is_left_alone(site, crawls, kit):
    site.page("/", LIST)
    site.pdf(
        PAPER, kit.agenda("jeudi 26 mars 2026", "Budget primitif", "Réfection de la toiture", "Fauchage des talus")
    )
    crawls(site)
    assert crawls.revalidate(DAYS[0])["asked"] == 0


def test_a_crawl_looks_too(crawled, crawls):
    """Listed and asked for again it is online; a 404 on two days is as good as a look of our own."""
    crawls.now = "2026-03-05T09:00+00:00"
    crawls(crawled)
    assert state(crawls)[0] == "2026-03-05T09:00:00+00:00"
    del crawled.answers[PAPER]
    for crawls.now in ("2026-03-12T09:00+00:00", "2026-03-20T09:00+00:00"):
        crawls(crawled)
    assert state(crawls)[1:] == ("2026-03-12T09:00:00+00:00", "404")


def test_a_council_that_is_being_crawled_is_left_alone(crawled, crawls):
    from db.store.archive import Store

    with Store(crawls.home) as store:
        store.db.conn.execute("UPDATE sources SET lease_owner = 'x', lease_until = '2026-04-20T12:00:00+00:00'")
        store.db.conn.commit()
    assert crawls.revalidate(DAYS[0], "c0")["asked"] == 0
    assert asked(crawled) == []
