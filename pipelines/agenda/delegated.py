"""What the mayor, the president or the bureau decided by delegation, told to the council afterwards.

Source: CGCT L2122-22 and L2122-23 (communes), L5211-10 (groupings), L3211-2 (départements), L4221-5 (régions). Markets
and contracts often appear nowhere else. Each decision is a line of the report: an item of its own, already decided,
kept only where it carries a flag (`only_flagged`), so that lists of items stay lists of what is voted.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import replace

from crawler.models import DocumentKind, Extracted, FlagClaim, ItemClaim, SessionClaim
from pipelines.agenda.delegated_lines import Line, lines_of
from pipelines.agenda.rows import Row, rows_of
from pipelines.agenda.words import capitals, fold_title, plain

_WHO = r"(?:maire|presidente?|bureau|executif|commission permanente)"
_REPORT = re.compile(
    rf"\bdecisions?\b.{{0,60}}\b(?:{_WHO}|delegations?|prises?|municipales|l ?\.? ?-?(?:2122|5211|3211|4221))"
    rf"|\b(?:marches?|contrats?|conventions|actes|arretes|avenants)\b.{{0,80}}\b(?:delegations?|par (?:le|la|m\."
    rf"|mme) ?{_WHO})"
    r"|\b(?:compte[ -]{0,3}rendu|communication|information|releve|liste|bilan|rapport|point)\b.{0,60}\bdelegations?\b"
    r"|\bdecisions? (?:budgetaires )?prises?\b"
)
_GRANTS = re.compile(
    r"\bdecisions? (?:modificatives?|a prendre|budgetaires? modif)|\b(?:octroi|attribution|modification|extension"
    r"|retrait"
    r"|abrogation|complement)\b.{0,30}\bdelegations?|delegations? (?:a donner|donnees? a m"
    r"|d'attributions? du conseil"
    r"|de service|de fonction|de signature|d'un adjoint)|delegation (?:du )?service public"
)
_CITES = re.compile(
    r"l ?\.? ?-? ?(?:2122 ?-? ?\.?2[23]|5211 ?-? ?10|3211 ?-? ?2|4221 ?-? ?5)|delegations? (?:au|du|de la|a la) " + _WHO
)
_HOLDS = re.compile(r"\b(?:informations?|communications?|divers(?:es)?|questions? orales?)\b")
_TOLD = re.compile(
    r"(?:ont|a) ete (?:pris|prise|prises|signee?s?|conclue?s?)|rend(?:re)? compte|decisions? (?:suivante|ci-|prise)"
    r"|informe"
    r"|porte a (?:la )?connaissance|communi(?:que|cation)|decisions? n ?°|a ete conclu|il est conclu"
)
# Not the bureau's: what it decided in a sitting of its own was voted there.
_LISTED = re.compile(
    r"^\W*(?:listes?|releves?|recueil|registre|tableau|etat)? ?(?:des |de )?(?:decisions|arretes) (?:du |de la |de )?"
    r"(?:maire\b|presidente?\b|municipales\b|prise?s? (?:par (?:le|la|m)|en vertu|dans le cadre)|.{0,40}delegation)"
)
Relevant = Callable[[int], bool]


def is_report(title: str, below: str = "") -> bool:
    """Whether an item reports delegated decisions; ``below`` are the first lines of its text, in any case.

    A title that only names the delegation may grant it: then the text must tell what was done with it.
    """
    low = plain(title)
    if _GRANTS.search(low):
        return False
    return bool(_REPORT.search(low) or (_CITES.search(low) and _TOLD.search(plain(below))))


def with_lines(
    extracted: Extracted, sessions: Sequence[SessionClaim], relevant: Relevant | None = None
) -> tuple[SessionClaim, ...]:
    """The sessions with the lines of their reports as further items, each naming its report as ``parent``.

    ``relevant`` says of a page's number whether its lines are worth the trouble. A report into whose title its lines
    were drawn (the details below a point of an agenda) has the title without them.
    """
    reports = [
        (s, i)
        for s, session in enumerate(sessions)
        for i, item in enumerate(session.items)
        if (_may_report(item) or _may_hold_report(item))
        and any(relevant is None or relevant(page) for page in _pages(item))
    ]
    if not reports:
        return tuple(sessions)
    rows = rows_of(extracted)
    places = [row.where for row in rows]
    found = list(sessions)
    for s, i in reports:
        item = found[s].items[i]
        part = rows[bisect_left(places, item.begin) : bisect_left(places, item.finish)]
        lines = [_claim(line, i) for line in lines_of(part[_first_row(part, item) :], item.finish)]
        if lines:
            items = list(found[s].items)
            items[i] = replace(item, title=_own_title(item, part, lines))
            found[s] = replace(found[s], items=(*items, *lines))
    return tuple(found)


def decisions_in(extracted: Extracted) -> tuple[ItemClaim, ...]:
    """The decisions of a document that is nothing but them; of a single one, that one."""
    rows = rows_of(extracted)
    if not rows:
        return ()
    end = (rows[-1].page, rows[-1].end)
    lines = [_claim(line, None) for line in lines_of(rows, end)]
    return tuple(lines)


def only_flagged(
    sessions: Sequence[SessionClaim], lined: Sequence[SessionClaim], flags: Sequence[FlagClaim]
) -> tuple[tuple[SessionClaim, ...], tuple[FlagClaim, ...]]:
    """The sessions with those of their lines that carry a flag, and the flags with their indices in these.

    ``lined`` are the sessions of ``with_lines``, in which the flags were found.
    """
    kept: list[SessionClaim] = []
    moved: dict[tuple[int, int], int] = {}
    flagged = {(flag.session, flag.item) for flag in flags if flag.item is not None}
    for s, (session, whole) in enumerate(zip(sessions, lined, strict=True)):
        items = list(session.items)
        for i in range(len(items), len(whole.items)):
            if (s, i) in flagged:
                moved[s, i] = len(items)
                items.append(whole.items[i])
                parent = whole.items[i].parent
                if parent is not None:
                    items[parent] = whole.items[parent]
        kept.append(session if len(items) == len(session.items) else replace(session, items=tuple(items)))
    return tuple(kept), tuple(
        replace(flag, item=moved.get((flag.session, flag.item), flag.item))
        if flag.session is not None and flag.item is not None
        else flag
        for flag in flags
        if not _told_by_lines(flag, lined, flags)
    )


def _told_by_lines(flag: FlagClaim, lined: Sequence[SessionClaim], flags: Sequence[FlagClaim]) -> bool:
    """Whether a report's flag only says again what its lines say: a question in the debate on one of them."""
    topics = {
        topic
        for one in flags
        if one.session == flag.session and one.session is not None and one.item is not None and one.item != flag.item
        if lined[one.session].items[one.item].parent == flag.item
        for topic in one.topics
    }
    return flag.item is not None and bool(topics) and topics >= set(flag.topics)


