"""The words in which votes and outcomes are printed (DOMAIN.md 2.4), on plain text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.models import VoteClaim, VoteResult
from pipelines.agenda.vote_events import CIVIL
from pipelines.agenda.words import plain

WEAK = re.compile(
    r"(?:\b(?:le|la|les|l')\s?(?:conseil|assemblee|commission|bureau|membres)[^.:;\n]{0,80}\b(?:adopte|approuve"
    r"|accepte|decide|autorise)(?:nt)?\b"
    r"|\baccepte ce(?:tte|s) propositions?\b|(?:^|\n) {0,4}(?:deliberation )?(?:approuve|adopte|vote"
    r"|accepte)e?s? {0,3}\.? {0,3}(?:$|\n)|\bapprouvee\b|\badoptee\b)"
)
FOREIGN = re.compile(
    r"\b(?:commission(?! permanente)|avis|comite (?!des fetes|de jumelage|d'animation)|vu|par deliberation|lors de"
    r"|en date|jury|precedent|rappel|syndical|syndicat"
    r"|assemblee generale|conseil d'administration|conseil d'ecole|quasi|peut|peuvent"
    r"|(?:loi|ordonnance|decret) (?:a ete|est|fut))\b"
)
NOTED_NEXT = re.compile(
    r"^[\s:,.;\-•–\u2022]*(?:(?:de|decide de|decide)\s*:?[\s\-•:]*)?pre?(?:nd|nnent|ndre)? ?(?:is)? ?acte"
    r"|^[\s:,.;\-•–]*(?:decide de\s*:?[\s\-•:]*)?(?:pris|prend|prendre|prennent) acte"
)
BRACKETED = re.compile(
    r"(?: des [a-z ]{3,40}?)?\s{0,2}[(,:]\s{0,2}(\d{1,3})\s(?:voix|votes?|pour|suffrages)\b(?! contre)"
)
QUORUM = re.compile(
    r"majorite (?:absolue|requise|des membres en exercice|qualifiee)|a la majorite (?:absolue|relative)"
)


# Where the words of a vote begin, on the line of a title or on one of their own (lists of deliberations).
VOTE_OPENS = re.compile(
    r"(?:^|(?<=[\s(|;.]))(?:(?:resultats? du )?votes? ?: ?)?(?:(?:pour|contre|abstentions?|votants?) ?: ?\d"
    r"|\d{1,3} voix (?:pour|contre)\b|pour \d{1,3} ?[-–,;/] ?contre \d"
    r"|(?:(?:la )?deliberation |(?:le )?(?:point|rapport|dossier) |(?:la )?motion |(?:le )?v(?:oe|œ)u )?(?:est )?"
    r"(?:adopte|approuve|rejete|vote|accepte)e?s?"
    r" (?:a l'una|a la maj|par \d|: ?(?:\d|pour|contre|abst)|\((?:\d|contre|pour|abst|unanim|majorite|a l[' ]))"
    r"|(?:l'examen de )?(?:ce|le|cette|la) (?:point|dossier|rapport|question|deliberation|projet)"
    r" (?:est|a ete) (?:retire|reporte|ajourne)"
    r"|(?:adopte|approuve|rejete)e?s? ?[-–—:;,(]{1,2} ?(?:pour|contre|abst\w*|votes?)\b"
    r"|(?:resultats?|delibere|decision|votes?) ?: ?(?:adopt|approuv|rejet|retir|ajourn|report|favorable|unanim|majorite"
    r"|il est pris acte|(?:dossier|rapport|point|affaire) (?:retir|report|ajourn)"
    r"|prend acte"
    r"|pris acte|a l'una|a la maj|pour\b|contre\b)"
    r"|retiree? de l'ordre du jour|(?:reporte|ajourne|renvoye)e? (?:a une|a la prochaine|au prochain|en commission)"
    r"|a l'unanimite\b|le conseil(?: \w{5,20})? (?:prend acte|approuve|adopte|rejette)\b)"
)


_PERSON = re.compile(rf"(?:rapporteure? ?: ?)?{CIVIL} (?:\S+ ?){{1,4}}$")


def title_cell(cells: Sequence[str]) -> str:
    """The cell of a table row that holds the title: the longest that is neither a vote nor a person."""
    titles = [
        cell
        for cell in cells
        if re.search(r"[a-z]{2}", low := plain(cell))
        and not (VOTE_OPENS.match(low) or _PERSON.match(low) or outcome_of_cell(cell))
    ]
    return max(titles or cells, key=len)


def outcome_of_cell(text: str) -> VoteClaim | None:
    """The outcome in a column of a list of deliberations ("Approuvée", "Prend acte", "Ajournée au prochain CM")."""
    low = plain(text).strip(" .")
    for result, pattern in _CELLS:
        if re.fullmatch(pattern, low):
            return VoteClaim(result, unanimous="unanim" in low)
    return None


_CELLS: tuple[tuple[VoteResult, str], ...] = (
    ("rejected", r"(?:rejetee?|non approuvee?|repoussee?|refusee?|defavorable)s?"),
    ("withdrawn", r"(?:retiree?s?)(?: de l'ordre du jour)?|retrait"),
    ("adjourned", r"(?:ajournee?|reportee?|renvoyee?)s?(?: (?:au|a|en)\b.{0,40})?|report|ajournement"),
    ("noted", r"(?:le conseil )?(?:prend acte|pris acte|prise d'acte|dont acte|actee?)(?: .{0,30})?"),
    ("adopted", r"(?:approuvee?|adoptee?|votee?|acceptee?|favorable)s?(?: a (?:l'unanimite|la majorite))?"
                r"|(?:a )?l?'?unanimite|(?:a la )?majorite"),
)  # fmt: skip
OUTCOME_TAIL = re.compile(
    r"(?<!\s)\s++(?:[-–:|] {0,3})?((?:approuvee?|adoptee?|votee?)(?: a (?:l'unanimite|la majorite))?|rejetee?|retiree?"
    r"|ajournee?(?: au prochain(?: cm| conseil)?)?"
    r"|prend acte|pris acte|actee?|reportee?|a l'unanimite|a la majorite|unanimite|majorite)\s*\.?$"
)
