"""Which platforms a page shows: bounded, and no page can break it."""

from __future__ import annotations

import logging

import pytest

from crawler.models import Council, Entry
from spiders import discovery
from spiders.api import ApiSpider, Clue


def clue(*links: str, **more: object) -> Clue:
    return Clue("https://www.valmont.example/", links=links, council=Council("c", "Valmont", "commune"), **more)  # type: ignore[arg-type]


def test_every_platform_is_found_by_itself():
    names = [spider.name for spider in discovery.platforms()]
    assert names == sorted(set(names)) and {
        "wordpress",
        "opendatasoft",
        "opendatasoft-agenda",
        "scdl",
        "datagouv",
    } <= set(names)
    early = {spider.name for spider in discovery.platforms() if spider.early}
    assert {"wordpress", "opendatasoft-agenda"} <= early and not early & {"opendatasoft", "scdl", "datagouv"}


def test_a_catalogue_of_links_is_bounded():
    many = [f"https://data.valmont.example/explore/dataset/deliberations-{number}/" for number in range(5_000)]
    assert len(list(discovery.recognise(clue(*many)))) <= discovery.MOST


def test_a_page_of_nothing_shows_nothing():
    assert list(discovery.recognise(clue("https://www.valmont.example/mairie", "https://facebook.example/x"))) == []


@pytest.mark.parametrize(
    "link", ["", "http://[", "https://", "javascript:x", "https://x.example:99999/explore/dataset/delib/", "\x00"]
)
def test_bad_addresses_break_nothing(link: str):
    for entry in discovery.recognise(
        clue(link, html="\x00" * 1_000 + "<", relations=(("", link),), headers={"link": link})
    ):
        assert entry.spider


def test_a_recogniser_that_raises_costs_its_own_entries_alone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    class Broken(ApiSpider):
        name = "broken"

        @classmethod
        def recognise(cls, clue: Clue):
            raise ValueError("Invalid IPv6 URL")

        def begin(self, entry: Entry):
            return ()

    monkeypatch.setattr(discovery, "platforms", lambda: (Broken, *_platforms()))
    with caplog.at_level(logging.WARNING):
        found = list(discovery.recognise(clue("https://www.valmont.example/wp-content/a.css")))
    assert [entry.spider for entry in found] == ["wordpress"] and "broken" in caplog.text


_platforms = discovery.platforms
