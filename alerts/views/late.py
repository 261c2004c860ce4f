"""The message on a session whose agenda we did not find: « nous n'avons pas trouvé », never "is not there". Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from alerts import law
from alerts.notice import House, Notice
from alerts.plain import SHORT, one_line, web_link
from alerts.planning.matter import SessionFact
from alerts.views.legal import source, span
from alerts.views.parts import View, reasons, stop, subject, when
from alerts.wording import Words


def late_view(notice: Notice, house: House, words: Words, now: datetime) -> View:
    """The message on one session."""
    return View(
        language=words.language,
        subject=subject(notice, house, words),
        headline=words.say("headline_late"),
        title=f"{one_line(notice.council, SHORT)}, {one_line(notice.body or '', SHORT) or words.say('session')}",
        rows=tuple(_rows(notice, words, now)),
        paragraphs=tuple(_paragraphs(notice, words)),
        why=reasons(notice, house, words),
        stop=stop(house, words),
    )


def _rows(notice: Notice, words: Words, now: datetime) -> Iterator[tuple[str, str]]:
    day, session = notice.session_date, notice.late
    yield words.say("label_session"), when(notice, words)
    if day and (left := words.left(day, notice.starts_at, now, notice.zone)):
        yield words.say("label_left"), left
    if notice.place:
        yield words.say("label_place"), one_line(notice.place)
    link = web_link(session.document_url) if session and not session.private else None
    if link:
        yield words.say("late.label_read"), link


def _paragraphs(notice: Notice, words: Words) -> Iterator[str]:
    session = notice.late
    if session is None:
        return
    read = notice.sources[0].last_success_at if notice.sources else None
    if read is not None:
        yield words.say("late.not_found", read=words.instant(read, session.council.zone))
    yield words.say("late.caution")
    yield _expected(session, words)


def _expected(session: SessionFact, words: Words) -> str:
    rule = law.notice(session.council, session.body, session.session_date)
    if rule is None:
        return words.say("late.usual")
    latest = words.day(rule.latest(session.session_date))
    rest = {"legal": span(rule, rule.days, words), "source": source(rule, words), "latest": latest}
    return f"{words.say('late.legal', **rest)} {words.say('legal.information')}"
