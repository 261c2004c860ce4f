"""What optical recognition is given and gives back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Raster:
    """A page as it is shown, in grey: one byte a pixel, rows from the top, no padding."""

    pixels: bytes = field(repr=False)
    width: int
    height: int
    dpi: int


@dataclass(frozen=True, slots=True)
class OcrLine:
    """A recognised line; places in points from the left and top of the page as it reads (after rotation)."""

    text: str
    x: float
    top: float
    right: float
    size: float  # points, from the height of its letters
    confidence: float  # 0..1, the engine's own
    block: int = 0  # lines of one block of the layout share it


@dataclass(frozen=True, slots=True)
class OcrPage:
    """A recognised page, in reading order; a blank one has no line."""

    lines: tuple[OcrLine, ...]
    confidence: float  # mean over words, 0..1; often too sure
    legible: float  # share of its words (three letters or more) that can be relied on, 0..1: the better judge
    rotation: int = 0  # quarter turns clockwise by which the raster was turned to be read
    rescued: bool = False  # read a second time with a stronger preparation
    engine: str = ""


Ocr = Callable[[int, Callable[[], Raster]], OcrPage | None]
