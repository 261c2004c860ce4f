"""Many councils in one line: "department:29 population>3500 kind:commune".

Criteria of one line narrow each other; several values of one criterion (``department:29,22``) add up. French and
English words are understood; a value may be a code or a name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from operator import eq, ge, gt, le, lt

from rapidfuzz import process

from crawler.errors import UsageError
from crawler.models import COUNCIL_KINDS, CouncilKind
from spiders.registry import Registry
from spiders.registry_names import plain
from spiders.registry_places import SEATS

_KEYS = {
    "department": "department", "departement": "department", "dept": "department", "dep": "department",
    "dpt": "department", "departments": "department", "departements": "department",
    "region": "region", "reg": "region", "regions": "region",
    "epci": "epci", "interco": "epci", "intercommunalite": "epci", "agglo": "epci", "agglomeration": "epci",
    "metropole": "epci",
    "kind": "kind", "type": "kind", "genre": "kind", "nature": "kind", "kinds": "kind",
    "population": "population", "pop": "population", "habitants": "population", "inhabitants": "population",
}  # fmt: skip
_KINDS: dict[str, CouncilKind] = {
    "commune": "commune", "ville": "commune", "mairie": "commune", "town": "commune", "municipality": "commune",
    "epci": "epci", "interco": "epci", "intercommunalite": "epci", "agglomeration": "epci", "metropole": "epci",
    "departement": "departement", "department": "departement", "region": "region",
    "collectivite": "collectivite", "ept": "ept",
}  # fmt: skip
_OPERATORS: dict[str, Callable[[int, int], bool]] = {
    ">=": ge, "≥": ge, "<=": le, "≤": le, "=>": ge, "=<": le, ">": gt, "<": lt, "=": eq, ":": eq,
}  # fmt: skip
_CRITERION = re.compile(r"(?<!\S)(?P<key>[^\W\d_]+)\s*(?P<operator>:\s*[<>]=?|:|[<>]=|=[<>]|[<>=≥≤])\s*")
_RANGE = re.compile(r"(?P<low>[^.–-]+?)\s*(?:-|–|\.\.)\s*(?P<high>[^.–-]+)")
_NUMBER = re.compile(r"(?P<digits>\d+(?:[\s_'’.\u00a0\u202f]\d{3})*|\d+)\s*(?P<thousands>k)?", re.IGNORECASE)
GONE = re.compile(r"dissolution|n'est plus", re.IGNORECASE)  # of ``legal_form``


@dataclass(frozen=True)
class Selection:
    """Which councils of the table are meant; empty parts narrow nothing."""

    text: str
    departments: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    bodies: frozenset[str] = frozenset()  # SIREN of intercommunal bodies
    kinds: frozenset[str] = frozenset()
    sizes: tuple[tuple[Callable[[int, int], bool], int], ...] = ()

    @property
    def has_place(self) -> bool:
        return bool(self.departments or self.regions or self.bodies)


@dataclass
class _Found:
    """What the criteria read so far amount to."""

    departments: set[str] = field(default_factory=set)
    regions: set[str] = field(default_factory=set)
    bodies: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    sizes: list[tuple[Callable[[int, int], bool], int]] = field(default_factory=list)


def is_selection(text: str) -> bool:
    """Whether a line is made of criteria rather than a name or an address."""
    first = _CRITERION.match(text.strip())
    if not first or "://" in text:
        return False
    return plain(first["key"]) in _KEYS or first["operator"] != ":" or _near(first["key"]) is not None


def parse_selection(text: str, registry: Registry) -> Selection:
    """The selection that a line describes. Raises UsageError naming the criterion and what would be right."""
    text = text.strip()
    marks = list(_CRITERION.finditer(text))
    if not marks or marks[0].start():
        raise UsageError(f"{text!r}: write criteria such as department:29 or population>50000")
    found = _Found()
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        value = text[mark.end() : following.start() if following else None].strip().strip("\"'«» ").rstrip(",")
        _read(_key(mark["key"]), "".join(mark["operator"].split()), value, registry, found)
    return Selection(
        text, frozenset(found.departments), frozenset(found.regions), frozenset(found.bodies),
        frozenset(found.kinds), tuple(found.sizes),
    )  # fmt: skip


def select(selection: Selection, registry: Registry) -> Iterator[str]:
    """The ids of the councils that still exist and meet every criterion, in the order of the table."""
    names = ("id", "kind", "department_code", "region_code", "siren", "epci_siren", "population", "legal_form")
    places = [registry.columns.index(name) for name in names]
    seats = {SEATS[code] for code in selection.departments if code in SEATS}
    for row in registry.rows:
        own, kind, department, region, siren, body, size, form = (row[place] for place in places)
        if selection.kinds and kind not in selection.kinds:
            continue
        # a region has its seat in a département without being one of its councils
        local = own in seats or (department in selection.departments and kind != "region")
        joined = siren in selection.bodies or (kind == "commune" and body in selection.bodies)
        if selection.has_place and not (local or region in selection.regions or joined):
            continue
        if all(holds(int(size or 0), bound) for holds, bound in selection.sizes) and not GONE.search(form):
            yield own


def _key(word: str) -> str:
    key = _KEYS.get(plain(word))
    if key:
        return key
    near = _near(word)
    remedy = f"did you mean {near}?" if near else "there are department, region, epci, kind and population"
    raise UsageError(f"no criterion {word!r}; {remedy}")


def _near(word: str) -> str | None:
    found = process.extractOne(plain(word), list(_KEYS), score_cutoff=70)
    return _KEYS[found[0]] if found else None


def _read(key: str, operator: str, value: str, registry: Registry, found: _Found) -> None:
    if not value:
        raise UsageError(f"{key}{operator} needs a value, such as {_EXAMPLES[key]}")
    if key == "population":
        found.sizes += _sizes(operator, value)
        return
    if operator not in (":", "="):
        raise UsageError(f"{key}{operator}{value}: only population can be compared; write {_EXAMPLES[key]}")
    # a name may hold a comma, so the whole is tried first
    values = [value] if _one(key, value, registry) else [part.strip() for part in value.split(",") if part.strip()]
    for each in values:
        one = _one(key, each, registry)
        if not one:
            raise UsageError(f"{key}:{each} is not known; write {_EXAMPLES[key]}")
        parts = {"department": found.departments, "region": found.regions, "epci": found.bodies, "kind": found.kinds}
        parts[key] |= one


_EXAMPLES = {
    "department": "department:29 or department:Finistère", "region": "region:53 or region:Bretagne",
    "epci": "epci:200046977, its SIREN or its name", "kind": f"kind: and one of {', '.join(COUNCIL_KINDS)}",
    "population": "population>50000",
}  # fmt: skip


def _one(key: str, value: str, registry: Registry) -> set[str]:
    """The codes, SIREN or kind behind one value; empty where there is none."""
    if key == "department":
        return set(registry.places.departments(value.removeprefix("departement-")))
    if key == "kind":
        word = plain(value)
        kind = _KINDS.get(word) or _KINDS.get(word.removesuffix("s"))
        return {kind} if kind else set()
    one = registry.places.region_code(value.removeprefix("region-")) if key == "region" else _body(value, registry)
    return {one} if one else set()


def _body(value: str, registry: Registry) -> str | None:
    answer = registry.answer(value)
    if not (answer.chosen or "").startswith(("epci-", "ept-")):
        named = registry.answer(value, "epci")
        answer = named if named.chosen or named.candidates else registry.answer(f"agglo de {value}")
    if not answer.chosen and answer.candidates:
        councils = registry.councils(answer.candidates[:5])
        names = ", ".join(f"{each.siren} ({each.name})" for each in councils)
        raise UsageError(f"epci:{value} could be {names}; give the SIREN")
    cells = registry.cells(answer.chosen or "")
    if cells.get("kind") == "ept":
        raise UsageError(f"the registry does not know the members of {cells['name']}; add it alone: {cells['id']}")
    return cells.get("siren") or None


def _sizes(operator: str, value: str) -> list[tuple[Callable[[int, int], bool], int]]:
    operator = operator.removeprefix(":") or ":"
    between = _RANGE.fullmatch(value)
    if between and operator in (":", "="):
        return [(ge, _number(between["low"])), (le, _number(between["high"]))]
    return [(_OPERATORS[operator], _number(value))]


def _number(text: str) -> int:
    match = _NUMBER.fullmatch(text.strip())
    if not match:
        raise UsageError(f"population: {text!r} is not a number; write population>50000 or population:3500-10000")
    return int(re.sub(r"\D", "", match["digits"])) * (1000 if match["thousands"] else 1)
