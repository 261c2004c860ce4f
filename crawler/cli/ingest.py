"""``tocsin ingest``: files that somebody was handed become documents of a council."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.app import App, clean, pass_app
from crawler.cli.ocr_hint import install_line
from crawler.cli.tables import Column, plural, print_table
from crawler.councils import council_of
from crawler.models import Council
from spiders.registry import Registry

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

    from crawler.ingest import IngestSummary, Step

SHOWN = 100  # documents listed under each heading of the summary; the archive has them all
INTERRUPTED = 130  # 128 and the number of SIGINT, as shells have it


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=click.Path(path_type=Path))
@click.option("--council", required=True, metavar="ID", help="Whose documents these are.")
@click.option("--public", is_flag=True, help="They are public: show them in feeds, exports and the portal too.")
@pass_app
def ingest(app: App, paths: tuple[Path, ...], council: str, public: bool) -> int:
    """Take in files and folders by hand. Private unless --public; of an e-mail only the attachments.

    What an archive holds is taken file by file. Interrupted, the same command continues: what is in the archive
    already is not read again.
    """
    from crawler.ingest import ingest as take_in  # noqa: PLC0415  all readers are behind it; usage errors are quick

    config = app.config
    chosen = council_of(council, config, Registry.load())
    progress = Bar() if sys.stderr.isatty() else Lines()
    try:
        summary = take_in(app.home, config, chosen, paths, public, app.now(), progress)
    except KeyboardInterrupt:
        progress.close()
        click.echo(f"interrupted: {progress.so_far}; the same command continues where it stopped", err=True)
        return INTERRUPTED
    progress.close()
    _report(summary, chosen)
    return 1 if any(step.failed for step in summary.steps) else 0


class Lines:
    """Progress as a line per document, for files and other programs."""

    def __init__(self) -> None:
        self.done = self.total = 0

    @property
    def so_far(self) -> str:
        return f"{self.done} of {plural(self.total, 'file')} taken in"

    def __call__(self, done: int, total: int, step: Step | None) -> None:
        self.done, self.total = done, total
        if step is not None:
            click.echo(f"[{done}/{total}] {step.state:11} {step.kind:12} {clean(step.url)}", err=True)

    def close(self) -> None:
        """Nothing to tidy up."""


class Bar(Lines):
    """Progress as one line of a terminal: files done, the time that the others will take, documents by state."""

    def __init__(self) -> None:
        super().__init__()
        self.states: Counter[str] = Counter()
        self.bar: ProgressBar[str] | None = None

    def __call__(self, done: int, total: int, step: Step | None) -> None:
        if self.bar is None:
            self.bar = click.progressbar(
                length=total, file=sys.stderr, show_pos=True, show_percent=False, width=16,
                bar_template="[%(bar)s] %(info)s", item_show_func=lambda text: text,
            )  # fmt: skip
            self.bar.__enter__()
        if step is not None:
            self.states[step.state] += 1
        # fits 80 columns: a line that wraps cannot be written over
        self.bar.update(done - self.done, self._states(40))
        self.bar.render_progress()
        self.done, self.total = done, total

    def _states(self, width: int) -> str:
        text = ", ".join(f"{number} {state}" for state, number in self.states.most_common())
        return text if len(text) <= width else f"{text[: width - 1]}…"

    def close(self) -> None:
        """Leave the line as it is and go to the next."""
        if self.bar is not None:
            self.bar.render_finish()
            self.bar = None


def _report(summary: IngestSummary, council: Council) -> None:
    access = "public" if summary.public else "private"
    counts = ", ".join(f"{number} {outcome}" for outcome, number in sorted(summary.outcomes.items())) or "none kept"
    click.echo(f"{clean(council.name)}: {plural(len(summary.steps), 'document')} ({access}): {counts}")
    if summary.steps:
        rows = [{"kind": kind, "state": state, "n": n} for (kind, state), n in sorted(summary.table.items())]
        print_table(rows, [Column("kind", "kind", 14), Column("state", "state", 14), Column("documents", "n", 9)])
    _list("waiting for OCR (scans: their text is not read yet)", summary.of("needs-ocr"))
    if summary.of("needs-ocr") and (missing := install_line()):
        click.echo(f"  to have them read: {missing}; then the same command again")
    _list("failed or unreadable", [step for step in summary.steps if step.failed])
    _list("not opened", summary.of("locked", "unsupported", "too-large", "error-page"))
    _list("archives of which something was left out", [step for step in summary.of("container") if step.reason])
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
