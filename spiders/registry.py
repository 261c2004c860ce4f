"""All French councils, as data shipped with the package (docs/registry.md says where they come from).

A look-up by id unpacks the file and reads one line, for every command pays it; only ``find`` and
``by_host`` read the whole table, once per process.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from importlib.resources import files
from urllib.parse import urlsplit

from crawler.models import COUNCIL_KINDS, Council

_QUALIFIED = re.compile(r"^(?P<name>.+?)\s*\((?P<place>[^()]+)\)\s*$")
_TERRITORY = re.compile(
    r"^(?:departement|region|collectivite(?: territoriale| europeenne)?) (?:de la |de l |des |du |de |d )?(?P<name>.+)$"
)
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})


def plain(name: str) -> str:
    """A name without case, accents, hyphens, apostrophes and doubled spaces: what two spellings share."""
    bare = unicodedata.normalize("NFD", name.casefold().translate(_LIGATURES))
    letters = "".join(ch if ch.isalnum() else " " for ch in bare if not unicodedata.combining(ch))
    return " ".join(letters.split())


def host_of(url: str) -> str:
    """The host of a web address, in lower case and without ``www.``; empty where there is none."""
    try:
        host = urlsplit(url if "//" in url else f"//{url}").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.").rstrip(".")


class Registry:
    """The councils of the shipped table. Ask ``Registry.load()`` for it; it is read only once."""

    def __init__(self, table: str, acts_pages: Mapping[str, tuple[str, ...]]) -> None:
        """``table`` is the CSV text, its first line naming the columns; ``acts_pages`` maps id to start URLs."""
        self._table = "\n" + table
        self._acts_pages = acts_pages
        self._columns = next(csv.reader([table.partition("\n")[0]]))

    @classmethod
    def load(cls) -> Registry:
        """The shipped registry; the same object at each call."""
        return _load()

    def get(self, council_id: str) -> Council | None:
        """The council of this exact id, or None."""
        if not council_id or not council_id.isprintable() or "," in council_id:
            return None
        start = self._table.find(f"\n{council_id},") + 1
        if start < 2 + len(",".join(self._columns)):  # absent, or the line of the columns
            return None
        return self._council(next(csv.reader([self._table[start:].partition("\n")[0]])))

    def find(self, text: str) -> list[Council]:
        """Councils called ``text``, the most populous first; none where nobody is.

        An exact id; else a plain name ("saint etienne"); else a département or region by the name of
        its territory ("Finistère"). "Saint-Denis (93)" or "(La Réunion)" narrows by département.
        """
        text = text.strip()
        if exact := self.get(text):
            return [exact]
        if hits := self._named(plain(text)):
            return self._sorted(hits)
        qualified = _QUALIFIED.match(text)
        if not qualified:
            return []
        place = plain(qualified["place"])
        department, names = self._columns.index("department_code"), self._columns.index("department_name")
        hits = [row for row in self._named(plain(qualified["name"])) if self._is_in(row, place, department, names)]
        return self._sorted(hits)

    def by_host(self, url: str) -> list[Council]:
        """Councils whose web site is on the host of ``url`` (a city often shares one with its EPCI), communes first."""
        rows = self._hosts.get(host_of(url), [])
        hits = [self._council(row) for row in rows]
        return sorted(hits, key=lambda council: (COUNCIL_KINDS.index(council.kind), -(council.population or 0)))

    @staticmethod
    def _is_in(row: list[str], place: str, department: int, names: int) -> bool:
        return place in (row[department].casefold(), plain(row[names]))

    def _sorted(self, rows: Iterable[list[str]]) -> list[Council]:
        return sorted(map(self._council, rows), key=lambda council: (-(council.population or 0), council.id))

    def _named(self, name: str) -> list[list[str]]:
        return self._names.get(name) or self._territories.get(name, [])

    @cached_property
    def _rows(self) -> list[list[str]]:
        return list(csv.reader(io.StringIO(self._table[1:])))[1:]

    @cached_property
    def _names(self) -> dict[str, list[list[str]]]:
        column = self._columns.index("name")
        names: dict[str, list[list[str]]] = {}
        for row in self._rows:
            names.setdefault(plain(row[column]), []).append(row)
        return names

    @cached_property
    def _territories(self) -> dict[str, list[list[str]]]:
        territories: dict[str, list[list[str]]] = {}
        for name, rows in self._names.items():
            if match := _TERRITORY.match(name):
                territories.setdefault(match["name"], []).extend(rows)
        return territories

    @cached_property
    def _hosts(self) -> dict[str, list[list[str]]]:
        column = self._columns.index("website")
        hosts: dict[str, list[list[str]]] = {}
        for row in self._rows:
            if row[column]:
                hosts.setdefault(host_of(row[column]), []).append(row)
        return hosts

    def _council(self, row: list[str]) -> Council:
        cell = dict(zip(self._columns, row, strict=True))
        kind = next(kind for kind in COUNCIL_KINDS if kind == cell["kind"])
        return Council(
            id=cell["id"],
            name=cell["name"],
            kind=kind,
            department=cell["department_code"] or None,
            region=cell["region_code"] or None,
            timezone=cell["timezone"] or "Europe/Paris",
            website=cell["website"] or None,
            population=int(cell["population"]) if cell["population"] else None,
            latitude=float(cell["latitude"]) if cell["latitude"] else None,
            longitude=float(cell["longitude"]) if cell["longitude"] else None,
            start_urls=self._acts_pages.get(cell["id"], ()),
        )


@lru_cache(maxsize=1)
def _load() -> Registry:
    data = files("spiders").joinpath("data")
    table = gzip.decompress(data.joinpath("councils.csv.gz").read_bytes()).decode()
    pages: dict[str, tuple[str, ...]] = {}
    for row in csv.DictReader(io.StringIO(data.joinpath("region_acts_pages.csv").read_text("utf-8"))):
        pages[row["id"]] = (*pages.get(row["id"], ()), row["url"])
    return Registry(table, pages)
