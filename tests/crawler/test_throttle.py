"""How fast a host is asked: by its answers, within the bounds of the operator and of robots.txt."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from scrapy.exceptions import NotConfigured
from scrapy.http import Request, Response
from scrapy.settings import Settings

from crawler import settings as project
from crawler.throttle import PoliteThrottle


class Signals:
    def connect(self, *_: object, **__: object) -> None: ...


def throttle(delay: float = 1.0, crawl_delay: float | None = None) -> tuple[PoliteThrottle, SimpleNamespace]:
    settings = Settings()
    settings.setmodule(project)
    settings.set("DOWNLOAD_DELAY", delay)
    slot = SimpleNamespace(delay=max(delay, crawl_delay or 0), transferring=set())
    own = {"host": {"delay": crawl_delay}} if crawl_delay else {}
    downloader = SimpleNamespace(slots={"host": slot}, per_slot_settings=own, _delay=delay)
    crawler = SimpleNamespace(settings=settings, signals=Signals(), engine=SimpleNamespace(downloader=downloader))
    made = PoliteThrottle(crawler)  # type: ignore[arg-type]
    made._spider_opened(None)  # type: ignore[arg-type]
    return made, slot


def after(answers: list[tuple[float, int]], **given: float) -> list[float]:
    """The delay after each answer (latency in seconds, status)."""
    made, slot = throttle(**given)
    delays = []
    for latency, status in answers:
        request = Request("http://host/", meta={"download_slot": "host", "download_latency": latency})
        made._response_downloaded(Response("http://host/", status=status), request, None)  # type: ignore[arg-type]
        delays.append(round(slot.delay, 2))
    return delays


@pytest.mark.parametrize(
    ("answers", "given", "expected"),
    [
        ([(0.1, 200)] * 2, {}, [1.0, 1.0]),
        ([(4.0, 200), (0.2, 200), (0.2, 304), (0.2, 200)], {}, [4.0, 2.1, 1.15, 1.0]),
        ([(4.0, 200), (0.1, 503), (0.1, 404), (0.2, 200)], {}, [4.0, 4.0, 4.0, 2.1]),
        ([(500.0, 200)], {}, [30.0]),
        ([(0.1, 200), (8.0, 200), (0.1, 200), (0.1, 200)], {"crawl_delay": 5.0}, [5.0, 8.0, 5.0, 5.0]),
        ([(0.1, 200), (2.0, 200)], {"crawl_delay": 60.0}, [60.0, 60.0]),
        ([(0.1, 200)], {"delay": 45.0}, [45.0]),
    ],
)
def test_delay(answers: list[tuple[float, int]], given: dict[str, float], expected: list[float]) -> None:
    assert after(answers, **given) == expected


def test_off_where_the_operator_wants_no_delay() -> None:
    with pytest.raises(NotConfigured):
        throttle(delay=0)


def test_the_delay_of_a_new_host_is_the_configured_one() -> None:
    made, _ = throttle(delay=2.5)
    assert made.crawler.engine.downloader._delay == 2.5  # type: ignore[union-attr]
