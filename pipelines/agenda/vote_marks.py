"""From events to marks: each count with the side that it counts, each word that decides; no doubtful counts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from pipelines.agenda.numbers import count
from pipelines.agenda.vote_events import CIVIL, events, kind_of
from pipelines.agenda.vote_people import after, listed, names, subject

Slot = Literal["for_", "against", "abstain", "absent"]
SLOTS: tuple[Slot, ...] = get_args(Slot)
_COUNTED = {"label": ("side",), "bare": ("lone",), "tight": ("close",), "first": ("what",)}
_CONTEXT = re.compile(r"majorite|adopt|approuv|rejet|repouss|\bvot|scrutin|resultat|exprime|unanim|favorable|amende")
_BETWEEN = re.compile(r"[\s,;.()/|:\-•]*(?:(?:et|voix|votes?|bulletins?|suffrages?|dont|par)[\s,;.()/|:\-]*){0,3}")
_CLAUSE = re.compile(r"(?:adoptee?|approuvee?|rejetee?|majorite|unanimite)[ .;,)(:-]{1,5}$")
_ENDS = re.compile(r"\s*(?:$|[,;.()/\n]|-(?![a-z])|et\b|\d{1,3} (?:voix )?(?:pour|contre|abst))")
_HEADED = re.compile(r"(?:\bvotes?|resultat|scrutin)(?: \w{1,12}){0,3} ?[:=-]? {0,2}$")
_LONE = re.compile(r"(?<=voix) {0,3}(?=\n|$)|(?<=pour) {0,2}(?:, ?(?:a l')?unanim|\.? {0,3}(?:\n|$))")
_NAMED = re.compile(r" {0,2}(?:voix|elus?)? {0,2}[(:] {0,2}(?=\S)")


@dataclass(frozen=True, slots=True)
class Mark:
    """What one event says; ``value`` counts ``slot``, or is the first number of a kind with several."""

    start: int
    end: int
    kind: str  # "count", "verbal" and "absent" count; the others are kinds of events
    slot: Slot | None = None
    value: int | None = None
    names: tuple[str, ...] = ()
    sure: bool = True
    lost: int | None = None  # of a duel


def marks_of(text: str, low: str) -> list[Mark]:
    """The marks of a text in order; ``low`` is it in plain."""
    found = list(_tables(low))
    since = 0
    for event in events(low):
        found += _read(event, text, low, since)
        since = event.end()
    found.sort(key=lambda mark: mark.start)
    return [mark for place, mark in enumerate(found) if mark.sure or _confirmed(found, place, low)]


def slot_of(side: str) -> Slot:
    """Which of the four numbers of a vote a word like "contre" or "abst." counts."""
    if side.startswith(("pour", "oui", "favorable")):
        return "for_"
    if side.startswith(("contre", "oppos", "defavorable")) or side == "non":
        return "against"
    return "abstain" if "abs" in side else "absent"


def _read(event: re.Match[str], text: str, low: str, since: int) -> Iterator[Mark]:
    kind = kind_of(event)
    start, end = event.span()
    if kind in _COUNTED:
        mark = _count(event, kind, text, low)
        if mark is not None:
            yield mark
    elif kind in ("triple", "letters"):
        yield from _three(event, "t" if kind == "triple" else "l" if event["l1"] else "m")
    elif kind == "duel":
        yield Mark(start, end, kind, "for_", _number(event["won"]), lost=_number(event["lost"]))
    elif kind == "through":
        yield Mark(start, end, "count", "for_", _number(event["by"]))
    elif kind == "verbal":
        slot_: Slot = "abstain" if "abs" in event[0] else "against"
        if event[0].endswith((" de ", "d'")):
            who = after(text, low, end)
            many: int | None = len(who) or None
        else:
            many, who = subject(text, low, start, since, strict=True)
        if many is not None:
            yield Mark(start, end, kind, slot_, many)
    elif kind == "absent":
        yield from _absent(event, text, low, since)
    else:
        yield Mark(start, end, kind)


def _three(event: re.Match[str], group: str) -> Iterator[Mark]:
    """For, against and abstentions as "32/7/2" or "32 P / 7 C / 2 A"."""
    for number, slot in enumerate(SLOTS[:3], 1):
        if event[f"{group}{number}"]:
            yield Mark(event.start(), event.end(), "count", slot, int(event[f"{group}{number}"]))


def _absent(event: re.Match[str], text: str, low: str, since: int) -> Iterator[Mark]:
    start, end = event.span()
    if event[0].startswith("deport"):
        who = after(text, low, end)
        many: int | None = len(who) or None
    else:
        many, who = subject(text, low, start, since, strict=False)
    if many is not None:
        yield Mark(start, end, "absent", "absent", many, who)


def _count(event: re.Match[str], kind: str, text: str, low: str) -> Mark | None:
    side = event[_COUNTED[kind][0]]
    slot, (start, end) = slot_of(side), event.span()
    who: tuple[str, ...] = ()
    sure = True
    value: int | None
    if kind == "bare":
        value = int(event["figure"])
    elif kind == "tight":
        value, sure = int(event["boxed"] or event["open"]), False
    elif kind == "first":
        value = _number(event["n"])
        sure = side.startswith("abs") or bool(re.search(r"voix|votes?|suffrages?|bulletins?", event[0]))
        if low[max(0, start - 2) : start].endswith((",", "€", "/")):
            return None
        if event["n"] in ("un", "une") and "vot" in event[0] and not _ENDS.match(low, end):
            return None  # "un vote contre la vie chère"
        sure = sure or event["n"].startswith("aucun")
        if not sure and not _ENDS.match(low, end):
            return None
    else:
        if slot == "for_" and not event["after"] and not event["inner"] and not _opens_line(low, start):
            return None  # "d'accord pour : autoriser Mme Untel …"
        if event["inner"]:
            value = _number(event["inner"])
        elif event["after"]:
            value = _number(event["after"])
        else:
            value, who = listed(text, low, end)
        sure = "vote" in event[0] or not side.startswith(("oui", "non", "favorable", "defavorable"))
    if slot == "absent" and not who:
        who = _beside(text, low, end)
    return None if value is None else Mark(start, end, "count", slot, value, who if slot == "absent" else (), sure)


def _beside(text: str, low: str, end: int) -> tuple[str, ...]:
    """The names printed after the number of those who took no part ("2 (Mme Roc, M. Ormont)")."""
    opened = _NAMED.match(low, end)
    if opened is None:
        opened = re.compile(r"(?<=[:=])\s{0,3}|(?<=[:=] )").match(low, end)
    if opened is None:
        return ()
    stretch = low[opened.end() : opened.end() + 400]
    stop = stretch.find(")") if "(" in opened[0] else stretch.find("\n")
    return (
        names(text[opened.end() : opened.end() + (stop if stop >= 0 else len(stretch))])
        if re.search(CIVIL, stretch)
        else ()
    )


def _opens_line(low: str, position: int) -> bool:
    before = low[max(0, position - 80) : position].rsplit("\n", 1)[-1].replace("vote", "")
    return not re.search(r"[a-z]", before) or bool(_CLAUSE.search(before))


def _number(words: str) -> int | None:
    if words.startswith(("aucun", "neant", "zero")):
        return 0
    return count(words.strip())


def _confirmed(marks: Sequence[Mark], place: int, low: str) -> bool:
    """Whether "12 pour" or "contre 3" counts votes: another count beside it, or a word of voting before it, says so."""
    mark = marks[place]
    for other in (*marks[max(0, place - 1) : place], *marks[place + 1 : place + 2]):
        one, two = (other, mark) if other.start < mark.start else (mark, other)
        if other.slot not in (None, mark.slot) and _BETWEEN.fullmatch(low, one.end, max(two.start, one.end)):
            return True
    before = low[max(0, mark.start - 60) : mark.start].rsplit("\n\n", 1)[-1]
    if _HEADED.search(before) or (_LONE.match(low, mark.end) and before.rsplit("\n", 1)[-1].strip(" -•") == ""):
        return True
    return mark.slot != "for_" and bool(_CONTEXT.search(before + low[mark.end : mark.end + 40]))


_COLUMN = (
    r"(?:(?:nombre de |nb )?(?:presents?|votants?|absents?|pouvoirs?|procurations?|representes?|exercice|conseillers)"
    r"|(?:suffrages? )?exprimes?|pour|contre|abst(?:entions?|\.)?|nppv|n\.p\.p\.v\.?|refus(?: de vote)?"
    r"|ne prend(?:s|nent)? pas part au vote|non[ -]votants?|non[ -]participations?)"
)
_HEADS = re.compile(r"pour[ |]{1,4}contre|contre[ |]{1,4}(?:pour|abst)")  # in the head of any such table
_TABLE = re.compile(
    rf"(?:^|(?<=\n))[ |]{{0,4}}(?P<head>{_COLUMN}(?:[ |]{{1,4}}{_COLUMN}){{1,7}})[ |]{{0,4}}\n\s{{0,4}}"
    r"(?P<row>[| ]{0,4}(?:\d{1,3}|neant|[/-])(?:[ |]{1,4}(?:\d{1,3}|neant|[/-])){1,7})[ |]{0,4}(?=\n|$)"
)


def _tables(low: str) -> Iterator[Mark]:
    """ "Pour | Contre | Abst." with the numbers in the row below."""
    end = 0
    for beside in _HEADS.finditer(low):
        found = _TABLE.match(low, low.rfind("\n", max(end, beside.start() - 120), beside.start()) + 1 or end)
        if found is None or found.start() < end:
            continue
        end = found.end()
        heads = re.findall(_COLUMN, found["head"])
        values = re.findall(r"\d{1,3}|neant|[/-]", found["row"])
        if len(heads) != len(values):
            continue
        for head, value in zip(heads, values, strict=True):
            if head.startswith(("pour", "contre", "abst", "n", "refus")) and not head.startswith("nombre"):
                slot = slot_of(head)
                yield Mark(found.start(), found.end(), "count", slot, int(value) if value.isdigit() else 0)
