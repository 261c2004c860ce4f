"""``tocsin crawl``: look at the web sites of councils now."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click

from crawler.cli.app import App, clean, pass_app, print_json
from crawler.cli.ocr_hint import waiting_line
from crawler.cli.reprocess import progress_lines, report
from crawler.cli.tables import plural, wrapped
from crawler.councils import council_of
from crawler.errors import Busy, UsageError
from crawler.means import means_here
from crawler.models import Council, CrawlReport
from db.queries import Reader
from db.store.rereads import Wanted
from spiders.registry import Registry

SHOWN = 12  # lines of a failed crawl's log; `tocsin sources show ID` has them all


@click.command()
@click.argument("councils", nargs=-1, metavar="[COUNCIL]…")
@click.option("--json", "as_json", is_flag=True, help="Print the reports as a JSON list.")
@click.option("--no-ocr", is_flag=True, help="Leave scans unread; tocsin reprocess reads them later.")
@pass_app
def crawl(app: App, councils: tuple[str, ...], as_json: bool, no_ocr: bool) -> int:
    """Crawl the named councils, or all of tocsin.toml; archive, read, and plan alerts.

    First its web site, then each platform that is read beside it: tocsin sources show ID names them.
    Text is read while the crawl goes on; at its end come the scans that wait, of these councils, the newest first.
    Exit code 1 where a source is blind or anything failed. Ctrl-C ends it cleanly; what was fetched is kept.
    """
    chosen = _chosen(app, councils)
    from crawler.run import crawl as run  # noqa: PLC0415  Scrapy is slow to import, and usage errors should be quick

    names = {council.id: council.name for council in chosen}

    def begun(council: Council) -> None:
        click.echo(f"{clean(council.name)} ({council.id}): crawling {clean(council.website or '')}", err=True)

    def progress(report: CrawlReport) -> None:
        if not as_json:
            _show(report, names[report.council_id])
            sys.stdout.flush()

    reports = run(app.home, app.config, chosen, app.now, progress=progress, begun=begun)
    if as_json:
        print_json([asdict(report) for report in reports])
    elif len(chosen) > 1:
        failed = {report.council_id for report in reports if report.state != "ok"}
        missing = len(chosen) - len(begun_ids(reports))
        text = f"{plural(len(begun_ids(reports)), 'council')} crawled, {len(failed)} failed"
        click.echo(text + (f", {missing} not begun" if missing else ""))
    complete = len(begun_ids(reports)) == len(chosen) and all(report.state != "interrupted" for report in reports)
    fine = complete and all(report.state == "ok" for report in reports)
    if complete and not no_ocr:
        fine = _read_scans(app, chosen) and fine
    return 0 if fine else 1


def begun_ids(reports: list[CrawlReport]) -> set[str]:
    """The councils that were begun; each has a report for every source."""
    return {report.council_id for report in reports}


def _read_scans(app: App, councils: list[Council]) -> bool:
    """Catch up with the scans of these councils; whether nothing failed. All of it is told on standard error."""
    from crawler.reread import reread  # noqa: PLC0415  as with ``run`` above

    ids = tuple(council.id for council in councils)
    try:
        summary = reread(app.home, app.config, Wanted(councils=ids), app.now, progress_lines())
    except Busy as problem:
        click.echo(f"scans: {problem}", err=True)
        return True
    if summary.steps or summary.problems:
        report(summary, err=True)
    with Reader(app.home) as reader:
        left = reader.waiting(means_here(), ids)
    if left.recognition:
        click.echo(waiting_line(app, left.recognition), err=True)
    return not summary.failed


def _chosen(app: App, wanted: tuple[str, ...]) -> list[Council]:
    """The councils that are meant, each once. Raises UsageError."""
    config = app.config
    if not wanted:
        if not config.councils:
            raise UsageError("no council is watched yet; add one with: tocsin add NAME|URL|ID")
        return list(config.councils)
    registry = Registry.load()
    found = [council_of(text, config, registry) for text in wanted]
    for council in found:
        if not council.website and not council.start_urls:
            raise UsageError(f"{council.id}: no web site is known; give it one: tocsin add --website URL {council.id}")
    return list({council.id: council for council in found}.values())


def _show(report: CrawlReport, name: str) -> None:
    source = report.council_id if report.spider == "site" else f"{report.council_id}/{report.spider}"
    click.echo(f"{clean(name)} ({source}): {report.source_state}, crawl {report.state}")
    if report.reason:
        click.echo(wrapped(report.reason, "  "))
    changed = report.versions_new - report.documents_new
    click.echo(
        f"  {plural(report.requests, 'request')} ({report.not_modified} unchanged), {_size(report.bytes)}, "
        f"{plural(report.pages, 'page')}\n"
        f"  {plural(report.documents_listed, 'document')} listed, {report.documents_new} new, {changed} changed, "
        f"{report.documents_failed} unreadable"
    )
    if report.state != "ok":
        for line in report.log[:SHOWN]:
            click.echo(wrapped(f"- {line}", "  "))
        if len(report.log) > SHOWN:
            click.echo(f"  … and {len(report.log) - SHOWN} more lines: tocsin sources show {report.council_id}")


def _size(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB" if count >= 1_000_000 else f"{count / 1000:.1f} kB"
