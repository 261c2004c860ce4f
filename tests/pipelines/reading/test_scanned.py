"""Word processors' files that hold pictures of scanned pages."""

from __future__ import annotations

import io
import zipfile

import pytest
from PIL import Image

from crawler.errors import Unreadable
from crawler.models import Hints
from pipelines.read import read
from pipelines.text.ocr.types import OcrLine, OcrPage
from pipelines.text.raster import raster

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
LOGO, PAGE, BANNER = (300, 300), (827, 1169), (2000, 650)


def picture(size: tuple[int, int], grey: int) -> bytes:
    stream = io.BytesIO()
    Image.new("L", size, grey).save(stream, "PNG", dpi=(100, 100))
    return stream.getvalue()


def packed(parts: dict[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def docx(pictures: list[tuple[tuple[int, int], int]], text: str = "") -> bytes:
    """Pictures of these sizes and greys, the last one first in the package."""
    shown = "".join(
        f'<w:p><w:r><w:drawing><a:blip r:embed="i{n}"/></w:drawing></w:r></w:p>' for n in range(len(pictures))
    )
    said = f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" if text else ""
    relations = "".join(
        f'<Relationship Id="i{n}" Type="http://x/image" Target="media/i{n}.png"/>' for n in range(len(pictures))
    )
    body = f'<w:document xmlns:w="{_W}" xmlns:a="{_A}" xmlns:r="{_R}"><w:body>{said}{shown}</w:body></w:document>'
    media = {f"word/media/i{n}.png": picture(*each) for n, each in enumerate(pictures)}
    return packed({
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": body,
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_RELATIONS}">{relations}</Relationships>',
        **dict(reversed(media.items())),
    })  # fmt: skip


def odt() -> bytes:
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in (("office", "office"), ("text", "text"), ("draw", "drawing"))
    )
    shown = '<text:p><draw:frame><draw:image xlink:href="Pictures/une%20page.png"/></draw:frame></text:p>'
    content = (
        f'<office:document-content {names} xmlns:xlink="http://www.w3.org/1999/xlink"><office:body><office:text>'
        f"{shown}</office:text></office:body></office:document-content>"
    )
    return packed({
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": content,
        "Pictures/une page.png": picture(PAGE, 200),
    })  # fmt: skip


def told(number, render):
    image = render()
    return OcrPage((OcrLine(f"page {number}, gris {image.pixels[0]}", 60, 100, 300, 11, 0.9),), 0.9, 0.8)


def hints(name: str) -> Hints:
    return Hints(url=f"file:{name}", file_name=name)


def test_pictures_of_pages_are_recognised_in_the_order_of_the_text():
    data = docx([(LOGO, 10), (PAGE, 40), (BANNER, 60), (PAGE, 80)])
    found = read(data, DOCX, hints("scan.docx"), ocr=told)
    assert (found.state, found.page_count, found.waiting) == ("read", 2, ())
    assert [page.text for page in found.pages] == ["page 1, gris 40", "page 2, gris 80"]
    assert {page.method for page in found.pages} == {"ocr"}
    assert raster(data, DOCX, 2).pixels[0] == 80


def test_without_recognition_they_wait():
    found = read(docx([(PAGE, 40), (PAGE, 80)]), DOCX, hints("scan.docx"), ocr=None)
    assert (found.state, found.waiting) == ("needs-ocr", (1, 2))
    assert found.reason == "needs OCR: an image instead of text on all 2 pages"


def test_a_title_above_them_is_kept():
    data = docx([(PAGE, 40)], "Convocation du conseil municipal")
    waiting = read(data, DOCX, hints("scan.docx"), ocr=None)
    assert (waiting.state, waiting.waiting) == ("partial", (2,))
    found = read(data, DOCX, hints("scan.docx"), ocr=told)
    assert (found.state, [page.text for page in found.pages]) == (
        "read", ["Convocation du conseil municipal", "page 2, gris 40"],
    )  # fmt: skip
    assert raster(data, DOCX, 2).pixels[0] == 40
    with pytest.raises(Unreadable):
        raster(data, DOCX, 1)


def test_pictures_beside_a_text_are_no_pages():
    found = read(docx([(PAGE, 40)], "Le conseil municipal délibère. " * 20), DOCX, hints("note.docx"), ocr=told)
    assert (found.state, found.page_count, found.waiting) == ("read", 1, ())


def test_a_logo_alone_is_no_document():
    found = read(docx([(LOGO, 10)]), DOCX, hints("logo.docx"), ocr=told)
    assert (found.state, found.reason) == ("failed", "the file holds no text, only pictures (1)")


def test_an_opendocument_of_pictures_is_recognised():
    found = read(odt(), None, hints("scan.odt"), ocr=told)
    assert (found.state, [page.text for page in found.pages]) == ("read", ["page 1, gris 200"])
