"""What is known of a paragraph when it ends, and how its first line says it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.text.drafts import Block, Draft

# Numbers that can stand beside the text, the sign after them apart; others ("1.2", "Article 3 :") are put before it, as
# they are printed.
_SIMPLE = re.compile(r"(\(?[A-Za-z0-9]{1,4}[.)]?)(?:\s*[-–—:/°]\)?)?")


@dataclass(slots=True)
class Style:
    """What is known of a paragraph when it ends. Spaces in points."""

    heading: int = 0  # 1..6
    item: int = 0  # nesting of a list item, from 1
    marker: str = ""  # its automatic number as printed
    before: float = 0.0
    after: float = 0.0
    running: bool = False


def describe(line: Draft, style: Style, *, first: bool) -> None:
    """Give a line its block, level and number; only the first one of its paragraph carries the number."""
    block: Block = "running" if style.running else "heading" if style.heading else "p"
    line.level = style.heading or style.item
    if first and not style.running:
        marker = style.marker.strip()
        simple = _SIMPLE.fullmatch(marker)
        if marker and simple is None:
            line.text = f"{marker} {line.text}"
        else:
            line.marker = simple[1] if simple else ""
            if style.item and not style.heading:
                block = "li"
    line.block = block
