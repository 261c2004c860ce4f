"""What is done to a picture of a page before it is read; every step is one that measurement showed to pay.

All sizes in pixels, angles in degrees against the clock.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from PIL import Image, ImageChops, ImageFilter, ImageMath, ImageOps

from crawler.errors import TooLarge, Unreadable
from pipelines.text.ocr.types import Raster

# Real scans gave the same words at 150, 200, 250 and 300 dpi, for 0.8, 0.9, 1.1 and 1.3 s a page; below 130 dpi a page
# drawn larger reads far better (72 dpi: 32 % of characters wrong as it is, 2 % at 200); only print under 7 points
# gains from 300 dpi. So: read at BEST, draw larger what is under LEAST, ask nobody for more than MOST.
BEST_DPI, LEAST_DPI, MOST_DPI = 200, 150, 300

MOST_PIXELS = 24_000_000  # read at once: A2 at BEST_DPI; a larger plan is read coarser
_REFUSED_PIXELS = 400_000_000
_MOST_STRETCH = 3.0
_LEAST_SIDE = 12  # pixels; nothing smaller holds a word
_PROFILE_DPI = 75  # enough to see lines of text as stripes
_MARKED = 1.8  # lines askew by half a degree lie flat with 2.4 times the contrast; a page on its side reaches 1.5
_GRAIN = 11  # shades from one pixel to the next, on plain paper; real scans have 0
_CELL = 16  # pixels at BEST_DPI: a piece of a word
_WHITE = 255


def picture(raster: Raster) -> Image.Image:
    """The raster as an image; raises ``TooLarge`` or ``Unreadable`` for one that cannot be true."""
    if raster.width * raster.height > _REFUSED_PIXELS:
        raise TooLarge(f"an image of {raster.width} by {raster.height} pixels")
    if raster.width < 1 or raster.height < 1 or len(raster.pixels) != raster.width * raster.height:
        raise Unreadable("an image whose pixels do not fit its size")
    return Image.frombuffer("L", (raster.width, raster.height), raster.pixels, "raw", "L", 0, 1)


def fitted(image: Image.Image, dpi: int) -> tuple[Image.Image, int]:
    """The image at the resolution at which reading is best, and that resolution."""
    factor = 1.0
    if dpi < LEAST_DPI:
        factor = min(BEST_DPI / max(dpi, 1), _MOST_STRETCH)
    elif dpi > 1.2 * BEST_DPI:
        factor = BEST_DPI / dpi
    return _scaled(image, dpi, factor)


def bounded(image: Image.Image, dpi: int) -> tuple[Image.Image, int]:
    """The image as fine as it came, within MOST_DPI."""
    return _scaled(image, dpi, min(1.0, MOST_DPI / max(dpi, 1)))


def _scaled(image: Image.Image, dpi: int, factor: float) -> tuple[Image.Image, int]:
    factor = min(factor, (MOST_PIXELS / (image.width * image.height)) ** 0.5)
    if abs(factor - 1) < 0.01:
        return image, dpi
    size = (max(round(image.width * factor), 1), max(round(image.height * factor), 1))
    return image.resize(size, Image.Resampling.BICUBIC), max(round(dpi * factor), 1)


def blank(image: Image.Image) -> bool:
    """Whether there is nothing on it that could be print: too small, or all of one shade."""
    if min(image.size) < _LEAST_SIDE:
        return True
    low, high = _shades(image.reduce(2) if min(image.size) >= 2 * _LEAST_SIDE else image)
    return high - low < 24


def _shades(image: Image.Image) -> tuple[int, int]:
    """Darkest and lightest shade, without the two hundred-thousandths at each end that dust may be."""
    counts = image.histogram()
    spare = max(sum(counts) // 50_000, 1)
    return _at(counts, spare), 255 - _at(counts[::-1], spare)


def _at(counts: list[int], position: int) -> int:
    passed = 0
    for shade, count in enumerate(counts):
        passed += count
        if passed > position:
            return shade
    return len(counts) - 1


def calm(image: Image.Image) -> Image.Image:
    """The image, softened if the paper is grainy.

    Grain of 25 shades cost 0.4 to 1.5 % of the characters as it was and 0.2 to 0.5 % softened, grain of 35 the whole
    page. Clean scans are left alone: small print loses by it.
    """
    width, height = image.size
    middle = image.crop((width // 4, height // 4, width - width // 4, height - height // 4))
    grain = _median(ImageChops.difference(middle, middle.filter(ImageFilter.BoxBlur(1))))
    return image.filter(ImageFilter.GaussianBlur(0.8)) if grain >= _GRAIN else image


def _median(image: Image.Image) -> int:
    return _at(image.histogram(), image.width * image.height // 2)


def skew(image: Image.Image, dpi: int, reach: int) -> float:
    """By how many degrees the page must be turned for its lines to lie flat, within ``reach`` each way.

    The angle at which the darkness of the rows differs most from row to row; 0 where none stands out, and for less than
    half a degree, which costs nothing when read as it is.
    """
    factor = max(round(dpi / _PROFILE_DPI), 1)
    small = image.reduce(factor)
    paper = _median(small)
    known: dict[float, float] = {}

    def contrast(angle: float) -> float:
        if angle not in known:
            known[angle] = _stripes(small.rotate(angle, Image.Resampling.NEAREST, fillcolor=paper))
        return known[angle]

    best = max((float(angle) for angle in range(-reach, reach + 1)), key=contrast)
    for step in (0.5, 0.25):
        best = max((best, best - step, best + step), key=contrast)
    return best if contrast(best) > _MARKED * contrast(0.0) else 0.0


def _stripes(image: Image.Image) -> float:
    rows = image.resize((1, image.height), Image.Resampling.BOX).tobytes()
    return float(sum((above - below) ** 2 for above, below in pairwise(rows)))


def straight(image: Image.Image, angle: float) -> Image.Image:
    """The image turned by ``angle``, its size kept; what comes in at the corners is white."""
    if not angle:
        return image
    return image.rotate(angle, Image.Resampling.BICUBIC, fillcolor=_WHITE)


def turned(image: Image.Image, quarters: int) -> Image.Image:
    """The image turned clockwise by quarters."""
    turns = (None, Image.Transpose.ROTATE_270, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_90)
    turn = turns[quarters % 4]
    return image if turn is None else image.transpose(turn)


def restored(image: Image.Image) -> Image.Image:
    """A hard scan made readable: specks and grain out, the paper made even, the ink dark.

    Measured on pages with grain, specks, a shadow, faint ink and mixtures of them: a median of 3, a light blur and
    paper divided out read 0.3 to 4 % of the characters wrong where the plain page gave 5 to 100 %. Sauvola's threshold
    in place of the division is as good on shadows, but loses faint pages altogether.
    """
    calm = image.filter(ImageFilter.MedianFilter(3)).filter(ImageFilter.GaussianBlur(0.8))
    paper = _paper(calm).resize(calm.size, Image.Resampling.BILINEAR)
    even: Image.Image = ImageMath.lambda_eval(_divided, ink=calm, paper=paper)
    return ImageOps.autocontrast(even, cutoff=(0.5, 0.5))


def _divided(args: dict[str, Any]) -> Any:
    share = args["ink"] * 235 / args["max"](args["paper"], 1)
    return args["convert"](args["min"](share, _WHITE), "L")


def _paper(image: Image.Image) -> Image.Image:
    """The shade of the paper at an eighth of the size: the third quartile around each place, smoothed."""
    small = image.reduce(8)
    if min(small.size) < 7:
        return small
    return small.filter(ImageFilter.RankFilter(7, 36)).filter(ImageFilter.GaussianBlur(3))


def unread(image: Image.Image, boxes: list[tuple[int, int, int, int]]) -> float:
    """Share of the page that is marked like print and holds none of ``boxes`` (left, top, right, bottom).

    What a threshold for the whole page drowned in a shadow or lost in faint ink leaves no trace in the words that were
    read: only the hole tells. 0 to 6 % on ordinary scans with their stamps and rules, 20 % and more on half-read pages.
    """
    if min(image.size) < 8 * _CELL:
        return 0.0
    small = image.reduce(4)
    marks = ImageChops.subtract(small.filter(ImageFilter.MaxFilter(3)), small.filter(ImageFilter.MinFilter(3)))
    cells = _above(_above(marks, 24).reduce(_CELL // 4), 64)
    blank_cells = Image.new("L", cells.size, _WHITE)
    for left, top, right, bottom in boxes:
        blank_cells.paste(0, (left // _CELL - 1, top // _CELL - 1, right // _CELL + 2, bottom // _CELL + 2))
    hole = ImageChops.multiply(cells, blank_cells)
    return hole.histogram()[_WHITE] / (hole.width * hole.height)


def _above(image: Image.Image, least: int) -> Image.Image:
    return image.point([_WHITE if shade >= least else 0 for shade in range(256)])
