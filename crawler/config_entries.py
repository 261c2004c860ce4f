"""The repeated tables of ``tocsin.toml``: ``[[council]]`` and ``[[subscription]]``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from crawler import config_checks as checks
from crawler.models import ALERT_KINDS, COUNCIL_KINDS, TOPICS, Council, CouncilKind, Entry, Subscription
from crawler.toml_table import Mistakes, Table, nearest
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
        entries=entries,
    )


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


def read_subscriptions(
    entries: Sequence[Any], mistakes: Mistakes, registry: Registry, councils: Sequence[Council]
) -> tuple[Subscription, ...]:
    """Each ``[[subscription]]``; empty lists mean everything."""
    subscriptions: dict[str, Subscription] = {}
    for index, entry in enumerate(entries):
        table = Table(entry, ("subscription", index), mistakes)
        subscription = _subscription(table, registry, councils)
        table.finish()
        if subscription and subscription.name in subscriptions:
            table.note("name", f"{subscription.name!r} is there twice", "give each subscription a name of its own")
        elif subscription:
            subscriptions[subscription.name] = subscription
    return tuple(subscriptions.values())


def _subscription(table: Table, registry: Registry, councils: Sequence[Council]) -> Subscription | None:
    own = {council.id for council in councils}

    def known_council(text: str) -> str | None:
        if text in own or registry.get(text):
            return None
        near = nearest(text, own)
        return f'did you mean "{near}"?' if near else "no [[council]] has this id, nor the registry (tocsin add NAME)"

    def known_department(text: str) -> str | None:
        if text in checks.DEPARTMENTS or text in {council.department for council in councils}:
            return None
        named = _named(text, "departement", registry)
        return f'write "{named.department}"' if named else 'give official codes in quotes, such as "69", "2A" or "974"'

    def known_region(text: str) -> str | None:
        if text in checks.REGIONS or text in {council.region for council in councils}:
            return None
        named = _named(text, "region", registry)
        return f'write "{named.region}"' if named else 'give official codes in quotes, such as "84"'

    name, to = table.text("name"), table.texts("to", checks.target)
    for key, value in (("name", name), ("to", to)):
        if not value and not table.has(key):
            table.note(key, "missing", f"every [[subscription]] needs {key} = …")
    if table.has("to") and table.is_empty("to"):
        table.note("to", "is empty", 'say where alerts go, such as ["mailto:veille@example.org"]')
    score = table.number("minimum_score", -1, 0, 1)
    subscription = Subscription(
        name=name or "",
        to=to,
        councils=table.texts("councils", known_council),
        departments=table.texts("departments", known_department),
        regions=table.texts("regions", known_region),
        topics=table.choices("topics", TOPICS),
        kinds=table.choices("kinds", ALERT_KINDS),
        bodies=tuple(body.lower() for body in table.texts("bodies")),
        minimum_score=score if score >= 0 else None,
        language=table.choice("language", ("fr", "en")),
    )
    table.reserved("near", "subscriptions by distance")
    table.reserved("digest", "digests")
    table.reserved("quiet_hours", "quiet hours")
    return subscription if name else None


def _named(text: str, kind: CouncilKind, registry: Registry) -> Council | None:
    """The département or region that somebody named instead of giving its code."""
    found = [*registry.find(text), *registry.find(f"{kind} {text}")]
    return next((council for council in found if council.kind == kind), None)
