"""Rich text: charsets, numbers, cells, breaks; what is hidden, deleted or binary is not read."""

from __future__ import annotations

import pytest

HEAD = (
    r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset2 Symbol;}{\f2\fcharset238 Arial CE;}}"
)


def rtf(body: str) -> bytes:
    return (HEAD + body + "}").encode("latin-1")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (r"d\'e9lib\'e9ration \'80\par", ["délibération €"]),
        (r"d\u233?lib\u233\'e9ration\par", ["délibération"]),
        (r"{\uc0 d\u233 lib\u233 ration}\par", ["délibération"]),
        (r"{\uc2 \u339oeuvre}\par", ["œuvre"]),
        (r"\u-3913?Finances\par", ["•Finances"]),
        (r"\u55357?\u56960?\par", ["\U0001f680"]),
        (r"{\f1\'b7} Budget\par", ["• Budget"]),
        (r"{\f2\'b3\'f3d\'9f}\par", ["łódź"]),
        ("dé\r\nlibération\\par", ["délibération"]),
        (r"l\rquote eau \endash  \ldblquote a\rdblquote\par", ["l’eau – “a”"]),
        (r"vid\'e9o\-protection vid\'e9o\_protection 10\~%\par", ["vidéoprotection vidéo‑protection 10\xa0%"]),
        (r"\{a\}\\b\par", [r"{a}\b"]),
        (r"un\line deux\par trois", ["un", "deux", "trois"]),
        (r"{\v cach\'e9}vu\par", ["vu"]),
        (r"\v cach\'e9\v0 vu\par", ["vu"]),
        (r"{\deleted parti}reste\par", ["reste"]),
        (r"{\*\inconnu rien}reste\par", ["reste"]),
        (r"{\pict\wmetafile8 0123456789abcdef}reste\par", ["reste"]),
        ("{\\pict\\bin5 }}{{\\}reste\\par", ["reste"]),
        (r"{\field{\*\fldinst HYPERLINK x}{\fldrslt lien}} ici\par", ["lien ici"]),
        (r"{\info{\author A. Inconnu}}{\stylesheet{\s1 Titre;}}texte\par", ["texte"]),
        (r"{\*\bkmkstart x}texte{\*\annotation non}\par", ["texte"]),
    ],
)  # fmt: skip
def test_text(make, read_as, body, expected):
    assert make.texts(read_as("rtf", rtf(body))) == expected


def test_bytes_of_other_code_pages(make, read_as):
    for head, body in ((r"\mac", r"d\'8elib\'8eration"), (r"\ansi\ansicpg850", r"d\'82lib\'82ration")):
        assert make.texts(read_as("rtf", f"{{\\rtf1{head} {body}\\par}}".encode())) == ["délibération"]


def test_printed_numbers_stand_beside_the_text(make, read_as):
    body = (
        r"\pard{\listtext\pard\plain 1.\tab}\ls1\ilvl0 Budget\par"
        r"\pard{\listtext a)\tab}\ls1\ilvl1 Tarifs\par\pard{\pntext\f1\'b7\tab}Voirie\par\pard Fin\par"
    )
    extracted = read_as("rtf", rtf(body))
    assert [(line.block, line.level, line.marker, line.text) for line in extracted.lines] == [
        ("li", 1, "1.", "Budget"), ("li", 2, "a)", "Tarifs"), ("li", 1, "", "Voirie"), ("p", 0, "", "Fin"),
    ]  # fmt: skip


def test_looks_and_headings(read_as):
    lines = read_as("rtf", rtf(r"{\pard\outlinelevel0\b\fs32 FINANCES\par}\pard\plain\fs22 corps {\b gras}\par")).lines
    assert [(line.block, line.level, line.bold, line.size) for line in lines] == [
        ("heading", 1, True, 16.0), ("p", 0, False, 11.0),
    ]  # fmt: skip


def test_cells_and_cells_in_cells(read_as):
    row = r"\trowd\pard\intbl {}\cell {}\cell\row"
    inner = r"\pard\intbl\itap2 1\nestcell Drone\nestcell{\*\nesttableprops\trowd\nestrow}{\nonesttables\par}"
    body = row.format("N\\'b0", "Objet") + row.format("1", "Budget") + r"\pard entre\par" + row.format("g", inner)
    extracted = read_as("rtf", rtf(body + r"\pard fin\par"))
    assert [(line.block, line.row, line.text) for line in extracted.lines] == [
        ("cell", 1, "N°"), ("cell", 1, "Objet"), ("cell", 2, "1"), ("cell", 2, "Budget"), ("p", None, "entre"),
        ("p", None, "g"), ("cell", 4, "1"), ("cell", 4, "Drone"), ("p", None, "fin"),
    ]  # fmt: skip


def test_pages_and_sections(read_as):
    body = r"\pard Un\par\page Deux\par\sect\sectd\sbknone Deux encore\par\sect\sectd Trois\par\pard\pagebb Quatre\par"
    extracted = read_as("rtf", rtf(body))
    assert [(line.page, line.text) for line in extracted.lines] == [
        (1, "Un"), (2, "Deux"), (2, "Deux encore"), (3, "Trois"), (4, "Quatre"),
    ]  # fmt: skip


def test_heads_notes_and_boxes(read_as):
    body = (
        r"{\header\pard Conseil municipal\par}{\footer\pard Page 1\par}\pard Budget{\footnote\pard Note\par} primitif"
        r"{\shp{\*\shpinst{\sp{\sn a}{\sv b}}{\shptxt\pard Le maire\par}}{\shprslt{\*\do ancien}}}\par Suite\par"
    )
    extracted = read_as("rtf", rtf(body))
    assert [(line.block, line.text) for line in extracted.lines] == [
        ("running", "Conseil municipal"), ("p", "Budget primitif"), ("p", "Le maire"), ("p", "Suite"), ("p", "Note"),
        ("running", "Page 1"),
    ]  # fmt: skip


def test_a_letterhead_stands_on_the_first_page_alone(read_as):
    body = r"\sectd{}{{\headerf\pard Mairie de Vaubrun\par}}\pard Budget\par"
    said = {on: read_as("rtf", rtf(body.format(r"\titlepg" if on else ""))).lines for on in (True, False)}
    assert [(line.block, line.text) for line in said[True]] == [("p", "Mairie de Vaubrun"), ("p", "Budget")]
    assert [line.text for line in said[False]] == ["Budget"]


def test_the_title_is_that_of_the_properties(read_as):
    assert read_as("rtf", rtf(r"{\info{\title Ordre du jour}}a\par")).title == "Ordre du jour"


def test_a_cut_file_is_read_as_far_as_it_goes(make, read_as):
    extracted = read_as("rtf", (HEAD + r"\pard Budget\par\pard Voi").encode())
    assert (extracted.state, make.texts(extracted)) == ("partial", ["Budget", "Voi"])
