"""Subscriptions of a home: those of ``tocsin.toml`` mirrored on the desk, beside those made by command."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files

from alerts.notice import House
from alerts.planner import Settings
from crawler.config import Config
from crawler.models import Subscription, Topic
from db.store.desk import Desk


def current(desk: Desk, config: Config, now: datetime) -> list[Subscription]:
    """Mirror the configuration on the desk and return every subscription that has not ended.

    Raises ConfigError where a name stands in both.
    """
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
