"""Documents made on the spot: invented councils, real formats."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = A4
Drawing = Callable[[Canvas], None]


@pytest.fixture
def make_pdf() -> Callable[..., bytes]:
    """A PDF of one page per drawing; ``encryption`` as reportlab takes it."""

    def make(*drawings: Drawing, encryption: StandardEncryption | None = None, title: str = "") -> bytes:
        stream = io.BytesIO()
        canvas = Canvas(stream, pagesize=A4, encrypt=encryption, invariant=True)
        canvas.setTitle(title)
        for draw in drawings:
            draw(canvas)
            canvas.showPage()
        canvas.save()
        return stream.getvalue()

    return make


def lines_at(lines: Sequence[tuple[float, float, str]], font: str = "Helvetica", size: float = 11) -> Drawing:
    """A drawing of (x, points from the top, text) in the given order of the content stream."""

    def draw(canvas: Canvas) -> None:
        for x, top, text in lines:
            canvas.setFont(font, size)
            canvas.drawString(x, HEIGHT - top, text)

    return draw


def column(
    texts: Sequence[str], *, x: float = 60, top: float = 120, step: float = 16
) -> list[tuple[float, float, str]]:
    return [(x, top + step * number, text) for number, text in enumerate(texts)]


def scan(shade: int = 200, stamp: Sequence[str] = ()) -> Drawing:
    """A page that is one picture, with an e-filing stamp as its only text."""

    def draw(canvas: Canvas) -> None:
        picture = Image.new("L", (300, 420), shade)
        canvas.drawImage(ImageReader(picture), 0, 0, WIDTH, HEIGHT)
        canvas.setFont("Helvetica", 8)
        for number, text in enumerate(stamp):
            canvas.drawString(400, HEIGHT - 20 - 9 * number, text)

    return draw


STAMP = (
    "Envoyé en préfecture le 24/09/2025",
    "Reçu en préfecture le 24/09/2025",
    "Publié le",
    "ID : 099-219912345-20250917-DE2025_116-DE",
)
