"""What stands before a title: numbers, act numbers, romans, letters, bullets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.agenda.people import person
from pipelines.agenda.vote_words import title_cell
from pipelines.agenda.words import plain, squeeze

ROMANS = {"I": 1, "V": 5, "X": 10, "L": 50}
_BULLET = re.compile(r"^(?:[-–—−‐•▪▫◦·●○■□►▶➢➤➔→>›⁃‣❖✓✔*\uf000-\uf0ff⮚]|o(?=\s))\s*(?=\S)")
_YEAR = r"(?:19|20)\d\d"
_LEAD = (
    r"(?:(?:(?:[Pp]rojet|PROJET) (?:de|DE) )?(?:D[ÉEée]LIB[ÉEée]RATION|[Dd][ée]lib[ée]ration|RAPPORT|Rapport|ACTE|Acte"
    r"|D[ÉE]CISION|D[ée]cision)\s*)?"
    r"(?:[Nn]\s*[°ºo]\s*:?\s*)?"
)
_ACT = re.compile(
    rf"^{_LEAD}((?:[A-Z]{{1,6}}(?:\s[A-Z])?[\s_.\-]{{0,2}})?{_YEAR}(?:\s?[._/\-–]\s?\d{{1,4}}){{1,3}}"
    r"(?:\s?[-–_]\s?\d{1,3}|[A-Z]{1,3}\b)?(?:\s(?:BIS|TER|QUATER|bis|ter))?"
    rf"|{_YEAR}\s0\d{{1,2}}(?=\s+[A-ZÀ-Ý])"  # the underscore of "2026_004", as it is recognised on a scan
    rf"|{_YEAR},?\s[A-Z]{{2,5}}\s\d{{1,4}}(?:\s?G\b)?|{_YEAR}\s?V\.?\s?\d{{1,3}}|V\.?\s?{_YEAR}[\s.]\d{{1,3}}"
    rf"|[A-Z]{{2,6}}[-_ ]?{_YEAR}[-_ ]?\d{{1,4}}|[A-Z]{{2,6}}[-_ ]?\d{{6}}[-_/.]\d{{1,3}}"
    rf"|(?:AP|CP)[\s\-][A-Z]?\s?\d\d(?:[-.]\d{{1,3}}){{1,3}}"
    r"|[A-Z]{2,5}[-_/]\d{2,4}[-_/]\d{1,4}|[A-Z]{1,4}\d{2,4}[-_/.]\d{2,4})"
    r"(?![\d/])\s*(?:\||[-–—:.)])?\s*"
)
_DATED = re.compile(
    rf"^({_YEAR}[.\-]\d\d[.\-]\d\d\s?[-–]\s?(?:\d{{1,3}}|[IVX]{{1,5}})(?:\s?(?:BIS|TER|QUATER|bis|ter)\b"
    rf"|\s?\|?\s?[A-Z]\b(?!['’]))?"
    rf"|{_YEAR}\d{{4}}[_\-]\d{{1,3}})(?!\d)\s*[-–:.|]?\s*"
)
_WORDED = re.compile(
    r"^(?:(?:(?:[Pp]rojet|PROJET) (?:de|DE) )?(?:DE|DEL|D[ÉE]LIB\.?|QUESTION|Question|POINT|Point|RAPPORT|Rapport"
    r"|AFFAIRE|Affaire|DOSSIER|Dossier|FICHE|Fiche|[Dd][ÉEée]lib[ée]ration|D[ÉE]LIB[ÉE]RATION"
    r"|SUJET|Sujet|ARTICLE DE L.ORDRE DU JOUR)\s*(?:[Nn]\s*[°ºo]?\s*)?|[Nn]\s*[°º]\s*|No\s?(?=\d))"
    r"(\d{1,4}(?:[./\-]\d{1,4}){0,3}|[IVX]{1,5})\b\s*[-–—:.)/]*\s*"
)
_ARTICLE = re.compile(r"(?:article|chapitre|titre|section|partie|annexe)\s*(\d{1,3}|[IVXL]{1,5})\s*[-–.:)]*$", re.I)
_DOTTED = re.compile(
    r"^(\d{1,2}(?:[.\-]\d{1,2}){1,3}|\d{1,2}[.\-]?[a-z]|[IVX]{1,4}[.\-]\d{1,2}"
    r"|[A-Z]\.\d{1,2}(?:\.\d{1,2})?)(?:\s*[.)/:]\s*|\s*[-–—]\s+|\s+)(?=\S)"
)
_POINTED = re.compile(r"^[A-Z\d]{1,2}(?:\.\d{1,2}){1,3}\s+(?=[A-ZÀ-Ý])")  # a number that a list item holds itself
_ARABIC = re.compile(r"^(\d{1,3})(?:\s?[.)/]\s?[-–]?|\s?[°º]\s?[-–)/.]?|\s?[-–—:]|\s?°\))\s*(?=\S)")
_BARE = re.compile(r"^(\d{1,3})(?:\s+(?=[«\"A-ZÀ-Ý])|(?=[A-ZÀ-Ý][a-zà-ÿ’']))")
_ROMAN = re.compile(r"^([IVXL]{1,6})(?:\s?[.)/]\s?[-–]?|\s?[-–—:])\s*(?=\S)")
_LOW_ROMAN = re.compile(r"^(x{0,2}(?:ix|iv|vi{1,3}|i{2,3})|x{2,3}|xi{1,3}|xi?v)[.)]\s*(?=\S)")
_LETTER = re.compile(r"^([A-Z]|[a-z](?=[.)]))(?:\s?[.)/]\s?[-–]?|\s[-–—])\s+(?=\S)")
_SPEAKER = re.compile(
    r"^(?:M\.|Mme|MM\.|Mmes|Monsieur|Madame)\s+(?:[A-ZÀ-Ý][\w'’.\-]{0,30}\s+){1,4}(?=\d{1,3}\s*[-–.]|\d{1,3}\s+[A-ZÀ-Ý«]|[•▪■●◦►]\s)"
)
_GENTLEMAN = re.compile(r"MM?\.\s+(?:le |la |[A-ZÀ-Ý])")
_NUMBER_ALONE = re.compile(r"(\d{1,3}(?=\s*[.)])|[IVXL]{1,6})\s*[.)\-]")
_LONGEST_NUMBER = 20  # characters of a line that is nothing but a number
_CELL_NUMBER = re.compile(
    r"(?:[Rr]apport\s*|[Dd][ée]lib[ée]ration\s*|[Dd]ossier\s*)?(?:[Nn]\s*[°º]\s*)?"
    r"((?=[\w\s./\-]{0,24}\d)(?:[A-Z]{1,6}[\s_.\-]{1,2}){0,2}[A-Z]{0,6}\d{0,8}"
    r"(?:\s?[._/\-]\s?(?:[A-Z]{1,6}\d{0,6}|\d{1,6}[A-Z]{0,2})){0,5}[A-Z]{0,3})"
    r"\s*[.)]?"
)
_DATE = re.compile(r"\d\d/\d\d/\d{4}")
_DATE_LEAD = re.compile(rf"^\d\d/\d\d/{_YEAR}\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Mark:
    """``family`` is act, worded, arabic, dotted, roman, letter, bullet or bare; ``value`` orders within it."""

    family: str
    number: str | None
    value: int
    rest: str
    speaker: str | None = None
    under: str | None = None  # the rubric that stands before the number on the same line


def roman(text: str) -> int:
    """The value of a roman numeral."""
    values = [ROMANS.get(char, 0) for char in text.upper()]
    return sum(-one if one < two else one for one, two in zip(values, [*values[1:], 0], strict=True))


def mark_of(text: str, marker: str, block: str, level: int, cells: Sequence[str]) -> Mark | None:
    """The marker of a row (what it holds is named as in Row), or None. Dates, sums and article numbers are none."""
    if cells:
        return _of_cells(cells)
    if marker and (given := _of_marker(marker.strip(), text)):
        return given
    if block == "li" and not any(one.match(text) for one in (_ACT, _ARABIC, _WORDED, _POINTED)):
        bullet = _BULLET.match(text)
        return Mark("bullet", None, level, text[bullet.end() :] if bullet else text)
    return mark_of_text(text)


def _of_marker(marker: str, text: str) -> Mark | None:
    """The number that a list item has without its text holding it ("1.", "ii)", "1.2", "Article 3 :")."""
    if found := re.fullmatch(r"\(?([A-Za-z0-9]{1,4})\s?[.)°:\-–]?", marker):
        label = found[1]
        if label.isdigit():
            return Mark("arabic", label, int(label), text)
        if all(char in ROMANS for char in label) or (len(label) > 1 and _LOW_ROMAN.match(f"{label}) ?")):
            return Mark("roman", label, roman(label), text)
        return Mark("letter", label, ord(label[0].lower()) - 96, text)
    if found := re.fullmatch(r"\(?((?:\d{1,3}|[A-Z]|[IVXL]{1,5})(?:[.\-]\d{1,3}){1,3})\s?[.)°:\-–]?", marker):
        return Mark("dotted", found[1], _value("dotted", found[1]), text)
    return _worded(_WORDED.match(marker) or _ARTICLE.match(marker), text)


def _worded(found: re.Match[str] | None, rest: str) -> Mark | None:
    if found is None:
        return None
    number = found[1]
    if number[0] in ROMANS:
        return Mark("worded", number, roman(number), rest)
    *others, last = re.split(r"[./\-]", number)
    counting = others[-1] if others and re.fullmatch(_YEAR, last) else last  # "12/2026"
    return Mark("worded", number, int(counting), rest)


def mark_of_text(text: str) -> Mark | None:
    """The marker at the start of a text."""
    start = text[:2]
    if start.isalpha() and start.islower() and start != "no":
        if start[0] in "ivx" and (found := _LOW_ROMAN.match(text)) and titleish(rest := text[found.end() :]):
            return Mark("roman", found[1], roman(found[1]), rest)
        return None  # the middle of a sentence, as every third line is
    if (lead := _DATE_LEAD.match(text)) and _ACT.match(text[lead.end() :]):
        text = text[lead.end() :]
    if (speaker := _SPEAKER.match(text)) is not None:
        inner = mark_of_text(text[speaker.end() :])
        if inner is not None and inner.family in ("arabic", "bare", "bullet"):
            return Mark(inner.family, inner.number, inner.value, inner.rest, squeeze(speaker[0]))
    if (found := _DATED.match(text) or _ACT.match(text)) and titleish(rest := text[found.end() :], empty=True):
        return _act(squeeze(found[1]), rest)
    if (found := _WORDED.match(text)) and titleish(rest := text[found.end() :], empty=True):
        return _worded(found, rest)
    if (found := _BULLET.match(text)) and len(rest := text[found.end() :]) > 1:
        return Mark("bullet", None, 0, rest)
    if _GENTLEMAN.match(text):
        return None  # not the letter M
    if len(text) < _LONGEST_NUMBER and (found := _NUMBER_ALONE.fullmatch(text.strip())):
        number = found[1]  # its title stands on the next line
        return Mark("arabic", number, int(number), "") if number.isdigit() else Mark("roman", number, roman(number), "")
    for family, pattern in (
        ("dotted", _DOTTED),
        ("arabic", _ARABIC),
        ("roman", _ROMAN),
        ("letter", _LETTER),
        ("bare", _BARE),
    ):
        if (found := pattern.match(text)) and titleish(rest := text[found.end() :]):
            return Mark(family, found[1], _value(family, found[1]), rest)
    return None


def _act(number: str, rest: str) -> Mark | None:
    parts = re.findall(r"\d+", number)
    if len(parts) == 2 and len(parts[1]) == 4 and parts[1][:2] in ("19", "20") and "_" not in number:
        return None  # a span of years
    number = re.sub(r"\s?\|\s?", " ", number)
    rest = re.sub(r"^(?:[-–:]\s*)?(?:objet|OBJET|Objet)\s*:\s*", "", rest)
    return Mark("act", number, int(parts[-1][-4:]) if parts else 0, rest)


def _value(family: str, number: str) -> int:
    if family == "roman":
        return roman(number)
    if family == "letter":
        return ord(number.lower()) - 96
    digits = re.findall(r"\d+", number)
    return int(digits[-1]) if digits else 0


def titleish(rest: str, *, empty: bool = False) -> bool:
    """Whether what follows may be a title: it starts like one and holds a word."""
    rest = rest.strip()
    if not rest:
        return empty
    low = plain(rest)
    if re.match(
        r"(?:du|de|des|et|au|en date|relative?|portant|h\b|€|%|euros?|ans?|m2|km)\b|[,;%€²]|\d{1,3}(?:[.,/]\d"
        r"|\s\d{3}\b)",
        low,
    ):
        return False
    return bool(re.search(r"[a-z]{2}", low))


def _of_cells(row_cells: Sequence[str]) -> Mark | None:
    """A table row: a cell that is a number, the longest other cell is the title."""
    named = next((name for cell in row_cells if cell and (name := person(cell))), None)
    cells = [cell for cell in row_cells if cell and not (named and person(cell))]
    for index, cell in enumerate(cells[:3]):
        number = _CELL_NUMBER.fullmatch(cell)
        rest = [one for place, one in enumerate(cells) if place != index]
        if number and rest and not _DATE.fullmatch(cell):
            title = title_cell(rest)
            if re.search(r"[a-z]{2}", plain(title)):
                digits = re.findall(r"\d+", number[1])
                family = "arabic" if number[1].isdigit() and len(number[1]) < 3 else "act"
                return Mark(family, number[1], int(digits[-1]), title, named)
    if len(cells) == 1:
        return mark_of_text(cells[0])
    return None
