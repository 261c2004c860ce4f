"""What a crawl makes of its source. Pure: what it yielded before, what this crawl saw, the calendar.

Silence is never success (DESIGN §1, promise 3): a state is ``ok`` only where something was listed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median

from crawler.models import SourceState
from spiders.base import Look
from spiders.errorpage import REASONS

QUIET_DAYS = 100  # councils meet at least once a quarter (CGCT L2121-7)
RECESS_DAYS = 60  # more, in and just after the summer
COLLAPSE = 0.1  # of what was listed before


@dataclass(frozen=True, slots=True)
class Past:
    """What earlier crawls of this source found."""

    state: SourceState = "new"
    listed: tuple[int, ...] = ()  # documents listed by earlier crawls that ended, newest first
    newest: date | None = None  # when the last new document or version was seen


@dataclass(frozen=True, slots=True)
class Present:
    """What this crawl saw."""

    listed: int = 0
    new: int = 0
    starts: tuple[Look, ...] = ()
    productive: tuple[Look, ...] = ()  # pages that led to documents before
    denied: int = 0  # by robots.txt
    interrupted: bool = False
    moved: str | None = None


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
    """The source's state after a crawl, the reason in words, and whether the crawl succeeded."""
    if present.interrupted:
        return Verdict(past.state, "the crawl was interrupted before its end", False)
    if not present.starts and not present.productive:
        return Verdict("blind", "no page was asked for: the source has no home page that may be crawled", False)
    broken = [look for look in present.starts if look.error]
    if present.listed == 0 and present.starts and len(broken) == len(present.starts):
        return _broken(broken[0], "the home page" if len(broken) == 1 else "every start page")
    if present.listed == 0:
        return _nothing(past, present, today)
    if _collapsed(past, present):
        before = int(median(past.listed[:5]))
        reason = f"only {present.listed} documents are listed where there were {before}; {_fates(present.productive)}"
        return Verdict("blind", reason, False)
    return _alive(past, present, broken, today)


def _nothing(past: Past, present: Present, today: date) -> Verdict:
    before = max(past.listed, default=0)
    refusals = [look for look in present.productive if look.error and _state_of(look.error) != "blind"]
    if refusals and all(look.error for look in present.productive):
        return _broken(refusals[0], "a page that led to documents")
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


def _collapsed(past: Past, present: Present) -> bool:
    """Almost nothing left, because the pages that listed documents are gone or something else."""
    if not past.listed or not present.productive:
        return False
    before = median(past.listed[:5])
    gone = [look for look in present.productive if look.error or not look.sessions]
    return before >= 10 and present.listed < COLLAPSE * before and 2 * len(gone) >= len(present.productive)


def _alive(past: Past, present: Present, broken: list[Look], today: date) -> Verdict:
    notes = [f"the site moved to {present.moved}"] if present.moved else []
    notes += [f"start page {look.url}: {_words(look.error or '')}" for look in broken]
    if past.newest is not None and not present.new:
        silent = (today - past.newest).days
        if silent > QUIET_DAYS + (RECESS_DAYS if is_recess(today) or is_recess(past.newest) else 0):
            return Verdict("quiet", "; ".join([f"no new document for {silent} days", *notes]), True)
    return Verdict("ok", "; ".join(notes) or None, True)


def _broken(look: Look, what: str) -> Verdict:
    error = look.error or ""
    return Verdict(_state_of(error), f"{what} ({look.url}): {_words(error)}", False)


def _state_of(error: str) -> SourceState:
    if error == "robots":
        return "disallowed"
    return (
        "blocked"
        if error in ("401", "403", "429", "451", "wall") or error.startswith("the host answered 4")
        else "blind"
    )


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
