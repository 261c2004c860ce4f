"""The message after a vote: what was decided, what we had not found announced, what can still be done. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from alerts.notice import House, Notice
from alerts.plain import SHORT, one_line
from alerts.views.items import item_view
from alerts.views.legal import remedies
from alerts.views.parts import SHOWN, Section, View, reasons, stop, subject, when
from alerts.views.results import result_short
from alerts.wording import Words


def after_view(notice: Notice, house: House, words: Words, now: datetime) -> View:
    """The message on the votes of one session."""
    count = len(notice.facts)
    told = {alert.subject for alert in notice.alerts if alert.kind == "unannounced"}
    items = tuple(
        item_view(
            fact, house, words, vote=notice.votes.get(fact.item_id or ""),
            unannounced=fact.subject in told or fact.flag_id in told,
        )
        for fact in notice.facts[:SHOWN]
    )  # fmt: skip
    lines = tuple(remedies(notice, _next_session(notice), words, now))
    return View(
        language=words.language,
        subject=subject(notice, house, words, **_result(notice, words)),
        headline=words.count(f"headline_{notice.tone}", count),
        title=f"{one_line(notice.council, SHORT)}, {one_line(notice.body or '', SHORT) or words.say('session')}",
        rows=tuple(_rows(notice, words)),
        items_title=words.count("items_title", count) if count else "",
        items=items,
        more=words.count("more", count - SHOWN) if count > SHOWN else "",
        sections=(Section(words.say("legal.title"), lines, words.say("legal.information")),) if lines else (),
        why=reasons(notice, house, words),
        stop=stop(house, words),
    )


def _result(notice: Notice, words: Words) -> dict[str, str]:
    outcomes = [fact.outcome for fact in notice.facts if fact.outcome]
    if len(outcomes) == 1:
        return {"result": result_short(outcomes[0], words)}
    return {"result": words.say("result_several")}


def _rows(notice: Notice, words: Words) -> Iterator[tuple[str, str]]:
    yield words.say("label_session"), when(notice, words)


def _next_session(notice: Notice) -> date | None:
    """The day of the next session of the body, which adopts the minutes; None where none is known."""
    day = notice.session_date
    days = [each.session_date for each in notice.sessions if day and each.session_date > day]
    return min(days, default=None)
