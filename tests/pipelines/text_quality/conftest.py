"""Pages drawn with the traps of real ones: invented councils, the drawing tricks of real word processors."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from crawler.models import Extracted
from pipelines.text.pdf import extract_pdf

WIDTH, HEIGHT = A4
Drawing = Callable[[Canvas], None]
HEAD = ("CONSEIL MUNICIPAL DE VALBRUNE", "Séance du jeudi 12 mars 2026 à 18 h 30", "ORDRE DU JOUR")
ITEMS = (
    "1. Approbation du procès-verbal de la séance précédente",
    "2. Extension du dispositif de vidéoprotection de la gare",
    "3. Budget primitif 2026 de la commune",
    "4. Acquisition de caméras-piétons pour la police municipale",
    "5. Questions diverses",
)


def pdf(*drawings: Drawing) -> bytes:
    """A PDF of one page per drawing."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4, invariant=True)
    for draw in drawings:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def put(canvas: Canvas, x: float, top: float, text: str, size: float = 11, font: str = "Helvetica") -> float:
    """Draw ``text`` with its baseline ``top`` points below the edge of the page; where it ends."""
    canvas.setFont(font, size)
    canvas.drawString(x, HEIGHT - top, text)
    return x + float(canvas.stringWidth(text, font, size))


def column(canvas: Canvas, texts: Sequence[str], x: float = 60, top: float = 80, step: float = 18) -> None:
    for place, text in enumerate(texts):
        put(canvas, x, top + step * place, text)


def agenda(canvas: Canvas) -> None:
    column(canvas, (*HEAD, *ITEMS))


def read(*drawings: Drawing) -> Extracted:
    done = extract_pdf(pdf(*drawings))
    for line in done.lines:
        assert done.pages[line.page - 1].text[line.start : line.end] == line.text
    return done


def texts(done: Extracted, *blocks: str) -> list[str]:
    """The lines, or those of some blocks."""
    return [line.text for line in done.lines if not blocks or line.block in blocks]


def cells(done: Extracted) -> list[list[str]]:
    """The rows of tables."""
    rows: dict[tuple[int, int], list[str]] = {}
    for line in done.lines:
        if line.row is not None:
            assert line.block == "cell"
            rows.setdefault((line.page, line.row), []).append(line.text)
    return list(rows.values())
