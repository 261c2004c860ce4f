"""The door of platforms' answers: what is theirs, what is broken, what is other JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crawler.models import Hints
from pipelines.read import read
from pipelines.records import door
from pipelines.records.told import Records

HINTS = Hints(council_name="Valmont", url="https://data.x.example/records?limit=100", file_name="records")


def reading(value: Any, encoding: str = "utf-8"):
    data = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode(encoding)
    return read(data, "application/json", HINTS, ocr=None)


def test_every_reader_is_found_by_itself():
    assert {reader.__module__.rpartition(".")[2] for reader in door.readers()} >= {"opendatasoft"}


@pytest.mark.parametrize(
    "value",
    [
        {"total_count": 1, "results": "x"},
        {"total_count": 1, "results": ["x"]},
        {"nhits": 1, "records": [{"fields": 3}]},
        {"error_code": "ODSQLError", "message": "field unknown"},
    ],
)
def test_a_broken_answer_is_a_failed_reading(value: Any):
    found = reading(value)
    assert found.state == "failed" and found.sessions == () and "a broken answer" in str(found.reason)


@pytest.mark.parametrize(
    "fault", [KeyError("x"), TypeError("x"), AttributeError("x"), ZeroDivisionError(), RecursionError()]
)
def test_whatever_a_reader_stumbles_over_is_the_answers_fault(monkeypatch: pytest.MonkeyPatch, fault: Exception):
    def stumbles(value: Any, hints: Hints) -> Records | None:
        raise fault

    monkeypatch.setattr(door, "readers", lambda: (stumbles,))
    found = reading({"a": 1})
    assert found.state == "failed" and type(fault).__name__ in str(found.reason)


@pytest.mark.parametrize(
    "value", [{"a": 1}, [1, 2], [], {}, [{"title": {"rendered": "Conseil"}, "date": "2026-01-01"}], b'{"a": ']
)
def test_other_json_is_text(value: Any):
    found = reading(value)
    assert found.state != "failed" or value in ([], {})
    assert found.sessions == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_of_json(encoding: str):
    row = {"delib_id": "7", "delib_date": "2026-02-16", "delib_objet": "Vidéoprotection", "vote_pour": 3}
    assert [item.title for item in reading([row], encoding).sessions[0].items] == ["Vidéoprotection"]


def test_nesting_without_end_is_no_crash():
    assert reading(b"[" * 200_000).sessions == ()
