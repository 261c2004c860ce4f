"""``tocsin search``: words in the pages of documents and the titles of items."""

from __future__ import annotations

import time
from typing import Any

import click

from crawler.cli.app import App, clean, pass_app, print_json
from crawler.cli.filters import filter_options, filters, json_option
from crawler.cli.tables import Row, wrapped
from crawler.errors import UsageError
from db.queries import Reader
from db.search import Found, in_one_line
from db.search_terms import parse

PATIENCE = 20.0  # seconds: a person at a terminal waits longer than a portal's readers


@click.command()
@click.argument("text", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="At most this many.")
@click.option("--newest", is_flag=True, help="The newest first, not the best.")
@filter_options
@json_option
@pass_app
def search(app: App, /, text: tuple[str, ...], limit: int, newest: bool, as_json: bool, **given: Any) -> None:
    """Items and pages that hold every word of TEXT, best first.

    Accents and capitals do not matter. "Words in quotes" stand together, vidéo* finds all words that begin so, and NOT
    WORD leaves out what holds it (so does -WORD, after --).
    """
    words = " ".join(text)
    if all(term.exclude for term in parse(words)):
        raise UsageError(f"nothing to search for in {words!r}: give at least one word to be found")
    _ = app.config  # says so where there is no home
    with Reader(app.home) as reader:
        found = reader.find(
            words, filters(app, "search", **given), limit=limit, newest=newest, patience=PATIENCE, clock=time.monotonic
        )
    rows = [in_one_line(row, ("[", "]")) for row in found.rows]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        _print(row)
    click.echo(_summary(found, limit))


def _summary(found: Found, limit: int) -> str:
    if found.looked is not None:
        looked = f"only the {found.looked:,} pages read last were looked through: these words are on too many"
        return f"at least {found.total:,} found; {looked}"
    if found.more:
        return f"more than {found.total:,} found; the newest {found.total:,} were ranked, the first {limit} are shown"
    return f"{found.total:,} found" + (f" (the first {limit}; more with --limit)" if found.total > limit else "")


def _print(row: Row) -> None:
    day = row["session_date"] or "date unknown"
    item = f", item {row['item_number']}" if row["item_number"] else ""
    click.echo(clean(f"{day}  {row['council']}, {row['body'] or row['document_kind']}{item}"))
    click.echo(wrapped(row["snippet"], "    "))
    page = f", page {row['page']}" if row["page"] else ""
    shown = row["item_id"] or row["session_id"] or row["document_id"]
    click.echo(clean(f"    {row['document_url']}{page}"))
    click.echo(clean(f"    tocsin show {shown}") + "\n")
