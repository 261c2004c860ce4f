"""``tocsin registry refresh``: the official sources read again, and the home's own table written.

The table is written whole or not at all; whatever fails on the way leaves things as they were.
"""

from __future__ import annotations

import csv
import io
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from crawler.errors import SourceError, UsageError
from crawler.fetching import Client
from spiders.registry import FILE_NAME, Registry, packed
from spiders.registry_directory import listed, territories
from spiders.registry_merge import Diff, incomplete, merge

DIRECTORY = "https://api-lannuaire.service-public.fr"
GEO = "https://geo.api.gouv.fr"
# /records stops at offset + limit = 10,000, and there are 35,000 town halls: /exports has no such bound
_EXPORT = "/api/explore/v2.1/catalog/datasets/api-lannuaire-administration/exports/json"
_FIELDS = "nom,pivot,site_internet,siret,code_insee_commune,date_modification"
_SERVICES = {"mairie": "town halls", "epci": "EPCI", "cg": "départements", "cr": "regions"}
_COMMUNE_FIELDS = "nom,code,siren,codeEpci,codeDepartement,codeRegion,population,centre"


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the two official services are."""

    directory: str = DIRECTORY
    geo: str = GEO


@dataclass(frozen=True, slots=True)
class Refreshed:
    """A table as it was written."""

    path: Path
    councils: int
    sites: int
    diff: Diff


def refresh(
    home: Path, client: Client, now: datetime, sources: Sources = Sources(), tell: Callable[[str], None] = print
) -> Refreshed:
    """Read the sources and write ``registry.csv.gz`` into the home; ``tell`` hears of each step.

    Raises SourceError where a source fails or answers with less than the whole, UsageError where the home cannot be
    written.
    """
    registry = Registry.load(home)
    rows = [dict(zip(registry.columns, row, strict=True)) for row in registry.rows]
    query = urlencode({"fields": _COMMUNE_FIELDS, "format": "json", "geometry": "centre", "zone": "metro,drom,com"})
    communes = territories(_records(client, f"{sources.geo}/communes?{query}"))
    tell(f"{len(communes):,} communes")
    bodies = territories(_records(client, f"{sources.geo}/epcis?fields=nom,code,population&format=json"))
    tell(f"{len(bodies):,} EPCI")
    records: list[dict[str, Any]] = []
    for service, name in _SERVICES.items():
        where = urlencode({"where": f'pivot LIKE "{service}"', "select": _FIELDS})
        part = _records(client, f"{sources.directory}{_EXPORT}?{where}")
        tell(f"{len(part):,} records of {name}")
        records += part
    found = listed(records)
    if problem := incomplete(rows, communes, found):
        raise SourceError(f"the answers are not complete: {problem}")
    merged, diff = merge(rows, communes, bodies, found, f"{now:%Y-%m}")
    about = {"refreshed": f"{now:%Y-%m-%d}", "directory": sources.directory, "geo": sources.geo}
    path = home / FILE_NAME
    _write(path, packed(_csv(registry.columns, merged), about))
    return Refreshed(path, len(merged), sum(bool(row["website"]) for row in merged), diff)


def _records(client: Client, url: str) -> list[dict[str, Any]]:
    answer = client.json(url)
    if not isinstance(answer, list) or not all(isinstance(each, dict) for each in answer):
        raise SourceError(f"{url.partition('?')[0]}: the answer is not a list of objects")
    return answer


def _csv(columns: list[str], rows: list[dict[str, str]]) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, lineterminator="\n", extrasaction="raise")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def _write(path: Path, content: bytes) -> None:
    """In one step: whoever reads meanwhile sees the old table or the new one."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}.new")
    try:
        with temporary.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise UsageError(f"cannot write {path}: {error.strerror}") from None
