"""Finding rows with bounded work: the newest first, in growing pieces of the archive, until enough or until time is up.

What no index answers quickly is taken out of the question and compared with the text of what the rest finds: a prefix
that begins millions of words, of which FTS5 would merge all lists before it names one page.
"""

# SQL is put together from constant fragments here; every value is bound.
# ruff: noqa: S608

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from db.reader import Row
from db.search_marks import EVERYTHING
from db.search_terms import Term, expression
from db.search_text import countable, occurrences, quick, rarity_of

Ask = Callable[[str, Mapping[str, Any]], list[Row]]  # the rows of a query in one archive
FIRST_PIECE = 50_000  # rows of the newest piece; each further one is twice as large
HEAVY_LEAVES = 160  # index leaves of 4 kB behind a prefix: merging more takes over 20 ms
LOOKED_AT = 3_000  # texts compared with what was taken out
RARE = 2_000  # a word on more pages than this weighs as if it were on so many
TEXTS_AT_ONCE = 200
COMPARED = 60_000  # characters of one text


@dataclass(frozen=True, slots=True)
class Table:
    """An index and what stands behind it."""

    index: str
    column: str  # of the text, in the index and in the content table
    content: str
    key: str
    rows: str  # SQL of the newest rows, with ``{where}``; binds :match, :low, :high and :limit


@dataclass(frozen=True, slots=True)
class Question:
    """What every table is asked: terms, marks that rows must have, a condition on them."""

    terms: tuple[Term, ...]
    marks: str | None
    where: str
    parameters: dict[str, Any]
    most: int  # rows wanted


@dataclass(slots=True)
class Scanned:
    """What one table of one archive gave."""

    rows: list[Row] = field(default_factory=list)  # the newest first
    more: bool = False  # there are older ones, or may be
    looked: int | None = None  # how many of the newest rows of the table were looked at, where not all could be


def scan(ask: Ask, table: Table, question: Question, late: Callable[[], bool]) -> Scanned:
    """The newest rows that agree with the question. ``late``: whether time is up."""
    found = Scanned()
    heavy = tuple(term for term in question.terms if term.prefix and _is_heavy(ask, table, term))
    match = match_of(table, [term for term in question.terms if term not in heavy], question.marks)
    newest, looked = _newest(ask, table), 0
    for low, high in _pieces(newest):
        before = high
        while before > low:
            limit = TEXTS_AT_ONCE if heavy else question.most + 1 - len(found.rows)
            bounds = {"match": match, "low": low, "high": before, "limit": limit}
            rows = ask(table.rows.format(where=question.where), question.parameters | bounds)
            found.rows += _compared(ask, table, rows, heavy)
            if len(found.rows) > question.most:
                found.more = True
                del found.rows[question.most :]
                return found
            before = rows[-1]["rowid"] - 1 if len(rows) == limit else low
            looked += len(rows)
            if before > 0 and (late() or (heavy and looked >= LOOKED_AT)):
                found.more, found.looked = True, newest - before
                return found
    return found


def texts(ask: Ask, table: Table, rowids: Sequence[int], characters: int) -> dict[int, str]:
    """The beginning of the texts of rows."""
    sql = (
        f"SELECT {table.key} AS rowid, substr({table.column}, 1, :characters) AS text FROM {table.content}"
        f" WHERE {table.key} IN (SELECT value FROM json_each(:rowids))"
    )
    rows = ask(sql, {"characters": characters, "rowids": json.dumps(list(rowids))})
    return {row["rowid"]: row["text"] for row in rows}


def rarity(ask: Ask, table: Table, terms: Sequence[Term]) -> list[float]:
    """How much each term tells: of words that are on more than ``RARE`` pages no more is counted."""
    of = max(_newest(ask, table), 1)
    counted = f"SELECT count(*) AS n FROM (SELECT 1 FROM {table.index} WHERE {table.index} MATCH :match LIMIT {RARE})"
    pages = [
        RARE if term.prefix and _is_heavy(ask, table, term)
        else ask(counted, {"match": match_of(table, (replace(term, exclude=False),), None)})[0]["n"]
        for term in terms
    ]  # fmt: skip
    return [rarity_of(min(each, of), of) for each in pages]


def match_of(table: Table, terms: Sequence[Term], marks: str | None) -> str:
    """The FTS5 expression; where no word is wanted any more, of all rows with these marks."""
    words = expression(terms)
    if words is not None:
        return f"{{{table.column}}} : ({words})" + (f" AND {{marks}} : ({marks})" if marks else "")
    excluded = " OR ".join(term.expression for term in terms)
    every = f"{{marks}} : ({marks or EVERYTHING})"
    return f"({every}) NOT {{{table.column}}} : ({excluded})" if excluded else every


def _compared(ask: Ask, table: Table, rows: list[Row], heavy: Sequence[Term]) -> list[Row]:
    """Those rows whose text has, or has not, what was taken out of the question."""
    if not heavy or not rows:
        return rows
    read = texts(ask, table, [row["rowid"] for row in rows], COMPARED)
    kept = []
    for row in rows:
        folded = quick(read.get(row["rowid"], ""))
        if all((occurrences(term, folded) == 0) == term.exclude for term in heavy):
            kept.append(row)
    return kept


def _pieces(newest: int) -> Iterator[tuple[int, int]]:
    """Bounds of row numbers (above, up to), from the newest down."""
    high, size = newest, FIRST_PIECE
    while high > 0:
        yield max(high - size, 0), high
        high, size = high - size, size * 2


def _newest(ask: Ask, table: Table) -> int:
    return int(ask(f"SELECT max({table.key}) AS newest FROM main.{table.content}", {})[0]["newest"] or 0)


_LEAVES = """
    WITH RECURSIVE segments(id) AS (
        SELECT min(segid) FROM {0}_idx
        UNION ALL SELECT (SELECT min(segid) FROM {0}_idx WHERE segid > segments.id) FROM segments
        WHERE segments.id IS NOT NULL)
    SELECT coalesce(sum(
        coalesce((SELECT pgno / 2 FROM {0}_idx WHERE segid = segments.id AND term >= :after ORDER BY term LIMIT 1),
                 (SELECT max(pgno) / 2 FROM {0}_idx WHERE segid = segments.id))
        - coalesce((SELECT pgno / 2 FROM {0}_idx WHERE segid = segments.id AND term <= :first
                    ORDER BY term DESC LIMIT 1), 0)), 0) AS leaves
    FROM segments WHERE id IS NOT NULL
"""


def _is_heavy(ask: Ask, table: Table, term: Term) -> bool:
    """Whether the lists of all words with this beginning are long: FTS5 merges them before it gives the first page.

    Where a word begins is what FTS5's own table of leaves says; it is read, nothing more.
    """
    words = quick(term.text).split()
    if not words or not countable(term):
        return False
    first = b"0" + words[-1]  # the main index has "0" in front of its words
    found = ask(_LEAVES.format(table.index), {"first": first, "after": first + b"\xff"})
    return bool(found[0]["leaves"] > HEAVY_LEAVES)
