"""When two titles say the same thing (DESIGN §2: 0.85), and how much of one stands in the other."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import fuzz

SAME_TITLE = 85.0  # DESIGN §2, in rapidfuzz's percent
SAME_NUMBER_AND_TITLE = 60.0  # under one number, a corrected wording is still the same item
CONTAINED = 95.0  # a short title inside a longer one ("FINANCES - Plan de …"), once long enough to mean something
CONTAINED_LENGTH = 20
STEM = 6  # letters that the forms of a French word share ("subvention", "subventions"; "municipal", "municipaux")
_NOT_WORD = re.compile(r"[\W_]+")
_EMPTY_WORDS = """
    afin ainsi au aux avec bis cadre ce ces cet cette chez dans de des dont du elle en entre ere est et ier il ils la le
    les leur leurs lors mme mm mr ne non nos notre nous objet ou par pas point points pour pres puis qu que qui sa sans
    se ses soit son sont sous suite sur ta tel titre un une vers vos votre vous
"""
# What half the titles of any council say: two titles that share only these need not be about one thing.
_USUAL_WORDS = """
    acquisition adoption agglomeration annee approbation attribution autorisation avenant avis budget choix commune
    communal communaute communication compte conclusion conseil convention creation decision deliberation demande
    designation dispositif dossier election exercice extension finances financement fixation information local maire
    maitre marche mise modification motion municipal nouveau operation partenariat passation plan presentation president
    prise programme projet public rapport realisation reglement renouvellement reseau secteur service signature
    subvention systeme tarif territoire travaux vente ville voeux vote
"""


def _stem(word: str) -> str:
    return word[:STEM].rstrip("sx")


_EMPTY = frozenset(_EMPTY_WORDS.split())
_USUAL = frozenset(map(_stem, _USUAL_WORDS.split()))


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """Lower case, no accents, words separated by single spaces: for comparing, never for showing."""
    bare = "".join(ch for ch in unicodedata.normalize("NFKD", text) if not unicodedata.combining(ch))
    return _NOT_WORD.sub(" ", bare.casefold().replace("œ", "oe")).strip()


@lru_cache(maxsize=16384)
def plain_number(number: str | None) -> str:
    """A number without its decoration, so that "N° 07" and "7." agree."""
    if not number:
        return ""
    return re.sub(r"\b0+(?=\d)", "", plain(number).removeprefix("n ").removeprefix("no "))


@lru_cache(maxsize=16384)
def last_run(number: str | None) -> int | None:
    """The last run of digits in a number: 27 of "27", of "2026-027", of "D.2026/03-27"; None where there is none."""
    runs = re.findall(r"\d{1,9}", number or "")
    return int(runs[-1]) if runs else None


@lru_cache(maxsize=65536)
def stems(text: str) -> frozenset[str]:
    """The words that mean something, each by the letters its forms share; years and other numbers are words too."""
    return frozenset(
        word if word.isdigit() else _stem(word)
        for word in plain(text).split()
        if word not in _EMPTY and (len(word) > 2 or word.isdigit())
    )


def is_specific(stem: str) -> bool:
    """Whether a stem names a thing, and not a year or the business of any council."""
    return not stem.isdigit() and stem not in _USUAL


def weight(words: Iterable[str]) -> float:
    """What stems are worth as evidence: 1 for a thing, a half for what any title may say."""
    return sum(1.0 if is_specific(stem) else 0.5 for stem in words)


def kinship(one: str, other: str) -> float:
    """How much of the shorter of two titles stands in the other, 0..1, whatever the order of the words."""
    left, right = stems(one), stems(other)
    least = min(weight(left), weight(right))
    return weight(left & right) / least if least else 0.0


@lru_cache(maxsize=262144)
def title_score(one: str, other: str) -> float:
    """How alike two titles are, 0..100; the digits in them must agree ("lot 1" is not "lot 2")."""
    left, right = plain(one), plain(other)
    if left == right:
        return 100.0
    if not left or not right:
        return 0.0
    score = float(fuzz.ratio(left, right))
    if score >= SAME_TITLE and digits(left) != digits(right):
        return SAME_TITLE - 1
    return score


def contained(one: str, other: str) -> bool:
    """Whether the shorter title stands in the longer one, with all its digits; too short to mean much: no."""
    left, right = sorted((plain(one), plain(other)), key=len)
    if len(left) < CONTAINED_LENGTH or set(digits(left)) - set(digits(right)):
        return False
    return fuzz.partial_ratio(left, right) >= CONTAINED


@lru_cache(maxsize=65536)
def digits(text: str) -> tuple[str, ...]:
    """The words of a plain text with digits in them, sorted."""
    return tuple(sorted(word for word in text.split() if not word.isalpha()))
