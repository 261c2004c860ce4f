"""Tables for people: columns with widths that together fit a terminal of 100 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click
import tabulate as tables
from tabulate import tabulate

from crawler.cli.app import clean, print_json

tables.MIN_PADDING = 0  # it would widen each column by two, beyond the terminal
Row = Mapping[str, Any]
NARROWEST = 8  # characters of a column
LONGEST = 240  # characters of one cell: a title of three pages helps nobody in a table


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, where its text comes from (a key, or a function of the row), its width."""

    heading: str
    value: str | Callable[[Row], object]
    width: int

    def text(self, row: Row) -> str:
        """The cell of ``row``, harmless and not longer than is useful."""
        text = " ".join(clean(row.get(self.value) if isinstance(self.value, str) else self.value(row)).split())
        return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def print_table(rows: Sequence[Row], columns: Sequence[Column]) -> None:
    """Print rows, wrapped within their columns; columns that are empty in every row are left out."""
    cells = [[column.text(row) for row in rows] for column in columns]
    shown = [(column, texts) for column, texts in zip(columns, cells, strict=True) if any(texts)]
    click.echo(
        tabulate(
            list(zip(*(texts for _, texts in shown), strict=True)),
            headers=[column.heading for column, _ in shown],
            tablefmt="simple",
            maxcolwidths=[column.width for column, _ in shown],
            disable_numparse=True,
        )
    )


def print_rows(rows: Sequence[Row], *, as_json: bool, columns: Sequence[str] = (), empty: str = "nothing") -> None:
    """Print a listing: JSON with ``--json``, else a table of ``columns`` (all when none are named)."""
    if as_json:
        print_json(list(rows))
    elif not rows:
        click.echo(empty)
    else:
        names = list(columns) or list(rows[0])
        longest = [max(len(name), *(len(clean(row.get(name))) for row in rows)) for name in names]
        print_table(rows, [Column(*each) for each in zip(names, names, fitted(longest), strict=True)])


def fitted(widths: Sequence[int], total: int = 100) -> list[int]:
    """Widths of columns that fit side by side: the widest gives way."""
    found = list(widths)
    while sum(found) + 2 * (len(found) - 1) > total and max(found) > NARROWEST:
        found[found.index(max(found))] -= 1
    return found


def when(row: Row) -> str:
    """A session's date, and its time where one is stated: never an invented one."""
    if row.get("starts_at"):
        return str(row["starts_at"])[:16].replace("T", " ")
    return str(row.get("session_date") or "date unknown")


def moment(text: object) -> str:
    """A stored instant to the minute, in UTC."""
    return f"{str(text)[:16].replace('T', ' ')}Z" if text else ""


def plural(count: int, word: str, words: str = "") -> str:
    """« 1 document », « 2 documents »."""
    return f"{count} {word if count == 1 else words or word + 's'}"


def wrapped(text: object, indent: str = "", width: int = 99) -> str:
    """Fetched text as harmless lines that fit the terminal."""
    line = " ".join(clean(text).split())
    hang = indent + ("  " if line.startswith("- ") else "")
    return textwrap.fill(line, width, initial_indent=indent, subsequent_indent=hang, break_on_hyphens=False)
