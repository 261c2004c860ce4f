"""The address ``feed``: nothing is sent, the public feeds are written anyway (``alerts.feeds``)."""

from __future__ import annotations

from db.store.messages import Message


class FeedChannel:
    """Accepts everything: a subscription to the feed is answered by the files themselves."""

    name = "feed"

    def send(self, message: Message) -> None:
        pass

    def close(self) -> None:
        pass
