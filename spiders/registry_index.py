"""The names of a table, indexed: under every key that somebody may look for, and as a list to compare errors with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from crawler.models import CouncilKind
from spiders.registry_names import loose as without_little
from spiders.registry_names import other_names, plain, together, without_article, words

TERRITORIAL = frozenset(["departement", "region", "collectivite"])
_TITLES = (
    "departement de la ", "departement de l ", "departement des ", "departement du ", "departement de ",
    "departement d ", "departement region de ", "region ", "collectivite territoriale de ", "collectivite de ",
    "collectivite europeenne d ", "territoire des ",
)  # fmt: skip


class Row(NamedTuple):
    """What a search needs of a council."""

    id: str
    kind: CouncilKind
    name: str
    department: str
    region: str
    epci: str
    population: int

    @staticmethod
    def cells() -> tuple[str, ...]:
        """The columns of the table that make a row, in the order of the fields."""
        return ("id", "kind", "name", "department_code", "region_code", "epci_siren", "population")


class Entry(NamedTuple):
    """A name in the list that typing errors are compared with."""

    key: str
    row: Row
    penalty: float


class Index:
    """Who has which name; each part maps a key of a name (``spiders.registry_names``) to rows."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = {row.id: row for row in rows}
        self.chiefs: dict[str, Row] = {}  # SIREN of an intercommunal body -> its most populous member
        self.exact: dict[str, list[Row]] = defaultdict(list)
        self.joined: dict[str, list[Row]] = defaultdict(list)
        self.shorter: dict[str, list[Row]] = defaultdict(list)  # without article, legal form, title
        self.territories: dict[str, list[Row]] = defaultdict(list)
        self.initials: dict[str, list[Row]] = defaultdict(list)
        self.entries: list[Entry] = []
        for row in rows:
            self._add(row)

    @cached_property
    def loose(self) -> dict[str, list[Row]]:
        """Without little words; only few questions get as far as this."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows.values():
            found[without_little(words(row.name))].append(row)
        return found

    @cached_property
    def keys(self) -> list[str]:
        """The keys of the entries, in their order."""
        return [entry.key for entry in self.entries]

    def _add(self, row: Row) -> None:
        name = words(row.name)
        self.exact[" ".join(name)].append(row)
        self.joined[together(name)].append(row)
        self.entries.append(Entry(together(name), row, 0))
        if row.kind == "commune":
            # of two names with and without an article both are said: "la mairie du Havre"
            if (short := without_article(name)) != name:
                self.shorter[together(short)].append(row)
                self.entries.append(Entry(together(short), row, 0.5))
            self._largest(row)
            return
        if row.kind in TERRITORIAL:
            others = {territory(row.name)} - {()}
            for other in others:
                self.territories[without_little(other)].append(row)
        else:
            others = other_names(row.name)
            self._note_initials(row, {name, *others})
        for other in others - {name}:
            self.shorter[together(other)].append(row)
            self.entries.append(Entry(together(other), row, 0.5))

    def _note_initials(self, row: Row, names: Iterable[tuple[str, ...]]) -> None:
        shorts = {short for name in names if len(name) > 2 for short in ("".join(w[0] for w in name), letters_of(name))}
        for short in shorts:
            self.initials[short].append(row)

    def _largest(self, row: Row) -> None:
        """The most populous member gives an intercommunal body its everyday name: "l'agglo de Quimper"."""
        known = self.chiefs.get(row.epci)
        if row.epci and (known is None or known.population < row.population):
            self.chiefs[row.epci] = row


def territory(name: str) -> tuple[str, ...]:
    """The name of the territory alone: "Département de la Vienne" is Vienne."""
    bare = plain(name)
    for title in _TITLES:
        if bare.startswith(title):
            return words(bare.removeprefix(title))
    return ()


def letters_of(name: Sequence[str]) -> str:
    """The initials of a name without its little words: "Métropole européenne de Lille" is mel."""
    return "".join(word[0] for word in name if word not in {"de", "du", "des", "d", "la", "le", "les", "l", "et", "en"})
