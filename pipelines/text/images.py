"""Images as documents: photographs and scans of pages, faxes of many.

Their text is what optical recognition gives; without it they wait. Pillow decodes them, and only formats that are
named here.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from PIL import Image

from crawler.errors import DocumentError, TooLarge, Unreadable
from crawler.models import Extracted, VersionState
from pipelines.text.frames import IMAGE_FORMATS, Plan, drawn, load, plans
from pipelines.text.limits import MAX_IMAGE_PIXELS
from pipelines.text.ocr.types import Ocr, Raster
from pipelines.text.recognised import Outcome, Wanted, recognise
from pipelines.text.sheets import Sheet, assembled, mark, some

IMAGES = frozenset(IMAGE_FORMATS)


def extract_image(data: bytes, kind: str, ocr: Ocr | None = None) -> Extracted:
    """Text of an image, or why there is none; never raises for a bad one. A TIFF has a page per frame."""
    digest = hashlib.sha256(data).hexdigest()[:32]
    try:
        with _opened(data, kind) as image:
            found, cut = plans(image)
            if not found:
                size = f"{image.width} x {image.height} pixels"
                return Extracted(kind, "unsupported", reason=f"an image of {size} holds no document")
            load(image, found[0])  # a broken one is found out here
    except TooLarge as error:
        return Extracted(kind, "too-large", reason=str(error), image_hashes=(digest,))
    except DocumentError as error:
        return Extracted(kind, "failed", reason=str(error), image_hashes=(digest,))
    sheets = [Sheet(number, *plan.points, method="none") for number, plan in enumerate(found, start=1)]
    wanted = [Wanted(sheet, partial(_raster, data, kind, plan)) for sheet, plan in zip(sheets, found, strict=True)]
    outcome = recognise(wanted, ocr)
    mark(sheets)
    pages, lines = assembled(sheets)
    state, reason = verdict(outcome, len(sheets), cut, bool(lines))
    return Extracted(
        media_type=kind,
        state=state,
        pages=pages,
        lines=lines,
        page_count=len(sheets),
        image_hashes=(digest,),
        reason=reason,
        method="ocr" if outcome.recognised else "image",
        waiting=outcome.waiting,
    )


def frame_raster(source: bytes | Path, kind: str, number: int) -> Raster:
    """Page ``number`` (from 1) of an image; raises ``Unreadable`` or ``TooLarge``. A path is not read as a whole."""
    with _opened(source, kind) as image:
        found, _ = plans(image)
        if not 1 <= number <= len(found):
            raise Unreadable(f"the image has no page {number}")
        return drawn(image, found[number - 1])


def page_sizes(data: bytes, kind: str, least: int, slimmest: float) -> list[tuple[float, float]]:
    """Size in points of each frame of an image that may be a page, none where its sides do not say so.

    ``least``: pixels of the shorter side; ``slimmest``: how many times the longer one it may be. Raises ``Unreadable``
    or ``TooLarge``.
    """
    with _opened(data, kind) as image:
        shorter, longer = sorted((image.width, image.height))
        if shorter < least or longer > slimmest * shorter:
            return []
        return [plan.points for plan in plans(image)[0]]


def _raster(data: bytes, kind: str, plan: Plan) -> Raster:
    with _opened(data, kind) as image:
        return drawn(image, plan)


def verdict(outcome: Outcome, count: int, cut: bool, text: bool) -> tuple[VersionState, str | None]:
    """State and reason of a document of ``count`` pages; ``cut``: it has more; ``text``: some was found."""
    reasons = list(outcome.failures)
    if outcome.waiting:
        reasons.insert(0, f"needs OCR: an image instead of text on {some(len(outcome.waiting), count)}")
    if outcome.beyond or cut:
        reasons.append(f"too long: only the first {count - outcome.beyond} pages were looked at")
    if outcome.waiting and not text:
        return "needs-ocr", "; ".join(reasons)
    if reasons:
        return "partial", "; ".join(reasons)
    return "read", None if text else "no text was recognised on it"


@contextmanager
def _opened(source: bytes | Path, kind: str) -> Iterator[Image.Image]:
    """The image, its pixels not decoded yet; what Pillow raises on broken ones becomes ``Unreadable``."""
    name = IMAGE_FORMATS[kind.partition(";")[0].strip().lower()]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of odd metadata, and of bombs: we measure ourselves
        try:
            with Image.open(io.BytesIO(source) if isinstance(source, bytes) else source, formats=name) as image:
                if image.width * image.height > MAX_IMAGE_PIXELS:
                    raise TooLarge(f"an image of {image.width} x {image.height} pixels")
                yield image
        except (MemoryError, DocumentError):
            raise
        except Image.DecompressionBombError:
            raise TooLarge("an image of too many pixels") from None
        except Exception as error:  # its decoders raise whatever their format suggests
            raise Unreadable(f"the image is broken: {error or type(error).__name__}"[:200]) from None
