"""``tocsin init`` and ``tocsin add``: a home, and the councils it watches."""

from __future__ import annotations

import os
import shlex
from importlib.resources import files

import click

from crawler.cli.app import App, clean, pass_app, print_rows
from crawler.config_checks import is_local
from crawler.config_file import append_council
from crawler.councils import Wanted, configured, find_block
from crawler.errors import UsageError
from crawler.models import COUNCIL_KINDS, CouncilKind
from db.connection import connect
from db.home import Home
from db.store.archive import Store
from spiders.registry import Registry


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
    click.echo("  3. add a [[subscription]] to the same file: who is told of what")
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
@click.argument("what", metavar="NAME|URL|ID")
@click.option("--name", help="What to call it, where the registry does not have it.")
@click.option("--kind", type=click.Choice(COUNCIL_KINDS), help="Only of this kind; of a new one: its kind.")
@click.option("--department", metavar="CODE", help="Only of this département; of a new one: its département.")
@click.option("--website", metavar="URL", help="Its home page, where the registry has none or an old one.")
@click.option("--id", "slug", metavar="ID", help="An id of your own for a council that is not in the registry.")
@pass_app
def add(
    app: App, what: str, name: str | None, kind: CouncilKind | None, department: str | None,
    website: str | None, slug: str | None,
) -> int:  # fmt: skip
    """Watch a council: by its name, its home page, or its id in the registry.

    Adds a [[council]] block at the end of tocsin.toml; nothing else in the file is touched.
    """
    config = app.config
    wanted = Wanted(name, kind, department, website, slug)
    block = find_block(what, wanted, Registry.load())
    if isinstance(block, list):
        click.echo(f"{len(block)} councils answer to {clean(what)}; add one by its id, or narrow with --department")
        columns = ("id", "name", "kind", "department", "population", "website")
        print_rows([{key: getattr(council, key) for key in columns} for council in block], as_json=False)
        return 2
    if present := configured(config, block):
        click.echo(f"{present.id} ({clean(present.name)}) is already watched; nothing was changed")
        return 0
    council = append_council(app.home.config, block).councils[-1]
    with Store(app.home) as store:
        store.put_council(council)
        store.put_source(council.id)
    place = f", département {council.department}" if council.department else ""
    website = council.website or council.start_urls[0]
    click.echo(f"watching {council.id}: {clean(council.name)} ({council.kind}{place}), {clean(website)}")
    if not config.operator.contact and not is_local(website):
        click.echo(f"first write your contact into {app.home.config}: [operator] contact = …")
    click.echo(f"next: tocsin crawl {council.id}{home_option(app)}")
    return 0
