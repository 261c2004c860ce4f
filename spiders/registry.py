"""All French councils, as data shipped with the package (docs/registry.md says where they come from).

A home may hold a newer table (``tocsin registry refresh``), which is then read instead. A look-up by id unpacks the
file and reads one line, for every command pays it; only ``find``, ``by_host`` and the like read the whole table.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler.errors import UsageError
from crawler.models import COUNCIL_KINDS, Council, CouncilKind
from spiders.registry_index import Row
from spiders.registry_names import plain
from spiders.registry_places import SEATS, Places
from spiders.registry_query import Kinds
from spiders.registry_search import Answer, Finder

FILE_NAME = "registry.csv.gz"  # of the table that a home may hold
LARGEST = 64 * 1024 * 1024  # bytes of a table, unpacked
COLUMNS = (
    "id", "kind", "name", "code", "siren", "department_code", "department_name", "region_code", "region_name",
    "epci_siren", "population", "latitude", "longitude", "timezone", "website", "website_source",
    "website_confidence", "website_seen", "legal_form",
)  # fmt: skip
_INSEE = re.compile(r"\d{5}|2[AB]\d{3}", re.IGNORECASE)
_SIREN = re.compile(r"(\d{9})(?:\d{5})?")
_FEW = 8  # look-ups by scanning, before an index of all lines pays
_preferred: list[Path] = []
ATTRIBUTION = (
    "Registre des conseils : INSEE (code officiel géographique, populations), DGCL (EPCI 2026), La Poste via Etalab — "
    "Licence Ouverte ; Annuaire de l’administration, DILA / service-public.fr (éditions 2018, 2019, 2026) — Licence "
    "Ouverte 2.0 ; DINUM et contributeurs, « Noms de domaine des organismes du secteur public » (2022-2024) — "
    "Licence Ouverte 2.0 ; IGN, ADMIN EXPRESS COG — Licence Ouverte 2.0 ; Natural Earth — domaine public. "
    "Données rapprochées et modifiées ; elles peuvent être périmées."
)


def host_of(url: str) -> str:
    """The host of a web address, in lower case and without ``www.``; empty where there is none."""
    try:
        host = urlsplit(url if "//" in url else f"//{url}").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.").rstrip(".")


@dataclass(frozen=True, slots=True)
class Site:
    """How the web site of a council is known."""

    url: str | None
    source: str
    confidence: str  # "high", "medium", "low"; empty where there is no site
    seen: str  # the latest month with evidence, "2026-10"; empty when undated


class Registry:
    """The councils of one table. Ask ``Registry.load()`` for it; it is read only once."""

    def __init__(self, table: str, acts_pages: Mapping[str, tuple[str, ...]], about: Mapping[str, Any] | None = None):
        """``table`` is the CSV text, its first line naming the columns; ``acts_pages`` maps id to start URLs.

        ``about`` is what a refresh noted of itself; empty for the shipped table.
        """
        self._table = "\n" + table
        self._acts_pages = acts_pages
        self.about = dict(about or {})
        self.columns = next(csv.reader([table.partition("\n")[0]]))
        self._asked = 0

    @classmethod
    def load(cls, folder: Path | None = None) -> Registry:
        """The table of this home, else of the home last given to ``prefer``, else the shipped one.

        The same object at each call. Raises UsageError where a home's table is damaged.
        """
        path = folder / FILE_NAME if folder else (_preferred[-1] if _preferred else None)
        try:
            stamp = path.stat().st_mtime_ns if path else 0
        except OSError:
            return _shipped()
        return _of_home(path, stamp) if path else _shipped()

    @staticmethod
    def prefer(folder: Path) -> None:
        """Let ``load()`` read the table of this home from now on, wherever there is one."""
        _preferred[:] = [folder / FILE_NAME]

    def get(self, council_id: str) -> Council | None:
        """The council of this exact id, or None."""
        line = self._line(council_id)
        return self._council(next(csv.reader([line]))) if line else None

    def cells(self, council_id: str) -> dict[str, str]:
        """Every column of a council as text; empty where there is none of this id."""
        line = self._line(council_id)
        return dict(zip(self.columns, next(csv.reader([line])), strict=True)) if line else {}

    def site(self, council_id: str) -> Site:
        """How the address of a council's web site is known."""
        cell = self.cells(council_id)
        return Site(
            cell.get("website") or None, cell.get("website_source", ""),
            cell.get("website_confidence", ""), cell.get("website_seen", ""),
        )  # fmt: skip

    def find(self, text: str) -> list[Council]:
        """Councils that ``text`` may mean: the one where there is no doubt, else the likeliest first.

        An id, an INSEE code or SIREN; a name in any usual spelling, with a postcode, département or region
        ("Saint-Denis (93)"), misspelt a little; the name of a territory ("Finistère"). None where nobody is.
        """
        answer = self.answer(text)
        if answer.how == "elsewhere":
            return []
        return self.councils((answer.chosen,) if answer.chosen else answer.candidates)

    def answer(self, text: str, kind: CouncilKind | None = None, department: str | None = None) -> Answer:
        """Like ``find``, with what was understood; ``kind`` and ``department`` narrow. Takes under a second."""
        text = text.strip()
        if exact := self._by_code(text):
            return Answer((exact,), exact)
        kinds: Kinds | None = frozenset([kind]) if kind else None
        return self.finder.answer(text, kinds, department)

    def councils(self, ids: Iterator[str] | tuple[str, ...] | list[str]) -> list[Council]:
        """The councils of these ids, in their order; ids that are not there are left out."""
        return [council for council in map(self.get, ids) if council]

    def by_host(self, url: str) -> list[Council]:
        """Councils whose web site is on the host of ``url`` (a city often shares one with its EPCI), communes first."""
        hits = [self._council(row) for row in self._hosts.get(host_of(url), [])]
        return sorted(hits, key=lambda council: (COUNCIL_KINDS.index(council.kind), -(council.population or 0)))

    @cached_property
    def rows(self) -> list[list[str]]:
        """Every line of the table, as cells in the order of ``columns``."""
        return list(csv.reader(io.StringIO(self._table[1:])))[1:]

    @cached_property
    def finder(self) -> Finder:
        """The names of the table, indexed at the first question."""
        kinds: dict[str, CouncilKind] = {kind: kind for kind in COUNCIL_KINDS}
        own, kind, name, department, region, epci, size = (self.columns.index(cell) for cell in Row.cells())
        rows = [
            Row(row[own], kinds[row[kind]], row[name], row[department], row[region], row[epci], int(row[size] or 0))
            for row in self.rows
        ]
        return Finder(rows, self.places)

    @cached_property
    def places(self) -> Places:
        """The départements and regions that the table names."""
        names = ("department_code", "department_name", "region_code", "region_name")
        one, two, three, four = (self.columns.index(name) for name in names)
        return Places((row[one], row[two], row[three], row[four]) for row in self.rows)

    @property
    def newest(self) -> date | None:
        """The day of the refresh; of the shipped table, the first day of the month of its newest web address."""
        if self.about.get("refreshed"):
            return date.fromisoformat(self.about["refreshed"])
        column = self.columns.index("website_seen")
        months = [row[column] for row in self.rows if row[column]]
        return date.fromisoformat(f"{max(months)}-01") if months else None

    def _by_code(self, text: str) -> str | None:
        """The id behind an id, an INSEE code, a SIREN or SIRET, or the code of a département."""
        if self._line(text):
            return text
        code = text.upper().replace(" ", "").replace("\u00a0", "")
        if _INSEE.fullmatch(code) and self._line(f"commune-{code}"):
            return f"commune-{code}"
        if match := _SIREN.fullmatch(code):
            return self._sirens.get(match[1])
        seat = SEATS.get(code, f"departement-{code}")
        return seat if code and self._line(seat) else None

    def _line(self, council_id: str) -> str:
        if not council_id or not council_id.isprintable() or "," in council_id:
            return ""
        self._asked += 1
        few = self._asked <= _FEW
        start = self._table.find(f"\n{council_id},") + 1 if few else self._starts.get(council_id, 0)
        if start < 2 + len(",".join(self.columns)):  # absent, or the line of the columns
            return ""
        end = self._table.find("\n", start)
        return self._table[start : end if end > 0 else None]

    @cached_property
    def _starts(self) -> dict[str, int]:
        return {match[1]: match.start(1) for match in re.finditer(r"\n([^,\n]+),", self._table)}

    @cached_property
    def _sirens(self) -> dict[str, str]:
        column, own = self.columns.index("siren"), self.columns.index("id")
        return {row[column]: row[own] for row in self.rows if row[column]}

    @cached_property
    def _hosts(self) -> dict[str, list[list[str]]]:
        column = self.columns.index("website")
        hosts: dict[str, list[list[str]]] = {}
        for row in self.rows:
            if row[column]:
                hosts.setdefault(host_of(row[column]), []).append(row)
        return hosts

    def _council(self, row: list[str]) -> Council:
        cell = dict(zip(self.columns, row, strict=True))
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
            siren=cell["siren"] or None,
        )


