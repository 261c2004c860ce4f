"""``tocsin review``: say of a flag that it is right or wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from crawler.cli.app import App, pass_app, print_json
from crawler.cli.filters import filter_options, filters, json_option
from crawler.cli.listings import item_text
from crawler.cli.tables import Row, moment, plural, when, wrapped
from crawler.reviewing import review as record
from db.queries import Reader
from db.store.reviews import Reviews, Verdict

VERDICTS = ("all", "pending", "confirmed", "dismissed")


@click.group()
def review() -> None:
    """Confirm or dismiss what was flagged.

    What is dismissed leaves listings, exports, feeds and the portal, and alerts on it that were only planned are
    dropped. Who reviewed it and why stay on the desk.
    """


@review.command("list")
@click.option("--verdict", type=click.Choice(VERDICTS), default="all", show_default=True, help="Only these.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="At most so many.")
@filter_options
@json_option
@pass_app
def list_(app: App, /, verdict: str, limit: int, as_json: bool, **given: Any) -> None:
    """Flags with the words that raised them and what was said of them, those not reviewed yet first."""
    chosen = filters(app, "flagged", **given)
    if chosen.min_score is None:
        chosen = replace(chosen, min_score=app.config.alerts.minimum_score)
    with Reader(app.home) as reader, Reviews(app.home) as reviews:
        said = {row["flag_id"]: row for row in reviews.last()}
        rows = [_row(row, said.get(row["flag_id"])) for row in reader.reviewable(chosen)]
    asked = None if verdict == "pending" else verdict
    rows = [row for row in rows if verdict == "all" or row["verdict"] == asked]
    rows.sort(key=lambda row: row["verdict"] is not None)
    if as_json:
        print_json(rows[:limit])
    for row in () if as_json else rows[:limit]:
        _print(row)
    if not rows and not as_json:
        click.echo("nothing to review")
    if len(rows) > limit:
        click.echo(f"… and {len(rows) - limit} more: --limit {len(rows)}", err=True)


@review.command()
@click.argument("flags", nargs=-1, required=True, metavar="FLAG…")
@click.option("--note", help="Why; kept on the desk alone.")
@json_option
@pass_app
def confirm(app: App, flags: tuple[str, ...], note: str | None, as_json: bool) -> None:
    """Say that flags are right."""
    _record(app, flags, "confirmed", note, as_json)


@review.command()
@click.argument("flags", nargs=-1, required=True, metavar="FLAG…")
@click.option("--note", help="Why; kept on the desk alone.")
@json_option
@pass_app
def dismiss(app: App, flags: tuple[str, ...], note: str | None, as_json: bool) -> None:
    """Say that flags are wrong: nobody is shown or told of them any more."""
    _record(app, flags, "dismissed", note, as_json)


@review.command()
@click.argument("flags", nargs=-1, required=True, metavar="FLAG…")
@json_option
@pass_app
def undo(app: App, flags: tuple[str, ...], as_json: bool) -> None:
    """Take back what was said of flags."""
    _record(app, flags, "undone", None, as_json)


def _record(app: App, flags: tuple[str, ...], verdict: Verdict, note: str | None, as_json: bool) -> None:
    done = record(app.home, app.config, [each.strip() for each in flags], verdict, note, app.now())
    if as_json:
        told = {"verdict": verdict, "flags": list(done.flags), "alerts_dropped": done.dropped}
        print_json(told | {"alerts_planned": done.planned})
        return
    word = {"confirmed": "confirmed", "dismissed": "dismissed", "undone": "as if never reviewed"}[verdict]
    click.echo(f"{plural(len(done.flags), 'flag')} {word}" if done.flags else "nothing to change")
    if done.dropped:
        click.echo(f"{plural(done.dropped, 'planned alert')} dropped")
    if done.planned:
        click.echo(f"{plural(done.planned, 'alert')} planned")


def _row(row: Row, said: Row | None) -> dict[str, Any]:
    verdict = {name: said[name] if said else None for name in ("verdict", "note", "reviewed_at")}
    return {"flag_id": row["flag_id"], **verdict, **{key: value for key, value in row.items() if key != "flag_id"}}


def _print(row: Row) -> None:
    head = f"{row['flag_id']}  {row['verdict'] or 'not reviewed'}  {row['score']:.2f}  {' '.join(row['topics'])}"
    click.echo(head)
    click.echo(wrapped(f"{row['council']}, {when(row)}: {item_text(row)}", "  "))
    if row["item_title"] and row["excerpt"] not in row["item_title"]:
        click.echo(wrapped(f"« {row['excerpt']} »", "  "))
    for term in row["terms"][:6]:
        click.echo(wrapped(f"- {term['topic']}, {term['term']}, {term['score']:.2f}: « {term['text']} »", "  "))
    click.echo(wrapped(f"{row['document_url']}, page {row['page']}", "  "))
    if row["note"]:
        click.echo(wrapped(f"note: {row['note']}", "  "))
    click.echo(f"  reviewed {moment(row['reviewed_at'])}\n" if row["reviewed_at"] else "")
