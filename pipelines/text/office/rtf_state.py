"""What holds for the characters and the paragraph at one place of a rich text."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pipelines.text.office.style import Style


@dataclass(frozen=True, slots=True)
class Look:
    """What a group inherits from the one around it, and gives back when it ends."""

    bold: bool = False
    size: float = 12.0
    hidden: bool = False
    deleted: bool = False
    font: int = -1
    skip: int = 1  # characters after \\u that stand for it in old readers
    target: str = ""  # "": the text; else what the group's text is for


@dataclass(slots=True)
class Paragraph:
    """What ``\\pard`` resets."""

    depth: int = 0  # of tables that it stands in
    outline: int = 0
    before: float = 0.0
    after: float = 0.0
    level: int = 0
    new_page: bool = False

    def change(self, word: str, number: int, *, on: bool) -> None:
        """As a word for paragraphs changes it; ``on``: the word does not say 0."""
        match word:
            case "intbl":
                self.depth = max(self.depth, 1)
            case "itap":
                self.depth = min(max(number, 0), 30)
            case "outlinelevel":
                self.outline = number + 1 if 0 <= number < 9 else 0
            case "sb":
                self.before = number / 20
            case "sa":
                self.after = number / 20
            case "ilvl":
                self.level = min(max(number, 0), 8)
            case "pagebb":
                self.new_page = on

    def style(self, marker: str, *, running: bool) -> Style:
        """How a paragraph with this printed number ends; a bullet is a number without letters or digits."""
        style = Style(heading=min(self.outline, 6), before=self.before, after=self.after, running=running)
        if marker:
            style.item = self.level + 1
            # "o" is a bullet of Courier New
            style.marker = marker if marker != "o" and any(char.isalnum() for char in marker) else ""
        return style


def character(look: Look, word: str, number: int | None) -> Look:
    """``look`` as a word for characters changes it."""
    match word:
        case "b":
            return replace(look, bold=number != 0)
        case "fs":
            return replace(look, size=min(max((number or 24) / 2, 1.0), 500.0))
        case "f":
            return replace(look, font=number or 0)
        case "v":
            return replace(look, hidden=number != 0)
        case "deleted":
            return replace(look, deleted=number != 0)
        case "uc":
            return replace(look, skip=min(max(number or 0, 0), 100))
        case "plain":
            return replace(look, bold=False, size=12.0, hidden=False, deleted=False, font=-1)
    return look
