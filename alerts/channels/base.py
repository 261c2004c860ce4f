"""What every channel is: it takes a composed message or raises DeliveryError."""

from __future__ import annotations

from typing import Protocol

from db.store.messages import Message


class Channel(Protocol):
    """A way to hand over messages. One is opened per delivery run and closed after it; not shared by threads."""

    name: str  # as recorded with each delivery; never holds an address or a password

    def send(self, message: Message) -> None:
        """Hand the message over; returning means that it was accepted. Raises DeliveryError."""
        ...

    def close(self) -> None:
        """Let go of connections; raises nothing."""
        ...
