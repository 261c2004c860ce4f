"""Word documents: what is printed is read, once, with its numbers; what is not printed is not read."""

from __future__ import annotations

import pytest

RUN = "<w:r><w:t>{}</w:t></w:r>"


def para(*runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def said(extracted):
    return [(line.block, line.level, line.marker, line.text) for line in extracted.lines]


# ------------------------------------------------------------------ numbers


def test_automatic_numbers_of_every_format(make, read_as):
    formats = [
        ("decimal", "%1.", ["1.", "2."]),
        ("upperRoman", "%1 -", ["I", "II"]),
        ("lowerLetter", "%1)", ["a)", "b)"]),
        ("decimalZero", "%1", ["01", "02"]),
        ("bullet", "\uf0b7", ["", ""]),
    ]
    for kind, pattern, expected in formats:
        data = make.docx(
            make.numbered("Finances") + make.numbered("Sécurité"), numbering=make.lists(make.level(0, kind, pattern))
        )
        lines = read_as("docx", data).lines
        assert [(line.block, line.marker) for line in lines] == [("li", marker) for marker in expected]
        assert [line.text for line in lines] == ["Finances", "Sécurité"]


def test_numbers_of_several_levels_stand_in_the_text_as_they_are_printed(make, read_as):
    numbering = make.lists(
        make.level(0, "decimal", "%1."), make.level(1, "decimal", "%1.%2"), make.level(2, "lowerRoman", "%3)")
    )
    order = [(0, "A"), (1, "B"), (1, "C"), (2, "D"), (0, "E"), (1, "F"), (2, "G")]
    data = make.docx("".join(make.numbered(text, level=place) for place, text in order), numbering=numbering)
    assert make.texts(read_as("docx", data)) == ["1. A", "1.1 B", "1.2 C", "i) D", "2. E", "2.1 F", "i) G"]


def test_a_level_that_never_restarts_counts_on(make, read_as):
    numbering = make.lists(
        make.level(0, "upperRoman", "%1."), make.level(1, "decimal", "%2.", '<w:lvlRestart w:val="0"/>')
    )
    order = [(0, "Finances"), (1, "a"), (1, "b"), (0, "Sécurité"), (1, "c")]
    data = make.docx("".join(make.numbered(text, level=place) for place, text in order), numbering=numbering)
    assert make.texts(read_as("docx", data)) == ["I. Finances", "1. a", "2. b", "II. Sécurité", "3. c"]


def test_a_second_use_of_a_list_begins_anew_where_it_says_so(make, read_as):
    again = (
        '<w:num w:numId="2"><w:abstractNumId w:val="7"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num>'
    )
    numbering = make.lists(make.level(0, "decimal", "%1."), more=again)
    body = "".join(make.numbered(text, number) for text, number in (("a", 1), ("b", 1), ("c", 2), ("d", 2), ("e", 3)))
    assert make.texts(read_as("docx", make.docx(body, numbering=numbering))) == ["1. a", "2. b", "5. c", "6. d", "7. e"]


def test_a_paragraph_style_numbers_and_a_paragraph_can_refuse(make, read_as):
    styles = (
        '<w:style w:type="paragraph" w:styleId="Point"><w:name w:val="Point"/>'
        '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="SousPoint"><w:basedOn w:val="Point"/></w:style>'
    )
    numbering = make.lists(make.level(0, "decimal", "Article %1 :", '<w:pStyle w:val="Point"/>'))
    body = (
        make.p("Budget", '<w:pStyle w:val="Point"/>')
        + make.p("Voirie", '<w:pStyle w:val="SousPoint"/>')
        + make.p("Sans numéro", '<w:pStyle w:val="Point"/><w:numPr><w:numId w:val="0"/></w:numPr>')
    )
    extracted = read_as("docx", make.docx(body, numbering=numbering, styles=styles))
    assert make.texts(extracted) == ["Article 1 : Budget", "Article 2 : Voirie", "Sans numéro"]


def test_the_number_of_a_heading_stands_beside_it(make, read_as):
    styles = (
        '<w:style w:type="paragraph" w:styleId="Titre1"><w:name w:val="heading 1"/>'
        '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr><w:rPr><w:b/><w:sz w:val="32"/></w:rPr></w:style>'
    )
    numbering = make.lists(make.level(0, "upperRoman", "%1."))
    extracted = read_as(
        "docx", make.docx(make.p("FINANCES", '<w:pStyle w:val="Titre1"/>'), numbering=numbering, styles=styles)
    )
    (line,) = extracted.lines
    assert (line.block, line.level, line.marker, line.bold, line.size) == ("heading", 1, "I.", True, 16.0)


# ------------------------------------------------------------------ what is read and what is not


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ('<w:del><w:r><w:delText>supprimé</w:delText></w:r></w:del>', "reste"),
        ('<w:ins><w:r><w:t>ajouté </w:t></w:r></w:ins>', "ajouté reste"),
        ('<w:moveFrom><w:r><w:t>parti</w:t></w:r></w:moveFrom>', "reste"),
        ('<w:r><w:rPr><w:vanish/></w:rPr><w:t>caché</w:t></w:r>', "reste"),
        ('<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>montré </w:t></w:r>', "montré reste"),
        ('<w:hyperlink><w:r><w:t>lien </w:t></w:r></w:hyperlink>', "lien reste"),
        ('<w:sdt><w:sdtContent><w:r><w:t>champ </w:t></w:r></w:sdtContent></w:sdt>', "champ reste"),
        (
            "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr>"
            "<w:sdtContent><w:r><w:t>Cliquez ici</w:t></w:r></w:sdtContent></w:sdt>",
            "reste",
        ),
        ('<w:fldSimple w:instr="DATE"><w:r><w:t>5 mars </w:t></w:r></w:fldSimple>', "5 mars reste"),
        ('<w:r><w:t>vidéo</w:t><w:noBreakHyphen/><w:t>protection </w:t></w:r>', "vidéo‑protection reste"),
        ('<w:r><w:t>vidéo</w:t><w:softHyphen/><w:t>protection </w:t></w:r>', "vidéoprotection reste"),
        ('<w:r><w:t>a</w:t><w:tab/><w:t>b </w:t></w:r>', "a b reste"),
        ('<w:smartTag><w:r><w:t>Mme Aubrac </w:t></w:r></w:smartTag>', "Mme Aubrac reste"),
    ],
)  # fmt: skip
def test_what_is_printed_is_read(make, read_as, inside, expected):
    extracted = read_as("docx", make.docx(para(inside, RUN.format("reste"))))
    assert make.texts(extracted) == [expected]


