"""``[[subscription]]`` of ``tocsin.toml``, and the same words given to a command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from crawler import config_checks as checks
from crawler.config_near import NEAR_EXAMPLE, WIDEST, around, parse_near, parse_quiet_hours
from crawler.errors import ConfigError
from crawler.models import ALERT_KINDS, TOPICS, Council, CouncilKind, Near, QuietHours, Subscription
from crawler.toml_lines import Lines
from crawler.toml_table import Mistakes, Table, nearest
from spiders.registry import Registry

DIGESTS = ("daily", "weekly", "immediate")


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


def read_one(
    values: Mapping[str, Any], registry: Registry, councils: Sequence[Council]
) -> tuple[Subscription | None, list[ConfigError]]:
    """One subscription from values as the file would hold them, and their mistakes (``key``: "subscription.KEY")."""
    mistakes = Mistakes("", Lines(""))
    found = read_subscriptions([dict(values)], mistakes, registry, councils)
    return next(iter(found), None), mistakes.found


def _subscription(table: Table, registry: Registry, councils: Sequence[Council]) -> Subscription | None:
    name, to = table.text("name"), table.texts("to", checks.target)
    for key, value in (("name", name), ("to", to)):
        if not value and not table.has(key):
            table.note(key, "missing", f"every [[subscription]] needs {key} = …")
    if table.has("to") and table.is_empty("to"):
        table.note("to", "is empty", 'say where alerts go, such as ["mailto:veille@example.org"]')
    score = table.number("minimum_score", -1, 0, 1)
    digest = table.choice("digest", DIGESTS)
    subscription = Subscription(
        name=name or "",
        to=to,
        councils=table.texts("councils", partial(_council_problem, {council.id for council in councils}, registry)),
        departments=table.texts("departments", partial(_department_problem, councils, registry)),
        regions=table.texts("regions", partial(_region_problem, councils, registry)),
        topics=table.choices("topics", TOPICS),
        kinds=table.choices("kinds", ALERT_KINDS),
        bodies=tuple(body.lower() for body in table.texts("bodies")),
        minimum_score=score if score >= 0 else None,
        language=table.choice("language", ("fr", "en")),
        near=_near(table, registry, councils),
        digest="daily" if digest == "daily" else "weekly" if digest == "weekly" else None,
        quiet_hours=_quiet_hours(table),
    )
    return subscription if name else None


# --------------------------------------------------------------------------- places


def _council_problem(own: set[str], registry: Registry, text: str) -> str | None:
    if text in own or registry.get(text):
        return None
    near = nearest(text, own)
    return f'did you mean "{near}"?' if near else "no [[council]] has this id, nor the registry (tocsin add NAME)"


def _department_problem(councils: Sequence[Council], registry: Registry, text: str) -> str | None:
    if text in checks.DEPARTMENTS or text in {council.department for council in councils}:
        return None
    named = _named(text, "departement", registry)
    return f'write "{named.department}"' if named else 'give official codes in quotes, such as "69", "2A" or "974"'


def _region_problem(councils: Sequence[Council], registry: Registry, text: str) -> str | None:
    if text in checks.REGIONS or text in {council.region for council in councils}:
        return None
    named = _named(text, "region", registry)
    return f'write "{named.region}"' if named else 'give official codes in quotes, such as "84"'


def _named(text: str, kind: CouncilKind, registry: Registry) -> Council | None:
    """The département or région that somebody named instead of giving its code."""
    found = [*registry.find(text), *registry.find(f"{kind} {text}")]
    return next((council for council in found if council.kind == kind), None)


def _near(table: Table, registry: Registry, councils: Sequence[Council]) -> tuple[Near, ...]:
    """A text, a table or a list of them."""
    found: dict[Near, None] = {}
    given = table.several("near")
    # those of the registry are found there: what a name means must not change with the councils that are watched
    own = tuple(council for council in councils if given and not registry.get(council.id))
    for index, value in given:
        circle = None
        if isinstance(value, str):
            try:
                circle = parse_near(value, registry, own)
            except ValueError as error:
                table.note("near", f"{value!r} is not valid", str(error), index=index)
        elif isinstance(value, dict):
            circle = _circle(table, index, value, registry, own)
        else:
            table.note("near", f"{value!r} is neither a text nor a table", f"for example {NEAR_EXAMPLE}", index=index)
        if circle:
            found[circle] = None
    return tuple(found)


def _circle(
    table: Table, index: int | None, value: dict[str, Any], registry: Registry, own: tuple[Council, ...]
) -> Near | None:
    """``{ latitude = 45.764, longitude = 4.8357, km = 30 }``, or a ``place`` instead of the two."""
    before = len(table.mistakes.found)
    where = (*table.where, "near") if index is None else (*table.where, "near", index)
    inner = Table(value, where, table.mistakes)
    place = inner.text("place")
    latitude, longitude = inner.number("latitude", 0, -90, 90), inner.number("longitude", 0, -180, 180)
    distance = inner.number("km", 0, 0, WIDEST)
    inner.finish()
    if len(table.mistakes.found) > before:
        return None
    missing = [key for key in ("latitude", "longitude") if not inner.has(key)]
    if missing and (not place or len(missing) == 1):
        said = f"{' and '.join(missing)} missing"
        table.note("near", said, "write { latitude = 45.764, longitude = 4.8357, km = 30 }", index=index)
    if distance <= 0:
        inner.note("km", "must be more than 0" if inner.has("km") else "missing", "for example km = 30")
    if len(table.mistakes.found) > before:
        return None
    if not missing:
        return Near(latitude, longitude, distance, place or "")
    try:
        return around(place or "", distance, registry, own)
    except ValueError as error:
        inner.note("place", f"{place!r} is not valid", str(error))
        return None


# --------------------------------------------------------------------------- hours


def _quiet_hours(table: Table) -> QuietHours | None:
    text = table.text("quiet_hours", _hours_problem)
    return parse_quiet_hours(text) if text else None


def _hours_problem(text: str) -> str | None:
    try:
        parse_quiet_hours(text)
    except ValueError as error:
        return str(error)
    return None
