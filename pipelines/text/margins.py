"""What stands on a page without being said by the document: e-filing stamps, running headers and footers.

They stay in the text; the lines are marked, so that no consumer takes a stamp's date for the session's
or a footer for an item.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from pipelines.text.drafts import Draft, printed

_DATE = r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{1,2}(?:er)? \w+ \d{4}"
_ACT = r"\d{3}-\d{9}-\d{6,8}-[\w.-]+"
_STAMP = re.compile(
    rf"""(?:
    (?:envoy|re[cç]|transmis|d[eé]pos|t[eé]l[eé]transmis)\w*\s+(?:[àa]\s+la|en|au\s+contr[oô]le)\s*(?:sous-?\s?)?(?:pr[eé]fecture|de\s+l[eé]galit[eé])\b
        \s*(?:le)?\s*:?\s*(?:{_DATE})?(?:\s*[àa]\s*\d\d?\s*[h:]\s*\d\d)?
    |(?:envoi|r[eé]ception)\s+(?:en\s+)?(?:sous-)?pr[eé]fecture\s*:?\s*(?:{_DATE})?
    |accus[eé]\s+de\s+r[eé]ception\s+(?:en\s+(?:sous-)?pr[eé]fecture|de\s+la\s+(?:sous-)?pr[eé]fecture|[-–—]\s*minist[eè]re\s+de\s+l.int[eé]rieur)\s*:?\s*(?:{_ACT})?
    |date\s+de\s+(?:t[eé]l[eé]transmission|r[eé]ception\s+(?:en\s+|de\s+la\s+)?(?:sous-)?pr[eé]fecture|r[eé]ception\s+de\s+l.a\.?r\.?)\s*:?\s*(?:{_DATE})?
    |r[eé]ception\s+par\s+le\s+(?:sous-)?pr[eé]fet\s*:?\s*(?:le)?\s*(?:{_DATE})?
    |a\.?r\.?\s+(?:de\s+la\s+|en\s+)?(?:sous-)?pr[eé]fecture\b(?:\s+de\s+[\w-]+)?\s*:?\s*(?:{_ACT})?
    |(?:id|identifiant|n[°o]?\s*d.acte|acte)\s*:?\s*{_ACT}
    |{_ACT}
    )""",
    re.I | re.X,
)
# A word that every stamp has: most pages are spared the search proper, which is slow.
_MAY_STAMP = re.compile(r"(?i:pr[eé]f|transmi|minist|l[eé]galit)|\d-\d{9}-\d")
_BESIDE_STAMP = re.compile(
    rf"""(?:
    (?:publi|affich|notifi|re[cç]u|mis\s+en\s+ligne)\w*(?:\s+le|\s+et\s+publi\w*\s+le)?\s*:?\s*(?:{_DATE})?
    |{_DATE}
    |s.?l.?o.?w?|berger[ -]levrault
    |acte\s+(?:rendu\s+)?(?:certifi[eé]\s+)?ex[eé]cutoire|certifi[eé]\s+ex[eé]cutoire
    )\s*""",
    re.I | re.X,
)
_PAGE_NUMBER = re.compile(
    r"\W{0,3}(?:(?:page|p\.)\s*(?:n°\s*)?\d{1,4}(?:\s*(?:/|sur|de|\|)\s*\d{1,4})?|\d{1,4}\s*(?:/|sur)\s*\d{1,4})\W{0,3}",
    re.I,
)
_BARE_NUMBER = re.compile(r"\W{0,3}(\d{1,4})\W{0,3}")
_ZONE = 0.14  # of the page's height, at its top and at its bottom
_SAME_HEIGHT = 4.0  # points


def mark_stamps(lines: Sequence[Draft]) -> None:
    """Mark the lines of e-filing stamps ("Envoyé en préfecture le …", "ID : 029-…") of one page."""
    if not _MAY_STAMP.search("\n".join(line.text for line in lines)):
        return
    for line in lines:
        line.stamped = sum(printed([found.group()]) for found in _STAMP.finditer(line.text))
    stamps = [line.stamped > 0.6 * printed([line.text]) for line in lines]
    for number, line in enumerate(lines):
        beside = any(stamps[max(number - 2, 0) : number + 3])
        if stamps[number] or (beside and _BESIDE_STAMP.fullmatch(line.text)):
            line.block = "stamp"


def content_characters(lines: Iterable[Draft]) -> int:
    """Printed characters that a document's author may have written: without stamps and page furniture."""
    return sum(
        len(line.text) - line.text.count(" ") - line.stamped for line in lines if line.block not in {"stamp", "running"}
    )


def mark_running(pages: Sequence[tuple[int, float, Sequence[Draft]]]) -> None:
    """Mark headers, footers and page numbers; ``pages`` are (number, height in points, lines)."""
    seen: dict[str, list[tuple[float, int, Draft]]] = defaultdict(list)
    numbers: Counter[int] = Counter()
    for number, height, lines in pages:
        for line in lines:
            if line.block != "p" or not _in_margin(line, height):
                continue
            if _PAGE_NUMBER.fullmatch(line.text):
                line.block = "running"
            elif bare := _BARE_NUMBER.fullmatch(line.text):
                numbers[int(bare.group(1)) - number] += 1
            else:
                seen[_key(line.text, number, len(pages))].append((line.top, number, line))
    _mark_repeated(seen.values(), len(pages))
    _mark_numbers(pages, numbers)


def _in_margin(line: Draft, height: float) -> bool:
    return line.top < _ZONE * height or line.top + line.size > (1 - _ZONE) * height


def _key(text: str, number: int, total: int) -> str:
    """The text with its own page number and the total masked; not at its beginning, where items have theirs."""
    first, *rest = text.split()
    return " ".join([first, re.sub(rf"\b{number}\b(?: ?(?:/|sur) ?{total}\b)?", "#", " ".join(rest))]).casefold()


def _mark_repeated(families: Iterable[list[tuple[float, int, Draft]]], total: int) -> None:
    enough = max(2, -(-total // 2))
    for family in families:
        if len(family) < enough:
            continue
        family.sort(key=lambda entry: entry[0])
        begin = 0
        for position, (top, _, _) in enumerate(family):
            while top - family[begin][0] > _SAME_HEIGHT:
                begin += 1
            group = family[begin : position + 1]
            if len({number for _, number, _ in group}) >= enough:
                for _, _, line in group:
                    line.block = "running"


def _mark_numbers(pages: Sequence[tuple[int, float, Sequence[Draft]]], numbers: Counter[int]) -> None:
    """Bare numbers that count on from page to page, or that are the page's own number."""
    for number, height, lines in pages:
        for line in (lines[0], lines[-1]) if lines else ():
            bare = _BARE_NUMBER.fullmatch(line.text)
            if bare and line.block == "p" and _in_margin(line, height):
                offset = int(bare.group(1)) - number
                if offset == 0 or numbers[offset] >= max(2, len(pages) // 2):
                    line.block = "running"
