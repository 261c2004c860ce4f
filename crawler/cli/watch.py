"""``tocsin watch``: crawl what is due, plan, deliver; for months, or for one round."""

from __future__ import annotations

import click

from alerts.scheduler import TICK
from alerts.scheduler import watch as run_watch
from crawler.cli.app import App, clean, pass_app
from crawler.errors import UsageError
from crawler.means import means_here
from db.waiting import anything_waits


@click.command()
@click.option("--once", is_flag=True, help="One round to its end, for cron; exit code 1 where something failed.")
@click.option("--tick", type=click.FloatRange(min=0.05), default=TICK, hidden=True)
@pass_app
def watch(app: App, once: bool, tick: float) -> int:
    """Watch: crawl the councils that are due, read their scans, plan and deliver alerts, write the feeds.

    Runs until SIGTERM or Ctrl-C. A second watch of the same home says who holds it and ends.
    """
    if not app.home.config.exists():
        raise UsageError(f"no Tocsin home in {app.home.root}; make one with: tocsin init --home DIR")

    def echo(line: str) -> None:
        stamp = app.now().astimezone().isoformat(timespec="seconds")
        for part in line.splitlines():
            click.echo(f"{stamp} {clean(part)}")

    def scans() -> bool:
        engine = means_here().engine
        return bool(engine) and anything_waits(app.home, engine)

    return run_watch(
        app.home, app.home.config, clock=app.now, echo=echo, once=once, fixed_now=app.fixed_now, tick=tick, scans=scans
    )
