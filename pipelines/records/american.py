"""How American councils print results, hours and cancellations: in words, for the readers of their answers."""

from __future__ import annotations

import re
from datetime import time

from crawler.models import VoteClaim, VoteResult
from pipelines.records.counting import counts

# What was done decides before whether the motion to do it passed: a motion to postpone that passed adjourns the item.
_ACTIONS: tuple[tuple[VoteResult, str], ...] = (
    ("withdrawn", r"withdrawn|withdrew|removed from (?:the )?agenda|pulled from (?:the )?agenda|stricken"),
    ("adjourned", r"continued|postponed|tabled|deferred|held over|held in|laid over|referred|re-?committed"
                  r"|sent to|rescheduled|no action taken"),
    ("noted", r"received and filed|accepted and filed|placed on file|noted and filed|filed|received"
              r"|heard in (?:committee|council)|discussed|presented"),
    ("rejected", r"failed|defeated|rejected|denied|not (?:adopted|approved|passed)|disapproved|lost|vetoed"),
    ("adopted", r"adopted|approved|passed|enacted|carried|confirmed|ratified|authorized|accepted|agreed"),
)  # fmt: skip
_WORDS = tuple((result, re.compile(rf"\b(?:{words})\b")) for result, words in _ACTIONS)
_TALLY = re.compile(r"^\D{0,20}(\d{1,3})\s*(?:[-–:]|to)\s*(\d{1,3})\b")
_COUNTS = {
    "ayes": r"ayes?|yeas?|yes(?:es)?|in favor",
    "noes": r"noes|nays?|no(?=\s?[:=(])|(?<=\d )no|opposed",  # "Resolution No. 12" is no count
    "abstained": r"abstain(?:ed|ing)?|abstentions?",
}
_HOUR = re.compile(r"^\s*(\d{1,2})(?:[:.](\d{2}))?(?::\d{2})?\s*([ap])?\.?\s*m?\.?(?:\s|$|[,;(*-])", re.I)
_OFF = re.compile(
    r"\bnotice of cancell?ation\b|\bmeeting (?:has been |is |was )?cancell?ed\b"
    r"|^\W{0,9}(?:(?:this|the|regular|special|meeting|session|notice|of|-|–|:) ?){0,5}"
    r"(?:(?:has been|is|was) )?cancell?ed\b|\bcancell?ed\W{0,9}$"
)
_LATER = re.compile(
    r"^\W{0,9}(?:(?:this|the|regular|special|meeting|session) ){0,4}"
    r"(?:(?:has been|is|was) )?(?:postponed|rescheduled)\b"
    r"|\bmeeting (?:has been |is |was )?(?:postponed|rescheduled)\b"
)
_MINOR = re.compile(
    r"(?:call to order|roll call|pledge of allegiance|moment of silence|invocation|land acknowledge?ment"
    r"|approval of (?:the )?(?:minutes|agenda|journal)|(?:minutes|journal) of\b|public comments?|public testimony"
    r"|adjourn(?:ment)?|announcements?|proclamations?|presentations?$|communications?$|opening|closing"
    r"|approve (?:the )?(?:minutes|agenda))\b",
    re.I,
)
_LONGEST_REMARK = 200  # characters of a comment that may call a meeting off; longer ones speak of something else


def vote_of(passed: str, action: str, tally: str, text: str = "") -> VoteClaim | None:
    """The vote of an item: whether it passed, by which action, with which tally; None where nothing is stated."""
    done = _first(action.lower()) if action else None
    flag: VoteResult | None = {"pass": "adopted", "passed": "adopted", "fail": "rejected", "failed": "rejected"}.get(
        passed.strip().lower()
    )  # type: ignore[assignment]  # mypy widens the literals of a dict
    elsewhere = done in ("withdrawn", "adjourned", "noted")
    result = done if elsewhere else flag or done
    if result is None or (elsewhere and flag == "rejected"):  # a motion to postpone that failed decides nothing
        return None
    numbers = _numbers(tally.lower(), text.lower())
    said = f"{action} {tally} {text}".lower()
    unanimous = bool(re.search(r"\bunanimous(?:ly)?\b", said)) and "not unanimous" not in said
    return VoteClaim(result, numbers.get("ayes"), numbers.get("noes"), numbers.get("abstained"), unanimous)


def _first(low: str) -> VoteResult | None:
    return next((result for result, words in _WORDS if words.search(low)), None)


def _numbers(tally: str, text: str) -> dict[str, int]:
    """Printed counts. A third number of "7-1-1" is left: some count abstentions there, others who was absent."""
    for said in (tally, text):
        named = counts(said, _COUNTS)
        if "ayes" in named:
            return named
    pair = _TALLY.match(tally)
    return {"ayes": int(pair[1]), "noes": int(pair[2])} if pair else {}


def hour_of(stated: str) -> time | None:
    """A time of day: "6:00 PM", "18:30", "6 p.m.", "Noon"; None for words and for midnight, which means "not set"."""
    if stated.strip().lower().startswith("noon"):
        return time(12)
    found = _HOUR.match(stated)
    if found is None or not (found[2] or found[3]):
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    half = (found[3] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0) if 1 <= hour <= 12 else hour
    if hour > 23 or minute > 59 or (hour, minute) == (0, 0):
        return None
    return time(hour, minute)


def is_off(*remarks: str) -> bool:
    """Whether a status or a remark says that the meeting is cancelled."""
    return any(_OFF.search(remark.lower()) for remark in remarks if len(remark) <= _LONGEST_REMARK)


def is_later(*remarks: str) -> bool:
    """Whether one says that the meeting is put off."""
    return any(_LATER.search(remark.lower()) for remark in remarks if len(remark) <= _LONGEST_REMARK)


def is_minor(title: str) -> bool:
    """Whether an item is a formality: roll call, minutes, public comment."""
    return _MINOR.match(title.strip(" .*-–—")) is not None
