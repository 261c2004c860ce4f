"""*Trends*: what is counted, what is never added up, and the page."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from datetime import date
from html import unescape

import html5lib
import pytest

from crawler.models import Council
from db.home import Home
from db.portal import tallies
from db.portal.queries_trends import Item
from db.portal.trend_plots import Drawing
from db.portal.words import words
from db.store.archive import Store

DAY = date(2025, 3, 10)


def text_of(html: str) -> str:
    """What a reader sees: no tags, each entity as its character, spaces as spaces."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html)))


def item(number: int, result: str | None = "adopted", day: date = DAY, **more: object) -> Item:
    values: dict[str, object] = {
        "topics": ("video-surveillance",), "motion": False, "council_id": "c", "council": "Trépigny",
        "department": "29", "region": "53",
    }  # fmt: skip
    return Item(f"i-{number}", day, result, **(values | more))  # type: ignore[arg-type]


def test_spans_are_months_then_years():
    months = tallies.spans(date(2024, 11, 15), date(2025, 2, 3))
    assert months == [date(2024, 11, 1), date(2024, 12, 1), date(2025, 1, 1), date(2025, 2, 1)]
    assert [tallies.span_of(day, months) for day in (date(2024, 11, 30), date(2025, 1, 1), date(2025, 2, 28))] == [
        0,
        2,
        3,
    ]
    years = tallies.spans(date(2019, 5, 1), date(2025, 2, 3))
    assert years[0] == date(2019, 1, 1) and len(years) == 7
    assert tallies.span_of(date(2025, 12, 31), years) == 6
    one = tallies.spans(DAY, DAY)
    assert tallies.span_of(DAY, one) == 0


def test_outcomes_are_counted_where_they_are_known():
    results = ["adopted", "rejected", "adjourned", "noted", "mixed", "withdrawn", None]
    assert Counter(tallies.outcome(item(n, result)) for n, result in enumerate(results)) == {
        "adopted": 1, "rejected": 1, "other": 4, "unknown": 1,
    }  # fmt: skip
    (line,) = tallies.lines([item(n, result) for n, result in enumerate(results)], lambda one: [one.council])
    assert (line.items, line.share.part, line.share.whole) == (7, 1, 2)


def test_amounts_of_two_kinds_are_never_in_one_sum():
    items = [
        item(1, amount=100.0, role="total", tax="HT"),
        item(2, amount=50.0, role="total", tax="HT"),
        item(3, amount=120.0, role="total", tax="TTC"),
        item(4, amount=7.0, role="total", tax=None),
        item(5, amount=900.0, role="maximum", tax="HT"),
        item(6, amount=30.0, role="annual", tax="HT"),
        item(7),
    ]
    found = {(one.role, one.tax): one.euros for one in tallies.sums(items)}
    assert found == {
        ("total", "HT"): 150, ("total", "TTC"): 120, ("total", None): 7, ("maximum", "HT"): 900, ("annual", "HT"): 30,
    }  # fmt: skip
    assert tallies.sums(items)[0].role == "total"


def test_notice_counts_as_the_rule_counts_and_unknown_rules_are_apart():
    row = {"id": "commune-1", "kind": "commune", "department": "29", "population": 9000, "body": "conseil municipal"}
    rows = [
        row | {"date": "2025-03-17", "convened_on": "2025-03-11"},  # 6 days, 5 of them clear
        row | {"date": "2025-03-17", "convened_on": "2025-03-16"},
        row | {"date": "2025-03-17", "convened_on": "2025-01-01"},
        row | {"date": "2025-03-17", "convened_on": "2025-03-11", "body": "bureau"},
        row | {"id": "commune-2", "population": 3500, "date": "2025-03-17", "convened_on": "2025-03-11"},
    ]
    (found,), without = tallies.notices(rows)
    assert found.rule.days == 5 and found.rule.clear
    assert found.days == {5: 1, 0: 1, 74: 1}
    assert found.columns()[5] == 1 and found.columns()[tallies.LONGEST] == 1 and sum(found.columns()) == 3
    assert without == 2  # an internal body; a population too near the threshold


def test_small_numbers_are_said_to_be_small_and_motions_stand_apart():
    drawing = Drawing(words("fr"), tallies.spans(DAY, DAY))
    plot = drawing.rates([item(1), item(2, "rejected"), item(3, None)], [item(4, motion=True)])
    assert [row[0] for row in plot.rows] == ["Tous les points, hors vœux", "Vidéosurveillance", "Vœux et motions"]
    assert plot.rows[0][1:3] == ("1", "2")
    assert plot.notes and 'class="dot few"' in plot.svg
    many = drawing.rates([item(n) for n in range(12)], [])
    assert not many.notes and 'class="dot few"' not in many.svg
    assert drawing.rates([item(1, None)], []).svg is None


