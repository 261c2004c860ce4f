"""However a word of the lexicon is misspelt by files, it is found, and its words are given back as they stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.lexicons import load
from pipelines.matching import hits
from pipelines.text.fold import fold

WORDS = (
    "vidéoprotection", "vidéosurveillance", "reconnaissance faciale", "caméras-piétons", "identification biométrique",
    "lecture automatisée de plaques d'immatriculation",
)  # fmt: skip
SENTENCE = "Extension du dispositif, {} de la police municipale sur la voie publique."


def spaced(words: str) -> str:
    return "  ".join(" ".join(word) for word in re.split("[ -]", words))


def cut(mark: str) -> Callable[[str], str]:
    return lambda words: words[:5] + mark + words[5:]


def misread(charset: str) -> Callable[[str], str]:
    return lambda words: words.encode().decode(charset, "replace")


SPELLINGS: dict[str, Callable[[str], str]] = {
    "capitals": str.upper,
    "decomposed": lambda words: unicodedata.normalize("NFD", words),
    "without accents": lambda words: unicodedata.normalize("NFD", words).encode("ascii", "ignore").decode(),
    "cut at the line's end": cut("-\n"),
    "cut, with blanks": cut("-  \n    "),
    "cut with U+2010": cut("\u2010\n"),
    "cut, joined later": cut("- "),
    "soft hyphen": cut("\u00ad"),
    "soft hyphen at the end": cut("\u00ad\n"),
    "PDFium's mark": cut("\ufffe\r\n"),
    "zero width space": cut("\u200b"),
    "control character": cut("\x01"),
    "letter-spaced": spaced,
    "letter-spaced capitals": lambda words: spaced(words).upper(),
    "no-break": lambda words: words.replace(" ", "\u00a0").replace("-", "\u2011"),
    "narrow no-break": lambda words: words.replace(" ", "\u202f"),
    "en dash": lambda words: words.replace("-", "–"),
    "minus": lambda words: words.replace("-", "−"),
    "over two lines": lambda words: words.replace(" ", "\n").replace("-", "-\n"),
    "underscores": lambda words: words.replace(" ", "_").replace("-", "_"),
    "camel case": lambda words: "".join(word.capitalize() for word in re.split("[ -]", words)),
    "ligatures": lambda words: words.replace("fi", "ﬁ").replace("ti", "Ɵ"),
    "lost ti": lambda words: words.replace("ti", "?"),
    "lost accents": lambda words: words.replace("é", "\ufffd"),
    "question marks": lambda words: words.replace("é", "?"),
    "zero for o": lambda words: words.replace("o", "0"),
    "accents apart": lambda words: words.replace("é", "´e"),
    "apostrophes": lambda words: words.replace("'", "’"),
    "apostrophes lost": lambda words: words.replace("'", " "),
    **{f"misread as {charset}": misread(charset) for charset in ("cp1252", "latin-1", "cp1250", "mac_roman", "cp850")},
}


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
def test_every_spelling_is_found_with_its_own_words(spelling: Callable[[str], str]) -> None:
    lexicon = load()
    for words in WORDS:
        wanted = {hit.topic for hit in hits(SENTENCE.format(words), lexicon)}
        text = SENTENCE.format(spelling(words))
        found = hits(text, lexicon)
        assert wanted and wanted <= {hit.topic for hit in found}, words
        for hit in found:
            assert fold(text[hit.start : hit.end]).text.strip() in fold(text).text
            assert not text[hit.start : hit.end].isspace()


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Vidéo protec on des écoles, identifica on", "video protec?on des ecoles, identifica?on"),
        ("avec on ne sait, donc on vote", "avec on ne sait, donc on vote"),
        ("C E N T R E  D E  S U P E R V I S I O N", "centre de supervision"),
        ("d´un accord, vid´eo", "d un accord, video"),
        ("2020–2021, Paris – Lyon, caméras–piétons", "2020,2021, paris , lyon, cameras pietons"),
        ("√ vidéo, vid√©o", "?video, vid?o".replace("?v", " v")),
    ],
)
def test_folding_of_rarer_accidents(text: str, folded: str) -> None:
    assert re.sub(" +", " ", fold(text).text) == re.sub(" +", " ", folded)


@given(
    st.lists(
        st.sampled_from(
            ["vidéo", "protection", "Vi\u00addéo", "v i d é o", "pro-\ntection", "ca\ufb01", "Ɵ", "Ã©", "C.S.U.", "´e"]
        ),
        min_size=1,
        max_size=8,
    ),
    st.data(),
)
@settings(max_examples=200, deadline=None)
def test_a_span_folds_to_what_was_found(pieces: list[str], data: st.DataObject) -> None:
    text = " ".join(pieces)
    done = fold(text)
    words = [found.span() for found in re.finditer(r"[a-z0-9?]+", done.text)]
    if words:
        start, end = data.draw(st.sampled_from(words))
        first, last = done.span(start, end)
        again = re.sub(r"[ .,]+", "", fold(text[first:last]).text)
        assert again == done.text[start:end] or again.replace("?", "") == done.text[start:end].replace("?", "")
