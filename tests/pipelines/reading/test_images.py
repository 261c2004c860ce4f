"""Images as documents: pages of a TIFF, photographs turned by their camera, bombs, broken and tiny ones."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from crawler.errors import TooLarge, Unreadable
from crawler.models import Hints
from pipelines.read import read
from pipelines.text import frames, images
from pipelines.text.images import extract_image, frame_raster
from pipelines.text.ocr.types import OcrLine, OcrPage, Raster
from pipelines.text.raster import raster

A4_AT_200 = (1654, 2339)


def corner(size: tuple[int, int] = A4_AT_200, mode: str = "L") -> Image.Image:
    """A white page with a dark square at its top left."""
    picture = Image.new("L", size, 255)
    ImageDraw.Draw(picture).rectangle((0, 0, size[0] // 4, size[1] // 4), fill=20)
    return picture.convert(mode)


def saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def recogniser(drawn: list[Raster]) -> Callable[[int, Callable[[], Raster]], OcrPage]:
    def ocr(number: int, render: Callable[[], Raster]) -> OcrPage:
        drawn.append(render())
        line = OcrLine(f"Page {number} : le conseil municipal délibère", 60, 100, 300, 11, 0.9)
        return OcrPage((line,), 0.9, 0.8)

    return ocr


def at(image: Raster, x: float, y: float) -> int:
    """The grey at a place given as shares of the width and height."""
    return image.pixels[int(y * (image.height - 1)) * image.width + int(x * (image.width - 1))]


@pytest.mark.parametrize(
    ("kind", "name", "mode"),
    [
        ("image/png", "PNG", "L"), ("image/png", "PNG", "1"), ("image/png", "PNG", "P"), ("image/png", "PNG", "LA"),
        ("image/jpeg", "JPEG", "RGB"), ("image/jpeg", "JPEG", "CMYK"), ("image/bmp", "BMP", "RGB"),
        ("image/webp", "WEBP", "RGB"), ("image/gif", "GIF", "P"), ("image/tiff", "TIFF", "1"),
        ("image/tiff", "TIFF", "RGBA"), ("image/tiff", "TIFF", "I;16"),
    ],
)  # fmt: skip
def test_every_format_and_mode_becomes_a_grey_page(kind: str, name: str, mode: str) -> None:
    if mode == "I;16":
        picture = Image.frombytes(mode, A4_AT_200, b"".join(bytes((0, value)) for value in corner().tobytes()))
    else:
        picture = corner(mode=mode)
    data = saved(picture, name)
    waiting = extract_image(data, kind)
    assert (waiting.state, waiting.waiting, waiting.page_count, waiting.method) == ("needs-ocr", (1,), 1, "image")
    drawn: list[Raster] = []
    done = extract_image(data, kind, recogniser(drawn))
    assert (done.state, done.reason, done.waiting, done.pages[0].method) == ("read", None, (), "ocr")
    assert len(done.image_hashes) == 1
    page = drawn[0]
    assert (page.width, page.height, page.dpi) == (*A4_AT_200, 200)
    assert len(page.pixels) == page.width * page.height
    assert at(page, 0.1, 0.1) < 60 and at(page, 0.9, 0.9) > 230


def test_a_fax_of_three_pages_with_a_thumbnail() -> None:
    pages = [corner(), corner(), corner((120, 160)), corner()]
    pages[2].encoderinfo = {"tiffinfo": {254: 1}}
    data = saved(pages[0], "TIFF", save_all=True, append_images=pages[1:], dpi=(200, 200))
    drawn: list[Raster] = []
    done = extract_image(data, "image/tiff", recogniser(drawn))
    assert (done.state, done.page_count, len(drawn)) == ("read", 3, 3)
    assert done.pages[2].text == "Page 3 : le conseil municipal délibère"
    assert raster(data, "image/tiff", 3).height == drawn[2].height
    with pytest.raises(Unreadable):
        raster(data, "image/tiff", 4)


def test_pixels_that_are_not_square() -> None:
    """A fax has 204 dots an inch across and 98 down."""
    page = frame_raster(saved(corner((1728, 1145)), "TIFF", dpi=(204, 98)), "image/tiff", 1)
    assert page.dpi == 200
    assert page.height / page.width == pytest.approx(11.68 / 8.47, rel=0.01)


@pytest.mark.parametrize(("orientation", "dark"), [(1, (0.1, 0.1)), (3, (0.9, 0.9)), (6, (0.9, 0.1)), (8, (0.1, 0.9))])
@pytest.mark.parametrize(("kind", "name"), [("image/jpeg", "JPEG"), ("image/tiff", "TIFF")])
def test_the_camera_s_orientation_is_heeded(orientation: int, dark: tuple[float, float], kind: str, name: str) -> None:
    exif = Image.Exif()
    exif[274] = orientation
    page = frame_raster(saved(corner(), name, exif=exif), kind, 1)
    assert (page.width > page.height) == (orientation >= 5)
    assert at(page, *dark) < 60
    assert at(page, 1 - dark[0], 1 - dark[1]) > 230


def test_transparent_parts_are_paper() -> None:
    picture = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    ImageDraw.Draw(picture).rectangle((0, 0, 99, 99), fill=(0, 0, 0, 255))
    page = frame_raster(saved(picture, "PNG"), "image/png", 1)
    assert at(page, 0.1, 0.1) < 60 and at(page, 0.9, 0.9) > 230


def test_resolution_is_that_of_a_page() -> None:
    """A camera says 72 dpi of 4,000 pixels; a screenshot of 1,280 is no page of 6 inches at 200 dpi."""
    camera = frame_raster(saved(corner((3000, 4000)), "JPEG", dpi=(72, 72)), "image/jpeg", 1)
    assert (camera.dpi, camera.height) == (300, round(4000 * 300 / (4000 / 11.69)))
    screen = frame_raster(saved(corner((1280, 720)), "PNG"), "image/png", 1)
    assert screen.dpi == 200
    assert 1.8 < screen.width / 1280 < 2.2


def test_the_first_picture_of_an_animation() -> None:
    data = saved(corner((400, 400), "P"), "GIF", save_all=True, append_images=[Image.new("P", (400, 400), 0)] * 3)
    assert extract_image(data, "image/gif").page_count == 1


def test_an_icon_is_no_document() -> None:
    done = extract_image(saved(corner((64, 64)), "PNG"), "image/png")
    assert (done.state, done.reason, done.waiting) == (
        "unsupported",
        "an image of 64 x 64 pixels holds no document",
        (),
    )


@pytest.mark.parametrize("kind", sorted(frames.IMAGE_FORMATS))
def test_a_broken_image_has_failed(kind: str) -> None:
    name = frames.IMAGE_FORMATS[kind][0]
    data = saved(Image.effect_noise((400, 400), 60).convert("RGB"), name)
    for broken in (data[: len(data) // 3], data[:30], b"no image at all"):
        done = extract_image(broken, kind)
        assert (done.state, done.pages, done.waiting) == ("failed", (), ())
        assert done.reason is not None and "broken" in done.reason


def test_a_bomb_is_too_large(tmp_path: Path) -> None:
    """A PNG of 30,000 pixels a side is a few kilobytes as a file and a gigabyte in memory."""
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))
    data = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )
    done = extract_image(data, "image/png")
    assert done.state == "too-large"
    assert done.reason is not None and "pixels" in done.reason
    path = tmp_path / "bomb"
    path.write_bytes(data)
    with pytest.raises(TooLarge):
        raster(path, "image/png", 1)


def test_a_large_drawing_is_scaled_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "MAX_RASTER_PIXELS", 1_000_000)
    page = frame_raster(saved(corner(), "PNG"), "image/png", 1)
    assert page.width * page.height <= 1_001_000
    assert page.dpi < 200


def test_what_goes_wrong_while_drawing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    data = saved(corner(), "PNG")

    def ocr(number: int, render: Callable[[], Raster]) -> OcrPage:
        monkeypatch.setattr(images, "drawn", lambda *_: 1 / 0)
        render()
        raise AssertionError

    done = extract_image(data, "image/png", ocr)
    assert (done.state, done.waiting) == ("needs-ocr", (1,))
    assert done.reason is not None and "page 1 was not recognised" in done.reason


def test_an_image_through_the_door() -> None:
    reading = read(saved(corner(), "JPEG"), "image/jpeg", Hints(file_name="convocation.jpg"), ocr=None)
    assert (reading.media_type, reading.state, reading.waiting) == ("image/jpeg", "needs-ocr", (1,))
