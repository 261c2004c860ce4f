"""E-mails handed to ``ingest``: their attachments become documents, sender and headers are never kept."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage

_HEADERS = (b"from:", b"to:", b"subject:", b"date:", b"received:", b"return-path:", b"message-id:", b"mime-version:")
_HEAD = 16_384


def is_mail(data: bytes, name: str) -> bool:
    """Whether the bytes are an RFC 5322 message: by their name, or by three of its usual headers at the start."""
    if data.startswith((b"%PDF", b"<", b"PK", b"\xd0\xcf")):
        return False
    head = data[:_HEAD].replace(b"\r\n", b"\n").split(b"\n\n", 1)[0].lower()
    seen = sum(any(line.startswith(header) for line in head.split(b"\n")) for header in _HEADERS)
    return seen >= (1 if name.lower().endswith((".eml", ".mht", ".mbox")) else 3)


def attachments(data: bytes) -> list[tuple[str, bytes]]:
    """Name and bytes of every attached file, those of forwarded messages included."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    found: list[tuple[str, bytes]] = []
    for part in message.walk():
        if not isinstance(part, EmailMessage) or part.is_multipart():
            continue
        name = part.get_filename()
        body = part.get_payload(decode=True)
        if isinstance(body, bytes) and body and (name or part.get_content_maintype() == "application"):
            found.append((name or "", body))
    return found
