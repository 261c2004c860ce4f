"""Recognition itself: what is read, what is tried, and what is not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageFilter
from rapidfuzz.distance import Levenshtein

from crawler.errors import TooLarge, Unreadable
from pipelines.text.ocr.engine import availability, recognise
from pipelines.text.ocr.types import OcrPage, Raster

pytestmark = [
    pytest.mark.ocr,
    pytest.mark.skipif(not availability().ready, reason="needs Tesseract with French data: tesseract-ocr-fra"),
]
ROOT = Path(__file__).resolve().parents[3]


def text(page: OcrPage) -> str:
    return "\n".join(line.text for line in page.lines)


def wrong(page: OcrPage, truth: Sequence[str]) -> float:
    """Character error rate."""
    straight = text(page).replace("’", "'")
    return Levenshtein.distance("\n".join(truth), straight) / len("\n".join(truth))


def test_a_clean_page_is_read_once_in_its_words_and_places(studio, agenda, reads):
    page = recognise(studio.raster(agenda))
    assert wrong(page, studio.agenda) < 0.01
    assert reads == ["read"]
    assert (page.rotation, page.rescued) == (0, False)
    assert page.legible > 0.8
    assert page.confidence > 0.85
    assert page.engine == availability().engine
    assert [line.x for line in page.lines] == pytest.approx([30] * 8, abs=2)
    assert [line.top for line in page.lines] == pytest.approx([32 + 26 * number for number in range(8)], abs=4)
    assert all(line.x < line.right < studio.width for line in page.lines)
    assert [line.size for line in page.lines] == pytest.approx([11] * 8, abs=1)
    assert all(0.8 < line.confidence <= 1 for line in page.lines)


@pytest.mark.parametrize(("turn", "needed"), [(Image.Transpose.ROTATE_270, 3), (Image.Transpose.ROTATE_90, 1)])
def test_a_page_on_its_side_is_read_and_placed_as_it_reads(studio, agenda, turn, needed):
    page = recognise(studio.raster(agenda.transpose(turn)))
    assert wrong(page, studio.agenda) < 0.01
    assert page.rotation == needed
    assert [line.x for line in page.lines] == pytest.approx([30] * 8, abs=2)
    assert [line.top for line in page.lines] == pytest.approx([32 + 26 * number for number in range(8)], abs=4)


def test_an_upside_down_page_is_found_out(studio, agenda, reads):
    page = recognise(studio.raster(agenda.transpose(Image.Transpose.ROTATE_180)))
    assert wrong(page, studio.agenda) < 0.01
    assert page.rotation == 2
    assert reads == ["read", "turn", "read"]


@pytest.mark.parametrize("turn", [Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180])
def test_without_orientation_data_a_turned_page_is_read_all_the_same(studio, agenda, turn, tmp_path, monkeypatch):
    (tmp_path / "fra.traineddata").symlink_to(Path(availability().data or "") / "fra.traineddata")
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    assert availability().packages == ("tesseract-ocr-osd",)
    assert wrong(recognise(studio.raster(agenda.transpose(turn))), studio.agenda) < 0.01


@pytest.mark.parametrize("angle", [1.5, -7])
def test_a_skewed_page(studio, agenda, angle):
    page = recognise(studio.raster(agenda.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)))
    assert wrong(page, studio.agenda) < 0.02


def test_a_page_full_of_specks_is_rescued(studio, agenda):
    page = recognise(studio.raster(studio.peppered(agenda, 0.08)))
    assert page.rescued
    assert wrong(page, studio.agenda) < 0.05


def test_a_page_half_in_shadow_is_rescued(studio, agenda):
    page = recognise(studio.raster(studio.peppered(studio.in_shadow(agenda, 0.2), 0.02)))
    assert page.rescued
    assert wrong(page, studio.agenda) < 0.05


def test_faint_ink(studio, agenda):
    assert wrong(recognise(studio.raster(agenda.point(lambda shade: 160 + shade // 8))), studio.agenda) < 0.02


def test_a_coarse_scan_is_drawn_larger(studio):
    coarse = studio.drawn(studio.stacked(studio.agenda), dpi=80).filter(ImageFilter.GaussianBlur(0.4))
    page = recognise(studio.raster(coarse, 80))
    assert wrong(page, studio.agenda) < 0.06
    assert [line.x for line in page.lines[1:3]] == pytest.approx([30, 30], abs=3)


def test_a_fine_scan_of_small_print_is_read_finely(studio, reads):
    page = recognise(studio.raster(studio.drawn(studio.stacked(studio.agenda), dpi=300, size=5), 300))
    assert wrong(page, studio.agenda) < 0.02
    assert reads == ["read", "read"]
    assert [line.size for line in page.lines] == pytest.approx([5] * 8, abs=1)


def test_two_columns_are_read_one_after_the_other(studio):
    places = studio.stacked(studio.left, left=30, step=18) + studio.stacked(studio.right, left=230, step=18)
    page = recognise(studio.raster(studio.drawn(places)))
    assert wrong(page, studio.left + studio.right) < 0.02
    assert not {line.block for line in page.lines[:10]} & {line.block for line in page.lines[10:]}


def test_a_blank_page_costs_nothing(studio, reads):
    page = recognise(studio.raster(Image.new("L", (1654, 2339), 250)))
    assert page == OcrPage((), 1.0, 1.0, engine=availability().engine)
    assert reads == []


def test_a_page_of_figures_is_read_and_tried_a_bounded_number_of_times(studio, reads):
    sums = [f"{n}    {n * 1234},{n}0    {n * 4321},00    {n * 99}" for n in range(1, 9)]
    page = recognise(studio.raster(studio.drawn(studio.stacked(sums))))
    assert "4936,40" in text(page)
    assert reads.count("read") <= 4
    assert page.legible > 0.6


def test_a_picture_without_words_gives_no_lines_of_junk(studio, reads):
    noise = studio.peppered(Image.new("L", (500, 400), 128), 1.0)
    page = recognise(studio.raster(noise))
    assert len(text(page)) < 20
    assert page.legible < 0.5
    assert reads.count("read") <= 4


def test_the_deadline_holds(studio, agenda):
    with pytest.raises(TooLarge, match="took more than"):
        recognise(studio.raster(agenda), seconds=0.001)
    assert wrong(recognise(studio.raster(agenda)), studio.agenda) < 0.01  # the engine is not spoilt by that


def test_a_page_that_is_too_slow_as_it_is_is_read_without_its_grain(studio, agenda, monkeypatch):
    from pipelines.text.ocr.tesseract import Bench

    plain, given = Bench.read, []

    def slow_at_first(bench, image, dpi, seconds):
        given.append(seconds)
        if len(given) == 1:
            raise TooLarge("recognition took more than 25 s")
        return plain(bench, image, dpi, seconds)

    monkeypatch.setattr(Bench, "read", slow_at_first)
    page = recognise(studio.raster(agenda), seconds=50)
    assert wrong(page, studio.agenda) < 0.02
    assert page.rescued
    assert given[0] <= 25 < given[1] <= 50


def test_a_raster_that_is_none():
    with pytest.raises(Unreadable):
        recognise(Raster(b"123", 40, 40, 200))
    with pytest.raises(TooLarge):
        recognise(Raster(b"", 100_000, 100_000, 200))


def test_damaged_french_data(studio, agenda, tmp_path, monkeypatch):
    (tmp_path / "fra.traineddata").write_bytes(b"not a training")
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    assert availability().ready
    with pytest.raises(Unreadable, match=r"fra\.traineddata"):
        recognise(studio.raster(agenda))


def test_nothing_is_said_on_the_terminal():
    code = """
