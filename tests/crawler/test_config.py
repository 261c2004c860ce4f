"""``tocsin.toml``: what is read, and what its mistakes say."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.config import Config, load_config, parse_config, require_contact
from crawler.errors import ConfigError

# Apprise 2.2 still imports imghdr where Python has it
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

OWN = '[[council]]\nid = "ville-exemple"\nname = "Ville Exemple"\nwebsite = "http://127.0.10.1:8800/"\n'


def mistakes(text: str) -> list[str]:
    """The lines of the error that ``text`` gives, without the name of the file."""
    with pytest.raises(ConfigError) as caught:
        parse_config(text, "t.toml")
    return [line.removeprefix("t.toml, ") for line in str(caught.value).splitlines()]


def test_an_empty_file_gives_every_default() -> None:
    assert parse_config("") == Config()


def test_everything_of_the_design_is_read() -> None:
    config = parse_config(
        """
        [operator]
        contact = "https://example.org/about"
        language = "en"
        [crawl]
        delay = 2
        max_pages = 30
        allow_private_addresses = true
        [watch]
        crawl_every = "90m"
        [alerts]
        reminders = ["1d", "2w", "12h"]
        minimum_score = 0.25
        smtp = "smtp://me@localhost:25"
        sender = "Tocsin <tocsin@example.org>"
        [portal]
        url = "https://tocsin.example.org"
        [[council]]
        id = "commune-69123"
        document_hosts = ["docs.example.org"]
        [[council]]
        id = "ville-exemple"
        name = "Ville Exemple"
        kind = "epci"
        department = "974"
        website = "http://127.0.10.1:8800/"
        start_urls = ["http://127.0.10.1:8800/conseil"]
        [[subscription]]
        name = "collectif"
        to = ["mailto:veille@example.org", "feed", "json://127.0.0.1:9/"]
        councils = ["commune-69123", "ville-exemple", "commune-29003"]
        departments = ["69", "2A"]
        regions = ["84"]
        topics = ["facial-recognition"]
        kinds = ["found", "outcome"]
        bodies = ["Conseil municipal"]
        minimum_score = 0
        language = "fr"
        """
    )
    assert (config.operator.contact, config.operator.language) == ("https://example.org/about", "en")
    assert (config.crawl.delay, config.crawl.max_pages, config.crawl.allow_private_addresses) == (2.0, 30, True)
    assert config.watch.crawl_every == timedelta(minutes=90)
    assert config.alerts.reminders == (timedelta(days=14), timedelta(days=1), timedelta(hours=12))
    assert (config.alerts.minimum_score, config.alerts.smtp) == (0.25, "smtp://me@localhost:25")
    assert (config.alerts.sender, config.portal.url) == ("Tocsin <tocsin@example.org>", "https://tocsin.example.org")
    lyon, own = config.councils
    assert (lyon.name, lyon.department, lyon.website) == ("Lyon", "69", "https://www.lyon.fr/")
    assert lyon.document_hosts == ("docs.example.org",)
    assert (own.kind, own.region, own.timezone) == ("epci", "04", "Indian/Reunion")
    assert own.start_urls == ("http://127.0.10.1:8800/conseil",)
    (subscription,) = config.subscriptions
    assert subscription.to == ("mailto:veille@example.org", "feed", "json://127.0.0.1:9/")
    assert subscription.councils == ("commune-69123", "ville-exemple", "commune-29003")
    assert (subscription.departments, subscription.regions) == (("69", "2A"), ("84",))
    assert (subscription.topics, subscription.kinds) == (("facial-recognition",), ("found", "outcome"))
    assert (subscription.bodies, subscription.minimum_score) == (("conseil municipal",), 0.0)
    assert (subscription.language, subscription.origin) == ("fr", "config")


def test_what_is_written_beside_a_registry_id_overrides_it() -> None:
    text = '[[council]]\nid = "commune-69123"\nname = "Ville de Lyon"\ntimezone = "Indian/Reunion"\nkind = ""\n'
    (lyon,) = parse_config(text).councils
    assert (lyon.name, lyon.kind, lyon.timezone, lyon.website) == (
        "Ville de Lyon", "commune", "Indian/Reunion", "https://www.lyon.fr/",
    )  # fmt: skip


def test_empty_optional_texts_count_as_absent() -> None:
    config = parse_config(
        '[operator]\ncontact = ""\nlanguage = " "\n[alerts]\nsmtp = ""\nsender = ""\n[portal]\nurl = ""\n'
        '[watch]\ncrawl_every = ""\n' + OWN + 'department = ""\n'
        '[[subscription]]\nname = "a"\nto = ["feed"]\nnear = ""\ndigest = ""\nlanguage = ""\n'
    )
    assert (config.operator, config.alerts, config.portal, config.watch) == (
        Config().operator, Config().alerts, Config().portal, Config().watch,
    )  # fmt: skip
    assert config.subscriptions[0].language is None


def test_empty_reminders_mean_none() -> None:
    assert parse_config("[alerts]\nreminders = []\n").alerts.reminders == ()


@pytest.mark.parametrize(
    ("text", "line", "parts"),
    [
        ("[operator]\nlangage = 'fr'", 2, ["operator.langage", "no such setting", "did you mean language?"]),
        ("[operators]", 1, ["operators", "no such table", "did you mean operator?"]),
        ("crawl = 3", 1, ["crawl", "must be a table", "[crawl]"]),
        ("[operator]\nlanguage = 'de'", 2, ["operator.language", "'de'", "valid: fr, en"]),
        ("[operator]\ncontact = 'nobody'", 2, ["operator.contact", "'nobody'", "https://example.org/about"]),
        ('[operator]\ncontact = "a@example.org\\nX: y"', 2, ["operator.contact"]),
        ("[crawl]\ndelay = '1'", 2, ["crawl.delay", "must be a number, not a text in quotes"]),
        ("[crawl]\ndelay = -1", 2, ["crawl.delay", "out of range", "from 0 to 600"]),
        ("[crawl]\ndelay = nan", 2, ["crawl.delay", "out of range"]),
        ("[crawl]\nmax_pages = 1.5", 2, ["crawl.max_pages", "must be a whole number, not a number"]),
        ("[crawl]\nmax_pages = true", 2, ["crawl.max_pages", "must be a whole number, not true or false"]),
        ("[crawl]\nallow_private_addresses = 1", 2, ["must be true or false, not a whole number"]),
        ("[watch]\ncrawl_every = '12 hours'", 2, ["watch.crawl_every", "'12 hours'", '"12h"']),
        ("[watch]\ncrawl_every = '0h'", 2, ["watch.crawl_every", "'0h'"]),
        ("[watch]\ncrawl_every = '99999w'", 2, ["watch.crawl_every", "a year at most"]),
        ("[watch]\ncrawl_every = 12", 2, ["must be a text in quotes, not a whole number", '"12"']),
        ("[alerts]\nreminders = '7d'", 2, ["must be a list in square brackets", '["7d"]']),
        ("[alerts]\nreminders = [\n  '7d', # a\n  '3 days'\n]", 4, ["alerts.reminders", "'3 days'"]),
        ("[alerts]\nminimum_score = 50", 2, ["alerts.minimum_score", "from 0 to 1"]),
        ("[alerts]\nsmtp = 'localhost:25'", 2, ["alerts.smtp", "smtp://host:25"]),
        ("[alerts]\nsmtp = 'smtp://me:hush@host'", 2, ["TOCSIN_SMTP_PASSWORD"]),
        ("[alerts]\nsender = 'Tocsin'", 2, ["alerts.sender", "Tocsin <tocsin@example.org>"]),
        ("[portal]\nurl = 'tocsin.example.org'", 2, ['write "https://tocsin.example.org"']),
        ("[council]\nid = 'commune-69123'", 1, ["council", "write [[council]], with two brackets"]),
        ("[[council]]\nname = 'X'", 1, ["council.id", "missing"]),
        ("[[council]]\nid = 'Ville de Démo'", 2, ["council.id", "a-z, 0-9 and hyphens"]),
        ("[[council]]\nid = 'commune-99999'", 2, ["commune-99999 is not in the registry", "name and website"]),
        ("[[council]]\nid = 'x'\nname = 'X'", 2, ["x is not in the registry", "add website"]),
        ("[[council]]\nid = 'commune-69123'\n[[council]]\nid = 'commune-69123'", 4, ["council.id", "there twice"]),
        ("[[council]]\nid = 'commune-69123'\ntimezone = 'europe/pari'", 3, ['did you mean "Europe/Paris"?']),
        ("[[council]]\nid = 'commune-69123'\ntimezone = 'Reunion'", 3, ['did you mean "Indian/Reunion"?']),
        ("[[council]]\nid = 'commune-69123'\nkind = 'city'", 3, ["council.kind", "valid: commune, epci"]),
        ("[[council]]\nid = 'commune-69123'\ndepartment = 69", 3, ["council.department", '"69"']),
        ("[[council]]\nid = 'commune-69123'\nwebsite = 'ftp://x.org'", 3, ["council.website"]),
        ("[[council]]\nid = 'commune-69123'\nstart_urls = ['/a']", 3, ["council.start_urls", "'/a'"]),
        ("[[council]]\nid = 'commune-69123'\ndocument_hosts = ['https://d.org/x']", 3, ['write "d.org"']),
    ],
)  # fmt: skip
def test_a_mistake_names_line_key_and_remedy(text: str, line: int, parts: list[str]) -> None:
    found = next(entry for entry in mistakes(text) if entry.startswith(f"line {line}:"))
    for part in parts:
        assert part in found


SUBSCRIPTION = OWN + '[[subscription]]\nname = "a"\nto = ["feed"]\n'


@pytest.mark.parametrize(
    ("entry", "parts"),
    [
        ('topics = ["facial_recognition"]', ["did you mean facial-recognition?", "crowd-tracking", "safe-city"]),
        ('topics = ["zzz"]', ["valid: video-surveillance"]),
        ('kinds = ["founds"]', ["did you mean found?"]),
        ('councils = ["ville-exemples"]', ['did you mean "ville-exemple"?']),
        ('councils = ["commune-00000"]', ["no [[council]] has this id, nor the registry"]),
        ('councils = [""]', ["empty entry"]),
        ('departments = ["Rhône"]', ['write "69"']),
        ("departments = [69]", ["put it between quotes"]),
        ('departments = ["96"]', ["'96'", "official codes"]),
        ('regions = ["Bretagne"]', ['write "53"']),
        ("minimum_score = 2", ["from 0 to 1"]),
        ('near = "Lyon"', ["end with a distance and its unit", '"Lyon 30 km"']),
        ('digest = "fortnightly"', ["valid: daily, weekly, immediate"]),
        ('quiet_hours = "22"', ["two hours of the day", '"22:00-07:00"']),
        ('topic = ["drones"]', ["no such setting", "did you mean topics?"]),
    ],
)
def test_mistakes_of_a_subscription(entry: str, parts: list[str]) -> None:
    (found,) = mistakes(SUBSCRIPTION + entry)
    assert found.startswith("line 8: subscription.")
    for part in parts:
        assert part in found


@pytest.mark.parametrize(
    ("to", "parts"),
    [
        ('"feed"', ["must be a list", '["feed"]']),
        ('["veille@example.org"]', ['write "mailto:veille@example.org"']),
        ('["mailto:a@example.org,b@example.org"]', ["one address per entry"]),
        ('["mailto:a@example.org\\r\\nBcc: b@example.org"]', ["one address per entry"]),
        ('["mastodon"]', ["or an Apprise URL"]),
        ('["nonsense://x"]', ["Apprise does not know"]),
        ("[]", ["is empty"]),
    ],
)
def test_targets_are_checked(to: str, parts: list[str]) -> None:
    (found,) = mistakes(f'[[subscription]]\nname = "a"\nto = {to}\n')
    assert found.startswith("line 3: subscription.to: ")
    for part in parts:
        assert part in found


def test_tokens_in_addresses_are_not_quoted_back() -> None:
    (found,) = mistakes('[[subscription]]\nname = "a"\nto = ["tgram://hush/hush"]\n')
    assert "hush" not in found


def test_names_of_subscriptions_are_required_and_unique() -> None:
    block = '[[subscription]]\nname = "a"\nto = ["feed"]\n'
    assert mistakes(block + block)[0].startswith("line 5: subscription.name: 'a' is there twice")
    assert mistakes('[[subscription]]\nto = ["feed"]\n') == [
        "line 1: subscription.name: missing; every [[subscription]] needs name = …"
    ]


def test_all_mistakes_are_shown_in_the_order_of_the_file() -> None:
    found = mistakes('[alerts]\nminimum_score = 3\nsmpt = ""\n[crawl]\ndelay = "x"\n')
    assert [re.match(r"line (\d+): (\S+):", line)[0] for line in found] == [  # type: ignore[index]
        "line 2: alerts.minimum_score:", "line 3: alerts.smpt:", "line 5: crawl.delay:",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[operator]\ncontact = unquoted\n", 2),
        ("[crawl]\ndelay = 1\n[crawl]\n", 3),
        ("[crawl]\ndelay = 1\ndelay = 2\n", 3),
        ('[operator]\ncontact = """never closed\n', 2),
        ("[[council]\n", 1),
    ],
)
def test_a_syntax_error_names_its_line(text: str, line: int) -> None:
    (found,) = mistakes(text)
    assert found.startswith(f"line {line}: not TOML: ")
    assert "KEY = VALUE" in found


