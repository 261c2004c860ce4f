"""A server that refuses us is not fought: it is asked nothing more, then once a crawl until it answers again."""

from __future__ import annotations

import pytest

WALL = "<h1>Un instant</h1><p>Vérification : êtes-vous un humain ? Veuillez compléter le captcha.</p><form></form>"


def fill(site, kit, papers: int = 12) -> None:
    links = "".join(
        f"<li><a href='/odj-{day}.pdf'>Ordre du jour du {day} mars 2026</a></li>" for day in range(1, papers)
    )
    site.page("/", "<main><h1>Valmont</h1><a href='/conseil'>Conseil municipal</a></main>")
    site.page("/conseil", f"<main><h1>Séances du conseil municipal</h1><ul>{links}</ul></main>")
    for day in range(1, papers):
        site.pdf(f"/odj-{day}.pdf", kit.agenda(f"{day} mars 2026"))


def refuse(site, kit, status: int = 403, but: tuple[str, ...] = ("/robots.txt",)) -> None:
    site.kept = dict(site.answers)
    for path in site.answers:
        if path not in but:
            site.answers[path] = kit.Answer(b"no", status=status, validators=False)


@pytest.mark.parametrize("status", [403, 401])
def test_after_refusals_in_a_row_a_host_is_asked_nothing_more(crawls, site, kit, status):
    fill(site, kit, papers=25)
    for day in range(1, 25):
        site.answers[f"/odj-{day}.pdf"] = kit.Answer(b"no", status=status, validators=False)
    report = crawls(site)
    assert report["source_state"] == "blocked" and str(status) in report["reason"]
    assert sum(path.startswith("/odj-") for path in site.asked) == 6


def test_a_few_pages_for_members_only_are_no_refusal(crawls, site, kit):
    fill(site, kit)
    for day in (1, 2):
        site.answers[f"/odj-{day}.pdf"] = kit.Answer(b"no", status=403, validators=False)
    assert crawls(site)["source_state"] == "ok"


def test_a_blocked_source_is_looked_at_once_until_it_answers_again(crawls, site, kit):
    fill(site, kit)
    assert crawls(site)["source_state"] == "ok"
    refuse(site, kit)
    crawls.now = "2026-03-03T09:00+00:00"
    assert crawls(site)["source_state"] == "blocked"
    site.forget()
    crawls.now = "2026-03-04T09:00+00:00"
    assert crawls(site)["source_state"] == "blocked"
    assert len([path for path in site.asked if path != "/robots.txt"]) == 1
    site.answers.update(site.kept)
    crawls.now = "2026-03-05T09:00+00:00"
    assert crawls(site)["source_state"] == "ok"


def test_a_source_that_answers_again_may_have_a_page_for_members(crawls, site, kit):
    fill(site, kit)
    refuse(site, kit)
    assert crawls(site)["source_state"] == "blocked"
    site.answers.update(site.kept)
    site.answers["/odj-1.pdf"] = kit.Answer(b"no", status=403, validators=False)
    report = crawls(site)
    assert (report["source_state"], report["documents_new"]) == ("ok", 10)


def test_a_robots_file_that_is_refused_says_nothing_of_the_pages(crawls, site, kit):
    fill(site, kit)
    refuse(site, kit, but=())
    assert crawls(site)["source_state"] == "blocked"
    site.answers.update(site.kept)
    site.answers["/robots.txt"] = kit.Answer(b"no", status=403, validators=False)
    assert crawls(site)["source_state"] == "ok"


def test_a_wall_stops_the_crawl(crawls, site, kit):
    fill(site, kit, papers=25)
    assert crawls(site)["source_state"] == "ok"
    site.fallback = lambda path: kit.Answer(WALL.encode(), validators=False)
    site.answers.clear()
    site.answers["/robots.txt"] = kit.Answer(b"", "text/plain")
    site.forget()
    crawls.now = "2026-05-04T09:00+00:00"
    assert crawls(site)["source_state"] == "blocked"
    assert len(site.asked) <= 5
    site.forget()
    crawls.now = "2026-05-05T09:00+00:00"
    assert crawls(site)["source_state"] == "blocked"
    assert len(site.asked) <= 3


def test_429_with_a_short_wait_is_waited_for(crawls, site, kit):
    fill(site, kit, papers=4)
    times = iter([429, 429])
    good = site.answers["/conseil"]

    def answer(path):
        status = next(times, 200)
        return good if status == 200 else kit.Answer(b"", status=status, headers={"Retry-After": "1"}, validators=False)

    site.fallback = lambda path: answer(path) if path == "/conseil" else None
    del site.answers["/conseil"]
    assert crawls(site)["source_state"] == "ok" and crawls.documents() >= {"/odj-1.pdf"}
