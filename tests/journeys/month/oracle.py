"""Which messages the month must bring, worked out from the scenario alone: the rules of DESIGN in a few lines.

It shares nothing with the planner: no facts, no identities, no database; only acts, readers and a list of instants.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.journeys.month.world import (
    ACTS,
    LATE_FROM,
    READERS,
    SITE_DOWN,
    TOPICS,
    TOWNS,
    Act,
    Month,
    Reader,
    Town,
    online,
)

PARIS = ZoneInfo("Europe/Paris")
LEADS = (7, 3, 1)
BLIND_AFTER = 2
USUAL = {"found", "reminder", "changed", "outcome", "unannounced", "late-agenda", "heartbeat"}


@dataclass(frozen=True, slots=True, order=True)
class Said:
    """One message: at which tick it is written, to whom, of what. ``items`` are the titles that its alerts name."""

    tick: int
    to: str
    kinds: tuple[str, ...]
    town: str = ""
    day: str = ""  # of the session, ISO 8601
    items: tuple[str, ...] = ()


@dataclass
class Sitting:
    """What is known of one session."""

    town: Town
    name: str
    day: date
    hour: time | None = None
    place: str = ""
    items: tuple[str, ...] = ()
    agenda: bool = False
    off: bool = False
    results: dict[str, str] = field(default_factory=dict)
    ever: set[str] = field(default_factory=set)  # titles that any agenda listed

    @property
    def end(self) -> datetime:
        """From when it is no longer ahead."""
        day = self.day if self.hour else self.day + timedelta(days=1)
        return datetime.combine(day, self.hour or time(0), tzinfo=self.town.zone)

    def due(self, lead: int) -> datetime:
        """When a reminder falls due: the hour of the session, or eight o'clock, some days of the calendar before."""
        moment = datetime.combine(self.day - timedelta(days=lead), self.hour or time(8), tzinfo=self.town.zone)
        return moment.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Moment:
    """A tick: the day that was crawled last, what the clock of the machine says, whether the mail server takes mail."""

    day: int
    now: datetime
    mail: bool = True


Alerts = Iterator[tuple[str, str]]  # kind, title
Message = tuple[str, str, str]  # address, family, what it is about


