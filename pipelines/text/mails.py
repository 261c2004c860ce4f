"""E-mails: their attachments become documents; sender, headers and body are never looked at (DESIGN §1, promise 11)."""

from __future__ import annotations

import email
import email.policy
import io
import re
from collections.abc import Iterable, Iterator
from email.header import decode_header, make_header
from email.message import EmailMessage, Message

from pipelines.text import member_names
from pipelines.text.bounds import Budget, Part, Refused, opening
from pipelines.text.outlook import Attached, attached
from pipelines.text.sniff import is_saved_page

EML, MSG = "message/rfc822", "application/vnd.ms-outlook"
MAILS = frozenset({EML, MSG})
_HEADERS = (b"from:", b"to:", b"subject:", b"date:", b"received:", b"return-path:", b"message-id:", b"mime-version:")
_HEAD = 16_384
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OUTLOOK = "__substg1.0".encode("utf-16-le")  # a stream that only Outlook's messages have
_OTHER = (b"%PDF", b"<", b"PK", _OLE)
_NAMES = (".eml", ".mbox", ".emlx")
_BOX = re.compile(rb"^From [^\r\n]*\r?\n(?=[A-Za-z-]+:)", re.M)  # between the messages of an mbox (RFC 4155)
_LENGTH = re.compile(rb"\A\d{1,10}[ \t]*\r?\n")  # Apple's .emlx begins with its length
MOST_MESSAGES = 500  # of one mailbox
SIGNATURE = 100_000  # bytes: an image shown inside the text up to this size is a logo, beyond it may be a scan
_PICTURE_NAME = re.compile(r"(?:image|outlook|logo|signature)[-_ ]?\w*\.(?:png|jpe?g|gif|bmp)", re.I)

# What tells who sent a mail rather than what it brings: signatures hold a name, calendars an organiser.
_PERSONAL = frozenset({
    "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature",
    "application/pgp-keys", "text/vcard", "text/x-vcard", "text/calendar", "application/ics",
    "message/delivery-status", "message/disposition-notification", "text/rfc822-headers",
})  # fmt: skip
_PERSONAL_NAMES = (".vcf", ".ics", ".p7s", ".asc", ".sig")
_SEALED = frozenset({"application/pgp-encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"})
_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})


def mail_kind(data: bytes, name: str) -> str | None:
    """The media type of an e-mail, None for anything else; nothing is parsed.

    An RFC 5322 message is known by three of its usual headers at the start, or by one and its name. A page saved with
    its images (MHTML) has such headers too, but nobody it was sent to.
    """
    if data.startswith(_OLE):
        return MSG if _OUTLOOK in data else None
    if data.startswith(_OTHER):
        return None
    head = _LENGTH.sub(b"", data[:_HEAD].lstrip(b"\xef\xbb\xbf\r\n")).replace(b"\r\n", b"\n")
    head = head.partition(b"\n\n")[0].lower()
    if is_saved_page(head):
        return None
    seen = sum(any(line.startswith(header) for line in head.split(b"\n")) for header in _HEADERS)
    return EML if seen >= (1 if name.lower().endswith(_NAMES) else 3) else None


def mail_parts(data: bytes, budget: Budget) -> Iterator[Part | Refused]:
    """The files attached to the messages in ``data``, those of forwarded messages included. Raises Unreadable."""
    with opening("e-mail"):
        starts = [match.end() for match in _BOX.finditer(data)] if data.startswith(b"From ") else []
        ends = [match.start() for match in _BOX.finditer(data)][1:]
    messages = [data[start:end] for start, end in zip(starts, [*ends, len(data)], strict=True)] if starts else [data]
    for number, raw in enumerate(messages):
        if number == MOST_MESSAGES:
            yield Refused("", f"only {MOST_MESSAGES} messages of a mailbox are opened; the rest was left out")
            return
        with opening("e-mail"):
            message = email.message_from_bytes(_LENGTH.sub(b"", raw), policy=email.policy.default)
            parts = [part for part in message.walk() if isinstance(part, EmailMessage)]
            pictures = _shown_inside(parts)
        for part in parts:
            found = _part(part, pictures, budget)
            if found is not None:
                yield found


