"""What a crawl makes of its source. Pure: what it yielded before, what this crawl saw, the calendar.

Silence is never success (DESIGN §1, promise 3): a state is ``ok`` only where something was listed.

Two kinds of silence. *Nothing is listed any more*: a structure changed, and the source is blind at the first crawl
that shows it. *The same old papers are listed*: nothing on the pages tells a council at rest from one that publishes
elsewhere now; only time does. Councils meet at least once a quarter (CGCT L2121-7, L5211-11, L3121-9, L4132-8), so a
source is ``quiet`` beyond its own rhythm or a quarter, and ``blind`` after two of them: votes passed unseen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

from crawler.models import SourceState
from spiders.base import Look
from spiders.errorpage import REASONS

QUARTER = 100  # days, with a margin: sessions a quarter apart need not be 91 days apart
SLOWEST = 200  # days: a rhythm slower than two quarters is no excuse for silence, but is not a change either
COLLAPSE = 0.1  # of what was listed before


@dataclass(frozen=True, slots=True)
class Past:
    """What earlier crawls of this source found."""

    state: SourceState = "new"
    listed: tuple[int, ...] = ()  # documents listed by earlier crawls that ended, newest first
    arrivals: tuple[date, ...] = ()  # days on which new documents or versions were seen, newest first
    early: bool = True  # it publishes before the vote
    alone: bool = True  # no other early source of the council ever listed anything
    by_hand: bool = False  # the operator named it


@dataclass(frozen=True, slots=True)
class Present:
    """What this crawl saw."""

    listed: int = 0
    new: int = 0
    starts: tuple[Look, ...] = ()
    productive: tuple[Look, ...] = ()  # pages that led to documents before
    denied: int = 0  # by robots.txt
    interrupted: bool = False
    stopped: str | None = None  # why a host was asked nothing more, where it refused us
    moved: str | None = None
    instead: tuple[str, ...] = ()  # early platforms that are read beside the pages


@dataclass(frozen=True, slots=True)
class Verdict:
    """``ok``: the crawl counts as a success."""

    state: SourceState
    reason: str | None
    ok: bool


def is_recess(day: date) -> bool:
    """Mid-July to early September, when French councils do not sit."""
    return (7, 14) <= (day.month, day.day) <= (9, 10)


def judge(past: Past, present: Present, today: date) -> Verdict:
    """The state of a site after a crawl, the reason in words, and whether the crawl succeeded."""
    if present.interrupted:
        return _interrupted(past)
    if not present.starts and not present.productive:
        return Verdict("blind", "no page was asked for: the source has no home page that may be crawled", False)
    broken = [look for look in present.starts if look.error]
    if present.listed == 0 and present.starts and len(broken) == len(present.starts):
        return _broken(broken[0], "the home page" if len(broken) == 1 else "every start page")
    if present.listed == 0:
        return _nothing(past, present, today)
    if _collapsed(past, present, today):
        before = int(median(past.listed[:5]))
        reason = f"only {present.listed} documents are listed where there were {before}; {_fates(present.productive)}"
        return Verdict("blind", reason, False)
    return _alive(past, present, broken, today)


def judge_platform(past: Past, present: Present, today: date) -> Verdict:
    """The same of a platform's interface, which is asked for what is new: that it lists little is no sign."""
    if present.interrupted:
        return _interrupted(past)
    broken = [look for look in present.starts if look.error]
    if present.listed == 0 and broken and len(broken) == len(present.starts):
        verdict = _broken(broken[0], "the interface" if len(broken) == 1 else "every entry")
        if any(past.listed) or past.alone or past.by_hand:
            return verdict
        return Verdict("quiet", f"never of use here: {verdict.reason}", True)  # many a WordPress is closed: no loss
    if present.listed == 0 and not present.starts:
        return Verdict("blind", "no entry was answered", False)
    if present.listed or any(past.listed):
        return _alive(past, present, broken, today)
    if past.early and past.alone:
        return Verdict("blind", "the interface answers, but neither it nor the pages told of any session", False)
    return Verdict("quiet", "the interface answers, but told of nothing yet", True)


def _interrupted(past: Past) -> Verdict:
    return Verdict(past.state, "the crawl was interrupted before its end", False)


