"""Presentations: a slide a page, in the order of the presentation."""

from __future__ import annotations

import pytest

NAMES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


def shape(*paragraphs: str, kind: str = "", more: str = "") -> str:
    place = f'<p:ph type="{kind}"/>' if kind else ""
    about = f"<p:nvSpPr><p:cNvPr {more}/><p:nvPr>{place}</p:nvPr></p:nvSpPr>"
    return f"<p:sp>{about}<p:txBody>{''.join(paragraphs)}</p:txBody></p:sp>"


def para(text: str, properties: str = "") -> str:
    return f'<a:p>{properties}<a:r><a:rPr b="1" sz="1800"/><a:t>{text}</a:t></a:r></a:p>'


def pptx(make, *slides: str) -> bytes:
    listed = "".join(f'<p:sldId r:id="r{n}"/>' for n in reversed(range(len(slides))))
    relations = "".join(
        f'<Relationship Id="r{n}" Type="x/slide" Target="slides/s{n}.xml"/>' for n in range(len(slides))
    )
    parts = {
        "ppt/presentation.xml": f"<p:presentation {NAMES}><p:sldIdLst>{listed}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": (
            f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relations}</Relationships>'
        ),
    }
    for number, slide in enumerate(slides):
        parts[f"ppt/slides/s{number}.xml"] = f"<p:sld {NAMES}><p:cSld><p:spTree>{slide}</p:spTree></p:cSld></p:sld>"
    return make.zipped(parts)


def test_slides_in_their_order_with_numbers_and_tables(make, read_as):
    auto = '<a:pPr lvl="0"><a:buAutoNum type="romanUcPeriod"/></a:pPr>'
    row = "<a:tr>" + "".join(f"<a:tc><a:txBody>{para(text)}</a:txBody></a:tc>" for text in ("1", "Drone")) + "</a:tr>"
    table = f"<p:graphicFrame><a:graphic><a:tbl>{row}{row}</a:tbl></a:graphic></p:graphicFrame>"
    last = shape(para("Vidéoprotection", auto), para("Budget", auto)) + shape(para("caché"), more='hidden="1"') + table
    first = shape(para("Conseil municipal"), kind="ctrTitle") + shape(para("3"), kind="sldNum")
    extracted = read_as("pptx", pptx(make, last, "", first))
    assert [(line.page, line.block, line.marker, line.text) for line in extracted.lines] == [
        (1, "heading", "", "Conseil municipal"), (1, "running", "", "3"), (3, "li", "I.", "Vidéoprotection"),
        (3, "li", "II.", "Budget"), (3, "cell", "", "1"), (3, "cell", "", "Drone"), (3, "cell", "", "1"),
        (3, "cell", "", "Drone"),
    ]  # fmt: skip
    assert (extracted.page_count, extracted.lines[0].bold, extracted.lines[0].size) == (3, True, 18.0)


@pytest.mark.parametrize("ending", ["pptx", "odp"])
def test_what_libreoffice_made(made, read_as, ending):
    extracted = read_as(ending, made(f"slides.{ending}"))
    assert [(line.page, line.marker, line.text) for line in extracted.lines] == [
        (1, "", "Conseil municipal du 12 mars 2026"), (1, "1.", "Vidéoprotection"), (1, "2.", "Budget"), (3, "", "1"),
        (3, "", "Drone"),
    ]  # fmt: skip
