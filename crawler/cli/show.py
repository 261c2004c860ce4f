"""``tocsin show``: one session, item, flag, document, council or alert with all that is known of it."""

from __future__ import annotations

from typing import Any

import click

from crawler.cli.app import App, clean, pass_app, print_json
from crawler.cli.fact_lines import fact_line
from crawler.cli.filters import json_option
from crawler.cli.items import in_words
from crawler.cli.tables import Row, wrapped
from crawler.errors import UsageError
from db.queries import Reader
from db.store.desk import Desk
from spiders.registry import Registry

TITLES = ("item_title", "title", "name", "url")


@click.command()
@click.argument("identifier", metavar="ID")
@json_option
@pass_app
def show(app: App, identifier: str, as_json: bool) -> None:
    """Everything about one ID: s-… a session, i-… an item, f-… a flag, d-… a document, a-… an alert, or a council."""
    _ = app.config  # says so where there is no home
    found = look_up(app, identifier.strip())
    if found is None:
        raise UsageError(f"nothing has the id {identifier!r}; ids stand in tocsin upcoming, flagged and search")
    if as_json:
        print_json(found)
        return
    click.echo(f"{found['type']} {identifier}")
    said = in_words(found) if found["type"] == "item" else found
    if found["type"] == "flag":
        said = {**found, "facts": [{"title": fact_line(fact)} for fact in found["facts"]]}
    _fields({key: value for key, value in said.items() if key != "type"})


def look_up(app: App, identifier: str) -> Row | None:
    """What an id names: an alert of the desk, a thing of the archives, or a council of the registry."""
    with Desk(app.home) as desk:
        alert = next((row for row in desk.alert_rows() if row["alert_id"] == identifier), None)
    if alert:
        return {"type": "alert", **alert}
    with Reader(app.home) as reader:
        found = reader.show(identifier)
    if found is not None:
        return found
    council = next((each for each in app.config.councils if each.id == identifier), None)
    council = council or Registry.load().get(identifier)
    if council is None:
        return None
    keys = ("name", "kind", "department", "region", "timezone", "website", "population", "latitude", "longitude")
    return {"type": "council", "council_id": council.id, **{key: getattr(council, key) for key in keys}}


def _fields(row: Row, indent: str = "  ") -> None:
    """Print what is known, a line per field; lists of things are indented under their name."""
    said = {str(value) for value in row.values() if isinstance(value, str)}
    for key, value in row.items():
        if value is None or value in ("", []):
            continue
        if isinstance(value, dict):
            click.echo(f"{indent}{key}:")
            _fields(value, indent + "  ")
        elif isinstance(value, list) and isinstance(value[0], dict):
            click.echo(f"{indent}{key}: {len(value)}")
            for each in value:
                _one(each, indent + "  ", said)
        else:
            text = ", ".join(map(str, value)) if isinstance(value, list) else value
            click.echo(wrapped(f"{key}: {text}", indent))


def _one(row: dict[str, Any], indent: str, said: set[str]) -> None:
    """A thing of a list as one paragraph: its title first, behind it what was not ``said`` above."""
    head = next((str(row[key]) for key in TITLES if row.get(key)), "")
    number = row.get("item_number") or row.get("number")
    shown = {
        key: value
        for key, value in row.items()
        if key not in (*TITLES, "number", "item_number") and value and not isinstance(value, list | dict)
    }
    rest = "; ".join(f"{key} {_short(value)}" for key, value in shown.items() if str(value) not in said)
    topics = " ".join(row["topics"]) if row.get("topics") else ""
    label = f"{number}. {head}" if number and head else head
    click.echo(wrapped("- " + " — ".join(part for part in (label, topics, rest) if part), indent))


def _short(value: object) -> str:
    text = clean(value)
    return text if len(text) <= 120 else text[:119] + "…"
