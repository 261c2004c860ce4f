"""``tocsin status``: whether somebody is still watching. Exit code 1 as soon as something is blind or failed."""

from __future__ import annotations

import fcntl
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import click

from alerts.leases import is_dead
from crawler.cli.app import App, clean, pass_app, print_json
from crawler.cli.filters import json_option
from crawler.cli.ocr_hint import waiting_line
from crawler.cli.setup import home_option
from crawler.cli.tables import Column, Row, moment, plural, print_table
from crawler.means import means_here
from crawler.sources import merged
from db.health import source_label, summed
from db.home import Home
from db.queries import Reader
from db.store.desk import Desk

BLIND = ("blind", "blocked", "disallowed")
SHOWN = 10
RINGS = timedelta(days=7)  # how long a message that was given up makes the exit code 1


@click.command()
@json_option
@pass_app
def status(app: App, as_json: bool) -> int:
    """Sources, documents that could not be read, alerts that wait, and whether the daemon runs."""
    picture = take_stock(app)
    if as_json:
        print_json(picture)
    else:
        _print(app, picture)
    return 0 if picture["ok"] else 1


def take_stock(app: App) -> Row:
    """The picture that is printed; ``problems`` says why it is not ``ok``."""
    now = app.now()
    with Reader(app.home) as reader:
        picture = reader.status(now)
        waiting = asdict(reader.waiting(means_here()))
    for source in picture["sources"]:
        if source["running"] and is_dead(source["lease_owner"]):  # a kill leaves its lease for hours
            source |= {"running": False, "interrupted": True}
    crawls = {name: sum(source[name] for source in picture["sources"]) for name in ("running", "interrupted")}
    sources = merged(picture["sources"], app.config)
    with Desk(app.home) as desk:
        alerts = desk.counts()
        due = desk.ripe(now)
        undelivered = [row for row in desk.undelivered() if not _old(row, now)]
    patience = max(3 * app.config.watch.crawl_every, timedelta(days=2))
    problems = [problem for source in sources if source["watched"] for problem in _problems(source, now - patience)]
    problems += _unreadable(sources, picture["unread"])
    problems += _undelivered(undelivered)
    ids = dict.fromkeys(source["council_id"] for source in sources)
    councils = {name: summed([source for source in sources if source["council_id"] == name]) for name in ids}
    return {
        **picture,
        "sources": sources,
        "councils": councils,  # how each is watched, over all its sources
        "crawls": crawls,
        "waiting": waiting,
        "alerts": alerts,
        "alerts_due": due,
        "undelivered": undelivered,
        "watch_running": watch_runs(app.home),
        "problems": problems,
        "ok": not problems,
        "now": now.isoformat(timespec="seconds"),
    }


def _problems(source: Row, stale: datetime) -> list[str]:
    name, last = source_label(source), source["last_crawl_at"]
    if source["state"] in BLIND:
        since = f" since {moment(source['state_since'])}" if source["state_since"] else ""
        return [f"{name} is {source['state']}{since}: {source['reason'] or 'no reason recorded'}"]
    crawl = source.get("last_crawl")
    if source.get("interrupted"):
        return [f"{name}: the last crawl was interrupted"]
    if crawl and crawl["state"] == "failed":
        return [f"{name}: the last crawl failed: {crawl['reason'] or 'no reason recorded'}"]
    if last and source["spider"] == "site" and source["state"] != "paused" and datetime.fromisoformat(last) < stale:
        return [f"{name}: nobody has looked since {moment(last)}; is tocsin watch running?"]
    return []


def _unreadable(sources: Sequence[Row], unread: Sequence[Row]) -> list[str]:
    """Documents that the last crawl of their source could not read. Older ones stay listed, but ring no more."""
    begun: dict[str, str] = {}
    for source in sources:  # a council's site is crawled first, and its platforms after it
        if source.get("last_crawl"):
            begun.setdefault(source["council_id"], source["last_crawl"]["started_at"])
    counts = Counter(
        row["council_id"]
        for row in unread
        if row["state"] in ("failed", "error-page")
        and not row["document_url"].startswith("file:")
        and row["council_id"] in begun
        and row["fetched_at"] >= begun[row["council_id"]]
    )
    return [f"{name}: {plural(number, 'document')} could not be read" for name, number in sorted(counts.items())]


