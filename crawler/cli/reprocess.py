"""``tocsin reprocess``: read again what is in the archive; nothing is fetched."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from crawler.cli.app import App, clean, pass_app
from crawler.cli.ocr_hint import install_line, ready
from crawler.cli.tables import plural
from crawler.errors import UsageError
from db.queries import Reader
from db.store.rereads import Wanted

if TYPE_CHECKING:
    from crawler.reread import RereadSummary, Step

SHOWN = 100  # documents listed under each heading
WIDTH = 99


@click.command()
@click.option("--council", "councils", multiple=True, metavar="ID", help="Only documents of this council; repeatable.")
@click.option("--waiting", is_flag=True, help="Only scans that wait for OCR.")
@click.option("--all", "everything", is_flag=True, help="Every document, even where nothing has changed since.")
@click.option(
    "--stage",
    type=click.Choice(["read", "flags"]),
    default="read",
    show_default=True,
    help="read: from the bytes on; flags: the lexicon alone, over the text that is stored (much quicker).",
)
@pass_app
def reprocess(app: App, councils: tuple[str, ...], waiting: bool, everything: bool, stage: str) -> int:
    """Read again what older code has read or what waits for OCR, from the archive alone, and plan.

    What a new reading finds in a vote ahead is alerted; nobody hears of a change that is only our better reading, nor
    of a vote that is past. Interrupted, the same command goes on. Exit code 1 where a document could not be read.
    """
    if waiting and everything:
        raise UsageError("--waiting and --all exclude each other")
    if waiting and stage == "flags":
        raise UsageError("--waiting is of --stage read: what waits for OCR has no text to be flagged")
    config = app.config
    _known(app, councils)
    if stage == "flags":
        return _flags(app, councils, everything=everything)
    if waiting and not ready():
        click.echo(f"OCR is not installed, so no scan can be read: {install_line() or 'see tocsin doctor'}", err=True)
    from crawler.reread import reread  # noqa: PLC0415  with all readers behind it; usage errors should be quick

    wanted = Wanted(older=not waiting, everything=everything, councils=councils)
    summary = reread(app.home, config, wanted, app.now, progress_lines(), niceness=0)
    report(summary)
    return 1 if summary.failed else 0


def _flags(app: App, councils: tuple[str, ...], *, everything: bool) -> int:
    from crawler.reflag import reflag  # noqa: PLC0415  as above
    from pipelines.lexicons import load  # noqa: PLC0415

    lexicon = load()
    terminal = sys.stderr.isatty()

    def progress(done: int, total: int) -> None:
        if done == total or not done % (50 if terminal else 1000):
            line = f"[{done}/{total}] flagged again"
            click.echo(f"\r{line}" if terminal else line, nl=not terminal or done == total, err=True)

    summary = reflag(
        app.home, app.config, lexicon, app.now, councils=councils, everything=everything, progress=progress
    )
    looked_at = plural(summary.looked_at, "document version")
    click.echo(f"lexicon {lexicon.version}: {looked_at} looked at, {len(summary.steps)} differ")
    for step in summary.steps[:SHOWN]:
        click.echo(f"  {step.before:3} > {step.after:3} flags  {step.council_id}  {clean(step.url)}")
    if len(summary.steps) > SHOWN:
        click.echo(f"  … and {len(summary.steps) - SHOWN} more: tocsin export flagged")
    for problem in summary.problems:
        click.echo(f"failed: {clean(problem)}")
    click.echo(f"\n{plural(summary.alerts, 'new alert')} planned")
    return 1 if summary.problems else 0


def progress_lines() -> Callable[[int, int, Step], None]:
    """Progress on standard error: one line that is written over on a terminal, plain lines elsewhere."""
    terminal = sys.stderr.isatty()

    def progress(done: int, total: int, step: Step) -> None:
        line = f"[{done}/{total}] {step.before:9} > {step.state:9} {step.kind:12} {clean(step.url)}"
        if terminal:
            click.echo(f"\r{line[:WIDTH]:{WIDTH}}", nl=done == total, err=True)
        else:
            click.echo(line, err=True)

    return progress


def report(summary: RereadSummary, *, err: bool = False) -> None:
    """What came of it, as ``ingest`` says it."""
    steps = [step for step in summary.steps if step.taken != "overtaken"]
    lines = ["nothing waits to be read again"]
    if steps:
        better = sum(step.taken == "better" for step in steps)
        lines = [f"{plural(len(steps), 'document')} read again, {better} with a new reading"]
        counts = Counter((step.before, step.state) for step in steps)
        lines += [f"  {before:9} > {now:9} {number:6}" for (before, now), number in sorted(counts.items())]
    lines += _listed("failed (the reading before stays)", [step for step in steps if step.failed])
    incomplete = [step for step in steps if not step.failed and step.state in ("needs-ocr", "partial")]
    lines += _listed("still without the text of some pages", incomplete)
    lines += [f"failed: {clean(problem)}" for problem in summary.problems]
    for line in [*lines, "", f"{plural(summary.alerts, 'new alert')} planned"]:
        click.echo(line, err=err)


def _listed(heading: str, steps: list[Step]) -> list[str]:
    if not steps:
        return []
    lines = ["", f"{heading}: {len(steps)}"]
    lines += [f"  {clean(step.url)}{': ' + clean(step.reason) if step.reason else ''}" for step in steps[:SHOWN]]
    if len(steps) > SHOWN:
        lines.append(f"  … and {len(steps) - SHOWN} more: tocsin export documents")
    return lines


def _known(app: App, councils: tuple[str, ...]) -> None:
    """Raises UsageError for a council of which the archive has never heard."""
    if not councils:
        return
    with Reader(app.home) as reader:
        known = {str(row["id"]) for archive in reader.archives for row in archive.db.query("SELECT id FROM councils")}
    for council in councils:
        if council not in known:
            raise UsageError(f"{council}: the archive has no such council; see tocsin sources")
