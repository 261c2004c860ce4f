"""Frames of an image file: which of them are pages, how large they print, and how they are drawn for recognition."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from crawler.errors import TooLarge
from pipelines.text.limits import (
    LEAST_IMAGE_SIDE,
    MAX_FRAMES,
    MAX_IMAGE_PIXELS,
    MAX_RASTER_PIXELS,
)
from pipelines.text.ocr.prepare import BEST_DPI, LEAST_DPI, MOST_DPI
from pipelines.text.ocr.types import Raster

IMAGE_FORMATS = {
    "image/tiff": ("TIFF",),
    "image/jpeg": ("JPEG", "MPO"),
    "image/png": ("PNG",),
    "image/bmp": ("BMP", "DIB"),
    "image/webp": ("WEBP",),
    "image/gif": ("GIF",),
    "image/jp2": ("JPEG2000",),
}
_A4 = 11.69  # inches, its longer side
_SCREEN = 96.0  # dpi of an image too small to be a scanned page
_SHORTEST, _LONGEST = 3.5, 17.5  # inches of the longer side of what people scan: a receipt, A3
_SUBFILE = 254  # TIFF tag; its lowest bit says that the frame is a smaller copy of another
_ORIENTATION = 274  # EXIF tag
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = {
    Image.Transpose.TRANSPOSE,
    Image.Transpose.ROTATE_270,
    Image.Transpose.TRANSVERSE,
    Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class Plan:
    """How one frame becomes a raster."""

    frame: int  # position in the file, from 0
    width: int  # pixels of the raster, as shown
    height: int
    dpi: int

    @property
    def points(self) -> tuple[float, float]:
        """Width and height of the page in points."""
        return self.width * 72 / self.dpi, self.height * 72 / self.dpi


def plans(image: Image.Image) -> tuple[list[Plan], bool]:
    """The frames that are pages, and whether there are more than are looked at.

    Only a TIFF has pages; the other frames of a GIF or WEBP are an animation, those of a phone's JPEG previews.
    """
    if image.format != "TIFF":
        found = _plan(image, 0)
        return ([found] if found else []), False
    pages: list[Plan] = []
    for position in range(MAX_FRAMES):
        try:
            image.seek(position)
        except EOFError:
            return pages, False
        found = _plan(image, position)
        if found:
            pages.append(found)
    return pages, True


def _plan(image: Image.Image, position: int) -> Plan | None:
    """How the current frame is drawn; None for thumbnails and icons."""
    if image.width * image.height > MAX_IMAGE_PIXELS:
        raise TooLarge(f"an image of {image.width} x {image.height} pixels")
    smaller_copy = position > 0 and int(getattr(image, "tag_v2", {}).get(_SUBFILE, 0)) & 1
    if min(image.width, image.height) < LEAST_IMAGE_SIDE or smaller_copy:
        return None
    across, down = _resolution(image)
    dpi = BEST_DPI if down < LEAST_DPI else min(down, MOST_DPI)
    width, height = image.width * dpi / across, image.height * dpi / down
    shrink = min(1.0, (MAX_RASTER_PIXELS / (width * height)) ** 0.5)
    width, height = max(round(width * shrink), 1), max(round(height * shrink), 1)
    if _turn(image) in _SIDEWAYS:
        width, height = height, width
    return Plan(position, width, height, max(round(dpi * shrink), 1))


def _resolution(image: Image.Image) -> tuple[float, float]:
    """Dots per inch across and down: as the file says where that gives a page, else as if it were one.

    Faxes have pixels that are not square; cameras write 72 for pictures of 4,000 pixels.
    """
    try:
        across, down = (float(value) for value in image.info.get("dpi", (0, 0)))
    except (TypeError, ValueError, ZeroDivisionError):
        across = down = 0.0
    longer = max(image.width, image.height)
    if across > 1 and down > 1 and _SHORTEST <= max(image.width / across, image.height / down) <= _LONGEST:
        return across, down
    guess = max(longer / _A4, _SCREEN)
    return guess, guess


def load(image: Image.Image, plan: Plan) -> None:
    """Decode a frame, a JPEG no larger than needed; whatever is wrong with it is raised as Pillow raises it."""
    image.seek(plan.frame)
    image.draft("L", (min(plan.width, plan.height),) * 2)
    with _quiet() if image.format == "TIFF" else nullcontext():
        image.load()


@contextmanager
def _quiet() -> Iterator[None]:
    """Without libtiff's own messages: it writes one for each damaged row, past Python, to the standard error."""
    if sys.stderr is not None:
        sys.stderr.flush()
    kept = os.dup(2)
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def drawn(image: Image.Image, plan: Plan) -> Raster:
    """A frame in grey, upright, transparent parts white."""
    load(image, plan)
    turn = _turn(image)
    grey = _grey(image)
    if turn is not None:
        grey = grey.transpose(turn)
    if grey.size != (plan.width, plan.height):
        grey = grey.resize((plan.width, plan.height), Image.Resampling.LANCZOS)
    return Raster(grey.tobytes(), grey.width, grey.height, plan.dpi)


def _turn(image: Image.Image) -> Image.Transpose | None:
    """How a frame must be turned to be upright; Pillow turns those of TIFF itself."""
    if image.format == "TIFF":
        return None
    try:
        return _TURNS.get(image.getexif().get(_ORIENTATION, 1))
    except MemoryError:
        raise
    except Exception:  # broken metadata raise anything, and cost no more than themselves
        return None


def _grey(image: Image.Image) -> Image.Image:
    if image.mode.startswith(("I", "F")):  # 16 bits and more: stretched to what there is
        wide = image.convert("F")
        low, high = (float(value) for value in wide.getextrema())  # type: ignore[arg-type]
        factor = 255.0 / ((high - low) or 1.0)
        return wide.point(lambda value: value * factor - low * factor).convert("L")
    if image.has_transparency_data:
        shown = image if image.mode in {"RGBA", "LA"} else image.convert("RGBA")
        paper = Image.new("L", shown.size, 255)
        paper.paste(shown.convert("L"), mask=shown.getchannel("A"))
        return paper
    return image.convert("L")
