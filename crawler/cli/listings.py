"""``tocsin upcoming`` and ``tocsin flagged``: the sessions ahead, and what was found relevant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import click

from crawler.cli.app import App, pass_app, print_json
from crawler.cli.filters import filter_options, filters, json_option
from crawler.cli.tables import Column, Row, plural, print_table, when
from db.queries import Reader


@click.command()
@filter_options
@json_option
@pass_app
def upcoming(app: App, /, as_json: bool, **given: Any) -> None:
    """The sessions ahead, soonest first."""
    with Reader(app.home, minimum_score=app.config.alerts.minimum_score) as reader:
        rows = reader.upcoming(app.now(), filters(app, "sessions", **given))
    columns = [
        Column("when", when, 16),
        Column("session", "session_id", 12),
        Column("council", "council", 20),
        Column("body", "body", 20),
        Column("status", _unless("status", "scheduled"), 10),
        Column("items", "items", 5),
        Column("flagged", "flagged_items", 7),
    ]
    _print(rows, columns, as_json, "no session ahead is known")


@click.command()
@filter_options
@json_option
@pass_app
def flagged(app: App, /, as_json: bool, **given: Any) -> None:
    """What was found relevant, past and ahead, with at least the configured minimum score."""
    chosen = filters(app, "flagged", **given)
    if chosen.min_score is None:
        chosen = replace(chosen, min_score=app.config.alerts.minimum_score)
    with Reader(app.home) as reader:
        rows = reader.flagged(chosen)
    columns = [
        Column("session", when, 10),
        Column("flag", "flag_id", 12),
        Column("council", "council", 14),
        Column("item", item_text, 30),
        Column("topics", lambda row: " ".join(row["topics"]), 18),
        Column("score", lambda row: f"{row['score']:.2f}{'?' if row['uncertain'] else ''}", 5),
    ]
    _print(rows, columns, as_json, f"nothing flagged with a score of {chosen.min_score:g} or more")
    if rows and not as_json:
        if any(row["uncertain"] for row in rows):
            click.echo("\n? read with doubt on a scanned page: check it on the document")
        click.echo(f"\n{plural(len(rows), 'flag')}; more about one: tocsin show {rows[0]['flag_id']}")


def item_text(row: Row) -> str:
    """« 27. Title », or the passage where it belongs to no item."""
    if not row.get("item_title"):
        return f"« {row['excerpt']} »"
    return f"{row['item_number']}. {row['item_title']}" if row.get("item_number") else str(row["item_title"])


def _unless(key: str, usual: str) -> Any:
    return lambda row: "" if row.get(key) == usual else row.get(key)


def _print(rows: Sequence[Row], columns: Sequence[Column], as_json: bool, empty: str) -> None:
    if as_json:
        print_json([dict(row) for row in rows])
    elif rows:
        print_table(rows, columns)
    else:
        click.echo(empty)
