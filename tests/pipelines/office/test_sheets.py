"""Spreadsheets and delimited text: rows as cells, values as a French reader sees them."""

from __future__ import annotations

import pytest

from pipelines.text.office import cells
from pipelines.text.office.numbers import formatted, plain

NAMES = (
    'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def xlsx(make, *sheets: tuple[str, str], strings: str = "", styles: str = "") -> bytes:
    parts = {"[Content_Types].xml": "<Types/>"}
    listed = relations = ""
    for number, (name, rows) in enumerate(sheets, 1):
        listed += f'<sheet name="{name}" sheetId="{number}" r:id="r{number}"/>'
        relations += f'<Relationship Id="r{number}" Type="x/worksheet" Target="worksheets/s{number}.xml"/>'
        parts[f"xl/worksheets/s{number}.xml"] = f"<worksheet {NAMES}><sheetData>{rows}</sheetData></worksheet>"
    parts["xl/workbook.xml"] = f"<workbook {NAMES}><sheets>{listed}</sheets></workbook>"
    parts["xl/_rels/workbook.xml.rels"] = f'<Relationships xmlns="{RELATIONS}">{relations}</Relationships>'
    parts["xl/sharedStrings.xml"] = f"<sst {NAMES}>{strings}</sst>"
    parts["xl/styles.xml"] = f"<styleSheet {NAMES}>{styles}</styleSheet>"
    return make.zipped(parts)


def rows_of(extracted):
    found: dict[tuple[int, int | None], list[str]] = {}
    for line in extracted.lines:
        found.setdefault((line.page, line.row), []).append(line.text)
    return list(found.values())


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        (7.1, "", "7,1"), (3.0, "General", "3"), (0.1 + 0.2, "", "0,3"), (1e21, "", "1000000000000000000000"),
        (7.1, "0.00", "7,10"), (1234.5, "#,##0.00", "1\xa0234,50"), (1234.5, '#,##0.00\\ "€"', "1\xa0234,50 €"),
        (69123, "00000", "69123"), (1400, "00000", "01400"), (-12.5, "0.0", "-12,5"), (0.125, "0.0%", "12,5%"),
        (46093, "dd/mm/yyyy", "12/03/2026"), (46093, '[$-40C]dddd d mmmm yyyy;@', "12/03/2026"),
        (46093.770833333336, "dd/mm/yyyy hh:mm", "12/03/2026 18:30"), (0.770833333336, "hh:mm", "18:30"),
        (1.5, "[h]:mm", "36:00"), (46093, "mmm-yy", "12/03/2026"), (12.5, "0.0##", "12,5"), (5, '0" points"', "5"),
        (1, "0.00E+00", "1"),
    ],
)  # fmt: skip
def test_numbers_as_their_format_shows_them(value, code, expected):
    assert formatted(value, code) == expected


def test_dates_of_the_other_epoch():
    assert formatted(44631, "dd/mm/yyyy", epoch_1904=True) == "12/03/2026"
    assert plain(float("nan")) == ""


def test_rows_of_a_workbook(make, read_as):
    styles = (
        '<numFmts><numFmt numFmtId="164" formatCode="0.00"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs>'
    )
    strings = (
        "<si><t>Objet</t></si><si><r><t>Vidéo</t></r><r><t>protection</t></r><rPh><t>x</t></rPh></si>"
        "<si><t>7.10</t></si>"
    )
    rows = (
        '<row><c t="inlineStr"><is><t>N°</t></is></c><c t="s"><v>0</v></c></row><row/>'
        '<row><c t="s"><v>2</v></c><c t="s"><v>1</v></c><c s="2"><v>46093</v></c><c s="1"><v>7.1</v></c>'
        '<c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c><c t="str"><v>a_x000D_b</v></c><c t="s"><v>99</v></c></row>'
    )
    extracted = read_as(
        "xlsx", xlsx(make, ("Feuil1", rows), ("Vide", ""), ("Séances", rows), strings=strings, styles=styles)
    )
    row = ["7.10", "Vidéoprotection", "12/03/2026", "7,10", "VRAI", "a b"]
    assert rows_of(extracted) == [["N°", "Objet"], row, ["Séances"], ["N°", "Objet"], row]
    assert (extracted.page_count, {line.page for line in extracted.lines}) == (3, {1, 3})
    assert {line.block for line in extracted.lines} == {"cell", "heading"}


