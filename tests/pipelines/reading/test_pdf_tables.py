from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from reportlab.pdfgen.canvas import Canvas

from crawler.models import Extracted, Hints
from pipelines.read import read
from pipelines.text.pdf import extract_pdf

from .conftest import HEIGHT

Maker = Callable[..., bytes]
EDGES = (60, 120, 380, 540)
HEAD = ("Numéro", ("Objet de la", "délibération"), "Vote")
POINTS = (
    HEAD,
    ("2026-011", "Compte financier unique", "Approuvée à l'unanimité"),
    ("2026-012", ("Convention relative au déport des", "images vers la gendarmerie"), "Adoptée (21 pour, 4 contre)"),
    ("2026-013", "BP 2026", "Prend acte"),
    ("2026-014", "Presbytère", "Retirée de l'ordre du jour"),
)
FIGURES = (
    ("Chapitre", "Libellé", "BP 2026"),
    ("011", "Charges à caractère général", "448 950,00 €"),
    ("012", "Charges de personnel", "657 200,00 €"),
    ("014", "Atténuations de produits", "114 500,00 €"),
)


def table(canvas: Canvas, rows: Sequence[Sequence[str | tuple[str, ...]]], top: float, how: str = "lines") -> None:
    """A table of ruled cells, 30 points a row, its frames drawn as lines, as rectangles or as thin bars."""
    bottom = top - 30 * len(rows)
    for place, row in enumerate(rows):
        for left, right, cell in zip(EDGES[:-1], EDGES[1:], row, strict=False):  # a row may have fewer cells
            low = top - 30 * (place + 1)
            if how == "frames":
                canvas.rect(left, low, right - left, 30)
            for line, words in enumerate((cell,) if isinstance(cell, str) else cell):
                canvas.drawString(left + 4, low + 18 - 11 * line, words)
    for step in range(len(rows) + 1):
        if how == "lines":
            canvas.line(EDGES[0], top - 30 * step, EDGES[-1], top - 30 * step)
        elif how == "bars":
            canvas.rect(EDGES[0], top - 30 * step, EDGES[-1] - EDGES[0], 0.5, stroke=0, fill=1)
    for edge in EDGES:
        if how == "lines":
            canvas.line(edge, bottom, edge, top)
        elif how == "bars":
            canvas.rect(edge, bottom, 0.5, top - bottom, stroke=0, fill=1)


def cells(done: Extracted) -> list[list[str]]:
    rows: dict[tuple[int, int], list[str]] = {}
    for line in done.lines:
        if line.row is not None:
            rows.setdefault((line.page, line.row), []).append(line.text)
    return list(rows.values())


@pytest.mark.parametrize("how", ["lines", "frames", "bars"])
def test_the_cells_of_a_list_of_points(make_pdf: Maker, how: str) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 9)
        canvas.drawString(60, HEIGHT - 60, "Liste des délibérations du conseil municipal du 24 février 2026")
        table(canvas, POINTS, HEIGHT - 90, how)
        canvas.drawString(60, HEIGHT - 300, "Affichée en mairie le 27 février 2026")

    done = extract_pdf(make_pdf(draw))
    assert cells(done)[2] == [
        "2026-012",
        "Convention relative au déport des images vers la gendarmerie",
        "Adoptée (21 pour, 4 contre)",
    ]
    assert len(cells(done)) == len(POINTS)
    assert [line.text for line in done.lines if line.row is None] == [
        "Liste des délibérations du conseil municipal du 24 février 2026",
        "Affichée en mairie le 27 février 2026",
    ]
    for line in done.lines:
        assert done.pages[0].text[line.start : line.end] == line.text


def test_columns_found_once_hold_on_later_pages(make_pdf: Maker) -> None:
    def first(canvas: Canvas) -> None:
        table(canvas, POINTS, HEIGHT - 90)

    def second(canvas: Canvas) -> None:
        table(canvas, POINTS[1:4], HEIGHT - 60)

    assert len(cells(extract_pdf(make_pdf(first, second)))) == len(POINTS) + 3
    assert not cells(extract_pdf(make_pdf(second)))


def test_a_budget_is_no_list_of_points(make_pdf: Maker) -> None:
    def draw(canvas: Canvas) -> None:
        table(canvas, FIGURES, HEIGHT - 90)

    assert not cells(extract_pdf(make_pdf(draw)))


def test_the_votes_of_a_table(make_pdf: Maker) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(60, HEIGHT - 60, "Liste des délibérations du conseil municipal du 24 février 2026")
        table(canvas, POINTS, HEIGHT - 90)

    (session,) = read(make_pdf(draw), None, Hints()).sessions
    votes = [
        (item.number, item.title, *((one.result, one.for_, one.against) for one in item.votes))
        for item in session.items
    ]
    assert votes == [
        ("2026-011", "Compte financier unique", ("adopted", None, None)),
        ("2026-012", "Convention relative au déport des images vers la gendarmerie", ("adopted", 21, 4)),
        ("2026-013", "BP 2026", ("noted", None, None)),
        ("2026-014", "Presbytère", ("withdrawn", None, None)),
    ]
