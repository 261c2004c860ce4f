"""Where a document is cut into the sittings that it speaks of, and the head of each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from crawler.models import DocumentKind, SessionClaim
from pipelines.agenda.acts import EXTRACT
from pipelines.agenda.bodies import find_bodies
from pipelines.agenda.evidence import judge
from pipelines.agenda.rows import Row
from pipelines.agenda.sessions import Head, head_of

_MOST = 200  # lines that may announce a sitting: a document with more is a list of papers
HEAD_ROWS = 80
HEAD_CHARACTERS = 9000
_NTH = re.compile(
    r"^\W*(?:premiere|1(?:ere|re)|deuxieme|seconde|2(?:e|eme|nde)|troisieme|3(?:e|eme)) (?:seance|reunion)\b(?! du| de)"
)
_TITLES = 20  # rows of a common head above two sittings
_SPEAKS = ("session", "alone", "next", "call", "called")
_FORMULA = re.compile(r"se reunira|aura lieu le|se tiendra|l' ?an deux|l' ?an 20|s'est reunie?\b")


def parts_of(rows: list[Row], kind: DocumentKind) -> Iterator[list[Row]]:
    """The document cut where another session (or another extract of the register) begins."""
    if kind == "deliberation":
        cuts = [index for index, row in enumerate(rows) if EXTRACT.search(row.plain) and len(row.text) < 120]
        cuts = [cut for place, cut in enumerate(cuts) if not place or cut - cuts[place - 1] > 8]
    elif kind in ("agenda", "convocation", "other"):
        cuts = _announcements(rows)
    else:
        cuts = []
    if len(cuts) < 2:
        yield from _evening(rows)
        return
    for begin, end in zip(cuts, [*cuts[1:], len(rows)], strict=True):
        yield rows[begin:end]


def _evening(rows: list[Row]) -> Iterator[list[Row]]:
    """Two sittings of one day under the headings "Première séance" and "Deuxième séance": each with the common head."""
    cuts = [index for index, row in enumerate(rows) if len(row.text) <= 70 and _NTH.match(row.plain)]
    said = [row.plain.split()[0][:2] for row in (rows[cut] for cut in cuts)]
    if len(cuts) < 2 or len(set(said)) < len(cuts) or cuts[0] > _TITLES:
        yield rows
        return
    for begin, end in zip(cuts, [*cuts[1:], len(rows)], strict=True):
        yield rows[: cuts[0]] + rows[begin:end]


def _announcements(rows: Sequence[Row]) -> list[int]:
    """Heading-like rows that name a body or a sitting together with a date, where they name different ones."""
    found: dict[tuple[str, object], int] = {}
    seen: dict[object, str] = {}  # the body that meets on a day; a line with the date alone speaks of the same
    looked = 0
    for index, row in enumerate(rows):
        formula = len(row.text) <= 400 and _FORMULA.search(row.plain)
        if (len(row.text) > 140 and not formula) or re.search(
            r"approbation|adoption|\bproces|\bcompte|\bpv\b|\bcr\b|\bliste|\bdelib", row.plain
        ):
            continue
        if (mark := row.mark) is not None and mark.family != "bullet":
            continue
        bodies = find_bodies(row.text)
        if not bodies and not re.search(r"\bseance (?:du|publique)|reunion du", row.plain):
            continue
        follower = rows[index + 1].plain if index + 1 < len(rows) else ""
        if not (formula or row.bold or row.gap or row.block in ("heading", "li") or index == 0):
            continue
        looked += 1
        if looked > _MOST:
            break
        judged = judge(f"{row.plain}\n{follower}" if len(follower) < 60 else row.plain, None)
        days = [one.value for one in judged if one.role in _SPEAKS]
        if any(one.role in ("moved", "planned", "cancelled") for one in judged):
            continue
        if days:
            body = bodies[0].name if bodies else seen.get(days[0], "")
            if seen.setdefault(days[0], body) == "" and body:
                seen[days[0]] = body
                found.pop(("", days[0]), None)
            found.setdefault((body, days[0]), index)
    return sorted(found.values())


def ordered(found: Sequence[SessionClaim]) -> tuple[SessionClaim, ...]:
    """Two sessions of one body and day are told apart; extracts of the same session are put together."""
    merged: list[SessionClaim] = []
    for claim in found:
        same = next(
            (
                place
                for place, one in enumerate(merged)
                if (one.body, one.date, one.order) == (claim.body, claim.date, claim.order)
            ),
            None,
        )
        if same is None:
            merged.append(claim)
            continue
        one = merged[same]
        if one.time and claim.time and one.time != claim.time:
            merged.append(replace(claim, order=max(2, claim.order)))
        else:
            merged[same] = replace(
                one, time=one.time or claim.time, place=one.place or claim.place, items=one.items + claim.items
            )
    return tuple(merged)


def head_of_rows(rows: Sequence[Row]) -> Head:
    lines: list[str] = []
    size = 0
    for row in rows[:HEAD_ROWS]:
        lines += ["", row.text] if row.gap else [row.text]
        size += len(row.text)
        if size > HEAD_CHARACTERS:
            break
    return head_of([line[:HEAD_CHARACTERS] for line in lines])
