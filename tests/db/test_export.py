from __future__ import annotations

import csv
import io
import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import UsageError
from db.export import cell, write

ROWS = [
    {"id": "s-1", "topics": ["drones", "biometrics"], "outcome": {"result": "adopted", "for": 3}, "n": 0.5, "ok": True},
    {"id": None, "topics": [], "outcome": None, "n": -2, "ok": False},
]


def written(rows, form, **more):
    stream = io.StringIO(newline="")
    count = write(rows, form, stream, **more)
    return count, stream.getvalue()


def test_csv():
    count, text = written(ROWS, "csv")
    assert count == 2
    assert text == (
        "id,topics,outcome,n,ok\r\n"
        's-1,drones; biometrics,"{""result"": ""adopted"", ""for"": 3}",0.5,true\r\n'
        ",,,-2,false\r\n"
    )


def test_csv_with_columns_and_bom():
    assert written([], "csv", columns=("a", "b")) == (0, "a,b\r\n")
    assert written(ROWS, "csv", columns=("n", "absent"), bom=True) == (2, "\ufeffn,absent\r\n0.5,\r\n-2,\r\n")
    assert written([], "csv") == (0, "")


@pytest.mark.parametrize("text", ["=1+1", "+33 1", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", '=HYPERLINK("x")'])
def test_formulas_are_neutralised(text):
    assert cell(text) == f"'{text}"
    assert cell([text, "b"]) == f"'{text}; b"


@pytest.mark.parametrize("text", ["Vote n° 3 = oui", "2026-03-09", "https://x.example/?a=1", "", "l'agenda"])
def test_other_text_stays_as_it_is(text):
    assert cell(text) == text


@given(st.lists(st.text(st.characters(exclude_categories=("Cs",)), max_size=20), min_size=1, max_size=5))
def test_any_csv_can_be_read_back(texts):
    _, text = written([{str(n): value for n, value in enumerate(texts)}], "csv")
    _, read = csv.reader(io.StringIO(text, newline=""))
    assert read == [cell(value) for value in texts]
    assert not any(value.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for value in read)


def test_json_and_ndjson():
    count, text = written(ROWS, "json")
    assert (count, json.loads(text)) == (2, ROWS)
    assert json.loads(written([], "json")[1]) == []
    count, text = written([*ROWS, {"t": "l'été\nà\u2028côté"}], "ndjson")
    assert count == 3
    assert [json.loads(line) for line in text.split("\n")[:-1]] == [*ROWS, {"t": "l'été\nà\u2028côté"}]


@pytest.mark.parametrize("form", ["csv", "json", "ndjson"])
def test_rows_are_written_as_they_come(form):
    class Full(Exception):
        pass

    class Disk(io.StringIO):
        def write(self, text):
            if self.tell() > 1000:
                raise Full
            return super().write(text)

    endless = ({"n": n} for n in itertools.count())
    with pytest.raises(Full):
        write(endless, form, Disk())


def test_another_format():
    with pytest.raises(UsageError, match="csv, json, ndjson"):
        written(ROWS, "xlsx")


@pytest.mark.parametrize("listing", ["flagged", "sessions", "items", "votes", "documents"])
@pytest.mark.parametrize("form", ["csv", "json", "ndjson"])
def test_every_listing_in_every_format(reader, listing, form):
    rows = getattr(reader, listing)()
    count, text = written(rows, form)
    assert count == len(rows) > 0
    if form == "csv":
        assert len(list(csv.DictReader(io.StringIO(text, newline="")))) == count
    else:
        assert (json.loads(text) if form == "json" else [json.loads(line) for line in text.splitlines()]) == rows


def test_what_a_terminal_obeys_is_no_part_of_a_cell():
    assert cell("a\x1b]0;b\x07\x9b31m\x00c") == "a\ufffd]0;b\ufffd\ufffd31m\ufffdc"
    assert cell("two\nlines\tand a tab") == "two\nlines\tand a tab"
