"""The items of one session: where the list or the headings are, what belongs to each, and its votes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from crawler.models import DocumentKind, ItemClaim, Span, VoteClaim
from pipelines.agenda.acts import find_act
from pipelines.agenda.contents import reports_of_contents
from pipelines.agenda.dates import find_dates
from pipelines.agenda.details import flattened
from pipelines.agenda.entries import Entry
from pipelines.agenda.furniture import only_day
from pipelines.agenda.levels import opens_cell
from pipelines.agenda.list_start import first_item
from pipelines.agenda.listing import parse_list
from pipelines.agenda.numbered import act_headings, first_act
from pipelines.agenda.outline import closing_list, only_listed
from pipelines.agenda.own_agenda import agenda_end, agenda_heading
from pipelines.agenda.prose import find_headings
from pipelines.agenda.rows import Row
from pipelines.agenda.tables import columns
from pipelines.agenda.taken_off import is_notice, taken_off
from pipelines.agenda.themes import heads, themed
from pipelines.agenda.vote_cells import behind, told
from pipelines.agenda.vote_columns import columned, ticked
from pipelines.agenda.vote_whole import together
from pipelines.agenda.votes import find_votes
from pipelines.agenda.web_heads import headed
from pipelines.agenda.web_lists import begins, titles_page
from pipelines.agenda.words import fold_title, plain

_LISTS: tuple[DocumentKind, ...] = ("agenda", "convocation", "list", "other")
_BODIES: tuple[DocumentKind, ...] = ("draft", "note", "minutes", "deliberation")
SEVERAL = 3  # headings with numbers of acts, from which a document is no single act
_UNVOTED: tuple[DocumentKind, ...] = ("agenda", "convocation", "draft", "note", "annex", "other")
_SUPPLEMENT = re.compile(
    r"ordre du jour (?:complementaire|supplementaire|modificatif|additionnel)|additif|questions? supplementaires?"
)
_DROPPED = re.compile(
    r"(?:(\d{1,3}) ?(?:er|e|eme|ieme) (?:point|question)|(?:point|question"
    r"|sujet)(?: n ?°? ?(\d{1,3}))?)[^«\"]{0,80}[«\"]([^»\"]{10,400})[»\"][^.]{0,90}"
    r"(?:n'a plus lieu|retire|ajourne|reporte|supprime)"
)
_BLANK = re.compile(
    r"\W{0,9}(?:(?:annee |exercice |archives? )?(?:19|20)\d\d"
    r"|a venir|en (?:cours de )?construction|prochainement|non communique|a definir|neant)\W{0,9}$"
)
_VOTE_LINE = re.compile(r"\W{0,9}vot(?:e|es|ee?) ?[:;]? ?(?:a |de |pour |contre |par )?(?:l'unan|unan|la maj|\d)")
_WORD = re.compile(r"[^\W\d_]{2}")
_LEAD_DATE = re.compile(r"^(\d{1,2}/\d{1,2}/(?:20)?\d\d)\b")


@dataclass(frozen=True, slots=True)
class Items:
    """What was read: the items, whether the list is whole, and by date where the document is a register."""

    items: tuple[ItemClaim, ...] = ()
    complete: bool = False
    by_date: tuple[tuple[date, tuple[ItemClaim, ...]], ...] = ()


def read_items(rows: Sequence[Row], kind: DocumentKind) -> Items:
    """Items of the session whose document (or part of it) these rows are."""
    if not rows or kind == "annex":
        return Items()
    finish = _after(rows[-1])
    if kind not in ("deliberation", "decision") and (
        points := _no_news(rows, headed(rows, held=kind in ("minutes", "list")))
    ):
        return Items(_claims(rows, themed(rows, points, 0), kind, finish))
    if kind in _LISTS:
        return _listed(rows, kind)
    if kind in ("deliberation", "decision") and len({entry.number for entry in act_headings(rows, 0)}) < SEVERAL:
        act = find_act(rows)
        entries = [act] if act is not None else []
        return Items(_claims(rows, entries, kind, finish))
    if kind in _BODIES and only_listed(rows):
        return _listed(rows, kind)
    if len(bundled := _by_report(rows)) > 1:
        return Items(_claims(rows, themed(rows, bundled, 0), kind, finish))
    if kind in ("draft", "note") and len(reports := reports_of_contents(rows)) > 1:
        return Items(_claims(rows, themed(rows, reports, 0), kind, finish))
    rows = rows[: closing_list(rows)]
    start = agenda_heading(rows[: first_act(rows)])
    agenda: list[Entry] = []
    body = 0
    if start is not None:
        body = min(agenda_end(rows, start + 1), first_act(rows[start:]) + start)
        agenda = parse_list(rows[:body], start + 1)[0]
        if len(agenda) < 2 and not _recurs(rows[body:], agenda):
            agenda, body = [], start  # no list: the first point stands below the heading
    entries = find_headings(rows, agenda, body)
    if rows[0].web and len(entries) < 2 and (listed := _listed(rows, "list")).items:
        return listed  # minutes whose points are the items of a list
    entries = themed(rows, entries, body)
    dropped = _dropped(rows[: entries[0].index if entries else min(len(rows), 120)])
    if kind == "draft" and len(entries) <= 1 and (act := find_act(rows)) is not None:
        entries = [act]
    if not entries and agenda:
        entries = flattened(agenda)
    entries = [entry for entry in entries if not _VOTE_LINE.match(entry.row.plain)]
    behind(rows, entries if kind == "minutes" else ())
    return Items((*_claims(rows, entries, kind, finish), *dropped))


def _no_news(rows: Sequence[Row], points: list[Entry]) -> list[Entry]:
    """The points of a page, unless most are articles: a day of their own stands below each heading."""
    dated = sum(entry.stop < len(rows) and only_day(rows[entry.stop]) for entry in points)
    return [] if 2 * dated > len(points) else points


def _by_report(rows: Sequence[Row]) -> list[Entry]:
    """The heading of each report of a bundle whose running heads name the report that a page is of."""
    starts = [
        index for index, row in enumerate(rows) if row.report and (not index or rows[index - 1].report != row.report)
    ]
    entries: list[Entry] = []
    if not starts:
        return entries
    for begin, end in zip(starts, [*starts[1:], len(rows)], strict=True):
        act = find_act(rows[begin:end])
        if act is not None:
            act.index, act.stop, act.number = act.index + begin, act.stop + begin, rows[begin].report
            entries.append(act)
    return entries if len(entries) >= 0.7 * len(starts) else []


def _recurs(rows: Sequence[Row], agenda: Sequence[Entry]) -> bool:
    starts = {fold_title(entry.title)[:25] for entry in agenda}
    return any(fold_title(mark.rest if (mark := row.mark) else row.text)[:25] in starts for row in rows)


def _listed(rows: Sequence[Row], kind: DocumentKind) -> Items:
    start = agenda_heading(rows)
    begin = start + 1 if start is not None else first_item(rows, kind)
    if rows[0].web and (begin is None or (start is not None and titles_page(rows, start))):
        begin = begins(rows, titled=start is not None) or begin
    if begin is None:
        return Items()
    above = next(
        (index for index in range(begin - 1, max(begin - 3, -1), -1) if columns(rows[index].cells) is None), None
    )
    if start is None and above is not None and heads(rows[above], rows[begin]):
        begin = above
    if (
        0 < begin < len(rows)
        and (first := rows[begin].mark) is not None
        and opens_cell(rows[begin], rows[begin - 1], first)
    ):
        begin -= 1
    raw, end, ends_well = parse_list(rows, begin, outcomes=kind == "list")
    entries = [one for one in flattened(raw) if _is_title(one.title) and not is_notice(one.title)]
    if kind == "list":
        columned(rows, entries)
        told(rows, entries)
        ticked(rows, entries)
        together(rows, entries)
    finish = rows[end].where if end < len(rows) else _after(rows[-1])
    claims = _claims(rows, entries, kind, finish)
    if kind in _UNVOTED:
        claims = taken_off(rows, claims)
    head = " ".join(row.plain for row in rows[: begin + 1][-12:])
    complete = (
        kind in ("agenda", "convocation")
        and len(claims) >= 2
        and ends_well
        and _unbroken(entries)
        and not _SUPPLEMENT.search(head)
    )
    return Items(claims, complete, _by_date(entries, claims))


def _is_title(title: str) -> bool:
    return len(title) >= 3 and bool(_WORD.search(title)) and not _BLANK.match(plain(title))


def _unbroken(entries: Sequence[Entry]) -> bool:
    values = [entry.value for entry in entries if entry.family in ("arabic", "worded", "bare") and entry.number]
    return not values or (values[0] <= 2 and all(two in (one + 1, 1) for one, two in pairwise(values)))


def _by_date(entries: Sequence[Entry], claims: Sequence[ItemClaim]) -> tuple[tuple[date, tuple[ItemClaim, ...]], ...]:
    groups: dict[date, list[ItemClaim]] = {}
    for entry, claim in zip(entries, claims, strict=True):
        lead = next(
            (match[1] for text in (entry.row.plain, *entry.row.cells[:2]) if (match := _LEAD_DATE.match(text))), None
        )
        dates = find_dates(lead) if lead else ()
        if dates:
            groups.setdefault(dates[0].value, []).append(claim)
    whole = sum(len(group) for group in groups.values()) >= 0.8 * len(claims)
    return tuple((when, tuple(group)) for when, group in groups.items()) if len(groups) > 1 and whole else ()


def _claims(
    rows: Sequence[Row], entries: Sequence[Entry], kind: DocumentKind, finish: tuple[int, int]
) -> tuple[ItemClaim, ...]:
    claims = []
    for place, entry in enumerate(entries):
        follower = entries[place + 1] if place + 1 < len(entries) else None
        stop = follower.where if follower is not None else finish
        if kind not in _UNVOTED and not entry.votes and (kind != "list" or entry.said or entry.row.web):
            entry.votes = _votes(_said(rows, entry, follower.index if follower else len(rows)))
        claims.append(entry.claim(stop))
    return tuple(claims)


def _said(rows: Sequence[Row], entry: Entry, end: int) -> Sequence[Row]:
    """The rows in which an item's vote is looked for; of a row that begins with the title, its end."""
    if entry.said is None:
        return rows[entry.stop : end]
    index, cut = entry.said
    row = rows[index]
    tail = replace(row, text=row.text[cut:], plain=row.plain[cut:], start=row.start + cut, cells=())
    return [tail, *rows[index + 1 : end]]


