"""``tocsin ingest``: files that somebody was handed become documents of a council."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from crawler.cli.app import App, clean, pass_app
from crawler.cli.tables import Column, plural, print_table
from crawler.councils import council_of
from crawler.ingest import IngestSummary, Step
from crawler.ingest import ingest as take_in
from crawler.models import Council
from spiders.registry import Registry

SHOWN = 100  # documents listed under each heading of the summary; the archive has them all


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=click.Path(path_type=Path))
@click.option("--council", required=True, metavar="ID", help="Whose documents these are.")
@click.option("--public", is_flag=True, help="They are public: show them in feeds, exports and the portal too.")
@pass_app
def ingest(app: App, paths: tuple[Path, ...], council: str, public: bool) -> int:
    """Take in files and folders by hand. Private unless --public; of an e-mail only the attachments.

    Interrupted, the same command continues: a file that is already in the archive is not read again.
    """
    config = app.config
    chosen = council_of(council, config, Registry.load())
    terminal = sys.stderr.isatty()

    def progress(done: int, total: int, step: Step) -> None:
        line = f"[{done}/{total}] {step.state:11} {step.kind:12} {clean(step.url)}"
        if terminal:
            width = 99
            click.echo(f"\r{line[:width]:{width}}", nl=False, err=True)
        else:
            click.echo(line, err=True)

    summary = take_in(app.home, config, chosen, paths, public, app.now(), progress)
    if terminal:
        click.echo(err=True)
    _report(summary, chosen)
    return 1 if any(step.failed for step in summary.steps) else 0


def _report(summary: IngestSummary, council: Council) -> None:
    access = "public" if summary.public else "private"
    counts = ", ".join(f"{number} {outcome}" for outcome, number in sorted(summary.outcomes.items())) or "none kept"
    click.echo(f"{clean(council.name)}: {plural(len(summary.steps), 'document')} ({access}): {counts}")
    if summary.steps:
        rows = [{"kind": kind, "state": state, "n": n} for (kind, state), n in sorted(summary.table.items())]
        print_table(rows, [Column("kind", "kind", 14), Column("state", "state", 14), Column("documents", "n", 9)])
    _list("waiting for OCR (scans: their text is not read yet)", summary.of("needs-ocr"))
    _list("failed or unreadable", [step for step in summary.steps if step.failed])
    _list("not opened", summary.of("locked", "unsupported", "too-large", "container", "error-page"))
    _list("read in part", summary.of("partial"))
    click.echo(f"\n{plural(summary.alerts, 'new alert')} planned")


def _list(heading: str, steps: list[Step]) -> None:
    if not steps:
        return
    click.echo(f"\n{heading}: {len(steps)}")
    for step in steps[:SHOWN]:
        click.echo(f"  {clean(step.url)}{': ' + clean(step.reason) if step.reason else ''}")
    if len(steps) > SHOWN:
        click.echo(f"  … and {len(steps) - SHOWN} more: tocsin export documents")
