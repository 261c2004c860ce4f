"""Points that an agenda itself says are taken off it or put off, before any vote.

DESIGN, promise 4: an item is withdrawn only where a text says so. It is said behind the title ("(retiré de l'ordre
du jour)", "– RETIRÉ"), before it, or in a sentence of its own that names the point by number or by title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from rapidfuzz import fuzz

from crawler.models import ItemClaim
from pipelines.agenda.rows import Row
from pipelines.agenda.words import fold_title, plain

LIKE = 90  # per cent, between a title that a sentence quotes and that of a point
MOST = 50  # quoted titles that are looked for
_LONGEST = 80  # characters of a mark
_PUT_OFF = (
    r"(?:a (?:une|la) (?:prochaine|autre|seance|date|session)|au (?:prochain|conseil)|lors d'une|ulterieurement"
    r"|sine die)[\w' ]{0,40}"
)
_MARK = (
    r"(?:(?:point|dossier|sujet|rapport|question|deliberation|projet|affaire) )?"
    r"(?:retiree?(?: de (?:l'ordre du jour|la seance))?|(?:supprimee?|enlevee?|otee?) de l'ordre du jour"
    rf"|ajournee?|reportee?(?: {_PUT_OFF})?)"
)
_BEHIND = re.compile(
    rf"(?:\s{{0,3}}[(\[]\s{{0,3}}{_MARK}\s{{0,3}}[)\]]|\s{{0,3}}[-–—:*]{{1,3}}\s{{0,3}}{_MARK}"
    rf"|\s(?:retiree?|supprimee?) de l'ordre du jour)\s{{0,3}}[.*!]{{0,3}}$"
)
_BEFORE = re.compile(rf"^\W{{0,4}}{_MARK}\s{{0,3}}[)\]:–—-]{{1,2}}\s{{1,3}}(?=\w)")
_POINT = r"(?:points?|dossiers?|rapports?|questions?|sujets?|affaires?|projets?(?: de deliberations?)?|deliberations?)"
_OFF = (
    r"(?:(?:retiree?s?|supprimee?s?|enlevee?s?) (?:de|a) (?:l'|cet )ordre du jour"
    rf"|(?:ajournee?s?|reportee?s?) {_PUT_OFF}|(?:est|sont|a ete|ont ete) (?:retiree?s?|ajournee?s?)\s?(?:[.;]|$))"
)
_BY_NUMBER = re.compile(
    rf"\b{_POINT} (?:n ?°? ?s? ?|nos? |numeros? )?(\d{{1,3}}(?:(?: ?, ?| et (?:n ?°? ?)?)\d{{1,3}}){{0,9}})"
    rf"(?! ?(?:du|de) \d)([^.;\n]{{0,200}}?)\b{_OFF}"
)
_BY_TITLE = re.compile(rf"[«\"“] ?([^«»\"“”\n]{{8,300}}?) ?[»\"”][^.;\n«\"]{{0,80}}?\b{_OFF}")


def taken_off(rows: Sequence[Row], items: Sequence[ItemClaim]) -> tuple[ItemClaim, ...]:
    """The points of an agenda, those that are taken off it marked so and without the mark in their titles."""
    told = "".join(_joined(rows))
    numbers = {number for match in _BY_NUMBER.finditer(told) for number in re.findall(r"\d+", match[1])}
    titles = [fold_title(match[1]) for match in islice(_BY_TITLE.finditer(told), MOST)]
    return tuple(_marked(item, numbers, titles) for item in items)


def _marked(item: ItemClaim, numbers: set[str], titles: Sequence[str]) -> ItemClaim:
    title = without_mark(item.title)
    off = (
        title != item.title
        or (item.number is not None and item.number.strip(" .)°") in numbers)
        or any(fuzz.ratio(quoted, fold_title(title)) >= LIKE for quoted in titles)
    )
    return replace(item, title=title, withdrawn=True) if off else item


def without_mark(title: str) -> str:
    """A title without the words that say that its point is taken off; the title itself where none do."""
    low = plain(title)
    if len(low) != len(title):
        return title
    if (match := _BEFORE.match(low)) and _capital(title[: match.end()]):
        return title[match.end() :].strip()
    match = _BEHIND.search(low, max(0, len(low) - _LONGEST))
    return title[: match.start()].rstrip(" -–—:,;") if match and match.start() > 4 else title


def _capital(mark: str) -> bool:
    """ "RETIRÉ – …", "[Retiré] …": a word that stands apart, not the first one of a title."""
    return mark.strip()[:1] in "([" or mark.upper() == mark


def is_notice(title: str) -> bool:
    """Whether an entry of the list is but the sentence that takes another one off."""
    return bool(_BY_NUMBER.match(plain(title).removeprefix("le ").removeprefix("les ")))


def _joined(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        if row.gap:
            yield "\n"
        yield f"{row.plain} "
