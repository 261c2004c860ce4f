"""``tocsin init`` and ``tocsin add``: a home, and the councils it watches."""

from __future__ import annotations

import os
import shlex
from dataclasses import replace
from importlib.resources import files

import click

from crawler.cli import adding
from crawler.cli.app import App, clean, pass_app, print_json
from crawler.cli.filters import json_option
from crawler.config import Config
from crawler.config_checks import is_local
from crawler.config_file import append_councils
from crawler.councils import Wanted, described, watched
from crawler.errors import UsageError
from crawler.models import COUNCIL_KINDS, CouncilKind
from db.connection import connect
from db.home import Home
from db.store.archive import Store
from spiders.registry import Registry

SHOWN = 12  # councils just added that get a line each


@click.command()
@pass_app
def init(app: App) -> None:
    """Make a home folder: a commented tocsin.toml and empty databases."""
    home = app.home
    if home.config.exists():
        raise UsageError(f"{home.config} exists; it is yours to edit, init does not touch it")
    make_home(home)
    option = home_option(app)
    click.echo(f"made {home.root}")
    click.echo("next:")
    click.echo(f"  1. write your contact into {home.config} (webmasters must know who reads; required to crawl)")
    click.echo(f'  2. tocsin add "Name of your town"{option}')
    click.echo(f"  3. tocsin subscribe NAME --to mailto:you@example.org{option} (or a [[subscription]] in that file)")
    click.echo(f"  4. tocsin crawl{option} && tocsin flagged{option}")


def home_option(app: App) -> str:
    """What the next command must be told of the home."""
    return f" --home {shlex.quote(str(app.home.root))}" if app.home_given else ""


def make_home(home: Home) -> None:
    """Create the folder, the three databases and last the configuration, which is what makes it a home."""
    try:
        home.root.mkdir(parents=True, exist_ok=True)
        connect(home.archive, "archive").close()
        connect(home.private, "archive", secret=True).close()
        connect(home.desk, "desk", secret=True).close()
        # it will name who subscribes: nobody else reads it (DESIGN §1, promise 11)
        descriptor = os.open(home.config, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(template())
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise UsageError(f"cannot make a home in {home.root}: {error.strerror}") from None


def template() -> str:
    """The commented configuration that ``init`` writes."""
    return files("crawler.cli").joinpath("tocsin.toml").read_text("utf-8")


@click.command()
@click.argument("whats", metavar="NAME|URL|ID|CRITERIA...", nargs=-1, required=True)
@click.option("--name", help="What to call it, where the registry does not have it.")
@click.option("--kind", type=click.Choice(COUNCIL_KINDS), help="Only of this kind; of a new one: its kind.")
@click.option("--department", metavar="CODE", help="Only of this département; of a new one: its département.")
@click.option("--website", metavar="URL", help="Its home page, where the registry has none or an old one.")
@click.option("--id", "slug", metavar="ID", help="An id of your own for a council that is not in the registry.")
@click.option("--yes", is_flag=True, help="Add many without asking.")
@json_option
@pass_app
def add(
    app: App, whats: tuple[str, ...], name: str | None, kind: CouncilKind | None, department: str | None,
    website: str | None, slug: str | None, yes: bool, as_json: bool,
) -> int:  # fmt: skip
    """Watch councils: by name, home page, id, or many by criteria.

    \b
      tocsin add Rennes
      tocsin add "Saint-Denis (93)" "29200 Brest" https://www.une-mairie.fr
      tocsin add "agglo de Quimper" "conseil départemental du Finistère" "région PACA"
      tocsin add department:29                  its communes, EPCI and the département itself
      tocsin add region:53 epci:200046977
      tocsin add "department:29 population>3500 kind:commune"

    Names may be misspelt a little; where several councils are meant you are asked, or they are listed.
    Adds [[council]] blocks at the end of tocsin.toml; nothing else in the file is touched.
    """
    config, registry = app.config, Registry.load()
    wanted = Wanted(name, kind, department, website, slug)
    plan = adding.plan_of(whats, wanted, config, registry)
    asking = adding.at_terminal() and not as_json
    if plan.questions and asking:
        chosen = [adding.ask(question, registry) for question in plan.questions]
        plan.questions = []
        for council in chosen:
            if council:
                plan.take(watched(council, wanted, registry), config)
    if plan.questions or not _agreed(plan, yes=yes, asking=asking, silent=as_json):
        if as_json:
            print_json(adding.as_json(plan, False, registry))
        for question in () if as_json else plan.questions:
            adding.print_question(question, registry, numbered=False)
            click.echo("nothing was added; add one by its id, or say where it is: NAME (CODE)")
        return 2
    after = _write(app, plan) if plan.new else config
    if as_json:
        print_json(adding.as_json(plan, True, registry))
    else:
        _tell(app, plan, after, registry)
    return 0


def _agreed(plan: adding.Plan, *, yes: bool, asking: bool, silent: bool) -> bool:
    """Whether to go on: many councils, and uncertain addresses, are agreed to first."""
    if plan.questions:
        return False
    if plan.selections and not silent:
        adding.print_plan(plan)
    if yes or not plan.new:
        return True
    if plan.selections:
        if asking:
            return click.confirm("add them?")
        if not silent:
            click.echo("nothing was added; say --yes to add them", err=True)
        return False
    doubtful = [found for found in plan.new if found.uncertain]
    if doubtful and asking:
        for found in doubtful:
            click.echo(clean(found.notes[-1]))
        return click.confirm("watch it there?", default=True)
    return True


def _write(app: App, plan: adding.Plan) -> Config:
    """The blocks into tocsin.toml, then the councils and their sources into the archive."""
    config = append_councils(app.home.config, [found.block for found in plan.new])
    added = config.councils[-len(plan.new) :]
    with Store(app.home) as store:
        for council in added:
            store.put_council(council)
            store.put_source(council.id)
    return config


def _tell(app: App, plan: adding.Plan, config: Config, registry: Registry) -> None:
    """What was done, and what comes next."""
    if not plan.selections:
        for present in plan.present:
            click.echo(f"{present.id} ({clean(present.name)}) is already watched; nothing was changed")
    added = config.councils[-len(plan.new) :] if plan.new else ()
    if len(added) > SHOWN:
        click.echo(f"watching {len(added):,} more councils, {len(config.councils):,} in all")
    for council, found in zip(added, plan.new, strict=True) if len(added) <= SHOWN else ():
        site = clean(council.website or council.start_urls[0])
        known = found.council or council  # a registered one may be renamed in the file
        click.echo(f"watching {council.id}: {clean(described(replace(known, name=council.name), registry))}, {site}")
        for note in found.notes:
            click.echo(f"  {clean(note)}")
    if not added:
        return
    if not config.operator.contact and not all(is_local(each.website or each.start_urls[0]) for each in added):
        click.echo(f"first write your contact into {app.home.config}: [operator] contact = …")
    click.echo(f"next: tocsin crawl{f' {added[0].id}' if len(added) == 1 else ''}{home_option(app)}")
