"""What stands in the lists of a site's pages and is no point of an agenda: names of papers, and controls."""

from __future__ import annotations

import re

from pipelines.agenda.dates import find_dates
from pipelines.agenda.kinds import AGENDA_HEADING
from pipelines.agenda.rows import Row

_FORMAT = r"(?:pdf|docx?|odt|ods|xlsx?|zip|rtf|html?)"
_SIZE = re.compile(
    rf"\s{{0,3}}[-–(\[]?\s{{0,3}}(?:(?:fichier |format |document )?{_FORMAT}\b[^()\[\]]{{0,25}}"
    r"|(?<!\d)\d{1,7}(?:[.,]\d{1,3})? ?(?:ko|kio|mo|mio|kb|mb|octets)\b\.?)\s{0,3}[)\]]?\s{0,3}$"
)
_PAPER = re.compile(
    r"\b(?:ordres? du jour|odj|convocations?|(?:listes?|recueils?|registres?|extraits?)(?: des?| du)? (?:deliberations?"
    r"|decisions|actes(?: administratifs)?)|deliberations?|proces ?-? ?verba(?:l|ux)|pv|comptes? ?-? ?rendus?|cr"
    r"|notes? (?:explicatives? )?de synthese|dossiers? (?:de (?:la )?seance|des rapports|du conseil|complet)"
    r"|rapports?|annexes?(?: \d{1,2})?|pieces? jointes?|documents?|diaporama|enregistrement|video)\b"
)
_SMALL = re.compile(
    r"(?:les?|la|l|des?|du|d|et|ou|au|a|en|no?|conseil|municipal|communautaire|departemental|regional|metropolitain"
    r"|bureau|seances?|reunion|session|publique|(?:extra)?ordinaire|pdf|signee?|complete?|integral|definitif|provisoire"
    r"|approuvee?|examinees|adoptees|prises|telecharger|voir|lire|consulter|ouvrir|afficher|visualiser|fichier)"
)
_OPENS = re.compile(
    r"^\W{0,3}(?:ouvrir (?:dans|le|la|l'|en)|telecharge[rz]|(?:voir|consulte[rz]|lire|visualiser|afficher)"
    r" (?:le|la|les|l'|ce|en)\b|(?:version|format) pdf)"
)
_CONTROL = re.compile(
    r"^\W{0,3}(?:retour(?:ner)?(?: |$)|lire (?:la suite|l'article|plus)|en savoir plus|voir (?:aussi|tou[st]|plus)"
    r"|laisser un commentaire|commentaires?$|articles? (?:plus )?(?:recents?|anciens?|suivants?|precedents?)"
    r"|(?:page|article)? ?(?:precedente?|suivante?)\W*$|partager|imprimer|haut de page|plan du site|mentions legales"
    r"|accueil\b|accessibilite|aller au contenu|connexion$|publie (?:le|dans)|poste (?:le|dans))"
)
_TEASER = re.compile(r"(?:\[\s*(?:…|\.{1,3})\s*\]|\blire la suite\b.{0,3}|\ben savoir plus\b.{0,3})\s*[»>→]*$")
_AGENDA_LINK = re.compile(r"\b(?:voir|consulter|telecharger|lire|ouvrir|afficher) l'ordre du jour")
LONGEST = 110  # characters of a link that is nothing but a link


def sized(low: str) -> bool:
    """Whether plain text ends with the format and size of a file."""
    return bool(_SIZE.search(low))


def names_paper(low: str) -> bool:
    """Whether plain text is the name of a sitting's paper and nothing else, dates and sizes aside."""
    if len(low) > LONGEST:
        return False
    bare = _SIZE.sub("", low)
    for one in reversed(find_dates(bare)):
        bare = bare[: one.start] + " " + bare[one.end :]
    bare, papers = _PAPER.subn(" ", bare)
    return papers > 0 and all(_SMALL.fullmatch(word) for word in re.findall(r"[a-z]+", bare))


def dated_papers(row: Row) -> bool:
    """A line of a list of sittings: a day, and the papers of that day."""
    return row.web and bool(find_dates(row.plain)) and names_paper(row.plain)


def only_day(row: Row) -> bool:
    """A line that is nothing but a day, as stands below the headings of a site's news."""
    if len(row.text) > 40 or not (dates := find_dates(row.plain)):
        return False
    return len(row.text) - (dates[0].end - dates[0].start) <= 12


def opens_paper(row: Row) -> bool:
    """A link that opens the document whose name stands before it, or a document's name itself."""
    return row.web and len(row.text) <= LONGEST and (bool(_OPENS.match(row.plain)) or names_paper(row.plain))


def is_control(row: Row) -> bool:
    """A link of the page's own ("Retour", "Lire la suite"): the list above it is over."""
    return row.web and len(row.text) <= LONGEST and bool(_CONTROL.match(row.plain))


def links_away(row: Row) -> bool:
    """A line that leads from this page to a paper or back to a sitting."""
    if row.block == "heading":
        return False
    own = AGENDA_HEADING.search(row.plain) and not sized(row.plain) and not _AGENDA_LINK.search(row.plain)
    return (not own and opens_paper(row)) or is_control(row) or (row.web and bool(_AGENDA_LINK.search(row.plain)))


def is_teaser(row: Row) -> bool:
    """The first words of an article that stands on another page."""
    return row.web and bool(_TEASER.search(row.plain))
