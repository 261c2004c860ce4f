"""What a text layer says otherwise than the page shows."""

from __future__ import annotations

import pytest
from reportlab.pdfgen.canvas import Canvas

from pipelines.text.drafts import Draft, clean
from pipelines.text.mending import mend

from .conftest import HEAD, HEIGHT, ITEMS, agenda, column, put, read, texts

SMALL = 6.5


def raised(canvas: Canvas, top: float, *parts: str, rise: float = 4.5) -> None:
    """Parts in turns on the line and above it, as word processors draw "1er"."""
    x = 60.0
    for place, part in enumerate(parts):
        x = put(canvas, x, top - rise * (place % 2), part, SMALL if place % 2 else 11)


def test_raised_ends_of_words_stay_in_their_line() -> None:
    def draw(canvas: Canvas) -> None:
        raised(canvas, 100, "Séance du mardi 1", "er", " septembre 2026 à 18 h 30")
        raised(canvas, 130, "1. Travaux de la 2", "e", " tranche, n", "o", " 12, 350 m", "2", " de terrain")
        raised(canvas, 160, "2. Élection du 3", "ème", " adjoint et de la 1", "ère", " vice-présidente", rise=6)

    assert texts(read(draw)) == [
        "Séance du mardi 1er septembre 2026 à 18 h 30",
        "1. Travaux de la 2e tranche, no 12, 350 m2 de terrain",
        "2. Élection du 3ème adjoint et de la 1ère vice-présidente",
    ]


def test_a_raised_end_drawn_last_stands_where_it_is_printed() -> None:
    def draw(canvas: Canvas) -> None:
        x = put(canvas, 60, 100, "Séance du mardi 1")
        put(canvas, x + canvas.stringWidth("er", "Helvetica", SMALL), 100, " septembre 2026 à 18 h 30")
        put(canvas, x, 95, "er", SMALL)
        column(canvas, ITEMS, top=140)

    assert texts(read(draw))[0] == "Séance du mardi 1er septembre 2026 à 18 h 30"


@pytest.mark.parametrize("shifts", [(0.0, 0.3, 0.6), (0.0, 0.0), (1.0, 0.0)], ids=["bold", "hidden layer", "shadow"])
def test_a_page_drawn_again_is_read_once(shifts: tuple[float, ...]) -> None:
    def draw(canvas: Canvas) -> None:
        for shift in shifts:
            column(canvas, (*HEAD, *ITEMS), x=60 + shift, top=80 + shift)

    done = read(draw)
    assert texts(done) == [*HEAD, *ITEMS]
    assert all(line.bold for line in done.lines) == (shifts[0] != shifts[1])


def test_the_same_words_elsewhere_on_the_page_are_said_again() -> None:
    done = read(lambda canvas: column(canvas, ["Adopté à l'unanimité", "Objet suivant", "Adopté à l'unanimité"]))
    assert texts(done).count("Adopté à l'unanimité") == 2


def test_letters_that_are_there_twice() -> None:
    lines = [
        Draft("CCOONNSSEEIILL MMUUNNIICCIIPPAALL"),
        Draft("22.. VVIIDDÉÉOOPPRROOTTEECCTTIIOONN"),
        Draft("Anne, été"),
    ]
    assert [line.text for line in mend(lines)] == ["CONSEIL MUNICIPAL", "2. VIDÉOPROTECTION", "Anne, été"]


@pytest.mark.parametrize("charset", ["cp1252", "cp1250", "mac_roman", "cp850"])
def test_a_layer_in_the_wrong_charset(charset: str) -> None:
    said = ["Délibération : vidéoprotection à la gare", "Création d’un comité d’éthique", "Cœur de ville n° 3"]
    lines = [Draft(clean(text.encode().decode(charset, "replace"))) for text in said]
    assert [line.text for line in mend(lines)] == said


def test_the_ti_that_a_font_lost() -> None:
    page = ["Construc?on d'un gymnase à l'été", "Délibéra\ufffdon relative à la sécurité", "Pourquoi la vidéo ?"]
    page += ["Est-ce bon ?on verra, dit M. Préau"]
    assert [line.text for line in mend([Draft(text) for text in page])] == [
        "Construction d'un gymnase à l'été",
        "Délibération relative à la sécurité",
        "Pourquoi la vidéo ?",
        "Est-ce bon ?on verra, dit M. Préau",
    ]


def test_where_accents_were_lost_a_question_mark_may_be_one() -> None:
    page = ["D?lib?ration du cam?l?on et du n?on", "S?ance du pi?ton"]
    assert [line.text for line in mend([Draft(text) for text in page])] == page


@pytest.mark.parametrize(
    ("printed", "stored"),
    [
        ("protecƟon, aƩente", "protection, attente"),
        ("ﬁlière, eﬀectif, oﬃce", "filière, effectif, office"),
        ("vid´eoprotection, proc`es, ˆetre, gar¸con", "vidéoprotection, procès, être, garçon"),
        ("d´un accord, l´école", "d´un accord, l´école"),
        ("vidéopro\u00ad", "vidéopro-"),
        ("vidéopro\u2010", "vidéopro-"),
        ("vidéo\u00adsurveillance", "vidéosurveillance"),
        ("𝐕𝐢𝐝𝐞𝐨 ＰＲＯＪＥＴ", "Video PROJET"),
        ("12\u202f500\u00a0€, n°\u00a03", "12\u202f500\u00a0€, n°\u00a03"),
    ],
)
def test_one_line_as_it_is_stored(printed: str, stored: str) -> None:
    assert clean(printed) == stored


def test_letter_spaced_headings_keep_their_words() -> None:
    def draw(canvas: Canvas) -> None:
        put(canvas, 60, 60, "C O N S E I L   M U N I C I P A L")
        for place, letter in enumerate("ORDRE DU JOUR"):
            put(canvas, 60 + 16 * place, 85, letter)
        column(canvas, ITEMS, top=120)

    assert texts(read(draw))[:2] == ["C O N S E I L  M U N I C I P A L", "O R D R E  D U  J O U R"]


def test_text_up_the_side_and_watermarks_are_no_lines_of_the_document() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.translate(25, 300)
        canvas.rotate(90)
        put(canvas, 0, HEIGHT, "Commune de Valbrune, registre des délibérations, feuillet 12", 8)
        canvas.restoreState()
        canvas.saveState()
        canvas.translate(150, 250)
        canvas.rotate(45)
        put(canvas, 0, HEIGHT, "PROJET", 90)
        canvas.restoreState()
        agenda(canvas)

    done = read(draw)
    assert texts(done, "p") == [*HEAD, *ITEMS]
    assert set(texts(done, "running")) == {"Commune de Valbrune, registre des délibérations, feuillet 12", "PROJET"}


def test_a_page_that_is_all_sideways_is_read() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.translate(595, 0)
        canvas.rotate(90)
        for place, text in enumerate((*HEAD, *ITEMS)):
            put(canvas, 60, HEIGHT - 500 + 18 * place, text)

    assert texts(read(draw), "p") == [*HEAD, *ITEMS]


def test_a_watermark_drawn_in_the_middle_ends_the_line() -> None:
    def draw(canvas: Canvas) -> None:
        column(canvas, (*HEAD, *ITEMS[:2]))
        canvas.saveState()
        canvas.translate(150, 300)
        canvas.rotate(45)
        put(canvas, 0, HEIGHT, "DOCUMENT DE TRAVAIL", 60)
        canvas.restoreState()
        column(canvas, ITEMS[2:], top=80 + 18 * 5)

    assert texts(read(draw), "p") == [*HEAD, *ITEMS]
