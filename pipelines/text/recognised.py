"""Recognised lines joined with what the page's own text layer says.

A scan that was e-filed carries its stamp as text, and a page may be typed above and scanned below. The image shows
both, so recognition reads them once more: what the text layer says is kept, what repeats it is dropped.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz.fuzz import partial_ratio_alignment

from pipelines.text.drafts import Draft, clean
from pipelines.text.limits import MAX_OCR_PAGES
from pipelines.text.ocr.types import Ocr, OcrLine, OcrPage, Raster
from pipelines.text.sheets import Sheet

_SAME = 75.0  # of 100, how alike a recognised piece and a line of the text layer are that say the same
_LEAST_LEFT = 3  # letters and digits of a recognised line that are worth keeping once the repeated part is cut out
_RUN_GAP = 4.0  # line heights between two parts of a text layer, such as a header and a footer
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Box:
    """Points from the left and top of a page."""

    left: float
    top: float
    right: float
    bottom: float

    def turned(self, turns: int, width: float, height: float) -> _Box:
        """On the page of this size turned clockwise by so many quarters."""
        match turns % 4:
            case 1:
                return _Box(height - self.bottom, self.left, height - self.top, self.right)
            case 2:
                return _Box(width - self.right, height - self.bottom, width - self.left, height - self.top)
            case 3:
                return _Box(self.top, width - self.right, self.bottom, width - self.left)
        return self

    def shared(self, other: _Box) -> tuple[float, float]:
        """How much of the narrower's width and of the lower's height the two share, 0..1."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        width = min(self.right - self.left, other.right - other.left)
        height = min(self.bottom - self.top, other.bottom - other.top)
        return max(across, 0.0) / max(width, 1.0), max(down, 0.0) / max(height, 1.0)

    def holds(self, other: _Box) -> float:
        """The share of the other that lies inside, 0..1."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        area = (other.right - other.left) * (other.bottom - other.top)
        return max(across, 0.0) * max(down, 0.0) / area if area > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page to be recognised, and how it is drawn."""

    sheet: Sheet
    render: Callable[[], Raster]
    scale: Callable[[], float] = lambda: 1.0  # points of the page for one point of the raster


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of asking for pages to be recognised."""

    recognised: int = 0
    waiting: tuple[int, ...] = ()  # numbers of the pages that were not
    beyond: int = 0  # pages too many, that are not asked for
    failures: tuple[str, ...] = ()


def recognise(wanted: Sequence[Wanted], ocr: Ocr | None, spent: Callable[[], bool] = lambda: False) -> Outcome:
    """Have pages recognised and take what comes into their sheets.

    Whatever goes wrong on a page costs that page alone; ``MemoryError`` passes. Pages left when ``spent`` wait.
    """
    chosen = wanted[:MAX_OCR_PAGES]
    waiting: list[int] = []
    failures: list[str] = []
    for want in chosen:
        number = want.sheet.number
        if ocr is None or spent():
            waiting.append(number)
            continue
        try:
            page = ocr(number, want.render)
            if page is not None:
                take(want.sheet, page, want.scale())
        except MemoryError:
            raise
        except Exception as error:  # an engine of native code behind a binding raises what it likes
            _logger.warning("page %d was not recognised: %s: %s", number, type(error).__name__, error)
            failures.append(f"page {number} was not recognised: {str(error) or type(error).__name__}"[:200])
            page = None
        if page is None:
            waiting.append(number)
    return Outcome(len(chosen) - len(waiting), tuple(waiting), len(wanted) - len(chosen), tuple(failures[:5]))


def take(sheet: Sheet, page: OcrPage, scale: float = 1.0) -> None:
    """Put what was recognised into the sheet, beside the lines of its text layer.

    ``scale``: points of the page for one point of the raster (not 1 where a page's size says nothing of its print).
    """
    runs = _runs(sheet.lines)
    layer = [(line, _box(line).turned(page.rotation, sheet.width, sheet.height)) for line in sheet.lines]
    if page.rotation % 2:
        sheet.width, sheet.height = sheet.height, sheet.width
        for line, box in layer:
            line.x, line.top, line.right = box.left, box.top, box.right
    found = [draft for draft in (_draft(line, scale) for line in page.lines) if draft.text]
    sheet.lines = _merged(runs, _new(found, layer))
    sheet.method, sheet.confidence, sheet.legible = "ocr", page.confidence, page.legible


def _draft(line: OcrLine, scale: float) -> Draft:
    return Draft(
        clean(line.text).strip(),
        x=line.x * scale,
        right=line.right * scale,
        top=line.top * scale,
        size=line.size * scale,
    )


def _box(line: Draft) -> _Box:
    return _Box(line.x, line.top, max(line.right, line.x), line.top + 1.2 * max(line.size, 1.0))


def _new(found: Sequence[Draft], layer: Sequence[tuple[Draft, _Box]]) -> list[Draft]:
    """The recognised lines, or what is left of them, that the text layer does not say."""
    kept: list[Draft] = []
    for draft in found:
        for line, box in layer:
            across, down = _box(draft).shared(box)
            if draft.text and across >= 0.4 and down >= 0.4:
                _cut(draft, line, box)
        if draft.text:
            kept.append(draft)
    return kept


def _cut(draft: Draft, line: Draft, box: _Box) -> None:
    """Take out of a recognised line what a line of the text layer says in its place; all, if nothing is left."""
    same = partial_ratio_alignment(line.text.casefold(), draft.text.casefold(), score_cutoff=_SAME)
    if same is None:
        if box.holds(_box(draft)) >= 0.7:  # the same place misread
            draft.text = ""
        return
    before, after = draft.text[: same.dest_start].rstrip(), draft.text[same.dest_end :].lstrip()
    if _signs(before) < _LEAST_LEFT and _signs(after) < _LEAST_LEFT:
        draft.text = ""
    elif _signs(after) < _LEAST_LEFT:
        draft.text, draft.right = before, max(min(draft.right, box.left), draft.x)
    elif _signs(before) < _LEAST_LEFT:
        draft.text, draft.x = after, min(max(draft.x, box.right), draft.right)
    else:
        draft.text = f"{before} {after}"


def _signs(text: str) -> int:
    return sum(map(str.isalnum, text))


def _runs(layer: Sequence[Draft]) -> list[list[Draft]]:
    """The parts of a text layer: lines that follow each other closely."""
    runs: list[list[Draft]] = []
    for line in layer:
        if runs and abs(line.top - runs[-1][-1].top) <= _RUN_GAP * max(line.size, 4.0):
            runs[-1].append(line)
        else:
            runs.append([line])
    return runs


def _merged(runs: Sequence[list[Draft]], found: Sequence[Draft]) -> list[Draft]:
    """Both in reading order: each part of the text layer stands before the first recognised line below its top."""
    result = list(found)
    for run in reversed(runs):
        top = min(line.top for line in run)
        place = next((index for index, line in enumerate(result) if line.top > top), len(result))
        result[place:place] = run
    return result
