"""What the official sources say of the councils, read from their answers as they come.

*Annuaire de l'administration* (DILA, API of service-public): an Opendatasoft catalogue whose nested values are JSON
inside strings. ``pivot LIKE "mairie"`` also finds annexes and the town halls of communes déléguées, which carry the
INSEE code of their commune. *geo.api.gouv.fr*: communes and EPCI as lists of objects.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from spiders.registry import host_of
from spiders.registry_names import plain

SERVICES = {"mairie": "commune", "mairie_com": "commune", "epci": "body", "cg": "body", "cr": "body"}
_MINOR = re.compile(r"\b(?:deleguee?s?|associees?|annexe|mobile|quartier|arrondissement|antenne)\b")
# Pages on these belong to somebody else's site: a crawl would read the wrong council, or nothing.
_NO_SITE_OF_ITS_OWN = re.compile(
    r"(?:^|\.)(?:facebook|fb|instagram|twitter|x|youtube|linkedin|intramuros|panneaupocket|lapagelocale|illiwap"
    r"|google|annuaire-mairie|mairie\.net|service-public|campagnol|app\.[a-z]+)\.(?:com|fr|org|net|me|gouv\.fr)$"
)
_HOST = re.compile(r"(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,24}|xn--[a-z0-9-]+)")
SHARED = 3  # communes that name one host: it is a platform or the site of their EPCI
_DAY = re.compile(r"\d\d/(?P<month>0[1-9]|1[0-2])/(?P<year>20\d\d)\b|(?P<y>20\d\d)-(?P<m>0[1-9]|1[0-2])-\d\d(?!\d)")
_INSEE = re.compile(r"\d{5}|2[AB]\d{3}")


@dataclass(frozen=True, slots=True)
class Listed:
    """What the directory says of one council."""

    key: str  # INSEE code of a commune, SIREN of anybody else
    name: str
    site: str | None
    modified: str  # month, "2026-10"; empty where it is not said


@dataclass(frozen=True, slots=True)
class Territory:
    """A commune or EPCI of the official list."""

    code: str
    name: str
    siren: str = ""
    epci: str = ""
    department: str = ""
    region: str = ""
    population: int | None = None
    latitude: float | None = None
    longitude: float | None = None


def listed(records: Iterable[Mapping[str, Any]]) -> dict[str, Listed]:
    """The councils of the directory by key; of several records for one, the main town hall's."""
    found: dict[str, list[Listed]] = defaultdict(list)
    for record in records:
        one = _listed(record)
        if one:
            found[one.key].append(one)
    chosen = {key: max(each, key=_rank) for key, each in found.items()}
    hosts = Counter(host_of(one.site) for one in chosen.values() if one.site and len(one.key) == 5)
    return {
        key: Listed(one.key, one.name, None, one.modified) if one.site and hosts[host_of(one.site)] >= SHARED else one
        for key, one in chosen.items()
    }


def _rank(one: Listed) -> tuple[bool, str, int]:
    """With a site before without; then the latest; then the shortest name, which is the main office's."""
    return (one.site is not None, one.modified, -len(one.name))


def _listed(record: Mapping[str, Any]) -> Listed | None:
    name = str(record.get("nom") or "")
    services = [SERVICES[kind] for kind, _ in _pivots(record.get("pivot")) if kind in SERVICES]
    if not services or _MINOR.search(plain(name)):
        return None
    if services[0] == "commune":
        codes = [code for kind, code in _pivots(record.get("pivot")) if kind in SERVICES and code]
        key = (codes or [str(record.get("code_insee_commune") or "")])[0].strip().upper()
        if not _INSEE.fullmatch(key):
            return None
    else:
        key = re.sub(r"\D", "", str(record.get("siret") or record.get("siren") or ""))[:9]
        if len(key) != 9:
            return None
    return Listed(key, name, _site(record.get("site_internet")), _month(str(record.get("date_modification") or "")))


def _unwrapped(value: object) -> list[Any]:
    """A nested value: JSON inside a string, now and then plain, a single object, or no JSON at all."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            value = [value]
    return value if isinstance(value, list) else [value] if value else []


def _pivots(value: object) -> list[tuple[str, str]]:
    """The kinds of service that a record is, each with the INSEE code that it names."""
    pairs = []
    for each in _unwrapped(value):
        if isinstance(each, dict):
            codes = [str(code) for code in _unwrapped(each.get("code_insee_commune"))]
            pairs.append((str(each.get("type_service_local") or ""), codes[0] if codes else ""))
        elif isinstance(each, str):
            pairs.append((each, ""))
    return pairs


def _site(value: object) -> str | None:
    """The first address that can be the site of a council."""
    for each in _unwrapped(value):
        text = each.get("valeur") if isinstance(each, dict) else each
        if isinstance(text, str) and (site := clean_site(text)):
            return site
    return None


def clean_site(text: str) -> str | None:
    """A web address as somebody typed it into a form, made whole; None where it is no site of a council's own."""
    text = text.strip()
    if not text or not text.isprintable() or re.search(r"[\s<>\"'\\]", text) or "@" in text:
        return None
    text = text if "://" in text else f"https://{text.lstrip('/')}"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme.lower() not in ("http", "https") or not _HOST.fullmatch(host) or port not in (None, 80, 443):
        return None
    if _NO_SITE_OF_ITS_OWN.search(host):
        return None
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme.lower()}://{host}{parts.path or '/'}{query}"


def _month(text: str) -> str:
    """The month of "18/12/2024 17:42:39" or "2024-12-18T…"."""
    if match := _DAY.match(text):
        return f"{match['year'] or match['y']}-{match['month'] or match['m']}"
    return ""


def territories(records: Iterable[Mapping[str, Any]]) -> dict[str, Territory]:
    """Communes or EPCI by code; of two with one code (a commune déléguée shares its parent's) the larger."""
    found: dict[str, Territory] = {}
    for record in records:
        one = _territory(record)
        known = found.get(one.code) if one else None
        if one and (known is None or (one.population or 0) > (known.population or 0)):
            found[one.code] = one
    return found


def _territory(record: Mapping[str, Any]) -> Territory | None:
    code, name = str(record.get("code") or "").strip().upper(), " ".join(str(record.get("nom") or "").split())
    if record.get("type", "commune-actuelle") in ("commune-deleguee", "commune-associee", "arrondissement-municipal"):
        return None
    if not re.fullmatch(r"[0-9AB]{5}|\d{9}", code) or not name or not name.isprintable() or len(name) > 200:
        return None
    centre = record.get("centre") or {}
    place = centre.get("coordinates") if isinstance(centre, dict) else None
    longitude, latitude = place if isinstance(place, list) and len(place) == 2 else (None, None)
    people = record.get("population")
    return Territory(
        code, name, _digits(record.get("siren")), _digits(record.get("codeEpci")),
        str(record.get("codeDepartement") or ""), str(record.get("codeRegion") or ""),
        people if isinstance(people, int) and people >= 0 else None,
        float(latitude) if isinstance(latitude, int | float) else None,
        float(longitude) if isinstance(longitude, int | float) else None,
    )  # fmt: skip


def _digits(value: object) -> str:
    text = str(value or "")
    return text if re.fullmatch(r"\d{9}", text) else ""
