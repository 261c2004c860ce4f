"""Invented documents in the shapes of councils that the real ones lack; each has its expected reading beside it.

``NAME.json`` gives the hints, the kind and the sessions. A document without one fails, and says what was read.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.models import ItemClaim, SessionClaim

FOLDER = Path(__file__).parent / "constructed"
DOCUMENTS = sorted(path for path in FOLDER.iterdir() if path.suffix != ".json")


def item_as_json(item: ItemClaim) -> dict[str, Any]:
    said: dict[str, Any] = {"number": item.number, "title": item.title}
    said |= {key: getattr(item, key) for key in ("theme", "rapporteur") if getattr(item, key)}
    said |= {key: True for key in ("minor", "withdrawn") if getattr(item, key)}
    if item.votes:
        said["votes"] = [[one.result, one.for_, one.against, one.abstain, one.unanimous] for one in item.votes]
    return said


def session_as_json(session: SessionClaim) -> dict[str, Any]:
    return {
        "body": session.body,
        "date": str(session.date),
        "time": session.time.strftime("%H:%M") if session.time else None,
        "place": session.place,
        "convened_on": str(session.convened_on) if session.convened_on else None,
        "status": session.status,
        "order": session.order,
        "complete": session.complete,
        "moved_from": str(session.moved_from) if session.moved_from else None,
        "items": [item_as_json(item) for item in session.items],
    }


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_a_constructed_document(path: Path, say: Callable[..., Any]) -> None:
    golden = path.with_suffix(".json")
    expected = json.loads(golden.read_text(encoding="utf-8")) if golden.is_file() else {"hints": {}}
    kind, sessions = say(path.read_text(encoding="utf-8"), **expected["hints"])
    said = {"hints": expected["hints"], "kind": kind, "sessions": [session_as_json(one) for one in sessions]}
    assert said == expected, json.dumps(said, ensure_ascii=False, indent=1)


def test_there_are_many_shapes() -> None:
    assert len(DOCUMENTS) >= 30
