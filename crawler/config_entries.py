"""``[[council]]`` of ``tocsin.toml``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from crawler import config_checks as checks
from crawler.models import COUNCIL_KINDS, Council, Entry
from crawler.toml_table import Mistakes, Table
from spiders.registry import Registry

NAMED = "named in tocsin.toml"
# départements whose own council is not called departement-CODE
_CHIEF = {
    "2A": "region-94", "2B": "region-94", "67": "departement-6AE", "68": "departement-6AE", "75": "commune-75056",
    "972": "region-02", "973": "region-03", "988": "province-988-sud",
}  # fmt: skip


def read_councils(entries: Sequence[Any], mistakes: Mistakes, registry: Registry) -> tuple[Council, ...]:
    """Each ``[[council]]``: an id of the registry, completed and overridden, or a council of one's own."""
    councils: dict[str, Council] = {}
    for index, entry in enumerate(entries):
        table = Table(entry, ("council", index), mistakes)
        council = _council(table, registry)
        table.finish()
        if council and council.id in councils:
            table.note("id", f"{council.id} is there twice", "keep one of the two blocks")
        elif council:
            councils[council.id] = council
    return tuple(councils.values())


def _council(table: Table, registry: Registry) -> Council | None:
    given = table.text("id", checks.council_id)
    base = registry.get(given) if given else None
    name, kind = table.text("name"), table.choice("kind", COUNCIL_KINDS)
    department, region = table.text("department", checks.code), table.text("region", checks.code)
    zone, website = table.text("timezone", checks.zone), table.text("website", checks.web_address)
    start_urls = table.texts("start_urls", checks.web_address)
    hosts = table.texts("document_hosts", checks.host)
    place = _place(table)
    entries = tuple(Entry(*checks.entry_parts(text), why=NAMED) for text in table.texts("entries", checks.entry))
    if not given:
        if not table.has("id"):
            table.note("id", "missing", 'every [[council]] needs one, of the registry ("commune-69123") or your own')
        return None
    if base is None:
        base = _own(table, given, name, department, registry)
    return replace(
        base,
        name=name or base.name,
        kind=kind or base.kind,
        department=department or base.department,
        region=region or base.region,
        timezone=zone or base.timezone,
        website=website or base.website,
        start_urls=start_urls or base.start_urls,
        document_hosts=hosts or base.document_hosts,
        latitude=base.latitude if place is None else place[0],
        longitude=base.longitude if place is None else place[1],
        entries=entries,
    )


def _place(table: Table) -> tuple[float, float] | None:
    """Where it lies, in degrees; for who asks by distance."""
    latitude, longitude = table.number("latitude", 0, -90, 90), table.number("longitude", 0, -180, 180)
    given = [key for key in ("latitude", "longitude") if table.has(key)]
    if len(given) == 1:
        table.note(given[0], "stands alone", "write latitude and longitude, in degrees, or neither")
    return (latitude, longitude) if len(given) == 2 else None


def _own(table: Table, given: str, name: str | None, department: str | None, registry: Registry) -> Council:
    """A council that the registry does not have: name and address are then required."""
    missing = [key for key in ("name",) if not table.has(key)]
    if not (table.has("website") or table.has("start_urls")):
        missing.append("website")
    if missing:
        remedy = f"correct the id (tocsin add NAME finds it), or add {' and '.join(missing)}"
        table.note("id", f"{given} is not in the registry", remedy)
    around = territory(department, registry)
    council = Council(given, name or given, "commune", department=department)
    return replace(council, region=around.region, timezone=around.timezone) if around else council


def territory(department: str | None, registry: Registry) -> Council | None:
    """A council of the registry that shares region and time zone with a département, by its code."""
    if not department:
        return None
    ids = (_CHIEF.get(department, f"departement-{department}"), f"collectivite-{department}")
    return next((council for council in map(registry.get, ids) if council), None)
