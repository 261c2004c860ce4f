"""Pages as people see them, and where passages stand on them: repeated, hyphenated, on turned pages."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from crawler.errors import Unreadable
from pipelines.pool import ReaderPool
from pipelines.text.page_image import page_image
from pipelines.text.page_places import Passage, find, letters_of

from .conftest import HEIGHT, WIDTH, column, lines_at, scan

Maker = Callable[..., bytes]
PDF = "application/pdf"
TEXTS = ("Vidéoprotection de la place du Marché", "Budget primitif", "Vidéoprotection de la gare")


def test_the_passage_is_where_it_stands(make_pdf: Maker) -> None:
    body = make_pdf(lines_at(column(TEXTS)))
    text = "\n".join(TEXTS)
    image = page_image(body, PDF, 1, [Passage.of(text, 0, 15)])
    ((box,),) = image.places
    assert (image.width, round(image.height / image.width, 2)) == (1100, 1.41)
    assert box[0] == pytest.approx(60 / WIDTH, abs=0.01)
    assert box[1] < 120 / HEIGHT < box[3] + 0.005


def test_the_right_one_of_several(make_pdf: Maker) -> None:
    text = "\n".join(TEXTS)
    second = text.rindex("Vidéo")
    image = page_image(make_pdf(lines_at(column(TEXTS))), PDF, 1, [Passage.of(text, second, second + 15)])
    ((box,),) = image.places
    assert box[1] < 152 / HEIGHT < box[3] + 0.005


def test_over_two_lines_and_a_hyphen(make_pdf: Maker) -> None:
    image = page_image(
        make_pdf(lines_at(column(("installation de vidéo-", "protection urbaine")))),
        PDF,
        1,
        [Passage("vidéoprotection")],
    )
    assert len(image.places[0]) == 2


def test_turned_pages(make_pdf: Maker) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(90)  # reportlab turns the paper as well: 842 points wide before it is shown
        canvas.drawString(60, WIDTH - 120, "Vidéoprotection")

    image = page_image(make_pdf(draw), PDF, 1, [Passage("Vidéoprotection")])
    ((box,),) = image.places
    assert image.width < image.height
    assert (box[3] - box[1]) * image.height > (box[2] - box[0]) * image.width  # the line stands upright
    assert box[0] < (WIDTH - 115) / WIDTH < box[2]
    assert box[1] < 61 / HEIGHT < box[3]


def test_painted_or_not(make_pdf: Maker) -> None:
    body = make_pdf(lines_at(column(TEXTS)))

    def yellow(painted: bool) -> bool:
        data = page_image(body, PDF, 1, [Passage("Budget")], painted=painted).data
        with Image.open(io.BytesIO(data)) as image:
            colours = image.convert("RGB").getcolors(1 << 24) or []
        return any(red > 220 and blue < 140 for _, (red, _, blue) in colours)

    assert yellow(True) and not yellow(False)


def test_a_scan_has_an_image_and_no_place(make_pdf: Maker) -> None:
    image = page_image(make_pdf(scan()), PDF, 1, [Passage("vidéoprotection")])
    assert image.places == ((),)
    stream = io.BytesIO()
    Image.new("L", (1200, 1700), 255).save(stream, "PNG", dpi=(150, 150))
    assert page_image(stream.getvalue(), "image/png", 1).width == 1100


def test_gunzipped_and_broken(make_pdf: Maker, tmp_path: Path) -> None:
    path = tmp_path / "x.gz"
    path.write_bytes(gzip.compress(make_pdf(lines_at(column(TEXTS)))))
    assert page_image(path, PDF, 1).width == 1100
    for data, number in ((b"%PDF-1.4 nothing", 1), (make_pdf(lines_at(column(TEXTS))), 9)):
        with pytest.raises(Unreadable):
            page_image(data, PDF, number)
    with pytest.raises(Unreadable):
        page_image(b"<p>text</p>", "text/html", 1)


def test_in_a_worker(make_pdf: Maker, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf(lines_at(column(TEXTS))))
    with ReaderPool(1) as pool:
        assert pool.page_image(path, PDF, 1, [Passage("Budget")]).result(60).places[0]
        with pytest.raises(Unreadable):
            pool.page_image(path, PDF, 7).result(60)


@pytest.mark.parametrize(
    ("text", "passage", "found"),
    [
        ("abc caméra def caméra ghi", Passage("caméra", "def ", " ghi"), "cameraghi"),
        ("abc caméra def caméra ghi", Passage("caméra", "abc ", " def"), "cameradef"),
        ("l'ŒUVRE ﬁnale n° 12", Passage("oeuvre finale"), None),
        ("l'ŒUVRE ﬁnale n° 12", Passage("œuvre finale"), "œuvrefinale"),
        ("abc", Passage("ab"), None),
        ("abc", Passage("absent"), None),
    ],
)
def test_find(text: str, passage: Passage, found: str | None) -> None:
    letters = letters_of(text)
    begin, end = find(letters, passage)
    assert (letters[begin:].startswith(found) and end > begin) if found else (begin, end) == (0, 0)
