"""SCDL "Délibérations": what is written is valid, and only what documents print is written.

The schema's own rules, checked here by a validator of our own: required, type, pattern, and its custom checks.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from crawler.models import Outcome, Part, Vote
from db.export_scdl import write_scdl
from db.filters import EVERYTHING
from db.queries import Filters, Reader
from db.scdl_act import FIELDS, Act, code_in, is_siret, nomenclature, record, siret_in, votes_in

SIREN = "219901234"


def siret(siren: str, service: int = 1) -> str:
    """A SIRET of a SIREN, with its check digit."""
    return next(text for end in range(10) if is_siret(text := f"{siren}{service:04}{end}"))


OWN = siret(SIREN)


def validate(text: str, schema: dict) -> list[str]:
    """What the Table Schema finds wrong with a CSV file; its custom checks as Validata has them."""
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    problems = []
    names = [field["name"] for field in schema["fields"]]
    if next(csv.reader(io.StringIO(text, newline=""))) != names:
        problems.append("header")
    for number, row in enumerate(rows, 2):
        for field in schema["fields"]:
            value, constraints = row[field["name"]], field.get("constraints", {})
            where = f"{number} {field['name']} {value!r}"
            if not value:
                problems += [f"{where}: required"] if constraints.get("required") else []
                continue
            if "pattern" in constraints and not re.search(constraints["pattern"], value):
                problems.append(f"{where}: pattern")
            if field["type"] == "integer" and not re.fullmatch(r"[+-]?\d+", value):
                problems.append(f"{where}: integer")
            if field["type"] == "date":
                date.fromisoformat(value)
            if field.get("format") == "uri" and not re.match(r"[a-z]+://\S+$", value):
                problems.append(f"{where}: uri")
        problems += [f"{number}: {problem}" for problem in custom(row, schema.get("custom_checks", ()))]
    return problems


def custom(row: dict, checks: list[dict]) -> list[str]:
    found = []
    for check in checks:
        params, column = check["params"], row[check["params"]["column"]]
        match check["name"]:
            case "french-siret-value":
                bad = not is_siret(column)
            case "year-interval-value":
                bad = bool(column) and not re.fullmatch(r"\d{4}(/\d{4})?", column)
            case "cohesive-columns-value":
                bad = len({bool(column), *(bool(row[name]) for name in params["othercolumns"])}) == 2
            case "compare-columns-value":
                other = row[params["column2"]]
                numeric = column.isdigit() and other.isdigit()
                bad = bool(column and other) and not ((int(column) >= int(other)) if numeric else column >= other)
            case "sum-columns-value":
                bad = bool(column) and int(column) != sum(int(row[name] or 0) for name in params["columns"])
            case "nomenclature-actes-value":
                bad = column.partition("/")[0] not in nomenclature()[0].values() or "/" not in column
            case name:
                raise AssertionError(f"no such check: {name}")
        found += [f"{check['name']} {params['column']} {column!r}"] if bad else []
    return found


@pytest.fixture(scope="module")
def schemas(shared: Path) -> list[dict]:
    """Both versions of the schema that are at hand; the older one has no custom checks, and narrower names."""
    folder = shared / "corpus" / "csv"
    found = [
        json.loads((folder / f"scdl_deliberations_schema_{n}.json").read_text("utf-8")) for n in ("2.1.5", "2.0.0")
    ]
    assert found[0]["version"] == "2.1.5"
    return found


REGISTER = f"""Trépigny
{OWN}
2026-014
2026-01-10
6.1
Police municipale
=Vidéoprotection, place du Marché
45
40
35
3
2
"""
DELIBERATION = "Extrait du registre\nNomenclature Actes : 7.5 – Subventions\nLe conseil adopte la subvention.\n"


@pytest.fixture
def voted(world, home, make):
    """A register with one complete act, a deliberation, minutes, a rejected act and a delegated decision."""
    texts = {"list": REGISTER, "deliberation": DELIBERATION, "minutes": "Procès-verbal " * 20}
    keys = {}
    for kind, text in texts.items():
        made = make.record(world, f"https://trepigny.example/{kind}.pdf", text=text, kind=kind)
        keys[kind] = f"public:{made.version_id}"

    def item(number: int, kind: str, printed: str, title: str, result="adopted", counts=(35, 3, 2), **more):
        vote = Vote(result, *counts, False, keys[kind], 1)
        return make.item(
            number, session_id="s-6", number=printed,
            title=title, version_id=keys[kind], versions=(keys[kind],), votes=(vote,),
            outcome=Outcome(result, *counts),
            parts=(Part(keys[kind], (1, 0), (1, len(texts[kind]))),), **more,
        )  # fmt: skip

    items = (
        item(61, "list", "2026-014", "=Vidéoprotection,\n place du Marché"),
        item(62, "deliberation", "2026-015", "Subvention au club", counts=(None, None, None)),
        item(63, "minutes", "3", "Fibre"),
        item(64, "deliberation", "2026-016", "Drones", result="rejected"),
        item(65, "deliberation", "2026-017", "Louage", decided=True),
    )
    session = make.session(6, date=date(2026, 1, 10), status="held", items=items, versions=tuple(keys.values()))
    world.save_facts(make.facts(session), make.item().first_seen_at)
    return home


def written(home, filters=EVERYTHING, sirens=None, sirets=None):
    stream = io.StringIO(newline="")
    with Reader(home, private=False) as reader:
        known = {"commune-99001": SIREN} if sirens is None else sirens
        answer = write_scdl(reader, filters, stream, known, sirets or {})
    return stream.getvalue(), answer


def test_only_what_is_known_is_written_and_it_is_valid(voted, schemas):
    text, (count, left_out, why) = written(voted)
    for schema in schemas:
        assert validate(text, schema) == []
    first, second = csv.DictReader(io.StringIO(text, newline=""))
    assert count == 2
    assert first == dict.fromkeys(FIELDS, "") | {
        "COLL_NOM": "Trépigny", "COLL_SIRET": OWN,
        "DELIB_ID": "2026-014", "DELIB_DATE": "2026-01-10",
        "DELIB_MATIERE_CODE": "6.1", "DELIB_MATIERE_NOM": "libertés publiques et pouvoirs de police/police municipale",
        "DELIB_OBJET": "'=Vidéoprotection, place du Marché", "VOTE_EFFECTIF": "45",
        "VOTE_REEL": "40", "VOTE_POUR": "35",
        "VOTE_CONTRE": "3", "VOTE_ABSTENTION": "2",
    }  # fmt: skip
    # its SIRET stands in another document of the council; its votes are printed nowhere
    assert (second["COLL_SIRET"], second["DELIB_MATIERE_NOM"]) == (OWN, "finances locales/subventions")
    assert second["DELIB_URL"] == "https://trepigny.example/deliberation.pdf"
    assert [second[name] for name in FIELDS if name.startswith("VOTE")] == [""] * 5
    assert left_out == 3
    assert {"not adopted", "decided by delegation", "number of the deliberation not known"} <= set(why)


def test_without_a_siret_nothing_is_made_up(voted, schemas):
    text, (count, _, why) = written(voted, sirens={})
    assert (count, text) == (0, ",".join(FIELDS) + "\r\n")
    assert why["SIRET not known"] >= 5
    text, (count, *_) = written(voted, sirens={}, sirets={"commune-99001": OWN})
    assert count == 2
    assert validate(text, schemas[0]) == []


def test_filters(voted):
    assert written(voted, Filters(since=date(2026, 2, 1)))[1][0] == 0
    assert written(voted, Filters(departments=("99",)))[1][0] == 2
    assert written(voted, Filters(councils=("commune-99002",)))[1] == (0, 0, Counter())


def test_the_validator_sees_what_is_wrong(schemas):
    good = dict(zip(FIELDS, ["V", OWN, "1", "2026-01-10", "6.1", "urbanisme/x", "o"], strict=False))
    for field, value, word in (
        ("COLL_SIRET", "123", "pattern"), ("COLL_SIRET", "1" * 14, "french-siret"), ("DELIB_ID", "", "required"),
        ("DELIB_MATIERE_CODE", "61", "pattern"), ("DELIB_MATIERE_NOM", "Police", "nomenclature"),
        ("VOTE_POUR", "trois", "integer"), ("VOTE_POUR", "3", "cohesive"), ("DELIB_URL", "x y", "uri"),
    ):  # fmt: skip
        stream = io.StringIO(newline="")
        writer = csv.DictWriter(stream, FIELDS)
        writer.writeheader()
        writer.writerow(good | {field: value})
        assert any(word in problem for problem in validate(stream.getvalue(), schemas[0])), field


def test_sirets():
    assert is_siret("21860194600013")  # the example of the schema
    assert not is_siret("21860194600014")
    assert not is_siret("2186019460001")
    assert not is_siret("２1860194600013")
    other = siret(SIREN, 2)
    supplier = siret("552100554")
    assert siret_in([f"SIRET {OWN}, fournisseur {supplier}"], SIREN) == OWN
    assert siret_in([f"{OWN} et {other}"], SIREN) is None
    assert siret_in([OWN], None) is None
    assert siret_in([f"9{OWN}"], SIREN) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Nomenclature : 6.1 – Police municipale", "6.1"),
        ("Matière de l’acte : 7.10 divers", "7.10"),
        ("Classification Actes n° 1.1", "1.1"),
        ("a\n6.1\nb", "6.1"),
        ("Nomenclature : 6.1\nNomenclature : 7.5", None),
        ("Nomenclature : 6.9", None),
        ("Nomenclature : 6.1.2", None),
        ("en matière de voirie 8.3 kilomètres", None),
        ("article 6.1 du règlement", None),
    ],
)
def test_codes(text, code):
    assert code_in([text]) == code


def test_votes_must_add_up():
    text = "45\n40\n35\n3\n2\n"
    assert votes_in([text], (35, 3, 2))["VOTE_EFFECTIF"] == "45"
    assert votes_in([text], (35, 3, None)) == {}
    assert votes_in([text], (34, 3, 2)) == {}
    assert votes_in(["45\n41\n35\n3\n2\n"], (35, 3, 2)) == {}
    assert votes_in(["39\n40\n35\n3\n2\n"], (35, 3, 2)) == {}


def test_reasons_are_all_told():
    _, why = record(Act("V", None, None, None, False, None, "x", None, (None, None, None), True, None))
    assert len(why) == 6
