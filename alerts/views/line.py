"""A statement of ours with an address to go to. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """``link`` was checked (``alerts.plain.web_link``); pages make an anchor of it, plain text writes it out."""

    text: str = ""
    link: str | None = None

    def __str__(self) -> str:
        if self.link and self.text:
            return f"{self.text} ({self.link})"
        return self.link or self.text
