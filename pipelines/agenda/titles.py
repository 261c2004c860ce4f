"""Titles of items: joined, cleaned, told apart from formalities and from furniture of a document."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.agenda.words import capitals, join_lines, plain

_RAPPORTEUR = re.compile(
    r"[\s,;(–-]{0,4}\b(?:rapporteur(?:e|se)?s?|rapporte par|presente par|presentation par|sur (?:le )?rapport de"
    r"|expose de)\s*+:?\s*+"
    r"((?:m\.|mme|mm\.|mmes|mlle|monsieur|madame|mesdames|messieurs|le maire|la maire|m )[^()]{0,60}"
    r"|[a-z][^()\d]{2,50})\)?\.?$"
)
_NAMED = re.compile(  # "… M. Untel, rapporteur."
    r"[\s,;.(–-]{1,4}((?:m\.|mme|mm\.|mmes|monsieur|madame) [^().]{2,60}?),? rapporteur(?:e|se)?s?\.?\)?$"
)
_RAPPORTEUR_ROW = re.compile(
    r"^\(?(?:rapporteur(?:e|se)?s?|presente par|presentation(?= par| ?:))\s*(?:par)?\s*:?\s*(.{2,70})$"
)
_RAPPORTEUR_AFTER = re.compile(r"^\(?((?:m\.|mme|mm\.|mmes|monsieur|madame) .{2,60}?),? rapporteur(?:e|se)?s?\.?\)?$")
_MINOR = re.compile(
    r"^(?:(?:designation|nomination|election|choix|appel|elections?) (?:d'une?|du|de la|des"
    r"|d'un\(e\)) ?(?:ou d'une )?secretaires?"
    r"|secretaires? de seance|appel (?:nominal|des (?:conseillers|delegues|membres))|(?:verification"
    r"|constatation) du quorum|quorum"
    r"|pouvoirs|(?:informations?|communications?) et questions? diverses?|communications? (?:diverses?|du maire|de m"
    r"|du president)|questions? (?:diverses?|orales?|ecrites?)|points? divers"
    r"|informations? (?:diverses?|du maire)?$|informations?$|affaires diverses|divers$|signature du registre"
    r"|ouverture de (?:la )?seance"
    r"|points? d'informations?|tour de table|cloture)"
)
_FILE = re.compile(  # what a site prints after the name of a file
    r"\s{0,3}[(\[]\s{0,3}(?:(?:fichier |format )?(?:pdf|docx?|odt)\b[^()\[\]]{0,25}"
    r"|\d{1,7}(?:[.,]\d{1,3})? ?(?:ko|mo|kb|mb))\s{0,3}[)\]]\s{0,3}$"
    r"|\s{1,3}[-–]\s{0,3}\d{1,7}(?:[.,]\d{1,3})? ?(?:ko|mo|kb|mb)\s{0,3}$",
    re.IGNORECASE,
)
OPENS = re.compile(  # the link to a file, behind the title on its line
    r"\s(?:Télécharger|Consulter|Ouvrir|Voir|Lire|Visualiser)(?: (?:le|la|l['’]|ce|cette) ?"
    r"(?:documents?|fichier|pdf|PDF|délibération|rapport|annexe|projet|note|dossier)(?: \(?(?:pdf|PDF)\)?)?)?\s{0,3}$"
)
MOST_NAMED = 90  # characters of a title's end in which its rapporteur is named
_LEADER = " \t.…·_"  # what leads to the page number in a table of contents
_PAGE_NUMBER = re.compile(r"(?:[Pp](?:age|\.)\s?)?\d{0,4}$")
_PAGE = re.compile(r"(?:\s{0,3}[-–,(]?\s{0,3}|\s)(?:[Pp]age|[Pp]\.)\s?\d{1,4}\)?\s{0,3}$")
LONGEST = 1500  # characters from which it is no title any more
_SENTENCE = re.compile(r"\A(.{12,400}?[\w)»\"])\s?[.;:!?…](?=\s)", re.DOTALL)
_OBJECT = re.compile(r"^(?:objet|OBJET|Objet)\s*:\s*")
_NO_THEME = re.compile(
    r"\W{0,9}(?:ordre du jour|projets? de deliberations?|rapports?|deliberations?|conseil|seance|sommaire)\b[^-]{0,12}$"
)
CLOSING = re.compile(
    r"^(?:fait (?:a|le)\b|(?:le|la) (?:maire|presidente?)[,.]?$|le secretaire|veuillez |je vous prie (?:d'agreer"
    r"|de croire|de recevoir)"
    r"|vous (?:en souhaitant|remerciant)|comptant sur|dans l'attente|recevez|nous vous prions|en vous remerciant|agreez"
    r"|pouvoir\b.{0,20}$|procuration\b|je,? soussigne|cordialement|pour extrait|(?:liste )?(?:affichee?|publiee?"
    r"|mise? en ligne) (?:le|du)|certifie"
    r"|la seance (?:est|a ete) levee|seance levee|l'ordre du jour etant epuise|plus rien n'etant|retour a|partager"
    r"|imprimer|haut de page"
    r"|(?:je|nous) vous\b|vous (?:pouvez|trouverez|pourrez)|en cas d'(?:absence|empechement)|la population\b"
    r"|telecharger|pieces? jointes?|p\.?s\.? ?:|destinataires|copie|documents? (?:a telecharger|joints?))"
)
_STOP = re.compile(
    r"^(?:rapporteur|rapport$|expose|vu |considerant|le conseil|les membres|apres |monsieur |madame |m\. |mme "
    r"|il est propose|presents?\b"
    r"|vote\b(?! (?:des?|du|d'|sur|relatif|concernant)\b)|pour ?:|contre ?:|abstention|delibere|presente par|l'an "
    r"|annexe ?:|nombre de|sur (?:le )?rapport)"
)


def rapporteur_row(low: str) -> str | None:
    """The name on a line of its own ("Rapporteur : Mme Untel"), as an offset-free plain string; None elsewhere."""
    match = _RAPPORTEUR_ROW.match(low) or _RAPPORTEUR_AFTER.match(low)
    return match[1] if match else None


def split_rapporteur(title: str) -> tuple[str, str | None]:
    """A title without the rapporteur printed at its end, and that name."""
    low = plain(title)
    match = _RAPPORTEUR.search(low) or _NAMED.search(low, max(len(low) - MOST_NAMED, 0))
    if match is None or match.start() < 5:
        return title, None
    return title[: match.start()].rstrip(" -–,;:("), title[match.start(1) : match.end(1)].strip(" .)") or None


def clean_title(parts: Sequence[str]) -> str:
    """The printed lines of a title as one line, final comma or semicolon dropped."""
    title = join_lines(parts).rstrip()
    if title.count(".") > 3 or "…" in title or "··" in title or "__" in title:
        title = _without_leaders(title)
    if title[-1:].isdigit() or title[-1:] == ")":
        title = _PAGE.sub("", title)
    title = _OBJECT.sub("", title)
    if title.endswith((")", "]", "o", "b", "O", "B")):
        title = _FILE.sub("", title)
    title = OPENS.sub("", title)
    return opening(title.strip().rstrip(",;").rstrip())


def _without_leaders(title: str) -> str:
    """A line of a table of contents without the dots, and the page number behind them."""
    number = _PAGE_NUMBER.search(title, max(len(title) - 10, 0))
    led = title[: number.start()] if number else title
    bare = led.rstrip(_LEADER)
    dots = led[len(bare) :]
    return bare if dots.count(".") >= 4 or sum(map(dots.count, "…·_")) >= 2 else title


def opening(title: str) -> str:
    """A title as it is; of a whole paragraph set as a list item, its first sentence."""
    if len(title) <= LONGEST:
        return title
    sentence = _SENTENCE.match(title)
    return sentence[1] if sentence else f"{title[:300].rsplit(' ', 1)[0]} …"


def is_minor(title: str) -> bool:
    """Opening formalities and catch-all points (labels README)."""
    return bool(_MINOR.match(plain(title).lstrip("-•* ").removeprefix("les ")))


def is_rubric(text: str) -> bool:
    """A short line that names a theme: capitals, or a word or two with a colon."""
    words = text.split()
    if text[:1] in "()" or _NO_THEME.match(plain(text)):
        return False
    return len(text) <= 80 and (
        (capitals(text) and len(words) <= 9) or (text.rstrip().endswith(":") and len(words) <= 5)
    )


def stops(low: str) -> bool:
    """Lines that never continue a title."""
    return bool(_STOP.match(low) or CLOSING.match(low))
