"""A view as a message: an e-mail of plain text and HTML, or JSON where the address is a webhook's.

The HTML loads nothing from anywhere. The plain text is also what other channels send.
"""

from __future__ import annotations

import email
import hashlib
import textwrap
from collections.abc import Sequence
from datetime import datetime
from email import policy
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from functools import cache, partial
from urllib.parse import quote, unquote, urlsplit

import jinja2

from alerts.mail_headers import UNFOLDED, sorting_headers
from alerts.notice import House, Notice
from alerts.payload import is_webhook, payload, text_of
from alerts.plain import one_line, web_link
from alerts.views.line import Line
from alerts.views.parts import View
from alerts.wording import NBSP, Words
from crawler.errors import DeliveryError

WIDTH = 72


class MailPolicy(policy.EmailPolicy):
    """The standard policy, but for the subject and for long words.

    EmailPolicy encodes word by word and folds a plain space before an encoded word so that readers see two; a word
    longer than a line it encodes, which is wrong for the addresses and ids that ``UNFOLDED`` holds.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        """One header as bytes; a subject with accents is encoded as a whole (RFC 2047)."""
        if name.lower() in UNFOLDED and value.isascii():
            return f"{name}: {value}{self.linesep}".encode("ascii")
        if name.lower() != "subject":
            return super().fold_binary(name, value)
        charset = "us-ascii" if value.isascii() else "utf-8"
        folded = Header(str(value), charset, header_name=name).encode(linesep=self.linesep)
        return f"{name}: {folded}{self.linesep}".encode("ascii")


MAIL = MailPolicy(linesep="\r\n", cte_type="7bit")


def message_key(notice: Notice) -> str:
    """The key of a message: its file name and Message-ID are made of it; the same alerts have the same one."""
    parts = [notice.address, *sorted("\0".join(alert.key) for alert in notice.alerts)]
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
    council = notice.alerts[0].council_id if notice.family != "week" else notice.alerts[0].occasion
    council = "".join(char if char.isalnum() and char.isascii() else "-" for char in council)
    return f"{notice.session_date or 'undated'}-{council[:60]}-{digest}"


def message_id(key: str, house: House) -> str:
    """The Message-ID of a key."""
    return f"<{key}@{_sender(house).domain}>"


def render(template: str, words: Words, **values: object) -> str:
    """One of the templates, with the words of a language at hand."""
    opening, closing = words.quoted("\0").split("\0")
    at_hand = {
        "say": words.say, "quoted": words.quoted, "open_quote": opening, "close_quote": closing,
        "colon": partial(_colon, words), "wrap": _wrap, "language": words.language,
    }  # fmt: skip
    return _templates().get_template(template).render(**at_hand, **values)


def compose(
    view: View,
    words: Words,
    house: House,
    address: str,
    key: str,
    now: datetime,
    notices: Sequence[Notice] = (),
    *,
    test: bool = False,
    thread: str | None = None,
) -> bytes:
    """The whole message, ready to be sent or kept; ``notices`` are what it tells of, none for a test.

    ``thread``: what it stands together with, where that is not its session.

    Raises DeliveryError where the sender is impossible.
    """
    template = "digest" if view.chapters else "message"
    text = render(f"{template}.txt", words, view=view)
    if is_webhook(address):
        return payload(view, text, key, now, notices, test)
    sender = _sender(house)
    message = EmailMessage(policy=MAIL)
    message["From"] = sender
    message["To"] = _to(address, sender)
    message["Subject"] = view.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id(key, house)
    for name, value in sorting_headers(house, sender, notices, thread):
        message[name] = value
    message.set_content(text, cte="quoted-printable")
    page = render(f"{template}.html", words, view=view, contact=_contact(house))
    message.add_alternative(page, subtype="html", cte="quoted-printable")
    message["Content-Language"] = words.language  # not before: setting the content clears such headers
    message.set_boundary(f"=_{hashlib.sha256(key.encode()).hexdigest()[:32]}")  # at most 70 characters (RFC 2046)
    return message.as_bytes()


def plain_text(body: bytes) -> str:
    """The plain text of a composed message of either form."""
    if (text := text_of(body)) is not None:
        return text
    message = email.message_from_bytes(body, policy=policy.default)
    part = message.get_body(("plain",))
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""


def recipient(address: str) -> Address:
    """The person behind ``mailto:somebody@example.org``. Raises DeliveryError."""
    spec = unquote(urlsplit(address).path).strip()
    try:
        found = Address(addr_spec=spec)
    except (ValueError, IndexError, email.errors.MessageError):
        raise DeliveryError(f"not an e-mail address: {one_line(spec)}") from None
    if not found.username or not found.domain or one_line(spec) != spec:
        raise DeliveryError(f"not an e-mail address: {one_line(spec)}")
    return found


def _contact(house: House) -> Line | None:
    """Where the operator is to be reached, as ``alerts.views.parts.stop`` names it."""
    text = one_line(house.contact or "", 200)
    name = parseaddr(text.removeprefix("mailto:"))[1]
    link = web_link(text) or (f"mailto:{quote(name, safe='@+')}" if "@" in name and "/" not in name else None)
    return Line(text, link) if link else None


def _to(address: str, sender: Address) -> Address:
    """Who is named: people only, for the address of any other channel may hold its password."""
    try:
        return recipient(address) if address.startswith("mailto:") else sender
    except DeliveryError:  # said, with the attempt, by the channel
        return sender


def _sender(house: House) -> Address:
    name, spec = parseaddr(one_line(house.sender, 300))
    try:
        found = Address(display_name=name, addr_spec=spec)
    except (ValueError, IndexError, email.errors.MessageError):
        raise DeliveryError(f"alerts.sender is not an e-mail address: {one_line(house.sender)}") from None
    if not found.username or not found.domain:
        raise DeliveryError(f"alerts.sender is not an e-mail address: {one_line(house.sender)}")
    return found


@cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("alerts"),
        autoescape=jinja2.select_autoescape(("html",)),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )


def _colon(words: Words, label: str, value: str) -> str:
    return f"{label}{NBSP if words.language == 'fr' else ''}: {value}"


def _wrap(text: str, indent: str = "") -> str:
    """Lines of a width that is easy to read; a link or a hash is never broken."""
    start = text[: len(text) - len(text.lstrip())]
    lines = textwrap.wrap(
        text.strip(), WIDTH, initial_indent=start, subsequent_indent=indent or start,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
    return "\n".join(lines)