def test_a_file_that_is_not_utf8_or_not_there(tmp_path: Path) -> None:
    path = tmp_path / "tocsin.toml"
    with pytest.raises(ConfigError, match="tocsin init"):
        load_config(path)
    path.write_bytes('[operator]\n# opérateur\ncontact = ""\n'.encode("latin-1"))
    with pytest.raises(ConfigError, match=r"line 2: not UTF-8 text; save the file"):
        load_config(path)
    path.write_bytes(b'\xef\xbb\xbf[operator]\r\nlanguage = "en"\r\n')
    assert load_config(path).operator.language == "en"


def test_crawling_beyond_loopback_needs_a_contact() -> None:
    path = Path("tocsin.toml")
    local, real = parse_config(OWN), parse_config('[[council]]\nid = "commune-69123"\n')
    require_contact(local, path, local.councils)
    require_contact(parse_config('[operator]\ncontact = "a@example.org"'), path, real.councils)
    with pytest.raises(ConfigError, match=r"operator\.contact: missing, and commune-69123 is on the public web"):
        require_contact(real, path, real.councils)


ODD = [
    "1",
    "-1.5",
    "nan",
    "true",
    '"x"',
    '"http://[::1"',
    '"\\u0000"',
    "2026-03-01",
    "12:00:00",
    "[]",
    "[1]",
    "[[]]",
    "{}",
]
KEYS = {
    "[operator]": ["contact", "language"],
    "[crawl]": ["delay", "max_pages", "allow_private_addresses"],
    "[watch]": ["crawl_every"],
    "[alerts]": ["reminders", "minimum_score", "smtp", "sender"],
    "[portal]": ["url"],
    "[[council]]": ["id", "name", "kind", "department", "timezone", "website", "start_urls", "document_hosts"],
    "[[subscription]]": [
        "name",
        "to",
        "councils",
        "departments",
        "regions",
        "topics",
        "kinds",
        "bodies",
        "near",
        "digest",
        "quiet_hours",
        "minimum_score",
        "language",
    ],
}


@pytest.mark.parametrize("table", KEYS)
def test_whatever_stands_behind_a_key_is_read_or_named(table: str) -> None:
    for key in KEYS[table]:
        for value in ODD:
            try:
                parse_config(f"{table}\n{key} = {value}\n", "t.toml")
            except ConfigError as error:
                assert all(line.startswith("t.toml, line ") for line in str(error).splitlines())
    for name in ("operator", "council", "subscription"):
        for value in ODD[:-2]:
            if value != "[]":
                assert mistakes(f"{name} = {value}\n")
