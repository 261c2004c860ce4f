"""``tocsin export``: what the archive holds, for other programs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from crawler.cli.app import App, pass_app
from crawler.cli.export_sink import BINARY, binary_sink, format_of, refuse_own, text_sink
from crawler.cli.export_warc import export_warc
from crawler.cli.export_whole import export_archive, export_deliberations
from crawler.cli.filters import filter_options, filters
from crawler.cli.tables import plural
from crawler.councils import council_of
from crawler.errors import UsageError
from crawler.models import Council
from db.export import write
from db.export_columns import COLUMNS
from db.export_geojson import write_geojson
from db.export_parquet import need_pyarrow, write_parquet
from db.export_xlsx import write_xlsx
from db.queries import Filters, Reader
from db.snapshot import without_folders
from db.store.desk import Desk
from spiders.registry import Registry

Rows = Iterable[Mapping[str, Any]]
FORMATS = ("csv", "json", "ndjson", "parquet", "xlsx", "geojson", "scdl")
MAPPED = ("flagged", "sessions")  # what geojson sums up
WHOLE = ("deliberations", "scdl", "archive", "warc")


@click.command()
@click.argument("what", type=click.Choice([*COLUMNS, *WHOLE]))
@click.option("--format", "form", type=click.Choice(FORMATS), help="Default: as the file's suffix says, else csv.")
@click.option(
    "--out", "--output", "-o", "output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file."
)
@click.option("--public", is_flag=True, help="Leave out what is private: for a file that others will read.")
@click.option("--force", is_flag=True, help="archive: replace a file that exists.")
@click.option(
    "--files", type=click.Path(dir_okay=False, path_type=Path), help="archive: also the documents, as .zip or .tar."
)
@click.option("--siret", "sirets", multiple=True, metavar="COUNCIL=SIRET", help="deliberations: a SIRET you know.")
@filter_options
@pass_app
def export(
    app: App, /, what: str, form: str | None, output: Path | None, public: bool, force: bool, files: Path | None,
    sirets: tuple[str, ...], **given: Any,
) -> int:  # fmt: skip
    """Write what the archive holds as CSV, JSON, one JSON object per line (ndjson), Parquet, XLSX or GeoJSON.

    deliberations (or scdl): adopted votes in the open-data schema of the French authorities. archive: everything public
    as one SQLite file, which Datasette opens. warc: the public documents as a web archive (.warc.gz).
    """
    refuse_own(app.home, output)
    refuse_own(app.home, files)
    if what == "archive":
        if form or any(given.values()):
            raise UsageError("archive is the whole database: it takes neither --format nor filters")
        return export_archive(app, output, files, force=force)
    if files or force:
        raise UsageError("--files and --force belong to tocsin export archive")
    if what == "warc":
        if form is not None:
            raise UsageError("warc is a format of its own: it takes no --format")
        return export_warc(app, filters(app, "documents", **given), output)
    if what in ("deliberations", "scdl"):
        if form not in (None, "scdl", "csv"):
            raise UsageError(f"deliberations are written as scdl, a CSV file, not as {form}")
        export_deliberations(app, filters(app, "votes", **given), output, sirets)
        return 0
    if sirets:
        raise UsageError("--siret belongs to tocsin export deliberations")
    return _listing(app, what, format_of(form, output), output, filters(app, what, **given), public=public)


def _listing(app: App, what: str, form: str, output: Path | None, chosen: Filters, *, public: bool) -> int:
    if public and what == "alerts":
        raise UsageError("alerts are never public: they tell who subscribes")
    if form == "scdl":
        raise UsageError(f"scdl is for votes on deliberations: tocsin export deliberations, not {what}")
    if form == "geojson" and what not in MAPPED:
        raise UsageError(f"geojson is for {' and '.join(MAPPED)}, not {what}")
    if form == "parquet":
        need_pyarrow()
    if what == "flagged" and chosen.min_score is None:
        chosen = replace(chosen, min_score=app.config.alerts.minimum_score)
    secret = what == "alerts" or (not public and app.home.private.exists())
    with Reader(app.home, private=not public, minimum_score=app.config.alerts.minimum_score) as reader:
        try:
            count, notes = _write(app, reader, what, form, output, chosen, secret=secret, public=public)
        except BrokenPipeError:  # the reader of our output has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
    for note in notes:
        click.echo(note, err=True)
    if output is not None:
        click.echo(f"wrote {plural(count, 'row')} to {output}", err=True)
    return 0


def _write(
    app: App, reader: Reader, what: str, form: str, output: Path | None, chosen: Filters, *, secret: bool, public: bool
) -> tuple[int, list[str]]:
    """Write one listing; how many rows, and what should be said of them."""
    if form == "geojson":
        with text_sink(output, secret=secret) as text:
            return write_geojson(reader, chosen, app.now(), text), []
    rows: Rows = _alerts(app, reader, chosen) if what == "alerts" else reader.stream(what, chosen)
    rows = map(without_folders, rows) if public else rows
    columns = COLUMNS[what]
    if form not in BINARY:
        with text_sink(output, secret=secret) as text:
            return write(rows, form, text, columns=tuple(columns)), []
    with binary_sink(output, form, secret=secret) as stream:
        if form == "parquet":
            return write_parquet(rows, columns, stream), []
        count, cut = write_xlsx(rows, columns, stream, what)
        return count, [f"{plural(cut, 'cell')} cut at what a cell can hold; other formats have it whole"] if cut else []


def _alerts(app: App, reader: Reader, chosen: Filters) -> Iterator[Mapping[str, Any]]:
    """The alerts of the desk; topic and score are those of what an alert is about."""
    subjects = None
    if chosen.topics or chosen.min_score is not None:
        about = reader.stream("flagged", Filters(topics=chosen.topics, min_score=chosen.min_score))
        subjects = {row["item_id"] or row["flag_id"] for row in about}
    places: dict[str, Council | None] = {}
    with Desk(app.home) as desk:
        rows = {row["alert_id"]: row for row in desk.alert_rows()}
        for alert in desk.alerts():
            if (subjects is None or alert.subject in subjects) and _within(app, rows[alert.id], chosen, places):
                yield rows[alert.id]


def _within(app: App, row: Mapping[str, Any], chosen: Filters, places: dict[str, Council | None]) -> bool:
    day = str(row["session_date"] or row["due_at"])[:10]
    if chosen.kinds and row["kind"] not in chosen.kinds:
        return False
    if (chosen.since and day < chosen.since.isoformat()) or (chosen.until and day > chosen.until.isoformat()):
        return False
    if chosen.councils and row["council_id"] not in chosen.councils:
        return False
    if not (chosen.departments or chosen.regions):
        return True
    council_id = row["council_id"]
    if council_id not in places:
        try:
            places[council_id] = council_of(council_id, app.config, Registry.load())
        except UsageError:  # a council that is no longer watched: its place is not known any more
            places[council_id] = None
    council = places[council_id]
    return council is not None and (
        (not chosen.departments or council.department in chosen.departments)
        and (not chosen.regions or council.region in chosen.regions)
    )
