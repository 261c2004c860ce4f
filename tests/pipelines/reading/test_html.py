from __future__ import annotations

import pytest

from pipelines.text.html import extract_html, main_text

MENU = """<div class="haut"><ul>
<li><a href="/">Accueil</a></li><li><a href="/mairie">La mairie</a></li><li><a href="/video">Vidéoprotection</a></li>
<li><a href="/ecoles">Écoles</a></li><li><a href="/sport">Sport</a></li><li><a href="/contact">Contact</a></li>
</ul></div>"""
AGENDA = """<h1>Conseil municipal du 12 mars 2026</h1>
<p>La séance aura lieu à 18&nbsp;h&nbsp;30, salle du conseil, en présence du <b>public</b>.</p>
<ol><li>Approbation du procès-verbal</li><li>Convention pour la vidéoprotection de la gare</li>
<li>Questions diverses</li></ol>"""


def page(content: str, *, before: str = MENU, after: str = "", head: str = "") -> bytes:
    head = f"<head><title>Valbrune</title>{head}</head>"
    return f"<!doctype html><html>{head}<body>{before}{content}{after}</body></html>".encode()


def shape(content: str) -> list[tuple[str, str, int, str]]:
    done = extract_html(page(content, before=""))
    for line in done.lines:
        assert done.pages[0].text[line.start : line.end] == line.text
    return [(line.block, line.marker, line.level, line.text) for line in done.lines]


def test_agenda_keeps_its_structure_and_loses_the_menu() -> None:
    done = extract_html(page(AGENDA))
    assert (done.state, done.method, done.page_count, done.title) == ("read", "html", 1, "Valbrune")
    assert [(line.block, line.marker, line.level) for line in done.lines] == [
        ("heading", "", 1), ("p", "", 0), ("li", "1", 1), ("li", "2", 1), ("li", "3", 1),
    ]  # fmt: skip
    assert "Vidéoprotection\n" not in done.pages[0].text
    assert done.lines[3].text == "Convention pour la vidéoprotection de la gare"


@pytest.mark.parametrize(
    ("attributes", "markers"),
    [
        ('start="14"', ["14", "15", "16"]),
        ("reversed", ["3", "2", "1"]),
        ('reversed start="9"', ["9", "8", "7"]),
        ('type="a"', ["a", "b", "c"]),
        ('type="I" start="3"', ["III", "IV", "V"]),
        ('style="list-style-type: lower-alpha"', ["a", "b", "c"]),
        ('style="list-style:none"', ["", "", ""]),
        ('start="rien"', ["1", "2", "3"]),
    ],
)
def test_numbers_of_ordered_lists(attributes: str, markers: list[str]) -> None:
    content = f"<ol {attributes}><li>Budget</li><li>Voirie</li><li>Écoles</li></ol>"
    assert [marker for _, marker, _, _ in shape(content)] == markers


def test_value_and_numbers_in_the_text() -> None:
    assert shape('<ol><li value="7">Budget</li><li>Voirie</li><li>9. Écoles</li><li>2 agents recrutés</li></ol>') == [
        ("li", "7", 1, "Budget"),
        ("li", "8", 1, "Voirie"),
        ("li", "", 1, "9. Écoles"),
        ("li", "10", 1, "2 agents recrutés"),
    ]


def test_nested_lists_and_paragraphs_inside_items() -> None:
    content = "<ol><li><p>Finances</p><p>Rapporteur : M. Test</p><ul><li>Budget<li>Taxes</ul></li><li>Voirie</ol>"
    assert shape(content) == [
        ("li", "1", 1, "Finances"),
        ("p", "", 1, "Rapporteur : M. Test"),
        ("li", "", 2, "Budget"),
        ("li", "", 2, "Taxes"),
        ("li", "2", 1, "Voirie"),
    ]


def test_rows_of_tables_share_a_number() -> None:
    content = "<table><tr><th>N°<th>Objet<tr><td>1<td>Budget<br>primitif<tr><td>2<td>Voirie</table><p>Fin"
    done = extract_html(page(content, before=""))
    cells = [(line.row, line.text, line.bold) for line in done.lines if line.block == "cell"]
    assert cells == [
        (1, "N°", True), (1, "Objet", True), (2, "1", False), (2, "Budget", False), (2, "primitif", False),
        (3, "2", False), (3, "Voirie", False),
    ]  # fmt: skip
    assert done.lines[-1].row is None


def test_tables_for_layout_are_no_tables() -> None:
    content = "<table><tr><td><h1>Séance du 3 mars</h1><ol><li>Budget</ol></td><td>Actualités</td></tr></table>"
    assert shape(content)[:2] == [("heading", "", 1, "Séance du 3 mars"), ("li", "1", 1, "Budget")]


def test_definition_lists_breaks_and_preformatted_text() -> None:
    content = "<dl><dt>Date<dd>3 mars</dl><p>1. Budget<br>2. Voirie</p><pre>3. Écoles\n4. Sport</pre>"
    assert [text for _, _, _, text in shape(content)] == [
        "Date",
        "3 mars",
        "1. Budget",
        "2. Voirie",
        "3. Écoles",
        "4. Sport",
    ]


def test_inline_markup_does_not_cut_words() -> None:
    assert shape("<p>Le 1<sup>er</sup> mars, <em>vidéo</em>-<b>protection</b>   du\n centre</p>")[0][3] == (
        "Le 1er mars, vidéo-protection du centre"
    )
    assert extract_html(page("<p><b>Point n° 4</b></p><p><b>Lu</b> et approuvé</p>", before="")).lines[0].bold


