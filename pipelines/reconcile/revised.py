"""What a reader would call a change between two states of one text: never stamps, signatures, page numbers or spacing.

Pure. Two texts are compared word by word, without case, accents, hyphens and line breaks; a difference counts where a
figure differs, or a word that is no other spelling of the one it replaces.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

LONGEST = 6_000  # words that are compared
SHOWN = 220  # characters of a passage
AROUND = 6  # words shown on either side of what differs
NEAR = 3  # equal words between two differences that are shown as one
SAME_WORD = 85.0  # of rapidfuzz: "caméra", "caméras"
REPEATED = 3  # a short line that stands so often is the head or foot of pages
SHORT_LINE = 80
NAME_LINE = 40
REACH = 800  # characters
LEADING = 4  # words that may stand before a title: "Rapport n° 7"

_WORD = re.compile(
    r"(?<!\d)\d{1,3}(?:[ \u00a0\u202f.]\d{3})+(?!\d)(?:,\d+)?|\d+(?:[.,:/]\d+)*|[^\W\d_]+(?:['’‐‑-][^\W\d_]+)*"
)
_BROKEN = re.compile(r"(?<=[^\W\d_])[-‐‑]\s*\n\s*(?=[^\W\d_])")
_SHORT_BUT_GRAVE = frozenset({"pas", "non", "ni"})
_SENTENCE = re.compile(r"[.;!?:](?=\s)|\n\s*\n|\n(?=[A-ZÀ-Ý0-9])")
# Lines, folded, that say nothing of the matter.
_NOISE = re.compile(
    r"(?:.{0,60}\bpage \d+.{0,12}|[-–— ]*\d{1,4}[-–— ]*|\d{1,4} ?(?:/|sur) ?\d{1,4}|.*\.{4,} ?\d+"
    r"|(?:envoye|recu|transmis|depose)e?s? (?:en|a la|au) (?:sous-)?(?:prefecture|controle).{0,80}"
    r"|(?:affiche|publie|mise? en ligne|imprime|edite|genere|telecharge)e?s? (?:le\b|:|electroniquement).{0,60}"
    r"|date (?:de|d')\W?(?:publication|affichage|reception|transmission|mise en ligne|impression|edition).{0,60}"
    r"|(?:derniere )?mise a jour.{0,40}|derniere modification.{0,40}|version (?:du|n).{0,30}"
    r"|id ?: ?\S+|accuse de reception.{0,80}|certifie (?:executoire|conforme|exact).{0,80}|acte (?:rendu )?executoire.*"
    r"|fait (?:et delibere )?a .{2,60}|sign(?:e|ature)\b.{0,60}|document signe.{0,80}|pour (?:extrait|copie).{0,40}"
    r"|berger.levrault.{0,20}|s2low.{0,40})"
)
_SIGNS = re.compile(
    r"(?:pour )?l[ea] (?:maire|presidente?|secretaire(?: de seance)?)(?: d[eu']\W?[\w -]{1,30})?[ ,.:]*"
)


@dataclass(frozen=True, slots=True)
class Passage:
    """One difference with some words around it; ``before`` is None where words came in, ``after`` where they left."""

    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class _Word:
    folded: str
    start: int
    end: int


def passages(
    old: str, new: str, headings: tuple[str, str] = ("", ""), near: tuple[str, ...] = ()
) -> tuple[Passage, ...]:
    """The differences between two states of a text that matter to a reader, in their order.

    ``headings``: the number and title that each may begin with; they are told otherwise.
    ``near``: words found; where some are given, only what differs within ``REACH`` characters of one counts.
    """
    texts = _cleaned(old), _cleaned(new)
    words = [_without(_words(text), heading) for text, heading in zip(texts, headings, strict=True)]
    found = []
    for i, j, k, m in _differences(*words):
        ranges = ((0, i, j), (1, k, m))
        here = not near or any(_reaches(texts[side], words[side], a, b, near) for side, a, b in ranges)
        if here and _matters(*([word.folded for word in words[side][a:b]] for side, a, b in ranges)):
            found.append(Passage(*(_around(texts[side], words[side], a, b) for side, a, b in ranges)))
    return tuple(found)


def _reaches(text: str, words: Sequence[_Word], begin: int, end: int, near: Sequence[str]) -> bool:
    """Whether some words stand near one of those that were found."""
    if begin == end:
        return False
    around = text[max(0, words[begin].start - REACH) : words[end - 1].end + REACH].casefold()
    return any(each.casefold() in around for each in near if each)


def alike(one: str, other: str) -> float:
    """How much of two texts is the same, word by word: 0 to 1."""
    left, right = ([word.folded for word in _words(_cleaned(text))] for text in (one, other))
    return Indel.normalized_similarity(left, right)


def _cleaned(text: str) -> str:
    """Without the lines that stamps, signatures, heads and feet of pages add."""
    text = _BROKEN.sub("", text.replace("\u00ad", ""))
    lines = [(line.strip(), _fold(line.strip())) for line in text.splitlines()]
    often = Counter(folded for _, folded in lines if 0 < len(folded) <= SHORT_LINE)
    kept: list[str] = []
    names = 0  # lines after "Le Maire," that may hold a name
    for line, folded in lines:
        if _SIGNS.fullmatch(folded):
            names = 2
        elif names and folded and len(folded) <= NAME_LINE and not re.search(r"\d", folded):
            names -= 1
        elif not (_NOISE.fullmatch(folded) or often[folded] >= REPEATED):
            kept.append(line)
            names = names if not folded else 0
    return "\n".join(kept)


def _fold(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))


def _words(text: str) -> list[_Word]:
    return [_Word(_plain(found[0]), *found.span()) for found in _WORD.finditer(text)][:LONGEST]


def _plain(word: str) -> str:
    if word[0].isdigit():
        return re.sub(r"[ \u00a0\u202f]|\.(?=\d{3}(?:\D|$))|,0+$", "", word)
    return re.sub(r"[^\w]", "", _fold(word))


def _without(words: list[_Word], heading: str) -> list[_Word]:
    """The words after the number and title, or after the number alone, where a text begins with them."""
    told = [word.folded for word in _words(heading)]
    number = [told.pop(0)] if told and told[0][0].isdigit() else []
    for start in (told, number):
        for first in range(min(LEADING, len(words))):
            if start and [word.folded for word in words[first : first + len(start)]] == start:
                return words[first + len(start) :]
    return words


def _differences(old: Sequence[_Word], new: Sequence[_Word]) -> Iterator[tuple[int, int, int, int]]:
    """(begin, end) in the old words and in the new ones; those that nearly touch are one."""
    found: list[tuple[int, int, int, int]] = []
    for step in Indel.opcodes([word.folded for word in old], [word.folded for word in new]):
        if step.tag == "equal":
            continue
        i, j, k, m = step.src_start, step.src_end, step.dest_start, step.dest_end
        if found and i - found[-1][1] <= NEAR and k - found[-1][3] <= NEAR:
            i, k = found[-1][0], found[-1][2]
            found.pop()
        found.append((i, j, k, m))
    return iter(found)


def _matters(old: Sequence[str], new: Sequence[str]) -> bool:
    if "".join(old) == "".join(new):
        return False  # words divided otherwise
    gone, come = Counter(old) - Counter(new), Counter(new) - Counter(old)
    words: list[list[str]] = []
    for each in (gone, come):
        if any(word[0].isdigit() for word in each):
            return True
        words.append([word for word in each.elements() if len(word) > 3 or word in _SHORT_BUT_GRAVE])
    left, right = words
    for word in list(left):
        twin = next((other for other in right if fuzz.ratio(word, other) >= SAME_WORD), None)
        if twin is not None:
            left.remove(word)
            right.remove(twin)
    return bool(left or right)


def _around(text: str, words: Sequence[_Word], begin: int, end: int) -> str | None:
    """The words that differ and a few on either side, within their sentence."""
    if begin == end:
        return None
    first, last = words[begin].start, words[end - 1].end
    left = words[max(0, begin - AROUND)].start
    right = words[min(len(words), end + AROUND) - 1].end
    starts = [left + cut.end() for cut in _SENTENCE.finditer(text[left:first])]
    stop = _SENTENCE.search(text, last, right)
    said = " ".join(text[max([left, *starts]) : stop.start() if stop else right].split())
    said = said if len(said) <= SHOWN else f"{said[:SHOWN].rstrip()}…"
    before = "" if starts or begin <= AROUND else "… "
    return f"{before}{said}" if stop or end + AROUND >= len(words) or said.endswith("…") else f"{before}{said} …"