def test_the_result_of_a_field_is_read_and_not_its_code(make, read_as):
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    inner = (
        mark.format("begin")
        + RUN.format("NOM")
        + mark.format("separate")
        + RUN.format("condition")
        + mark.format("end")
    )
    code = mark.format("begin") + "<w:r><w:instrText>IF</w:instrText></w:r>" + inner + mark.format("separate")
    body = para(RUN.format("Séance du "), code, RUN.format("12 mars"), mark.format("end"), RUN.format(" à 19 h"))
    assert make.texts(read_as("docx", make.docx(body))) == ["Séance du 12 mars à 19 h"]


def test_a_field_that_never_ends_hides_nothing(make, read_as):
    body = para('<w:r><w:fldChar w:fldCharType="begin"/></w:r>', RUN.format("Budget")) + make.p("Voirie")
    assert make.texts(read_as("docx", make.docx(body))) == ["Budget", "Voirie"]


def test_a_deleted_paragraph_mark_joins_two_paragraphs(make, read_as):
    body = make.p("Vidéo", "<w:rPr><w:del/></w:rPr>") + make.p("protection")
    assert make.texts(read_as("docx", make.docx(body))) == ["Vidéoprotection"]


def test_a_text_box_is_read_once_and_after_its_paragraph(make, read_as):
    box = f"<w:txbxContent>{make.p('Le maire')}</w:txbxContent>"
    twice = (
        f"<mc:AlternateContent><mc:Choice><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent>"
    )
    body = para(f"<w:r>{twice}</w:r>", RUN.format("Convocation")) + make.p("Suite")
    assert make.texts(read_as("docx", make.docx(body))) == ["Convocation", "Le maire", "Suite"]


def test_a_text_box_on_every_page_is_furniture(make, read_as):
    boxes = [f"<w:r><w:pict><w:txbxContent>{make.p(f'Note {n}/3')}</w:txbxContent></w:pict></w:r>" for n in (1, 2, 3)]
    extracted = read_as("docx", make.docx(para(*boxes, RUN.format("Note de synthèse"))))
    assert [line.block for line in extracted.lines] == ["p", "p", "running", "running"]


def test_letters_drawn_as_a_picture_are_read(make, read_as):
    body = para('<w:r><w:pict><v:shape><v:textpath string="CONVOCATION"/></v:shape></w:pict></w:r>')
    assert make.texts(read_as("docx", make.docx(body))) == ["CONVOCATION"]


