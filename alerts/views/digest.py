"""A digest in words: what is ahead and how many, then each session as its own message would tell it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from alerts.digest import Digest
from alerts.notice import Family, House, Notice
from alerts.plain import SHORT, SUBJECT, one_line
from alerts.timing import PARIS
from alerts.view import view
from alerts.views.parts import Chapter, Section, View, stop, when
from alerts.wording import Words

CHAPTERS: tuple[tuple[Family, str], ...] = (
    ("ahead", "ahead"), ("late", "missing"), ("after", "after"), ("sources", "machine"), ("week", "watching"),
)  # fmt: skip
OFF = ("cancelled", "postponed")
LINES = 30  # sessions named at the top


def digest_view(digest: Digest, house: House, words: Words, now: datetime) -> View:
    """The message of a digest, written at ``now``."""
    day = digest.occasion.astimezone(PARIS).date()
    span = {"date": words.day(day), "week": _week(day, words)}
    rhythm = "week" if digest.weekly else "day"
    counts = ", ".join(_counts(digest.notices, words))
    shown = [(notice, view(notice, house, words, now)) for notice in digest.notices]
    lines = _lines(digest.notices, words)
    return View(
        language=words.language,
        subject=one_line(words.say(f"digest.subject_{rhythm}", counts=counts, **span), SUBJECT),
        headline=words.say(f"digest.headline_{rhythm}", **span),
        title=counts[:1].upper() + counts[1:],
        sections=(Section(words.say("digest.summary"), lines),) if len(lines) > 1 else (),
        why=tuple(dict.fromkeys(reason for _, each in shown for reason in each.why)),
        paragraphs=(words.say("digest.rhythm_weekly" if digest.weekly else "digest.rhythm_daily"),),
        stop=stop(house, words),
        chapters=tuple(_chapters(shown, words)),
    )


def _chapters(shown: Sequence[tuple[Notice, View]], words: Words) -> Iterator[Chapter]:
    for family, name in CHAPTERS:
        parts = tuple(_without_items(each, words) for notice, each in shown if notice.family == family)
        if parts:
            yield Chapter(words.say(f"digest.{name}"), parts)


def _without_items(part: View, words: Words) -> View:
    """A week without the list of its items: this digest tells them, or what left before it did."""
    listed = words.say("week.items")
    return replace(part, sections=tuple(each for each in part.sections if each.title != listed))


def _counts(notices: Sequence[Notice], words: Words) -> Iterator[str]:
    """What there is, the votes first."""
    ahead = [each for each in notices if each.family == "ahead"]
    going_on = [each for each in ahead if each.tone not in OFF]
    numbers = {
        "votes": sum(len(each.facts) for each in going_on),
        "news": sum(each.tone == "changed" for each in going_on),
        "off": len(ahead) - len(going_on),
        "late": sum(each.family == "late" for each in notices),
        "results": sum(len(each.facts) for each in notices if each.family == "after"),
        "sources": sum(len(each.sources) for each in notices if each.family == "sources"),
    }
    for name, number in numbers.items():
        if number:
            yield words.count(f"digest.{name}", number)


def _lines(notices: Sequence[Notice], words: Words) -> tuple[str, ...]:
    """A line for each session ahead."""
    lines = [_line(each, words) for each in notices if each.family == "ahead" and each.tone not in OFF and each.facts]
    rest = len(lines) - LINES
    return (*lines[:LINES], words.count("more", rest)) if rest > 0 else tuple(lines)


def _line(notice: Notice, words: Words) -> str:
    council, body = one_line(notice.council, SHORT), one_line(notice.body or "", SHORT) or words.say("session")
    rest = {"title": f"{council}, {body}", "count": words.count("digest.points", len(notice.facts))}
    if notice.session_date is None:
        return words.say("digest.line_undated", **rest)
    return words.say("digest.line", when=when(notice, words), **rest)


def _week(monday: date, words: Words) -> str:
    """« semaine du 7 au 13 décembre », and the month or the year of its beginning only where the end has another."""
    end = monday + timedelta(days=6)
    begin, last = words.short_date(monday).split(" "), words.short_date(end).split(" ")
    kept = 1 if begin[1:] == last[1:] else 2 if begin[2:] == last[2:] else 3
    return words.say("digest.week", begin=" ".join(begin[:kept]), end=" ".join(last[: 2 if kept < 3 else 3]))
