"""Persons as they are printed in lists of points: a name on a line of its own, in a cell, or at the end of a title."""

from __future__ import annotations

import re

from pipelines.agenda.words import plain, squeeze

_CIVIL = r"(?:M\.|MM\.|Mme\.?|Mmes\.?|Mlle|Monsieur|Madame|Messieurs|Mesdames|Dr\.?)"
_NAME = (
    r"(?!M\.|MM\.|Mme|Mlle|Monsieur|Madame)"
    r"(?:[A-ZÀ-ÖØ-Þ][\w'’.\-]{0,30}|d['’][A-ZÀ-Þ][\w'’\-]{0,30}|(?:de|du|des|la|le|van|von|et|&)(?=\s))"
)
_NAMES = rf"{_NAME}(?:,?\s{_NAME}){{0,6}}"
_OFFICE = r"(?:[Ll]e |[Ll]a )?(?:[Mm]aire|MAIRE|[Pp]r[ée]sidente?|PR[ÉE]SIDENTE?)(?: [Dd][ée]l[ée]gu[ée]e?)?"
_ALONE = re.compile(
    rf"[(\[]?\s?(?:{_CIVIL}\s?{_NAMES}|{_CIVIL}\s{_OFFICE}|{_OFFICE}|{_CIVIL}\s{_NAMES}\s\d{{1,4}}\s{_NAMES})"
    r"(?:\s\d{1,4})?\s?[)\]]?\.?"
)
_AT_END = re.compile(
    rf"(?:\s|\(|(?<=[a-zà-ÿ0-9»)])(?=M))\(?({_CIVIL}\s{_NAMES}|{_CIVIL}\s{_OFFICE})\)?"
    r"(?:\s\d{1,4}|\s[\d ]{1,12}(?:,\d\d)?\s?€)?$"
)
_OF = re.compile(
    r"(?:^|[\s'(])(?:a|au|aux|avec|contre|d|de|des|du|en|entre|et|la|le|l|les|par|pour|sur|chez|envers|dit)\s?$|:\s?$"
)
_NUMBER = re.compile(r"\s?\b\d{1,4}\b")
_LONGEST = 80  # characters of a person
SHORTEST = 5  # characters of a title
_TAIL = 90  # characters of a title's end in which one may stand


def person(text: str) -> str | None:
    """The person that a line or a cell is, and nothing else: "(M. Alain Dupré)", "Mme LE GOFF 25"; None elsewhere.

    The number of a page that stands behind it, or that a broken line put between its names, is left out.
    """
    text = text.strip()
    if not 4 <= len(text) <= _LONGEST or not _ALONE.fullmatch(text):
        return None
    return squeeze(_NUMBER.sub("", text)).strip(" ()[],.") or None


def last_person(text: str, *, apart: bool = False) -> tuple[int, str] | None:
    """Where the person at the end of a title begins, and the person; None where it is part of a phrase ("à M. …").

    ``apart``: it is known to stand in a column of its own.
    """
    found = _AT_END.search(text, max(len(text) - _TAIL, 0))
    if found is None or found.start() < SHORTEST:
        return None
    if not apart and _OF.search(plain(text[max(found.start() - 12, 0) : found.start()])):
        return None
    return found.start(), found[1].strip()