def _votes(rows: Sequence[Row]) -> tuple[VoteClaim, ...]:
    pieces: list[str] = []
    low: list[str] = []
    starts: list[tuple[int, Row]] = []
    length = 0
    for row in rows:
        before = "\n" if row.gap and pieces else ""
        starts.append((length + len(before), row))
        pieces.append(f"{before}{row.text}\n")
        low.append(f"{before}{row.plain}\n")
        length += len(pieces[-1])
    votes = []
    for vote, begin, end in find_votes("".join(pieces), "".join(low)):
        offset, row = starts[bisect_right(starts, begin, key=lambda pair: pair[0]) - 1]
        first = row.start + begin - offset
        votes.append(replace(vote, span=Span(row.page, first, max(first + 1, min(row.end, first + end - begin)))))
    return tuple(votes)


def _dropped(rows: Sequence[Row]) -> tuple[ItemClaim, ...]:
    """Points that the text says were taken off the agenda, where they have no heading of their own."""
    found = []
    for place, row in enumerate(rows):
        if not any("«" in one.plain or '"' in one.plain for one in rows[place : place + 5]):
            continue
        text = " ".join(one.text for one in rows[place : place + 5])
        low = " ".join(one.plain for one in rows[place : place + 5])
        match = _DROPPED.search(low)
        if match is None or match.start() >= len(row.text):
            continue
        title = text[match.start(3) : match.end(3)].strip()
        vote = VoteClaim(
            "adjourned" if re.search(r"ajourne|reporte", match[0]) else "withdrawn",
            span=Span(row.page, row.start, row.end),
        )
        found.append(
            ItemClaim(
                title, match[1] or match[2], row.page, row.where, (row.page, row.end), withdrawn=True, votes=(vote,)
            )
        )
    return tuple(found[:10])


def _after(row: Row) -> tuple[int, int]:
    return (row.page, row.end)