def _may_report(item: ItemClaim) -> bool:
    low = plain(item.title)
    return item.parent is None and bool(_REPORT.search(low) or _CITES.search(low)) and not _GRANTS.search(low)


def _may_hold_report(item: ItemClaim) -> bool:
    """Communications and the like, below which the report may stand under a heading of its own."""
    return item.parent is None and bool(_HOLDS.search(plain(item.title)))


def _first_row(part: Sequence[Row], item: ItemClaim) -> int:
    """The row with which the lines of a report may begin: below its heading; the end where nothing is reported."""
    if _may_report(item):
        told = is_report(item.title, "\n".join(row.text for row in part[:14]))
        return _heading(part, item) if told else len(part)
    for index, row in enumerate(part[1:], 1):
        found = _REPORT.search(row.plain) if len(row.text) <= 170 else None
        shown = row.gap or row.bold or capitals(row.text) or row.plain.rstrip().endswith(":")
        if shown and found and found.start() <= 30 and not _GRANTS.search(row.plain):
            return index + 1
    return len(part)


def _pages(item: ItemClaim) -> range:
    return range(item.begin[0], item.finish[0] + 1)


def _heading(part: Sequence[Row], item: ItemClaim) -> int:
    """How many rows the heading of a report has: those whose words are all in its title, before any line of it."""
    title = fold_title(item.title)
    for index, row in enumerate(part[:9]):
        said = fold_title(row.mark.rest if index == 0 and row.mark else row.text)
        if index and (said not in title or lines_of(part[index : index + 1], item.finish)):
            return index
    return min(1, len(part))


def _own_title(item: ItemClaim, part: Sequence[Row], lines: Sequence[ItemClaim]) -> str:
    """The title up to the first of its lines that was drawn into it."""
    folded = plain(item.title)
    for line in lines:
        begin = folded.find(plain(line.title)[:40])
        if begin > 12:
            first = next((row for row in part if row.where == line.begin), None)
            lead = plain(first.text)[:20].strip(" -•") if first is not None else ""
            cut = folded.rfind(lead, 0, begin) if lead else -1
            return item.title[: cut if cut > 12 else begin].rstrip(" -–•:;,")
    return item.title


def _claim(line: Line, parent: int | None) -> ItemClaim:
    return ItemClaim(
        title=line.title,
        number=line.number,
        page=line.begin[0],
        begin=line.begin,
        finish=line.finish,
        minor=True,
        parent=parent,
        decided=True,
    )


def lists_decisions(extracted: Extracted, kind: DocumentKind) -> bool:
    """Whether a document holds nothing but decisions taken by delegation, whatever it is called."""
    if kind not in ("list", "other"):
        return kind == "decision"
    head = [line.text for line in extracted.lines[:25] if line.text.strip() and len(line.text) <= 140]
    return any(_LISTED.search(plain(text)) for text in head)
