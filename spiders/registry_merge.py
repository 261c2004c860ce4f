"""A table of councils brought up to date by what the official sources say; nothing that was known is thrown away.

A web site that the directory no longer names stays, with the date of its old evidence; a council that is no longer in
the official list stays too and says so, for somebody may be watching it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from spiders.registry import host_of
from spiders.registry_directory import Listed, Territory

Cells = dict[str, str]
LEAST_COMMUNES = 0.9  # of those known: an answer with fewer is not the whole list
LEAST_SITES = 0.5
_SHORT_FORMS = (
    ("CC ", "Communauté de communes "),
    ("CA ", "Communauté d'agglomération "),
    ("CU ", "Communauté urbaine "),
)
_TAG = re.compile(r"\+?annuaire-\d{4}-\d{2}")


@dataclass
class Diff:
    """What a refresh changed."""

    new: list[str] = field(default_factory=list)  # ids
    gone: list[str] = field(default_factory=list)
    renamed: list[tuple[str, str, str]] = field(default_factory=list)  # id, before, after
    sites_new: list[tuple[str, str]] = field(default_factory=list)
    sites_changed: list[tuple[str, str, str]] = field(default_factory=list)
    sites_confirmed: int = 0
    sites_kept: int = 0  # the directory names none, or an older one: ours stays with its date
    updated: int = 0  # population, intercommunal body or other figures


def incomplete(rows: Sequence[Cells], communes: Mapping[str, Territory], found: Mapping[str, Listed]) -> str | None:
    """Why these answers cannot be the whole of France; None where they can."""
    known = sum(row["kind"] == "commune" for row in rows)
    if len(communes) < LEAST_COMMUNES * known:
        return f"the official list names {len(communes):,} communes where {known:,} are known"
    sites = sum(bool(row["website"]) for row in rows)
    named = sum(one.site is not None for one in found.values())
    if named < LEAST_SITES * sites:
        return f"the directory names {named:,} web sites where {sites:,} are known"
    return None


def merge(
    rows: Sequence[Cells], communes: Mapping[str, Territory], bodies: Mapping[str, Territory],
    found: Mapping[str, Listed], month: str,
) -> tuple[list[Cells], Diff]:  # fmt: skip
    """The table as it is then, and what changed; ``month`` ("2026-11") is when the sources were read."""
    diff = Diff()
    updated = [dict(row) for row in rows]
    _territories(updated, communes, bodies, month, diff)
    hosts = {host_of(row["website"]) for row in updated if row["website"] and row["kind"] in ("epci", "ept")}
    for row in updated:
        one = found.get(row["code"] if row["kind"] == "commune" else row["siren"])
        _site(row, one, hosts, month, diff)
    return updated, diff


def _territories(
    rows: list[Cells], communes: Mapping[str, Territory], bodies: Mapping[str, Territory], month: str, diff: Diff
) -> None:
    answered = {one.department for one in communes.values()}
    known = {row["code"]: row for row in rows if row["kind"] == "commune"}
    for row in known.values():
        if one := communes.get(row["code"]):
            _update(row, one, diff)
        elif row["department_code"] in answered:  # else that part of the list is missing, which says nothing
            _gone(row, month, diff)
    largest: dict[str, Cells] = {}
    patterns = {row["department_code"]: row for row in rows if row["kind"] == "commune"}
    for code, one in sorted(communes.items()):
        if code not in known and one.department in patterns:
            row = _new_row(f"commune-{code}", "commune", one, patterns[one.department])
            rows.append(row)
            known[code] = row
            diff.new.append(row["id"])
    for row in known.values():
        body = row["epci_siren"]
        if body and (body not in largest or _size(row) > _size(largest[body])):
            largest[body] = row
    _bodies(rows, bodies, largest, month, diff)


def _bodies(
    rows: list[Cells], bodies: Mapping[str, Territory], largest: Mapping[str, Cells], month: str, diff: Diff
) -> None:
    known = {row["siren"]: row for row in rows if row["id"].startswith("epci-")}
    for siren, row in known.items():
        if one := bodies.get(siren):
            _update(row, one, diff)
        elif bodies:
            _gone(row, month, diff)
    for siren, one in sorted(bodies.items()):
        if siren not in known and siren in largest:
            row = _new_row(f"epci-{siren}", "epci", one, largest[siren])
            row |= {"siren": siren, "epci_siren": siren}
            for key in ("latitude", "longitude"):
                row[key] = largest[siren][key]
            rows.append(row)
            diff.new.append(row["id"])


def _update(row: Cells, one: Territory, diff: Diff) -> None:
    name = _full(one.name)
    if name != row["name"]:
        diff.renamed.append((row["id"], row["name"], name))
        row["name"] = name
    if "n'est plus" in row["legal_form"]:
        row["legal_form"] = "Commune" if row["kind"] == "commune" else ""
    said = {
        "siren": one.siren or row["siren"],
        "epci_siren": one.epci if row["kind"] == "commune" and one.epci else row["epci_siren"],
        "population": str(one.population) if one.population is not None else row["population"],
    }
    if any(row[key] != value for key, value in said.items()):
        diff.updated += 1
        row |= said


def _full(name: str) -> str:
    for short, long in _SHORT_FORMS:
        if name.startswith(short):
            return long + name.removeprefix(short)
    return name


def _gone(row: Cells, month: str, diff: Diff) -> None:
    if "n'est plus" not in row["legal_form"]:
        row["legal_form"] = f"n'est plus dans la liste officielle ({month})"
        diff.gone.append(row["id"])


def _new_row(council_id: str, kind: str, one: Territory, pattern: Cells) -> Cells:
    """A row for somebody new, placed as a commune of the same département is."""
    row = dict.fromkeys(pattern, "")
    for key in ("department_code", "department_name", "region_code", "region_name", "timezone"):
        row[key] = pattern[key]
    return row | {
        "id": council_id, "kind": kind, "name": _full(one.name), "code": one.code, "siren": one.siren,
        "epci_siren": one.epci, "population": "" if one.population is None else str(one.population),
        "latitude": "" if one.latitude is None else f"{one.latitude:.4f}",
        "longitude": "" if one.longitude is None else f"{one.longitude:.4f}",
        "legal_form": "Commune" if kind == "commune" else "",
    }  # fmt: skip


def _site(row: Cells, one: Listed | None, shared: set[str], month: str, diff: Diff) -> None:
    """The web site of one council, and how sure it is."""
    old, new = row["website"], one.site if one else None
    if new and host_of(new) == host_of(old):
        diff.sites_confirmed += 1
        _note(row, old, month, "medium" if row["website_confidence"] == "low" else row["website_confidence"])
        return
    stranger = bool(new) and row["kind"] == "commune" and host_of(new or "") in shared
    newer_here = row["website_confidence"] == "high" and row["website_seen"] >= (one.modified if one else "")
    if not new or stranger or (old and newer_here):
        diff.sites_kept += bool(old)
        return
    if old:
        diff.sites_changed.append((row["id"], old, new))
        row["website_source"] = ""
    else:
        diff.sites_new.append((row["id"], new))
    _note(row, new, month, "medium")


def _note(row: Cells, site: str, month: str, confidence: str) -> None:
    source = _TAG.sub("", row["website_source"])
    row |= {
        "website": site, "website_confidence": confidence, "website_seen": month,
        "website_source": f"{source}+annuaire-{month}".lstrip("+"),
    }  # fmt: skip


def _size(row: Cells) -> int:
    return int(row["population"] or 0)
