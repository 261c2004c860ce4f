"""``tocsin export warc``: the documents of the crawls for players of web archives."""

from __future__ import annotations

from pathlib import Path

import click

from crawler.cli.app import App
from crawler.cli.export_sink import binary_sink
from crawler.cli.tables import plural
from crawler.errors import UsageError
from crawler.job import user_agent
from db.export_warc import write_warc
from db.files import FileStore
from db.queries import Filters, Reader

SUFFIX = ".warc.gz"


def export_warc(app: App, chosen: Filters, output: Path | None) -> int:
    """Write public documents as one gzipped WARC; the exit code, 1 where bytes are missing."""
    if output is None or not output.name.endswith(SUFFIX):
        raise UsageError(f"warc: name the file, --out documents{SUFFIX}")
    software = user_agent(app.config).partition(" ")[0]
    contact = app.config.operator.contact or None
    with Reader(app.home, private=False) as reader, binary_sink(output, "warc", secret=False) as stream:
        written = write_warc(
            reader, chosen, FileStore(app.home.files), stream,
            name=output.name, software=software, contact=contact, now=app.now(),
        )  # fmt: skip
    click.echo(f"wrote {output}: {plural(written.records, 'response')}", err=True)
    for reason, count in sorted(written.left_out.items()):
        click.echo(f"left out: {plural(count, 'version')}: {reason}", err=True)
    return 1 if any("missing" in reason for reason in written.left_out) else 0
