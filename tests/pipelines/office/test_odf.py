"""OpenDocument texts, flat and packed: lists and headings with the numbers they show."""

from __future__ import annotations

NUM = (
    '<text:list-style style:name="N"><text:list-level-style-number text:level="1" style:num-format="1" '
    'style:num-suffix="."/><text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")"/>'
    "</text:list-style>"
)


def listed(*texts: str, more: str = "", inner: str = "") -> str:
    items = "".join(f"<text:list-item><text:p>{text}</text:p>{inner}</text:list-item>" for text in texts)
    return f'<text:list text:style-name="N" {more}>{items}</text:list>'


def test_a_list_begins_anew_unless_it_continues(make, read_as):
    body = (
        listed("a", "b", more='xml:id="eins"')
        + "<text:p>Interruption</text:p>"
        + listed("c", more='text:continue-numbering="true"')
        + listed("d")
        + listed("e", more='text:continue-list="eins"')
    )
    expected = ["1. a", "2. b", "Interruption", "3. c", "1. d", "4. e"]
    assert make.texts(read_as("fodt", make.fodt(body, automatic=NUM))) == expected


def test_levels_and_later_paragraphs_of_an_item(make, read_as):
    inner = "<text:list><text:list-item><text:p>détail</text:p></text:list-item></text:list>"
    body = listed("Budget", inner="<text:p>suite</text:p>" + inner)
    extracted = read_as("fodt", make.fodt(body, automatic=NUM))
    assert [(line.block, line.level, line.marker, line.text) for line in extracted.lines] == [
        ("li", 1, "1.", "Budget"), ("p", 0, "", "suite"), ("li", 2, "a)", "détail"),
    ]  # fmt: skip


def test_an_item_may_say_its_number(make, read_as):
    body = listed("a").replace("<text:list-item>", '<text:list-item text:start-value="7">') + "<text:p>x</text:p>"
    assert make.texts(read_as("fodt", make.fodt(body, automatic=NUM))) == ["7. a", "x"]


def test_letters_after_z(make, read_as):
    style = NUM.replace('style:num-format="1"', 'style:num-format="A" {}')
    for sync, last in (("", "AB."), ('style:num-letter-sync="true"', "BB.")):
        data = make.fodt(listed(*"abcdefghijklmnopqrstuvwxyz", "x", "y"), automatic=style.format(sync))
        assert read_as("fodt", data).lines[-1].marker == last


def test_headings_are_numbered_by_the_outline(make, read_as):
    outline = (
        '<text:outline-style style:name="Outline"><text:outline-level-style text:level="1" style:num-format="I" '
        'style:num-suffix="."/><text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/>'
        "</text:outline-style>"
    )
    body = "".join(
        f'<text:h text:outline-level="{level}" {more}>{text}</text:h>'
        for level, text, more in (
            (1, "FINANCES", ""), (2, "Budget", ""), (1, "Annexes", 'text:is-list-header="true"'), (1, "VOIRIE", ""),
            (2, "Tilleuls", ""),
        )
    )  # fmt: skip
    extracted = read_as("fodt", make.fodt(body, styles=outline))
    assert make.texts(extracted) == ["I. FINANCES", "I.1 Budget", "Annexes", "II. VOIRIE", "II.1 Tilleuls"]
    assert [line.level for line in extracted.lines] == [1, 2, 1, 1, 2]


def test_what_is_printed_is_read(make, read_as):
    hidden = (
        '<style:style style:name="H" style:family="text"><style:text-properties text:display="none"/></style:style>'
    )
    cases = {
        'a<text:s text:c="3"/>b': "a   b",
        "a<text:tab/>b": "a b",
        "a\n   b": "a b",
        'a<text:span text:style-name="H">caché</text:span>': "a",
        "a<office:annotation><text:p>remarque</text:p></office:annotation>": "a",
        "a<text:note><text:note-citation>1</text:note-citation><text:note-body/></text:note>b": "ab",
        "vidéo\u00adprotection": "vidéoprotection",
        "<text:a>lien</text:a> <text:date>12 mars</text:date>": "lien 12 mars",
        '<text:hidden-text text:is-hidden="true">non</text:hidden-text>oui': "oui",
    }
    for inside, expected in cases.items():
        data = make.fodt(f"<text:p>{inside}</text:p>", automatic=hidden)
        assert make.texts(read_as("fodt", data)) == [expected]


def test_tracked_deletions_and_hidden_sections_are_not_read(make, read_as):
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>supprimé</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes><text:p>Budget</text:p>"
        '<text:section text:display="none"><text:p>caché</text:p></text:section>'
        "<text:section><text:p>Voirie</text:p></text:section>"
    )
    assert make.texts(read_as("fodt", make.fodt(body))) == ["Budget", "Voirie"]


def test_pages_that_the_file_states(make, read_as):
    styles = (
        '<style:style style:name="P" style:family="paragraph"><style:paragraph-properties fo:break-before="page"/>'
        "</style:style>"
    )
    body = (
        "<text:p>Un</text:p><text:soft-page-break/><text:p>Deux</text:p>"
        "<text:p>Deux et <text:soft-page-break/>demi</text:p>"
        '<text:p>Trois</text:p><text:p text:style-name="P">Quatre</text:p>'
    )
    extracted = read_as("fodt", make.fodt(body, automatic=styles))
    assert [(line.page, line.text) for line in extracted.lines] == [
        (1, "Un"), (2, "Deux"), (2, "Deux et demi"), (3, "Trois"), (4, "Quatre"),
    ]  # fmt: skip


def test_bold_size_and_inheritance(make, read_as):
    styles = (
        '<style:default-style style:family="paragraph"><style:text-properties fo:font-size="12pt"/>'
        '</style:default-style><style:style style:name="Parent" style:family="paragraph">'
        '<style:text-properties fo:font-weight="bold"/></style:style>'
        '<style:style style:name="Enfant" style:family="paragraph" style:parent-style-name="Parent">'
        '<style:text-properties fo:font-size="150%"/></style:style>'
    )
    body = '<text:p text:style-name="Enfant">ORDRE DU JOUR</text:p><text:p>corps</text:p>'
    lines = read_as("fodt", make.fodt(body, styles=styles)).lines
    assert [(line.bold, line.size) for line in lines] == [(True, 18.0), (False, 12.0)]


def test_tables_and_covered_cells(make, read_as):
    body = (
        '<table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>N°</text:p></table:table-cell>'
        "<table:table-cell><text:p>Objet</text:p></table:table-cell></table:table-row></table:table-header-rows>"
        '<table:table-row><table:table-cell table:number-columns-spanned="2"><text:p>Finances</text:p>'
        "</table:table-cell><table:covered-table-cell/></table:table-row></table:table>"
    )  # fmt: skip
    extracted = read_as("fodt", make.fodt(body))
    assert [(line.block, line.row, line.text) for line in extracted.lines] == [
        ("cell", 1, "N°"), ("cell", 1, "Objet"), ("cell", 2, "Finances"),
    ]  # fmt: skip


def test_an_encrypted_package_is_locked(make, read_as):
    manifest = (
        "<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>"
    )
    extracted = read_as("odt", make.zipped({"META-INF/manifest.xml": manifest, "content.xml": b"\x03\x9f\x11"}))
    assert (extracted.state, extracted.reason) == ("locked", "the file asks for a password")
