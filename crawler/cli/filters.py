"""The filters that listings and exports share, and ``--json``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar

import click

from crawler.cli.app import App
from crawler.councils import council_of
from crawler.errors import UsageError
from crawler.models import ALERT_KINDS, COUNCIL_KINDS, DOCUMENT_KINDS, TOPICS
from crawler.toml_table import one_of
from db.queries import Filters, Reader
from spiders.registry import Registry

Function = TypeVar("Function", bound=Callable[..., Any])

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def _day(ctx: click.Context, parameter: click.Parameter, value: str | None) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise UsageError(f"--{parameter.name}: not a date: {value!r}; write it as 2026-03-31") from None


def _topics(ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if value not in TOPICS:
            raise UsageError(f"--topic: no topic {value!r}; {one_of(TOPICS, value)}")
    return values


_OPTIONS = (
    click.option("--council", "councils", multiple=True, metavar="ID", help="Only of this council; may be repeated."),
    click.option("--department", "departments", multiple=True, metavar="CODE", help="Only in this département."),
    click.option("--region", "regions", multiple=True, metavar="CODE", help="Only in this region."),
    click.option("--topic", "topics", multiple=True, metavar="TOPIC", callback=_topics, help="Only of this topic."),
    click.option(
        "--kind",
        "kinds",
        multiple=True,
        metavar="KIND",
        help="Only of this kind of council or document (alerts: of alert).",
    ),
    click.option("--since", metavar="DATE", callback=_day, help="From this day on (YYYY-MM-DD)."),
    click.option("--until", metavar="DATE", callback=_day, help="Up to this day."),
    click.option("--min-score", type=click.FloatRange(0, 1), help="Flags with at least this score."),
)


def filter_options(function: Function) -> Function:
    """Give a command the options of DESIGN §6; it takes them as keyword arguments for ``filters``."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


# what --kind means: of councils, of documents, or both; of alerts, what they tell
KINDS: dict[str, Sequence[str]] = {"alerts": ALERT_KINDS}


def filters(app: App, listing: str, councils: tuple[str, ...], kinds: tuple[str, ...], **given: Any) -> Filters:
    """The filters of one command line for one listing. Raises UsageError where one cannot match anything."""
    since, until = given["since"], given["until"]
    if since and until and since > until:
        raise UsageError(f"--since {since} is after --until {until}")
    valid = KINDS.get(listing, (*COUNCIL_KINDS, *DOCUMENT_KINDS))
    for kind in kinds:
        if kind not in valid:
            raise UsageError(f"--kind: no kind {kind!r} of {listing}; {one_of(valid, kind)}")
    ids = tuple(_known(app, text) for text in councils)
    return Filters(councils=ids, kinds=kinds, **given)


def _known(app: App, text: str) -> str:
    """The id of a council that is configured, in the registry, or was once watched."""
    try:
        return council_of(text, app.config, Registry.load()).id
    except UsageError:
        with Reader(app.home) as reader:
            if any(row["council_id"] == text for row in reader.sources()):
                return text
        raise
