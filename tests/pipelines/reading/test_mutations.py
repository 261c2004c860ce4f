"""Documents that were damaged at random: each ends in a definite state, in bounded time, and nothing is raised.

Nothing here asserts what a mutated document says, only that the reader survives it and tells the truth about itself.
``--full`` tries many more.
"""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable, Iterator
from typing import get_args

import pikepdf
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from crawler.models import Hints, Reading, VersionState
from pipelines.read import read
from pipelines.text.ocr.types import OcrLine, OcrPage, Raster

STATES = get_args(VersionState)
HINTS = Hints(file_name="odj.pdf", link_text="Ordre du jour du 12 mars 2026", council_name="Valbrune")
ITEMS = [f"{number}. Point numéro {number} : vidéoprotection de la place n° {number}" for number in range(1, 30)]
PICTURE = Image.effect_noise((300, 200), 60)


def pdf(*, packed: bool = False) -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream, invariant=True)
    canvas.setTitle("Ordre du jour")
    for page in range(3):
        for number, text in enumerate(ITEMS):
            canvas.drawString(60, 780 - 24 * number, f"{page}.{text}")
        canvas.drawImage(ImageReader(PICTURE), 300, 100, 200, 100)
        canvas.rect(50, 50, 400, 700)
        canvas.acroForm.textfield(name=f"lieu{page}", value="Salle des fêtes", x=60, y=30)
        canvas.showPage()
    canvas.drawImage(ImageReader(PICTURE), 0, 0, 595, 842)
    canvas.showPage()
    canvas.save()
    if not packed:
        return stream.getvalue()
    result = io.BytesIO()
    with pikepdf.open(stream) as document:
        document.attachments["annexe.txt"] = b"annexe"
        document.save(result, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return result.getvalue()


def image(kind: str) -> bytes:
    stream = io.BytesIO()
    picture = PICTURE.convert("1") if kind == "TIFF" else PICTURE
    picture.save(stream, kind, **({"compression": "group4", "save_all": True} if kind == "TIFF" else {}))
    return stream.getvalue()


def archive() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr("projets/délibération 1.txt", "\n".join(ITEMS))
        files.writestr("odj.pdf", pdf())
    return stream.getvalue()


def docx() -> bytes:
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    row = "<w:tr><w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc></w:tr>"
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in ITEMS) + f"<w:tbl>{row * 3}</w:tbl>"
    types = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/word/document.xml" ContentType="{types}"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
        ' Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{word}"><w:body>{body}</w:body></w:document>',
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as files:
        for name, text in parts.items():
            files.writestr(name, text)
    return stream.getvalue()


def html() -> bytes:
    items = "".join(f"<li>{text}<table><tr><td>Vote<td>pour</table></li>" for text in ITEMS)
    return f"<!doctype html><meta charset=utf-8><title>Séance</title><h1>Ordre du jour</h1><ol>{items}</ol>".encode()


def rtf() -> bytes:
    return ("{\\rtf1\\ansi " + "\\par ".join(text.replace("é", "\\'e9") for text in ITEMS) + "}").encode(
        "ascii", "replace"
    )


SEEDS: dict[str, Callable[[], bytes]] = {
    "pdf": pdf,
    "packed pdf": lambda: pdf(packed=True),
    "html": html,
    "docx": docx,
    "rtf": rtf,
    "zip": archive,
    "png": lambda: image("PNG"),
    "jpeg": lambda: image("JPEG"),
    "tiff": lambda: image("TIFF"),
    "gif": lambda: image("GIF"),
    "webp": lambda: image("WEBP"),
    "bmp": lambda: image("BMP"),
}


