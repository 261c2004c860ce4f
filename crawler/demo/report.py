"""What the demo says on the terminal: plain lines of at most a hundred columns."""

from __future__ import annotations

import email
import email.policy
import os
import shlex
import shutil
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from crawler.cli.app import clean
from crawler.demo.server import Request
from crawler.demo.world import known_changes, region, towns
from db.home import Home
from db.queries import Filters, Reader

LAYOUTS = {
    "castelvieux-sur-orvence": "a town's site: menus in menus, a page per year, PDF",
    "saint-aubrin-les-etangs": "a village's news: the agenda is an article",
    "port-maurelle": "a table of links without file names",
    "villebrume": "frames and Latin-1, made by hand long ago",
    "cc-pays-de-lissieres": "cards, folding sections, a viewer, files elsewhere",
}
WIDTH = 96


def heading(text: str) -> str:
    """A heading with a line of air above it."""
    return "\n" + click.style(text, bold=True)


def opening(addresses: Mapping[str, str]) -> str:
    """The region, and where its sites are served."""
    lines = [click.style(f"Tocsin demo: five councils of {region()['name']}, a region that does not exist", bold=True)]
    lines.append(heading("Their web sites, on this machine alone"))
    lines += [f"  {addresses[town.id] + '/':<26}{_short(town.name):<26}{LAYOUTS[town.id]}" for town in towns()]
    return "\n".join(lines)


def changed() -> str:
    """What the councils did overnight."""
    return "\n".join([heading("What has changed"), *[f"  {says}" for says in known_changes().values()]])


def traffic(requests: Sequence[Request], seconds: float) -> str:
    """What the sites were asked, as they saw it."""
    statuses = Counter(request.status for request in requests)
    known = {200: "in full", 304: "unchanged", 301: "moved", 302: "moved", 404: "not found"}
    parts: Counter[str] = Counter()
    for status, count in statuses.items():
        parts[known.get(status, str(status))] += count
    told = ", ".join(f"{count} {words}" for words, count in parts.most_common())
    sent = sum(request.sent for request in requests) / 1000
    return f"  The sites answered {len(requests)} requests ({told}): {sent:,.0f} kB in {seconds:.0f} s."


def trouble(code: int) -> str:
    """Where the crawl did not end well: what follows is then incomplete."""
    told = click.style(f"  The crawl ended with exit code {code}: what follows may be incomplete.", fg="red")
    return f"{told} See what it says above."


def votes_ahead(home: Home, now: datetime) -> str:
    """The flagged items of the sessions to come, soonest first."""
    lines = [heading("Votes ahead")]
    with Reader(home) as reader:
        zones = {row["id"]: row["timezone"] for row in reader.rows("SELECT id, timezone FROM councils")}
        sessions = [row for row in reader.upcoming(now, Filters()) if row["flagged"]]
    for session in sessions:
        lines += _session(session, now, zones)
    return "\n".join(lines if sessions else [*lines, "  none was found"])


def _session(session: Mapping[str, Any], now: datetime, zones: Mapping[str, str]) -> Iterator[str]:
    left = when = "date unknown"
    if session["session_date"]:
        zone = ZoneInfo(zones[session["council_id"]])
        day = date.fromisoformat(session["session_date"])
        left = _left((day - now.astimezone(zone).date()).days)
        when = f"{day:%A} {day.day} {day:%B}"
        if session["starts_at"]:
            when += f", {datetime.fromisoformat(session['starts_at']).astimezone(zone):%H:%M}"
    status = "" if session["status"] == "scheduled" else f" ({session['status']})"
    yield f"  {left:<12}{when}   {click.style(clean(_short(session['council'])), bold=True)}{status}"
    for item in session["flagged"]:
        number = f"{clean(item['number'])}. " if item["number"] else ""
        text = f"{number}{clean(item['title'])} [{', '.join(item['topics'])}]"
        yield textwrap.fill(text, WIDTH, initial_indent=" " * 14, subsequent_indent=" " * 17)


def _left(days: int) -> str:
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")


def alerts(home: Home, new: Sequence[Path], before: int) -> str:
    """The messages of this run, and the feeds."""
    lines = [heading("Alerts")]
    for path in new:
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        lines.append(textwrap.fill(clean(message["Subject"]), WIDTH, initial_indent="  ", subsequent_indent="    "))
        lines.append(f"    {_shown(path)}")
    if not new:
        lines.append(f"  nothing new to say; {before} earlier message{'s' * (before != 1)} in {_shown(home.outbox)}")
    for name, says in (("tocsin.atom", "every alert, for a feed reader"), ("tocsin.ics", "every vote, for a calendar")):
        if (home.feeds / name).exists():
            lines.append(f"  {_shown(home.feeds / name):<44}{says}")
    return "\n".join(lines)


def farewell(home: Home, today: date) -> str:
    """What to type next; every line works as it stands."""
    with Reader(home) as reader:
        ahead = [row for row in reader.flagged(Filters(since=today)) if row["item_id"]]
    us = f"{program()} --home {shlex.quote(_shown(home.root))}"
    again = f"{program()} demo" + (
        "" if _shown(home.root) == "tocsin-demo" else f" --home {shlex.quote(_shown(home.root))}"
    )
    lines = [
        (f"{us} upcoming", "the sessions ahead"),
        (f"{us} flagged", "all that was found, with its score"),
        (f"{us} search caméras", "any words, in every page ever read"),
        (f"{us} export votes --format csv", "how each point was voted"),
        (f"{us} status", "who is watched, and whether it works"),
        (again, "once more: everything unchanged, no second alert"),
        (f"{again} --tomorrow", "the councils change their agendas"),
        (f"{again} --serve", "keep the sites up, to look at them"),
    ]
    if ahead:
        lines.insert(2, (f"{us} show {ahead[0]['item_id']}", "one item, with its evidence"))
    width = max(len(command) for command, _ in lines) + 3
    return "\n".join([heading("What to type next"), *[f"  {command:<{width}}{says}" for command, says in lines]])


def serving(home: Home) -> str:
    """While the sites stay up."""
    crawl = f"{program()} --home {shlex.quote(_shown(home.root))} crawl"
    return f"\nThe sites stay up until you press Ctrl-C. From another terminal:\n  {crawl}"


def program() -> str:
    """How the user called us, in words that work again: a command off the PATH needs its folder."""
    called = Path(sys.argv[0])
    if called.name != "tocsin":
        return f"{Path(sys.executable).name} -m crawler"
    found = shutil.which("tocsin")
    return "tocsin" if found and Path(found).resolve() == called.resolve() else shlex.quote(_shown(called.absolute()))


def _short(name: str) -> str:
    return name.replace("Communauté de communes du ", "")


def _shown(path: Path) -> str:
    """A path as short as it can be typed from here."""
    near = os.path.relpath(path)
    return str(path) if near.startswith("..") else near
