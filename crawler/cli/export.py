"""``tocsin export``: what the archive holds, for other programs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from crawler.cli.app import App, pass_app
from crawler.cli.filters import filter_options, filters
from crawler.councils import council_of
from crawler.errors import UsageError
from db.export import write
from db.queries import Filters, Reader
from db.store.desk import Desk
from spiders.registry import Registry

Rows = list[dict[str, Any]]
LISTINGS: dict[str, Callable[[Reader, Filters], Rows]] = {
    "flagged": lambda reader, chosen: reader.flagged(chosen),
    "sessions": lambda reader, chosen: reader.sessions(chosen),
    "items": lambda reader, chosen: reader.items(chosen),
    "documents": lambda reader, chosen: reader.documents(chosen),
    "votes": lambda reader, chosen: reader.votes(chosen),
}
# the header of a CSV file without rows (DESIGN §6); where there are rows, they bring their own
HEADERS: dict[str, str] = {
    "flagged": "flag_id council_id council kind department region body session_id session_date starts_at session_status"
    " item_id item_number item_title topics score stance excerpt document_url document_kind page first_seen_at outcome"
    " page_method legible uncertain private decided",
    "sessions": "session_id council_id body session_date starts_at place status convened_on agenda_url documents items"
    " last_day",
    "items": "item_id session_id council_id number title page document_url topics outcome rapporteur theme parent_id"
    " decided announced",
    "votes": "council_id session_date item_number item_title result for against abstain unanimous document_url page"
    " not_voting",
    "documents": "document_id version council_id url kind media_type sha256 pages state reason method fetched_at"
    " parent",
    "alerts": "alert_id kind subscription council_id session_date item_title due_at state sent_at message_id",
}


@click.command()
@click.argument("what", type=click.Choice([*LISTINGS, "alerts"]))
@click.option("--format", "form", type=click.Choice(["csv", "json", "ndjson"]), default="csv", show_default=True)
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
@click.option("--public", is_flag=True, help="Leave out what is private: for a file that others will read.")
@filter_options
@pass_app
def export(app: App, /, what: str, form: str, output: Path | None, public: bool, **given: Any) -> None:
    """Write what the archive holds as CSV, JSON or one JSON object per line (ndjson)."""
    if public and what == "alerts":
        raise UsageError("alerts are never public: they tell who subscribes")
    chosen = filters(app, what, **given)
    with Reader(app.home, private=not public, minimum_score=app.config.alerts.minimum_score) as reader:
        if what == "alerts":
            rows = _alerts(app, reader, chosen)
        else:
            if what == "flagged" and chosen.min_score is None:
                chosen = replace(chosen, min_score=app.config.alerts.minimum_score)
            rows = LISTINGS[what](reader, chosen)
    columns = None if rows else HEADERS[what].split()
    if output is None:
        write(rows, form, sys.stdout, columns=columns)
        return
    temporary = output.with_name(f".{output.name}.part")
    try:
        with temporary.open("w", encoding="utf-8", newline="") as stream:
            write(rows, form, stream, columns=columns)
        temporary.replace(output)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise UsageError(f"cannot write {output}: {error.strerror}") from None
    click.echo(f"wrote {len(rows)} rows to {output}", err=True)


def _alerts(app: App, reader: Reader, chosen: Filters) -> Rows:
    """The alerts of the desk; topic and score are those of what an alert is about."""
    subjects = None
    if chosen.topics or chosen.min_score is not None:
        about = reader.flagged(Filters(topics=chosen.topics, min_score=chosen.min_score))
        subjects = {row["item_id"] or row["flag_id"] for row in about}
    with Desk(app.home) as desk:
        rows = {row["alert_id"]: row for row in desk.alert_rows()}
        return [
            rows[alert.id]
            for alert in desk.alerts()
            if (subjects is None or alert.subject in subjects) and _within(app, rows[alert.id], chosen)
        ]


def _within(app: App, row: dict[str, Any], chosen: Filters) -> bool:
    day = str(row["session_date"] or row["due_at"])[:10]
    if chosen.kinds and row["kind"] not in chosen.kinds:
        return False
    if (chosen.since and day < chosen.since.isoformat()) or (chosen.until and day > chosen.until.isoformat()):
        return False
    if chosen.councils and row["council_id"] not in chosen.councils:
        return False
    if not (chosen.departments or chosen.regions):
        return True
    try:
        council = council_of(row["council_id"], app.config, Registry.load())
    except UsageError:  # a council that is no longer watched: its place is not known any more
        return False
    return (not chosen.departments or council.department in chosen.departments) and (
        not chosen.regions or council.region in chosen.regions
    )