def mutated(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """The document damaged in one to four of the ways in which documents are."""
    for _ in range(chance.randint(1, 4)):
        size = max(len(data), 1)
        place, length = chance.randrange(size), chance.choice((1, 7, 100, 3000))
        match chance.randrange(9):
            case 0:  # cut off
                data = data[:place]
            case 1:  # a piece is missing
                data = data[:place] + data[place + length :]
            case 2:  # or is there twice
                data = data[:place] + data[place : place + length] + data[place:]
            case 3:  # zeros of a disk
                data = data[:place] + bytes(min(length, size - place)) + data[place + length :]
            case 4:  # bits
                flipped = bytearray(data)
                for _ in range(min(length, 50)):
                    if flipped:
                        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
                data = bytes(flipped)
            case 5:  # a piece of another document
                start = chance.randrange(len(other))
                data = data[:place] + other[start : start + length] + data[place:]
            case 6:  # line ends changed on the way
                data = data.replace(b"\n", b"\r\n")
            case 7:  # numbers changed: lengths, counts, sizes, offsets
                old, new = str(chance.randrange(10)).encode(), str(chance.randrange(100_000)).encode()
                data = data.replace(old, new, chance.randint(1, 20))
            case _:  # names changed
                names = [b"/Page", b"/Length", b"/Kids", b"/Font", b"w:p", b"<li", b"\\par", b"obj", b"Type"]
                data = data.replace(chance.choice(names), chance.choice(names), chance.randint(1, 5))
    return data


def clerk(number: int, render: Callable[[], Raster]) -> OcrPage:
    """Draws what it is asked to recognise; half of the pages are not to its liking."""
    page = render()
    assert len(page.pixels) == page.width * page.height
    if number % 2:
        raise RuntimeError("illegible")
    return OcrPage((OcrLine("Vidéoprotection", 60, 60, 160, 11, 0.9),), 0.9, 0.9)


def check(reading: Reading) -> None:
    """A definite state that says why, pages that hold together, claims that point into them."""
    assert reading.state in STATES
    assert not (reading.reason or "").startswith("the reader failed"), reading.reason
    if reading.state not in {"read", "container"}:
        assert reading.reason
    assert set(reading.waiting) <= set(range(1, max(reading.page_count, 1) + 1))
    texts = {page.number: page.text for page in reading.pages}
    for flag in reading.flags:
        for match in flag.matches:
            assert 0 <= match.span.start < match.span.end <= len(texts[match.span.page])


@pytest.fixture(scope="module")
def seeds() -> dict[str, bytes]:
    return {name: make() for name, make in SEEDS.items()}


def test_the_seeds_are_read(seeds: dict[str, bytes]) -> None:
    """Else the mutations would try nothing."""
    states = {name: read(data, None, HINTS, ocr=None).state for name, data in seeds.items()}
    images = dict.fromkeys(("png", "jpeg", "tiff", "gif", "webp", "bmp"), "needs-ocr")
    texts = {"pdf": "partial", "packed pdf": "partial", "html": "read", "docx": "read", "rtf": "read"}
    assert states == {**texts, "zip": "container", **images}


@pytest.mark.parametrize("name", SEEDS)
def test_a_mutated_document_ends_in_a_definite_state(name: str, seeds: dict[str, bytes], full: bool) -> None:
    limits = settings(
        max_examples=400 if full else 15,
        deadline=None,  # durations are the pool's to guard; this run must merely end
        derandomize=not full,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    @limits
    @given(st.integers(0, 2**32), st.sampled_from(sorted(SEEDS)))
    def attempt(seed: int, other: str) -> None:
        data = mutated(seeds[name], seeds[other], random.Random(seed))
        check(read(data, None, HINTS, ocr=clerk))

    attempt()


def prefixes(data: bytes) -> Iterator[bytes]:
    yield from (data[: len(data) * part // 12] for part in range(12))


@pytest.mark.parametrize("name", SEEDS)
def test_every_document_may_be_cut_off_anywhere(name: str, seeds: dict[str, bytes]) -> None:
    for data in prefixes(seeds[name]):
        check(read(data, None, HINTS, ocr=None))
