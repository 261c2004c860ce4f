"""Whether recognition really works: data that are there may be damaged, and Tesseract aborts over such data."""

from __future__ import annotations

import multiprocessing
import os
import resource

from PIL import Image, ImageDraw

from pipelines.text.ocr.engine import recognise
from pipelines.text.ocr.types import Raster

_WORDS = "CONSEIL MUNICIPAL"
_DPI = 150


def trial(seconds: float = 30) -> bool:
    """Recognise two printed words in a process of its own; False where it fails, dies or takes too long."""
    process = multiprocessing.get_context("spawn").Process(target=_recognise, daemon=True)
    process.start()
    process.join(seconds)
    if process.exitcode is None:
        process.kill()
        process.join()
    return process.exitcode == 0


def _recognise() -> None:
    """Exits with 0 where a line was found; says nothing, whatever Tesseract would like to write."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    image = Image.new("L", (130, 40), 255)
    ImageDraw.Draw(image).text((10, 12), _WORDS, fill=0)
    image = image.resize((6 * image.width, 6 * image.height))
    page = recognise(Raster(image.tobytes(), image.width, image.height, _DPI))
    raise SystemExit(0 if page.lines else 1)
