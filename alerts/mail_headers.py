"""The headers by which mail programs sort, thread and unsubscribe. Pure.

There is no ``Precedence``: it is no standard, and "bulk" delays; ``Auto-Submitted`` (RFC 3834) already keeps vacation
replies away. There is no one-click unsubscription (RFC 8058): it needs a web address that works.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from email.headerregistry import Address
from email.utils import parseaddr
from urllib.parse import quote

from alerts.notice import House, Notice

# Headers whose value is one long word: the standard folding would encode it where it is longer than a line.
UNFOLDED = frozenset({"list-unsubscribe", "in-reply-to", "references", "message-id", "list-id"})


def sorting_headers(
    house: House, sender: Address, notices: Sequence[Notice], thread: str | None = None
) -> Iterator[tuple[str, str]]:
    """(name, value) of each, in order; ``thread``: what stands together, where that is not the session."""
    yield "Auto-Submitted", "auto-generated"
    yield "List-Id", f"Tocsin <tocsin.{sender.domain}>"
    if names := sorted({each.name for notice in notices for each in notice.subscriptions}):
        yield "List-Unsubscribe", f"<{_leave(house, sender, names)}>"
    if named := thread_id(sender, notices, thread):
        yield "In-Reply-To", named
        yield "References", named


def thread_id(sender: Address, notices: Sequence[Notice], thread: str | None = None) -> str | None:
    """What all messages of one session refer to, so that they stand together; none where there is no one session.

    It is the id of no message: whichever comes first, and whatever was lost or erased, the thread is the same.
    """
    if thread is not None:
        return f"<thread-{hashlib.sha256(thread.encode('utf-8', 'replace')).hexdigest()[:16]}@{sender.domain}>"
    sessions = {notice.session_id for notice in notices}
    session = sessions.pop() if len(sessions) == 1 else None
    if session is None:
        return None
    return f"<session-{hashlib.sha256(session.encode()).hexdigest()[:16]}@{sender.domain}>"


def leave_token(name: str) -> str:
    """What stands for a subscription in ``List-Unsubscribe``: it says nothing to others; ten letters and digits."""
    return base64.b32encode(hashlib.sha256(f"leave {name}".encode("utf-8", "replace")).digest())[:10].decode().lower()


def _leave(house: House, sender: Address, names: Sequence[str]) -> str:
    """A ``mailto:`` to the operator (RFC 2369)."""
    tokens = " ".join(leave_token(name) for name in names[:20])
    contact = parseaddr((house.contact or "").removeprefix("mailto:"))[1]
    to = contact if "@" in contact and "/" not in contact and contact.isascii() else sender.addr_spec
    return f"mailto:{quote(to, safe='@+')}?subject={quote(f'unsubscribe {tokens}')}"
