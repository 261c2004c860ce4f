"""What each date in the head of a document is: the session's, a convocation's, or none of our business.

Dates and hours are masked first, so that what stands around a date is short and holds no other figures; then the last
telling words before it decide ("dûment convoqué le", "séance du", "loi du"), unless words after it say more ("est
reportée au"). Words of approval make it a previous session (DOMAIN.md 2.4).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from pipelines.agenda import roles
from pipelines.agenda.clock import find_times
from pipelines.agenda.dates import FoundDate, find_dates
from pipelines.agenda.kinds import AGENDA_HEADING, MAY_HEAD_AGENDA
from pipelines.agenda.roles import DATE, HOUR, Role
from pipelines.agenda.years import agreed

_LOOK = 170  # characters before and after a date, dates and hours counting one
_WRAP = re.compile(r"\n(?<=[^\n]{45}\n)(?=\S)")
_STRANGE = 3  # letters on the line of a day that say something else
_REST = 22  # characters beside the day on a line of its own
_TITLES = 400  # characters from the start in which a line that ends with a date is taken for a title


@dataclass(frozen=True, slots=True)
class Judged:
    """A date with the part it plays; ``weight`` says how strongly."""

    found: FoundDate
    role: Role
    weight: float

    @property
    def value(self) -> date:
        return self.found.value


@dataclass(frozen=True)
class _Masked:
    """A text in which each date and hour is one character."""

    text: str
    places: tuple[int, ...]  # of the dates

    @cached_property
    def breaks(self) -> list[int]:
        """Where sentences and paragraphs end."""
        return [match.end() for match in roles.BREAK.finditer(self.text)]

    @cached_property
    def flat(self) -> str:
        """The text with a space where a full line runs on into the next."""
        return _WRAP.sub(" ", self.text)

    @cached_property
    def listed_from(self) -> int:
        """Where the points of an agenda begin."""
        heading = next((at for at in self._may_head() if AGENDA_HEADING.search(self.line_at(at))), None)
        if heading is None:
            return len(self.text)
        return next((at for at, line in self.lines if at > heading and roles.ITEM_LINE.match(line)), len(self.text))

    def _may_head(self) -> Iterator[int]:
        """Where the lines begin that may head an agenda."""
        known = -1
        for match in MAY_HEAD_AGENDA.finditer(self.text):
            begin = self.text.rfind("\n", 0, match.start()) + 1
            if begin != known:
                known = begin
                yield begin

    def line_at(self, begin: int) -> str:
        """The line that begins there."""
        stop = self.text.find("\n", begin)
        return self.text[begin : stop if stop >= 0 else len(self.text)]

    @cached_property
    def lines(self) -> list[tuple[int, str]]:
        at, lines = 0, []
        for line in self.text.split("\n"):
            lines.append((at, line))
            at += len(line) + 1
        return lines


def _mask(low: str, dates: Sequence[FoundDate]) -> _Masked:
    """Months of minutes hold hours too; what lies within a date is part of it."""
    marks = [(one.start, one.end, DATE) for one in dates]
    starts = [one.start for one in dates]
    for clock in find_times(low):
        before = bisect_right(starts, clock.start) - 1
        if (before < 0 or dates[before].end <= clock.start) and not (
            before + 1 < len(dates) and starts[before + 1] < clock.end
        ):
            marks.append((clock.start, clock.end, HOUR))
    parts, places, at, size = [], [], 0, 0
    for start, end, sign in sorted(marks):
        parts += [low[at:start], sign]
        size += start - at + 1
        if sign == DATE:
            places.append(size - 1)
        at = end
    parts.append(low[at:])
    return _Masked("".join(parts), tuple(places))


@lru_cache(maxsize=8)
def judge(low: str, reference: date | None) -> tuple[Judged, ...]:
    """Every date of the head (plain text), with its role."""
    dates = agreed(find_dates(low, reference))
    masked = _mask(low, dates)
    judged = []
    for found, place in zip(dates, masked.places, strict=True):
        context = _Context(masked, place)
        judged.append(
            Judged(found, "none", 0)
            if context.numbers(low[found.start : found.end])
            else Judged(found, *context.role())
        )
    return tuple(_columns(judged, masked))


class _Context:
    """What stands around one date."""

    def __init__(self, masked: _Masked, place: int) -> None:
        text = masked.text
        self.masked, self.place = masked, place
        at = bisect_right(masked.breaks, place)
        first = masked.breaks[at - 1] if at else 0
        last = masked.breaks[at] if at < len(masked.breaks) else len(text)
        self.before = masked.flat[max(first, place - _LOOK) : place]
        self.after = masked.flat[place + 1 : min(last, place + _LOOK)]
        begin = text.rfind("\n", 0, place) + 1
        stop = text.find("\n", place)
        self.begin = begin
        self.above = text[text.rfind("\n", 0, max(begin - 2, 0)) + 1 : begin][-_LOOK:] if begin else ""
        self.same_line = text[max(begin, place - _LOOK) : place]
        self.rest_of_line = text[place + 1 : min(stop if stop >= 0 else len(text), place + _LOOK)]

    def numbers(self, printed: str) -> bool:
        """Whether it is no date but the number of a point ("26.04.01 Élection du maire")."""
        alone = not self.same_line.strip() and re.fullmatch(r"\d\d[.\-]\d\d[.\-]\d\d", printed)
        return bool(alone) and len(roles.NEUTRAL.sub("", self.rest_of_line)) > _STRANGE

    def role(self) -> tuple[Role, float]:
        role, weight = self._role()
        if role in ("session", "alone", "next", "call", "called", "planned") and weight > 4 and self._hour_beside():
            weight += 3
        if role in ("session", "alone", "next", "call") and self.place > self.masked.listed_from and weight < 15:
            weight -= 6  # the points of an agenda speak of other sittings
        if role in ("session", "called") and roles.COMMISSION.search(self.before):
            weight -= 6  # it prepares the session
        return role, max(weight, 0.0)

    def _hour_beside(self) -> bool:
        return bool(
            re.match(
                rf"[ ,\-:(\n]{{0,3}}(?:(?:a|vers|des|a partir de)[ \n]{{1,2}})?{HOUR}|[^\n.{DATE}]{{0,20}}{HOUR}",
                self.after,
            )
        )

    def _role(self) -> tuple[Role, float]:
        tail = self.before.rsplit(DATE, 1)[-1]
        if roles.STREET.search(tail[-40:]) or roles.ACT.search(self.before[-100:]):
            return "none", 0
        if (off := self._called_off()) is not None:
            return off
        if (
            roles.LETTER.match(self.same_line)
            and not roles.NOT_LETTER.search(self.same_line)
            and not roles.IN_FORMULA.search(self.before)
        ):
            return "letter", 0
        anchors = list(roles.ANCHOR.finditer(tail))
        last = anchors[-1] if anchors else None
        if last is not None and DATE in self.before and re.search(rf"{HOUR}.*\n", tail[last.end() :]):
            last = None  # it spoke of the day before it
        if last is not None and len(tail) - last.end() <= (anchor := roles.BY_NAME[last.lastgroup or ""]).reach:
            return self._anchored(anchor, tail, len(tail) - last.end())
        return self._alone(tail)

    def _called_off(self) -> tuple[Role, float] | None:
        """Whether the session of this day is said to be put off, or not to be held."""
        if not (roles.OFF.search(self.after) or roles.OFF.search(self.before)):
            return None
        moved = roles.MOVED_AFTER.match(self.after)
        cancelled = roles.CANCELLED_AFTER.match(self.after) or roles.CANCELLED_BEFORE.search(self.before)
        off = moved or cancelled
        if (
            off is None
            or roles.ITEM_LINE.match(self.same_line)
            or not roles.SUBJECT.search(self.before + self.after)
            or roles.OTHER_SUBJECT.search(self.before)
        ):
            return None
        return ("moved", 8) if moved else ("cancelled", 9)

    def _anchored(self, anchor: roles.Anchor, tail: str, distance: int) -> tuple[Role, float]:
        role = anchor.role
        if role in ("planned", "moved") and self._of_a_point():
            return "none", 0
        if role == "session" and anchor.weight < 12:
            item = roles.ITEM_LINE.match(self.same_line) and roles.PAPER_ITEM.search(self.same_line)
            if item or roles.PREVIOUS.search(self.before) or roles.PREVIOUS_AFTER.match(self.after):
                return "previous", 0
            return role, anchor.weight - 4 * (distance > 30)
        if role in ("call", "called") and roles.FOR_ANOTHER.match(self.after):
            return "convened", 0
        if role == "called" and not self._hour_beside():
            return "convened", 0
        if role == "convened":
            if re.search(r"\bpour (?:le |la seance du |la reunion du )?$", tail):
                return "session", 12
            if re.search(r"convocations?\W*\n\W*$", self.before) and self._hour_beside():
                return "session", 7  # the title of the paper, then the day
        if role == "session" and roles.HAPPENS.search(tail):
            return role, self._happening(anchor.weight)
        return role, anchor.weight

    def _of_a_point(self) -> bool:
        """Whether what is put off is a point or an event, not a sitting."""
        return bool(roles.ITEM_LINE.match(self.same_line) or roles.OTHER_SUBJECT.search(self.before))

    def _happening(self, weight: float) -> float:
        """The weight of "aura lieu le": events have the same verbs, so a sitting must be named."""
        if roles.SUBJECT.search(self.before) or roles.SUBJECT.search(self.after[:80]):
            return weight
        return weight - 2 if roles.SUBJECT.search(self.above) and len(self.above) <= 100 else 4

    def _alone(self, tail: str) -> tuple[Role, float]:
        if roles.MET_AFTER.match(self.after) or roles.OPENS_AFTER.match(self.after):
            return "session", 12
        if roles.BODY_AFTER.match(self.after):
            return "session", 8
        if roles.PREVIOUS.search(tail):
            return "previous", 0
        if roles.EVENT.search(self.same_line) or roles.EVENT.search(self.rest_of_line):
            return "none", 0
        rest = f"{self.same_line.rsplit(DATE, 1)[-1]} {self.rest_of_line}".replace(HOUR, "").replace(DATE, "")
        if len(roles.NEUTRAL.sub("", rest)) <= _STRANGE:
            return "alone", 7
        if len(rest.strip(" -–:,.()")) <= _REST:
            return "alone", 4
        if self.begin < _TITLES and len(self.same_line) <= 130 and not self.rest_of_line.strip(" .):"):
            return "alone", 5  # a title that ends with the date
        return "none", 0


def _columns(judged: list[Judged], masked: _Masked) -> list[Judged]:
    """Dates side by side under a row of labels ("Date de convocation   Date d'affichage") take them in order."""
    lines = masked.lines
    starts = [at for at, _ in lines]
    for number, (_, line) in enumerate(lines):
        if line.count(DATE) < 2 or not number or line.strip(f" \t,;-/{DATE}{HOUR}"):
            continue
        above = next((text for _, text in lines[max(0, number - 2) : number][::-1] if text.strip()), "")
        labels = [roles.BY_NAME[match.lastgroup or ""].role for match in roles.ANCHOR.finditer(above)]
        labels = [role for place, role in enumerate(labels) if not place or role != labels[place - 1]]
        if len(labels) != line.count(DATE):
            continue
        first = bisect_left(masked.places, starts[number])
        for role, place in zip(labels, range(first, first + len(labels)), strict=True):
            judged[place] = Judged(judged[place].found, role, 10.0 if role == "session" else 0.0)
    return judged