def test_cells_at_the_far_ends_cost_nothing(make, read_as):
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    assert rows_of(read_as("xlsx", xlsx(make, ("Feuil1", rows)))) == [["1"], ["2"]]


def test_too_many_cells_are_cut(make, read_as, monkeypatch):
    monkeypatch.setattr(cells, "MAX_CELLS", 10)
    rows = "".join(f"<row><c><v>{n}</v></c></row>" for n in range(30))
    extracted = read_as("xlsx", xlsx(make, ("Feuil1", rows)))
    assert (extracted.state, len(extracted.lines)) == ("partial", 10)


def test_an_old_workbook(made, read_as):
    extracted = read_as("xls", made("points.xls"))
    assert rows_of(extracted) == [["Liste"], ["N°", "Objet"], ["7.10", "Vidéoprotection"], ["3", "12/03/2026"]]


def test_an_opendocument_sheet_is_read_as_it_shows_itself(make, read_as):
    body = (
        '<table:table table:name="Feuille1"><table:table-row><table:table-cell office:value="7.1"><text:p>7,10</text:p>'
        '</table:table-cell><table:table-cell table:number-columns-repeated="1000"/><table:table-cell><text:p>a'
        "<office:annotation><text:p>non</text:p></office:annotation></text:p><text:p>b</text:p></table:table-cell>"
        '</table:table-row><table:table-row table:number-rows-repeated="1048576"><table:table-cell/></table:table-row>'
        "</table:table>"
    )
    assert rows_of(read_as("ods", make.fodt(body, kind="spreadsheet"))) == [["7,10", "a b"]]


@pytest.mark.parametrize(
    ("text", "encoding", "expected"),
    [
        ("N°;Objet\n1;Budget\n2;Voirie\n", "utf-8-sig", [["N°", "Objet"], ["1", "Budget"], ["2", "Voirie"]]),
        ("N°,Objet\n1,\"Budget, annexe\"\n", "cp1252", [["N°", "Objet"], ["1", "Budget, annexe"]]),
        ("N°\tObjet, suite\n1\tBudget\n", "utf-16", [["N°", "Objet, suite"], ["1", "Budget"]]),
        ("sep=|\na|b;c\n", "utf-8", [["a", "b;c"]]),
        ('a;b\n"une\nligne";2\n', "utf-8", [["a", "b"], ["une ligne", "2"]]),
        ("7.10;007\n1,5;08\n", "utf-8", [["7.10", "007"], ["1,5", "08"]]),
        ("a;\x01b\x00\n;;\nc;d\n", "utf-8", [["a", "b"], ["c", "d"]]),
        ("Une phrase, puis rien.\nUne autre\nFin\n", "utf-8", [["Une phrase, puis rien.", "Une autre", "Fin"]]),
    ],
)  # fmt: skip
def test_delimited_text(read_as, text, encoding, expected):
    assert rows_of(read_as("csv", text.encode(encoding))) == expected


def test_a_quote_that_stands_alone_does_not_swallow_the_rest(read_as):
    text = "a;b\n" + '5;"tube de 3 pouces\n' + "x;y\n" * 100
    assert len(rows_of(read_as("csv", text.encode()))) == 102


def test_a_list_of_deliberations_on_the_web_is_told_by_its_text(read_as):
    text = "COLL_NOM;DELIB_OBJET\n" + "Vaubrun;Vidéoprotection, extension\n" * 5
    extracted = read_as("tsv", text.encode())
    assert rows_of(extracted)[1] == ["Vaubrun", "Vidéoprotection, extension"]
    assert (extracted.state, extracted.method, extracted.media_type) == ("read", "csv", "text/tab-separated-values")
