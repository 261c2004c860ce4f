"""What stands on a page without being said by the document: running headers and footers, text up its side, watermarks.

They stay in the text, as stamps do (`pipelines.text.stamps`); the lines are marked, so that no consumer takes a footer
for an item.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from rapidfuzz import fuzz, process

from pipelines.text.drafts import Draft, printed
from pipelines.text.stamps import DATE, mark_stamps

__all__ = ["content_characters", "mark_running", "mark_stamps"]

_Seen = tuple[float, int, Draft]  # top, number of the page, line
_PAGE_NUMBER = re.compile(
    r"\W{0,3}(?:(?:page|p\.)\s*(?:n°\s*)?\d{1,4}(?:\s*(?:/|sur|de|\|)\s*\d{1,4})?|\d{1,4}\s*(?:/|sur)\s*\d{1,4})\W{0,3}",
    re.I,
)
_BARE_NUMBER = re.compile(r"\W{0,3}(\d{1,4})\W{0,3}")
_ZONE = 0.14  # of the page's height, at its top and at its bottom
_SAME_HEIGHT, _SHAKEN = 4.0, 14.0  # points; a scanner does not lay two sheets alike
_MANY = 8  # pages with a line at the same height: a part of a long document has a head of its own
_ALIKE = 80.0  # of 100, how alike two recognised lines are that are one
_LEAST_ALIKE = 8  # characters
_MOST_LEADERS = 400
_BODY = 12  # lines by which the body of a page is known
_WATERMARK = re.compile(
    r"(?:projet|brouillon|sp[ée]cimen|copie|confidentiel|annul[ée]e?|provisoire|document|draft)"
    r"(?: de (?:d[ée]lib[ée]ration|travail))?",
    re.I,
)
_HUGE = 36.0  # points, from which a lone word across the page is a watermark
_LEVEL = 5.0  # degrees
# What the extracts of a register repeat, one a page, without being its head.
_CONTENT = re.compile(r"\s*(?:extrait|objet\b|rapporteur|vote\b)|.*(?:unanim|adopt|approuv)", re.I)
_TELLS = re.compile(
    rf"(?=.*(?:s[ée]ance|conseil|r[ée]union|ordre du jour|convocation|commission|bureau)).*(?:{DATE})", re.I
)


def content_characters(lines: Iterable[Draft]) -> int:
    """Printed characters that a document's author may have written: without stamps and page furniture."""
    return sum(
        len(line.text) - line.text.count(" ") - line.stamped for line in lines if line.block not in {"stamp", "running"}
    )


def mark_running(pages: Sequence[tuple[int, float, Sequence[Draft]]], noisy: Collection[int] = ()) -> None:
    """Mark headers, footers and page numbers; ``pages`` are (number, height in points, lines).

    ``noisy`` are the numbers of pages that were recognised: what repeats there is spelt a little differently each time.
    """
    seen: dict[str, list[_Seen]] = defaultdict(list)
    numbers: Counter[int] = Counter()
    for number, height, lines in pages:
        _mark_turned(lines)
        for line in lines:
            if line.block != "p" or not _in_margin(line, height):
                continue
            if _PAGE_NUMBER.fullmatch(line.text):
                line.block = "running"
            elif bare := _BARE_NUMBER.fullmatch(line.text):
                numbers[int(bare.group(1)) - number] += 1
            else:
                seen[_key(line.text, number, len(pages))].append((line.top, number, line))
    families = list(seen.values())
    slack = _SAME_HEIGHT
    if len(noisy) > 1:
        families, slack = _alike(seen), _SHAKEN
    same = _same_paper(pages)
    for family in families:
        _mark_repeated(family, len(pages), same, slack)
    _mark_numbers(pages, numbers)
    if pages:
        _keep_head(pages[0][2])


def _mark_turned(lines: Sequence[Draft]) -> None:
    """Text up the side of a page and watermarks across it are not part of what is read from top to bottom."""
    turned = [line for line in lines if _is_turned(line)]
    if turned and printed(line.text for line in turned) < 0.4 * printed(line.text for line in lines):
        for line in turned:
            if line.block == "p":
                line.block = "running"


