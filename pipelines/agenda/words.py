"""French text made comparable without moving a character: every offset stays valid."""

from __future__ import annotations

import re
import unicodedata
from codecs import charmap_decode, charmap_encode
from collections.abc import Sequence
from encodings import cp1252

_ODD = {
    "’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "′": "'",
    "–": "-", "—": "-", "‑": "-", "‐": "-", "−": "-", "\ufffe": "-", "\u00ad": "-",
    "º": "°", "˚": "°", "“": '"', "”": '"', "…": ".",
    "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2007": " ", "\u2003": " ", "\t": " ",
}  # fmt: skip


def _table() -> dict[int, str]:
    table = {}
    for code in (*range(0x250), *range(0x1E00, 0x1F00)):
        first = unicodedata.normalize("NFD", chr(code))[0].lower()
        if len(first) == 1 and first != chr(code):
            table[code] = first
    return table | {ord(key): value for key, value in _ODD.items()}


_PLAIN = _table()
# The same by way of Windows-1252, which has all that French is printed with: a string of 256 characters.
_PLAIN_CHARMAP = cp1252.decoding_table.translate(_PLAIN)
_RUN = re.compile(r"[a-z0-9]+")
# A hyphen at a line's end belongs to the word after these, and is the printer's after anything else.
_COMPOUND = re.compile(
    r"(?:^|[^a-z])(?:compte|proces|video|sous|non|apres|avant|demi|semi|vice|extra|ex|mi|saint|sainte|auto|rez|chef"
    r"|contre|grand|haut|bas|la|celui|celle|ceux|dit|plan|prets|porte|centre|main|savoir|aide|peri|co|multi|eco)-$"
)


def plain(text: str) -> str:
    """Lower case without accents, straight apostrophes and hyphens; as long as ``text``, character for character."""
    try:  # four times faster
        return charmap_decode(charmap_encode(text, "strict", cp1252.encoding_table)[0], "strict", _PLAIN_CHARMAP)[0]
    except UnicodeEncodeError:
        return text.translate(_PLAIN)


def fold_title(text: str) -> str:
    """A title reduced to its letters and digits, for comparing."""
    return " ".join(_RUN.findall(plain(text).replace("œ", "oe")))


def first_word(low: str) -> str:
    """The first word of ``fold_title`` of a text, or nothing; ``low`` is the text in plain."""
    found = _RUN.search(low.replace("œ", "oe"))
    return found.group() if found else ""


def squeeze(text: str) -> str:
    """One space where there were several; none at the ends."""
    return " ".join(text.split())


def join_lines(parts: Sequence[str]) -> str:
    """The lines of one title as one text, end-of-line hyphens undone."""
    joined = ""
    for part in (squeeze(part) for part in parts):
        if joined[-1:] in ("\ufffe", "\u00ad"):
            joined = joined[:-1] + part
        elif joined[-1:] == "\u2011":  # a compound word's own hyphen (pipelines.agenda.hyphens)
            joined = f"{joined[:-1]}-{part}"
        elif joined[-1:] == "-" and (joined[-2:-1].isalnum() or joined[-2:-1] == "_") and part[:1].isalpha():
            cut = part[:1].islower() and not _COMPOUND.search(plain(joined))
            joined = (joined[:-1] if cut else joined) + part
        elif joined and part:
            joined = f"{joined} {part}"
        else:
            joined = joined or part
    return joined.replace("\ufffe", "").replace("\u00ad", "")


def capitals(text: str) -> bool:
    """Whether a text is printed in capitals (a word or two in lower case is forgiven)."""
    letters = "".join(filter(str.isalpha, text))
    return len(letters) >= 3 and sum(map(str.isupper, letters)) >= 0.8 * len(letters)


def unspaced(text: str) -> str:
    """Letter-spaced headings drawn together ("O R D R E  D U  J O U R" gives "ORDREDUJOUR"); others untouched."""
    lengths = list(map(len, text.split()))
    if len(lengths) >= 4 and lengths.count(1) >= 0.8 * len(lengths):
        return " ".join("".join(word.split()) for word in re.split(r"\s{2,}", text.strip()))
    return text


def name_words(name: str) -> str:
    """A file name, URL part or link text as plain words: underscores, camelCase and extensions undone."""
    text = re.sub(r"\.(?:pdf|docx?|odt|html?|php|aspx?|txt|rtf)$", "", name.strip(), flags=re.IGNORECASE)
    text = re.sub(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Ý])", " ", text)
    text = re.sub(r"%20|[_+]", " ", text)
    return squeeze(plain(text))
