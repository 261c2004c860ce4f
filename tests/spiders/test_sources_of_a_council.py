"""A council with several sources: its site, then what is read beside it, with one budget and a report for each."""

from __future__ import annotations

import json

import pytest

PLATFORM = """
from crawler import job, run
from crawler.models import Link
from spiders import discovery
from spiders.api import ApiSpider

class Drawer(ApiSpider):
    name, early = "drawer", {early}

    @classmethod
    def recognise(cls, clue):
        return ()

    def begin(self, entry):
        {begin}
        yield self.ask(entry.url, self.listing, entry=entry.url)

    def listing(self, response):
        for path in self.json(response)["papers"]:
            yield from self.paper(Link(response.urljoin(path), "Ordre du jour"))

for module in (discovery, job, run):
    module.platforms = lambda: (Drawer,)
"""


@pytest.fixture
def drawer(crawls):
    """Crawls with an invented platform; ``begin`` is a line of its code."""

    def set_up(begin: str = "pass", early: bool = True):
        crawls.patch = PLATFORM.format(begin=begin, early=early)
        return crawls

    return set_up


def listing(kit, *papers: str):
    return kit.Answer(json.dumps({"papers": papers}).encode(), "application/json", validators=False)


def entry(site) -> list[str]:
    return [f"drawer {site.url}api"]


def fill(site, kit) -> None:
    site.page("/", "<main><h1>Valmont</h1><a href='/conseil'>Conseil municipal</a></main>")
    site.page("/conseil", "<main><h1>Conseil municipal</h1><a href='/a.pdf'>Ordre du jour du 10 mars 2026</a></main>")
    site.pdf("/a.pdf", kit.agenda("10 mars 2026"))
    site.answers["/api"] = listing(kit, "/a.pdf", "/b.pdf")
    site.pdf("/b.pdf", kit.agenda("17 mars 2026"))


def test_the_platform_follows_the_site(drawer, site, kit):
    fill(site, kit)
    site_report, platform = drawer().all(site, entries=entry(site))
    assert [(each["spider"], each["source_state"]) for each in (site_report, platform)] == [
        ("site", "ok"), ("drawer", "ok"),
    ]  # fmt: skip
    assert (site_report["documents_new"], platform["documents_new"], platform["documents_listed"]) == (1, 1, 2)
    crawls = drawer()
    assert crawls.documents() == {"/a.pdf", "/b.pdf"} and site.asked.count("/a.pdf") == 1
    assert crawls.query("SELECT count(*) FROM sessions") == [(2,)]
    assert crawls.query("SELECT spider, documents, early FROM source_health ORDER BY spider") == [
        ("drawer", 1, 1), ("site", 1, 1),
    ]  # fmt: skip
    assert crawls.query("SELECT id FROM sources WHERE lease_owner IS NOT NULL") == []
    site.forget()
    again = drawer().all(site, entries=entry(site))
    assert [each["versions_new"] for each in again] == [0, 0] and "/b.pdf" not in site.asked


def test_a_platform_that_raises_costs_its_own_report_alone(drawer, site, kit):
    fill(site, kit)
    good, bad = drawer("raise RuntimeError('broken on purpose')").all(site, entries=entry(site))
    assert (good["state"], bad["state"]) == ("ok", "failed")
    assert "broken on purpose" in " ".join((bad["reason"] or "", *bad["log"]))
    assert drawer().documents() == {"/a.pdf"}


def test_what_is_left_of_the_budget_and_a_floor(drawer, site, kit):
    fill(site, kit)
    site.answers["/api"] = listing(kit, *(f"/p{number}.txt" for number in range(90)))
    crawls = drawer()
    crawls.max_pages = 60
    pages, platform = crawls.all(site, entries=entry(site))
    assert platform["requests"] == 60 - pages["requests"] + 1, "robots.txt is free"
    for number in range(70):
        site.page(f"/r{number}", f"<main><h1>Conseil municipal {number}</h1></main>")
    links = "".join(f"<li><a href='/r{number}'>Conseil municipal du {number} mars</a></li>" for number in range(70))
    site.page("/", f"<main><h1>Valmont</h1><ul>{links}</ul></main>")
    pages, platform = crawls.all(site, entries=entry(site))
    assert pages["requests"] > 21 and platform["requests"] == 40 + 1, "a floor for each platform"


def test_a_closed_interface_is_no_loss_where_the_site_speaks(drawer, site, kit):
    fill(site, kit)
    site.answers["/api"] = kit.Answer(b"no", status=401, validators=False)
    named = drawer().all(site, entries=entry(site))[1]
    assert (named["source_state"], named["state"]) == ("blocked", "failed"), "the operator named it"


def test_a_site_that_lists_nothing_is_quiet_while_an_early_interface_speaks(drawer, site, kit):
    fill(site, kit)
    site.page("/", "<main><h1>Valmont</h1><p>Bienvenue.</p></main>")
    pages, platform = drawer().all(site, entries=entry(site))
    assert (pages["source_state"], pages["state"], platform["source_state"]) == ("quiet", "ok", "ok")
    assert "drawer" in pages["reason"]
    site.answers["/api"] = kit.Answer(b"", status=503, validators=False)
    pages, platform = drawer().all(site, entries=entry(site))
    assert platform["source_state"] == "blind"


def test_what_publishes_after_the_vote_does_not_speak_for_the_site(drawer, site, kit):
    fill(site, kit)
    site.page("/", "<main><h1>Valmont</h1><p>Bienvenue.</p></main>")
    pages, platform = drawer(early=False).all(site, entries=entry(site))
    assert (pages["source_state"], platform["source_state"]) == ("blind", "ok")


def test_an_interface_that_never_told_of_anything_does_not_either(drawer, site, kit):
    fill(site, kit)
    site.page("/", "<main><h1>Valmont</h1><p>Bienvenue.</p></main>")
    site.answers["/api"] = listing(kit)
    pages, platform = drawer().all(site, entries=entry(site))
    assert platform["source_state"] == "blind"
    pages, platform = drawer().all(site, entries=entry(site))
    assert (pages["source_state"], platform["source_state"]) == ("blind", "blind")


# --------------------------------------------------------------------------- a site that moved


def test_the_next_crawl_begins_where_the_site_is_now(crawls, make_site, kit):
    old, new = make_site(), make_site()
    fill(new, kit)
    old.answers["/"] = kit.Answer(b"", status=301, headers={"Location": new.url})
    report = crawls(old)
    assert report["source_state"] == "ok" and new.url in report["reason"]
    assert crawls.query("SELECT moved_from, moved_to, date(moved_at) FROM sources") == [
        (old.url, new.url, "2026-03-02")
    ]
    old.forget()
    assert crawls(old)["source_state"] == "ok"
    assert old.asked == []
    assert f'website = "{old.url}"' in crawls.home.config.read_text()


def test_a_new_address_that_is_no_better_is_left_again(crawls, make_site, kit):
    old, new = make_site(), make_site()
    fill(new, kit)
    fill(old, kit)
    home = old.answers["/"]
    old.answers["/"] = kit.Answer(b"", status=302, headers={"Location": new.url})
    crawls(old)
    for path in list(new.answers):
        new.answers[path] = kit.Answer(b"", status=503, validators=False)
    assert crawls(old)["source_state"] == "blind"
    old.answers["/"] = home
    assert crawls(old)["source_state"] == "ok"
    assert crawls.query("SELECT moved_to FROM sources") == [(None,)]
