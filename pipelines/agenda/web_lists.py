"""Where the list of a sitting begins on a page that does not say "ordre du jour" right above it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.agenda.bodies import find_bodies
from pipelines.agenda.clock import find_times
from pipelines.agenda.dates import find_dates
from pipelines.agenda.furniture import dated_papers, is_teaser, names_paper, opens_paper
from pipelines.agenda.rows import Row
from pipelines.agenda.tables import columns
from pipelines.agenda.unmarked import HEADER
from pipelines.agenda.web import RUBRIC
from pipelines.agenda.words import plain

_LEAST = 3  # rows of a list that nothing announces
_MOST = 0.45  # of its rows have the words of points
_NEAR = 6  # rows below the last word of the sitting in which its list begins
_ANNOUNCES = re.compile(
    r"\b(?:au programme|(?:a|de) l'ordre du jour|ordre du jour|points? (?:suivants?|inscrits?|a l'etude)"
    r"|(?:sujets?|dossiers?|questions?|affaires?) (?:suivante?s?|abordee?s?)"
    r"|(?:examinera?|debattra|se prononcera?|deliberera?"
    r"|seront (?:examinee?s?|abordee?s?|evoquee?s?|debattus?|soumise?s?))"
    r"\b[^.:]{0,60}|ordre du jour (?:reste|est|demeure|sera)\b[^.:]{0,30})[^.:\w]{0,3}"
    r"(?:de (?:la|cette) (?:seance|reunion) ?|notamment ?|sur ?)?:\W{0,3}$"
)
_PAPERS = re.compile(
    r"\b(?:deliberations?|comptes? ?-? ?rendus?|proces|documents?|archives?|actualites?|articles?|contact)"
)
# What councils deliberate on: the nouns with which their points begin, or that stand behind a name ("École – Tarifs").
_POINTS = re.compile(
    r"\b(?:approbations?|adoptions?|attributions?|autorisations?|avis|acquisitions?|adhesions?|admissions?"
    r"|affectations?|alienations?|amenagements?|amortissements?|avenants?|bail|baux|bilan|budgets?|cessions?|choix"
    r"|clotures?|comptes? (?:administratifs?|de gestion|financiers?|annuels?|rendus?)|conventions?|creations?"
    r"|contrats?|debats?|decisions? modificatives?|declassements?|delegations?|delegues?|demandes?|denominations?"
    r"|deploiements?|designations?|dissolution|dotations?|droits? de|echanges?|elections?|emprunts?|emplois?|enquete"
    r"|exonerations?|extensions?|fixation|fonds de concours|garanties?|groupement de commandes|indemnites?"
    r"|installation|instauration|lancement|location|maitrise d'oeuvre|marches?|mise (?:a|en)|modifications?|motions?"
    r"|participations?|partenariats?|permis|plan (?:local|de|d'|communal|climat)|preemption|prestations?"
    r"|proces ?-?verbal|programmes?|protocoles?|rapports?|recensement|recrutements?|redevances?|regime indemnitaire"
    r"|reglements?|remboursements?|renouvellements?|renovation|refection|rehabilitation|retrocession|revisions?"
    r"|servitudes?|subventions?|suppressions?|tableau des|tarifs?|tarification|taux|taxes?|transferts?|travaux"
    r"|validation|ventes?|versements?|voeux?|votes?|zac|zonage|questions? (?:diverses?|orales?|ecrites?)"
    r"|informations? diverses|parcelles?|emprises?|creances|effectifs|secretaire de seance"
    r"|orientations? budgetaires?)\b"
)


def point_like(row: Row) -> bool:
    """Whether a row may be the title of a point, by its words."""
    return len(row.text) <= 400 and bool(_POINTS.search(row.plain)) and not (names_paper(row.plain) or is_teaser(row))


def begins(rows: Sequence[Row], *, titled: bool = False) -> int | None:
    """The first row of the list or table below the words that name a sitting, where most rows are points by wording.

    ``titled``: the page's heading says that it is an agenda. None where no list near the sitting's day looks like one.
    """
    named: int | None = None
    for index, row in enumerate(rows):
        if index and announces(rows[index - 1]) and _short_lines(rows, index):
            return index
        if _names_sitting(row):
            named = index
        elif named is not None and _opens_list(rows, index) and index - named <= _NEAR:
            group = _group(rows, index)
            if _holds_points(group, titled=titled):
                return index
            named = named if len(group) < _LEAST else None
    return None


def announces(row: Row) -> bool:
    """Whether a line ends in the words that lead to the points of a sitting ("Au programme :")."""
    return _ANNOUNCES.search(row.plain[-160:]) is not None


def _short_lines(rows: Sequence[Row], index: int) -> bool:
    """Whether lines that may be titles stand here, whatever element each is."""
    group = rows[index : index + _LEAST]
    return len(group) >= 2 and not any(len(row.text) > 250 or row.plain.endswith((".", ":")) for row in group[:-1])


def titles_page(rows: Sequence[Row], index: int) -> bool:
    """Whether the words "ordre du jour" are of the page's own heading, below which an article begins."""
    row = rows[index]
    return row.block == "heading" and row.level <= 2 and index <= 2 and bool(find_dates(row.plain))


def _names_sitting(row: Row) -> bool:
    if row.block == "li" or row.cells or len(row.text) > 500:
        return False
    if row.block == "heading" and row.level != RUBRIC and find_dates(row.plain):
        return True
    said = bool(find_bodies(row.plain) or re.search(r"\bseance|\belus\b|\bdeliber|\bconseil\b", row.plain))
    return (said or bool(find_times(row.plain))) and bool(find_dates(row.plain) or find_times(row.plain))


def _opens_list(rows: Sequence[Row], index: int) -> bool:
    row = rows[index]
    before = rows[index - 1] if index else None
    if row.block == "li" or row.cells:
        return before is None or before.block not in ("li", "cell")
    return _is_rubric(rows, index)


def _is_rubric(rows: Sequence[Row], index: int) -> bool:
    """A heading right above a list, that says neither a day nor a paper."""
    row = rows[index]
    below = rows[index + 1] if index + 1 < len(rows) else None
    if row.block != "heading" or below is None or not (below.block == "li" or below.cells):
        return False
    return row.level == RUBRIC or not (find_dates(row.plain) or _PAPERS.search(row.plain))


def _group(rows: Sequence[Row], begin: int) -> list[Row]:
    """The rows of one list, with its rubrics and what stands inside its items."""
    group: list[Row] = []
    for index in range(begin, len(rows)):
        row = rows[index]
        if not (row.block == "li" or row.cells or _is_rubric(rows, index) or (row.level > 0 and row.block == "p")):
            break
        if row.block == "li" or len(row.cells) > 1:
            group.append(row)
    return group


def _holds_points(group: Sequence[Row], *, titled: bool) -> bool:
    told = [row for row in group if not (opens_paper(row) or _names_columns(row))]
    if len(told) < _LEAST or any(map(dated_papers, group)) or len(told) < 0.5 * len(group):
        return False
    return sum(map(point_like, told)) >= (0.2 if titled else _MOST) * len(told)


def _names_columns(row: Row) -> bool:
    return bool(row.cells) and (columns(row.cells) is not None or all(HEADER.match(plain(cell)) for cell in row.cells))
