from __future__ import annotations

from collections.abc import Callable

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from crawler.models import Extracted
from pipelines.text import pdf, pdf_page
from pipelines.text.pdf import extract_pdf
from pipelines.text.pdf_page import garbled

from .conftest import HEIGHT, STAMP, WIDTH, column, lines_at, scan

Maker = Callable[..., bytes]
ITEMS = [f"{number}. Point numéro {number} de l'ordre du jour, avec son intitulé" for number in range(1, 13)]
LEFT = [f"Gauche {number} : le conseil délibère sur ce point" for number in range(1, 11)]
RIGHT = [f"Droite {number} : le maire rend compte au conseil" for number in range(1, 11)]


def texts(done: Extracted) -> list[str]:
    return [line.text for line in done.lines]


def check_offsets(done: Extracted) -> None:
    for line in done.lines:
        assert done.pages[line.page - 1].text[line.start : line.end] == line.text
    for page in done.pages:
        assert page.text == "\n".join(line.text for line in done.lines if line.page == page.number)


def test_lines_with_place_size_and_weight(make_pdf: Maker) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica-Bold", 16)
        canvas.drawString(100, HEIGHT - 80, "CONSEIL MUNICIPAL DU 17 MARS")
        lines_at(column(ITEMS))(canvas)

    done = extract_pdf(make_pdf(draw, title="Ordre du jour"))
    assert (done.state, done.method, done.page_count, done.title) == ("read", "pdfium", 1, "Ordre du jour")
    head, *items = done.lines
    assert (head.text, head.bold, head.size, round(head.x)) == ("CONSEIL MUNICIPAL DU 17 MARS", True, 16, 100)
    assert 60 < head.top < 80
    assert [item.text for item in items] == ITEMS
    assert not any(item.bold for item in items)
    check_offsets(done)


def test_size_is_the_printed_one(make_pdf: Maker) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.scale(12, 12)
        canvas.setFont("Helvetica", 1)
        canvas.drawString(5, 60, "Une ligne mise à l'échelle par la matrice")

    assert extract_pdf(make_pdf(draw)).lines[0].size == 12


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_places_on_rotated_pages(make_pdf: Maker, rotation: int) -> None:
    """A page that is stored turned and shown upright reads like one that was never turned."""

    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(rotation)
        match rotation:
            case 90:
                canvas.translate(HEIGHT, 0)
            case 180:
                canvas.translate(WIDTH, HEIGHT)
            case 270:
                canvas.translate(0, WIDTH)
        canvas.rotate(rotation)
        canvas.setFont("Helvetica", 10)
        for number, text in enumerate(ITEMS):
            canvas.drawString(50, HEIGHT - 100 - 20 * number, text)

    done = extract_pdf(make_pdf(draw))
    assert texts(done) == ITEMS
    assert [round(line.x) for line in done.lines] == [50] * len(ITEMS)
    assert [round(line.top) for line in done.lines] == [92 + 20 * number for number in range(len(ITEMS))]


def test_a_footer_drawn_first_comes_last(make_pdf: Maker) -> None:
    footer = [(60.0, 800.0, "Mairie de Valbrune, place du Marché")]
    done = extract_pdf(make_pdf(lines_at(footer + column(ITEMS))))
    assert texts(done) == [*ITEMS, footer[0][2]]
    assert done.method == "pdfium"


def test_two_columns_are_read_one_after_the_other(make_pdf: Maker) -> None:
    done = extract_pdf(make_pdf(lines_at(column(LEFT) + column(RIGHT, x=330), size=9)))
    assert texts(done) == LEFT + RIGHT


@pytest.mark.parametrize(
    "order", [list(range(9, -1, -1)), [4, 9, 0, 7, 2, 5, 1, 8, 3, 6]], ids=["backwards", "shuffled"]
)
def test_a_scrambled_stream_is_read_as_the_page_shows_it(make_pdf: Maker, order: list[int]) -> None:
    lines = column(ITEMS[:10])
    assert texts(extract_pdf(make_pdf(lines_at([lines[number] for number in order])))) == ITEMS[:10]


def test_a_scrambled_stream_of_two_columns(make_pdf: Maker) -> None:
    both = column(LEFT) + column(RIGHT, x=330)
    mixed = [both[number * 7 % 20] for number in range(20)]
    done = extract_pdf(make_pdf(lines_at(mixed, size=9)))
    assert texts(done) == LEFT + RIGHT
    assert done.method == "pdfminer"


