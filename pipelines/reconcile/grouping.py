"""Which statements speak of the same session: statements of one council in, groups of statements out. Pure.

In this order, each step with what the one before could settle: body and day; papers that name no body; the days of a
session over several days; sessions that were moved; papers whose date is wrong; papers without a date.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from pipelines.reconcile.assemblies import assembly
from pipelines.reconcile.cluster import POST_VOTE, Cluster, Statement
from pipelines.reconcile.misdated import correct_dates
from pipelines.reconcile.overlap import LEAST_ITEMS, SAME_AGENDA, overlap, share
from pipelines.reconcile.undated import place_undated

Days = dict[tuple[str, date], list[Cluster]]
SHARED_BY_USUAL = 0.5  # share of the shorter list from which a paper without a body belongs to a session that has one


def clusters(statements: Sequence[Statement]) -> list[Cluster]:
    """Group the statements of one council, given oldest first."""
    dated = [s for s in statements if s.date is not None]
    days: Days = defaultdict(list)
    for statement in _tellers_first([s for s in dated if s.claim.body_printed]):
        _place(statement, days[_day(statement)])
    _place_usual([s for s in dated if not s.claim.body_printed], days)
    groups = [group for _, those in sorted(days.items()) for group in those]
    groups = _join_moved(_join_days(groups))
    groups = correct_dates(groups)
    groups = place_undated([s for s in statements if s.date is None], groups)
    for group in groups:
        group.statements.sort(key=lambda s: (s.recency, s.index))
    _number(groups)
    return groups


def _day(statement: Statement) -> tuple[str, date]:
    assert statement.date is not None
    return (assembly(statement.claim.body), statement.date)


def _tellers_first(statements: Sequence[Statement]) -> list[Statement]:
    """Those that can tell two sessions of one evening apart, by hour, order or items, before those that cannot."""
    return sorted(statements, key=lambda s: not (s.claim.order > 1 or s.claim.time or len(s.titles) >= LEAST_ITEMS))


# --------------------------------------------------------------------------- one day


def _place(statement: Statement, of_that_day: list[Cluster]) -> None:
    """Put a dated statement into the group of its session, or open a new one."""
    fitting = [group for group in of_that_day if all(_compatible(statement, other) for other in group.statements)]
    if not fitting:
        of_that_day.append(Cluster([statement]))
    else:
        max(fitting, key=lambda group: _fit(statement, group)).statements.append(statement)


def _compatible(one: Statement, other: Statement) -> bool:
    """Whether two statements of one body and day can be the same session."""
    clash = one.claim.time and other.claim.time and one.claim.time != other.claim.time
    if one.evidence.version_id == other.evidence.version_id:
        # one document that tells two sessions of an evening apart by their hours knows best
        return one.claim.order == other.claim.order and not clash
    if one.claim.order != other.claim.order:
        same_time = bool(one.claim.time) and one.claim.time == other.claim.time
        return not clash and (same_time or overlap(one.titles, other.titles) >= SAME_AGENDA)
    if not clash or one.evidence.kind in POST_VOTE or other.evidence.kind in POST_VOTE:
        return True  # minutes print the hour at which the session really opened
    if one.evidence.document_id == other.evidence.document_id:
        return True  # the same paper, corrected
    if not (one.claim.items and other.claim.items):
        return True
    return overlap(one.titles, other.titles) >= SAME_AGENDA


def _fit(statement: Statement, group: Cluster) -> tuple[float, bool, bool]:
    """Of several sessions of an evening, the one whose items, hour or convocation the statement shares."""
    common = max((share(statement.titles, other.titles) for other in group.statements), default=0.0)
    claim = statement.claim
    hour = any(claim.time and s.claim.time == claim.time for s in group.statements)
    convened = any(claim.convened_on and s.claim.convened_on == claim.convened_on for s in group.statements)
    return (common, hour, convened)


# --------------------------------------------------------------------------- papers that name no body


def _place_usual(statements: Sequence[Statement], days: Days) -> None:
    """Papers that name no body: with the session whose items they share, else with that of the usual body.

    A council's usual body was only supposed where nothing names one: it must not split a session of another body.
    """
    by_date: dict[date, list[Statement]] = defaultdict(list)
    for statement in statements:
        by_date[_day(statement)[1]].append(statement)
    for day, those in sorted(by_date.items()):
        named = [group for (_, when), groups in sorted(days.items()) if when == day for group in groups]
        rest = [s for s in those if not _join_by_items(s, named)]
        unnamed: dict[str, list[Cluster]] = defaultdict(list)
        for statement in _tellers_first(rest):
            own = days.get(_day(statement))
            _place(statement, own if own else unnamed[assembly(statement.claim.body)])
        for body, groups in sorted(unnamed.items()):
            for group in groups:
                if len(named) == 1 and _nothing_against(group, named[0], tried=len(rest) < len(those)):
                    named[0].statements += group.statements
                else:
                    days[body, day].append(group)


def _join_by_items(statement: Statement, named: Sequence[Cluster]) -> bool:
    shares = [(max(share(statement.titles, s.titles) for s in group.statements), group) for group in named]
    best = max(shares, key=lambda each: each[0], default=None)
    if best is None or best[0] < SHARED_BY_USUAL:
        return False
    best[1].statements.append(statement)
    return True


def _nothing_against(group: Cluster, named: Cluster, *, tried: bool) -> bool:
    """Whether papers that cannot be compared may belong to the one session known of their day."""
    hours = {s.claim.time for s in named.statements} - {None}
    if any(s.claim.time not in (None, *hours) for s in group.statements) and hours:
        return False
    comparable = any(s.titles for s in group.statements) and any(s.titles for s in named.statements)
    few = all(len(s.titles) < LEAST_ITEMS for s in group.statements)
    return not comparable or (few and tried)


# --------------------------------------------------------------------------- several days, other days


def _join_days(groups: Sequence[Cluster]) -> list[Cluster]:
    """Papers of the second day of a session belong to the session that is announced over both."""
    spans = [group for group in groups if any(s.claim.last_day for s in group.statements)]
    gone: set[int] = set()
    for span in spans:
        for group in groups:
            if group is span or id(group) in gone or id(span) in gone or group.assembly != span.assembly:
                continue
            day = group.date
            if day is not None and span.covers(day):
                span.statements += group.statements
                gone.add(id(group))
    return [group for group in groups if id(group) not in gone]


def _join_moved(groups: Sequence[Cluster]) -> list[Cluster]:
    """Join the group of an old date to the one that says it was moved from there; returns all groups, by date."""
    by_day: dict[tuple[str, date | None], list[Cluster]] = defaultdict(list)
    by_convocation: dict[tuple[str, date], list[Cluster]] = defaultdict(list)
    for group in groups:
        by_day[group.assembly, group.date].append(group)
        for stated in {s.claim.convened_on for s in group.statements if s.claim.convened_on}:
            by_convocation[group.assembly, stated].append(group)
    off = [group for group in groups if any(s.claim.status == "postponed" for s in group.statements)]
    gone: set[int] = set()
    for group in groups:
        for statement in list(group.statements):
            claim = statement.claim
            near = by_day.get((group.assembly, claim.moved_from), []) if claim.moved_from else []
            if claim.moved_from is None and claim.convened_on is not None:
                near = by_convocation[group.assembly, claim.convened_on]
            near = [*near, *(each for each in off if each.assembly == group.assembly)]
            alive = (g for g in near if g is not group and id(g) not in gone and id(group) not in gone)
            source = next((g for g in alive if _moved(statement, g)), None)
            if source is not None:
                group.statements += source.statements
                gone.add(id(source))
                break
    return [group for group in groups if id(group) not in gone]


def _moved(statement: Statement, source: Cluster) -> bool:
    """Whether ``statement`` is a later word on the session of ``source``, under another date."""
    claim, first = statement.claim, source.statements[0].claim
    if claim.order != first.order:
        return False
    if claim.moved_from is not None and claim.moved_from == source.date:
        return True
    newest = max(source.statements, key=lambda s: s.recency)
    if statement.recency <= newest.recency or not _shares_items(statement, source):
        return False
    if any(s.claim.status == "postponed" for s in source.statements):
        return statement.date is not None and source.date is not None and statement.date > source.date
    return any(claim.convened_on and s.claim.convened_on == claim.convened_on for s in source.statements)


def _shares_items(statement: Statement, group: Cluster) -> bool:
    return any(overlap(statement.titles, s.titles) >= SAME_AGENDA for s in group.statements)


def _number(groups: Sequence[Cluster]) -> None:
    """The order of each session in its evening: as stated, else by the hour, else by what was seen first."""
    evenings: dict[tuple[str, date | None], list[Cluster]] = defaultdict(list)
    for group in groups:
        group.order = max(s.claim.order for s in group.statements)
        evenings[group.assembly, group.date].append(group)
    for (_, day), those in evenings.items():
        taken: set[int] = set()
        for group in sorted(those, key=_rank) if day and len(those) > 1 else ():
            while group.order in taken:
                group.order += 1
            taken.add(group.order)


def _rank(group: Cluster) -> tuple[int, str, object]:
    hours = sorted(s.claim.time.isoformat() for s in group.statements if s.claim.time)
    return (group.order, hours[0] if hours else "~", group.statements[0].recency)
