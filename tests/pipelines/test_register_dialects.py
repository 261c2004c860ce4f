"""Registers of deliberations in the dialects in which they are published, and whose rows they hold."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from crawler.models import Hints, Reading
from pipelines.owners import is_own
from pipelines.read import read

ROW = {
    "COLL_NOM": "Ville de Brumeval", "COLL_SIRET": "21860194600013", "DELIB_ID": "2026-07", "DELIB_DATE": "2026-02-16",
    "DELIB_MATIERE_CODE": "6.1", "DELIB_MATIERE_NOM": "Police municipale", "DELIB_OBJET": "Usage de drones, convention",
    "PREF_DATE": "2026-02-20", "VOTE_EFFECTIF": "29", "VOTE_REEL": "27", "VOTE_POUR": "20", "VOTE_CONTRE": "7",
    "VOTE_ABSTENTION": "0", "DELIB_URL": "https://brumeval.example/d/7.pdf",
}  # fmt: skip


def table(*rows: dict[str, str], sign: str = ";", lower: bool = False, without: tuple[str, ...] = ()) -> str:
    rows = rows or (ROW,)
    names = [name for name in rows[0] if name not in without]

    def line(cells: list[str]) -> str:
        return sign.join(f'"{cell}"' if sign in cell or "\n" in cell else cell for cell in cells)

    head = line([name.lower() if lower else name for name in names])
    return "\n".join([head, *(line([row[name] for name in names]) for row in rows)]) + "\n"


def reading(text: str | bytes, name: str = "delib.csv", encoding: str = "utf-8", **hints: object) -> Reading:
    data = text if isinstance(text, bytes) else text.encode(encoding)
    told = {"url": f"https://x.example/{name}", "file_name": name, "council_name": "Brumeval", **hints}
    return read(data, None, Hints(**told), ocr=None)  # type: ignore[arg-type]


@pytest.mark.parametrize("sign", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_signs_and_encodings(sign: str, encoding: str):
    found = reading(table({**ROW, "DELIB_OBJET": "Vidéoprotection, phase 2 : écoles"}, sign=sign), encoding=encoding)
    (session,) = found.sessions
    (item,) = session.items
    assert (found.kind, session.date, session.status, item.number) == ("list", date(2026, 2, 16), "held", "2026-07")
    assert item.title == "Vidéoprotection, phase 2 : écoles" and item.theme == "Police municipale"
    assert [(vote.result, vote.for_, vote.against, vote.abstain) for vote in item.votes] == [("adopted", 20, 7, 0)]
    assert len(found.flags) == 1


@pytest.mark.parametrize("name", ["delib.csv", "download", "format=csv&resource_id=7"])
def test_a_table_without_a_name_is_told_by_its_columns(name: str):
    assert len(reading(table(sign=","), name).sessions) == 1


def test_what_excel_heeds_is_heeded():
    assert len(reading("sep=;\r\n" + table()).sessions) == 1


def test_line_ends_in_quotes_and_extra_or_missing_columns():
    row = {
        **ROW,
        "DELIB_OBJET": "Convention\nrelative aux\ndrones",
        "TYPE_SEANCE": "Commission permanente",
        "DELIB_ANNEX": "x",
    }
    found = reading(table(row, lower=True, without=("COLL_SIRET", "COLL_NOM", "DELIB_ID", "DELIB_MATIERE_CODE")))
    (session,) = found.sessions
    assert (session.body, session.items[0].title) == ("commission permanente", "Convention relative aux drones")


@pytest.mark.parametrize(
    "day",
    ["2026/02/16 00:00:00+00", "16/02/2026", "16-02-2026", "2026-02-16T00:00:00+00:00", "20260216", "16 février 2026"],
)
def test_days(day: str):
    assert reading(table({**ROW, "DELIB_DATE": day})).sessions[0].date == date(2026, 2, 16)


@pytest.mark.parametrize(
    ("head", "row", "wanted"),
    [
        (
            "AN;CONS;NUM;OBJ;LIEN",
            "2026;16/02/2026;12;Achat de drones;https://x.example/12.pdf",
            ("12", "Achat de drones", None, None),
        ),
        (
            "assemblee;date_de_la_seance;ndeg_delib;rubrique;titre;rapporteur;lien",
            "Conseil communautaire;16/02/2026;A-12;Sécurité;Achat de drones;Mme Aubry;https://x.example/12.pdf",
            ("A-12", "Achat de drones", "Sécurité", "Mme Aubry"),
        ),
        (
            "delib_id;delib_date;delib_objet;type_seance;themes",
            "12;2026-02-16;Achat de drones;Conseil communautaire;Sécurité",
            ("12", "Achat de drones", "Sécurité", None),
        ),
        (
            "Numéro de projet de délibération;Elu(s);Direction;Titre;Etat;Numéro Poseidon;"
            "Numéro de délibération;Date CM",
            "1;Anne Aubry;Police;Achat de drones;DELIBERATION EXECUTOIRE;67218;464;16/02/2026",
            ("464", "Achat de drones", None, "Anne Aubry"),
        ),
    ],
)  # fmt: skip
def test_columns_in_their_own_words(head: str, row: str, wanted: tuple[str | None, ...]):
    (session,) = reading(f"{head}\n{row}\n{row.replace('drones', 'bancs')}\n").sessions
    item = session.items[0]
    assert session.date == date(2026, 2, 16)
    assert (item.number, item.title, item.theme, item.rapporteur) == wanted


def test_assemblies_of_a_region_are_told_by_the_number():
    rows = [{**ROW, "DELIB_ID": number} for number in ("AP D 21-07-1", "CP D 21-09-38")]
    found = reading(table(*rows, without=("COLL_NOM", "COLL_SIRET")), council_kind="region", council_name="Brume")
    assert [session.body for session in found.sessions] == ["assemblée plénière", "commission permanente"]


def test_a_day_ahead_that_nobody_voted_on_is_an_agenda():
    text = "Séance;Référence;Objet;Rapporteur;Type\n17/03/2026;2026 DPSP 1;Drones : convention;Mme Aubry;PJ\n"
    text += "17/03/2026;2026 DAC 2;Théâtre;M. Roux;PJ\n"
    found = reading(text, reference_date=date(2026, 3, 2))
    (session,) = found.sessions
    assert (found.kind, session.status, session.complete) == ("agenda", "scheduled", True)
    assert reading(text, reference_date=date(2026, 4, 2)).sessions[0].status == "held"


# ---------------------------------------------------------------------- whose rows


MIXED = table(
    ROW,
    {
        **ROW, "COLL_NOM": "CA Grand Brumeval", "COLL_SIRET": "20006797700017",
        "DELIB_OBJET": "Vidéosurveillance des gares",
    },
    {**ROW, "COLL_NOM": "CCAS de Brumeval", "COLL_SIRET": "26860123400011", "DELIB_OBJET": "Aides"},
)  # fmt: skip


def test_only_this_councils_rows_are_read_and_flagged():
    found = reading(MIXED, council_id="commune-86194", council_siren="218601946")
    assert [item.title for session in found.sessions for item in session.items] == ["Usage de drones, convention"]
    assert len(found.flags) == 1 and "gares" in found.pages[0].text
    other = reading(MIXED, council_id="epci-200067977", council_kind="epci", council_name="CA Grand Brumeval")
    assert [item.title for session in other.sessions for item in session.items] == ["Vidéosurveillance des gares"]


def test_a_file_of_another_council_gives_nothing():
    found = reading(table(), council_name="Sablonville", council_siren="213502388")
    assert not found.sessions and not found.flags


def test_a_file_of_one_collectivity_under_an_unknown_name_is_taken():
    text = table({**ROW, "COLL_NOM": "Mairie"}, without=("COLL_SIRET",))
    assert len(reading(text, council_id="chez-nous").sessions) == 1


@pytest.mark.parametrize(
    ("siret", "name", "council", "own"),
    [
        ("21860194600013", "", ("commune-86194", "Poitiers", "commune", "218601946"), True),
        ("218601946", "", ("commune-86194", "Poitiers", "commune", "218601946"), True),
        ("2.1e13", "Ville de Poitiers", ("commune-86194", "Poitiers", "commune", "218601946"), True),
        ("21860195300018", "", ("commune-86194", "Poitiers", "commune", "218601946"), False),
        ("21860194600013.0", "", ("commune-86194", "Poitiers", "commune", "218601946"), True),
        ("21860194600013", "Ailleurs", ("chez-nous", "Poitiers", "commune", None), False),
        ("24420077000117", "", ("epci-244200770", "Saint-Étienne Métropole", "epci", None), True),
        ("24420077000117", "", ("epci-244200771", "Saint-Étienne Métropole", "epci", None), False),
        ("", "Rennes Métropole", ("commune-35238", "Rennes", "commune", None), False),
        ("", "Rennes Métropole", ("epci-243500139", "Rennes Métropole", "epci", None), True),
        ("", "MAIRIE DE RENNES", ("commune-35238", "Rennes", "commune", None), True),
        ("", "Communauté de communes du Pays d’Orbe", ("x", "CC Pays d'Orbe", "epci", None), True),
        ("", "", ("x", "Rennes", "commune", None), None),
    ],
)
def test_owners(siret: str, name: str, council: tuple[str, str, str, str | None], own: bool | None):
    identity, known_as, kind, siren = council
    hints = Hints(identity, known_as, kind, council_siren=siren)  # type: ignore[arg-type]
    assert is_own(siret, name, hints) is own


# ---------------------------------------------------------------------- real files


def test_real_registers(shared: Path):
    corpus = shared / "corpus" / "csv"
    hints = {"council_id": "epci-244200770", "council_name": "Saint-Étienne Métropole", "council_kind": "epci"}
    found = reading((corpus / "saint_etienne_metropole_scdl_2022.csv").read_bytes(), **hints)
    assert (found.kind, len(found.sessions)) == ("list", 3)
    items = [item for session in found.sessions for item in session.items]
    assert len(items) == 80 and sum(bool(item.votes) for item in items) >= 79
    found = reading((corpus / "montpellier" / "VilleMTP_MTP_Delibs.csv").read_bytes(), council_name="Montpellier")
    assert [(session.date, len(session.items)) for session in found.sessions] == [
        (date(2013, 11, 25), 102), (date(2013, 12, 16), 58),
    ] or sum(len(session.items) for session in found.sessions) == 160  # fmt: skip


def test_a_long_register_is_read_whole():
    row = {**ROW, "DELIB_OBJET": "Subvention au club nautique"}
    rows = [{**row, "DELIB_ID": f"{n:05}", "DELIB_DATE": f"{2006 + n // 200}-0{1 + n % 9}-16"} for n in range(3_000)]
    found = reading(table(*rows))
    assert found.state == "read" and sum(len(session.items) for session in found.sessions) == 3_000