def test_a_table_in_disorder_is_read_by_rows(make_pdf: Maker) -> None:
    cells = [(x, 120.0 + 18 * row, f"{name}{row}") for x, name in ((400, "M. "), (60, "N")) for row in range(7, -1, -1)]
    cells += [(120, 120.0 + 18 * row, f"Objet {row}") for row in (3, 1, 6, 0, 7, 2, 5, 4)]
    done = extract_pdf(make_pdf(lines_at(cells)))
    assert texts(done) == [f"N{row} Objet {row} M. {row}" for row in range(8)]


def test_words_in_disorder(make_pdf: Maker) -> None:
    words = [(60.0 + 60 * place, 120.0 + 18 * row, f"mot{row}{place}") for row in range(6) for place in range(6)]
    mixed = [words[number * 11 % 36] for number in range(36)]
    done = extract_pdf(make_pdf(lines_at(mixed)))
    assert texts(done) == [" ".join(f"mot{row}{place}" for place in range(6)) for row in range(6)]


def test_table_rows_stay_rows(make_pdf: Maker) -> None:
    cells = [
        (x, 120.0 + 18 * row, f"{name}{row}")
        for row in range(8)
        for x, name in ((60, "N"), (120, "Objet "), (400, "M. "))
    ]
    done = extract_pdf(make_pdf(lines_at(cells)))
    assert texts(done) == [f"N{row} Objet {row} M. {row}" for row in range(8)]


def test_end_of_line_hyphens_stay(make_pdf: Maker) -> None:
    lines = column(["Convention pour la vidéo-", "protection des espaces publics et l'amé-", "nagement de la place"])
    done = extract_pdf(make_pdf(lines_at(lines)))
    assert texts(done) == [text for _, _, text in lines]
    assert "vidéo-\nprotection" in done.pages[0].text
    check_offsets(done)


def test_text_is_composed_and_free_of_control_characters(make_pdf: Maker) -> None:
    done = extract_pdf(make_pdf(lines_at(column(ITEMS))))
    assert not set("\r\ufffe\x02\0") & set(done.pages[0].text)
    assert "numéro" in done.pages[0].text


def test_running_heads_and_page_numbers_are_marked_and_kept(make_pdf: Maker) -> None:
    def page(number: int) -> Callable[[Canvas], None]:
        body = column([f"{number}.{line} Un paragraphe de la page {number}" for line in range(8)])
        return lines_at([(60, 40, "Commune de Valbrune - Procès-verbal"), *body, (280, 810, f"Page {number} sur 4")])

    done = extract_pdf(make_pdf(*(page(number) for number in range(1, 5))))
    running = [line.text for line in done.lines if line.block == "running"]
    assert running.count("Commune de Valbrune - Procès-verbal") == 4
    assert running.count("Page 3 sur 4") == 1
    assert len(running) == 8
    check_offsets(done)


def test_items_at_the_edge_of_the_page_are_not_furniture(make_pdf: Maker) -> None:
    first = lines_at(column(ITEMS, top=40, step=62))
    second = lines_at(column([text.replace("Point", "Objet") for text in ITEMS], top=40, step=62))
    done = extract_pdf(make_pdf(first, second))
    assert {line.block for line in done.lines} == {"p"}


def test_stamps_are_marked(make_pdf: Maker) -> None:
    stamp = [(400.0, 20.0 + 9 * number, text) for number, text in enumerate(STAMP)]
    done = extract_pdf(
        make_pdf(lines_at(stamp + column([*ITEMS, "Reçu en préfecture, le dossier suit son cours normal."])))
    )
    assert [line.text for line in done.lines if line.block == "stamp"] == list(STAMP)
    assert done.state == "read"


def test_a_scan_needs_ocr_even_with_a_stamp(make_pdf: Maker) -> None:
    plain = extract_pdf(make_pdf(scan()))
    assert (plain.state, plain.pages[0].text) == ("needs-ocr", "")
    assert plain.reason is not None and "OCR" in plain.reason
    stamped = extract_pdf(make_pdf(scan(stamp=STAMP), scan(100, STAMP)))
    assert stamped.state == "needs-ocr"
    assert {line.block for line in stamped.lines} == {"stamp"}
    assert "ID : 099-219912345" in stamped.pages[1].text


def test_scanned_pages_among_text_make_it_partial(make_pdf: Maker) -> None:
    done = extract_pdf(make_pdf(lines_at(column(ITEMS)), scan()))
    assert done.state == "partial"
    assert done.reason is not None and "1 of 2 pages" in done.reason


