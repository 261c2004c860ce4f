"""Each step of the preparation, without an engine."""

from __future__ import annotations

import pytest
from PIL import Image

from crawler.errors import TooLarge, Unreadable
from pipelines.text.ocr import prepare
from pipelines.text.ocr.types import Raster


def test_a_raster_becomes_the_image_it_was(studio, agenda):
    assert prepare.picture(studio.raster(agenda)).tobytes() == agenda.tobytes()


@pytest.mark.parametrize(("size", "error"), [((3, 3), Unreadable), ((0, 9), Unreadable), ((60_000, 60_000), TooLarge)])
def test_a_raster_that_cannot_be_true(size, error):
    with pytest.raises(error):
        prepare.picture(Raster(b"12345678", *size, 200))


@pytest.mark.parametrize(
    ("dpi", "size", "expected"),
    [
        (200, (1000, 1400), (200, (1000, 1400))),
        (150, (1000, 1400), (150, (1000, 1400))),
        (100, (500, 700), (200, (1000, 1400))),
        (20, (100, 100), (60, (300, 300))),
        (300, (1500, 2100), (200, (1000, 1400))),
        (200, (8000, 12000), (100, (4000, 6000))),
    ],
)
def test_pages_are_read_at_a_resolution_that_pays(dpi, size, expected):
    image, fitted = prepare.fitted(Image.new("L", size), dpi)
    assert (fitted, image.size) == expected


@pytest.mark.parametrize(
    "page", [Image.new("L", (900, 900), 255), Image.new("L", (900, 900), 90), Image.new("L", (5, 900))]
)
def test_blank(page):
    assert prepare.blank(page)


def test_grain_of_paper_is_blank_and_a_word_is_not(studio):
    grain = Image.effect_noise((900, 900), 4).point(lambda shade: min(shade + 110, 255))
    assert prepare.blank(grain)
    assert not prepare.blank(studio.drawn([(200, 150, "oui")]))


@pytest.mark.parametrize("angle", [0, 1.25, -2.5])
def test_skew_is_found(agenda, angle):
    turned = agenda.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)
    assert prepare.skew(turned, 200, 3) == pytest.approx(-angle, abs=0.25)


def test_a_page_without_lines_has_no_skew(studio):
    assert prepare.skew(Image.new("L", (800, 800), 255), 200, 3) == 0.0
    assert abs(prepare.skew(studio.peppered(Image.new("L", (800, 800), 128), 1.0), 200, 3)) < 0.5


def test_quarters_are_clockwise():
    image = Image.new("L", (2, 3), 0)
    image.putpixel((0, 0), 9)
    assert [prepare.turned(image, quarters).tobytes().index(9) for quarters in range(4)] == [0, 2, 5, 3]
    assert prepare.turned(image, 1).size == (3, 2)


def test_a_shadow_is_lifted(studio, agenda):
    shaded = studio.in_shadow(agenda, 0.2)
    paper = [shaded.getpixel((20, 400)), shaded.getpixel((shaded.width - 20, 400))]
    assert max(paper) - min(paper) > 100
    even = prepare.restored(shaded)
    lifted = [even.getpixel((20, 400)), even.getpixel((even.width - 20, 400))]
    assert min(lifted) > 220
    assert even.getextrema()[0] < 40


def test_specks_are_taken_out(studio, agenda):
    spoilt = studio.peppered(agenda, 0.04)
    ink = sum(agenda.histogram()[:100])
    assert sum(spoilt.histogram()[:100]) > 1.3 * ink
    assert sum(prepare.restored(spoilt).histogram()[:100]) < 1.2 * ink


def test_what_was_not_read_is_seen(agenda):
    whole = [(0, 0, agenda.width, agenda.height)]
    assert prepare.unread(agenda, whole) == 0.0
    assert prepare.unread(agenda, []) > 0.15
    assert prepare.unread(agenda, [(0, 0, agenda.width, agenda.height // 2)]) > 0.05
    assert prepare.unread(Image.new("L", (40, 40)), []) == 0.0


def test_lines_on_their_side_have_no_skew(agenda):
    sideways = agenda.rotate(91, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    assert prepare.skew(sideways, 200, 3) == 0.0


def test_only_grainy_paper_is_softened(studio, agenda):
    assert prepare.calm(agenda) is agenda
    grainy = Image.blend(agenda, Image.effect_noise(agenda.size, 80), 0.4)
    assert prepare.calm(grainy) != grainy
