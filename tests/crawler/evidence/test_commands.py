"""``tocsin export warc``, ``tocsin revalidate`` and the daemon's own looks, from the outside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

from alerts.live_config import LiveConfig
from alerts.scheduler import LOOKS, Watcher
from db.home import Home

from .conftest import AGENDA, FIRST, SITE, Archive, pdf_of

Tocsin = Callable[..., tuple[int, str, str]]


def test_a_web_archive(archive: Archive, tocsin: Tocsin, tmp_path: Path) -> None:
    archive.publish("/odj.pdf", pdf_of(AGENDA))
    out = tmp_path / "d.warc.gz"
    code, _, said = tocsin("export", "warc", "--out", out)
    assert (code, "1 response" in said) == (0, True)
    with out.open("rb") as stream:
        found = [record.rec_headers.get_header("WARC-Target-URI") for record in ArchiveIterator(stream)]
    assert found == [None, f"{SITE}/odj.pdf"]
    assert tocsin("export", "warc", "--out", tmp_path / "d.zip")[0] == 2
    assert tocsin("export", "warc", "--out", out, "--format", "csv")[0] == 2


def test_nothing_to_look_at(archive: Archive, tocsin: Tocsin) -> None:
    code, out, _ = tocsin("revalidate")
    assert (code, out.splitlines()[0]) == (0, "0 documents asked for: 0 online, 0 not found, 0 unclear")
    assert tocsin("revalidate", "no-such-council")[0] == 2


def test_the_daemon_looks_once_an_hour_where_something_is_due(archive: Archive, home: Home) -> None:
    archive.publish("/odj.pdf", pdf_of(AGENDA))
    now, said, asked = [FIRST], [], []
    watcher = Watcher(home, LiveConfig(home.config, said.append), lambda: now[0], said.append, None, lambda: False)
    watcher.child.look_again = lambda home, limit, fixed, config: asked.append(limit) or 0  # type: ignore[method-assign]
    watcher.look_again()
    assert asked == []  # it was fetched just now
    for minutes in (0, 30, 61):
        now[0] = FIRST + timedelta(days=9, minutes=minutes)
        watcher.look_again()
    assert asked == [LOOKS, LOOKS]
    assert said == ["looking whether documents are still online: 1"] * 2
