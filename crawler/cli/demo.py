"""``tocsin demo``: the whole journey on an invented region, without a network."""

from __future__ import annotations

from pathlib import Path

import click

from crawler.cli.app import App, pass_app
from crawler.demo.run import Options, run
from crawler.demo.server import PORT
from db.home import Home


@click.command()
@click.option("--serve", is_flag=True, help="Keep the sites up at the end, until Ctrl-C.")
@click.option("--tomorrow", is_flag=True, help="Change some agendas of a demo that was run, and crawl again.")
@click.option("--fresh", is_flag=True, help="Begin a new demo in the same folder.")
@click.option(
    "--port", type=click.IntRange(0, 65000), default=PORT, show_default=True, help="Where to serve a new demo (0: any)."
)
@pass_app
@click.pass_context
def demo(ctx: click.Context, app: App, serve: bool, tomorrow: bool, fresh: bool, port: int) -> int:
    """Serve the web sites of five invented councils, crawl them, and show the votes ahead.

    Works in the folder of --home, else in ./tocsin-demo; refuses one that it did not make.
    """
    given = ctx.find_root().params.get("home")
    home = Home(Path(given or "tocsin-demo").expanduser().absolute())
    options = Options(fresh=fresh, tomorrow=tomorrow, serve=serve, port=port, fixed_now=app.fixed_now)
    return run(home, app.now, click.echo, options)
