"""The law as a calendar: what is due when, each date with its article. Pure; facts are in ``law.toml``.

Nothing here judges: a date that cannot be known (no printed convocation, no date of publication) is not computed.
A clear day (*jour franc*) counts neither the day of sending nor that of the meeting; Saturdays, Sundays and holidays
do count. A period of months in clear days ends the day after the same day of the month, or after the month's last day
where it has no such day; ending on a Saturday, a Sunday or a public holiday it ends with the next working day.
"""

from __future__ import annotations

import tomllib
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Any

from dateutil.easter import easter

from crawler.models import Council

DAY = timedelta(days=1)
_NOT_PLENARY = ("commission", "bureau", "comité", "conférence")


@dataclass(frozen=True, slots=True)
class Due:
    """A date that the law gives, and why."""

    day: date
    article: str
    text: str = ""  # the law or decree of its present wording


@dataclass(frozen=True, slots=True)
class Notice:
    """How long before a session its convocation must be sent to the councillors (not put on the web)."""

    days: int
    clear: bool
    article: str
    text: str
    note: bool = False  # a note or report on each matter is due with it
    urgent_days: int = 1
    urgent_clear: bool = True  # whether these are clear days

    def latest(self, session: date) -> date:
        """The last day on which the convocation can be sent: session on Friday, three clear days: Monday."""
        return session - timedelta(days=self.days + self.clear)

    def given(self, convened: date, session: date) -> int:
        """Days between a convocation and the session, counted as this rule counts; never below zero."""
        return max(0, (session - convened).days - self.clear)


@lru_cache(maxsize=1)
def facts() -> dict[str, Any]:
    """``law.toml`` as it stands."""
    return tomllib.loads(files("alerts").joinpath("law.toml").read_text("utf-8"))


def is_plenary(body: str | None) -> bool:
    """Whether the articles on convocation are about this body; those of bureaus and commissions are internal rules."""
    return not any(word in (body or "").casefold() for word in _NOT_PLENARY)


def notice(council: Council, body: str | None, session: date) -> Notice | None:
    """The rule for a session, None where there is none that we can state.

    The population is the registry's: near 3,500 inhabitants it may be another one that counts (CGCT, art. R2151-2), so
    within 2 % of it nothing is stated.
    """
    if not is_plenary(body) or council.department in facts()["elsewhere"]:
        return None
    for rule in facts()["notice"]:
        if session < rule.get("since", date.min) or session >= rule.get("until", date.max):
            continue
        fits = _fits(rule, council)
        if fits is None:
            return None
        if fits:
            return Notice(
                rule["days"], rule["clear"], rule["article"], rule["text"], rule.get("note", False),
                rule["urgent_days"], rule.get("urgent_clear", rule["clear"]),
            )  # fmt: skip
    return None


def _fits(rule: dict[str, Any], council: Council) -> bool | None:
    """Whether a rule is about this council; None where that cannot be told."""
    if council.kind not in rule["kinds"] or council.department not in rule.get("departments", [council.department]):
        return False
    bound = rule.get("population_below") or rule.get("population_from")
    if bound is None:
        return True
    if council.population is None or abs(council.population - bound) < 0.02 * bound:
        return None
    return bool((council.population < bound) == ("population_below" in rule))


def list_due(council: Council, session: date) -> Due | None:
    """The last day on which the list of deliberations must be put up: within a week of the session."""
    return _published("list", council, session)


def minutes_due(council: Council, next_session: date) -> Due | None:
    """The last day on which the minutes must be put up: within a week of the session that adopted them."""
    return _published("minutes", council, next_session)


def _published(what: str, council: Council, session: date) -> Due | None:
    rule = facts()["publication"][what]
    if council.kind not in rule["kinds"] or session < rule["since"]:
        return None
    if council.department in {*rule.get("not_departments", ()), *facts()["elsewhere"]}:
        return None
    return Due(session + timedelta(days=rule["days"]), rule["article"], rule["text"])


def appeal_deadline(published: date, department: str | None = None) -> Due:
    """The last day on which a third party can ask the court to annul an act published on this day."""
    rule = facts()["appeal"]
    return Due(clear_months(published, rule["months"], department), rule["article"], rule["text"])


def prefect_deadline(received: date, council: Council) -> Due | None:
    """The last day on which the prefect can refer an act received on this day to the court."""
    rule = facts()["prefect"]
    kind = {"epci": "commune", "ept": "commune"}.get(council.kind, council.kind)
    article = rule["article"].get(kind)
    return Due(clear_months(received, rule["months"], council.department), article) if article else None


def documents_refused(asked: date) -> Due:
    """The day on which silence on a request for documents becomes a refusal."""
    rule = facts()["documents"]
    return Due(add_months(asked, rule["months"]), rule["refusal"])


def commission_deadline(refused: date, department: str | None = None) -> Due:
    """The last day on which the CADA can be asked about a refusal born on this day; the period is not a clear one."""
    rule = facts()["documents"]
    last = add_months(refused, rule["commission_months"]) - DAY
    return Due(next_working_day(last, department), rule["commission"])


def clear_months(begin: date, months: int, department: str | None = None) -> date:
    """The last day of a period of clear months: 27 March and two months give 28 May."""
    return next_working_day(add_months(begin, months) + DAY, department)


def add_months(day: date, months: int) -> date:
    """The same day of a later month, the last one of a month that is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def next_working_day(day: date, department: str | None = None) -> date:
    """The day itself, or the first one after it that is no Saturday, Sunday or public holiday."""
    while day.weekday() >= 5 or is_holiday(day, department):
        day += DAY
    return day


def is_holiday(day: date, department: str | None = None) -> bool:
    """Whether a day is a public holiday in the whole country or in this département."""
    return f"{day:%m-%d}" in facts()["local_holidays"].get(department, ()) or day in _national(day.year)


@lru_cache(maxsize=16)
def _national(year: int) -> frozenset[date]:
    rule, sunday = facts()["holidays"], easter(year)
    fixed = (date.fromisoformat(f"{year}-{day}") for day in rule["fixed"])
    return frozenset(fixed) | {sunday + timedelta(days=days) for days in rule["after_easter"]}
