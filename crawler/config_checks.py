"""What single values of ``tocsin.toml`` must look like. A check returns the remedy, or None where all is well."""

from __future__ import annotations

import ipaddress
import re
from email.utils import parseaddr
from urllib.parse import SplitResult, urlsplit
from zoneinfo import available_timezones

from crawler.toml_table import nearest

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*|(commune|departement|province)-[0-9A-Za-z-]+")
_CODE = re.compile(r"[0-9A-Z]{1,3}")
_MAIL = re.compile(r"[^@\s<>,;:\"()\[\]]+@[^@\s<>,;:\"()\[\]]+")
_HOST = re.compile(r"(\*\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9])?)*(:\d+)?", re.IGNORECASE)
METROPOLE = [f"{number:02}" for number in range(1, 96) if number != 20]
DEPARTMENTS = frozenset(
    [*METROPOLE, "2A", "2B", "971", "972", "973", "974", "975", "976", "977", "978", "986", "987", "988"]
)
REGIONS = frozenset(
    ["01", "02", "03", "04", "06", "11", "24", "27", "28", "32", "44", "52", "53", "75", "76", "84", "93", "94"]
)


def split(url: str) -> SplitResult | None:
    """The parts of a URL, or None where it is broken (the port included)."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.hostname and not re.search(r"\s", url) else None


def web_address(text: str) -> str | None:
    """http or https, with a host."""
    parts = split(text)
    if parts and parts.scheme in ("http", "https"):
        return None
    if not parts and "://" not in text and (bare := split(f"https://{text}")) and "." in str(bare.hostname):
        return f'write "https://{text}"'
    return 'give a web address such as "https://www.example.org/"'


def entry(text: str) -> str | None:
    """A platform and where it begins: "oparl https://…"."""
    from spiders.discovery import platforms  # noqa: PLC0415 - Scrapy is slow to import, and few need it

    names = [spider.name for spider in platforms()]
    name, url = entry_parts(text)
    if name not in names:
        near = nearest(name, names)
        return f"did you mean {near}?" if near else f"begin with the name of a platform: {', '.join(names)}"
    if web_address(url):
        return f'after the name write where it begins: "{name} https://…"'
    return None if text == f"{name} {url}" else f'write "{name} {url}"'


def entry_parts(text: str) -> tuple[str, str]:
    """The platform and the address of an entry; ``oparl:https://…`` is understood as well."""
    name, _, url = text.partition(" ")
    if ":" in name:
        name, _, url = text.partition(":")
    return name.lower(), url.strip()


def browser(text: str) -> str | None:
    """auto, never, or the path of a Chromium; whether it is there is told by ``doctor``."""
    return None if text in ("auto", "never") or text.startswith("/") else 'write "auto", "never" or a full path'


def rate(text: str) -> str | None:
    """How many messages in a time: "30/min"."""
    return None if rate_parts(text) else 'write a number of messages and a time, such as "30/min", "1/s" or "500/h"'


def rate_parts(text: str) -> tuple[int, int] | None:
    """The number and the seconds of a rate; None where it is something else."""
    found = re.fullmatch(r"\s*([1-9]\d{0,5})\s*/\s*(s|min|h)\s*", text)
    return (int(found[1]), {"s": 1, "min": 60, "h": 3600}[found[2]]) if found else None


def contact(text: str) -> str | None:
    """A web page or an e-mail address: how a webmaster reaches the operator."""
    if _MAIL.fullmatch(text.removeprefix("mailto:")) or not web_address(text):
        return None
    return 'give a web page or an e-mail address, such as "https://example.org/about"'


def council_id(text: str) -> str | None:
    """An id of the registry, or a slug chosen by the operator."""
    if _ID.fullmatch(text):
        return None
    return 'give an id of the registry ("commune-69123") or a word of your own in a-z, 0-9 and hyphens'


def host(text: str) -> str | None:
    """A host name, or a host and port."""
    if _HOST.fullmatch(text):
        return None
    inner = split(text) if "://" in text else None
    return f'write "{inner.netloc}"' if inner else 'give a host such as "docs.example.org", without https:// or path'


def zone(text: str) -> str | None:
    """A name of the IANA time zone database."""
    zones = available_timezones()
    if text in zones:
        return None
    near = nearest(text, zones) or nearest(text, [name.rpartition("/")[2] for name in zones])
    full = next((name for name in sorted(zones) if near and name.rpartition("/")[2] == near), near)
    return f'did you mean "{full}"?' if full else 'give a name such as "Europe/Paris" or "Indian/Reunion"'


def code(text: str) -> str | None:
    """The official code of a département or region of a council."""
    return None if _CODE.fullmatch(text) else 'give its official code, such as "69", "2A" or "974"'


def smtp(text: str) -> str | None:
    """The address of a mail server; the password is never part of it."""
    parts = split(text)
    if not parts or parts.scheme not in ("smtp", "smtps"):
        return 'give "smtp://host:25", "smtp://user@host:587" or "smtps://user@host:465"'
    if parts.password is not None:
        return "take the password out of this file; it belongs in the environment variable TOCSIN_SMTP_PASSWORD"
    return None


def sender(text: str) -> str | None:
    """One mailbox, with or without a name."""
    address = parseaddr(text)[1]
    if _MAIL.fullmatch(address) and text.endswith((address, f"<{address}>")):
        return None
    return 'give an address such as "Tocsin <tocsin@example.org>"'


def webhook(text: str) -> str | None:
    """``webhook+https://…``; in clear on loopback only."""
    parts = split(text.partition("+")[2])
    if parts and (parts.scheme == "https" or (parts.scheme == "http" and is_local(text.partition("+")[2]))):
        return None
    return 'write "webhook+https://host/path"; http in clear is taken towards this machine only'


def target(text: str) -> str | None:
    """Where alerts go: ``mailto:``, ``feed``, ``webhook+https:``, or a URL that Apprise knows."""
    if text == "feed":
        return None
    if text.lower().startswith("webhook+"):
        return webhook(text)
    if _MAIL.fullmatch(text):
        return f'write "mailto:{text}"'
    if text.startswith("mailto:") and not text.startswith("mailto://"):
        return None if _MAIL.fullmatch(text[7:]) else 'write one address per entry, such as "mailto:veille@example.org"'
    if "://" in text:
        import apprise  # noqa: PLC0415 - slow to import, and few need it

        if apprise.Apprise.instantiate(text, suppress_exceptions=True):
            return None
        return "Apprise does not know this address; see https://appriseit.com/services/ for how to write it"
    return 'write "mailto:veille@example.org", "feed", "webhook+https://host/path", or an Apprise URL'


def is_local(url: str) -> bool:
    """Whether a web address is on loopback, by its name alone (nothing is resolved)."""
    name = (urlsplit(url).hostname or "").rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
