"""What the recognisers of platforms are shown of a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from crawler.models import Council


@dataclass(frozen=True, slots=True)
class Clue:
    """One page of a council's site, as the recognisers of platforms see it."""

    url: str
    html: str = ""  # as decoded, at most some 500,000 characters; JSON where the address answers with that
    links: tuple[str, ...] = ()  # every address on it, absolute: anchors, ``<link>``, scripts, frames
    relations: tuple[tuple[str, str], ...] = ()  # (rel or type, absolute href) of each ``<link>``
    headers: Mapping[str, str] = field(default_factory=dict)  # of the answer; names in lower case
    generator: str = ""  # ``<meta name=generator>``
    home: bool = False
    council: Council | None = None

    def mentioning(self, *words: str) -> list[str]:
        """The links that hold one of these words, in lower case: most pages have none, and cost next to nothing."""
        every = "\n".join(self.links).lower()
        held = [word for word in words if word in every]
        return [link for link in self.links if any(word in link.lower() for word in held)] if held else []
