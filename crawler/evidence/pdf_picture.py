"""An image of a page inside a PDF: small, and the same each time."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

from reportlab.lib.utils import ImageReader
from reportlab.platypus import Flowable


class _Jpeg(ImageReader):  # type: ignore[misc]  # reportlab has no types
    """A JPEG that goes into the PDF as it is, named by the hash of its file.

    reportlab would unfold it, 5 MB a page, to name it by its pixels, keep these, and write them instead.
    """

    _dataA = None  # a JPEG has no transparency

    def __init__(self, data: bytes) -> None:
        super().__init__(io.BytesIO(data))
        self._bytes = data

    def getRGBData(self) -> bytes:
        """What reportlab makes the name of."""
        return hashlib.sha256(self._bytes).digest()

    def jpeg_fh(self) -> io.BytesIO:
        """What it writes into the PDF."""
        return io.BytesIO(self._bytes)


class Picture(Flowable):  # type: ignore[misc]  # reportlab has no types
    """An image that is read when it is drawn, and named after its content: a file's name would differ each time."""

    def __init__(self, path: Path, width: float, height: float) -> None:
        super().__init__()
        self.path, self.width, self.height = path, width, height

    def draw(self) -> None:
        """Called by reportlab."""
        self.canv.drawImage(_Jpeg(self.path.read_bytes()), 0, 0, self.width, self.height)
