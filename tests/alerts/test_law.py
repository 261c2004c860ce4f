"""The calendar of the law, on the edges where people miscount."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import law
from crawler.models import Council


def council(kind: str = "commune", population: int | None = 12_000, department: str = "29", id: str = "x") -> Council:
    return Council(id=id, name="Ville Exemple", kind=kind, population=population, department=department)


@pytest.mark.parametrize(
    ("place", "body", "days", "clear", "article"),
    [
        (council(population=900), "conseil municipal", 3, True, "L2121-11"),
        (council(), "conseil municipal", 5, True, "L2121-12"),
        (council(population=900, department="67"), "conseil municipal", 3, False, "L2541-2"),
        (council(department="67"), "conseil municipal", 5, True, "L2121-12"),
        (council("epci", 2_100), "conseil communautaire", 5, True, "L5211-1"),
        (council("ept", 300_000), None, 5, True, "L5211-1"),
        (council("departement", 500_000), "conseil départemental", 12, False, "L3121-19"),
        (council("region", 3_000_000), "assemblée plénière", 12, False, "L4132-18"),
    ],
)
def test_who_must_be_convened_how_long_before(place, body, days, clear, article):
    rule = law.notice(place, body, date(2026, 3, 12))
    assert rule is not None
    assert (rule.days, rule.clear) == (days, clear)
    assert article in rule.article
    assert rule.text


@pytest.mark.parametrize(
    ("place", "body"),
    [
        (council("departement"), "commission permanente"),  # its own rules
        (council("epci"), "bureau communautaire"),
        (council(population=None), "conseil municipal"),
        (council(population=3_490), "conseil municipal"),  # another census may say otherwise
        (council(population=3_560), "conseil municipal"),
        (council(department="988"), "conseil municipal"),
        (council("collectivite", department="978"), "conseil territorial"),
        (council("collectivite", id="epci-200046977", department="69"), "conseil métropolitain"),
    ],
)
def test_nothing_is_stated_where_it_cannot_be_known(place, body):
    assert law.notice(place, body, date(2026, 3, 12)) is None


def test_a_meeting_on_friday_is_convened_on_monday():
    small = law.notice(council(population=900), "conseil municipal", date(2026, 3, 13))
    assert small is not None
    assert small.latest(date(2026, 3, 13)) == date(2026, 3, 9)
    assert small.given(date(2026, 3, 9), date(2026, 3, 13)) == 3


@pytest.mark.parametrize(
    ("session", "latest"),
    [
        (date(2026, 3, 16), date(2026, 3, 10)),  # a Monday: Saturday and Sunday count
        (date(2026, 5, 4), date(2026, 4, 28)),  # over 1 May
        (date(2027, 1, 4), date(2026, 12, 29)),  # over the end of the year
        (date(2028, 3, 3), date(2028, 2, 26)),  # over 29 February
    ],
)
def test_five_clear_days(session, latest):
    rule = law.notice(council(), "conseil municipal", session)
    assert rule is not None
    assert rule.latest(session) == latest
    assert rule.given(latest, session) == 5
    assert rule.given(latest + timedelta(days=1), session) == 4


def test_twelve_days_are_no_clear_ones():
    rule = law.notice(council("departement"), "conseil départemental", date(2026, 6, 26))
    assert rule is not None
    assert rule.latest(date(2026, 6, 26)) == date(2026, 6, 14)


@pytest.mark.parametrize(("kind", "clear"), [("departement", True), ("region", True), ("commune", True)])
def test_what_is_left_in_an_emergency_is_a_clear_day(kind, clear):
    rule = law.notice(council(kind), None, date(2026, 6, 26))
    assert rule is not None
    assert (rule.urgent_days, rule.urgent_clear) == (1, clear)


def test_given_is_never_negative():
    rule = law.notice(council(), "conseil municipal", date(2026, 3, 12))
    assert rule is not None
    assert rule.given(date(2026, 3, 12), date(2026, 3, 12)) == 0


@pytest.mark.parametrize(
    ("published", "department", "last"),
    [
        (date(2025, 3, 27), None, date(2025, 5, 28)),  # the example of the field
        (date(2025, 12, 31), None, date(2026, 3, 2)),  # 28 February and a day is Sunday 1 March
        (date(2026, 12, 31), None, date(2027, 3, 1)),
        (date(2025, 12, 30), None, date(2026, 3, 2)),
        (date(2026, 2, 5), None, date(2026, 4, 7)),  # 6 April 2026 is Easter Monday
        (date(2026, 3, 13), None, date(2026, 5, 15)),  # Ascension on the 14th
        (date(2026, 4, 21), "972", date(2026, 6, 22)),
        (date(2026, 3, 21), "972", date(2026, 5, 26)),  # Friday 22 May, then Whit Monday
        (date(2026, 3, 21), "75", date(2026, 5, 22)),
        (date(2027, 10, 26), "67", date(2027, 12, 27)),
        (date(2028, 10, 25), "67", date(2028, 12, 27)),  # 26 December is one in Alsace
        (date(2028, 10, 25), "75", date(2028, 12, 26)),
    ],
)
def test_third_parties_have_two_clear_months(published, department, last):
    due = law.appeal_deadline(published, department)
    assert due.day == last
    assert "R421-1" in due.article


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.sampled_from([None, "971", "67", "974"]))
def test_a_deadline_is_a_working_day_after_two_months(published, department):
    day = law.appeal_deadline(published, department).day
    assert law.add_months(published, 2) < day <= law.add_months(published, 2) + timedelta(days=6)
    assert day.weekday() < 5
    assert not law.is_holiday(day, department)


def test_list_and_minutes_are_due_within_a_week():
    assert law.list_due(council(), date(2026, 3, 12)).day == date(2026, 3, 19)
    assert law.minutes_due(council("epci"), date(2026, 6, 4)).day == date(2026, 6, 11)
    assert law.list_due(council(), date(2022, 6, 30)) is None  # the reform is of 1 July 2022
    assert law.list_due(council("region"), date(2026, 3, 12)) is None
    assert law.minutes_due(council(department="68"), date(2026, 3, 12)) is None
    assert law.list_due(council(department="987"), date(2026, 3, 12)) is None


def test_the_prefect_has_two_months():
    assert law.prefect_deadline(date(2026, 1, 15), council()).day == date(2026, 3, 16)
    assert "L3132-1" in law.prefect_deadline(date(2026, 1, 15), council("departement")).article
    assert "L2131-6" in law.prefect_deadline(date(2026, 1, 15), council("epci")).article
    assert law.prefect_deadline(date(2026, 1, 15), council("collectivite")) is None


@pytest.mark.parametrize(
    ("asked", "refused", "last"),
    [
        (date(2021, 3, 15), date(2021, 4, 15), date(2021, 6, 14)),
        (date(2026, 1, 31), date(2026, 2, 28), date(2026, 4, 27)),
        (date(2026, 8, 16), date(2026, 9, 16), date(2026, 11, 16)),  # the 15th is a Sunday
    ],
)
def test_silence_refuses_after_a_month_and_the_commission_may_be_asked_for_two(asked, refused, last):
    assert law.documents_refused(asked).day == refused
    assert law.commission_deadline(refused).day == last


def test_each_fact_names_its_source():
    for rule in law.facts()["notice"]:
        assert rule["article"] and rule["text"] and rule["source"] and rule["since"]
    for rule in (*law.facts()["publication"].values(), law.facts()["appeal"], law.facts()["documents"]):
        assert rule["article"]
        assert rule["source"]


@pytest.mark.parametrize(
    ("published", "department", "last"),
    [
        (date(2026, 3, 26), "971", date(2026, 5, 28)),  # Wednesday 27 May, abolition in Guadeloupe
        (date(2026, 3, 26), None, date(2026, 5, 27)),
        (date(2026, 4, 9), "973", date(2026, 6, 11)),  # Wednesday 10 June, in Guyane
        (date(2026, 4, 9), "971", date(2026, 6, 10)),
        (date(2027, 10, 19), "974", date(2027, 12, 21)),  # Monday 20 December, on La Réunion
        (date(2027, 10, 19), "75", date(2027, 12, 20)),
        (date(2027, 12, 31), None, date(2028, 3, 1)),  # a leap year: 29 February and a day
        (date(2026, 12, 29), None, date(2027, 3, 1)),
        (date(2026, 10, 24), None, date(2026, 12, 28)),  # Christmas Day is a Friday, then the weekend
        (date(2026, 10, 31), None, date(2027, 1, 4)),  # New Year's Day is a Friday
        (date(2026, 1, 31), None, date(2026, 4, 1)),  # 31 March and a day
    ],
)
def test_deadlines_overseas_and_at_the_ends_of_months_and_years(published, department, last):
    assert law.appeal_deadline(published, department).day == last


@pytest.mark.parametrize(
    ("day", "months", "same"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)), (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 1, 31), 2, date(2026, 3, 31)), (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 8, 31), 1, date(2026, 9, 30)), (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)  # fmt: skip
def test_months_are_those_of_the_calendar(day, months, same):
    assert law.add_months(day, months) == same


def test_the_figures_are_those_of_our_notes_on_the_law(shared):
    notes = (shared / "DOMAIN.md").read_text("utf-8")
    table = [line.split("|")[1:4] for line in notes.splitlines() if line.startswith("| ") and "clear days" in line]
    told = {name.strip(): (article, int(re.search(r"(\d+) clear days", line).group(1)), True)
            for name, article, line in table if re.search(r"\d+ clear days", line)}  # fmt: skip
    rules = {rule["id"]: rule for rule in law.facts()["notice"]}
    pairs = {"Commune < 3 500 inhabitants": "commune-small", "Commune ≥ 3 500": "commune"}
    for name, known in pairs.items():
        article, days, clear = told[name]
        assert (rules[known]["days"], rules[known]["clear"]) == (days, clear)
        assert rules[known]["article"].rpartition(" ")[2] in article
    epci = next(value for name, value in told.items() if name.startswith("EPCI"))
    assert (rules["epci"]["days"], rules["epci"]["clear"]) == epci[1:]
    for known, article in (("departement", "L3121-19"), ("region", "L4132-18")):
        assert re.search(rf"{article} \| \*\*{rules[known]['days']} days\*\*", notes)
    for article, months in (("R421-1", law.facts()["appeal"]["months"]), ("L2131-6", law.facts()["prefect"]["months"])):
        assert any(article in line and f"{months} months" in line for line in notes.splitlines())
    assert "within one week" in notes
    assert law.facts()["publication"]["list"]["days"] == 7
