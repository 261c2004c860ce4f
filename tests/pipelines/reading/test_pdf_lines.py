"""Where the lines of a PDF page stand, and with which letters."""

from __future__ import annotations

from collections.abc import Callable

import pypdfium2
import pytest
from reportlab.pdfgen.canvas import Canvas

from pipelines.text.drafts import Draft
from pipelines.text.pdf_lines import LineReader, geometry

Maker = Callable[..., bytes]


def read_lines(data: bytes, rotation: int = 0) -> tuple[list[Draft], str]:
    document = pypdfium2.PdfDocument(data)
    page = document[0]
    page.set_rotation(rotation)
    textpage = page.get_textpage()
    text = textpage.get_text_range()
    lines = LineReader().lines(textpage, text, geometry(page))
    for opened in (textpage, page, document):
        opened.close()
    return lines, text


def upright_and_turned(canvas: Canvas) -> None:
    canvas.setFont("Helvetica-Bold", 14)
    canvas.drawString(60, 700, "Ordre du jour")
    canvas.setFont("Helvetica", 10)
    canvas.drawString(60, 660, "1 - Budget annexe de l'eau")
    canvas.saveState()
    canvas.translate(30, 300)
    canvas.rotate(90)
    canvas.drawString(0, 0, "Document de travail")
    canvas.restoreState()


def test_place_size_weight_and_letters_of_each_line(make_pdf: Maker) -> None:
    (title, point, side), text = read_lines(make_pdf(upright_and_turned))
    assert (title.text, title.bold, title.angle) == ("Ordre du jour", True, 0.0)
    assert (title.x, title.size) == pytest.approx((60, 14), abs=2)
    assert (point.bold, point.top > title.top, point.right > point.x + 100) == (False, True, True)
    assert side.angle == 90.0
    assert [text[line.first : line.last + 1] for line in (title, point)] == [title.text, point.text]


def test_a_turned_page_shows_its_lines_upright(make_pdf: Maker) -> None:
    lines, _ = read_lines(make_pdf(upright_and_turned), rotation=90)
    assert [line.angle for line in lines] == [-90.0, -90.0, 0.0]


def test_a_hyphen_at_the_end_of_a_line_shifts_nothing(make_pdf: Maker) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(60, 700, "vidéo-")
        canvas.drawString(60, 686, "protection du parc")
        canvas.drawString(60, 640, "2 - Voirie")

    lines, text = read_lines(make_pdf(draw))
    assert [line.text for line in lines] == ["vidéo-", "protection du parc", "2 - Voirie"]
    assert text[lines[2].first : lines[2].last + 1] == "2 - Voirie"
