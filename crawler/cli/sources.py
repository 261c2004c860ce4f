"""``tocsin sources``: who is watched, and how well."""

from __future__ import annotations

import json

import click

from crawler.cli.app import App, clean, pass_app, print_json
from crawler.cli.filters import json_option
from crawler.cli.tables import Column, Row, moment, plural, print_table, wrapped
from crawler.concerns import concerns
from crawler.councils import council_of
from crawler.models import Council
from crawler.sources import Memory, merged, remember
from db.health import source_label
from db.queries import Reader
from spiders.registry import Registry

BLIND = ("blind", "blocked", "disallowed")
LIVE_PAGES = 25  # requests of one look, to the site and to each platform
SHOWN = 12  # addresses of a plan that ``check`` names
COLUMNS = (
    Column("source", source_label, 24),
    Column("name", "council", 17),
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
    """Every source with its state: the site of each council, and the platforms read beside it."""
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
    """The stored plan of one council: which pages and platforms, why, and how they fare; its last crawls."""
    chosen = council_of(council, app.config, Registry.load())
    memory = remember(app.home, chosen)
    if as_json:
        print_json(_as_json(memory, _concerns(app, memory)))
        return
    _heading(memory)
    if plan := memory.plan():
        click.echo("\nthe plan")
        print_table(plan, PLAN)
    if memory.crawls:
        click.echo("\nlast crawls")
        print_table(memory.crawls, CRAWLS)
    _errors(memory)
    click.echo(f"\ndocuments: {_counts(memory.documents) or 'none'}")
    click.echo(f"kept on:   {_counts(memory.hosts) or '-'}")
    for crawl in memory.last_crawls():
        for line in json.loads(crawl["log"]):
            click.echo(wrapped(f"log of {crawl['spider']}: {line}"))


@sources.command()
@click.argument("council", metavar="ID")
@click.option("--live", is_flag=True, help=f"Look now, with at most {LIVE_PAGES} requests a source; nothing is kept.")
@json_option
@pass_app
def check(app: App, council: str, live: bool, as_json: bool) -> int:
    """What would be crawled, what was found, and what looks wrong: from memory, or with a look now.

    Exit code 1 where a source is blind, or its last crawl failed.
    """
    chosen = council_of(council, app.config, Registry.load())
    if live:
        from crawler.cli.look import look  # noqa: PLC0415  Scrapy is slow to import

        click.echo(f"looking at {clean(chosen.website or '')}, without keeping anything", err=True)
        memory = look(app.home, app.config, chosen, app.now, LIVE_PAGES)
    else:
        memory = remember(app.home, chosen)
    found = _concerns(app, memory)
    if as_json:
        print_json(_as_json(memory, found))
    else:
        _heading(memory)
        _would_be_crawled(app, memory)
        _was_found(memory)
        _errors(memory)
        click.echo("\nlooks wrong" if found else "\nnothing looks wrong")
        for line in found:
            click.echo(wrapped(f"- {line}", "  "))
    bad = any(source["state"] in BLIND for source in memory.sources)
    return 1 if bad or any(crawl["state"] == "failed" for crawl in memory.last_crawls()) else 0


PLAN = (
    Column("read by", lambda row: row["spider"] if row["begins"] else f"({row['spider']})", 13),
    Column("address", "url", 40),
    Column("why", lambda row: f"{row['why']}; {row['error']}" if row["error"] else row["why"], 28),
    Column("last of use", lambda row: (row["last_productive_at"] or "")[:10], 11),
)
CRAWLS = (
    Column("begun", lambda row: moment(row["started_at"]), 17),
    Column("source", "spider", 12),
    Column("state", "state", 11),
    Column("asked", "requests", 5),
    Column("304", "not_modified", 4),
    Column("listed", "documents_listed", 6),
    Column("new", "documents_new", 4),
    Column("chg.", lambda row: row["versions_new"] - row["documents_new"], 4),
    Column("bad", lambda row: row["page_errors"] + row["documents_failed"] + row["item_errors"], 4),
    Column("reason", "reason", 15),
)


def _concerns(app: App, memory: Memory) -> list[str]:
    council = memory.council
    registered = Registry.load().get(council.id)
    same = registered is not None and registered.website == council.website
    confidence = Registry.load().site(council.id).confidence if same else ""
    return concerns(memory, app.config, app.now().astimezone(council.zone).date(), confidence)


def _heading(memory: Memory) -> None:
    council: Council = memory.council
    click.echo(f"{council.id}  {clean(council.name)}  {clean(council.website or 'no web site')}")
    if memory.moved:
        click.echo(f"moved on {memory.moved['moved_at'][:10]} to {clean(memory.moved['moved_to'])}")
    if not memory.sources:
        click.echo("state: new")
    for source in memory.sources:
        name = "state" if source["spider"] == "site" else source["spider"]
        late = "" if source["early"] else " (published after the vote)"
        reason = f": {source['reason']}" if source["reason"] else ""
        click.echo(wrapped(f"{name}: {source['state']}{late}{reason}"))
    if len(memory.sources) > 1:
        click.echo(f"in all: {memory.state['state']}")


def _would_be_crawled(app: App, memory: Memory) -> None:
    plan = [row for row in memory.plan() if row["begins"]]
    if not plan:
        return
    click.echo(f"\nwould be crawled (at most {plural(app.config.crawl.max_pages, 'request')}), beginning at")
    for row in plan[:SHOWN]:
        platform = "" if row["spider"] == "site" else f"{row['spider']} "
        click.echo(f"  {platform}{clean(row['url'])}")
        click.echo(wrapped(row["why"], "      "))
    if len(plan) > SHOWN:
        click.echo(f"  … and {len(plan) - SHOWN} more: tocsin sources show {memory.council.id}")


def _was_found(memory: Memory) -> None:
    if memory.crawls:
        click.echo("\nfound in the last crawl")
    for crawl in memory.last_crawls():
        asked, listed = plural(crawl["requests"], "request"), plural(crawl["documents_listed"], "document")
        begun = f"{crawl['spider']}, {moment(crawl['started_at'])}"
        click.echo(f"  {begun}: {asked}, {listed} listed, {crawl['documents_new']} new")
    if memory.documents:
        newest = f", the latest of {memory.newest[0]['date']}" if memory.newest else ""
        click.echo(f"known: {_counts(memory.documents)}; {plural(memory.sessions, 'session')}{newest}")


def _errors(memory: Memory) -> None:
    if memory.errors:
        click.echo(f"\nlast looks that failed ({plural(len(memory.errors), 'address', 'addresses')})")
        print_table(memory.errors, (Column("address", "url", 60), Column("error", _error, 34)))


def _error(row: Row) -> str:
    status = str(row["status"] or "")
    return status if row["error"] == status else f"{status} {row['error']}".strip()


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {clean(word)}" for word, number in counts.items())


def _as_json(memory: Memory, found: list[str]) -> Row:
    crawls = [{**row, "log": json.loads(row["log"])} for row in memory.crawls]
    return {
        "council_id": memory.council.id, "council": memory.council.name, "website": memory.website,
        "state": memory.state["state"], "starts": list(memory.starts), "source": memory.source,
        "sources": list(memory.sources), "plan": memory.plan(), "entries": list(memory.entries), "crawls": crawls,
        "pages": list(memory.pages), "errors": list(memory.errors), "documents": memory.documents,
        "hosts": memory.hosts, "sessions": memory.sessions, "moved": memory.moved is not None, "concerns": found,
    }  # fmt: skip
