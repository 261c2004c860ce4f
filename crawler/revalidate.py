"""Looks at the documents that flags rest on: when each was last online, and since when it is not any more."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler import settings as project
from crawler.config import Config, require_contact
from crawler.models import Council
from crawler.watching import project_settings
from db.home import Home
from db.online import ToLook, documents_to_look_at
from db.queries import Reader
from db.store.archive import Store
from db.store.lookups import Answer
from spiders.revalidation import Ask, RevalidationSpider, Told

HOSTS = 8  # asked side by side; each gets one request at a time, ``delay`` apart
_PAGES = ("text/html", "application/xhtml+xml")


@dataclass
class Looked:
    """What one pass found; lists are addresses."""

    asked: int = 0
    online: int = 0
    missing: int = 0
    unclear: int = 0
    gone: list[str] = field(default_factory=list)  # not found on a second day: noted as gone now
    back: list[str] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)  # of what was missing or unclear


def revalidate(
    home: Home,
    config: Config,
    councils: Sequence[Council],
    now: Callable[[], datetime],
    *,
    limit: int | None = None,
    progress: Callable[[Told], None] = lambda told: None,
    overrides: dict[str, Any] | None = None,
) -> Looked:
    """Ask for what is due, or with ``councils`` for all of theirs. Once per process: a reactor cannot restart.

    Raises ConfigError without a contact beyond loopback.
    """
    require_contact(config, home.config, councils or config.councils)
    with Reader(home, private=False) as reader:
        wanted = documents_to_look_at(reader, now(), councils=[council.id for council in councils], limit=limit)
    looked = Looked(asked=len(wanted))
    if not wanted:
        return looked
    with Store(home) as store:

        def tell(told: Told) -> None:
            _note(store, looked, told, now())
            progress(told)

        _run([_ask(each) for each in wanted], tell, config, overrides or {})
    return looked


def _ask(each: ToLook) -> Ask:
    return Ask(each.council_id, each.known, page=each.media_type in _PAGES)


def _note(store: Store, looked: Looked, told: Told, at: datetime) -> None:
    url = told.ask.known.url
    changed = store.note_answer(told.ask.council_id, url, Answer(told.verdict, at, told.status, told.reason))
    setattr(looked, told.verdict, getattr(looked, told.verdict) + 1)
    if told.reason:
        looked.reasons[url] = f"{told.verdict}: {told.reason}"
    if changed == "gone":
        looked.gone.append(url)
    elif changed == "back":
        looked.back.append(url)


def _run(asks: Sequence[Ask], tell: Callable[[Told], None], config: Config, overrides: dict[str, Any]) -> None:
    settings = Settings()
    settings.setmodule(project, priority="project")
    own = {"ITEM_PIPELINES": {}, "CONCURRENT_REQUESTS": HOSTS}
    settings.setdict(project_settings(config) | own | overrides, priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    # a robots.txt that does not answer is told with its document; Scrapy's own set-up of the logs undoes this
    logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)
    process.crawl(RevalidationSpider, asks=asks, tell=tell)
    process.start()
