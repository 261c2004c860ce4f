"""Registers of deliberations: a spreadsheet whose columns say what each cell is."""

from __future__ import annotations

import io
from datetime import date

import pytest
from openpyxl import Workbook

from crawler.models import Hints, Reading
from pipelines.read import read

SCDL = """NOM;DELIB_ID;DELIB_DATE;DELIB_MATIERE_NOM;DELIB_OBJET;PREF_DATE;REEL;VOTE_POUR;VOTE_CONTRE;VOTE_ABSTENTION
Brumeval;2026-05;2026-01-19;Sécurité;Création d’un centre de supervision urbain (CSU);2026-01-22;27;22;3;2
Brumeval;2026-06;2026-01-19;;Régime indemnitaire des agents de l’état civil;2026-01-22;27;27;0;0
Brumeval;2026-07;2026-02-16;Sécurité;Usage de drones par la police municipale;2026-02-18;27;10;17;0
"""


def reading(data: bytes, name: str) -> Reading:
    return read(data, None, Hints(url=f"file:{name}", file_name=name), ocr=None)


def workbook(*rows: list[object]) -> bytes:
    book, stream = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


def test_the_national_schema_gives_sessions_items_and_votes():
    found = reading(SCDL.encode("cp1252"), "delib.csv")
    assert found.kind == "list"
    assert [(one.date, one.status, len(one.items)) for one in found.sessions] == [
        (date(2026, 1, 19), "held", 2),
        (date(2026, 2, 16), "held", 1),
    ]
    first, second = found.sessions[0].items
    assert (first.number, first.title, first.theme) == (
        "2026-05", "Création d’un centre de supervision urbain (CSU)", "Sécurité",
    )  # fmt: skip
    votes = [(one.result, one.for_, one.against, one.abstain, one.unanimous) for one in (*first.votes, *second.votes)]
    assert votes == [("adopted", 22, 3, 2, False), ("adopted", 27, 0, 0, True)]
    assert second.theme is None
    assert found.sessions[1].items[0].votes[0].result == "rejected"
    assert sorted((flag.session, flag.item) for flag in found.flags) == [(0, 0), (1, 0)]


def test_columns_are_told_by_their_names_and_an_empty_cell_moves_none():
    data = workbook(
        ["Communauté de communes – conseil communautaire"],
        ["Numéro", "Date de séance", "Objet", "Rapporteur", "Résultat"],
        ["DEL-1", date(2026, 2, 16), "Débat d’orientation budgétaire", None, "Prend acte"],
        ["DEL-2", None, "Maintenance des caméras de vidéoprotection", "M. Aubry", "Adoptée à l’unanimité"],
        [None, None, "Total", None, None],
    )
    session = reading(data, "liste.xlsx").sessions[0]
    assert (session.body, session.date) == ("conseil communautaire", date(2026, 2, 16))
    assert [(item.number, item.rapporteur, item.votes[0].result) for item in session.items[:2]] == [
        ("DEL-1", None, "noted"), ("DEL-2", "M. Aubry", "adopted"),
    ]  # fmt: skip


def test_without_a_column_of_dates_the_session_above_the_table_is_meant():
    data = workbook(
        ["SÉANCE DU CONSEIL MUNICIPAL DU 2 MARS 2026"],
        ["N° délibération", "Intitulé", "Vote"],
        [1, "Garantie d’emprunt", "Unanimité"],
        [2, "Reconnaissance faciale aux lycées : motion", "Pour : 15 Contre : 10"],
    )
    found = reading(data, "liste.xlsx")
    (session,) = found.sessions
    assert (found.kind, session.date, session.status) == ("list", date(2026, 3, 2), "held")
    assert [(one.result, one.for_, one.against) for item in session.items for one in item.votes] == [
        ("adopted", None, None), ("adopted", 15, 10),
    ]  # fmt: skip


def test_empty_cells_of_an_opendocument_sheet_move_none():
    def row(*cells: str) -> str:
        return f"<table:table-row>{''.join(cells)}</table:table-row>"

    def cell(text: str) -> str:
        return f"<table:table-cell><text:p>{text}</text:p></table:table-cell>"

    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    rows = row(*map(cell, ("Numéro", "Date", "Thème", "Rapporteur", "Objet"))) + row(
        cell("7"), cell("16/02/2026"), '<table:table-cell table:number-columns-repeated="2"/>', cell("Achat de drones")
    )
    data = (
        f'<office:document {names} office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:body>'
        f"<office:spreadsheet><table:table>{rows}</table:table></office:spreadsheet></office:body></office:document>"
    )
    (session,) = reading(data.encode(), "liste.fods").sessions
    assert [(item.number, item.title, item.theme) for item in session.items] == [("7", "Achat de drones", None)]


@pytest.mark.parametrize(
    ("cell", "vote"),
    [
        ("Adoptée 20 pour 3 contre", ("adopted", 20, 3, None)),
        ("Adoptée à la majorité 20 pour 3 contre 2 abstentions", ("adopted", 20, 3, 2)),
        ("20 pour / 3 contre / 1 abstention", ("adopted", 20, 3, 1)),
        ("Pour 20 Contre 3", ("adopted", 20, 3, None)),
        ("Rejeté 5 pour 20 contre", ("rejected", 5, 20, None)),
        ("Retirée", ("withdrawn", None, None, None)),
    ],
)
def test_terse_cells_are_told_apart(cell, vote):
    data = workbook(["N°", "Date", "Objet", "Vote"], ["1", "16/02/2026", "Subvention au club nautique", cell])
    (item,) = reading(data, "liste.xlsx").sessions[0].items
    assert [(one.result, one.for_, one.against, one.abstain) for one in item.votes] == [vote]


@pytest.mark.parametrize(
    "rows",
    [
        (["Nom", "Date de naissance", "Adresse"], ["Lavoir", "16/02/1890", "rue Haute"]),
        (["Article", "Libellé", "Montant"], ["6135", "Locations mobilières", "12 000"]),
        (["Titre", "Auteur"], ["Les oiseaux de la baie", "A. Rivoal"]),
    ],
)
def test_other_tables_are_no_registers(rows):
    assert reading(workbook(*rows), "table.xlsx").sessions == ()
