"""``tocsin subscribe``, ``unsubscribe``, ``subscriptions``: who is told of what. Only ``desk.db`` is written."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import click

from alerts.mail_headers import leave_token
from alerts.outbox import only_sender, plan_and_store
from alerts.subscriptions import current
from crawler.cli.app import App, clean, pass_app, print_json
from crawler.cli.filters import json_option
from crawler.cli.tables import Column, Row, moment, plural, print_table, wrapped
from crawler.config import Config, subscription_line
from crawler.config_checks import target
from crawler.config_near import place_named
from crawler.config_subscriptions import read_one
from crawler.errors import UsageError
from crawler.forgetting import forget_address, forget_name
from crawler.models import ALERT_KINDS, TOPICS, Council, Subscription
from crawler.subscribed import addresses_in_words, difference, how_in_words, in_words, reach_of
from db.store.desk import Desk
from spiders.registry import Registry
from spiders.registry_names import plain
from spiders.registry_select import is_selection

Function = TypeVar("Function", bound=Callable[..., Any])
# the options of ``subscribe`` by the key that they stand for in tocsin.toml
OPTIONS = {
    "name": "NAME", "to": "--to", "councils": "--council", "departments": "--department", "regions": "--region",
    "near": "--near", "topics": "--topic", "kinds": "--kind", "bodies": "--body", "minimum_score": "--min-score",
    "digest": "--digest", "quiet_hours": "--quiet-hours", "language": "--language",
}  # fmt: skip
NONE = ("", "none")  # what takes a criterion away again


def _many(option: str, key: str, metavar: str, text: str) -> Callable[[Function], Function]:
    return click.option(option, key, multiple=True, metavar=metavar, help=f"{text}; may be repeated.")


@click.command()
@click.argument("name")
@_many("--to", "to", "ADDRESS", "mailto:…, feed, or an Apprise URL")
@_many("--council", "councils", "NAME|ID", "A council")
@_many("--department", "departments", "CODE", "A département")
@_many("--region", "regions", "CODE", "A region")
@_many("--near", "near", "PLACE KM", 'The councils around a place: "Lyon 30km", "45.764, 4.8357 30km"')
@_many("--topic", "topics", "TOPIC", f"One of {', '.join(TOPICS)}")
@_many("--kind", "kinds", "KIND", f"Of alert: {', '.join(ALERT_KINDS)}")
@_many("--body", "bodies", "BODY", 'Such as "conseil municipal"')
@click.option("--min-score", "minimum_score", metavar="0..1", help="How sure a flag must be.")
@click.option("--digest", metavar="daily|weekly", help="One message a day or week, but at once where a vote is nearer.")
@click.option("--quiet-hours", metavar="22:00-07:00", help="When nothing is sent that can wait.")
@click.option("--language", metavar="fr|en", help="Of the messages.")
@pass_app
def subscribe(app: App, /, name: str, **given: Any) -> None:
    """Tell somebody of what councils vote: of everything, or of what the options let through.

    \b
      tocsin subscribe marie --to mailto:marie@example.org --near "Lyon 30km"
      tocsin subscribe presse --to mailto:redaction@example.org --topic drones --digest weekly
      tocsin subscribe marie --quiet-hours 22:00-07:00        changes that, and nothing else
      tocsin subscribe marie --topic none                     every topic again

    Places add up; topics, kinds and bodies narrow. Who subscribes, or asks for more, hears of votes that are still
    ahead, never of the past. tocsin.toml is not touched.
    """
    config, now, name = app.config, app.now(), name.strip()
    if not name:
        raise UsageError("NAME is empty; give the subscription a name of your own")
    _refuse_configured(app, config, name)
    with Desk(app.home) as desk:
        current(desk, config, now)
        old = next((each for each in desk.subscriptions() if each.name == name), None)
        wanted = _wanted(name, {key: value for key, value in given.items() if value not in (None, ())}, old, config)
        changes = difference(old, wanted) if old else []
        if changes or not old:
            desk.subscribe(wanted, now)
    reach = reach_of(wanted, config.councils)
    count = plural(len(reach.councils), "watched council")
    if old:
        click.echo(clean(f"changed {name}: {'; '.join(changes)}" if changes else f"{name}: nothing changed"))
    else:
        said = f"{in_words(wanted, config.councils)}; {how_in_words(wanted)}"
        click.echo(clean(f"subscribed {name}: {said}; to {addresses_in_words(wanted)} ({count})"))
    for warning in reach.warnings:
        click.echo(clean(f"warning: {warning}"), err=True)
    if changes or not old:
        plan_and_store(app.home, config, now)


def _refuse_configured(app: App, config: Config, name: str) -> None:
    if any(each.name == name for each in config.subscriptions):
        line = subscription_line(app.home.config, name)
        where = f"{app.home.config}, line {line}" if line else str(app.home.config)
        raise UsageError(f"{where}: the subscription {name!r} stands in this file: change it, or end it, there")


def _wanted(name: str, given: dict[str, Any], old: Subscription | None, config: Config) -> Subscription:
    """The subscription that a command line asks for; what it does not give stays as it was."""
    registry = Registry.load()
    values = {key: _cleared(value) for key, value in given.items()}
    if "councils" in values:
        values["councils"] = [_council(text, config, registry) for text in values["councils"]]
    if score := values.get("minimum_score"):
        values["minimum_score"] = _score(score)
    to = values.get("to") or list(old.to if old else ())
    parsed, mistakes = read_one({**values, "name": name, "to": to}, registry, config.councils)
    for mistake in mistakes:
        option = OPTIONS.get(mistake.key.split(".")[1], mistake.key)
        if option == "--to" and not to:
            raise UsageError(f"{name!r} is new: say where alerts go, with --to mailto:…")
        raise UsageError(f"{option}: {mistake.problem}; {mistake.remedy}")
    assert parsed is not None  # it has a name
    changed = {key: getattr(parsed, key) for key in (*values, "to")}
    return dataclasses.replace(old or Subscription(parsed.name, ()), **changed, origin="desk")


def _cleared(value: Any) -> Any:
    if isinstance(value, tuple):
        return [] if all(text.strip() in NONE for text in value) else list(value)
    return "" if isinstance(value, str) and value.strip() in NONE else value


def _score(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise UsageError(f"--min-score: not a number: {text!r}; give one from 0 to 1, such as 0.7") from None


def _council(text: str, config: Config, registry: Registry) -> str:
    """The id of a council by name or id; one that is watched is meant before others of the same name."""
    named = [council for council in config.councils if plain(council.name) == plain(text)]
    if len(named) == 1:
        return named[0].id
    if is_selection(text) or "://" in text:
        raise UsageError(f"--council: {text!r} is no name or id; whole territories: --department, --region, --near")
    try:
        return place_named(text.strip(), registry, config.councils).id
    except ValueError as error:
        raise UsageError(f"--council: {text!r}: {error}") from None


# --------------------------------------------------------------------------- leaving


@click.command()
@click.argument("name", required=False)
@click.option("--address", metavar="ADDRESS", help="All subscriptions of this address, instead of one by its name.")
@click.option("--forget", is_flag=True, help="Erase the person: addresses, messages, .eml files.")
@pass_app
def unsubscribe(app: App, name: str | None, address: str | None, forget: bool) -> None:
    """End a subscription; with --forget, erase whoever had it.

    NAME may also be the word that a message's List-Unsubscribe header holds. What is queued is not sent any more,
    unless another subscription of the same address asks for it.
    """
    if (name is None) == (address is None):
        raise UsageError("give the NAME of a subscription, or --address ADDRESS (see tocsin subscriptions)")
    config, now = app.config, app.now()
    with only_sender(app.home), Desk(app.home) as desk:
        if not _by_command(desk) & {each.name for each in config.subscriptions}:  # else this may be how to mend it
            current(desk, config, now)
        if name is not None:
            _leave(app, desk, name, forget, now)
        else:
            _leave_address(app, desk, str(address).strip(), forget, now)
    plan_and_store(app.home, config, now)


def _by_command(desk: Desk) -> set[str]:
    return {each.name for each in desk.subscriptions() if each.origin == "desk"}


def _leave(app: App, desk: Desk, text: str, forget: bool, now: datetime) -> None:
    everybody = {each.name: each for each in desk.every_subscription()}
    name = text if text in everybody else next((each for each in everybody if leave_token(each) == text.lower()), text)
    if name not in _by_command(desk):
        _refuse_configured(app, app.config, name)
    if name not in everybody:
        if forget:
            desk.scrub()  # a run that was killed may have left bytes
        names = ", ".join(each.name for each in desk.subscriptions()) or "none yet"
        raise UsageError(f"no subscription named {text!r}; there are: {names}")
    living = name in {each.name for each in desk.subscriptions()}
    stopped = desk.unsubscribe([name], now)
    if forget:
        erased = forget_name(desk, app.home.outbox, name, app.config.subscriptions)
        click.echo(clean(f"forgot {name}: {plural(erased.messages, 'message')}, {plural(erased.files, '.eml file')}"))
    elif living:
        queued = f"; {plural(stopped, 'queued message')} not sent any more" if stopped else ""
        click.echo(clean(f"unsubscribed {name}{queued}"))
    else:
        click.echo(clean(f"{name} had ended already; tocsin unsubscribe {name} --forget erases what is left"))


def _leave_address(app: App, desk: Desk, text: str, forget: bool, now: datetime) -> None:
    address = f"mailto:{text}" if (target(text) or "").startswith('write "mailto:') else text
    configured = [
        each.name for each in app.config.subscriptions if address.casefold() in {to.casefold() for to in each.to}
    ]
    spellings = desk.spellings(address)
    named = [name for each in spellings for name in desk.named(each) if name not in configured]
    if forget:
        erased = forget_address(desk, app.home.outbox, address, configured)
        done = f"erased {plural(erased.messages, 'message')} and {plural(erased.files, '.eml file')}"
    else:
        living = {each.name for each in desk.subscriptions()}
        ending = [name for name in named if name in living]
        for each in spellings:
            desk.unsubscribe([name for name in ending if not desk.leave_out(name, each)], now)
        done = "not told any more" if ending else "no subscription made by command names it"
    click.echo(clean(f"{address}: {done}{'; subscriptions: ' + ', '.join(dict.fromkeys(named)) if named else ''}"))
    if configured:
        lines = [f"line {subscription_line(app.home.config, name, address)} ({name})" for name in configured]
        raise UsageError(f"{app.home.config} still names this address: take it out of {' and '.join(lines)}")


# --------------------------------------------------------------------------- listing


@click.command()
@json_option
@pass_app
def subscriptions(app: App, as_json: bool) -> None:
    """Who is told of what: criteria, watched councils that match, last message, next one planned."""
    config = app.config
    with Desk(app.home) as desk:
        living = current(desk, config, app.now())
        times, since = desk.last_and_next(), desk.since()
    rows = [_row(each, config.councils, times[each.name], since[each.name]) for each in living]
    if as_json:
        print_json(rows)
    elif not rows:
        click.echo("nobody subscribes yet: tocsin subscribe NAME --to mailto:…")
    else:
        print_table(rows, COLUMNS)
        for row in rows:
            for warning in row["warnings"]:
                click.echo(wrapped(f"{row['name']}: {warning}"), err=True)


def _row(each: Subscription, watched: tuple[Council, ...], times: Row, since: datetime) -> Row:
    reach = reach_of(each, watched)
    hours = each.quiet_hours
    return {
        **dataclasses.asdict(each),
        "origin": "file" if each.origin == "config" else "command",
        "quiet_hours": f"{hours.begin:%H:%M}-{hours.end:%H:%M}" if hours else None,
        "criteria": in_words(each, watched),
        "how": how_in_words(each),
        "addresses": addresses_in_words(each),
        "watched": [council.id for council in reach.councils],
        "last_sent_at": times["last_sent_at"],
        "next_due_at": times["next_due_at"],
        "waiting": times["waiting"],
        "since": since.isoformat(timespec="seconds"),
        "token": leave_token(each.name),
        "warnings": list(reach.warnings),
    }


def _name(row: Row) -> str:
    return f"{row['name']} ({row['origin']})"


COLUMNS = (
    Column("name", _name, 13),
    Column("to", "addresses", 18),
    Column("asks for", "criteria", 18),
    Column("how", "how", 11),
    Column("watched", lambda row: len(row["watched"]), 7),
    Column("last sent", lambda row: moment(row["last_sent_at"]), 10),
    Column("next", lambda row: moment(row["next_due_at"]), 10),
)
