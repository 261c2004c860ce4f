"""The message on a session whose agenda we did not find: « nous n'avons pas trouvé », never "is not there". Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from alerts import law
from alerts.notice import House, Notice
from alerts.plain import SHORT, one_line, web_link
from alerts.planning.late import usual_days
from alerts.planning.matter import SessionFact
from alerts.views.legal import source, span
from alerts.views.line import Line
from alerts.views.parts import View, reasons, stop, subject, when
from alerts.wording import Words


def late_view(notice: Notice, house: House, words: Words, now: datetime) -> View:
    """The message on one session."""
    return View(
        language=words.language,
        subject=subject(notice, house, words),
        headline=words.say(f"headline_{notice.tone}"),
        title=f"{one_line(notice.council, SHORT)}, {one_line(notice.body or '', SHORT) or words.say('session')}",
        rows=tuple(_rows(notice, words, now)),
        paragraphs=tuple(_paragraphs(notice, words)),
        why=reasons(notice, house, words),
        stop=stop(house, words),
    )


def _rows(notice: Notice, words: Words, now: datetime) -> Iterator[tuple[str, str | Line]]:
    day, session = notice.session_date, notice.late
    yield words.say("label_session"), when(notice, words)
    if day and (left := words.left(day, notice.starts_at, now, notice.zone, notice.last_day)):
        yield words.say("label_left"), left
    if notice.place:
        yield words.say("label_place"), one_line(notice.place)
    link = web_link(session.document_url) if session and not session.private else None
    if link:
        yield words.say("late.label_read"), Line(link=link)


def _paragraphs(notice: Notice, words: Words) -> Iterator[str]:
    session = notice.late
    if session is None:
        return
    read = notice.sources[0].last_success_at if notice.sources else None
    if session.unread:
        yield words.count("late.unread", session.unread)
    if read is not None:
        told = "late.read_at" if session.unread else "late.not_found"
        yield words.say(told, read=words.instant(read, session.council.zone))
    if not session.unread:
        yield words.say("late.caution")
    yield _expected(session, words)


def _expected(session: SessionFact, words: Words) -> str:
    rule = law.notice(session.council, session.body, session.session_date)
    days = usual_days(session)
    habit = words.count("late.habit", days) if session.usual_days is not None else words.count("late.usual", days)
    if rule is None:
        return habit
    latest = words.day(rule.latest(session.session_date))
    rest = {"legal": span(rule, rule.days, words), "source": source(rule, words), "latest": latest}
    known = f" {habit}" if session.usual_days is not None else ""
    return f"{words.say('late.legal', **rest)}{known} {words.say('legal.information')}"
