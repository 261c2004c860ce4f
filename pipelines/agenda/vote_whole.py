"""Votes told once for all points: "Tous les rapports ont été adoptés à l'unanimité, sauf mention contraire"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.models import VoteClaim
from pipelines.agenda.entries import Entry
from pipelines.agenda.rows import Row
from pipelines.agenda.vote_words import outcome_of_cell
from pipelines.agenda.votes import find_votes

_ALL = re.compile(
    r"(?:tous les|toutes les|l'ensemble des|l'integralite des) (?:\d{1,3} )?(?:rapports|deliberations|points|dossiers"
    r"|affaires"
    r"|projets de deliberations?)(?: (?:inscrits?|inscrites?|presentee?s|examinee?s|soumis\w*|suivants)[a-z' ]{0,40})?"
    r" (?:ont (?:tous |toutes )?ete|sont|furent) (?:adopte|approuve|vote)e?s a l'unanimite"
)
_EXCEPT = re.compile(r"(?:sauf|excepte|hormis|a l'exception|hors)([^.;]{0,160})")
_OTHERWISE = re.compile(r"(?:mention|indication|precision)s? contraires?|autrement indique")
_NUMBER = re.compile(r"(?<![\w./-])\d[\w./-]{0,14}(?<![./-])")
_AMONG = 40  # rows above the first point, or below the last, in which this is said
_TAIL = re.compile(r"\s?[(–-] ?([^()]{3,80}?)\)?\s?$")


def together(rows: Sequence[Row], entries: Sequence[Entry]) -> None:
    """Give the vote that is said of all points to those that have none of their own and are no exception."""
    if len(entries) < 2:
        return
    first, last = entries[0].index, entries[-1].stop
    around = [*rows[max(0, first - _AMONG) : first], *rows[last : last + _AMONG]]
    said = next((row.plain[found.start() :] for row in around if (found := _ALL.search(row.plain))), None)
    if said is None:
        return
    exception = _EXCEPT.search(said)
    others: set[str] = set()
    if exception is not None and not _OTHERWISE.search(exception[1]):
        others = set(_NUMBER.findall(exception[1]))
        if not others:
            return  # who knows which
    for entry in entries:
        if entry.votes or entry.said or (entry.number or "").lower() in others:
            continue
        entry.votes = _own(entry) or (VoteClaim("adopted", unanimous=True),)


def _own(entry: Entry) -> tuple[VoteClaim, ...]:
    """What is said in brackets behind the title of an exception, cut off it: "(contre : 8)", "(retiré)"."""
    tail = _TAIL.search(entry.parts[-1]) if entry.parts else None
    if tail is None:
        return ()
    word = outcome_of_cell(tail[1])
    votes = (
        (word,)
        if word is not None
        else tuple(vote for vote, _, _ in find_votes(f"Adopté ({tail[1]})") if _counts(vote))
    )
    if votes:
        entry.parts[-1] = entry.parts[-1][: tail.start()].rstrip()
    return votes


def _counts(vote: VoteClaim) -> bool:
    return (vote.for_, vote.against, vote.abstain) != (None, None, None)
