"""The lines of a report on decisions taken by delegation, in the shapes that councils give them.

"Décision n° 32 du 12/05/2014 – …", act numbers, table rows (N° | Date | Objet | Montant), dated lines, numbers,
bullets, sentences that begin with what was done ("de signer avec …"), paragraphs: the first shape that the report has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipelines.agenda.rows import Row
from pipelines.agenda.titles import clean_title
from pipelines.agenda.vote_words import title_cell
from pipelines.agenda.words import capitals, plain

LONGEST = 320  # characters of the title of a line; what follows still belongs to the line
_MONTH = r"(?:janv|fev|mars|avr|mai|juin|juil|aout|sept|oct|nov|dec)[a-z]{0,7}\.?"
_DATE = (
    rf"(?:\d{{1,2}} ?(?:er)? {{0,2}}{_MONTH}(?: {{0,2}}\d{{4}})?|\d{{1,2}}[/.\-]\d{{1,2}}[/.\-](?:\d{{4}}|\d\d)(?!\d))"
)
_WHEN = rf"(?:,? ?(?:en date du|prise le|signee? le|du|le|-|–|:)? {{0,2}}{_DATE})"
_CODE = (
    r"(?:[a-z]{1,6}[ _.\-]{0,2})?(?:(?:19|20)\d\d(?:[ ]?[._/\-–][ ]?[a-z]?\d{1,5}){1,3}|\d{1,5}(?:[._/\-]\d{1,5}){1,3}"
    r"|\d{1,6})[a-z]?"
)
_NAMED = r"(?:decisions?|arretes?|marches?|contrats?|conventions?|avenants?|dm|dec|ddm|dp|db|dpr|am|dbc|dcp)"
_EXPLICIT = re.compile(
    rf"(?:par |la |l')?(?:decisions?|arretes?)(?: (?:municipale|communautaire|du (?:maire|president|bureau)))?"
    rf"(?:{_WHEN}|(?: ?(?:n ?[°ºo]?|numero|:) ?| )(?P<a>(?!du |le |en ){_CODE})\b{_WHEN}?)"
    rf"|(?P<b>(?:dm|dec|ddm|dp|db|dpr|am|dbc|dcp|d)[ _.\-]{{0,2}}\d{{2,4}}(?: ?[._/\-–] ?\d{{1,5}}){{0,3}})\b{_WHEN}?"
    rf"|n ?[°º] ?(?P<c>{_CODE})\b{_WHEN}?"
    rf"|(?P<d>(?:19|20)\d\d ?[._/\-–] ?[a-z]?\d{{1,5}}(?:[._/\-]\d{{1,5}})?|\d{{1,4}}/(?:19|20)?\d\d(?![/.\d])"
    rf"|\d{{2,4}}-\d{{2,4}}"
    rf"(?![-.\d]))\b{_WHEN}?"
)
_DATED = re.compile(rf"(?:(?:le|du|en date du) )?{_DATE}(?! (?:au|et|jusqu)\b)")
_COUNTED = re.compile(r"(?P<number>\d{1,3}|[a-z])(?: ?[.)°/]| ?[-–](?= ))\s*(?=\S)")
_BULLET = re.compile(r"(?:[-–—•▪▫◦·●○■□►▶➢➤→>‣❖✓✔*\uf000-\uf0ff]|o(?= ))\s*(?=\S)")
_DOES = re.compile(
    r"(?:de |d')(?:signer|attribuer|conclure|confier|passer|accepter|ceder|vendre|fixer|demander|solliciter|renouveler"
    r"|louer"
    r"|mettre|recourir|approuver|retenir|accorder|defendre|ester|exercer|creer|modifier|prendre|donner|acquerir|acheter"
    r"|souscrire|resilier|autoriser|designer|contracter|realiser|prolonger|proceder|deposer|renoncer|commander)\b"
    r"|(?:signature|attribution|conclusion|passation|acceptation|cession|vente|demande|renouvellement|location|mise a"
    r"|acquisition|achat|souscription|resiliation|designation|exercice|renonciation|convention|contrat|marche|avenant"
    r"|bail|commande|accord-cadre|bon de commande|consultation|mission|prestation|fourniture|maintenance|installation"
    r"|remplacement|travaux|pret|emprunt|regie|tarif|don|indemnite|concession|il (?:est|a ete) conclu|un (?:contrat"
    r"|marche"
    r"|avenant))s?\b"
)
_REMARK = re.compile(
    r"(?:montants?|prix|couts?|titulaires?|attributaires?|durees?|prestataires?|tiers|cocontractants?|fournisseurs?"
    r"|date"
    r"|entreprises?|societe|nombre|imputation|budget|lieu|loyer|soit|pour un montant)\b ?(?:\w++ ?+){0,3}:"
)
_OVER = re.compile(
    r"(?:(?:le|l'|la) ?(?:conseil|assemblee|bureau|comite|commission)\b.{0,60}(?:prend|pris|donne) acte"
    r"|(?:dont|pris|prend|donne) acte|les (?:membres|conseillers|elus)\b.{0,50}pre\w+ acte|fin de (?:la )?seance"
    r"|la seance est levee|(?:la )?(?:prochaine|date de la)|questions? diverses?|vote ?:|adopte a|le maire,?$"
    r"|(?:m\.|mme|monsieur|madame)\s.{2,60}\b(?:demande|precise|repond|indique|s'interroge|souhaite|remercie"
    r"|rappelle)\b)"
)
_HEADS = re.compile(
    r"(?:n ?°?|no|num(?:ero)?s?|dates?|objets?|intitules?|libelles?|nature|montants?(?: (?:ht|ttc).{0,9})?|titulaires?"
    r"|durees?"
    r"|attributaires?|tiers|decisions?|references?|designation|prestataires?|cocontractants?|fournisseurs?"
    r"|observations?"
    r"|entreprises?|prix|n° (?:de )?decision|n° d'ordre|date (?:de )?(?:la )?(?:decision|signature|notification)"
    r"|articles?)"
)
_OBJECT = re.compile(r"objets?|intitules?|libelles?|nature|designation|contenu|description")
_LABEL = re.compile(r"(?:[,.:;–\-]\s*|\s)*(?:objet ?: ?|ayant pour objet |portant (?:sur )?|relative? (?:a|au|aux) )?")
_SUM = re.compile(r"\s\d[\d ,.]{0,14} ?(?:€|euros?)(?: ?(?:ht|ttc|h\.t\.|t\.t\.c\.))?\W*$")
_PRICED = re.compile(
    r",? ?(?:pour|moyennant|au prix de|d'un montant|a hauteur)(?: (?:un|une|le|la) (?:montant|somme|prix|cout"
    r"|loyer)\b.{0,40})?(?: de)?\W*$"
)
_BODY = re.compile(
    r"(?:le|la) (?:maire|presidente?)\b|vu |considerant|l'an |decide\b|article \d|le conseil|les membres|pris acte"
    r"|(?:decisions?|arretes?) (?:du (?:maire|president|bureau)|de la|prise?s?|municipales)\b|bureau du \d"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One decision of a report."""

    title: str
    number: str | None
    begin: tuple[int, int]
    finish: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Start:
    index: int
    number: str | None
    cut: int  # characters of the row before the title


