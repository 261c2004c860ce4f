"""A look at a council now, in a home that is thrown away: what a crawl would find, without keeping or telling it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from crawler.config import Config
from crawler.models import Council
from crawler.run import crawl
from crawler.sources import Memory, remember
from db.home import Home


def look(home: Home, config: Config, council: Council, now: Callable[[], datetime], pages: int) -> Memory:
    """Crawl as at the first sight, with at most ``pages`` requests to the site and to each platform.

    Robots.txt, delays and all other checks hold as ever. Raises ConfigError without a contact beyond loopback.
    """
    small = replace(
        config, crawl=replace(config.crawl, max_pages=min(pages, config.crawl.max_pages)), subscriptions=()
    )  # no alert is planned
    with TemporaryDirectory(prefix="tocsin-") as folder:
        away = Home(Path(folder))
        away.config.write_bytes(home.config.read_bytes())
        crawl(away, small, [council], now)
        return remember(away, council)
