"""Any other address: an Apprise URL (Matrix, ntfy, Slack, Mastodon, webhooks…), as plain text."""

from __future__ import annotations

import apprise

from alerts.message import plain_text
from alerts.plain import one_line
from crawler.errors import DeliveryError
from db.store.messages import Message

SECONDS = 30.0


class AppriseChannel:
    """One service; its URL often holds a token, so only its scheme is ever named."""

    def __init__(self, url: str) -> None:
        self.name = f"apprise {one_line(url.partition(':')[0], 20)}"
        self._service = apprise.Apprise()
        self._known = bool(self._service.add(url))

    def send(self, message: Message) -> None:
        if not self._known:
            raise DeliveryError(f"{self.name}: not an address that Apprise understands")
        result = self._service.notify(
            title=message.subject,
            body=plain_text(message.body),
            body_format=apprise.NotifyFormat.TEXT,
            timeout=SECONDS,
        )
        if not result:
            said = [one_line(entry.message) for entry in result.logs()]
            reason = "; ".join(said[-2:]) or "the service did not accept the message"
            raise DeliveryError(f"{self.name}: {reason}")

    def close(self) -> None:
        pass
