"""``tocsin takedown``: take a document out of the archive at somebody's request."""

from __future__ import annotations

from typing import Any

import click

from crawler.cli.app import App, pass_app, print_json
from crawler.cli.filters import json_option
from crawler.cli.tables import moment, plural, wrapped
from crawler.errors import UsageError
from crawler.taking_down import STATE, Target, find, take_down
from db.store.archive import Store


@click.command()
@click.argument("target", required=False, metavar="DOCUMENT|SHA256|URL")
@click.option("--reason", help="Why, in a line that names nobody: it stays in the archive.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@click.option("--list", "listing", is_flag=True, help="What was taken down.")
@json_option
@pass_app
def takedown(app: App, /, target: str | None, reason: str | None, yes: bool, listing: bool, as_json: bool) -> None:
    """Take a document down: its bytes, text, search entries, excerpts and images go, for good.

    Its hash, the reason and the day stay, so that no crawl archives it again. With a document's id or address all its
    versions go, with a SHA-256 those alone; so do the same bytes or the same text under other addresses, the archive
    that it came in, and what is inside an archive. Backups, exports and messages that were sent are out of reach.
    """
    config = app.config
    if listing:
        _list(app, as_json)
        return
    if not target or not reason:
        raise UsageError('name what is to go and why: tocsin takedown DOCUMENT --reason "request of 12 March"')
    found = find(app.home, target.strip())
    rows = [row for row in found.versions if row["state"] != STATE]
    if not as_json:
        _show(found)
    if rows and not yes and not click.confirm(f"Take {plural(len(rows), 'version')} down for good?", err=True):
        raise UsageError("nothing was taken down")
    done = take_down(app.home, config, found, reason, app.now())
    if as_json:
        documents = sorted({row["document_id"] for row in found.versions})
        print_json({"documents": documents, "versions": done.versions, "files": done.files})
        return
    click.echo(f"taken down: {plural(done.versions, 'version')}, {plural(done.files, 'file')} removed")
    click.echo(wrapped("Backups, exported files and messages already sent still hold it: see docs/operators.md."))


def _show(found: Target) -> None:
    for row in found.versions:
        state = ", taken down already" if row["state"] == STATE else f", {plural(row['page_count'], 'page')}"
        click.echo(wrapped(f"{row['document_id']} version {row['number']}{state}: {row['url']}"))


def _list(app: App, as_json: bool) -> None:
    rows: dict[str, dict[str, Any]] = {}
    for private in (False, True):
        if (app.home.private if private else app.home.archive).exists():
            with Store(app.home, private=private) as store:
                for row in store.takedowns():
                    known = rows.get(row["sha256"])
                    rows[row["sha256"]] = row if known is None or known["url"] is None else known
    if as_json:
        print_json(list(rows.values()))
        return
    for row in rows.values():
        click.echo(f"{moment(row['taken_at'])}  {row['document_id']}  {row['sha256']}")
        click.echo(wrapped(f"{row['url']}: {row['reason']}", "  "))
    if not rows:
        click.echo("nothing was taken down")
