from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from db.queries import Filters, Reader
from db.search_terms import MOST_TERMS, Term, expression, parse

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ODJ, DRAFT = "https://trepigny.example/odj.pdf", "file:/home/elu/projet.pdf"


def found(reader, text, **more):
    return sorted({row["document_url"].split("/")[-2] + "/" + row["type"] for row in reader.search(text, **more)})


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("vidéoprotection", ["trepigny.example/item", "trepigny.example/page", "elu/item"]),
        ("VIDEOPROTECTION", ["trepigny.example/item", "trepigny.example/page", "elu/item"]),
        ("videoprot*", ["trepigny.example/item", "trepigny.example/page", "elu/item"]),
        ("videoprot", []),
        ("cameras marche", ["trepigny.example/page"]),
        ('"caméras de vidéoprotection"', ["trepigny.example/page"]),
        ("«caméras de vidéoprotection»", ["trepigny.example/page"]),
        ('"vidéoprotection de caméras"', []),
        ('"place du marché" -drone', ["trepigny.example/page"]),
        ("vidéoprotection -caméras -tranche", []),
        ('vidéoprotection -"place du"', ["trepigny.example/item", "elu/item"]),
        ("d'un drone", ["elvire.example/item", "elvire.example/page"]),
        ("d’un drone", ["elvire.example/item", "elvire.example/page"]),
        ("oeuvre", ["trepigny.example/page"]),
        ("œuvre", ["trepigny.example/page"]),
        ("OEUVRE", ["trepigny.example/page"]),
        ("drone OR vidéoprotection", []),
        ("drone NOT achat", []),
        ("reconnaissance faciale", ["elu/page"]),
        ("-drone", []),
        ("", []),
    ],
)
def test_what_is_found(reader, text, wanted):
    assert found(reader, text) == sorted(wanted)


ODD = [
    '"', "'", '"""', "''", '"a', "a'b\"c", "AND", "OR", "NOT", "NEAR(a b)", "a AND", "* ", "*", "a**", "^drone",
    "title:drone", "{drone}", "(drone", "drone)", "-", "--", '-"', "+drone", "drone + achat", "\0", "a\0b", "🚁",
    "🚁 drone", "é́", "ﬁ", "%", "\\", "a" * 100_000, "a " * 50_000, '"' * 1001, "(" * 3000, "-a " * 500,
    "; DROP TABLE pages", "\ud800", "\x01\x02", "１２", "\u200b", "drone:*", "col : x", "a,b", "a.b/c", "[x]", "~", "`",
    "|", "a||b", "&", "\n", "\r\n\t",
]  # fmt: skip


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_input_never_fails(reader, text):
    reader.search(text)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(alphabet=st.characters(exclude_categories=()), max_size=30) | st.text("ab\"'*-()^:{} ANDORT", max_size=30)
)
@example('a"*"b')
@example("0\ud800")
def test_any_input_never_fails(reader, text):
    reader.search(text, limit=3)


def test_terms():
    assert parse('Vidéo* -"deux mots" «un, deux» -x') == (
        Term("Vidéo", prefix=True),
        Term("deux mots", exclude=True),
        Term("un, deux"),
        Term("x", exclude=True),
    )
    assert len(parse("mot " * 500)) == MOST_TERMS
    assert expression(parse("a -b -c")) == '("a") NOT ("b" OR "c")'
    assert expression(parse("-b")) is None


def test_a_page_row(reader):
    (row,) = reader.search("place du marché", markers=("<<", ">>"))
    assert (row["type"], row["council"], row["session_id"], row["session_date"], row["page"]) == (
        "page", "Trépigny", "s-1", "2026-03-09", 1,
    )  # fmt: skip
    assert (row["document_url"], row["item_id"]) == (ODJ, None)
    assert "<<place>> <<du>> <<Marché>>" in row["snippet"]


def test_an_item_row(reader):
    row = next(row for row in reader.search("tranche 2") if row["type"] == "item")
    assert (row["item_id"], row["item_number"], row["session_id"], row["document_url"]) == ("i-2", "2", "s-1", DRAFT)
    assert row["snippet"] == "Vidéoprotection, [tranche] [2]"


def test_an_item_of_both_archives_stands_once(reader):
    assert [row["item_id"] for row in reader.search("tranche 1")] == ["i-1"]


def test_nothing_private_for_a_public_reader(public):
    assert public.search("reconnaissance faciale") == []
    assert [row["item_id"] for row in public.search("tranche") if row["type"] == "item"] == ["i-1"]


def test_filters_and_limit(reader):
    assert found(reader, "drone", filters=Filters(councils=("commune-99001",))) == []
    assert found(reader, "drone", filters=Filters(departments=("974",), topics=("drones",))) == [
        "elvire.example/item", "elvire.example/page",
    ]  # fmt: skip
    assert found(reader, "drone", filters=Filters(min_score=0.9)) == []
    assert found(reader, "drone", filters=Filters(kinds=("agenda",), since=date(2026, 3, 8))) != []
    assert found(reader, "drone", filters=Filters(until=date(2026, 3, 7))) == []
    assert len(reader.search("vidéoprotection", limit=2)) == 2
    assert reader.search("vidéoprotection", limit=0) == []


def test_only_the_current_content_of_a_document(store, home, make):
    make.record(store, text="Ancien ordre du jour avec drone " * 10)
    make.record(store, text="Nouvel ordre du jour avec ballon " * 10, at=NOW + timedelta(hours=1))
    make.record(store, text="Compte suspendu", state="error-page", at=NOW + timedelta(hours=2))
    with Reader(home) as reader:
        assert reader.search("drone") == []
        assert len(reader.search("ballon")) == 1


def test_the_best_comes_first(store, home, make):
    make.record(store, "https://trepigny.example/1.pdf", text="un mot parmi cent autres " * 40 + " ballon")
    make.record(store, "https://trepigny.example/2.pdf", text="ballon ballon ballon")
    with Reader(home) as reader:
        assert [row["document_url"][-5] for row in reader.search("ballon")] == ["2", "1"]
