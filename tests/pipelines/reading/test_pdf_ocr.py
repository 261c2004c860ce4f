"""Pages of PDFs that are images: which are asked for, and how what is recognised joins the text layer."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from pipelines.text import recognised
from pipelines.text.ocr.types import OcrLine, OcrPage, Raster
from pipelines.text.pdf import extract_pdf

from .conftest import HEIGHT, STAMP, WIDTH, Drawing, column, lines_at, scan

Maker = Callable[..., bytes]
SCANNED = [f"{number}. Point scanné numéro {number}, sur lequel le conseil délibère" for number in range(1, 9)]
TYPED = [f"{number}. Point numéro {number} de l'ordre du jour, avec son intitulé" for number in range(1, 13)]


def page_of(texts: Sequence[str], *, x: float = 60, top: float = 150, rotation: int = 0) -> OcrPage:
    lines = tuple(OcrLine(text, x, top + 16 * n, x + 5 * len(text), 11, 0.9) for n, text in enumerate(texts))
    return OcrPage(lines, 0.9, 0.8, rotation=rotation, engine="test")


class Clerk:
    """Recognises the pages that it knows, and remembers what it was asked for."""

    def __init__(self, pages: dict[int, OcrPage | Exception], *, draw: bool = False) -> None:
        self.pages, self.draw = pages, draw
        self.asked: list[int] = []
        self.drawn: list[Raster] = []

    def __call__(self, number: int, render: Callable[[], Raster]) -> OcrPage | None:
        self.asked.append(number)
        if self.draw:
            self.drawn.append(render())
        page = self.pages.get(number)
        if isinstance(page, Exception):
            raise page
        return page


def printed(texts: Sequence[str], size: tuple[int, int]) -> Image.Image:
    """A picture of printed lines."""
    picture = Image.new("L", size, 255)
    brush = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size=22)
    for number in range(size[1] // 40):
        brush.text((60, 20 + 40 * number), texts[number % len(texts)] + " " + texts[(number + 1) % len(texts)], 0, font)
    return picture


def typed_above(picture: Image.Image, texts: Sequence[str], *, height: float = 560) -> Drawing:
    def draw(canvas: Canvas) -> None:
        lines_at(column(texts, top=60))(canvas)
        canvas.drawImage(ImageReader(picture), 0, 0, WIDTH, height)

    return draw


def test_only_the_pages_that_need_it_are_recognised(make_pdf: Maker) -> None:
    data = make_pdf(lines_at(column(TYPED)), scan(), lines_at(column(TYPED)), scan(100))
    assert extract_pdf(data).waiting == (2, 4)
    clerk = Clerk({2: page_of(SCANNED), 4: page_of(["Fin de la séance à 22 heures"])})
    done = extract_pdf(data, clerk)
    assert (clerk.asked, done.state, done.reason, done.waiting) == ([2, 4], "read", None, ())
    assert [page.method for page in done.pages] == ["text", "ocr", "text", "ocr"]
    assert (done.pages[1].confidence, done.pages[1].legible, done.pages[0].legible) == (0.9, 0.8, None)
    assert done.pages[1].text == "\n".join(SCANNED)
    assert done.method == "pdfium+ocr"
    for line in done.lines:
        assert done.pages[line.page - 1].text[line.start : line.end] == line.text


def test_a_page_that_is_not_recognised_keeps_waiting(make_pdf: Maker) -> None:
    data = make_pdf(scan(), scan(50), scan(90))
    done = extract_pdf(data, Clerk({1: page_of(SCANNED), 2: RuntimeError("engine on fire")}))
    assert (done.state, done.waiting) == ("partial", (2, 3))
    assert done.reason is not None and "page 2 was not recognised: engine on fire" in done.reason
    nothing = extract_pdf(data, Clerk({}))
    assert (nothing.state, nothing.waiting) == ("needs-ocr", (1, 2, 3))
    with pytest.raises(MemoryError):
        extract_pdf(data, Clerk({1: MemoryError()}))


def test_a_blank_scan_is_no_fault(make_pdf: Maker) -> None:
    blank = OcrPage((), 0.0, 0.0)
    mixed = extract_pdf(make_pdf(lines_at(column(TYPED)), scan(255)), Clerk({2: blank}))
    assert (mixed.state, mixed.reason, mixed.pages[1].method) == ("read", None, "ocr")
    alone = extract_pdf(make_pdf(scan(255)), Clerk({1: blank}))
    assert (alone.state, alone.reason) == ("read", "no text was recognised on it")


def test_the_stamp_of_the_text_layer_is_kept_once(make_pdf: Maker) -> None:
    seen = (
        OcrLine("Envoye en prefecture le 24/09/2025", 400, 13, 530, 8, 0.8),
        OcrLine("COMMUNE DE VALBRUNE Reçu en préfecture ie 24/09/2025", 60, 22, 530, 9, 0.8),
        OcrLine("ll) : O99-2I99l2345", 401, 41, 500, 8, 0.4),
        *page_of(SCANNED).lines,
    )
    done = extract_pdf(make_pdf(scan(stamp=STAMP)), Clerk({1: OcrPage(seen, 0.8, 0.9)}))
    assert [line.text for line in done.lines] == [*STAMP, "COMMUNE DE VALBRUNE", *SCANNED]
    assert [line.text for line in done.lines if line.block == "stamp"] == list(STAMP)


@pytest.mark.parametrize("rotation", [1, 2, 3])
def test_the_stamp_of_a_page_that_was_turned(make_pdf: Maker, rotation: int) -> None:
    """Places of the text layer follow the page as it reads."""
    done = extract_pdf(make_pdf(scan(stamp=STAMP)), Clerk({1: page_of(SCANNED, rotation=rotation)}))
    texts = [line.text for line in done.lines]
    assert sorted(texts) == sorted([*STAMP, *SCANNED])
    assert texts.index(STAMP[0]) + 3 == texts.index(STAMP[3])
    side = HEIGHT if rotation % 2 else WIDTH
    assert all(0 <= line.x <= side for line in done.lines)


def test_a_scan_below_a_typed_header_needs_ocr(make_pdf: Maker) -> None:
    picture = printed(SCANNED, (1240, 1166))
    header = ["COMMUNE DE VALBRUNE", "Extrait du registre des délibérations du conseil municipal"]
    data = make_pdf(typed_above(picture, header))
    assert (extract_pdf(data).state, extract_pdf(data).waiting) == ("needs-ocr", (1,))
    seen = (
        OcrLine("COMMUNE DE VALBRUNE", 60, 51, 190, 11, 0.9),
        OcrLine("Extrait du registre des deliberations du conseil municipal", 60, 67, 350, 11, 0.9),
        *page_of(SCANNED, top=300).lines,
    )
    done = extract_pdf(data, Clerk({1: OcrPage(seen, 0.9, 0.9)}))
    assert [line.text for line in done.lines] == [*header, *SCANNED]


def test_a_photograph_or_a_chart_beside_text_does_not(make_pdf: Maker) -> None:
    photograph = Image.effect_noise((600, 600), 40).resize((1200, 1200))
    chart = Image.new("L", (1200, 1200), 255)
    ImageDraw.Draw(chart).ellipse((100, 100, 1100, 1100), fill=150, outline=0, width=4)
    caption = ["Vue de la place du Marché depuis le clocher, avant les travaux de voirie"]
    for picture in (photograph, chart):
        assert extract_pdf(make_pdf(typed_above(picture, caption, height=450))).waiting == ()


def test_drawings_wait_only_where_nothing_else_speaks(make_pdf: Maker) -> None:
    def frame(canvas: Canvas) -> None:
        canvas.rect(100, 100, 300, 300)

    assert extract_pdf(make_pdf(frame)).state == "needs-ocr"
    assert extract_pdf(make_pdf(lines_at(column(TYPED)), frame)).state == "read"


def test_it_stops_when_time_is_up(make_pdf: Maker) -> None:
    data = make_pdf(*(lines_at(column(TYPED)) for _ in range(6)))
    asked: list[int] = []

    def spent() -> bool:
        asked.append(1)
        return len(asked) > 2

    done = extract_pdf(data, None, spent)
    assert (done.state, len(done.pages), done.page_count) == ("partial", 3, 6)
    assert done.reason == "out of time: only the first 3 of 6 pages were read"
    late = extract_pdf(make_pdf(scan(), scan(3)), Clerk({1: page_of(SCANNED)}), lambda: True)
    assert (late.state, late.waiting, len(late.pages)) == ("needs-ocr", (1,), 1)


def test_too_many_scans(make_pdf: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognised, "MAX_OCR_PAGES", 2)
    data = make_pdf(*(scan(shade) for shade in range(5)))
    done = extract_pdf(data)
    assert (done.state, done.waiting) == ("needs-ocr", (1, 2))
    read = extract_pdf(data, Clerk({number: page_of(SCANNED) for number in range(1, 6)}))
    assert (read.state, read.waiting) == ("partial", ())
    assert read.reason == "too many pages need OCR: 3 of them are left out"


def test_a_page_of_one_point_a_pixel_is_measured_in_its_own_points() -> None:
    """Some scanners write pages of 2480 x 3508 points: recognition sees A4, the lines lie on the large page."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(2480, 3508))
    canvas.drawImage(ImageReader(Image.new("L", (2480, 3508), 200)), 0, 0, 2480, 3508)
    canvas.showPage()
    canvas.save()
    clerk = Clerk({1: page_of(["Ordre du jour de la séance"], x=60, top=150)}, draw=True)
    line = extract_pdf(stream.getvalue(), clerk).lines[0]
    picture = clerk.drawn[0]
    assert (picture.width, picture.height) == (2480, 3508)
    assert 295 <= picture.dpi <= 305
    assert line.x == pytest.approx(60 * 3508 / 842, rel=0.01)
    assert line.size == pytest.approx(11 * 3508 / 842, rel=0.01)
