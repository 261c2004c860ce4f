"""``tocsin revalidate``: whether the documents behind flags are still online."""

from __future__ import annotations

from dataclasses import asdict

import click

from crawler.cli.app import App, clean, pass_app, print_json
from crawler.cli.filters import json_option
from crawler.cli.tables import plural
from crawler.councils import council_of
from spiders.registry import Registry

SHOWN = 20  # addresses named


@click.command()
@click.argument("councils", nargs=-1, metavar="[COUNCIL]…")
@click.option("--limit", type=click.IntRange(1), default=500, show_default=True, help="At most so many documents.")
@json_option
@pass_app
def revalidate(app: App, councils: tuple[str, ...], limit: int, as_json: bool) -> None:
    """Look whether documents that flags rest on are still online: those that are due, or all of the named councils.

    A document is gone when its address gave 404 or 410, or led elsewhere, on two days. Errors of a server, refusals and
    timeouts prove nothing. Our copies stay. tocsin watch does this by itself, at growing intervals.
    """
    registry = Registry.load()
    chosen = [council_of(text, app.config, registry) for text in councils]
    from crawler.revalidate import revalidate as run  # noqa: PLC0415  Scrapy is slow to import

    looked = run(app.home, app.config, chosen, app.now, limit=limit)
    if as_json:
        print_json(asdict(looked))
        return
    click.echo(
        f"{plural(looked.asked, 'document')} asked for: {looked.online} online, {looked.missing} not found, "
        f"{looked.unclear} unclear"
    )
    for head, listed in (("no longer online", looked.gone), ("online again", looked.back)):
        for url in listed[:SHOWN]:
            click.echo(f"  {head}: {clean(url)}")
    for url, reason in list(looked.reasons.items())[:SHOWN]:
        if url not in looked.gone:
            click.echo(f"  {clean(reason)}: {clean(url)}")
