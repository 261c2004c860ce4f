"""Answers of platforms, told apart by their own shape: JSON that says sessions and items outright."""

from __future__ import annotations

import json
import re
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
_BEGINS = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[ \t\r\n\0]*[{\[]")


@cache
def readers() -> tuple[Reader, ...]:
    """``records_of`` of every module here that has one, by the name of the module."""
    names = sorted(module.name for module in iter_modules(pipelines.records.__path__))
    found = (getattr(import_module(f"pipelines.records.{name}"), "records_of", None) for name in names)
    return tuple(reader for reader in found if reader is not None)


def read_records(data: bytes, hints: Hints) -> Records | None:
    """What the answer of a known platform says; None where it is none.

    Raises ValueError where it is that of a platform but holds what no such answer may: whatever a reader stumbles
    over there is the answer's fault, and the reason says so.
    """
    if len(data) > MOST or not _BEGINS.match(data):
        return None
    try:
        value = json.loads(data)  # it tells UTF-8, UTF-16 and their marks apart
    except (ValueError, RecursionError):
        return None
    for reader in readers():
        try:
            records = reader(value, hints)
        except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError) as problem:
            name = reader.__module__.rpartition(".")[2]
            raise ValueError(f"{name}: {type(problem).__name__}: {problem}"[:300]) from problem
        if records is not None:
            return records
    return None