def test_footnotes_stand_at_the_end_of_their_page(make, read_as):
    footnotes = (
        f'<w:footnote w:id="0" w:type="separator">{make.p("trait")}</w:footnote>'
        f'<w:footnote w:id="2">{make.p("Y compris le budget annexe.")}</w:footnote>'
    )
    body = para(RUN.format("Budget"), '<w:r><w:footnoteReference w:id="2"/></w:r>') + make.p("Voirie")
    body += para('<w:r><w:br w:type="page"/></w:r>') + make.p("Divers")
    extracted = read_as("docx", make.docx(body, footnotes=footnotes))
    assert [(line.page, line.text) for line in extracted.lines] == [
        (1, "Budget"), (1, "Voirie"), (1, "Y compris le budget annexe."), (2, "Divers"),
    ]  # fmt: skip


def test_running_heads_are_marked_and_a_letterhead_is_not(make, read_as):
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="header1"/>'
        '<w:headerReference w:type="first" r:id="header2"/>'
        '<w:footerReference w:type="default" r:id="footer1"/>{}</w:sectPr>'
    )
    parts = {
        "header1": make.p("Conseil municipal"),
        "header2": make.p("Mairie de Vaubrun"),
        "footer1": make.p("Page 1"),
    }
    extracted = read_as("docx", make.docx(make.p("Budget") + section.format("<w:titlePg/>"), **parts))
    assert sorted((line.block, line.text) for line in extracted.lines) == [
        ("p", "Budget"), ("p", "Mairie de Vaubrun"), ("running", "Conseil municipal"), ("running", "Page 1"),
    ]  # fmt: skip
    extracted = read_as("docx", make.docx(make.p("Budget") + section.format(""), **parts))
    assert "Mairie de Vaubrun" not in make.texts(extracted)


# ------------------------------------------------------------------ where lines and pages end


def test_pages_are_those_that_the_file_states(make, read_as):
    body = (
        make.p("Un")
        + para("<w:r><w:lastRenderedPageBreak/><w:t>Deux</w:t></w:r>")
        + para("<w:r><w:t>Deux et </w:t></w:r><w:r><w:lastRenderedPageBreak/><w:t>demi</w:t></w:r>")
        + make.p("Trois")
        + para('<w:r><w:br w:type="page"/></w:r><w:r><w:lastRenderedPageBreak/><w:t>Quatre</w:t></w:r>')
        + make.p("Cinq", "<w:pageBreakBefore/>")
        + make.p("Cinq encore", "<w:sectPr/>")
        + make.p("Six", '<w:sectPr><w:type w:val="nextPage"/></w:sectPr>')
        + make.p("Six encore")
        + '<w:sectPr><w:type w:val="continuous"/></w:sectPr>'
    )
    extracted = read_as("docx", make.docx(body))
    assert [(line.page, line.text) for line in extracted.lines] == [
        (1, "Un"), (2, "Deux"), (2, "Deux et demi"), (3, "Trois"), (4, "Quatre"), (5, "Cinq"), (5, "Cinq encore"),
        (6, "Six"), (6, "Six encore"),
    ]  # fmt: skip
    assert extracted.page_count == 6


def test_a_line_break_ends_a_line_and_the_rest_has_no_number(make, read_as):
    body = make.numbered("X").replace("<w:t>X</w:t>", "<w:t>Budget</w:t><w:br/><w:t>primitif</w:t>")
    extracted = read_as("docx", make.docx(body, numbering=make.lists(make.level(0, "decimal", "%1."))))
    assert said(extracted) == [("li", 1, "1.", "Budget"), ("p", 1, "", "primitif")]


def test_blank_paragraphs_and_space_set_apart(make, read_as):
    spaced = '<w:spacing w:before="240"/>'
    close = '<w:spacing w:before="40"/>'
    body = make.p("a") + make.p("") + make.p("b") + make.p("c", spaced) + make.p("d", close)
    assert read_as("docx", make.docx(body)).pages[0].text == "a\n\nb\n\nc\nd"


def test_bold_and_size_of_a_line_are_those_of_its_text(make, read_as):
    styles = (
        '<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="22"/></w:rPr></w:rPrDefault></w:docDefaults>'
        '<w:style w:type="character" w:styleId="Fort"><w:rPr><w:b/></w:rPr></w:style>'
    )
    body = (
        make.p("gras", run="<w:b/>")
        + make.p("pas gras", run='<w:b w:val="0"/>')
        + make.p("fort", run='<w:rStyle w:val="Fort"/><w:sz w:val="28"/>')
        + para(RUN.format("en partie "), "<w:r><w:rPr><w:b/></w:rPr><w:t>gras</w:t></w:r>")
    )
    lines = read_as("docx", make.docx(body, styles=styles)).lines
    assert [(line.bold, line.size) for line in lines] == [(True, 11.0), (False, 11.0), (True, 14.0), (False, 11.0)]


