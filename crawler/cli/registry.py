"""``tocsin registry``: the table of all French councils, how old it is, and the official sources read again."""

from __future__ import annotations

import textwrap
from collections import Counter
from typing import Any

import click

from crawler.cli.adding import KINDS, print_question
from crawler.cli.app import App, clean, pass_app, print_json
from crawler.cli.filters import json_option
from crawler.config_checks import is_local, web_address
from crawler.councils import Question, described
from crawler.errors import ConfigError, SourceError, UsageError
from crawler.fetching import Client
from crawler.job import user_agent
from crawler.refresh import DIRECTORY, GEO, Refreshed, Sources, refresh
from spiders.registry import ATTRIBUTION, Registry

SHOWN = 8  # changes of a kind that get a line


@click.group(name="registry", invoke_without_command=True)
@json_option
@click.pass_context
def registry(ctx: click.Context, as_json: bool) -> None:
    """All French councils: how many, how old, from where.

    Without a subcommand, tells what the table holds and whom its data are from.
    """
    if ctx.invoked_subcommand is None:
        _info(Registry.load(), as_json)


@registry.command(name="find")
@click.argument("name", nargs=-1, required=True)
@json_option
@pass_app
def find(app: App, name: tuple[str, ...], as_json: bool) -> int:
    """Show who is meant by NAME, with site, source and confidence; adds nothing."""
    table, text = Registry.load(), " ".join(name)
    answer = table.answer(text)
    councils = table.councils([answer.chosen] if answer.chosen else answer.candidates)
    if as_json:
        print_json([table.cells(council.id) for council in councils])
    elif not councils:
        raise UsageError(f"no council called {text!r} in the registry")
    elif len(councils) > 1:
        print_question(Question(text, f"{len(councils)} councils may be meant", tuple(councils)), table, numbered=False)
    else:
        _describe(table, councils[0].id)
        for other in table.councils(answer.also):
            click.echo(f"also: {other.id}, {clean(described(other, table))}")
    return 0 if len(councils) == 1 else 2


def _describe(table: Registry, council_id: str) -> None:
    labels = {
        "id": "id", "name": "name", "kind": "kind", "legal_form": "legal form", "siren": "SIREN",
        "department_name": "department", "region_name": "region", "epci_siren": "EPCI", "population": "population",
        "timezone": "time zone", "website": "web site", "website_source": "  known from",
        "website_confidence": "  confidence", "website_seen": "  last seen",
    }  # fmt: skip
    cells = table.cells(council_id)
    for key, label in labels.items():
        if cells[key]:
            click.echo(f"{label:<13} {clean(cells[key])}")
    council = table.get(council_id)
    for url in council.start_urls if council else ():
        click.echo(f"{'begins at':<13} {clean(url)}")


def _info(table: Registry, as_json: bool) -> None:
    kind, site, sure = (table.columns.index(name) for name in ("kind", "website", "website_confidence"))
    kinds = Counter(row[kind] for row in table.rows)
    sites = Counter(row[kind] for row in table.rows if row[site])
    confidence = Counter(row[sure] for row in table.rows if row[site])
    about = {
        "date": str(table.newest), "refreshed": bool(table.about), "councils": len(table.rows),
        "kinds": dict(kinds), "with_site": dict(sites), "confidence": dict(confidence), "attribution": ATTRIBUTION,
    }  # fmt: skip
    if as_json:
        print_json(about)
        return
    origin = f"refreshed {table.newest}" if table.about else f"as shipped; web addresses up to {table.newest:%B %Y}"
    click.echo(f"{len(table.rows):,} councils, {sum(sites.values()):,} with a web site ({origin})")
    for name, count in kinds.most_common():
        share = 100 * sites[name] / count
        click.echo(f"  {KINDS[name]:<14} {count:>6,}   with a web site {sites[name]:>6,}  ({share:.0f} %)")
    words = ", ".join(f"{confidence[word]:,} {word}" for word in ("high", "medium", "low"))
    click.echo(f"confidence of the addresses: {words}")
    click.echo()
    click.echo(textwrap.fill(ATTRIBUTION, 98, break_long_words=False))
    click.echo()
    click.echo("read the official sources again: tocsin registry refresh")


@registry.command(name="refresh")
@click.option("--directory-url", default=DIRECTORY, show_default=True, help="The directory of service-public.")
@click.option("--geo-url", default=GEO, show_default=True, help="The list of communes and EPCI.")
@json_option
@pass_app
def refresh_command(app: App, directory_url: str, geo_url: str, as_json: bool) -> None:
    """Read the official sources again and keep the result in this home.

    The directory of service-public (web sites) and geo.api.gouv.fr (communes, EPCI). Sites that the directory no
    longer names are kept. A failure changes nothing.
    """
    sources = Sources(_base(directory_url, "--directory-url"), _base(geo_url, "--geo-url"))
    config = app.config
    if not config.operator.contact and not (is_local(sources.directory) and is_local(sources.geo)):
        remedy = 'under [operator] write contact = "https://…" or an e-mail address: they must know who reads'
        raise ConfigError(str(app.home.config), None, "operator.contact", "missing", remedy)
    agent, private = user_agent(config), config.crawl.allow_private_addresses
    with Client(agent, allow_private=private) as client:
        try:
            done = refresh(app.home.root, client, app.now(), sources, lambda line: click.echo(clean(line), err=True))
        except SourceError as error:
            raise SourceError(f"the registry was not refreshed, nothing was changed: {error}") from error
    if as_json:
        print_json(_as_json(done))
    else:
        _tell(done)


def _base(url: str, option: str) -> str:
    if remedy := web_address(url):
        raise UsageError(f"{option}: {url!r} is not a web address; {remedy}")
    return url.rstrip("/")


def _as_json(done: Refreshed) -> dict[str, Any]:
    diff = done.diff
    return {
        "path": str(done.path), "councils": done.councils, "with_site": done.sites, "new": diff.new,
        "gone": diff.gone, "renamed": [{"id": one, "before": old, "after": new} for one, old, new in diff.renamed],
        "sites_new": [{"id": one, "after": new} for one, new in diff.sites_new],
        "sites_changed": [{"id": one, "before": old, "after": new} for one, old, new in diff.sites_changed],
        "sites_confirmed": diff.sites_confirmed, "sites_kept": diff.sites_kept, "updated": diff.updated,
    }  # fmt: skip


def _tell(done: Refreshed) -> None:
    diff = done.diff
    click.echo(f"{done.councils:,} councils, {done.sites:,} with a web site: {done.path}")
    click.echo(
        f"web sites: {len(diff.sites_new):,} new, {len(diff.sites_changed):,} changed,"
        f" {diff.sites_confirmed:,} confirmed, {diff.sites_kept:,} kept with their old date"
    )
    table = Registry.load(done.path.parent)
    _list("new councils", [(one, _name(table, one)) for one in diff.new])
    _list("no longer in the official list (kept, and marked)", [(one, _name(table, one)) for one in diff.gone])
    _list("renamed", [(one, f"{old} → {new}") for one, old, new in diff.renamed])
    _list("new web sites", diff.sites_new)
    _list("changed web sites", [(one, f"{old} → {new}") for one, old, new in diff.sites_changed])


def _name(table: Registry, council_id: str) -> str:
    council = table.get(council_id)
    return described(council, table) if council else ""


def _list(title: str, lines: list[tuple[str, str]]) -> None:
    if lines:
        click.echo(f"{title}: {len(lines):,}")
    for one, text in lines[:SHOWN]:
        click.echo(f"  {one:<16} {clean(text)}")
    if len(lines) > SHOWN:
        click.echo("  … (--json lists all)")
