"""``tocsin export``: XLSX, Parquet and GeoJSON, where they go, and what they refuse."""

from __future__ import annotations

import builtins
import io
import json
import os
import sqlite3
import stat
import sys
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from db.export import cell
from db.export_xlsx import write_xlsx
from db.home import Home

NOW = ("--now", "2026-03-02T10:00")
LISTINGS = ("flagged", "sessions", "items", "documents", "alerts")


def load(tocsin: Any, *arguments: str) -> Any:
    result = tocsin(*arguments)
    assert result.code == 0, result.err
    return json.loads(result.out)


@pytest.fixture
def hostile(world: Home) -> Home:
    """Titles that a spreadsheet would run, a time, a vote, and a place."""
    with closing(sqlite3.connect(world.archive)) as db, db:
        db.execute("UPDATE items SET title = '=HYPERLINK(\"http://x.example\")', number = '-1' WHERE row = 1")
        db.execute("UPDATE flags SET excerpt = '{=1+1}'")
        db.execute("UPDATE sessions SET starts_at = '2026-03-26T18:30:00+01:00'")
        db.execute("UPDATE items SET result = 'adopted', \"for\" = 20, against = 3, abstain = 0, unanimous = 0")
        db.execute("UPDATE councils SET latitude = 45.5, longitude = -4.25 WHERE id = 'ville-exemple'")
    return world


@pytest.mark.parametrize("what", LISTINGS)
def test_a_workbook_holds_the_rows(tocsin: Any, hostile: Home, what: str, tmp_path: Path) -> None:
    rows = load(tocsin, "export", what, "--format", "json")
    target = tmp_path / "out.xlsx"
    assert tocsin("export", what, "--out", str(target)).code == 0
    book = openpyxl.load_workbook(target)
    header, *lines = book[what].iter_rows()
    assert [each.value for each in header] == list(rows[0])
    assert len(lines) == len(rows)
    for line, row in zip(lines, rows, strict=True):
        for found, (name, value) in zip(line, row.items(), strict=True):
            assert found.data_type != "f"
            if name in ("session_date", "last_day", "convened_on") and value:
                assert found.value == datetime.combine(date.fromisoformat(value), datetime.min.time())
            elif name == "starts_at" and value:
                assert found.value == datetime.fromisoformat(value).replace(tzinfo=None)
            elif name.endswith("_at") and value:
                assert found.value == datetime.fromisoformat(value).astimezone(UTC).replace(tzinfo=None)
            elif isinstance(value, bool | int | float) or value is None:
                assert found.value == value
            elif isinstance(value, str):
                assert found.value == (value or None)
            else:
                assert found.value in (cell(value), None)