def _old(message: Row, now: datetime) -> bool:
    """Whether a message was given up so long ago that it need not ring any more; ``tocsin alerts`` still lists it."""
    expired = message["expires_at"]
    return message["state"] == "failed" and (expired is None or datetime.fromisoformat(expired) < now - RINGS)


def _undelivered(messages: Sequence[Row]) -> list[str]:
    """One line per error, whether another address got the same alert or none did."""
    found = Counter((_end(row), row["error"] or "never tried") for row in messages)
    said = {
        "failed": "given up, the vote is past",
        "refused": "given up, refused for good",
        "queued": "not accepted yet",
    }
    return [f"{plural(number, 'message')} {said[state]}: {error}" for (state, error), number in sorted(found.items())]


def _end(message: Row) -> str:
    failed, expired = message["failed_at"], message["expires_at"]
    return "refused" if failed and expired and failed < expired else str(message["state"])


def watch_runs(home: Home) -> bool:
    """Whether a ``tocsin watch`` holds its lock; asking neither makes nor takes it for longer than a look."""
    try:
        with home.lock.open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _print(app: App, picture: Row) -> None:
    if picture["sources"]:
        print_table(picture["sources"], SOURCES)
    else:
        click.echo("no council is watched yet: tocsin add NAME")
    documents = ", ".join(f"{number} {state}" for state, number in sorted(picture["documents"].items()))
    click.echo(f"\ndocuments: {documents or 'none yet'}")
    if picture["offline"]:
        click.echo(f"offline: {plural(picture['offline'], 'document')} no longer found online; our copies stay")
    _print_unread(picture["unread"])
    if line := waiting_line(app, picture["waiting"]["recognition"], picture["waiting"]["given_up"]):
        click.echo(f"scans: {line}")
    if picture["waiting"]["older"]:
        older = plural(picture["waiting"]["older"], "document")
        click.echo(f"readings: {older} read by older code: tocsin reprocess{home_option(app)}")
    alerts = ", ".join(f"{number} {state}" for state, number in sorted(picture["alerts"].items()))
    due = f" ({picture['alerts_due']} due now: tocsin alerts send)" if picture["alerts_due"] else ""
    click.echo(f"alerts: {alerts or 'none yet'}{due}")
    click.echo(f"watch: {'running' if picture['watch_running'] else 'not running'}")
    new = sum(row["state"] == "new" for row in picture["sources"])
    if new:
        click.echo(f"{plural(new, 'source')} never crawled: tocsin crawl")
    click.echo("nothing is blind or failed" if picture["ok"] else f"\n{plural(len(picture['problems']), 'problem')}")
    for problem in picture["problems"]:
        click.echo(f"  - {clean(problem)}")


def _print_unread(unread: list[Row]) -> None:
    for state in dict.fromkeys(row["state"] for row in unread):
        rows = [row for row in unread if row["state"] == state]
        click.echo(f"  {state}: {len(rows)}")
        for row in rows[: SHOWN if state in ("failed", "error-page", "needs-ocr") else 0]:
            click.echo(f"    {clean(row['document_url'])}{': ' + clean(row['reason']) if row['reason'] else ''}")
        if len(rows) > SHOWN:
            click.echo("    …")


def _crawl(row: Row) -> str:
    crawl: dict[str, Any] | None = row.get("last_crawl")
    if not crawl:
        return ""
    failed = crawl["page_errors"] + crawl["documents_failed"] + crawl["item_errors"]
    parts = [
        f"{crawl['requests']} requests",
        f"{crawl['documents_listed']} listed",
        f"{crawl['documents_new']} new",
    ]
    if changed := crawl["versions_new"] - crawl["documents_new"]:
        parts.append(f"{changed} changed")
    return ", ".join([*parts, f"{failed} failed"] if failed else parts)


def _state(row: Row) -> str:
    state = "crawling" if row.get("running") else str(row["state"])
    return state if row["watched"] else f"{state} (not watched)"


SOURCES = (
    Column("source", source_label, 22),
    Column("state", _state, 12),
    Column("last crawl", lambda row: moment(row["last_crawl_at"]), 17),
    Column("of that crawl", _crawl, 20),
    Column("reason", "reason", 21),
)
