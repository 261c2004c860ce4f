"""Rendering without a browser: what a page may ask for, what is installed, how memory is bounded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from scrapy.exceptions import NotConfigured
from scrapy.settings import Settings
from scrapy.utils.test import get_crawler

from crawler import browser_installed
from crawler.browser import RenderMiddleware
from crawler.browser_installed import find_browser, setting
from crawler.browser_memory import end_overgrown
from crawler.browser_requests import Answer, data, elsewhere, refusal, stable
from crawler.config import parse_config
from crawler.errors import ConfigError
from crawler.watching import project_settings
from spiders.rendering import SETTING

ROOT = Path(__file__).resolve().parents[2]
PAGE = "https://www.valmont.example/conseil"


@pytest.mark.parametrize(
    ("method", "kind", "url"),
    [
        ("POST", "fetch", "https://www.valmont.example/api"),
        ("GET", "image", "https://www.valmont.example/logo.png"),
        ("GET", "stylesheet", "https://www.valmont.example/style.css"),
        ("GET", "eventsource", "https://www.valmont.example/events"),
        ("GET", "fetch", "blob:https://www.valmont.example/1"),
        ("GET", "script", "https://www.googletagmanager.com/gtag/js?id=1"),
        ("GET", "script", "https://www.valmont.example/matomo/matomo.js"),
        ("GET", "xhr", "https://stats.matomo.cloud/x"),
        ("GET", "script", "https://platform.twitter.com/widgets.js"),
    ],
)
def test_what_a_page_never_gets(method: str, kind: str, url: str) -> None:
    assert refusal(method, kind, url, PAGE)


@pytest.mark.parametrize(
    ("kind", "url"),
    [
        ("xhr", "https://www.valmont.example/api/seances?annee=2026"),
        ("fetch", "https://api.actes.example/v1/valmont"),
        ("script", "https://cdn.jsdelivr.example/npm/vue.js"),
        ("script", "https://www.valmont.example/facebook-like/theme.js"),  # a word in a path of its own is no tracker
        ("fetch", "https://data.facebookville.example/api"),
    ],
)
def test_what_a_page_may_ask_for(kind: str, url: str) -> None:
    assert refusal("GET", kind, url, PAGE) is None


def test_a_subdomain_is_the_same_site() -> None:
    assert not elsewhere("https://api.valmont.example/x", PAGE)
    assert elsewhere("https://valmont-sur-orbe.example/x", PAGE)


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("https://v.example/api?_=1767225600000", "https://v.example/api"),
        ("https://v.example/api?annee=2026&_=1767225600000&page=1", "https://v.example/api?annee=2026&page=1"),
        ("https://v.example/api?rand=0.8273645123", "https://v.example/api"),
        ("https://v.example/api?t=2026&id=1767225600", "https://v.example/api?t=2026&id=1767225600"),
        ("https://v.example/app.js?v=3#x", "https://v.example/app.js?v=3"),
    ],
)
def test_what_only_defeats_caches_is_dropped(url: str, same: str) -> None:
    assert stable(url) == same


def test_data_is_what_was_answered_and_not_too_large() -> None:
    told = data("https://v.example/a?_=1767225600000", Answer(200, {"content-type": "application/json; x=1"}, b"[1]"))
    assert told is not None
    assert (told.url, told.body, told.media_type) == ("https://v.example/a", b"[1]", "application/json")
    assert data("https://v.example/a", Answer(404, {}, b"[1]")) is None
    assert data("https://v.example/a", Answer(200, {}, b"")) is None


def test_a_browser_is_found_or_its_absence_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chromium = tmp_path / "chromium"
    chromium.write_text("#!/bin/sh\n")
    assert find_browser(str(chromium)).missing[-1] == f"an executable {chromium}"  # it cannot be executed
    chromium.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser_installed, "find_spec", lambda name: object())
    assert find_browser().path == str(chromium) == setting()
    monkeypatch.setattr(browser_installed, "find_spec", lambda name: None)
    assert find_browser().remedy == ('pip install "tocsin[browser]"',)
    assert setting() is None
    monkeypatch.setenv("PATH", "")
    assert find_browser().remedy[-1] == "apt install chromium"
    assert setting("never") is None


def test_the_setting_comes_from_the_configuration() -> None:
    assert project_settings(parse_config('[crawl]\nbrowser = "never"\n'))[SETTING] is None
    assert parse_config("").crawl.browser == "auto"
    with pytest.raises(ConfigError, match=r'line 2: crawl.browser: .*write "auto", "never" or a full path'):
        parse_config('[crawl]\nbrowser = "chromium"\n')


def test_without_a_browser_nothing_is_there_that_could_render() -> None:
    project = Settings()
    project.setmodule("crawler.settings")
    path = "crawler.browser.RenderMiddleware"
    assert path in project["DOWNLOADER_MIDDLEWARES"]
    crawler = get_crawler(settings_dict={SETTING: None})
    with pytest.raises(NotConfigured):
        RenderMiddleware.from_crawler(crawler)


def test_neither_spiders_nor_settings_import_a_browser() -> None:
    code = (
        "import sys, crawler.run, crawler.browser, spiders.site; print([n for n in sys.modules if 'playwright' in n])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert found.returncode == 0, found.stderr
    assert found.stdout.strip() == "[]"


def test_only_an_overgrown_page_is_ended() -> None:
    """Processes that only look like one: by their first arguments, and by the memory that they hold."""
    code = "import sys, time; kept = bytearray(int(sys.argv[1])); print(1, flush=True); time.sleep(60)"
    begun = [
        subprocess.Popen([sys.executable, "-c", code, size, kind], stdout=subprocess.PIPE)
        for size, kind in (("90000000", "--type=renderer"), ("90000000", "--type=gpu"), ("1000", "--type=renderer"))
    ]
    try:
        for process in begun:
            assert process.stdout is not None
            process.stdout.readline()
        assert not end_overgrown(500_000_000)
        assert end_overgrown(80_000_000)
        assert begun[0].wait(10) == -9
        assert [process.poll() for process in begun[1:]] == [None, None]
    finally:
        for process in begun:
            process.kill()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()
