"""Who pays a part: FIPD, DETR, DSIL, région, département, État, Europe; with the sum or the rate where a line of the
plan of financing prints it. A body that is only named, or asked in vain, funds nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipelines.facts.context import Text
from pipelines.facts.found import Found
from pipelines.facts.numerals import Sum, number, sums

FUNDERS = {
    "fipd": r"f\.?\s?i\.?\s?p\.?\s?d\.?r?\b|fonds interministeriel (?:de|pour la) prevention de la delinquance",
    "detr": r"d\.?\s?e\.?\s?t\.?\s?r\b|dotation d'equipement des territoires ruraux",
    "dsil": r"d\.?\s?s\.?\s?i\.?\s?l\b|dotation de soutien a l'investissement(?: public)? local",
    "region": r"conseil regional|region",
    "departement": r"conseil (?:departemental|general)|departement",
    "etat": r"etat",
    "europe": r"feder|fonds europeens?(?: de developpement regional)?|union europeenne|europe",
}
_FUNDS = ("fipd", "detr", "dsil")  # whose names mean money and nothing else
_NAMED = re.compile("(?:" + "|".join(rf"(?P<{name}>\b(?:{words}))" for name, words in FUNDERS.items()) + r")(?!\w)")
_LINE = re.compile(
    rf"^\W{{0,6}}(?:(?:subvention|aide|participation|financement)s?\s(?:de\s|du\s|de la\s|de l')?)?(?:le\s|la\s"
    rf"|l')?(?:{_NAMED.pattern})"
    r"(?P<rest>[^\n€]{0,90}?)(?P<last>[:=)%]|\s)\s{0,3}$"
)
_RATE = re.compile(r"(?<![\d.,])(\d{1,2}(?:[.,]\d{1,2})?|100)\s?%")
_RATE_AFTER = re.compile(r"^\s{0,2}(?:h\.?t\.?\s)?\(?\s?(\d{1,2}(?:[.,]\d{1,2})?)\s?%")
_ASKED = re.compile(
    r"\b(?:sollicit\w*|subventions?|aides?|octro\w+|cofinanc\w*|financ\w*|accord\w*|attribu\w*|demand\w*)\b"
)
_FROM = re.compile(
    r"(?:\b(?:subventions?|participation|cofinancement|fonds de concours|soutien financier)\b[^.;€]{0,50}?"
    r"(?:de la|du|de l'|aupres de la|aupres du|aupres de l'|aupres des services de l')"
    r"|\bsollicit\w*[^.;€]{0,90}\b(?:aupres (?:de la|du|de l'|des services de l')|aides?[^.;€]{0,30} (?:de la|du"
    r"|de l')))\s?$"
)
_PAYS = re.compile(
    r"(?:\d\s?%\s(?:demandes?|pris en charge|finances?|sollicites?)\s(?:a|au|par)\s(?:l'|la |le )?"
    r"|(?:€|euros)\s(?:de|du|par)\s(?:la |le |l')?)$|\d\s?%\s(?:demandes a l'etat et \d+ % )?au\s$"
)
_GIVES = re.compile(
    r"\b(?:interviendra|apportera(?:it)?|finance(?:ra)?|participe(?:ra)?|versera(?:it)?"
    r"|apporte)\s(?:a hauteur de\s|pour\s)?$"
)
_NOT = re.compile(
    r"\b(?:refus\w*|rejet\w*|n'integre\w*|n'a pas|ne peut|sans (?:aide|subvention)|hors|exclu\w*|ineligible"
    r"|n'est pas|aucune|representant|renonc\w*|retrait)\b"
)
_CAPPED = re.compile(r"plafon|maxim|eligib|reste a charge|jusqu'a|% de $")
LEAST = 50  # euros
_COMMUNE = re.compile(r"\b(?:commune|ville|autofinancement|fonds propres)\b")


def funders(text: Text) -> Iterator[Found]:
    """Each funder once, with what it pays where a line says so."""
    found: dict[str, Found] = {}
    printed = list(sums(text.folded))
    lines = [found for _, found in plan_lines(text, printed)]
    for each in (*lines, *_said(text)):
        before = found.get(each.name)
        if before is None:
            found[each.name] = each
        elif each.value is not None and before.value is not None and each.value != before.value:
            found[each.name] = replace(before, value=None, rate=None)  # two sums: which one holds is not said
    yield from sorted(found.values(), key=lambda one: one.start)


def plan_lines(text: Text, printed: Iterable[Sum]) -> Iterator[tuple[int, Found]]:
    """Lines of a plan, each with the place of its sum: "DETR (40 %) : 11 906 €", "la Région interviendra pour …"."""
    for each in printed:
        if each.value < LEAST:
            continue
        line = _LINE.match(text.line_before(each.start)) or _LINE.match(text.before(each.start, 160))
        if line is None:
            continue
        rest = line["rest"] + line["last"]
        gives = _GIVES.search(rest)
        if _NAMED.search(rest) or _CAPPED.search(rest) or _COMMUNE.search(rest) or ("hauteur" in rest and not gives):
            continue
        rate = _RATE.search(rest) or _RATE_AFTER.match(text.flat[each.end : each.end + 20])
        if line["last"] == " " and rate is None and not gives:
            continue
        name = next(name for name in FUNDERS if line[name])
        start = max(
            named.start() for named in _NAMED.finditer(text.flat, max(0, each.start - 160), each.start)
            if named.lastgroup == name
        )  # fmt: skip
        yield each.start, Found("funding", start, each.end, each.value, name, rate=_percent(rate))


def _said(text: Text) -> Iterator[Found]:
    """Sentences: "sollicite une subvention auprès de la Région", "une aide au titre du FIPD"."""
    for named in _NAMED.finditer(text.flat):
        name = named.lastgroup or ""
        before, after = text.before(named.start(), 170), text.after(named.end(), 90)
        if _NOT.search(before) or _NOT.search(after[:60]):
            continue
        if name in _FUNDS:
            sure = _ASKED.search(before) or _ASKED.search(after)
        else:
            sure = _FROM.search(before) or _PAYS.search(before)
            if name == "etat" and re.search(r"^ (?:civil|des lieux|d'|de (?!la)|membre)", after):
                sure = None
            if name == "etat" and any(re.search(rf"\b(?:{FUNDERS[fund]})", after) for fund in _FUNDS):
                sure = None  # the fund says it better
            if name == "departement" and re.match(r"^s\b", after):
                sure = None
        if sure:
            yield Found("funding", named.start(), named.end(), name=name)


def _percent(rate: re.Match[str] | None) -> float | None:
    return number(rate[1].replace(",", ".")) if rate else None