def shipped_table() -> str:
    """The CSV text of the shipped table."""
    return gzip.decompress(_data("councils.csv.gz")).decode()


@lru_cache(maxsize=1)
def _shipped() -> Registry:
    return Registry(shipped_table(), _acts_pages())


@lru_cache(maxsize=2)
def _of_home(path: Path, stamp: int) -> Registry:
    """A home's table; ``stamp`` lets a newer one be seen."""
    try:
        table = _unpacked(path.read_bytes())
        head, _, rest = table.partition("\n")
        about = json.loads(head.removeprefix("# ")) if head.startswith("# ") else {}
        registry = Registry(rest if about else table, _acts_pages(), about)
    except (OSError, ValueError, EOFError, zlib.error, StopIteration) as error:
        problem = f"{path} cannot be read ({error}); remove it: the shipped table serves until the next refresh"
        raise UsageError(problem) from None
    if missing := [name for name in COLUMNS if name not in registry.columns]:
        raise UsageError(f"{path} has no column {missing[0]!r}; remove it: the shipped table serves then")
    return registry


def packed(table: str, about: Mapping[str, Any]) -> bytes:
    """A table as a home keeps it: what is known of it on the first line, then the CSV; gzip without a clock."""
    text = "# " + json.dumps(about, ensure_ascii=False) + "\n" + table
    return gzip.compress(text.encode(), mtime=0)


def _unpacked(data: bytes) -> str:
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
        text = stream.read(LARGEST + 1)
    if len(text) > LARGEST:
        raise ValueError("larger than any list of councils")
    return text.decode()


@lru_cache(maxsize=1)
def _acts_pages() -> dict[str, tuple[str, ...]]:
    pages: dict[str, tuple[str, ...]] = {}
    for row in csv.DictReader(io.StringIO(_data("region_acts_pages.csv").decode())):
        pages[row["id"]] = (*pages.get(row["id"], ()), row["url"])
    return pages


def _data(name: str) -> bytes:
    return files("spiders").joinpath("data", name).read_bytes()


__all__ = ["ATTRIBUTION", "COLUMNS", "FILE_NAME", "Registry", "Site", "host_of", "packed", "plain", "shipped_table"]
