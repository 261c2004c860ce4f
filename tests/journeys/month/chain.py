"""The archives of the month, one pair per day: made once, copied for every seed.

Documents go the way of a crawl without Scrapy: real reader, real archive, real reconciliation. Whatever a seed does to
the clock, to the servers and to the process, what the sites said is the same.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from crawler.config import Config, load_config
from crawler.models import Council, CrawlReport, Fetched, Hints, Reading
from crawler.settle import settle
from db.home import Home
from db.store.archive import Store
from pipelines.read import read
from tests.journeys.month.papers import paper, title
from tests.journeys.month.world import HOOK, READERS, SITE_DOWN, TOWNS, Act, Month, online

HEADING = "Conseil et délibérations"


@dataclass(frozen=True, slots=True)
class Chain:
    """``days``: for each day with a crawl, the folder that holds the archives after it."""

    month: Month
    days: dict[int, Path]

    def give(self, day: int, home: Home) -> None:
        """Put the archives as of a day into a home; a day without a crawl leaves those of the last one."""
        last = max(each for each in self.days if each <= day)
        for path in (home.archive, home.private):
            fresh = path.with_suffix(".new")
            shutil.copyfile(self.days[last] / path.name, fresh)
            for end in ("-wal", "-shm"):
                path.with_name(path.name + end).unlink(missing_ok=True)
            fresh.rename(path)


def build(month: Month, folder: Path, config: str) -> Chain:
    """Live through the month; ``config`` is a ``tocsin.toml`` that names the councils."""
    root = folder / "home"
    root.mkdir(parents=True)
    home = Home(root)
    home.config.write_text(config, encoding="utf-8")
    loaded = load_config(home.config)
    days = {}
    for day in month.crawls():
        for council in loaded.councils:
            _crawl(home, loaded, council, month, day)
        days[day] = folder / f"day-{day:02}"
        days[day].mkdir()
        for path in (home.archive, home.private):
            shutil.copyfile(path, days[day] / path.name)
    return Chain(month, days)


def _crawl(home: Home, config: Config, council: Council, month: Month, day: int) -> None:
    now = month.crawl_at(day)
    down = (council.id, day) in SITE_DOWN
    acts = [] if down else online(council.id, day)
    outcomes = []
    with Store(home) as store:
        store.put_council(council)
        source = store.put_source(council.id)
        crawl = store.begin_crawl(source, now)
        for act in acts:
            fetched, reading = _fetched(act, council, month, day)
            outcomes.append(store.record_document(council.id, fetched, reading, crawl_id=crawl, now=now).outcome)
        report = CrawlReport(
            council.id, crawl, now, now + timedelta(seconds=40), "failed" if down else "ok", "blind" if down else "ok",
            "the home page: it answered 503" if down else None, requests=3 + len(acts), pages=2,
            documents_listed=len(acts), documents_new=outcomes.count("new"),
            versions_new=sum(outcome != "same" for outcome in outcomes),
        )  # fmt: skip
        store.finish_crawl(report)
    if any(outcome != "same" for outcome in outcomes):
        settle(home, config, council, now)


_READINGS: dict[tuple[str, bytes, str, date], Reading] = {}


def _fetched(act: Act, council: Council, month: Month, day: int) -> tuple[Fetched, Reading]:
    body, link = paper(act, month), title(act, month)
    url = f"{council.website}{act.path}.html"
    now = month.crawl_at(day)
    fetched = Fetched(
        url, body, 200, now, media_type="text/html", link_text=link, heading=HEADING,
        found_on=f"{council.website}assemblee.html",
    )  # fmt: skip
    key = (url, body, link, month.on(act.day))
    if key not in _READINGS:
        hints = Hints(
            council.id, council.name, council.kind, url, f"{act.path}.html", link, HEADING, month.on(act.day),
            council.siren, council.timezone,
        )  # fmt: skip
        _READINGS[key] = read(body, "text/html", hints, ocr=None)
    return fetched, _READINGS[key]


def configuration(mail: str | None, hook: str | None, sites: Mapping[str, str] | None = None) -> str:
    """A ``tocsin.toml`` with the twelve councils; without ``hook`` there is no subscription in it."""
    sites = sites or {town: f"https://{town}.example/" for town in TOWNS}

    blocks = [
        '[operator]\ncontact = "https://example.org/about"',
        "[crawl]\ndelay = 0.0\nallow_private_addresses = true",
        '[alerts]\nsender = "Tocsin <tocsin@example.org>"' + (f'\nsmtp = "{mail}"' if mail else ""),
    ]
    blocks += [
        f'[[council]]\nid = "{town.id}"\nname = "{town.name}"\nkind = "{town.kind}"\n'
        f'department = "{town.department}"\ntimezone = "{town.timezone}"\nwebsite = "{sites[town.id]}"'
        for town in TOWNS.values()
    ]
    for reader in READERS if hook else ():
        lists = {
            "to": [hook if to == HOOK else to for to in reader.to], "councils": reader.councils,
            "departments": reader.departments, "topics": reader.topics, "kinds": reader.kinds,
        }  # fmt: skip
        lines = [f"{name} = {_toml(values)}" for name, values in lists.items() if values]
        blocks.append(
            "\n".join([f'[[subscription]]\nname = "{reader.name}"', *lines, f'language = "{reader.language}"'])
        )
    return "\n\n".join(blocks) + "\n"


def _toml(values: object) -> str:
    assert isinstance(values, list | tuple)
    return "[" + ", ".join(f'"{value}"' for value in values) + "]"
