"""Text without its accidents (accents, case, hyphenation, ligatures, lost letters), for matching.

Two foldings. `squeeze` keeps nothing but letters and digits, glued together, at the speed of C and
without offsets: enough to say that a page holds nothing of interest. `fold` is exact: its result
maps back to the original words, and is paid for only where `squeeze` found something.

The folded alphabet is ``a-z 0-9``, space, ``,`` (a break that words of one term never cross),
``.`` (end of a sentence, of a paragraph or of a list item) and ``?`` (a letter lost by a broken
encoding: U+FFFD, a question mark within a word, a letter of another script).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

import re2

SOFT, DROP, EXPAND, MOJIBAKE, QUESTION, DASH = "\x01", "\x02", "\x03", "\x04", "\x05", "\x06"
# Ɵ and Ʃ are what common PDF fonts give for the ligatures "ti" and "tt".
EXPANSIONS = {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "Ɵ": "ti", "Ʃ": "tt"}
EXPANSIONS |= {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
CLASSES = {
    SOFT: "\u00ad\ufffe\x02",
    DROP: "\u200b\u200c\u200d\u2060\ufeff\x01\u00b4\u00a8",
    MOJIBAKE: "ÃĂ√├",
    QUESTION: "?",
    "?": "\ufffd",
    DASH: "\u2012\u2013",
    "-": "-\u2010\u2011\u2212",
    "\n": "\n\x0b\x0c\x85\u2028\u2029",
    ",": ",:()[]{}/|\\=<>\u2014\u2015",
    ".": ".;!…•▪●◦‣■□➢➤✓·\uf0b7",
}


class _Table(dict[int, str]):
    """One character for one character; what is not in CLASSES is worked out at first sight."""

    def __missing__(self, code: int) -> str:
        self[code] = found = _plain(chr(code))
        return found


def _plain(char: str) -> str:
    if char in EXPANSIONS:
        return EXPAND
    if unicodedata.combining(char):
        return DROP
    base = unicodedata.normalize("NFKD", char)[0]
    if base.isascii() and base.isalnum():
        return base
    return "?" if char.isalpha() else " "


_TABLE = _Table({ord(char): mark for mark, chars in CLASSES.items() for char in chars})

# No alternative can fail after a long run: each either takes the whole run or stops at once, so that
# the work is linear whatever the page holds (a page of nothing but spaces, of "A.A.A.A", of hyphens).
_ACCIDENT = re.compile(
    r"(?P<soft>\x01(?:[ ]{0,4}\n[ ]{0,9})?)"
    r"|(?P<drop>\x02+)"
    r"|(?P<expand>\x03)"
    r"|(?P<mojibake>\x04[^A-Za-z0-9\n]?)"
    r"|(?P<hyphen>(?<=[A-Za-z?])-[ ]{0,4}\n[ \n]{0,9}(?=[A-Za-z]))"
    r"|(?P<joint>(?:(?<=[a-z])-[ ](?=[a-z])|(?<=[A-Z])-[ ](?=[A-Z])))"
    r"|(?P<space>[ ]{2,}[ \n]*|\n[ \n]*|[ ]\n[ \n]*)"
    r"|(?P<initials>(?<![A-Za-z0-9])(?:[A-Z]\.){2,}[A-Z]?)"
    r"|(?P<spaced>(?<![A-Za-z0-9?])(?:[A-Za-z][ ]){3,}[A-Za-z](?![A-Za-z0-9?])"
    r"(?:[ ]{2,3}(?:[A-Za-z][ ]){1,2}[A-Za-z](?=[ ]{2}))*)"
    r"|(?P<camel>(?<=[a-z]{2})(?=[A-Z][a-z]))"
)
# What every accident holds, at its start or two letters further on. google-re2 finds these ten times faster than ``re``
# does the accidents, so that _ACCIDENT is tried nowhere else.
_HINT = re2.compile(
    rb"[\x01-\x04\n]|[ ][ \n]|-[ \n]|[A-Z]\.[A-Z]\.|[A-Za-z][ ][A-Za-z][ ][A-Za-z][ ]|[a-z]{2}[A-Z][a-z]"
)
_LETTER_OR_GAP = re.compile(r"[A-Za-z]|[ ]{2,}")
_LIST_MARK = re.compile(r"(?:[-*.]|[0-9]{1,3}[ ]?[-.,]|[a-zA-Z][.,])[ ]")
# The sign itself first, what stands before it afterwards: so ``re`` looks at nothing else.
_ZERO = re.compile(r"0(?<=[A-Za-z]0)(?=[A-Za-z])")
_GONE = re.compile(
    r"(tec|fica|lisa|TEC|FICA|LISA) (?=(?:ons?|ONS?)\b)"
)  # "protec on", whose "ti" a font drew as nothing
_HYPHEN = re.compile(r"\x06(?<=[A-Za-z]\x06)(?=[A-Za-z])")
_LOST = re.compile(r"\x05(?<=[A-Za-z]\x05)(?=[A-Za-z])")
_INNER_DOT = re.compile(r"\.(?:(?<=[A-Za-z0-9]\.)(?=[A-Za-z0-9])|(?<=\b[A-Z]\.)|(?<=\b[Aa]rt\.)|(?<=\bMme\.))")


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text; ``text`` and ``cased`` (the same before lower case) are ASCII and equally long."""

    text: str
    cased: str
    original: str = field(repr=False)
    _folded: list[int] = field(repr=False)  # where a stretch that maps one to one begins here
    _origin: list[int] = field(repr=False)  # and in the original

    def origin(self, index: int) -> int:
        """Offset in the original text of the folded character at ``index``."""
        stretch = bisect_right(self._folded, index) - 1
        return min(self._origin[stretch] + index - self._folded[stretch], len(self.original))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of original text behind ``text[start:end]`` (not empty), combining marks included."""
        first, last = self.origin(start), self.origin(end - 1) + 1
        while last < len(self.original) and unicodedata.combining(self.original[last]):
            last += 1
        return first, last


def fold(text: str) -> Folded:
    """Normalise ``text`` for exact matching, in time linear in its length."""
    plain = text.translate(_TABLE)
    pieces: list[str] = []
    folded, origin = [0], [0]
    length = done = 0
    for found in _accidents(plain):
        begin, end = found.span()
        pieces.append(plain[done:begin])
        length += begin - done
        for offset, piece in _replace(found, text, plain):
            pieces.append(piece)
            folded.append(length)
            origin.append(offset)
            length += len(piece)
        folded.append(length)
        origin.append(end)
        done = end
    pieces.append(plain[done:])
    cased = _tidy("".join(pieces))
    return Folded(cased.lower(), cased, text, folded, origin)


def _accidents(plain: str) -> Iterator[re.Match[str]]:
    """The matches of _ACCIDENT, in order."""
    begin = 0
    for hint in _HINT.finditer(plain.encode("ascii")):
        while begin < hint.end():
            found = _ACCIDENT.search(plain, max(begin, hint.start()))
            if found is None:
                return
            yield found
            begin = max(found.end(), found.start() + 1)  # one kind is empty


def _replace(found: re.Match[str], text: str, plain: str) -> list[tuple[int, str]]:
    """What stands for an accident: pieces with the offset that each comes from."""
    begin, end = found.span()
    kind = found.lastgroup
    if kind in ("soft", "drop", "hyphen", "joint"):
        return [(begin, " ")] if kind == "drop" and text[begin:end] == "´" and _elided(text, begin) else []
    if kind == "expand":
        return [(begin, char) for char in EXPANSIONS[text[begin]]]
    if kind == "mojibake":
        return [(begin, " " if text[begin] in "√├" and end > begin + 1 and text[begin + 1].isspace() else "?")]
    if kind == "initials":
        return [(begin + i, char) for i, char in enumerate(found.group()) if char.isalpha()]
    if kind == "spaced":
        return [(begin + mark.start(), mark.group()[0]) for mark in _LETTER_OR_GAP.finditer(found.group())]
    if kind == "camel":
        return [(begin, " ")]
    breaks = found.group().count("\n") > 1 or ("\n" in found.group() and _LIST_MARK.match(plain, end))
    return [(begin, ". " if breaks else " ")]


def _elided(text: str, place: int) -> bool:
    """Whether an acute accent stands for an apostrophe ("d´un", "l´accord"); before an e it is one or the other."""
    before, after = text[max(place - 2, 0) : place], text[place + 1 : place + 2]
    return after.isalpha() and before[-1:].isalpha() and (not before[:-1].isalpha() or before.lower() == "qu")


def _tidy(cased: str) -> str:
    """Changes that keep the length: zero for o, question marks, dots that end no sentence, hyphens."""
    cased = _ZERO.sub("o", cased)
    if QUESTION in cased:
        cased = _LOST.sub("?", cased).replace(QUESTION, ".")
    if any(gap in cased for gap in ("c on", "a on", "C ON", "A ON")):
        cased = _GONE.sub(r"\1?", cased)
    if DASH in cased:
        cased = _HYPHEN.sub(" ", cased).replace(DASH, ",")
    return _INNER_DOT.sub(" ", cased).replace("-", " ")


def _latin(code: int) -> int:
    base = unicodedata.normalize("NFKD", chr(code))[0].lower()
    return ord("o") if base == "0" else ord(base) if base.isascii() and base.isalnum() else 0


_LOWER = bytes(_latin(code) for code in range(256))
_NOISE = bytes(code for code in range(256) if not _latin(code) or code in b"\xc3\xaa\xba\xb5\xb2\xb3\xb9\xbc\xbd\xbe")


_WIDE = [(char, letters) for char, letters in EXPANSIONS.items() if ord(char) > 0xFF]


def latin(text: str) -> bytes:
    """One byte a character, ``?`` for what Latin-1 lacks: case and boundaries are kept."""
    for char, letters in _WIDE:
        if char in text:
            text = text.replace(char, letters)
    return text.encode("latin-1", "replace")


def squeeze(latin_text: bytes) -> bytes:
    """Letters and digits only, lower case, unaccented, glued (zero reads as o); what is lost is left out."""
    return latin_text.translate(_LOWER, _NOISE)


_SIGNS = (
    ("\u2019", "'"), ("\u2018", "'"), ("\u201c", '"'), ("\u201d", '"'), ("\u2013", "/"), ("\u2014", "/"),
    ("\u2026", "."), ("\u2022", "."), ("\u202f", " "), ("\u2009", " "), ("\u20ac", "/"), ("\u2010", "-"),
    ("\u2011", "-"), ("\uf0b7", "."), ("\ufffe", "\u00ad"), ("\u200b", ""), ("\ufeff", ""),
)  # fmt: skip
_BYTES = re2.Options()
_BYTES.encoding = re2.Options.Encoding.LATIN1
_CUTS = (b"-\n", b"- \n", b"-\n ", b"-\n  ", b"\xad\n", b"\xad")
_RUN_ON = re2.compile(rb"([a-z]{2})([A-Z][a-z])", _BYTES)
_JOINT = re2.compile(rb"([A-Za-z])- ([A-Za-z])", _BYTES)
_WORDS = bytes(
    0x2E if chr(code) in ".;!\xb7" else code if chr(code) == "0" else _latin(code) or 0x20 for code in range(256)
)


def worded(text: str) -> tuple[bytes, bytes]:
    """The words of ``text`` apart, lower case and unaccented, dots kept, other signs as spaces; and that in Latin-1.

    Words cut at a line's end are joined. Letters that are lost are not made up for: the second shows them as ``?``.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        for sign, plain in _SIGNS:
            if sign in text:
                text = text.replace(sign, plain)
    letters = latin(text)
    for cut in _CUTS:
        if cut in letters:
            letters = letters.replace(cut, b"")
    if b"- " in letters:
        letters = _JOINT.sub(rb"\1\2", letters)
    if _RUN_ON.search(letters):
        letters = _RUN_ON.sub(rb"\1 \2", letters)
    return letters.translate(_WORDS), letters
