"""Answers of platforms, told apart by their own shape: JSON that says sessions and items outright."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pipelines.records
from crawler.models import Hints
from pipelines.records.told import Records

Reader = Callable[[Any, Hints], Records | None]
MOST = 50_000_000  # bytes that are parsed


@cache
def readers() -> tuple[Reader, ...]:
    """``records_of`` of every module here that has one, by the name of the module."""
    names = sorted(module.name for module in iter_modules(pipelines.records.__path__))
    found = (getattr(import_module(f"pipelines.records.{name}"), "records_of", None) for name in names)
    return tuple(reader for reader in found if reader is not None)


def read_records(data: bytes, hints: Hints) -> Records | None:
    """What the answer of a known platform says; None where it is none. A fault in it is the caller's to record.

    Raises ValueError where it is that of a platform but holds what no such answer may.
    """
    if len(data) > MOST or data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"["):
        return None
    try:
        value = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    for reader in readers():
        records = reader(value, hints)
        if records is not None:
            return records
    return None
