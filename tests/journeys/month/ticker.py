"""The machine under test: one tick of ``watch`` per child process, so that each may be killed at any moment.

A program: lines on standard input (JSON: home, now, zone, feeds), the child's process id and how it ended on standard
output. Everything is imported before the first fork, so a tick costs what it costs a daemon that runs for months.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path

import alerts.channels.webhook  # noqa: F401 - a channel is imported when first used, and each child would do it again
from alerts import feeds
from alerts.message import compose
from alerts.outbox import deliver, plan_and_store
from alerts.subscriptions import house
from alerts.view import test_view
from alerts.wording import words
from crawler.config import Config, load_config
from db.home import Home

_CONFIGS: dict[tuple[Path, int], Config] = {}


def config_of(home: Home) -> Config:
    """Read once per home."""
    key = home.config, home.config.stat().st_mtime_ns
    if key not in _CONFIGS:
        _CONFIGS[key] = config = load_config(home.config)
        warm(config)
    return _CONFIGS[key]


def warm(config: Config) -> None:
    """Compile the templates and read the words here, once."""
    ours, now = house(config), datetime(2026, 1, 1, tzinfo=UTC)
    for subscription in config.subscriptions:
        language = words(subscription.language or "fr")
        compose(test_view(subscription, ours, language), language, ours, subscription.to[0], "warm", now)
    gc.freeze()  # or each child would copy all memory when its collector looks at it


def tick(home: Home, config: Config, now: datetime, with_feeds: bool) -> None:
    """What ``watch`` does at a tick (``alerts.scheduler.Watcher.plan_and_deliver``) where the facts changed."""
    plan_and_store(home, config, now)
    if with_feeds:
        feeds.write(home, config, now)
    deliver(home, config, now)


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        home = Home(Path(order["home"]))
        config = config_of(home)
        child = os.fork()
        if not child:
            code = 1
            try:
                gc.disable()  # it ends before there is anything to collect
                os.environ["TZ"] = order["zone"]
                time.tzset()
                tick(home, config, datetime.fromisoformat(order["now"]), order["feeds"])
                code = 0
            except BaseException:
                traceback.print_exc()
                sys.stderr.flush()
            finally:
                os._exit(code)
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
