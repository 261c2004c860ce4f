"""Pages are kept by what they show; nothing in that folder can do harm."""

from __future__ import annotations

import gzip
import json
import stat
from dataclasses import replace

import pytest

from pipelines.text.ocr import cache as module
from pipelines.text.ocr.cache import Cache
from pipelines.text.ocr.installed import Availability
from pipelines.text.ocr.types import OcrLine, OcrPage, Raster

RASTER = Raster(bytes(range(12)), 4, 3, 200)
PAGE = OcrPage(
    (OcrLine("Séance « ordinaire » du conseil", 36.0, 72.5, 300.25, 11.0, 0.93, 2), OcrLine("œuvre", 1, 2, 3, 4, 0.5)),
    confidence=0.91,
    legible=0.8,
    rotation=3,
    rescued=True,
    engine="tesseract 5.0 fra.12345678",
)


@pytest.fixture
def engine(monkeypatch):
    def use(name):
        monkeypatch.setattr(module, "availability", lambda: Availability(True, name, None, True, ()))

    use("tesseract 5.0 fra.12345678")
    return use


@pytest.fixture
def store(tmp_path, engine):
    return Cache(tmp_path / "cache" / "ocr")


def entries(cache):
    return [path for path in cache.folder.rglob("*") if path.is_file()]


def test_what_was_put_is_got(store):
    assert store.get(RASTER) is None
    assert not store.folder.exists()
    store.put(RASTER, PAGE)
    assert store.get(RASTER) == PAGE
    assert [path.name.endswith(".json.gz") for path in entries(store)] == [True]


def test_only_its_owner_reads_it(store):
    store.put(RASTER, PAGE)
    (entry,) = entries(store)
    assert stat.S_IMODE(entry.stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (store.folder, entry.parent)} == {0o700}


@pytest.mark.parametrize(
    "other",
    [
        replace(RASTER, pixels=bytes(12)),
        replace(RASTER, width=3, height=4),
        replace(RASTER, dpi=300),
    ],
)
def test_another_picture_is_a_miss(store, other):
    store.put(RASTER, PAGE)
    assert store.get(other) is None


def test_another_engine_or_other_settings_are_a_miss(store, engine, monkeypatch):
    store.put(RASTER, PAGE)
    engine("tesseract 5.0 fra.87654321")
    assert store.get(RASTER) is None
    engine("tesseract 5.0 fra.12345678")
    assert store.get(RASTER) == PAGE
    monkeypatch.setattr(module, "SETTINGS", module.SETTINGS + 1)
    assert store.get(RASTER) is None


def zipped(value):
    return gzip.compress(json.dumps(value).encode(), mtime=0)


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"\x1f\x8b\x08",
        b"plain text",
        zipped([]),
        zipped({"lines": 3}),
        zipped({"lines": [{"text": None}]}),
        gzip.compress(b"[" * 100_000, mtime=0),
        gzip.compress(b" " * 6_000_000, mtime=0),
    ],
)
def test_a_damaged_entry_is_a_miss_and_is_replaced(store, damage):
    store.put(RASTER, PAGE)
    (entry,) = entries(store)
    entry.write_bytes(damage)
    assert store.get(RASTER) is None
    store.put(RASTER, PAGE)
    assert store.get(RASTER) == PAGE


def test_an_entry_cut_short_is_a_miss(store):
    store.put(RASTER, PAGE)
    (entry,) = entries(store)
    entry.write_bytes(entry.read_bytes()[:-9])
    assert store.get(RASTER) is None


def test_entries_with_wrong_values_are_a_miss(store):
    store.put(RASTER, PAGE)
    (entry,) = entries(store)
    whole = json.loads(gzip.decompress(entry.read_bytes()))
    for key, value in (("text", 5), ("x", "left")):
        spoilt = json.loads(json.dumps(whole))
        spoilt["lines"][0][key] = value
        entry.write_bytes(zipped(spoilt))
        assert store.get(RASTER) is None
    for key, value in (("legible", None), ("rotation", "left"), ("engine", 1)):
        entry.write_bytes(zipped({**whole, key: value}))
        assert store.get(RASTER) is None


def test_a_folder_that_cannot_be_written_costs_nothing(tmp_path, engine):
    (tmp_path / "file").write_text("not a folder")
    cache = Cache(tmp_path / "file" / "ocr")
    cache.put(RASTER, PAGE)
    assert cache.get(RASTER) is None
