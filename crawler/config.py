"""The configuration as typed values, and its reading from ``tocsin.toml`` (DESIGN §5)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from crawler import config_checks as checks
from crawler.config_entries import read_councils
from crawler.config_subscriptions import read_subscriptions
from crawler.errors import ConfigError
from crawler.models import Council, Subscription
from crawler.toml_lines import Lines
from crawler.toml_table import Mistakes, Table, one_of
from spiders.registry import Registry


@dataclass(frozen=True, slots=True)
class Operator:
    contact: str | None = None
    language: Literal["fr", "en"] = "fr"


@dataclass(frozen=True, slots=True)
class Crawl:
    delay: float = 1.0
    max_pages: int = 400
    allow_private_addresses: bool = False
    browser: str = "auto"  # for pages built by script: auto, never, or the path of a Chromium


@dataclass(frozen=True, slots=True)
class Watch:
    crawl_every: timedelta = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Rate:
    """How many messages one channel is handed in a time."""

    number: int = 60
    period: timedelta = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Alerts:
    reminders: tuple[timedelta, ...] = (timedelta(days=7), timedelta(days=3), timedelta(days=1))
    minimum_score: float = 0.5
    smtp: str | None = None
    sender: str = "Tocsin <tocsin@localhost>"
    rate: Rate = Rate()
    blind_after: int = 2  # failed crawls in a row before those who asked for it are told that a source is blind


@dataclass(frozen=True, slots=True)
class Portal:
    url: str | None = None
    source: str | None = None  # where the source code of this program is, for the footer
    public: bool = False  # strangers read it, as with serve --public


@dataclass(frozen=True, slots=True)
class Config:
    operator: Operator = Operator()
    crawl: Crawl = Crawl()
    watch: Watch = Watch()
    alerts: Alerts = Alerts()
    portal: Portal = Portal()
    councils: tuple[Council, ...] = ()
    subscriptions: tuple[Subscription, ...] = field(default=())


def load_config(path: Path) -> Config:
    """Read ``tocsin.toml``. Raises ConfigError, whose text has a line per mistake."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(str(path), None, "", error.strerror or "not readable", "make one with: tocsin init") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(str(path), line, "", "not UTF-8 text", "save the file in the encoding UTF-8") from None
    return parse_config(text, str(path))


def parse_config(text: str, path: str = "tocsin.toml", registry: Registry | None = None) -> Config:
    """Like ``load_config``, from the text of the file; ``path`` is what errors call it."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(text, path, str(error)) from None
    mistakes = Mistakes(path, Lines(text))
    config = _read(values, mistakes, registry or Registry.load())
    mistakes.raise_all()
    return config


def require_contact(config: Config, path: Path, councils: Sequence[Council]) -> None:
    """Refuse to crawl real sites without saying who we are. Raises ConfigError."""
    if config.operator.contact:
        return
    for council in councils:
        named = [entry.url for entry in council.entries]
        urls = [url for url in (council.website, *council.start_urls, *named) if url]
        if any(not checks.is_local(url) for url in urls):
            problem = f"missing, and {council.id} is on the public web"
            remedy = 'under [operator] write contact = "https://…" or an e-mail address: webmasters must know who reads'
            raise ConfigError(str(path), _operator_line(path), "operator.contact", problem, remedy)


def subscription_line(path: Path, name: str, address: str | None = None) -> int | None:
    """Where the ``[[subscription]]`` of that name stands in the file, or its entry of this address."""
    try:
        text = path.read_text("utf-8-sig")
        entries = tomllib.loads(text).get("subscription", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None
    found = (index for index, entry in enumerate(entries) if str(entry.get("name", "")).strip() == name)
    index = next(found, None)
    if index is None:
        return None
    to = [str(each).strip().casefold() for each in entries[index].get("to", ())]
    if address is not None and address.casefold() in to:
        return Lines(text).of("subscription", index, "to", to.index(address.casefold()))
    return Lines(text).of("subscription", index, "name")


def _operator_line(path: Path) -> int | None:
    try:
        return Lines(path.read_text("utf-8-sig")).of("operator", "contact")
    except (OSError, UnicodeDecodeError):
        return None


def _syntax_error(text: str, path: str, message: str) -> ConfigError:
    place = re.search(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$", message)
    line = int(place[1]) if place and place[1] else text.count("\n") + (not text.endswith("\n"))
    column = f" (column {place[2]})" if place and place[2] else ""
    problem = message[: place.start()] if place else message
    return ConfigError(
        path, max(line, 1), "", f"not TOML: {problem}{column}",
        'write KEY = VALUE, texts in "quotes", lists in [brackets], each table once',
    )  # fmt: skip


SECTIONS = ("operator", "crawl", "watch", "alerts", "portal", "council", "subscription")


def _read(values: dict[str, Any], mistakes: Mistakes, registry: Registry) -> Config:
    for name in values:
        if name not in SECTIONS:
            mistakes.note((name,), "no such table", one_of(SECTIONS, name))
    tables = {name: Table(values.get(name, {}), (name,), mistakes) for name in SECTIONS[:5]}
    councils = read_councils(_list(values, "council", mistakes), mistakes, registry)
    config = Config(
        operator=_operator(tables["operator"]),
        crawl=_crawl(tables["crawl"]),
        watch=Watch(tables["watch"].duration("crawl_every", Watch().crawl_every)),
        alerts=_alerts(tables["alerts"]),
        portal=_portal(tables["portal"]),
        councils=councils,
        subscriptions=read_subscriptions(_list(values, "subscription", mistakes), mistakes, registry, councils),
    )
    for table in tables.values():
        table.finish()
    return config


def _list(values: dict[str, Any], name: str, mistakes: Mistakes) -> list[Any]:
    entries = values.get(name, [])
    if isinstance(entries, list):
        return entries
    mistakes.note((name,), "there may be several", f"write [[{name}]], with two brackets")
    return []


def _operator(table: Table) -> Operator:
    contact = table.text("contact", checks.contact)
    return Operator(contact, table.choice("language", ("fr", "en")) or "fr")


def _portal(table: Table) -> Portal:
    return Portal(
        table.text("url", checks.web_address), table.text("source", checks.web_address), table.flag("public", False)
    )


def _crawl(table: Table) -> Crawl:
    default = Crawl()
    return Crawl(
        delay=table.number("delay", default.delay, 0, 600),
        max_pages=table.whole("max_pages", default.max_pages, 1, 100_000),
        allow_private_addresses=table.flag("allow_private_addresses", default.allow_private_addresses),
        browser=table.text("browser", checks.browser) or default.browser,
    )


def _rate(text: str | None) -> Rate | None:
    parts = checks.rate_parts(text) if text else None
    return Rate(parts[0], timedelta(seconds=parts[1])) if parts else None


def _alerts(table: Table) -> Alerts:
    default = Alerts()
    return Alerts(
        reminders=table.durations("reminders", default.reminders),
        minimum_score=table.number("minimum_score", default.minimum_score, 0, 1),
        smtp=table.text("smtp", checks.smtp),
        sender=table.text("sender", checks.sender) or default.sender,
        rate=_rate(table.text("rate", checks.rate)) or default.rate,
        blind_after=table.whole("blind_after", default.blind_after, 1, 100),
    )


def territory_names() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The names of the départements and of the regions of France, by code."""
    places = Registry.load().places
    return places.names, places.regions
