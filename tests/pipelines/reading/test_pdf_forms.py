"""What forms, text boxes and stamps print is in the page's text."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from reportlab.pdfgen.canvas import Canvas

from crawler.models import Extracted
from pipelines.text.pdf import extract_pdf

from .conftest import HEIGHT, STAMP, WIDTH, column, lines_at, scan

Maker = Callable[..., bytes]
BODY = [f"{number}. Point numéro {number} de l'ordre du jour" for number in range(1, 9)]


def annotated(data: bytes, *annotations: Callable[[pikepdf.Pdf], Any]) -> bytes:
    """The PDF with annotations on its first page."""
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        made = [document.make_indirect(make(document)) for make in annotations]
        document.pages[0].obj.Annots = Array(made)
        fields = [annotation for annotation in made if annotation.Subtype == "/Widget"]
        document.Root.AcroForm = Dictionary(Fields=Array(fields))
        document.save(stream)
    return stream.getvalue()


def stamp(texts: tuple[str, ...], *, kind: str = "/Stamp", flags: int = 4, field: str | None = None) -> Any:
    """An annotation at the top right with an appearance of its own."""

    def make(document: pikepdf.Pdf) -> Any:
        lines = b"".join(b"1 0 0 1 4 %d Tm (%b) Tj " % (60 - 12 * n, t.encode("cp1252")) for n, t in enumerate(texts))
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
        look = document.make_stream(
            b"BT /F 8 Tf " + lines + b"ET",
            Type=Name.XObject,
            Subtype=Name.Form,
            BBox=[0, 0, 190, 70],
            Resources=Dictionary(Font=Dictionary(F=font)),
        )
        entry = Dictionary(
            Type=Name.Annot,
            Subtype=Name(kind),
            Rect=[400, HEIGHT - 80, 590, HEIGHT - 10],
            F=flags,
            AP=Dictionary(N=look),
        )
        if field:
            entry.FT, entry.T = Name(field), String("champ")
        return entry

    return make


def value_alone(_: pikepdf.Pdf) -> Any:
    """A field whose value nothing draws."""
    entry = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("lieu"), V=String("Salle des fêtes"))
    entry.Rect = [100, 700, 300, 720]
    return entry


def texts(done: Extracted) -> list[str]:
    return [line.text for line in done.lines]


def test_values_of_form_fields_are_read() -> None:
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(WIDTH, HEIGHT))
    lines_at(column(BODY))(canvas)
    canvas.drawString(60, 600, "Lieu :")
    canvas.acroForm.textfield(name="lieu", value="Salle des mariages", x=120, y=590, width=300, height=24)
    canvas.showPage()
    canvas.save()
    done = extract_pdf(stream.getvalue())
    assert "Salle des mariages" in texts(done)
    place = next(line for line in done.lines if line.text == "Salle des mariages")
    assert (done.state, 115 < place.x < 130, 225 < place.top < 255) == ("read", True, True)


def test_a_value_that_nothing_draws_is_read_too(make_pdf: Maker) -> None:
    done = extract_pdf(annotated(make_pdf(lines_at(column(BODY))), value_alone))
    place = next(line for line in done.lines if line.text == "Salle des fêtes")
    assert (place.x, round(place.top)) == (100, round(HEIGHT - 720))


def test_an_e_filing_stamp_that_is_an_annotation(make_pdf: Maker) -> None:
    """As real "-tampon" files have it: without it SIREN, date and number of the act would be lost."""
    read = extract_pdf(annotated(make_pdf(lines_at(column(BODY))), stamp(STAMP)))
    assert [line.text for line in read.lines if line.block == "stamp"] == list(STAMP)
    assert read.state == "read"
    waiting = extract_pdf(annotated(make_pdf(scan()), stamp(STAMP)))
    assert (waiting.state, waiting.waiting) == ("needs-ocr", (1,))
    assert texts(waiting) == list(STAMP)


@pytest.mark.parametrize("kind", ["/FreeText", "/Stamp", "/Widget"])
def test_hidden_annotations_are_not_read(make_pdf: Maker, kind: str) -> None:
    data = make_pdf(lines_at(column(BODY)))
    assert texts(extract_pdf(annotated(data, stamp(("Avis favorable",), kind=kind, field="/Tx")))) == [
        "Avis favorable",
        *BODY,
    ]
    assert texts(extract_pdf(annotated(data, stamp(("Avis favorable",), kind=kind, flags=2, field="/Tx")))) == BODY


def test_what_a_digital_signature_shows_is_not_the_text(make_pdf: Maker) -> None:
    signature = stamp(("Signé le 3 mars 2026 à 09:12",), kind="/Widget", field="/Sig")
    done = extract_pdf(annotated(make_pdf(lines_at(column(BODY))), signature, stamp(("Avis favorable",))))
    assert texts(done) == ["Avis favorable", *BODY]


def test_attached_files_are_counted(make_pdf: Maker) -> None:
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(make_pdf(lines_at(column(BODY))))) as document:
        for name in ("rapport.pdf", "annexe.docx"):
            document.attachments[name] = b"contenu"
        document.save(stream)
    assert extract_pdf(stream.getvalue()).parts == 2
    assert extract_pdf(make_pdf(lines_at(column(BODY)))).parts == 0