class Oracle:
    """One month of ticks."""

    def __init__(self, month: Month) -> None:
        self.month = month
        self.sittings: dict[tuple[str, str], Sitting] = {}
        self.seen: set[Act] = set()
        self.crawls = list(month.crawls())
        self.news: list[tuple[Sitting, list[tuple[str, str]]]] = []  # of this tick: what changed in a session
        self.told: dict[tuple[str, str, str, str], int] = {}  # reader, town, sitting, title: the tick that told of it
        self.found_at: dict[tuple[str, str, str, str], datetime] = {}
        self.planned: dict[tuple[str, str, str, str, int, date], bool] = {}  # whether the reminder was sent
        self.once: set[tuple[str, ...]] = set()
        self.failures: dict[str, int] = defaultdict(int)
        self.outages: dict[str, int] = defaultdict(int)
        self.success: dict[str, datetime] = {}
        self.begun: datetime | None = None  # the first tick: since then readers ask

    def run(self, moments: Sequence[Moment]) -> tuple[list[Said], list[Said]]:
        """Every message of these ticks, and those among them that the vote made useless before the server was back."""
        said: list[Said] = []
        waiting: list[tuple[Said, datetime]] = []
        useless: list[Said] = []
        owed = False
        for number, moment in enumerate(moments):
            written = self._tick(number, moment.day, moment.now)
            over = [each for each, end in waiting if end <= moment.now]
            waiting = [(each, end) for each, end in waiting if end > moment.now]
            waiting += [(each, self._end(each)) for each in written if each.to.startswith("mailto:")]
            useless += over
            owed = owed or bool(over)
            if moment.mail:
                # told by the first delivery that comes to its end
                written += [Said(number, to, ("undelivered",)) for to in self._operators() if owed]
                waiting, owed = [], False
            said += written
        return sorted(said), sorted(useless)

    def _end(self, said: Said) -> datetime:
        """Until when a message is worth trying."""
        for sitting in self.sittings.values():
            if sitting.town.id == said.town and sitting.day.isoformat() == said.day and "outcome" not in said.kinds:
                return sitting.end
        return datetime.max.replace(tzinfo=UTC)

    @staticmethod
    def _operators() -> set[str]:
        return {to for reader in READERS if "blind" in reader.kinds for to in reader.to}

    # ------------------------------------------------------------------ what becomes known

    def _crawl(self, day: int) -> None:
        for town in TOWNS:
            if (town, day) in SITE_DOWN:
                self.failures[town] += 1
                continue
            self.failures[town] = 0
            self.success[town] = self.month.crawl_at(day)
            for act in online(town, day):
                if act not in self.seen:
                    self.seen.add(act)
                    self._learn(act)

    def _learn(self, act: Act) -> None:
        key, day = (act.town, act.sitting), self.month.on(act.on)
        known = self.sittings.setdefault(key, Sitting(TOWNS[act.town], act.sitting, day, act.hour))
        changes: list[tuple[str, str]] = []
        if act.kind == "off":
            known.off = True
            changes.append(("off", ""))
        elif act.kind == "results":
            known.results |= dict(act.results)
        elif act.kind == "agenda":
            listed = tuple(item for item in act.items if item not in act.taken_off)
            if known.agenda:
                changes += [(what, "") for what, old, new in (
                    ("day", known.day, day), ("hour", known.hour, act.hour), ("place", known.place, act.place),
                ) if old != new]  # fmt: skip
                changes += [("added", item) for item in listed if item not in known.items]
                changes += [("gone", item) for item in known.items if item not in listed]
            known.day, known.hour, known.place, known.items, known.agenda = day, act.hour, act.place, listed, True
            known.ever |= set(act.items)
        if changes:
            self.news.append((known, changes))

    # ------------------------------------------------------------------ what is said

    def _tick(self, number: int, day: int, now: datetime) -> list[Said]:
        self.news = []
        self.begun = self.begun or now
        while self.crawls and self.crawls[0] <= day:
            self._crawl(self.crawls.pop(0))
        out: dict[Message, set[tuple[str, str]]] = defaultdict(set)  # → (kind, title)
        days: dict[Message, tuple[str, str]] = {}
        for reader in READERS:
            kinds = set(reader.kinds) or USUAL
            for sitting in self.sittings.values():
                where = f"{sitting.town.id} {sitting.name}"
                ahead = {*self._ahead(reader, kinds, sitting, number, now)}
                ahead |= {*self._changed(reader, kinds, sitting, number, now)}
                after = {*self._after(reader, kinds, sitting, now)}
                late = {*self._late(reader, kinds, sitting, now)}
                for family, alerts in (("ahead", ahead), ("after", after), ("late", late)):
                    for to in reader.to if alerts else ():
                        out[to, family, where] |= alerts
                        days[to, family, where] = sitting.town.id, sitting.day.isoformat()
            for family, alerts in (("week", {*self._week(reader, kinds, now)}), ("sources", {*self._sources(kinds)})):
                for to in reader.to if alerts else ():
                    out[to, family, ""] |= alerts
        self._settle()
        return [
            Said(
                number, message[0], tuple(sorted({kind for kind, _ in alerts})), *days.get(message, ("", "")),
                tuple(sorted({title for _, title in alerts if title})),
            )
            for message, alerts in out.items()
        ]  # fmt: skip

    def _ahead(self, reader: Reader, kinds: set[str], sitting: Sitting, tick: int, now: datetime) -> Alerts:
        if not sitting.agenda or sitting.off or sitting.results or sitting.end <= now:
            return
        for title in (item for item in sitting.items if asks(reader, sitting, item)):
            key = (reader.name, sitting.town.id, sitting.name, title)
            if "found" in kinds and key not in self.found_at:
                self.found_at[key] = now
                self.told.setdefault(key, tick)
                yield "found", title
            since = self.found_at.get(key, now)
            for lead in LEADS if "reminder" in kinds else ():
                due, reminder = sitting.due(lead), (*key, lead, sitting.day)
                if reminder not in self.planned:
                    if due > since and due > now:
                        self.planned[reminder] = False
                elif not self.planned[reminder] and due <= now:
                    self.planned[reminder] = True
                    self.told.setdefault(key, tick)
                    yield "reminder", title

    def _changed(self, reader: Reader, kinds: set[str], sitting: Sitting, tick: int, now: datetime) -> Alerts:
        """What changed since the reader was told of the session; an item that is told as found is no change."""
        if "changed" not in kinds:
            return
        before = any(
            key[:3] == (reader.name, sitting.town.id, sitting.name) and told < tick for key, told in self.told.items()
        )
        for changed, changes in self.news:
            if changed is not sitting or not before:
                continue
            found = {title for name, town, name_of, title in self.found_at
                     if (name, town, name_of) == (reader.name, sitting.town.id, sitting.name)}  # fmt: skip
            # of items, what the reader asks for; one that came late is news as found
            news = [
                what for what, title in changes
                if not title or (asks(reader, sitting, title) and not (what == "added" and title in found))
            ]  # fmt: skip
            if "off" in news:
                yield "cancelled", ""
            elif news and sitting.end > now:
                yield "changed", ""

    def _after(self, reader: Reader, kinds: set[str], sitting: Sitting, now: datetime) -> Alerts:
        if "outcome" not in kinds or sitting.end > now:
            return
        for title in (item for item in sitting.results if asks(reader, sitting, item)):
            told = (reader.name, sitting.town.id, sitting.name, title) in self.told
            # else the first crawl of a council would tell of all that it voted
            if not told and self.begun and self.begun.astimezone(sitting.town.zone).date() >= sitting.day:
                continue
            if self._first("outcome", reader.name, sitting.town.id, sitting.name, title):
                yield "outcome", title
                if sitting.agenda and title not in sitting.ever:
                    yield "unannounced", title

    def _late(self, reader: Reader, kinds: set[str], sitting: Sitting, now: datetime) -> Alerts:
        day = LATE_FROM.get((sitting.town.id, sitting.name))
        if day is None or sitting.agenda or "late-agenda" not in kinds or not (reader.councils or reader.departments):
            return
        since = datetime.combine(self.month.on(day), time(8), tzinfo=sitting.town.zone)
        # said only where we looked since
        said = since <= now < sitting.end and self.success[sitting.town.id] >= since and is_about(reader, sitting.town)
        if said and self._first("late", reader.name, sitting.town.id, sitting.name):
            yield "late-agenda", ""

    def _week(self, reader: Reader, kinds: set[str], now: datetime) -> Alerts:
        today = now.astimezone(PARIS).date()
        monday = datetime.combine(today - timedelta(days=today.weekday()), time(8), tzinfo=PARIS)
        if monday > now:
            monday = datetime.combine(monday.date() - timedelta(days=7), time(8), tzinfo=PARIS)
        assert self.begun
        begun = self.begun + timedelta(days=2)
        if "heartbeat" in kinds and monday >= begun and self._first("week", reader.name, monday.date().isoformat()):
            yield "heartbeat", ""

    def _sources(self, kinds: set[str]) -> Alerts:
        for town in TOWNS:
            outage = str(self.outages[town])
            if "blind" in kinds and self.failures[town] >= BLIND_AFTER and self._first("blind", town, outage):
                yield "blind", ""
            told = ("blind", town, outage) in self.once
            if "recovered" in kinds and told and not self.failures[town] and self._first("back", town, outage):
                yield "recovered", ""

    def _settle(self) -> None:
        for town in TOWNS:
            if ("back", town, str(self.outages[town])) in self.once:
                self.outages[town] += 1

    def _first(self, *key: str) -> bool:
        if key in self.once:
            return False
        self.once.add(key)
        return True


def is_about(reader: Reader, town: Town) -> bool:
    """Whether a reader asks for a council."""
    everything = not (reader.councils or reader.departments)
    return everything or town.id in reader.councils or town.department in reader.departments


def asks(reader: Reader, sitting: Sitting, title: str) -> bool:
    """Whether a reader asks for an item."""
    topic = TOPICS.get(title)
    return topic is not None and (not reader.topics or topic in reader.topics) and is_about(reader, sitting.town)


def expected(month: Month, moments: Sequence[Moment]) -> tuple[list[Said], list[Said]]:
    """The messages of a month, and those that can no longer arrive in time."""
    assert all(act.day < act.on or act.kind in ("results", "off") for act in ACTS)
    return Oracle(month).run(moments)
