"""What the law's calendar says of a session, in words: dates with their article, never a judgement. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from alerts import law
from crawler.models import Council
from db.portal.words import Words


@dataclass(frozen=True, slots=True)
class Asked:
    """The session that is asked about; ``kinds`` are those of the documents that speak of it."""

    council: Council
    body: str
    day: date | None
    convened_on: date | None
    next_session: date | None  # of the same council
    kinds: frozenset[str] = frozenset()
    result_seen: date | None = None  # the day on which we first saw a result of it


def lines(asked: Asked, today: date, words: Words) -> list[str]:
    """Each fact as a sentence; none where nothing can be stated."""
    if asked.day is None:
        return []
    return [*_notice(asked, words), *_published(asked, today, words), *_appeal(asked, today, words)]


def _notice(asked: Asked, words: Words) -> Iterator[str]:
    """Only beside a printed date of convocation: it binds the mailing to councillors, not the web (promise 12)."""
    assert asked.day is not None
    if asked.convened_on is None or asked.convened_on > asked.day:
        return
    rule = law.notice(asked.council, asked.body, asked.day)
    if rule is None:
        return
    yield words.say(
        "law.notice",
        convened=words.short_date(asked.convened_on),
        given=_span(rule, rule.given(asked.convened_on, asked.day), words),
        legal=_span(rule, rule.days, words),
        article=words.phrase(rule.article),
    )


def _published(asked: Asked, today: date, words: Words) -> Iterator[str]:
    if asked.day is None or not law.is_plenary(asked.body):
        return
    listed = law.list_due(asked.council, asked.day)
    if listed:
        yield words.say("law.list", until=words.short_date(listed.day), article=words.phrase(listed.article))
    after = asked.next_session if asked.next_session and asked.next_session > asked.day else None
    minutes = law.minutes_due(asked.council, after or asked.day)
    if minutes is None or asked.day > today:
        return
    article = words.phrase(minutes.article)
    if after is None:
        yield words.say("law.minutes", article=article)
    else:
        yield words.say(
            "law.minutes_next", next=words.short_date(after), until=words.short_date(minutes.day), article=article
        )


def _appeal(asked: Asked, today: date, words: Words) -> Iterator[str]:
    if asked.result_seen is None:
        return
    appeal = law.appeal_deadline(asked.result_seen, asked.council.department)
    if appeal.day >= today:
        blanks = {"seen": words.short_date(asked.result_seen), "until": words.short_date(appeal.day)}
        yield words.say("law.appeal", article=words.phrase(appeal.article), **blanks)


def _span(rule: law.Notice, days: int, words: Words) -> str:
    return words.count("law.clear_days" if rule.clear else "law.days", days)