# ------------------------------------------------------------------ tables


def test_cells_of_a_row_share_it(make, read_as):
    extracted = read_as("docx", make.docx(make.table(("N°", "Objet"), ("1", "Budget"), ("2", "Voirie"), ("3", ""))))
    assert [(line.block, line.row, line.text) for line in extracted.lines] == [
        ("cell", 1, "N°"), ("cell", 1, "Objet"), ("cell", 2, "1"), ("cell", 2, "Budget"), ("cell", 3, "2"),
        ("cell", 3, "Voirie"), ("cell", 4, "3"),
    ]  # fmt: skip


def test_a_cell_is_one_line_with_its_automatic_number(make, read_as):
    number = make.numbered("")
    title = make.p("Réfection de la rue") + make.p("des Tilleuls")
    row = f"<w:tr><w:tc>{number}</w:tc><w:tc>{title}</w:tc></w:tr>"
    data = make.docx(f"<w:tbl>{row}{row}</w:tbl>", numbering=make.lists(make.level(0, "decimal", "%1.")))
    assert make.texts(read_as("docx", data)) == [
        "1.", "Réfection de la rue des Tilleuls", "2.", "Réfection de la rue des Tilleuls",
    ]  # fmt: skip


def test_merged_cells_are_read_once(make, read_as):
    top = f'<w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr>{make.p("Finances")}</w:tc>'
    below = f"<w:tc><w:tcPr><w:vMerge/></w:tcPr>{make.p('ombre')}</w:tc>"
    rows = "".join(
        f"<w:tr>{cell}<w:tc>{make.p(text)}</w:tc></w:tr>" for cell, text in ((top, "Budget"), (below, "Tarifs"))
    )
    extracted = read_as("docx", make.docx(f"<w:tbl>{rows}</w:tbl>"))
    assert [(line.row, line.text) for line in extracted.lines] == [(1, "Finances"), (1, "Budget"), (2, "Tarifs")]


def test_a_table_around_a_table_only_places_it(make, read_as):
    inner = make.table(("1", "Drone"), ("2", "Caméra"))
    body = f"<w:tbl><w:tr><w:tc>{make.p('Gauche')}</w:tc><w:tc>{inner}{make.p('')}</w:tc></w:tr></w:tbl>"
    extracted = read_as("docx", make.docx(body))
    assert [(line.block, line.text) for line in extracted.lines] == [
        ("p", "Gauche"), ("cell", "1"), ("cell", "Drone"), ("cell", "2"), ("cell", "Caméra"),
    ]  # fmt: skip


def test_two_columns_set_in_a_table_are_read_one_after_the_other(make, read_as):
    left, right = ("".join(make.p(f"{side} {n}") for n in range(5)) for side in ("gauche", "droite"))
    extracted = read_as("docx", make.docx(f"<w:tbl><w:tr><w:tc>{left}</w:tc><w:tc>{right}</w:tc></w:tr></w:tbl>"))
    assert {line.block for line in extracted.lines} == {"p"}
    assert make.texts(extracted)[4:6] == ["gauche 4", "droite 0"]


def test_a_deleted_row_is_not_read(make, read_as):
    gone = f"<w:tr><w:trPr><w:del/></w:trPr><w:tc>{make.p('retiré')}</w:tc></w:tr>"
    extracted = read_as("docx", make.docx(make.table(("1", "Budget")).replace("</w:tbl>", gone + "</w:tbl>")))
    assert make.texts(extracted) == ["1", "Budget"]


# ------------------------------------------------------------------ packages


def test_the_strict_standard_and_odd_names_of_parts_are_read(make, read_as):
    body = "<w:body><w:p><w:r><w:t>Budget</w:t></w:r></w:p></w:body>"
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    data = make.zipped({
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r" Type="http://x/officeDocument" Target="/word/document2.xml"/></Relationships>',
        "word/document2.xml": f'<w:document xmlns:w="{strict}">{body}</w:document>',
    })  # fmt: skip
    assert make.texts(read_as("docx", data)) == ["Budget"]


def test_the_title_is_that_of_the_properties(make, read_as):
    core = '<c xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title> Ordre du jour\n</dc:title></c>'
    document = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>a</w:t></w:r></w:p></w:body></w:document>'
    assert (
        read_as("docx", make.zipped({"word/document.xml": document, "docProps/core.xml": core})).title
        == "Ordre du jour"
    )


def test_a_document_of_pictures_says_so(make, read_as):
    extracted = read_as("docx", make.docx(para("<w:r><w:drawing><a:blip/></w:drawing></w:r>")))
    assert (extracted.state, extracted.reason) == ("failed", "the file holds no text, only pictures (1)")
