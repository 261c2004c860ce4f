"""Any other address: an Apprise URL (Matrix, ntfy, Slack, Mastodon, Signal…), as plain text.

Services differ in what they make of plain text: some turn marks into links, mentions or code. What came out of a
document must not call a whole room, so such marks are taken apart here. A service that takes less than a message
holds gets its beginning: what, when, the first items.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

import apprise

from alerts.message import plain_text
from alerts.plain import one_line
from crawler.errors import DeliveryError
from db.store.messages import Message

SECONDS = 30.0
TOLD = frozenset({"WARNING", "ERROR", "CRITICAL"})  # what Apprise says below these may hold the whole address
_MENTION = re.compile(r"(?<![\w.+-])@(?=[\w&!])")
_MARKS = re.compile(r"([*_~|`])\1+")


class AppriseChannel:
    """One service; its URL often holds a token, so only its scheme is ever named."""

    def __init__(self, url: str) -> None:
        scheme, _, rest = url.partition(":")
        self.name = f"apprise {one_line(scheme, 20)}"
        pieces = {piece for text in (rest, unquote(rest)) for piece in re.split(r"[/:@?&=#,!]", text)}
        self._secret = sorted((piece for piece in pieces if len(piece) > 3), key=len, reverse=True)
        self._service = apprise.Apprise()
        self._known = bool(self._service.add(url))

    def send(self, message: Message) -> None:
        if not self._known:
            raise DeliveryError(f"{self.name}: not an address that Apprise understands")
        title = unmarked(message.subject)
        result = self._service.notify(
            title=title,
            body=fitted(unmarked(plain_text(message.body)), self._room(title)),
            body_format=apprise.NotifyFormat.TEXT,
            timeout=SECONDS,
        )
        if not result:
            said = [one_line(entry.message) for entry in result.logs() if entry.level in TOLD]
            reason = "; ".join(said[-2:]) or "the service did not accept the message"
            for piece in self._secret:
                reason = reason.replace(piece, "…")
            raise DeliveryError(f"{self.name}: {reason}")

    def close(self) -> None:
        pass

    def _room(self, title: str) -> int:
        """How many characters of text one message of the service takes; the title stands in it where it has none."""
        service = self._service[0]
        room = int(service.body_maxlen)
        return room if service.title_maxlen else room - len(title) - 4


def unmarked(text: str) -> str:
    """Without what chat services read as a mention, a link in disguise, code or hidden text."""
    text = _MENTION.sub("@ ", text.replace("<", "‹").replace(">", "›"))
    text = _MARKS.sub(lambda found: " ".join(found.group()), text.replace("](", "] ("))
    return text.replace("`", "'")


def fitted(text: str, room: int) -> str:
    """The beginning of a text, in whole lines where they fit, that is no longer than ``room`` characters."""
    if len(text) <= room:
        return text
    room = max(room - 2, 1)
    cut = text.rfind("\n", 0, room + 1)
    return f"{text[: cut if cut > room // 2 else room].rstrip()}\n…"
