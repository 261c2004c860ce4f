"""``tocsin search``: words in the pages of documents and the titles of items."""

from __future__ import annotations

from typing import Any

import click

from crawler.cli.app import App, clean, pass_app, print_json
from crawler.cli.filters import filter_options, filters, json_option
from crawler.cli.tables import Row, wrapped
from crawler.errors import UsageError
from db.queries import Reader


@click.command()
@click.argument("text", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="At most this many.")
@filter_options
@json_option
@pass_app
def search(app: App, /, text: tuple[str, ...], limit: int, as_json: bool, **given: Any) -> None:
    """Items and pages that hold every word of TEXT, best first; "quoted words" stand together."""
    words = " ".join(text)
    if not any(letter.isalnum() for letter in words):
        raise UsageError(f"nothing to search for in {words!r}: give at least one word")
    _ = app.config  # says so where there is no home
    with Reader(app.home) as reader:
        rows = reader.search(words, filters(app, "search", **given), limit)
    if as_json:
        print_json(rows)
        return
    for row in rows:
        _print(row)
    click.echo(f"{len(rows)} found" + (f" (the first {limit}; more with --limit)" if len(rows) == limit else ""))


def _print(row: Row) -> None:
    day = row["session_date"] or "date unknown"
    item = f", item {row['item_number']}" if row["item_number"] else ""
    click.echo(clean(f"{day}  {row['council']}, {row['body'] or row['document_kind']}{item}"))
    click.echo(wrapped(row["snippet"], "    "))
    page = f", page {row['page']}" if row["page"] else ""
    shown = row["item_id"] or row["session_id"] or row["document_id"]
    click.echo(clean(f"    {row['document_url']}{page}"))
    click.echo(clean(f"    tocsin show {shown}") + "\n")