import json, os
from PIL import Image
from pipelines.text.ocr.engine import recognise
from pipelines.text.ocr.types import Raster
noise = Image.effect_noise((110, 110), 90)
pages = [recognise(Raster(image.tobytes(), *image.size, 70)) for image in (noise, Image.new("L", (13, 400), 9))]
print(json.dumps([os.environ["OMP_THREAD_LIMIT"], len(pages)]))
"""
    environment = {name: value for name, value in os.environ.items() if name != "OMP_THREAD_LIMIT"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == ["1", 2]
    assert done.stderr == ""


def labelled(shared: Path, name: str) -> tuple[Image.Image, list[str]]:
    """A page of a real scan, and the titles that a person read on it."""
    labels = json.loads((shared / "corpus" / "labels" / f"{name}.json").read_text())
    with pypdfium2.PdfDocument(shared / "corpus" / labels["path"]) as document:
        image = document[0].render(scale=200 / 72, grayscale=True).to_pil().convert("L")
    titles = [item["title"] for session in labels["sessions"] for item in session["items"] if item["page"] == 1]
    return image, titles


def test_the_titles_of_a_real_scan_are_found(shared, studio):
    image, titles = labelled(shared, "LISTE-DELIBERATIONS-DU-27-janvier-2026.pdf")
    words = [word for title in titles for word in title.lower().split() if len(word) > 4]
    found = text(recognise(studio.raster(image))).lower()
    assert len(words) > 20
    assert sum(word in found for word in words) > 0.9 * len(words)