def _is_turned(line: Draft) -> bool:
    if abs(line.angle) > _LEVEL:
        return True
    if line.size >= _HUGE:
        return bool(_WATERMARK.fullmatch(line.text))
    # the engine gives no angle: the line goes on for letters and gets nowhere
    return len(line.text) >= 8 and 0.0 <= line.right - line.x < 1.5 * line.size


def _in_margin(line: Draft, height: float) -> bool:
    return line.top < _ZONE * height or line.top + line.size > (1 - _ZONE) * height


def _key(text: str, number: int, total: int) -> str:
    """The text with its own page number and the total masked; not at its beginning, where items have theirs."""
    first, *rest = text.split()
    return " ".join([first, re.sub(rf"\b{number}\b(?: ?(?:/|sur) ?{total}\b)?", "#", " ".join(rest))]).casefold()


def _alike(seen: Mapping[str, list[_Seen]]) -> list[list[_Seen]]:
    """Families whose texts differ by a few letters put together; what begins with a number may be another item."""
    leaders: dict[str, list[_Seen]] = {}
    for key, family in sorted(seen.items(), key=lambda entry: -len(entry[1])):
        found = None
        if len(key) >= _LEAST_ALIKE and not key[0].isdigit() and len(leaders) < _MOST_LEADERS:
            found = process.extractOne(key, leaders.keys(), scorer=fuzz.ratio, score_cutoff=_ALIKE)
        if found:
            leaders[found[0]] += family
        else:
            leaders[key] = list(family)
    return list(leaders.values())


def _same_paper(pages: Sequence[tuple[int, float, Sequence[Draft]]]) -> dict[int, int]:
    """For pages whose body an earlier page has too, the number of that: a paper sent twice has no running heads."""
    first: dict[tuple[str, ...], int] = {}
    same: dict[int, int] = {}
    for number, height, lines in pages:
        body = tuple(line.text for line in lines if not _in_margin(line, height))[:_BODY]
        if len(body) >= 3 and first.setdefault(body, number) != number:
            same[number] = first[body]
    return same


def _mark_repeated(family: list[_Seen], total: int, same: Mapping[int, int], slack: float) -> None:
    """Mark a line that stands at one height on half of the pages, or on many."""
    enough = max(2, min(-(-(total - len(same)) // 2), _MANY))
    if len(family) < enough or _CONTENT.match(family[0][2].text):
        return
    family.sort(key=lambda entry: entry[0])
    begin = 0
    for position, (top, _, _) in enumerate(family):
        while top - family[begin][0] > slack:
            begin += 1
        group = family[begin : position + 1]
        if len(group) >= enough and len({same.get(number, number) for _, number, _ in group}) >= enough:
            for _, _, line in group:
                line.block = "running"


def _keep_head(lines: Sequence[Draft]) -> None:
    """A running head that alone says on the first page which sitting it is, says it there."""
    if any(line.block == "p" and _TELLS.match(line.text) for line in lines):
        return
    for line in lines:
        if line.block == "running" and _TELLS.match(line.text):
            line.block = "p"
            return


def _mark_numbers(pages: Sequence[tuple[int, float, Sequence[Draft]]], numbers: Counter[int]) -> None:
    """Bare numbers at the edge that count on from page to page, or that are the page's own number."""
    for number, height, lines in pages:
        for line in _edges(lines):
            bare = _BARE_NUMBER.fullmatch(line.text)
            if bare and line.block == "p" and _in_margin(line, height):
                offset = int(bare.group(1)) - number
                if offset == 0 or numbers[offset] >= max(2, len(pages) // 2):
                    line.block = "running"


def _edges(lines: Sequence[Draft]) -> Iterator[Draft]:
    """The first and last line, and those that only furniture parts from the edge."""
    for ordered in (lines, reversed(lines)):
        for line in ordered:
            furniture = line.block in {"running", "stamp"}
            yield line
            if not furniture:
                break