def _nothing(past: Past, present: Present, today: date) -> Verdict:
    before = max(past.listed, default=0)
    refusals = [look for look in present.productive if look.error and _state_of(look.error) != "blind"]
    if refusals and all(look.error for look in present.productive):
        return _broken(refusals[0], "a page that led to documents")
    if before == 0 and present.instead:
        names = " and ".join(present.instead)
        return Verdict("quiet", f"nothing on the pages; the {names} interface is read instead", True)
    if before == 0:
        if present.denied:
            return Verdict(
                "disallowed", f"robots.txt forbids {present.denied} addresses and nothing else was found", False
            )
        reason = "nothing was ever found here: no page announces sessions, or the site needs JavaScript"
        return Verdict("blind", reason, False)
    answering = [look for look in present.productive if not look.error and look.sessions]
    if answering and len(answering) == len(present.productive) and is_recess(today):
        return Verdict("quiet", "no document is listed, and the council is in its summer recess", True)
    return Verdict("blind", f"no document is listed where there were {before}; {_fates(present.productive)}", False)


def _collapsed(past: Past, present: Present, today: date) -> bool:
    """Almost nothing left, because the pages that listed documents are gone, empty or something else."""
    if not past.listed or not present.productive:
        return False
    before = median(past.listed[:5])
    gone = [look for look in present.productive if _is_lost(look, today)]
    return before >= 10 and present.listed < COLLAPSE * before and 2 * len(gone) >= len(present.productive)


def _is_lost(look: Look, today: date) -> bool:
    return bool(look.error) or not look.sessions or (look.documents == 0 and not is_recess(today))


def _alive(past: Past, present: Present, broken: list[Look], today: date) -> Verdict:
    notes = [f"the site moved to {present.moved}"] if present.moved else []
    notes += [f"start page {look.url}: {_words(look.error or '')}" for look in broken]
    if present.stopped:
        return Verdict("blocked", "; ".join([f"{present.stopped}: the rest was not asked for", *notes]), False)
    if past.arrivals and not present.new:
        usual, silent = rhythm(past.arrivals), sitting_days(past.arrivals[0], today)
        said = f"no new document since {past.arrivals[0]}"
        if past.early and past.alone and silent > max(SLOWEST, 2 * (usual or 0)):
            said += ": two quarters without a session; it publishes elsewhere now, or in a way that is not seen"
            return Verdict("blind", "; ".join([said, *notes]), False)
        if silent > min(max(QUARTER, 2 * (usual or 0)), SLOWEST):
            said += f", where one came every {usual} days" if usual and 2 * usual > QUARTER else ""
            return Verdict("quiet", "; ".join([said, *notes]), True)
    return Verdict("ok", "; ".join(notes) or None, True)


def rhythm(arrivals: tuple[date, ...]) -> int | None:
    """The usual days between two arrivals, recess left out, at most ``SLOWEST``; None where four are not known yet."""
    gaps = [sitting_days(earlier, later) for later, earlier in pairwise(arrivals)]
    return min(int(median(gaps)), SLOWEST) if len(gaps) >= 3 else None


def sitting_days(start: date, end: date) -> int:
    """Days from ``start`` to ``end`` that are not in the summer recess."""
    days = max(0, (end - start).days)
    for year in range(start.year, end.year + 1):
        first, last = max(date(year, 7, 14), start), min(date(year, 9, 10), end)
        days -= max(0, (last - first + timedelta(days=1)).days) if days else 0
    return max(0, days)


def _broken(look: Look, what: str) -> Verdict:
    error = look.error or ""
    return Verdict(_state_of(error), f"{what} ({look.url}): {_words(error)}", False)


def _state_of(error: str) -> SourceState:
    if error == "robots":
        return "disallowed"
    return "blocked" if error in ("401", "403", "429", "451", "wall") or is_refusal(error) else "blind"


def is_refusal(error: str) -> bool:
    """Whether a host was given up because it does not want us (``crawler.middlewares``)."""
    return error.startswith(("the host answered 401", "the host answered 403", "the host answered 429",
                             "the host answered 451", "the host refuses"))  # fmt: skip


def _words(error: str) -> str:
    if error in REASONS:
        return REASONS[error]
    known = {
        "robots": "robots.txt forbids it",
        "refused": "its address is private or reserved (see allow_private_addresses)",
        "dns": "its name does not resolve",
        "timeout": "no answer in time",
    }
    return known.get(error, f"it answered {error}" if error.isdigit() else error)


def _fates(looks: Iterable[Look]) -> str:
    """What became of the pages that led to documents, shortest form: "1 of 2 pages … gone: URL (404)"."""
    looks = list(looks)
    if not looks:
        return "the pages that listed them were not reached"
    lost = [look for look in looks if look.error or not look.sessions]
    if not lost:
        return f"{len(looks)} pages that listed them still answer, but list nothing"
    shown = f"{lost[0].url} ({_words(lost[0].error) if lost[0].error else 'now about something else'})"
    return f"{len(lost)} of {len(looks)} pages that listed them are lost: {shown}"
