"""Tables without rules and texts side by side, and what only looks like them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from reportlab.pdfgen.canvas import Canvas

from crawler.models import Hints
from pipelines.read import read as read_document

from .conftest import HEAD, ITEMS, cells, column, pdf, put, read, texts

NAMES = ("N°", "Objet", "Rapporteur")
POINTS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("1", ("Approbation du procès-verbal de la séance du", "12 février 2026"), "M. TESTUT"),
    (
        "2",
        ("Extension du dispositif de vidéoprotection de la", "gare et de ses abords : plan de financement"),
        "Mme ESSAI",
    ),
    ("3", ("Budget primitif 2026",), "M. BANC"),
    ("4", ("Acquisition de caméras-piétons pour la police", "municipale et demande de subvention"), "Mme ESSAI"),
    ("5", ("Tableau des effectifs",), "M. TESTUT"),
)
ROWS = [[number, " ".join(lines), name] for number, lines, name in POINTS]
EDGES = (60, 120, 430)


def table(canvas: Canvas, *, middle: bool = False, by_column: bool = False) -> None:
    """The points without a rule, drawn row by row or column by column, their numbers at the top or in the middle."""
    pieces: list[list[tuple[float, float, str]]] = [[], [], []]
    top = 150.0
    for number, lines, name in POINTS:
        level = top + 6.5 * (len(lines) - 1) * middle
        pieces[0].append((EDGES[0], level, number))
        pieces[1] += [(EDGES[1], top + 13 * place, text) for place, text in enumerate(lines)]
        pieces[2].append((EDGES[2], level, name))
        top += 13 * len(lines) + 9
    drawn = [piece for group in pieces for piece in group]
    for piece in drawn if by_column else sorted(drawn, key=lambda piece: (round(piece[1] / 30), piece[0], piece[1])):
        put(canvas, *piece)


@pytest.mark.parametrize("by_column", [False, True], ids=["by rows", "by columns"])
@pytest.mark.parametrize("middle", [False, True], ids=["top", "middle"])
@pytest.mark.parametrize("named", [False, True], ids=["bare", "with header"])
def test_points_in_columns(*, named: bool, middle: bool, by_column: bool) -> None:
    def draw(canvas: Canvas) -> None:
        column(canvas, HEAD, top=60)
        for x, name in zip(EDGES, NAMES if named else (), strict=False):
            put(canvas, x, 128, name, font="Helvetica-Bold")
        table(canvas, middle=middle, by_column=by_column)

    done = read(draw)
    assert cells(done) == ([list(NAMES)] if named else []) + ROWS
    assert texts(done, "p") == list(HEAD)


def test_what_the_agenda_makes_of_it() -> None:
    def draw(canvas: Canvas) -> None:
        column(canvas, HEAD, top=60)
        table(canvas)

    reading = read_document(pdf(draw), None, Hints(), ocr=None)
    (session,) = reading.sessions
    assert [(item.number, item.title) for item in session.items] == [(row[0], row[1]) for row in ROWS]
    assert {(flag.item, flag.topics) for flag in reading.flags} == {
        (1, ("video-surveillance",)),
        (3, ("body-cameras",)),
    }


def test_titles_that_hold_their_number() -> None:
    votes = ("Adopté à l'unanimité", "Adopté (21 pour, 4 contre)", "Rejeté", "Adopté", "Retiré")

    def draw(canvas: Canvas) -> None:
        column(canvas, ITEMS)
        column(canvas, votes, x=430)

    assert cells(read(draw)) == [
        [f"{place}.", item.split(" ", 1)[1], vote]
        for place, (item, vote) in enumerate(zip(ITEMS, votes, strict=True), start=1)
    ]


def test_themes_between_the_points() -> None:
    def draw(canvas: Canvas) -> None:
        for place, row in enumerate((("", "FINANCES", ""), *ROWS[:2], ("", "SÉCURITÉ", ""), *ROWS[2:])):
            for x, text in zip(EDGES, (row[0], row[1][:45], row[2]), strict=True):
                put(canvas, x, 100 + 20 * place, text)

    found = cells(read(draw))
    assert [row[0] for row in found] == ["FINANCES", "1", "2", "SÉCURITÉ", "3", "4", "5"]


UNLIKE = {
    "form": [
        ("Date de la séance :", "12 mars 2026"),
        ("Heure :", "18 h 30"),
        ("Lieu :", "salle du conseil"),
        ("Maire :", "M. BANC"),
    ],
    "signatures": [("Le secrétaire de séance", "Le Maire"), ("Paule ESSAI", "Jean TESTUT"), ("(signé)", "(signé)")],
    "budget": [
        ("011", "Charges générales", "448 950,00 €"),
        ("012", "Personnel", "657 200,00 €"),
        ("013", "Produits", "114 500,00 €"),
    ],
    "attendance": [
        ("M. TESTUT Jean", "X", ""),
        ("Mme ESSAI Paule", "", "M. TESTUT"),
        ("M. BANC Luc", "X", ""),
        ("M. NOTE Paul", "X", ""),
    ],
    "articles": [
        ("Article 1 :", "le projet est approuvé"),
        ("Article 2 :", "le maire est autorisé"),
        ("Article 3 :", "il est inscrit"),
    ],
}


@pytest.mark.parametrize("rows", UNLIKE.values(), ids=UNLIKE)
def test_what_only_looks_like_points_stays(rows: Sequence[Sequence[str]]) -> None:
    def draw(canvas: Canvas) -> None:
        for place, row in enumerate(rows):
            for x, text in zip((60, 250, 430), row, strict=False):
                put(canvas, x, 100 + 18 * place, text)

    done = read(draw)
    assert not cells(done)
    assert " ".join(texts(done)).split() == [word for row in rows for text in row for word in text.split()]


LEFT = ("ORDRE DU JOUR", "1. Approbation du procès-verbal", "2. Extension de la vidéoprotection", "de la gare")
LEFT += ("3. Budget primitif 2026", "4. Tarifs de la cantine")
RIGHT = ("5. Convention avec le département", "pour la voirie communale", "6. Caméras-piétons", "7. Subventions")
RIGHT += ("8. Personnel communal", "9. Questions diverses")
PROSE = (
    ("Le conseil municipal est invité à", "examiner le projet d'extension du", "dispositif de vidéoprotection de la",
     "commune, qui comprend la pose de", "douze caméras aux abords de la gare"),
    ("La commission des finances a rendu", "un avis favorable le 2 mars 2026", "et le plan de financement prévoit une",
     "subvention de l'État au titre du", "fonds interministériel."),
)  # fmt: skip


@pytest.mark.parametrize("both", [(LEFT, RIGHT), PROSE], ids=["agenda", "prose"])
def test_two_texts_drawn_across_are_read_down(both: tuple[Sequence[str], Sequence[str]]) -> None:
    def draw(canvas: Canvas) -> None:
        put(canvas, 60, 60, "Conseil municipal du 12 mars 2026")
        for place, (one, two) in enumerate(zip(*both, strict=True)):
            put(canvas, 60, 120 + 16 * place, one)
            put(canvas, 330, 120 + 16 * place, two)

    assert texts(read(draw)) == ["Conseil municipal du 12 mars 2026", *both[0], *both[1]]


def test_a_box_in_small_print_comes_after_the_text_beside_it() -> None:
    box = [
        "Le Maire",
        "Jean Testut",
        "Les adjoints",
        "Paule Essai",
        "Les services",
        "Direction générale",
        "Accueil",
        "Place",
    ]

    def draw(canvas: Canvas) -> None:
        for place, (small, large) in enumerate(zip(box, (*HEAD, *ITEMS), strict=True)):
            put(canvas, 40, 80 + 18 * place, small, 8)
            put(canvas, 200, 80 + 18 * place, large)

    assert texts(read(draw)) == [*HEAD, *ITEMS, *box]


def test_wide_lines_are_not_columns() -> None:
    text = "le conseil municipal est invité à examiner le projet qui lui est soumis ce jour par le maire"
    words = text.split()

    def draw(canvas: Canvas) -> None:
        for place in range(20):
            x = 60.0
            for word in words[place % 5 : place % 5 + 8]:
                x = put(canvas, x, 80 + 15 * place, word) + 13

    assert len(texts(read(draw))) == 20


def test_a_stamp_that_is_drawn_after_a_line_does_not_go_on_with_it() -> None:
    def draw(canvas: Canvas) -> None:
        column(canvas, ITEMS, top=500)
        put(canvas, 330, 20, "Envoyé en préfecture le 24/09/2025", 7)

    done = read(draw)
    assert texts(done, "stamp") == ["Envoyé en préfecture le 24/09/2025"]
    assert texts(done, "p") == list(ITEMS)
