"""What a text layer says otherwise than the page shows, put right line by line before the order of lines is judged.

A page shows a heading once, however often it was drawn to look bold; it shows "Délibération" where the layer says
"Délibéra?on" or "DÃ©libÃ©ration"; its "1er" is one word of one line. What is stored is what is shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.text.decode import misread
from pipelines.text.drafts import Draft

_LOST_TI = re.compile(r"(?<=[aceinopstu])[?\ufffd](?=on(?:s|n|\b))|(?<=[aceinopstu])[?\ufffd](?=onn)", re.I)
_ACCENTED = re.compile("[éèêàçÉÈÀ]")
_LEAST_ACCENTED = 3  # on a page whose accents are all right, so that what is lost are ligatures
_TWICE = re.compile(r"(?:(\S)\1)+(?: (?:(\S)\2)+)*")
_LEAST_TWICE = 12  # characters of a line in which each is there twice, as no language has it
_TWINS = 40  # lines of one text that are compared with the next: a page may repeat a full stop without end
_SHADOW = 2.0  # points between two drawings of a line that are one to the eye
_SAME_BASE = 0.12  # of the size, between the baselines of parts of one line
_ALIKE_SIZE = 0.8  # of the size: a stamp that lies over the end of a line does not go on with it
_JOINED, _APART = 0.12, 0.6  # of the size: a gap below is no space, one beyond is no word space
_RAISED = re.compile(r"(?:er|re|nde?|e|è?me|ère|es|ers|o|os|bis|ter|lle|elle|[23])\b", re.I)


def mend(lines: Sequence[Draft]) -> list[Draft]:
    """The lines of one page as the page shows them; still in the engine's order."""
    if not lines:
        return []
    _respell(lines)
    return _joined(_once(lines))


def _respell(lines: Sequence[Draft]) -> None:
    """Undo a wrong charset, put back the "ti" that a font lost, halve what is there letter by letter twice."""
    whole = "\n".join(line.text for line in lines)
    repair = misread(whole)
    lost = ("?on" in whole or "\ufffdon" in whole) and len(_ACCENTED.findall(whole)) >= _LEAST_ACCENTED
    for line in lines:
        text = line.text
        if repair:
            line.text = text = repair(text).strip()
        if lost:
            line.text = text = _LOST_TI.sub("ti", text)
        if len(text) >= _LEAST_TWICE and text[0] == text[1] and text[2:3] == text[3:4] and _TWICE.fullmatch(text):
            line.text, line.bold = " ".join(word[::2] for word in text.split(" ")), True


def _once(lines: Sequence[Draft]) -> list[Draft]:
    """Without the lines that repeat another in its place: drawn again to look bold or shaded, or as hidden text."""
    if len({line.text for line in lines}) == len(lines):
        return list(lines)
    kept: list[Draft] = []
    seen: dict[str, list[Draft]] = {}
    for line in lines:
        twins = seen.setdefault(line.text, [])
        twin = next((one for one in twins[-_TWINS:] if _near(one, line)), None)
        if twin is None:
            twins.append(line)
            kept.append(line)
        elif line.x != twin.x or line.top != twin.top:
            twin.bold = True
    return kept


def _near(one: Draft, two: Draft) -> bool:
    return abs(one.x - two.x) <= _SHADOW and abs(one.top - two.top) <= _SHADOW and bool(one.size)


def _joined(lines: Sequence[Draft]) -> list[Draft]:
    """Parts of one printed line as one: PDFium ends a line at a raised "er" or "2", and begins another after it."""
    kept: list[Draft] = []
    base = 0.0  # of the line that may go on
    for line in lines:
        before = kept[-1] if kept else None
        gap = line.x - before.right if before is not None and before.size else -9.0
        if before is None or not line.size or not -2.0 <= gap <= _APART * before.size or before.angle or line.angle:
            kept.append(line)
            base = _base(line)
        elif abs(_base(line) - base) <= _SAME_BASE * before.size and _ALIKE_SIZE * before.size <= line.size:
            _append(before, line, " " if gap > _JOINED * before.size else "")
        elif _raised(before, line, base, gap):
            _append(before, line, "")
        else:
            kept.append(line)
            base = _base(line)
    return kept


def _base(line: Draft) -> float:
    return line.top + 0.8 * line.size


def _raised(before: Draft, line: Draft, base: float, gap: float) -> bool:
    """Whether a line is the raised end of a word ("1" + "er", "m" + "2")."""
    if line.size > 0.85 * before.size or gap > 0.25 * before.size or not _RAISED.match(line.text):
        return False
    if line.text[0].isdigit() and not before.text.endswith(("m", "M")):
        return False
    return 0.15 * before.size <= base - _base(line) <= 0.8 * before.size and len(line.text.split()[0]) <= 4


def _append(before: Draft, line: Draft, space: str) -> None:
    before.text = f"{before.text}{space}{line.text}"
    before.right = line.right
    if line.last >= 0:
        before.last = line.last
