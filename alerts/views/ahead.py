"""The message of a vote ahead: found, reminded of, changed, called off. Pure.

Promise 12 of DESIGN governs the words.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from alerts.notice import House, Notice
from alerts.plain import SHORT, one_line
from alerts.views.changing import change_lines
from alerts.views.items import item_view
from alerts.views.legal import notice_line
from alerts.views.parts import SHOWN, Section, View, reasons, stop, subject, when
from alerts.wording import Words

OFF = frozenset({"cancelled", "postponed"})


def ahead_view(notice: Notice, house: House, words: Words, now: datetime) -> View:
    """The message of a notice, written at ``now``."""
    body = one_line(notice.body or "", SHORT)
    council = one_line(notice.council, SHORT)
    count = len(notice.facts)
    headline = f"headline_{notice.tone}"
    off = notice.status in OFF
    law = _law(notice, words) if not off else None
    return View(
        language=words.language,
        subject=subject(notice, house, words),
        headline=words.count(headline, count) if notice.tone in ("found", "reminder") else words.say(headline),
        title=f"{council}, {body or words.say('session')}",
        rows=tuple(_rows(notice, law, words, now)),
        changes=change_lines(notice.changes, words, notice.zone),
        items_title=words.count("items_title", count) if count else "",
        items=tuple(
            item_view(fact, house, words, checked=() if off else notice.checks.get(fact.subject, ()))
            for fact in notice.facts[:SHOWN]
        ),
        more=words.count("more", count - SHOWN) if count > SHOWN else "",
        sections=(Section(words.say("legal.convocation"), (law,), words.say("legal.information")),) if law else (),
        why=reasons(notice, house, words),
        stop=stop(house, words),
    )


def _rows(notice: Notice, law: str | None, words: Words, now: datetime) -> Iterator[tuple[str, str]]:
    day, first = notice.session_date, notice.first
    yield words.say("label_session" if notice.status in OFF else "label_when"), when(notice, words)
    if notice.status in OFF:
        yield words.say("label_status"), words.say(f"status_{notice.status}")
    elif day and (left := words.left(day, notice.starts_at, now, notice.zone, notice.last_day)):
        yield words.say("label_left"), left
    if first and first.place:
        yield words.say("label_place"), one_line(first.place)
    if first and first.convened_on and not law:
        yield words.say("label_convened"), words.say("convened", date=words.short_date(first.convened_on))


def _law(notice: Notice, words: Words) -> str | None:
    """What the law says beside the printed date of the convocation; it stands at the end, where it hides nothing."""
    first = notice.first
    line = notice_line(first, words) if first else None
    if first is None or first.convened_on is None or line is None:
        return None
    convened = words.say("convened", date=words.short_date(first.convened_on))
    return words.say("legal.beside", convened=convened, law=line)
