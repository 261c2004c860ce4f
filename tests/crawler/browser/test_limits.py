"""A page may take so much time and memory, and what ends the browser ends one page, not the crawl."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

pytestmark = pytest.mark.browser
GOOD = (
    "<ul><script>document.querySelector('ul').innerHTML = '<li><a href=/odj.pdf>Ordre du jour</a></li>'</script></ul>"
)
PAGES = {
    "/loop": "<script>for (;;) {}</script>",
    "/late-loop": "<p>Bonjour</p><script>setTimeout(() => { for (;;) {} }, 300)</script>",
    "/alerts": "<script>for (;;) alert('Bienvenue')</script>",
    "/huge": "<script>for (let n = 0; n < 70000; n++) document.body.append(document.createElement('p'))</script>",
    "/hog": "<script>const kept = []; setInterval(() => kept.push(new Uint8Array(2e7).fill(1)), 10)</script>",
    "/restless": "<p id=x></p><script>let n = 0; setInterval(() => { fetch('/time?_=' + Date.now() + n).catch(() => 0);"
    "document.body.append(document.createElement('i')); document.querySelector('p').textContent = 'fois ' + n++; }, 50)"
    "</script>",
}
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture(scope="module")
def result(make_site: Callable[..., Any], render: Callable[..., Any], once: Callable[..., Any]) -> dict[str, Any]:
    """What came of each page, and of a good one after it, in one crawl."""

    def find() -> dict[str, Any]:
        site = make_site()
        site.json("/time", ["12:00"])
        urls = []
        for path, content in PAGES.items():
            urls += [site.page(path, content), site.page(f"{path}/next", GOOD)]
        half = len(urls) // 2
        first, second = render(urls[:half], urls[half:], limits={"OWN_TIME": 5, "PATIENCE": 2}, memory=400_000_000)
        pages = first["pages"] | second["pages"]
        return {url.removeprefix(site.url): page for url, page in pages.items()} | {"asked": site.asked}

    found: dict[str, Any] = once("limits", find)
    return found


@pytest.mark.parametrize("path", ["/loop", "/late-loop", "/alerts"])
def test_a_page_that_never_ends_is_left_in_time(result: dict[str, Any], path: str) -> None:
    assert result[path]["error"].startswith("RenderingFailed: not built after ")
    assert PAGES[path] in result[path]["shell"]  # the page as it was sent is still there to be read


def test_a_page_too_large_is_left(result: dict[str, Any]) -> None:
    assert result["/huge"]["error"] == "RenderingFailed: the page has more than 60000 elements"


def test_a_page_that_eats_memory_ends_alone(result: dict[str, Any]) -> None:
    assert result["/hog"]["error"] == "RenderingFailed: the page outgrew its memory, or its process ended"


def test_a_page_that_never_rests_is_taken_as_it_is(result: dict[str, Any]) -> None:
    assert "fois " in result["/restless"]["html"]
    assert result["asked"].count("GET /time") == 1


def test_the_crawl_goes_on_after_each(result: dict[str, Any]) -> None:
    assert [path for path in PAGES if 'href="/odj.pdf"' not in result[f"{path}/next"]["html"]] == []


# ------------------------------------------------------------------ when it is ended from outside


@pytest.fixture
def busy(make_site: Callable[..., Any], start: Start, watched: Any, wait: Callable[..., Any]) -> Iterator[Any]:
    """A crawl in the midst of rendering: its process, what runs below it, and its site."""
    site = make_site()
    site.hold.clear()
    site.json("/slow.json", [])
    urls = [site.page("/first", "<script>fetch('/slow.json')</script>"), site.page("/second", GOOD)]
    process = start(urls)
    assert wait(lambda: "GET /slow.json" in site.asked)
    yield process, watched(process.pid), site, urls
    site.hold.set()
    if process.poll() is None:
        process.kill()
    process.wait()
    if process.stdout:
        process.stdout.close()


def test_a_browser_that_is_killed_costs_one_page(busy: Any) -> None:
    process, running, site, urls = busy
    os.kill(running.has("chromium", "--remote-debugging-pipe")[0], signal.SIGKILL)
    site.hold.set()
    out, _ = process.communicate(timeout=200)
    pages = json.loads(out.splitlines()[-1])[0]["pages"]
    assert pages[urls[0]]["error"].startswith("RenderingFailed: ")
    assert 'href="/odj.pdf"' in pages[urls[1]]["html"]
    assert running.ended()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_running(busy: Any, number: signal.Signals) -> None:
    """SIGKILL leaves us no last word."""
    process, running, site, _ = busy
    assert running.has("--type=renderer")
    process.send_signal(number)
    site.hold.set()
    process.communicate(timeout=200)
    assert running.ended()
