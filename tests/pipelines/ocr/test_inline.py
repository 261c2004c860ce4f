"""Recognition at once, with and without a cache."""

from __future__ import annotations

import pytest

from crawler.errors import TooLarge
from pipelines.text.ocr import cache as cache_module
from pipelines.text.ocr import inline
from pipelines.text.ocr.cache import Cache
from pipelines.text.ocr.installed import Availability
from pipelines.text.ocr.types import OcrPage, Raster

RASTER = Raster(b"1234", 2, 2, 200)
PAGE = OcrPage((), 0.9, 0.8)


@pytest.fixture
def engine(monkeypatch):
    """An engine that knows one page; the list holds what it was asked."""
    asked = []
    for module in (inline, cache_module):
        monkeypatch.setattr(module, "availability", lambda: Availability(True, "pretended", None, True, ()))

    def recognise(raster):
        asked.append(raster)
        if raster.dpi > 1000:
            raise TooLarge("recognition took more than 50 s")
        return PAGE

    monkeypatch.setattr(inline, "recognise", recognise)
    return asked


def test_it_is_none_where_recognition_is_not_installed(monkeypatch):
    monkeypatch.setattr(inline, "availability", lambda: Availability(False, "", None, False, ("tesseract-ocr-fra",)))
    assert inline.recogniser() is None


def test_a_page_is_rendered_and_recognised_when_asked(engine):
    ocr = inline.recogniser()
    assert ocr is not None
    assert engine == []
    assert ocr(4, lambda: RASTER) == PAGE
    assert engine == [RASTER]


def test_a_page_is_recognised_once(engine, tmp_path):
    ocr = inline.recogniser(Cache(tmp_path))
    assert ocr is not None
    assert [ocr(1, lambda: RASTER), ocr(9, lambda: RASTER)] == [PAGE, PAGE]
    assert len(engine) == 1


def test_a_page_that_cannot_be_recognised_keeps_waiting(engine, tmp_path):
    ocr = inline.recogniser(Cache(tmp_path / "cache"))
    assert ocr is not None
    assert ocr(1, lambda: Raster(b"1234", 2, 2, 2000)) is None

    def fails():
        raise TooLarge("a page of 40 square metres")

    assert ocr(2, fails) is None
    assert not (tmp_path / "cache").exists()


def test_lack_of_memory_is_not_hidden(engine):
    def fails():
        raise MemoryError

    ocr = inline.recogniser()
    assert ocr is not None
    with pytest.raises(MemoryError):
        ocr(1, fails)
