"""What changed, in words: dates and times as people say them, passages of papers side by side. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from alerts.plain import TITLE, one_line, web_link
from alerts.views.line import Line
from alerts.wording import NBSP, Words
from crawler.models import Change, ChangeKind

SHOWN = 25  # changes of one message
PASSAGES = 3  # of one paper on one item
_CAMERAS = re.compile(r"(?<![\d,.])(\d{1,5})\s+(?:\w+\s+){0,2}?cam[ée]ras?\b", re.IGNORECASE)
_MONEY = re.compile(r"(?<![\d,.])(\d[\d \u00a0\u202f.]{0,14}(?:,\d{1,2})?)\s*(k€|m€|€|euros?)", re.IGNORECASE)
_ORDER: tuple[ChangeKind, ...] = (
    "cancelled", "postponed", "moved", "time", "place", "item-withdrawn", "item-unlisted", "item-retitled",
    "item-added", "item-renumbered", "document-added", "document-replaced",
)  # fmt: skip
_PAPERS = frozenset({"document-added", "document-replaced"})


def change_lines(changes: Sequence[Change], words: Words, zone: ZoneInfo) -> tuple[Line, ...]:
    """A line for each change; those of one paper on one item stand together, the telling ones first."""
    lines: list[Line] = []
    papers: dict[tuple[str, str, str | None], list[Change]] = defaultdict(list)
    for change in sorted(changes, key=lambda each: _ORDER.index(each.kind)):  # when and where first
        if change.kind in _PAPERS:
            papers[change.kind, change.version_id, change.item_id].append(change)
        else:
            lines.append(Line(_line(change, words, zone)))
    added = [group[0] for (kind, _, _), group in papers.items() if kind == "document-added"]
    lines += dict.fromkeys(_added(change, words) for change in added)
    for (kind, _, _), group in papers.items():
        if kind == "document-replaced":
            lines += map(Line, _replaced(group, words))
    lines += dict.fromkeys(_read_in(changes, words))
    rest = len(lines) - SHOWN
    return (*lines[:SHOWN], Line(words.count("more", rest))) if rest > 0 else tuple(lines)


def _read_in(changes: Sequence[Change], words: Words) -> Iterator[Line]:
    """Where changes were read: the proof of them, once for each paper."""
    for change in changes:
        link = web_link(change.document_url)
        if link and change.kind != "document-added":
            yield Line(words.say("changes.read_in", document=_paper(change, words)), link)


def _line(change: Change, words: Words, zone: ZoneInfo) -> str:
    before, after = (_state(change, value, words, zone) for value in (change.before, change.after))
    return words.say(f"changes.{change.kind}", before=before, after=after)


def _state(change: Change, value: str | None, words: Words, zone: ZoneInfo) -> str:
    """A value before or after a change: dates and times in words, anything else between quotation marks."""
    if not value:
        return "—"
    if change.kind in ("moved", "time"):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return one_line(value)
        if change.kind == "moved":
            return words.day(moment.date())
        return words.time(moment.astimezone(zone) if moment.tzinfo else moment)
    if change.kind == "item-renumbered":
        return one_line(value, 20)
    return words.quoted(one_line(value, TITLE))


def _paper(change: Change, words: Words) -> str:
    return words.say(f"documents.{change.document_kind or 'other'}")


def _added(change: Change, words: Words) -> Line:
    return Line(words.say("changes.document-added", document=_paper(change, words)), web_link(change.document_url))


def _replaced(group: Sequence[Change], words: Words) -> Iterator[str]:
    """Figures first: they are what a reader looks for."""
    paper = _paper(group[0], words)
    told = sorted(((_figures(each, words, paper), each) for each in group), key=lambda pair: pair[0] is None)
    for figures, each in told[:PASSAGES]:
        yield figures or _passage(each, words, paper)
    if len(told) > PASSAGES:
        yield words.count("changes.passages_more", len(told) - PASSAGES, document=paper)


def _passage(change: Change, words: Words, paper: str) -> str:
    before, after = (words.quoted(one_line(value or "", TITLE)) for value in (change.before, change.after))
    if not change.before:
        return words.say("changes.passage-added", document=paper, after=after)
    if not change.after:
        return words.say("changes.passage-removed", document=paper, before=before)
    return words.say("changes.document-replaced", document=paper, before=before, after=after)


def _figures(change: Change, words: Words, paper: str) -> str | None:
    """« note de synthèse : de 12 à 40 caméras », where the passage has one such figure and it differs."""
    before, after = change.before or "", change.after or ""
    cameras = [_CAMERAS.findall(text) for text in (before, after)]
    quoted = {"before": words.quoted(one_line(before, TITLE)), "after": words.quoted(one_line(after, TITLE))}
    if all(len(found) == 1 for found in cameras) and cameras[0] != cameras[1]:
        return words.say("changes.cameras", document=paper, was=cameras[0][0], now=cameras[1][0], **quoted)
    money = [_MONEY.findall(text) for text in (before, after)]
    if all(len(found) == 1 for found in money) and money[0] != money[1]:
        was, now = (f"{found[0][0].strip()}{NBSP}{found[0][1]}" for found in money)
        return words.say("changes.money", document=paper, was=one_line(was), now=one_line(now), **quoted)
    return None