def lines_of(rows: Sequence[Row], finish: tuple[int, int]) -> list[Line]:
    """The lines of the report whose rows these are, without its heading; ``finish`` is where its part ends."""
    heads = _columns(rows)
    starts = next((found for shape in _SHAPES if (found := shape(rows))), [])
    starts = [one for one, two in zip(starts, [None, *starts], strict=False) if not _again(one, two)]
    lines = []
    for place, start in enumerate(starts):
        stop = starts[place + 1].index if place + 1 < len(starts) else len(rows)
        over = next((index for index in range(start.index + 1, stop) if _OVER.match(_bare(rows[index]))), stop)
        end = rows[over].where if over < len(rows) else finish
        title = _title(rows[start.index : over], start, heads)
        if len(re.findall(r"[^\W\d_]{2,}", title)) >= 1 and end > rows[start.index].where:
            lines.append(Line(title, start.number, rows[start.index].where, end))
    return lines


def _again(start: _Start, before: _Start | None) -> bool:
    """The number of the line before, at the head of its next page."""
    return before is not None and start.number is not None and start.number == before.number


def _bare(row: Row) -> str:
    """A row in plain without the bullet before it."""
    low = row.plain.lstrip()
    bullet = _BULLET.match(low)
    return low[bullet.end() :] if bullet else low


def _columns(rows: Sequence[Row]) -> int | None:
    """Which column of the table holds what was decided, where the table has a head that says so."""
    for row in rows:
        if len(row.cells) > 1 and _is_head(row):
            places = [place for place, cell in enumerate(row.cells) if _OBJECT.match(plain(cell))]
            return places[0] if places else None
    return None


def _is_head(row: Row) -> bool:
    filled = [plain(cell).strip(" :.") for cell in row.cells if cell.strip()]
    return len(filled) > 1 and sum(bool(_HEADS.fullmatch(cell)) for cell in filled) >= len(filled) - 1


def _tabular(rows: Sequence[Row]) -> list[_Start]:
    found: list[_Start] = []
    for index, row in enumerate(rows):
        if len(row.cells) < 2 or _is_head(row) or _OVER.match(row.plain):
            continue
        first = row.cells[0].strip()
        number = re.search(rf"({_CODE})\s*$", plain(first)) if len(first) <= 24 else None
        dated = number is not None and re.fullmatch(_DATE, plain(first))
        if first or not found:
            label = None if number is None or dated else first[number.start(1) :].strip()
            found.append(_Start(index, label, 0))
    return found