def test_a_formula_stays_text_even_when_it_is_edited(tocsin: Any, hostile: Home, tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    assert tocsin("export", "items", "--out", str(target)).code == 0
    book = openpyxl.load_workbook(target)
    found = [each for line in book.active.iter_rows() for each in line if str(each.value).startswith("=HYPER")]
    assert [(each.value, each.data_type, each.quotePrefix, each.hyperlink) for each in found] == [
        ('=HYPERLINK("http://x.example")', "s", True, None)
    ]


def test_a_workbook_goes_on_in_another_sheet_and_cuts_what_no_cell_can_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.export_xlsx.MOST_ROWS", 3)
    long = "é😀" * 20_000
    rows = [{"a": long, "n": 1, "d": "1492-01-01"}, *({"a": None, "n": n, "d": None} for n in range(6))]
    stream = io.BytesIO()
    assert write_xlsx(iter(rows), {"a": "text", "n": "integer", "d": "day"}, stream, "t") == (7, 1)
    book = openpyxl.load_workbook(stream)
    assert [(sheet.title, sheet.max_row) for sheet in book] == [("t", 4), ("t 2", 4), ("t 3", 2)]
    assert book["t"]["C2"].value == "1492-01-01"
    text = book["t"]["A2"].value
    assert text.endswith(" […]")
    assert len(text) + text.count("😀") <= 32_767


@pytest.mark.parametrize("what", LISTINGS)
def test_parquet_has_types_lists_and_nulls(tocsin: Any, hostile: Home, what: str, tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    rows = load(tocsin, "export", what, "--format", "json")
    target = tmp_path / "out.parquet"
    assert tocsin("export", what, "--out", str(target)).code == 0
    table = pq.read_table(target)
    assert table.column_names == list(rows[0])
    for found, row in zip(table.to_pylist(), rows, strict=True):
        for name, value in row.items():
            if name.endswith("_at") and value:
                assert found[name] == datetime.fromisoformat(value)
            elif isinstance(found[name], date):
                assert found[name].isoformat() == value
            else:
                assert found[name] == value, name


def test_parquet_of_nothing_has_its_columns(tocsin: Any, made: Home, tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    target = tmp_path / "out.parquet"
    assert tocsin("export", "votes", "--out", str(target)).code == 0
    schema = pq.read_schema(target)
    assert str(schema.field("session_date").type) == "date32[day]"
    assert pq.read_table(target).num_rows == 0


def test_without_pyarrow_one_line_says_what_to_install(
    tocsin: Any, world: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *more: Any, **named: Any) -> Any:
        if name.partition(".")[0] == "pyarrow":
            raise ModuleNotFoundError(name)
        return real(name, *more, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    result = tocsin("export", "flagged", "--out", str(tmp_path / "out.parquet"))
    assert (result.code, result.out) == (2, "")
    assert result.err == "tocsin: parquet needs pyarrow: pip install 'tocsin[parquet]'\n"
    assert list(tmp_path.glob("*.parquet")) == []


@pytest.mark.parametrize("form", ["xlsx", "parquet"])
def test_a_terminal_gets_no_bytes(tocsin: Any, world: Home, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    result = tocsin("export", "flagged", "--format", form)
    assert (result.code, result.out) == (2, "")
    assert len(result.err.splitlines()) == 1


def test_binary_formats_go_through_a_pipe(tocsin: Any, world: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.TextIOWrapper(io.BytesIO())
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", pipe)
        assert tocsin("export", "flagged", "--format", "xlsx").code == 0
    book = openpyxl.load_workbook(pipe.buffer)
    assert book["flagged"].max_row == 3


def test_the_suffix_tells_the_format(tocsin: Any, world: Home, tmp_path: Path) -> None:
    table, line = b"flag_id,", b"{"
    for name, begin in (("a.json", b"["), ("b.ndjson", line), ("b.jsonl", line), ("c.csv", table), ("d", table),
                        ("e.xlsx", b"PK"), ("f.geojson", b'{"type": "FeatureCollection"')):  # fmt: skip
        assert tocsin("export", "flagged", "-o", str(tmp_path / name)).code == 0
        assert (tmp_path / name).read_bytes().startswith(begin)
    assert tocsin("export", "flagged", "--format", "csv", "-o", str(tmp_path / "x.txt")).code == 0
    for arguments in (
        ("flagged", "-o", "x.docx"), ("votes", "--format", "geojson"), ("flagged", "--format", "scdl"),
        ("flagged", "--force"), ("archive",), ("archive", "--out", "x.db", "--format", "csv"),
        ("archive", "--out", "x.db", "--topic", "drones"), ("archive", "--out", "x.db", "--files", "x.rar"),
        ("deliberations", "--format", "xlsx"), ("items", "--siret", "a=1"), ("flagged", "-o", str(world.desk)),
        ("flagged", "--council", "nowhere"), ("deliberations", "--council", "nowhere"),
        ("alerts", "--council", "nowhere"), ("deliberations", "--siret", "ville-exemple=123"),
    ):  # fmt: skip
        result = tocsin("export", *arguments)
        assert (result.code, result.out) == (2, ""), arguments
        assert "Traceback" not in result.err
    assert world.desk.read_bytes().startswith(b"SQLite")


def test_what_may_be_private_is_for_its_owner(tocsin: Any, world: Home, tmp_path: Path) -> None:
    def mode(*arguments: str) -> int:
        assert tocsin("export", *arguments, "-o", str(tmp_path / "o.csv")).code == 0
        return stat.S_IMODE((tmp_path / "o.csv").stat().st_mode)

    mask = os.umask(0o022)
    try:
        assert mode("flagged") == mode("alerts") == 0o600
        assert mode("flagged", "--public") == 0o644
    finally:
        os.umask(mask)


def test_a_device_is_written_to_and_stays(tocsin: Any, world: Home, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert tocsin("export", "flagged", "-o", str(pipe)).code == 0
        assert os.read(reading, 8) == b"flag_id,"
    finally:
        os.close(reading)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


# ---------------------------------------------------------------------- GeoJSON


def positions(collection: dict[str, Any]) -> list[list[float]]:
    """RFC 7946: a FeatureCollection of Features with an id, a geometry or null, and properties."""
    assert collection["type"] == "FeatureCollection"
    assert "crs" not in collection
    points = []
    for feature in collection["features"]:
        assert feature["type"] == "Feature"
        assert isinstance(feature["id"], str)
        assert isinstance(feature["properties"], dict)
        geometry = feature["geometry"]
        if geometry is not None:
            assert geometry["type"] == "Point"
            longitude, latitude = geometry["coordinates"]
            assert -180 <= longitude <= 180
            assert -90 <= latitude <= 90
            points.append([longitude, latitude])
    if points:
        west, south, east, north = collection["bbox"]
        assert (west, east) == (min(p[0] for p in points), max(p[0] for p in points))
        assert (south, north) == (min(p[1] for p in points), max(p[1] for p in points))
    else:
        assert "bbox" not in collection
    return points


@pytest.mark.parametrize("what", ["flagged", "sessions"])
def test_geojson_of_councils(tocsin: Any, hostile: Home, what: str) -> None:
    with closing(sqlite3.connect(hostile.archive)) as db, db:
        db.execute("INSERT INTO sources(id, council_id, state) VALUES ('ville-exemple/site', 'ville-exemple', 'blind')")
    collection = load(tocsin, "export", what, "--format", "geojson", *NOW)
    assert positions(collection) == [[-4.25, 45.5]]
    lake, town = collection["features"]
    assert (lake["id"], lake["geometry"], lake["properties"]["votes_ahead"]) == ("lac-exemple", None, 1)
    assert (lake["properties"]["state"], lake["properties"]["blind"]) == (None, False)
    told = {"votes_ahead": 1, "sessions_ahead": 1, "next_vote": "2026-03-26", "adopted": 1, "rejected": 0, "flagged": 1}
    assert told.items() <= town["properties"].items()
    assert (town["properties"]["topics"], town["properties"]["blind"]) == (["video-surveillance"], True)
    past = load(tocsin, "export", what, "--format", "geojson", "--now", "2026-06-01T10:00")
    assert [each["properties"]["votes_ahead"] for each in past["features"]] == [0, 0]


def test_geojson_heeds_filters_and_privacy(tocsin: Any, hostile: Home) -> None:
    def councils(*filters: str) -> list[str]:
        return [each["id"] for each in load(tocsin, "export", "flagged", "--format", "geojson", *filters)["features"]]

    assert councils() == ["lac-exemple", "ville-exemple"]
    assert councils("--department", "69") == councils("--kind", "commune") == ["ville-exemple"]
    drones = load(tocsin, "export", "flagged", "--format", "geojson", "--topic", "drones")["features"]
    assert [each["properties"]["flagged"] for each in drones] == [1, 0]
    public = load(tocsin, "export", "flagged", "--format", "geojson", "--public")["features"]
    assert "drones" not in json.dumps(public)


def test_a_public_listing_names_no_folder_of_the_operator(tocsin: Any, world: Home, tmp_path: Path) -> None:
    folder = tmp_path / "chez-moi"
    folder.mkdir()
    paper = folder / "convocation.txt"
    paper.write_text(
        "CONVOCATION du conseil municipal du 3 avril 2026 à 18h30\nORDRE DU JOUR\n1. Budget de la commune\n"
        "2. Installation de caméras de vidéoprotection\n3. Travaux de voirie\n"
    )
    assert tocsin("ingest", str(paper), "--council", "ville-exemple", "--public", *NOW).code == 0
    for what in ("flagged", "sessions", "items", "documents", "votes"):
        whole, shared = (tocsin("export", what, "--format", "json", *more) for more in ((), ("--public",)))
        assert "chez-moi" not in shared.out
        assert "chez-moi" in whole.out or what == "votes"
    assert "file:convocation.txt" in tocsin("export", "documents", "--format", "json", "--public").out
