"""E-filing stamps: what a préfecture's or a platform's receipt prints on the pages of an act.

They stay in the text; their lines are marked, so that no consumer takes a stamp's date for the session's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from pipelines.text.drafts import Draft, printed

_DAY = r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}"
DATE = rf"{_DAY}|\d{{1,2}}(?:er)?\s\w+\s\d{{4}}"
_ACT = r"\d{3}-\d{9}-\d{6,8}-[\w.-]+"
_PREFECTURE = r"(?:sous-?\s?)?pr[eé]fecture"
_STATE = r"repr[eé]sentant\s+de\s+l.[EÉée]tat"
_STAMP = re.compile(
    rf"""(?:
    (?:envoy|re[cç]|transmis|d[eé]pos|t[eé]l[eé]transmis)\w*\s+(?:[àa]\s+la|en|au\s+contr[oô]le)\s*(?:{_PREFECTURE}|de\s+l[eé]galit[eé])\b
        \s*+(?:le)?\s*+:?\s*+(?:{DATE})?(?:\s*[àa]\s*\d\d?\s*[h:]\s*\d\d)?
    |(?:envoi|r[eé]ception)\s+(?:en\s+)?(?:sous-)?pr[eé]fecture\s*+:?\s*+(?:{DATE})?
    |(?:et\s+|de\s+la\s+|compte\s+tenu\s+de\s+(?:la|sa)\s+)?(?:transmission|d[eé]p[oô]t)\s+(?:en|[àa]\s+la)\s+{_PREFECTURE}\s*+(?:le)?\s*+:?\s*+(?:{DATE})
    |(?:d[eé]lib[eé]ration\s+)?(?:affich[eé]\w*\s+[àa]\s+(?:l.h[oô]tel[-\s]de[-\s]ville|la\s+mairie)\s+)?(?:et\s+)?
        (?:transmis\w*\s+au|re[cç]u\w*\s+par\s+le)\s+{_STATE}\s*+(?:le)?\s*+:?\s*+(?:{DATE})
    |accus[eé]\s+de\s+r[eé]ception\s+(?:en\s+{_PREFECTURE}|de\s+la\s+{_PREFECTURE}|[-–—]\s*minist[eè]re\s+de\s+l.int[eé]rieur)\s*+:?\s*+(?:{_ACT})?
    |date\s+de\s+(?:t[eé]l[eé]transmission|r[eé]ception\s+(?:en\s+|de\s+la\s+)?{_PREFECTURE}|r[eé]ception\s+de\s+l.a\.?r\.?)\s*+:?\s*+(?:{DATE})?
    |r[eé]ception\s+par\s+le\s+(?:sous-)?pr[eé]fet\s*+:?\s*+(?:le)?\s*(?:{DATE})?
    |a\.?r\.?\s+(?:de\s+la\s+|en\s+)?{_PREFECTURE}\b(?:\s+de\s+[\w-]+)?\s*+:?\s*+(?:{_ACT})?
    |acte\s+(?:rendu\s+)?(?:certifi[eé]\s+)?ex[eé]cutoire\s+apr[eè]s\s+(?:d[eé]p[oô]t|envoi|transmission)\s+(?:en|[àa]\s+la)\s+{_PREFECTURE}
        \s*+(?:le)?\s*+:?\s*+(?:{DATE})?(?:\s*et\s+(?:publication|affichage|notification)\s*(?:du|le)?\s*+:?\s*+(?:{DATE})?)?
    |(?:id|identifiant|n[°o]?\s*d.acte|acte)\s*+:?\s*+(?:99_\w\w-)?{_ACT}
    |(?:99_\w\w-)?{_ACT}
    )""",
    re.I | re.X,
)
# A word that every stamp has: most pages are spared the search proper, which is slow.
_WORDS = (
    "préfe", "prefe", "transmis", "ministère de l", "ministere de l", "égalit", "egalit", "présentant de l",
    "presentant de l", "de l'a", "de l’a",
)  # fmt: skip
# In lower case, and each begins with a letter of its own: so ``re`` looks at few places.
_MAY_STAMP = re.compile(r"pr[eé]fe[ct]|transmis|minist[eè]re de l|l[eé]galit|pr[eé]sentant de l|de l.a\.?r\b")
_ACT_NUMBER = re.compile(r"-\d{9}-\d")
_BESIDE_STAMP = re.compile(
    rf"""(?:
    (?:et\s+)?(?:de\s+la\s+|sa\s+)?(?:publi|affich|notifi|re[cç]u|mis)\w*(?:\s+en\s+ligne|\s+sur\s+le\s+site(?:\s+internet)?|\s+[àa]\s+l.h[oô]tel[-\s]de[-\s]ville)?
        (?:\s+le|\s+du|\s+et\s+publi\w*\s+le)?\s*+:?\s*+(?:{DATE})?
    |(?:d[eé]lib[eé]ration|acte)\s+affich\w+\s+[àa]\s+(?:l.h[oô]tel[-\s]de[-\s]ville|la\s+mairie)
    |(?:le\s*:?\s*)?{_DAY}
    |s.?l.?o.?w?|berger[ -]levrault|application\s+agr[eé]{{1,2}}e\s+\S+(?:\s?\.\s?com)?|e-?l[eé]galit[eé]\S*
    |(?:acte\s+|document\s+)?(?:rendu\s+)?(?:certifi[eé]\s+)?(?:(?:conforme|ex[eé]cutoire)(?:\s+et\s+)?)+(?:\s+par\s+(?:le|la|l)\b.{{0,40}})?(?:\s*,?\s*compte\s+tenu)?
    |r\.?f\.?|r[eé]publique\s+fran[cç]aise|{_PREFECTURE}\s+(?:du|de|des|d)\b.{{0,40}}|contr[oô]le\s+de\s+l[eé]galit[eé]
    )\s*+[,.;]?\s*+""",
    re.I | re.X,
)
_ALIKE = 80.0  # of 100, how alike a recognised line is to a phrase that it is
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_PHRASES = (
    "envoyé en préfecture le ", "reçu en préfecture le ", "transmis en préfecture le ",
    "accusé de réception en préfecture", "accusé de réception préfecture", "date de télétransmission ",
    "date de réception préfecture ",
    "déposé en préfecture le ", "acte certifié exécutoire ", "envoi préfecture ", "réception en préfecture ",
)  # fmt: skip


def mark_stamps(lines: Sequence[Draft], *, noisy: bool = False) -> None:
    """Mark the lines of e-filing stamps ("Envoyé en préfecture le …", "ID : 029-…") of one page.

    ``noisy``: the page was recognised, so that a stamp may be misspelt.
    """
    low = [line.text.lower() for line in lines]
    whole = "\n".join(low)
    if not noisy and not any(word in whole for word in _WORDS) and not _ACT_NUMBER.search(whole):
        return
    stamps = [False] * len(lines)
    for number, line in enumerate(lines):
        if _MAY_STAMP.search(low[number]) or _ACT_NUMBER.search(low[number]):
            line.stamped = sum(printed([found.group()]) for found in _STAMP.finditer(line.text))
        if noisy and not line.stamped and _like_stamp(line.text):
            line.stamped = printed([line.text])
        stamps[number] = line.stamped > 0 and line.stamped > 0.6 * printed([line.text])
    if True not in stamps:
        return
    for number in (*range(len(lines)), *range(len(lines) - 1, -1, -1)):
        near = True in stamps[max(number - 2, 0) : number + 3]
        stamps[number] = stamps[number] or (near and bool(_BESIDE_STAMP.fullmatch(lines[number].text)))
        if stamps[number]:
            lines[number].block = "stamp"


def _like_stamp(text: str) -> bool:
    """Whether a short line is nearly one of the phrases that stamps consist of."""
    if not 12 <= len(text) <= 60:
        return False
    words = _NOT_LETTERS.sub(" ", text.casefold())
    return any(fuzz.ratio(phrase, words, score_cutoff=_ALIKE) for phrase in _PHRASES)