def _part(part: EmailMessage, pictures: frozenset[str], budget: Budget) -> Part | Refused | None:
    """A part as a file; None where it is none (text, a signature, a container of parts)."""
    with opening("attachment"):
        kind = part.get_content_type()
        if kind in _SEALED:
            return Refused("", "the e-mail is encrypted", locked=True)
        if part.is_multipart():
            return None
        name = _file_name(part)
        if kind == "message/external-body":
            return Refused(name or "", "only a link to a file")
        if kind in _TNEF or name.lower() == "winmail.dat":
            return Refused(name or "winmail.dat", "Outlook's own packing (TNEF), which is not opened")
        if kind in _PERSONAL or name.lower().endswith(_PERSONAL_NAMES):
            return None
        if not name and part.get_content_maintype() not in ("application", "image"):
            return None
        data = part.get_payload(decode=True)
        if not isinstance(data, bytes) or not data or _is_signature(part, kind, name, data, pictures):
            return None
    return _taken(name, data, budget)


def _taken(name: str, data: bytes, budget: Budget) -> Part | Refused:
    judged = member_names.last_part(name) if name else member_names.Name("")
    if budget.exhausted:
        return Refused(judged.path or "", f"{budget.exhausted}; it was left out")
    return Part(judged.path or "", budget.take([data], len(data)))


def _shown_inside(parts: Iterable[EmailMessage]) -> frozenset[str]:
    """Content-IDs that the text of the mail refers to."""
    found: set[str] = set()
    for part in parts:
        if part.get_content_type() == "text/html" and not part.is_multipart():
            body = part.get_payload(decode=True)
            if isinstance(body, bytes):
                found |= _references(body)
    return frozenset(found)


def _references(html: bytes) -> set[str]:
    return {reference.decode("ascii", "replace") for reference in re.findall(rb"""cid:([^"'\s>)]{1,300})""", html)}


def _is_signature(part: EmailMessage, kind: str, name: str, data: bytes, pictures: frozenset[str]) -> bool:
    """Whether it is a small picture that belongs to the text: a logo, a line of a signature.

    A scan sent from a telephone is also "inline", but large.
    """
    if not kind.startswith("image/") or len(data) > SIGNATURE:
        return False
    identity = str(part.get("Content-ID", "")).strip(" <>")
    if identity in pictures and identity:
        return True
    if part.get_content_disposition() == "attachment":
        return False
    return bool(identity) or not name or bool(_PICTURE_NAME.fullmatch(name))


# --------------------------------------------------------------------------- names


def _file_name(part: EmailMessage) -> str:
    """The name of an attachment, "" where it has none; RFC 2231, RFC 2047 and bare bytes are all met."""
    strict = _careful(part)
    if strict and "\ufffd" not in strict and "." in strict:
        return strict
    # What the strict parser gives up: names with spaces and no quotes, bytes of an old code page.
    loose: Message[str, str] = Message()
    for key, value in part.raw_items():
        if key.lower() in ("content-disposition", "content-type"):
            raw = str(value).encode("ascii", "surrogateescape").decode("utf-8", "surrogateescape")
            loose[key] = raw.encode("utf-8", "surrogateescape").decode(_page_of(raw)).replace("\n", "")
    name = loose.get_filename() or ""
    try:
        name = str(make_header(decode_header(name)))
    except (ValueError, LookupError):
        pass
    return max(strict, name, key=lambda each: ("\ufffd" not in each, "." in each, len(each)))


def _page_of(raw: str) -> str:
    return "cp1252" if any("\udc80" <= sign <= "\udcff" for sign in raw) else "utf-8"


def _careful(part: EmailMessage) -> str:
    try:
        return part.get_filename() or ""
    except (ValueError, IndexError, AttributeError, LookupError, TypeError):  # bugs of the parser on odd headers
        return ""


# --------------------------------------------------------------------------- Outlook


def outlook_parts(data: bytes, budget: Budget) -> Iterator[Part | Refused]:
    """The files attached to an Outlook message, those of messages attached to it included. Raises Unreadable."""
    with opening("Outlook message"):
        message = attached(io.BytesIO(data), len(data))
    for found in message.files:
        part = _outlook_part(found, message.html, budget)
        if part is not None:
            yield part


def _outlook_part(found: Attached, html: bytes, budget: Budget) -> Part | Refused | None:
    name = found.name
    if found.problem:
        return Refused(member_names.shown(name), found.problem)
    if found.kind in _TNEF or name.lower() == "winmail.dat":
        return Refused(name or "winmail.dat", "Outlook's own packing (TNEF), which is not opened")
    if found.kind in _PERSONAL or name.lower().endswith(_PERSONAL_NAMES):
        return None
    picture = found.kind.startswith("image/") or bool(_PICTURE_NAME.fullmatch(name))
    if picture and len(found.data) <= SIGNATURE:
        inside = found.hidden or (found.identity and found.identity in _references(html))
        if inside or (found.identity and _PICTURE_NAME.fullmatch(name)):
            return None
    return _taken(name, found.data, budget) if found.data else None
