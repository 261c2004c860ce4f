"""Constructed documents are read through the real extraction, from bytes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from crawler.models import DocumentKind, Hints, SessionClaim
from pipelines.agenda.claims import claims
from pipelines.text.extract import extract

Said = tuple[DocumentKind, tuple[SessionClaim, ...]]
Say = Callable[..., Said]


@pytest.fixture
def say() -> Say:
    """What a text or an HTML page says: ``say(text, council_kind="epci", file_name="odj.pdf", …)``."""

    def said(text: str, **hints: Any) -> Said:
        html = text.lstrip().startswith("<")
        given = {"reference_date": date(2026, 3, 2), **hints}
        return claims(extract(text.encode(), "text/html" if html else "text/plain", Hints(**given)), Hints(**given))

    return said


@pytest.fixture
def say_one(say: Say) -> Callable[..., SessionClaim]:
    """The only session of a document; fails where there are none or several."""

    def one(text: str, **hints: Any) -> SessionClaim:
        sessions = say(text, **hints)[1]
        assert len(sessions) == 1, sessions
        return sessions[0]

    return one
