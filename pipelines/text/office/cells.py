"""Rows of texts into lines that share a row, bounded: for spreadsheets and delimited text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from crawler.errors import TooLarge
from pipelines.text.office.flow import Flow
from pipelines.text.office.style import Style

MAX_CELLS = 400_000  # with content, of one document
MAX_SHEETS = 500
_USUAL_NAME = re.compile(r"(?:feuil(?:le)?|sheet|tabelle|onglet|table)\s?_?\d*", re.I)


def put_sheet(flow: Flow, name: str, rows: Iterator[Sequence[str]], done: int) -> int:
    """A sheet, under its name where somebody gave it one; how many cells with content there are so far.

    Raises:
        TooLarge: more cells than any list of a council.
    """
    for first in rows:
        if any(first):
            if name.strip() and not _USUAL_NAME.fullmatch(name.strip()):
                flow.text(name)
                flow.end(Style(heading=1))
            return put_rows(flow, chain((first,), rows), done)
    return done


def put_rows(flow: Flow, rows: Iterable[Sequence[str]], done: int = 0) -> int:
    """Send rows through ``flow``, empty ones left out; how many cells with content there are so far.

    Raises:
        TooLarge: more cells than any list of a council.
    """
    for row in rows:
        done += flow.put_cells(row)
        if done >= MAX_CELLS:
            raise TooLarge(f"too long: only the first {MAX_CELLS} cells were read")
    return done
