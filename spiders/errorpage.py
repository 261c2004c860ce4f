"""Error pages that answer 200: a suspended account, maintenance, a wall against robots, a page that is no more."""

from __future__ import annotations

import re
from typing import Literal

from spiders.page import Page
from spiders.words import fold

ErrorKind = Literal["suspended", "maintenance", "wall", "gone", "empty"]

LONG = 2500  # characters of text beyond which a page is more than a notice


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"\b({'|'.join(alternatives)})\b")


_SIGNS: dict[ErrorKind, re.Pattern[str]] = {
    "suspended": _any(
        r"account (?:has been )?suspended|compte (?:a ete )?suspendu",
        r"hebergement (?:a ete |est )?(?:suspendu|expire)",
        r"site (?:web |internet )?(?:a ete |est )?(?:suspendu|desactive|ferme)|bandwidth limit exceeded",
        r"this site is (?:currently )?(?:suspended|unavailable)|domaine (?:a |est )?(?:expire|a vendre|parque)",
        r"domain (?:is for sale|has expired|parking|parked)|nom de domaine est a vendre",
    ),
    "maintenance": _any(
        r"(?:est |actuellement |temporairement |en cours de )*(?:en maintenance|indisponible|hors service)",
        r"under (?:construction|maintenance)|en (?:cours de )?construction|temporarily unavailable|be right back",
        r"nous revenons bientot|service unavailable|error establishing a database connection",
        r"erreur de connexion a la base|internal server error|erreur 50\d",
    ),
    "wall": _any(
        r"captcha|verify (?:that )?you are (?:a )?human|verification de securite|je ne suis pas un robot",
        r"i m not a robot|are you a robot|checking your browser|just a moment|attention required",
        r"access denied|acces refuse",
        r"request blocked|requete bloquee|ddos protection|enable javascript and cookies|unusual traffic",
        r"(?:n etes|etes) pas un robot|controle de securite|making sure you re not a bot|incapsula incident|ray id"
        r"|pardon our interruption|protection anti robots?|verifying your browser",
        r"verifions? que vous etes (?:un )?humain|prouvez que vous etes|trafic inhabituel|activite suspecte",
    ),
    "gone": _any(
        r"page (?:est |reste |demandee )*(?:introuvable|inexistante|non trouvee|n existe (?:pas|plus))|erreur 404",
        r"error 404|404 not found|not found|(?:document|fichier) (?:est introuvable|n existe (?:pas|plus))",
        r"(?:page|document|fichier) (?:demandee?|recherchee?) (?:est introuvable|n existe (?:pas|plus))",
        r"(?:page|document|fichier) (?:demandee?|recherchee?) n est plus disponible",
    ),
}
REASONS: dict[ErrorKind, str] = {
    "suspended": "the hosting account is suspended or the domain is parked",
    "maintenance": "the site says it is in maintenance",
    "wall": "a wall against robots (captcha) stands before the site",
    "gone": "the page says that it does not exist",
    "empty": "the page is empty",
}


def error_kind(page: Page) -> ErrorKind | None:
    """What kind of error page this is, or None. A long text, or one with many links, is a page."""
    text = fold(f"{page.title} . {' . '.join(page.headings[:3])} . {page.text[:LONG]}")
    if not page.text.strip() and not page.anchors:
        return "wall" if page.forms or _SIGNS["wall"].search(text) else "empty"
    if len(page.text) > LONG:
        return None
    said_on_top = fold(f"{page.title} . {' . '.join(page.headings[:2])}")
    outside = sum(anchor.zone == "content" for anchor in page.anchors)
    for kind, sign in _SIGNS.items():
        # on a page of some length only its title or first headings can say it
        if sign.search(said_on_top) or (sign.search(text) and len(page.text) < 700 and outside <= 8):
            return kind
    return None


def problem_of(page: Page, html: str, home: bool) -> ErrorKind | None:
    """The same, where it matters: a home page may speak of lost pages, and what scripts fill may be empty yet."""
    kind = error_kind(page)
    excused = (kind == "gone" and home) or (kind == "empty" and "<script" in html.lower())
    return None if excused else kind