def test_money_is_set_as_the_language_wants():
    assert Drawing(words("fr"), [DAY]).euros(1234567.4) == "1\u202f234\u202f567\u202f€"
    assert Drawing(words("en"), [DAY]).euros(1234567.4) == "€1,234,567"
    assert Drawing(words("fr"), [DAY]).short_euros(1_500_000) == "1,5\u202fM€"
    assert Drawing(words("en"), [DAY]).short_euros(250_000) == "250\u202fk€"


@pytest.fixture(scope="session")
def trends_home(portal_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """With fifteen votes of the last year, four amounts and a dismissed flag."""
    home = Home(tmp_path_factory.mktemp("trends") / "home")
    shutil.copytree(portal_home.root, home.root)
    with Store(home) as store:
        store.put_council(Council("commune-99010", "Roche-Basse", "commune", "29", "53", population=9000))
        run = store.db.execute
        seen = "2026-03-01T00:00:00+00:00"
        for n in range(15):
            day, convened = f"2025-{n % 9 + 1:02}-20", f"2025-{n % 9 + 1:02}-14"
            run(
                "INSERT INTO sessions (id, council_id, body, date, status, convened_on, first_seen_at, updated_at)"
                " VALUES (?, 'commune-99010', 'conseil municipal', ?, 'held', ?, ?, ?)",
                (f"t-{n}", day, convened, seen, seen),
            )
            run(
                "INSERT INTO items (id, session_id, position, title, result, first_seen_at, updated_at)"
                " VALUES (?, ?, 1, 'Caméras', ?, ?, ?)",
                (f"ti-{n}", f"t-{n}", "rejected" if n == 0 else "adopted", seen, seen),
            )
            amount = (n * 1000.0, "total", "HT") if 1 <= n <= 4 else (None, None, None)
            run(
                "INSERT INTO flags (id, council_id, session_id, item_id, version_id, page, score, topics, excerpt,"
                " stance, amount, amount_role, amount_tax, first_seen_at, updated_at)"
                " VALUES (?, 'commune-99010', ?, ?, 1, 1, 0.9, '[\"video-surveillance\"]', '', ?, ?, ?, ?, ?, ?)",
                (f"tf-{n}", f"t-{n}", f"ti-{n}", "against" if n == 14 else None, *amount, seen, seen),
            )
        run("INSERT INTO dismissals VALUES ('tf-13', ?)", (seen,))
        store.db.conn.commit()
    return home


@pytest.fixture(scope="session")
def trends(trends_home, open_portal):
    return open_portal(home=trends_home)


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize(
    "query",
    ["", "?territory=region-53", "?territory=department-29", "?topic=drones", "?since=2010-01-01", "?until=1990-01-01"],
)
def test_the_page_is_strict_html_without_style_or_script(trends, prefix, query):
    answer = trends.get(f"{prefix}/trends{query}")
    assert answer.status_code == 200
    html5lib.HTMLParser(strict=True).parse(answer.text)
    assert " style=" not in answer.text and "<script" not in answer.text
    assert "{" not in text_of(answer.text)


def test_figures_of_the_page(trends):
    html = trends.get("/trends?territory=department-29").text
    seen = text_of(html)
    assert "14 points sur la surveillance" in seen  # the dismissed one is not among them
    assert "est un vœu ou une motion" in seen
    assert "4 points sur 14 portent un montant" in seen
    assert "4 montants, somme 10 000 €, médiane 2 500 €" in seen
    assert "12/13" in seen and "Petit nombre" in seen
    assert re.search(r"Sur 15 séances, 15 ont une convocation", seen)
    assert "médiane 5 jours francs" in seen and "L2121-12" in seen
    assert html.count('role="img"') >= 6


def test_each_plot_has_its_table_and_its_query(trends):
    html = trends.get("/trends").text
    for figure in re.findall(r"<figure.*?</figure>", html, re.S):
        assert "<table" in figure and "<summary>" in figure
    queries = {unescape(each) for each in re.findall(r'href="(/archive\?sql=[^"]+)"', html)}
    assert len(queries) == 5
    for query in queries:
        answer = trends.get(query.replace("/archive?", "/archive.json?_shape=array&"))
        assert answer.status_code == 200 and isinstance(answer.json(), list), answer.text


def test_strangers_get_no_sql(trends_home, open_portal):
    answer = open_portal(home=trends_home, public=True).get("/trends")
    assert answer.status_code == 200 and "sql=" not in answer.text


def test_nothing_is_said_honestly(trends):
    seen = text_of(trends.get("/trends?topic=biometrics").text)
    assert "0 point sur la surveillance" in seen and "Aucun point repéré dans ces séances" in seen
