"""``tocsin sources``: who is watched, and how well."""

from __future__ import annotations

import json

import click

from crawler.cli.app import App, clean, pass_app, print_json
from crawler.cli.filters import json_option
from crawler.cli.tables import Column, Row, moment, plural, print_table
from crawler.councils import council_of
from crawler.models import Council
from crawler.sources import Memory, concerns, merged, remember
from db.queries import Reader
from spiders.registry import Registry

BLIND = ("blind", "blocked", "disallowed")
COLUMNS = (
    Column("council", "council_id", 24),
    Column("name", "council", 24),
    Column("state", "state", 10),
    Column("last crawl", lambda row: moment(row["last_crawl_at"]), 17),
    Column("documents", "documents", 9),
    Column("", lambda row: "" if row["watched"] else "(not watched)", 13),
)


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def sources(ctx: click.Context, as_json: bool) -> None:
    """List, show and check what is watched; alone: list."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_sources, as_json=as_json)


@sources.command("list")
@json_option
@pass_app
def list_sources(app: App, as_json: bool) -> None:
    """Every source with its state."""
    with Reader(app.home) as reader:
        rows = merged(reader.sources(), app.config)
    if as_json:
        print_json(rows)
    elif rows:
        print_table(rows, COLUMNS)
    else:
        click.echo("no council is watched yet: tocsin add NAME")


@sources.command()
@click.argument("council", metavar="ID")
@json_option
@pass_app
def show(app: App, council: str, as_json: bool) -> None:
    """One source: its state, last crawls, productive pages, documents by state."""
    chosen = council_of(council, app.config, Registry.load())
    memory = remember(app.home, chosen)
    if as_json:
        print_json(_as_json(memory, concerns(memory, app.config)))
        return
    _heading(chosen, memory)
    if memory.crawls:
        click.echo("\nlast crawls")
        print_table(memory.crawls, CRAWLS)
    _pages(memory)
    _errors(memory)
    click.echo(f"\ndocuments: {_counts(memory.documents) or 'none'}")
    click.echo(f"kept on:   {_counts(memory.hosts) or '-'}")
    for line in memory.crawls and json.loads(memory.crawls[0]["log"]):
        click.echo(f"log: {clean(line)}")


@sources.command()
@click.argument("council", metavar="ID")
@json_option
@pass_app
def check(app: App, council: str, as_json: bool) -> int:
    """From memory, without fetching: where the next crawl begins, and what looks wrong."""
    chosen = council_of(council, app.config, Registry.load())
    memory = remember(app.home, chosen)
    found = concerns(memory, app.config)
    if as_json:
        print_json(_as_json(memory, found))
    else:
        _heading(chosen, memory)
        click.echo("\nthe next crawl begins at")
        remembered = [row["url"] for row in memory.pages if row["productive"] and not row["error"]]
        for url in dict.fromkeys([*remembered, *memory.starts]):
            click.echo(f"  {clean(url)}{' (led to documents)' if url in remembered else ''}")
        _errors(memory)
        click.echo("\nlooks wrong" if found else "\nnothing looks wrong")
        for line in found:
            click.echo(f"  - {clean(line)}")
    bad = memory.source is not None and memory.source["state"] in BLIND
    return 1 if bad or (memory.crawls and memory.crawls[0]["state"] == "failed") else 0


CRAWLS = (
    Column("begun", lambda row: moment(row["started_at"]), 17),
    Column("state", "state", 11),
    Column("requests", "requests", 8),
    Column("304", "not_modified", 5),
    Column("listed", "documents_listed", 6),
    Column("new", "documents_new", 5),
    Column("changed", lambda row: row["versions_new"] - row["documents_new"], 7),
    Column("failed", lambda row: row["page_errors"] + row["documents_failed"] + row["item_errors"], 6),
    Column("reason", "reason", 16),
)


def _heading(council: Council, memory: Memory) -> None:
    state = memory.source["state"] if memory.source else "new"
    reason = f": {clean(memory.source['reason'])}" if memory.source and memory.source["reason"] else ""
    click.echo(f"{council.id}  {clean(council.name)}  {clean(council.website or 'no web site')}")
    click.echo(f"state: {state}{reason}")


def _pages(memory: Memory) -> None:
    if memory.pages:
        click.echo("\npages that a crawl begins with")
        columns = (
            Column("page", "url", 60),
            Column("documents", "productive", 9),
            Column("looked at", lambda row: moment(row["fetched_at"]), 17),
        )
        print_table(memory.pages, columns)


def _errors(memory: Memory) -> None:
    if memory.errors:
        click.echo(f"\nlast looks that failed ({plural(len(memory.errors), 'address', 'addresses')})")
        print_table(memory.errors, (Column("address", "url", 60), Column("error", _error, 34)))


def _error(row: Row) -> str:
    return f"{row['status']} {row['error']}" if row["status"] else str(row["error"])


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {clean(word)}" for word, number in counts.items())


def _as_json(memory: Memory, found: list[str]) -> Row:
    crawls = [{**row, "log": json.loads(row["log"])} for row in memory.crawls]
    return {
        "council_id": memory.council.id, "council": memory.council.name, "website": memory.council.website,
        "starts": list(memory.starts), "source": memory.source, "crawls": crawls, "pages": list(memory.pages),
        "errors": list(memory.errors), "documents": memory.documents, "hosts": memory.hosts, "concerns": found,
    }  # fmt: skip