def _explicit(rows: Sequence[Row]) -> list[_Start]:
    found = []
    for index, row in enumerate(rows):
        low = row.plain
        lead = _lead(low)
        match = _EXPLICIT.match(low, lead)
        if match is None or row.cells:
            continue
        group = next((name for name in "abcd" if match[name]), None)
        if group == "d" and re.match(r" ?(?:€|euros|%|m2|h\b)", low[match.end() :]):
            continue
        number = row.text[match.start(group) : match.end(group)].strip() if group else None
        found.append(_Start(index, number, match.end()))
    return found


def _lead(low: str) -> int:
    blank = len(low) - len(low.lstrip())
    bullet = _BULLET.match(low, blank)
    return bullet.end() if bullet else blank


def _dated(rows: Sequence[Row]) -> list[_Start]:
    found = []
    empty = 0
    for index, row in enumerate(rows):
        match = _DATED.match(row.plain, _lead(row.plain))
        if match is None or row.cells:
            continue
        rest = row.plain[match.end() :].strip(" :.–-")
        below = rows[index + 1] if index + 1 < len(rows) else None
        if not rest and (below is None or _DATED.match(below.plain, _lead(below.plain))):
            empty += 1  # a column of dates beside the text
            continue
        found.append(_Start(index, None, match.end()))
    return [] if empty > len(found) else found


def _counted(rows: Sequence[Row]) -> list[_Start]:
    found = []
    for index, row in enumerate(rows):
        if row.marker and not row.cells:
            found.append(_Start(index, row.marker.strip(" .)"), 0))
        elif (match := _COUNTED.match(row.plain)) and match["number"].isdigit() and not row.cells:
            found.append(_Start(index, match["number"], match.end()))
    return found if len(found) >= 2 else []


def _bulleted(rows: Sequence[Row]) -> list[_Start]:
    found = [
        _Start(index, None, _lead(row.plain))
        for index, row in enumerate(rows)
        if row.block == "li" or _BULLET.match(row.plain.lstrip())
    ]
    return [start for start in found if not _REMARK.match(rows[start.index].plain[start.cut :])]


def _doing(rows: Sequence[Row]) -> list[_Start]:
    found = []
    for index, row in enumerate(rows):
        before = rows[index - 1] if index else None
        fresh = before is None or row.gap or before.plain.rstrip().endswith((".", ";", ":", ",")) or not before.full
        if (
            fresh
            and (row.text[:1].isupper() or row.plain.startswith(("de ", "d'")))
            and _DOES.match(row.plain.lstrip())
        ):
            found.append(_Start(index, None, 0))
    return found


def _paragraphs(rows: Sequence[Row]) -> list[_Start]:
    """Paragraphs below the words that announce them; one that ends in a colon announces."""
    found = []
    for index, row in enumerate(rows):
        if (
            (row.gap or index == 0 or row.web or row.flowing)
            and len(row.text) > 12
            and not row.plain.rstrip().endswith(":")
        ):
            found.append(_Start(index, None, 0))
    return found if len(found) >= 2 else []


_SHAPES: tuple[Callable[[Sequence[Row]], list[_Start]], ...] = (
    _tabular, _explicit, _dated, _counted, _bulleted, _doing, _paragraphs,
)  # fmt: skip


def _title(rows: Sequence[Row], start: _Start, object_column: int | None) -> str:
    """What a line is about: its object, on one line, without number, date and sum."""
    row = rows[0]
    if len(row.cells) > 1:
        cells = row.cells
        cell = cells[object_column] if object_column is not None and object_column < len(cells) else ""
        return _shortened(clean_title([cell.strip() or title_cell([one for one in cells[1:] if one] or cells)]))
    parts = [row.text[start.cut :]]
    for below in rows[1:]:
        if len(" ".join(parts)) >= LONGEST or _REMARK.match(_bare(below)) or _heads_next(below):
            break
        if _BODY.match(below.plain):
            break
        if below.gap and len("".join(parts).strip(" :.–-")) > 12:
            break
        parts.append(below.text)
    while parts and not parts[0].strip(" :.,–-"):
        parts.pop(0)
    if not parts:
        return ""
    label = _LABEL.match(plain(parts[0]))
    parts[0] = parts[0][label.end() :] if label else parts[0]
    title = clean_title(parts)
    object_ = re.match(r"\W*objet ?: ?", plain(title))
    title = title[object_.end() :] if object_ else title
    for ending in (_SUM, _PRICED):
        found = ending.search(plain(title), max(len(title) - 90, 0))
        title = title[: found.start()] if found and found.start() > 12 else title
    return _shortened(title)


def _heads_next(row: Row) -> bool:
    """A rubric between two lines ("MARCHÉS PUBLICS")."""
    return row.gap and len(row.text) <= 60 and (capitals(row.text) or row.bold) and not row.plain.rstrip().endswith(".")


def _shortened(title: str) -> str:
    title = title.strip(" .;,–-")
    return title if len(title) <= LONGEST else f"{title[:LONGEST].rsplit(' ', 1)[0]} …"
