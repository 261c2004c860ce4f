"""Subscriptions of a home: those of ``tocsin.toml`` mirrored on the desk, beside those made by command."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files

from alerts.notice import House
from alerts.planner import Settings
from crawler.config import Config, subscription_line
from crawler.errors import ConfigError
from crawler.models import Subscription, Topic
from db.store.desk import Desk


def current(desk: Desk, config: Config, now: datetime) -> list[Subscription]:
    """Mirror the configuration on the desk and return every subscription that has not ended.

    Raises ConfigError where a name stands in both.
    """
    by_command = {each.name for each in desk.subscriptions() if each.origin == "desk"}
    if double := next((each.name for each in config.subscriptions if each.name in by_command), None):
        raise ConfigError(
            str(desk.home.config), subscription_line(desk.home.config, double), "subscription.name",
            f"{double!r} is also a subscription made by command",
            "rename this one, or end the other: tocsin unsubscribe",
        )  # fmt: skip
    if desk.config_subscriptions() != sorted(config.subscriptions, key=lambda each: each.name):
        desk.sync_subscriptions(config.subscriptions, now)
    return desk.subscriptions()


def settings(config: Config) -> Settings:
    """What the planner needs of the configuration."""
    return Settings(config.alerts.reminders, config.alerts.minimum_score, config.alerts.blind_after)


def house(config: Config) -> House:
    """What the messages need of the configuration, and the topics in words."""
    return House(
        sender=config.alerts.sender,
        contact=config.operator.contact,
        portal=config.portal.url,
        language=config.operator.language,
        labels=labels(),
    )


@cache
def labels() -> Mapping[Topic, Mapping[str, str]]:
    """The topics in words, by language: the labels of the lexicon's files, whose terms messages have no use for."""
    folder = files("pipelines").joinpath("lexicon")
    entries = [tomllib.loads(each.read_text("utf-8")) for each in folder.iterdir() if each.name.endswith(".toml")]
    return {entry["id"]: entry["label"] for entry in entries if "label" in entry}
