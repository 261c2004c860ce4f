"""Runs crawls for the tests, each in a fork of one process that has imported everything: a reactor cannot restart.

Reads one JSON command a line ({"home", "now", "councils", "overrides"}), answers with one JSON line.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
import traceback
from concurrent.futures import Future
from datetime import datetime
from importlib import import_module
from pathlib import Path

from crawler.config import load_config
from crawler.models import Hints, Reading
from crawler.revalidate import revalidate
from crawler.run import crawl
from db.home import Home
from pipelines.lexicons import load
from pipelines.pool_tasks import read_path
from pipelines.text.unpack import SpooledParts, unpack_path
from spiders.registry import Registry
from spiders.scope import registered_domain

PRELOADED = (
    "crawler.middlewares",
    "pipelines.archive",
    "scrapy.core.downloader.handlers.http11",
    "scrapy.core.engine",
    "scrapy.core.scheduler",
    "scrapy.downloadermiddlewares.httpcache",
    "scrapy.extensions.closespider",
    "scrapy.extensions.feedexport",
    "scrapy.extensions.memdebug",
    "scrapy.extensions.memusage",
    "scrapy.extensions.remote_control",
    "scrapy.extensions.spiderstate",
    "scrapy.extensions.telnet",
    "scrapy.extensions.throttle",
    "scrapy.spidermiddlewares.metacopy",
    "scrapy.statscollectors",
    "scrapy.squeues",
)


class NearPool:
    """Reads in this process: the tests of the pool itself are elsewhere."""

    def submit(self, path: Path, media_type: str | None, hints: Hints, *, ocr: bool = False) -> Future[Reading]:
        future: Future[Reading] = Future()
        try:
            future.set_result(read_path(str(path), media_type, hints, {}, 60))
        except Exception as error:
            future.set_exception(error)
        return future

    def result(self, future: Future[Reading]) -> Reading:
        return future.result()

    def unpack(self, path: Path, media_type: str | None, folder: Path) -> Future[SpooledParts]:
        future: Future[SpooledParts] = Future()
        future.set_result(unpack_path(str(path), media_type, str(folder)))
        return future


def run(command: dict) -> object:
    if command.get("patch"):
        exec(command["patch"], {})  # what a test breaks on purpose
    home = Home(Path(command["home"]))
    config = load_config(home.config)
    wanted = command["councils"] or [council.id for council in config.councils]
    councils = [council for council in config.councils if council.id in wanted]
    now = datetime.fromisoformat(command["now"])
    if command.get("revalidate"):
        named = [council for council in councils if council.id in command["councils"]]
        return dataclasses.asdict(revalidate(home, config, named, lambda: now, overrides=command.get("overrides")))
    reports = crawl(home, config, councils, lambda: now, pool=NearPool(), overrides=command.get("overrides"))
    return [dataclasses.asdict(report) for report in reports]


def main() -> None:
    load()  # the lexicon, once
    Registry.load()
    registered_domain("www.une-ville.example")
    for name in PRELOADED:
        import_module(name)
    assert "twisted.internet.reactor" not in sys.modules
    for line in sys.stdin:
        read_end, write_end = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read_end)
            try:
                answer = {"reports": run(json.loads(line))}
            except BaseException as error:
                answer = {"error": type(error).__name__, "text": str(error), "trace": traceback.format_exc()}
            with os.fdopen(write_end, "w") as stream:
                json.dump(answer, stream, default=str)
            os._exit(0)
        os.close(write_end)
        with os.fdopen(read_end) as stream:
            answer = stream.read()
        os.waitpid(child, 0)
        print(answer or "{}", flush=True)


main()
