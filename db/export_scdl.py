"""The adopted deliberations of the public archive as SCDL "Délibérations" CSV."""

# SQL is put together from constant fragments here; every value is bound.
# ruff: noqa: S608

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TextIO

from db.export import cell
from db.filters import Filters, one_of
from db.queries import Reader
from db.reader import Row
from db.scdl_act import FIELDS, Act, record, siret_in

BATCH = 200  # acts whose texts are held
_ACTS = f"""
    SELECT i.id AS item_id, c.name AS council, s.council_id, i.result, i."for", i.against, i.abstain, i.decided
    FROM items i JOIN sessions s ON s.id = i.session_id JOIN councils c ON c.id = s.council_id
    WHERE {one_of("i.id", "ids")}
"""
# The documents that carry deliberations, with the stretch that is about the item.
_PARTS = f"""
    SELECT iv.item_id, v.id AS version_id, d.kind, d.url, iv.page, iv."start", iv.last_page, iv."end"
    FROM item_versions iv JOIN versions v ON v.id = iv.version_id JOIN documents d ON d.id = v.document_id
    WHERE {one_of("iv.item_id", "ids")} AND iv.superseded_at IS NULL AND iv.page IS NOT NULL
      AND d.kind IN ('deliberation', 'list') ORDER BY d.kind, v.id
"""
_PAGES = """
    SELECT number, text FROM pages WHERE version_id = :version AND number BETWEEN :first AND :last ORDER BY number
"""
_PRINTED = """
    SELECT p.text FROM pages_fts JOIN pages p ON p.id = pages_fts.rowid JOIN versions v ON v.id = p.version_id
    JOIN documents d ON d.id = v.document_id WHERE pages_fts MATCH :siren AND d.council_id = :council LIMIT 200
"""


def write_scdl(
    reader: Reader, filters: Filters, stream: TextIO, sirens: Mapping[str, str], sirets: Mapping[str, str]
) -> tuple[int, int, Counter[str]]:
    """Write the deliberations that the schema can hold; returns how many, how many voted items were left out, and why.

    ``sirens`` and ``sirets`` are by council id. ``reader`` must be of the public archive alone. An item may be left
    out for several reasons.
    """
    writer = csv.writer(stream)
    writer.writerow(FIELDS)
    written, left_out = 0, 0
    why: Counter[str] = Counter()
    known = dict(sirets)
    for rows in _batches(_voted(reader, filters)):
        for act in _acts(reader, rows, sirens, known):
            row, reasons = record(act)
            written, left_out = written + (not reasons), left_out + bool(reasons)
            why.update(reasons)
            if not reasons:
                writer.writerow([cell(row[name]) for name in FIELDS])
    return written, left_out, why


def _voted(reader: Reader, filters: Filters) -> Iterator[Row]:
    """Items with a result, each once, in the order of ``votes``."""
    before = None
    for row in reader.stream("votes", filters):
        if row["item_id"] != before:
            before = row["item_id"]
            yield row


def _acts(reader: Reader, rows: Sequence[Row], sirens: Mapping[str, str], sirets: dict[str, str]) -> Iterator[Act]:
    ids = {"ids": json.dumps([row["item_id"] for row in rows])}
    items = {row["item_id"]: row for row in reader.rows(_ACTS, ids)}
    parts: dict[str, list[Row]] = defaultdict(list)
    for part in reader.rows(_PARTS, ids):
        parts[part["item_id"]].append(part)
    for row in rows:
        item, mine = items[row["item_id"]], parts[row["item_id"]]
        council, siren = item["council_id"], sirens.get(item["council_id"])
        if council not in sirets:
            sirets[council] = _printed(reader, council, siren)
        own = next((each["url"] for each in mine if each["kind"] == "deliberation"), None)
        yield Act(
            council=item["council"],
            siret=sirets[council] or None,
            siren=siren,
            number=row["item_number"],
            numbered=bool(mine),
            day=row["session_date"],
            title=row["item_title"],
            result=item["result"],
            counts=(item["for"], item["against"], item["abstain"]),
            delegated=bool(item["decided"]),
            url=own if own and own.startswith(("http://", "https://")) else None,
            texts=tuple(_text(reader, part) for part in mine),
        )


def _printed(reader: Reader, council: str, siren: str | None) -> str:
    """The one SIRET of a council that its documents print anywhere; empty where there is none, or several."""
    if siren is None or not siren.isdigit():
        return ""
    found = reader.rows(_PRINTED, {"siren": f'"{siren}"*', "council": council})
    return siret_in((row["text"] for row in found), siren) or ""


def _text(reader: Reader, part: Row) -> str:
    """The stretch of a document that is about an item."""
    last = part["last_page"] or part["page"]
    pages = reader.rows(_PAGES, {"version": part["version_id"], "first": part["page"], "last": last})
    texts = []
    for page in pages:
        begin = (part["start"] or 0) if page["number"] == part["page"] else 0
        end = part["end"] if page["number"] == last and part["end"] is not None else None
        texts.append(page["text"][begin:end])
    return "\n".join(texts)


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


__all__ = ["write_scdl"]