@pytest.mark.parametrize(
    "furniture",
    [
        "<nav><p>Vidéosurveillance : la ville vous informe de ses démarches en ligne</p></nav>",
        "<header><a href=/>Ville de Valbrune</a> Vidéosurveillance et sécurité</header>",
        "<footer>Mairie de Valbrune, vidéosurveillance, mentions légales</footer>",
        "<aside>À lire aussi : la vidéosurveillance en cinq questions</aside>",
        '<div role="navigation">Vidéosurveillance</div>',
        '<div id="tarteaucitronRoot"><p>Nous utilisons des cookies, pas de vidéosurveillance. Tout accepter</p></div>',
        '<div class="cookie-banner">Cookies et vidéosurveillance : acceptez-vous ?</div>',
        '<div class="fil-ariane"><a href=/>Accueil</a> &gt; <a href=/v>Vidéosurveillance</a></div>',
        '<div class="mainMenu"><a href=/a>Vie locale</a> <a href=/v>Vidéosurveillance</a></div>',
        '<select><option>Vidéosurveillance</option></select><script>var a = "vidéosurveillance"</script>',
        MENU.replace("Vidéoprotection", "Vidéosurveillance").replace("haut", "bloc12"),
    ],
)
@pytest.mark.parametrize("place", ["before", "after"])
def test_furniture_goes(furniture: str, place: str) -> None:
    done = extract_html(page(AGENDA, **{"before": "", place: furniture}))
    assert "vidéosurveillance" not in done.pages[0].text.lower()
    assert len(done.lines) == 5


@pytest.mark.parametrize(
    "wrapper",
    [
        '<div class="no-sidebar has-menu">{}</div>',
        '<body class="menu-open">{}',
        '<div class="page-nav-wrapper"><main>{}</main></div>',
        '<form id="aspnetForm" class="search-form">{}</form>',
        '<div id="sidebar-layout"><article>{}</article></div>',
        "<header>{}</header>",
        "<aside>{}</aside>",
        '<div class="modal-content footer-widget">{}</div>',
    ],
)
def test_content_in_an_unlucky_wrapper_stays(wrapper: str) -> None:
    done = extract_html(page(wrapper.format(AGENDA), before=""))
    assert [line.marker for line in done.lines if line.block == "li"] == ["1", "2", "3"]


def test_an_agenda_of_links_is_not_a_menu() -> None:
    items = "".join(
        f'<li><a href="/d{number}">Projet de délibération relatif au lot {number} de la halle</a></li>'
        for number in range(9)
    )
    files = "".join(f'<li><a href="/f{number}.pdf">Séance de mars</a></li>' for number in range(9))
    done = extract_html(page(f"<h1>Ordre du jour</h1><ol>{items}</ol><ul>{files}</ul>"))
    assert sum(line.block == "li" for line in done.lines) == 18


def test_the_heading_of_a_banner_is_kept() -> None:
    done = extract_html(page(AGENDA.partition("</h1>")[2], before="<header><h1>Conseil du 12 mars 2026</h1></header>"))
    assert done.lines[0].text == "Conseil du 12 mars 2026"
    assert done.lines[0].level == 1


@pytest.mark.parametrize(
    ("charset", "header", "meta"),
    [
        ("utf-8", "text/html; charset=iso-8859-1", "iso-8859-1"),
        ("cp1252", "text/html; charset=utf-8", "utf-8"),
        ("cp1252", None, "iso-8859-1"),
        ("utf-16", None, "utf-8"),
        ("iso8859-15", "text/html; charset=ISO-8859-15", ""),
    ],
)
def test_charsets_however_declared(charset: str, header: str | None, meta: str) -> None:
    body = page(AGENDA, head=f'<meta charset="{meta}">').decode().encode(charset)
    text = extract_html(body, header).pages[0].text
    assert "procès-verbal" in text and "à 18\xa0h\xa030" in text


def test_deep_and_broken_markup() -> None:
    done = extract_html(b"<div>" * 5_000 + b"<p>Au fond" + b"</span>" * 100)
    assert done.state in {"read", "failed"}
    assert extract_html(b"<ul><li>un<li>deux<table><td>trois").state == "read"
    assert extract_html(b"<html><body></body></html>").state == "failed"
    assert extract_html(b"<frameset><frame src=a></frameset>").state == "failed"


def test_pages_drawn_by_a_script_say_so() -> None:
    done = extract_html(b"<body><noscript>You need to enable JavaScript to run this app.</noscript><div id=root></div>")
    assert done.state == "failed"
    assert done.reason is not None and "script" in done.reason


def test_main_text_leaves_out_what_changes_by_itself() -> None:
    def body(day: str, visits: int, token: str) -> bytes:
        noise = f"<p>Nous sommes le {day}</p><p>Vu {visits} fois</p><p>Session {token}</p>"
        return page(AGENDA + noise, after=f"<footer>{day}</footer>")

    one = main_text(body("lundi 2 mars 2026", 14, "a3f9c2d17b604e58a1c2d3e4f5a6b7c8"))
    two = main_text(body("mardi 3 mars 2026", 982, "77bb01c2d17b604e58a1c2d3e4f5a600"))
    assert one == two
    assert "Convention pour la vidéoprotection" in one
    assert main_text(page(AGENDA.replace("18", "19"))) != main_text(page(AGENDA))
