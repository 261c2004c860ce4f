"""Pages of PDFs as grey images: resolution, rotation, bounds."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from crawler.errors import Locked, Unreadable
from pipelines.text import raster as module
from pipelines.text.ocr.types import Raster
from pipelines.text.raster import raster

from .conftest import HEIGHT, WIDTH, Drawing, column, lines_at

Maker = Callable[..., bytes]
PDF = "application/pdf"


def at(image: Raster, x: float, y: float) -> int:
    return image.pixels[int(y * (image.height - 1)) * image.width + int(x * (image.width - 1))]


def picture_of(pixels: int, *, share: float = 1.0, rotation: int = 0) -> Drawing:
    """A page with a picture so many pixels wide, dark at its top left, over a share of its width."""

    def draw(canvas: Canvas) -> None:
        width, height = (HEIGHT, WIDTH) if rotation % 180 else (WIDTH, HEIGHT)  # before it is turned
        picture = Image.new("L", (pixels, int(pixels * height / width)), 255)
        ImageDraw.Draw(picture).rectangle((0, 0, pixels // 4, picture.height // 4), fill=0)
        canvas.setPageRotation(rotation)
        canvas.drawImage(ImageReader(picture), 0, height * (1 - share), width * share, height * share)

    return draw


@pytest.mark.parametrize(
    ("pixels", "share", "dpi"),
    [
        (1654, 1.0, 200),
        (1280, 1.0, 155),
        (2067, 1.0, 250),
        (600, 1.0, 200),
        (4960, 1.0, 300),
        (1034, 0.5, 250),
        (300, 0.1, 300),
    ],
)
def test_a_page_is_drawn_as_it_was_scanned(make_pdf: Maker, pixels: int, share: float, dpi: int) -> None:
    """At the resolution of its main image, from 150 to 300; coarse ones at 200; a logo says nothing of the page."""
    image = raster(make_pdf(picture_of(pixels, share=share)), PDF, 1)
    assert abs(image.dpi - dpi) <= 1
    assert image.width == pytest.approx(WIDTH / 72 * dpi, abs=3)
    assert len(image.pixels) == image.width * image.height


def test_a_page_without_images_is_drawn_finely(make_pdf: Maker) -> None:
    image = raster(make_pdf(lines_at(column(["Une ligne"], top=100))), PDF, 1)
    assert (image.dpi, round(image.width / WIDTH * 72)) == (300, 300)
    assert min(image.pixels) < 60 and at(image, 0.9, 0.9) == 255


def test_the_resolution_of_an_image_in_a_form(make_pdf: Maker) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.beginForm("scan", 0, 0, 100, 100)
        canvas.drawImage(ImageReader(Image.new("L", (2067, 2923), 90)), 0, 0, 100, 100)
        canvas.endForm()
        canvas.scale(WIDTH / 100, HEIGHT / 100)
        canvas.doForm("scan")

    assert abs(raster(make_pdf(draw), PDF, 1).dpi - 250) <= 1


@pytest.mark.parametrize(
    ("rotation", "dark"), [(0, (0.1, 0.1)), (90, (0.9, 0.1)), (180, (0.9, 0.9)), (270, (0.1, 0.9))]
)
def test_pages_are_turned_as_they_are_shown(make_pdf: Maker, rotation: int, dark: tuple[float, float]) -> None:
    image = raster(make_pdf(picture_of(1654, rotation=rotation)), PDF, 1)
    assert image.width < image.height
    assert at(image, *dark) < 60
    assert at(image, 1 - dark[0], 1 - dark[1]) > 230


def test_pixels_are_bounded(make_pdf: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_RASTER_PIXELS", 500_000)
    image = raster(make_pdf(picture_of(1654)), PDF, 1)
    assert image.width * image.height <= 502_000
    assert image.dpi == pytest.approx(72 * image.width / WIDTH, abs=1)


def test_from_a_path(make_pdf: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PDFium reads what it needs of a file: nobody reads all of it."""
    data = make_pdf(picture_of(1654), lines_at(column(["Page deux"])))
    path = tmp_path / "ab12"
    path.write_bytes(data)
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("the whole file was read"))
    assert raster(path, PDF, 2) == raster(data, PDF, 2)


def test_what_cannot_be_drawn(make_pdf: Maker, tmp_path: Path) -> None:
    data = make_pdf(picture_of(600))
    for number in (0, 2):
        with pytest.raises(Unreadable):
            raster(data, PDF, number)
    with pytest.raises(Unreadable):
        raster(b"%PDF-1.7 and nothing", PDF, 1)
    broken = tmp_path / "broken"
    broken.write_bytes(b"%PDF-1.7 and nothing")
    with pytest.raises(Unreadable):
        raster(broken, PDF, 1)
    with pytest.raises(Locked):
        raster(make_pdf(picture_of(600), encryption=StandardEncryption("lecteur", "maire")), PDF, 1)


def test_a_damaged_file_is_drawn_from_what_is_left(make_pdf: Maker, tmp_path: Path) -> None:
    data = make_pdf(picture_of(1654))
    path = tmp_path / "cut"
    path.write_bytes(data[: data.rindex(b"xref\n0")])
    assert raster(path, PDF, 1) == raster(data, PDF, 1)


def test_forms_and_stamps_are_drawn() -> None:
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(WIDTH, HEIGHT))
    canvas.acroForm.textfield(name="n", value="Valbrune", x=100, y=600, width=300, height=40, fillColor=None)
    canvas.showPage()
    canvas.save()
    assert min(raster(stream.getvalue(), PDF, 1).pixels) < 100
