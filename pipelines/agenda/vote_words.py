"""The words in which votes and outcomes are printed (DOMAIN.md 2.4), on plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from crawler.models import VoteClaim, VoteResult
from pipelines.agenda.numbers import SMALL_NUMBER
from pipelines.agenda.words import plain
from pipelines.lexicon_types import compile_bytes

_N = rf"(?:\d{{1,3}}|{SMALL_NUMBER}|aucune?|neant|zero)"
CIVIL = r"(?:m\.|mm\.?|mme\.?|mmes\.?|mlle|messieurs|mesdames|monsieur|madame|m(?= [a-z]))"
_SIDE = r"(?:pour|contre|abst?entions?(?:\(s\))?|oppositions?)"
# One alternation, one pass; each branch is bounded, so a page of any length costs its length.
EVENT = re.compile(
    r"(?P<unanimous>\ba? ?l'unan.?m.?t[ea]\b|\bunanimement\b|\bunanimite\b|\b(?:accord|vote) unanime\b)"
    r"|(?P<majority>\ba la (?:\w{3,12} )?majorite\b|\bmajorite des (?:voix|suffrages)\b)"
    r"|(?P<except>\ba l'exception de\b|\bexcepte\b(?= m))"
    rf"|(?P<label>\b(?:voix |votes? |suffrages? )?(?P<side>{_SIDE}|s'abstiennent)\s{{0,3}}"
    rf"[:=](?: ?\n(?=\d{{1,3}}[. ])| {{0,3}})"
    rf"(?P<after>{_N}\b(?![ .,]?\d| ?[€%])|(?=\n?[ •\-]{{0,4}}{CIVIL}))?)"
    rf"|(?:(?<=\n)|^)[ \-•]{{0,4}}(?P<bare>{_SIDE}) {{1,4}}(?P<figure>\d{{1,3}})[ .]{{0,3}}(?=\n|$)"
    rf"|(?P<duel>\b(?P<won>{_N}) (?:voix|votes?|suffrages?) contre (?P<lost>{_N})\b"
    r"(?! {0,2}(?:voix |votes? )?(?:pour|contre|abst|%)))"
    rf"|(?P<first>\b(?P<n>{_N})(?: {{1,3}}|\n(?=voix |abst))(?:\([^()\n]{{0,80}}\) {{0,2}})?(?:(?:voix|votes?"
    rf"|suffrages?)\s{{1,3}}(?:exprimes? )?)?"
    rf"(?P<what>{_SIDE})\b(?!\s{{0,3}}:))"
    r"|(?P<noted>\bpre(?:nd|nnent|nant) acte\b|\bpris acte\b|\bdonne acte\b)"
    r"|(?P<rejected>\b(?:est |sont |a ete )?(?:rejete|repousse)e?s?\b|\bn'est pas adopte|\bn'adopte pas\b|\brejette\b)"
    r"|(?P<withdrawn>\b(?:point|question|deliberation|dossier|projet|rapport|v(?:oe|œ)u|affaire"
    r"|sujet)s?(?: \S{1,25}){0,6} (?:est|sont|a ete|ont ete) retiree?s?\b"
    r"|(?:^|\n) {0,4}retiree?(?: de l'ordre du jour)? {0,4}(?:$|\n)|\bretiree? de l'ordre du jour"
    r"|\bn'a plus lieu d'etre)"
    r"|(?P<adjourned>\b(?:est|sont|a ete|ont ete) (?:ajourne|reporte)e?s? a\s(?:une|la|un)\s"
    r"|\bajournee?\b(?: au prochain| a | {0,3}$)|(?:^|\n) {0,4}(?:reporte|ajourne)e? {0,4}(?:$|\n))"
)
# What every EVENT holds, at its start or ``_BEFORE`` characters further on at most. google-re2 finds these a hundred
# times faster than ``re`` does the events, so that EVENT is tried nowhere else.
_HINT = compile_bytes(
    r"l'unan|unanim|majorite|l'exception|excepte m"
    rf"|(?:{_SIDE}|s'abstiennent)\s{{0,3}}[:=]|(?:^|\n)[^a-z\d]{{0,5}}{_SIDE} {{1,4}}\d"
    rf"|{_N}(?: {{1,3}}|\n)(?:\([^()\n]{{0,80}}\) {{0,2}})?(?:(?:voix|votes?|suffrages?)\s{{1,3}}(?:exprimes? )?)?"
    rf"{_SIDE}"
    r"|(?:pre(?:nd|nnent|nant)|pris|donne) acte|rejet[et]|repousse|n'adopte pas|pas adopte"
    r"|(?:point|question|deliberation|dossier|projet|rapport|v..?u|affaire|sujet)s?(?: \S{1,25}){0,6}"
    r" (?:est|sont|a ete|ont ete) retire|retiree? de l'ordre|plus lieu d'etre"
    r"|(?:est|sont|ete) (?:ajourne|reporte)|ajournee?|(?:^|\n) {0,4}(?:retire|reporte)"
)
_BEFORE = 24
_LONGEST = 250  # characters of an event


def events(low: str) -> Iterator[re.Match[str]]:
    """The matches of EVENT in plain text, in order."""
    end = 0
    for hint in _HINT.finditer(low.encode("latin-1", "replace")):
        start, stop = hint.span()
        begin = max(end, start - _BEFORE)
        while begin <= stop and (found := EVENT.search(low, begin, stop + _LONGEST)) and found.start() <= stop:
            yield found
            begin = end = found.end()


WEAK = re.compile(
    r"(?:\b(?:le|la|les|l')\s?(?:conseil|assemblee|commission|bureau|membres)[^.:;\n]{0,80}\b(?:adopte|approuve"
    r"|accepte|decide|autorise)(?:nt)?\b"
    r"|\baccepte ce(?:tte|s) propositions?\b|(?:^|\n) {0,4}(?:deliberation )?(?:approuve|adopte|vote"
    r"|accepte)e?s? {0,3}\.? {0,3}(?:$|\n)|\bapprouvee\b|\badoptee\b)"
)
FOREIGN = re.compile(
    r"\b(?:commission|avis|comite|vu|par deliberation|lors de|en date|jury|precedent|rappel|syndical|syndicat"
    r"|assemblee generale|conseil d'administration|conseil d'ecole|quasi|peut|peuvent)\b"
)
NOTED_NEXT = re.compile(
    r"^[\s:,.;\-•–\u2022]*(?:(?:de|decide de|decide)\s*:?[\s\-•:]*)?pre?(?:nd|nnent|ndre)? ?(?:is)? ?acte"
    r"|^[\s:,.;\-•–]*(?:decide de\s*:?[\s\-•:]*)?(?:pris|prend|prendre|prennent) acte"
)
BRACKETED = re.compile(
    r"(?: des [a-z ]{3,40}?)?\s{0,2}[(,:]\s{0,2}(\d{1,3})\s(?:voix|votes?|pour|suffrages|votants)\b(?! contre)"
)
QUORUM = re.compile(
    r"majorite (?:absolue|requise|des membres en exercice|qualifiee)|a la majorite (?:absolue|relative)"
)


# Where the words of a vote begin, on the line of a title or on one of their own (lists of deliberations).
VOTE_OPENS = re.compile(
    r"(?:^|(?<=[\s(|;.]))(?:(?:resultats? du )?votes? ?: ?)?(?:(?:pour|contre|abstentions?|votants?) ?: ?\d"
    r"|\d{1,3} voix (?:pour|contre)\b"
    r"|(?:(?:la )?deliberation |le point )?(?:est )?(?:adopte|approuve|rejete|vote|accepte)e?s?"
    r" (?:a l'una|a la maj|par \d|: ?\d|\(\d)"
    r"|(?:l'examen de )?(?:ce|le|cette|la) (?:point|dossier|rapport|question|deliberation|projet)"
    r" (?:est|a ete) (?:retire|reporte|ajourne)"
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
    ("withdrawn", r"(?:retiree?s?)(?: de l'ordre du jour)?"),
    ("adjourned", r"(?:ajournee?|reportee?)s?(?: (?:au|a)\b.{0,40})?"),
    ("noted", r"(?:le conseil )?(?:prend acte|pris acte|prise d'acte|dont acte|actee?)(?: .{0,30})?"),
    ("adopted", r"(?:approuvee?|adoptee?|votee?|acceptee?|favorable)s?(?: a (?:l'unanimite|la majorite))?"
                r"|(?:a )?l?'?unanimite|(?:a la )?majorite"),
)  # fmt: skip
OUTCOME_TAIL = re.compile(
    r"\s+((?:approuvee?|adoptee?|votee?)(?: a (?:l'unanimite|la majorite))?|rejetee?|retiree?"
    r"|ajournee?(?: au prochain(?: cm| conseil)?)?"
    r"|prend acte|pris acte|actee?|reportee?|a l'unanimite|a la majorite|unanimite|majorite)\s*\.?$"
)
