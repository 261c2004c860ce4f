"""Crawl invented sites with the command line, and hold what it archived against the truth."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, time
from itertools import zip_longest
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.councils.ground import Address, Ground, Meeting
from tests.councils.matter import NOW
from tests.councils.serving import Asked, Land, Served

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = 2
SHARE = 0.98
TIMES, PLUS = 3, 60
FEW = 12  # requests that a site may cost which lets nobody in
SETTINGS = "[crawl]\ndelay = 0\nallow_private_addresses = true\nmax_pages = 1500\n"


@dataclass(frozen=True)
class Verdict:
    """What came of one site; every list is what went wrong."""

    key: str
    announced: int
    documents: int
    requests: int
    shortest: int
    limit: int
    lost_sessions: tuple[str, ...] = ()
    lost_documents: tuple[str, ...] = ()
    touched: tuple[str, ...] = ()
    needless: tuple[str, ...] = ()
    state: str = ""
    reason: str = ""
    wrong: tuple[str, ...] = ()  # of a second crawl, or of a site that lets nobody in

    @property
    def complaints(self) -> list[str]:
        """Why this site was not read as it should be; empty: it was."""
        found = []
        if self.lost_sessions:
            found.append(f"{len(self.lost_sessions)} sessions not found")
        if len(self.lost_documents) > self.documents * (1 - SHARE) + 1e-9:
            found.append(f"{len(self.lost_documents)} documents not archived")
        if self.requests > self.limit:
            found.append(f"{self.requests - self.limit} requests too many")
        if self.touched:
            found.append(f"{len(self.touched)} forbidden addresses asked for")
        return [*found, *self.wrong]


@dataclass
class Archive:
    """What the exports of a home hold, by council."""

    documents: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    sessions: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)


def tocsin(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """One command in a process of its own, on the fixed day of the tests."""
    command = [sys.executable, "-m", "crawler", "--home", str(home), "--now", NOW.isoformat(), *words]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, capture_output=True, text=True, env=env, cwd=ROOT, check=False)


def measure(grounds: Sequence[Ground], folder: Path, *, processes: int = PROCESSES, first: int = 20) -> list[Verdict]:
    """Serve the sites, crawl them from their home pages in a few processes, and judge each."""
    with Land(grounds, first) as served:
        # big and small sites in every process
        parts = [part for part in (served[start::processes] for start in range(processes)) if part]
        homes = [folder / f"home-{number}" for number, _ in enumerate(parts)]
        with ThreadPoolExecutor(processes) as pool:
            judged = list(pool.map(_crawl, parts, homes))
    rows = zip_longest(*judged)
    return [verdict for row in rows for verdict in row if verdict]


def _crawl(served: Sequence[Served], home: Path) -> list[Verdict]:
    home.mkdir(parents=True)
    (home / "tocsin.toml").write_text(SETTINGS + "".join(map(_block, served)), encoding="utf-8")
    done = tocsin(home, "crawl")
    (home / "crawl.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
    if "Traceback" in done.stderr or done.returncode not in (0, 1):
        raise AssertionError(f"tocsin crawl broke off: {done.stderr[-3000:]}")
    archive = _exports(home)
    asked = {site.ground.key: list(site.asked) for site in served}
    twice = [site for site in served if site.ground.again]
    second: dict[str, tuple[str, ...]] = {}
    if twice:
        tocsin(home, "crawl", *(site.ground.key for site in twice))
        later = _exports(home)
        second = {site.ground.key: _again(site, archive, later, asked[site.ground.key]) for site in twice}
    return [judge(site, archive, asked[site.ground.key], second.get(site.ground.key, ())) for site in served]


def _block(site: Served) -> str:
    ground = site.ground
    lines = [f'id = "{ground.key}"', f"name = {json.dumps(ground.name, ensure_ascii=False)}",
             f'kind = "{ground.kind}"', f'website = "{site.home}"']  # fmt: skip
    if ground.department:
        lines.append(f'department = "{ground.department}"')
    if ground.zone:
        lines.append(f'timezone = "{ground.zone}"')
    return "\n[[council]]\n" + "\n".join(lines) + "\n"


def _exports(home: Path) -> Archive:
    archive = Archive()
    for name, into in (("documents", archive.documents), ("sessions", archive.sessions)):
        done = tocsin(home, "export", name, "--format", "json")
        if done.returncode:
            raise AssertionError(done.stderr[-2000:])
        for row in json.loads(done.stdout):
            into.setdefault(row["council_id"], []).append(row)
    shown = tocsin(home, "sources", "list", "--json")
    for row in json.loads(shown.stdout or "[]"):
        identity = str(row.get("council_id") or row.get("id") or row.get("source_id"))
        archive.sources.setdefault(identity.partition("/")[0], row)
    return archive


def _again(site: Served, before: Archive, after: Archive, asked: list[Asked]) -> tuple[str, ...]:
    """What is wrong with a second crawl of a site where nothing changed."""
    key = site.ground.key
    cost = sum(each.counts for each in site.asked[len(asked) :])
    old = {(row["document_id"], row["version"]) for row in before.documents.get(key, [])}
    new = {(row["document_id"], row["version"]) for row in after.documents.get(key, [])}
    wrong = []
    allowed = max(30, sum(each.counts for each in asked) // 2)
    if cost > allowed:
        wrong.append(f"second crawl: {cost} requests, {allowed} would be enough")
    if new - old:
        wrong.append(f"second crawl: {len(new - old)} versions that are not new")
    if not cost:
        wrong.append("second crawl: nothing was asked")
    return tuple(wrong)


def judge(site: Served, archive: Archive, asked: Sequence[Asked], wrong: tuple[str, ...] = ()) -> Verdict:
    """Hold one council's archive and the server's own count against the truth."""
    ground = site.ground
    rows = archive.documents.get(ground.key, [])
    sessions = archive.sessions.get(ground.key, [])
    source = archive.sources.get(ground.key, {})
    counted = [each for each in asked if each.counts]
    tree = ground.tree()
    state = str(source.get("state", ""))
    if ground.expect != "ok":
        limit = FEW
        if state != ground.expect:
            wrong = (*wrong, f"state {state!r} instead of {ground.expect!r}")
    else:
        limit = TIMES * len(tree) + PLUS
    lost = lost_papers(site, rows)
    return Verdict(
        ground.key, len(ground.meetings), len(ground.papers), len(counted), len(tree), limit,
        tuple(text for meeting in ground.meetings if (text := _session_lost(ground, meeting, sessions))),
        tuple(f"{where[1]} (on {(tree[where] or where)[1]})" for where in lost),
        tuple(sorted({each.target for each in asked if ground.is_forbidden(each.host, each.target)})),
        tuple(_needless(ground, counted, set(tree))),
        state, str(source.get("reason") or ""), wrong,
    )  # fmt: skip


def lost_papers(site: Served, rows: Sequence[dict[str, Any]]) -> list[Address]:
    """Papers that are archived neither under an address of theirs nor with their bytes."""
    ground = site.ground
    kept = [row for row in rows if row["state"] != "error-page"]
    found = {ground.also.get(where, where) for row in kept if (where := site.where(str(row["url"])))}
    hashes = {row["sha256"] for row in kept}
    return [where for where in ground.papers if where not in found and ground.digest(where) not in hashes]


def _session_lost(ground: Ground, meeting: Meeting, rows: Sequence[dict[str, Any]]) -> str:
    """Why a session does not count as found; empty where it does."""
    named = f"{meeting.body} {meeting.day}" + (f" {meeting.clock:%H:%M}" if meeting.clock else "")
    same_day = [row for row in rows if row["session_date"] == meeting.day.isoformat()]
    same = [row for row in same_day if row["body"] == meeting.body]
    if not same:
        return f"{named}: " + (f"found as {[row['body'] for row in same_day]}" if same_day else "not found")
    clocks = {_clock(row["starts_at"], ground) for row in same}
    if meeting.clock in clocks:
        return ""
    return f"{named}: found at {sorted(str(clock) for clock in clocks)}"


def _clock(starts_at: str | None, ground: Ground) -> time | None:
    if not starts_at:
        return None
    moment = datetime.fromisoformat(starts_at)
    local = moment.astimezone(ZoneInfo(ground.zone or "Europe/Paris")) if moment.tzinfo else moment
    return local.time().replace(second=0, microsecond=0)


def _needless(ground: Ground, asked: Sequence[Asked], tree: set[Address]) -> list[str]:
    """Requests that the shortest path does without, in their order."""
    seen: set[Address] = set()
    out = []
    for each in asked:
        where = (each.host, "")
        reply = ground.answer(each.host, each.target)
        where = next((known for known, found in ground.replies.items() if found is reply), where)
        if where in tree and where not in seen:
            seen.add(where)
            continue
        out.append(f"{each.status} {each.target}")
    return out


def table(verdicts: Sequence[Verdict], *, details: int = 0) -> str:
    """The table; ``details`` is how many of each kind of mistake are named."""
    head = f"{'site':<26} {'sessions':>9} {'documents':>10} {'requests/shortest/limit':>24}  {'state':<10} verdict"
    lines = [head, "-" * len(head)]
    for verdict in verdicts:
        sessions = f"{verdict.announced - len(verdict.lost_sessions)}/{verdict.announced}"
        documents = f"{verdict.documents - len(verdict.lost_documents)}/{verdict.documents}"
        cost = f"{verdict.requests}/{verdict.shortest}/{verdict.limit}"
        ending = "; ".join(verdict.complaints) or "ok"
        lines.append(f"{verdict.key:<26} {sessions:>9} {documents:>10} {cost:>24}  {verdict.state:<10} {ending}")
        if details and verdict.complaints:
            lines += _details(verdict, details)
    good = sum(not verdict.complaints for verdict in verdicts)
    announced = sum(verdict.announced for verdict in verdicts)
    found = announced - sum(len(verdict.lost_sessions) for verdict in verdicts)
    papers = sum(verdict.documents for verdict in verdicts)
    kept = papers - sum(len(verdict.lost_documents) for verdict in verdicts)
    lines.append(
        f"{good} of {len(verdicts)} sites ok; sessions {found}/{announced}; documents {kept}/{papers};"
        f" requests {sum(verdict.requests for verdict in verdicts)} for {sum(verdict.shortest for verdict in verdicts)}"
    )
    return "\n".join(lines)


def _details(verdict: Verdict, count: int) -> list[str]:
    lists = [("session", verdict.lost_sessions), ("document", verdict.lost_documents), ("forbidden", verdict.touched)]
    if verdict.requests > verdict.limit:
        lists.append(("needless", verdict.needless))
    out = [f"    {name}: {text}" for name, texts in lists for text in texts[:count]]
    if verdict.reason:
        out.append(f"    source: {verdict.reason[:160]}")
    return out