def test_a_scan_with_recognised_text_is_read(make_pdf: Maker) -> None:
    def draw(canvas: Canvas) -> None:
        scan()(canvas)
        text = canvas.beginText(60, HEIGHT - 100)
        text.setTextRenderMode(3)
        text.textLines(ITEMS)
        canvas.drawText(text)

    assert extract_pdf(make_pdf(draw)).state == "read"


def test_image_hashes_tell_images_apart(make_pdf: Maker) -> None:
    def with_image(shade: int) -> bytes:
        return make_pdf(lines_at(column(ITEMS)), scan(shade))

    assert extract_pdf(with_image(10)).image_hashes == extract_pdf(with_image(10)).image_hashes
    assert extract_pdf(with_image(10)).image_hashes != extract_pdf(with_image(20)).image_hashes
    assert len(extract_pdf(make_pdf(scan(10), scan(10), scan(20))).image_hashes) == 2


def test_passwords(make_pdf: Maker) -> None:
    page = lines_at(column(ITEMS))
    locked = extract_pdf(make_pdf(page, encryption=StandardEncryption("lecteur", "maire", canPrint=0)))
    assert (locked.state, locked.pages) == ("locked", ())
    owned = extract_pdf(make_pdf(page, encryption=StandardEncryption("", "maire", canCopy=0)))
    assert owned.state == "read" and texts(owned) == ITEMS


def test_broken_blank_and_endless(make_pdf: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    good = make_pdf(*(lines_at(column(ITEMS)) for _ in range(5)))
    assert extract_pdf(b"%PDF-1.7 nothing more").state == "failed"
    assert extract_pdf(good[:600]).state == "failed"
    blank = extract_pdf(make_pdf(lambda canvas: None))
    assert (blank.state, blank.reason) == ("failed", "no text and no image on any page")
    monkeypatch.setattr(pdf, "MAX_PAGES", 3)
    cut = extract_pdf(good)
    assert (cut.state, len(cut.pages), cut.page_count) == ("partial", 3, 5)
    assert cut.reason is not None and "first 3 of 5 pages" in cut.reason


def test_fonts_without_characters_need_ocr() -> None:
    """A font whose codes mean nothing prints well and reads as noise; noise must not enter the archive."""
    assert garbled("\x01\x04\x05 \x06\x07\x08" * 50)
    assert garbled("\ue010\ue011\ue012\ue013" * 30)
    assert garbled("ÇáêÉÅíáçå Ç¨é~êíÉãÉåí~äÉ ÇÉ=äÛ°èìáéÉãÉåí cáåáëí≠êÉ" * 2)
    assert garbled("".join(chr((ord(sign) - 94) % 26 + 97) for sign in "leconseilmunicipaldelibere") * 8)
    assert not garbled("1. Budget ........................... 12 345,00 € \uf0b7 Délibération")


def test_one_line_of_noise_off_the_page_does_not_cost_the_page(make_pdf: Maker) -> None:
    """A rule of letters or a code that runs far off the page is one line, however long."""
    noise = [(60.0, 90.0, "x" * 3000), (60.0, 100.0, "_%&" * 900)]
    done = extract_pdf(make_pdf(lines_at(noise + column(ITEMS))))
    assert (done.state, done.waiting) == ("read", ())
    assert texts(done)[-len(ITEMS) :] == ITEMS


def test_text_that_nobody_sees_does_not_make_a_scan_a_text(make_pdf: Maker) -> None:
    """Some scanners leave their settings beside the page."""

    def draw(canvas: Canvas) -> None:
        scan()(canvas)
        lines_at(column(ITEMS, x=700))(canvas)

    assert extract_pdf(make_pdf(draw)).state == "needs-ocr"


def test_a_page_that_breaks_the_reader_costs_itself(make_pdf: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    data = make_pdf(*(lines_at(column(ITEMS)) for _ in range(3)))
    whole = pdf_page.survey
    seen: list[int] = []

    def survey(page: object) -> object:
        seen.append(1)
        return 1 / 0 if len(seen) == 2 else whole(page)

    monkeypatch.setattr(pdf_page, "survey", survey)
    done = extract_pdf(data)
    assert (done.state, done.reason) == ("partial", "broken: 1 of 3 pages could not be opened")
    assert [bool(page.text) for page in done.pages] == [True, True, True]
    monkeypatch.setattr(pdf_page, "survey", lambda page: (_ for _ in ()).throw(MemoryError))
    with pytest.raises(MemoryError):
        extract_pdf(data)
