"""What the law says of a session, in words: facts with their article, never a judgement (DESIGN, promise 12). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from alerts import law
from alerts.notice import Notice
from alerts.wording import Words
from crawler.models import AlertFact, Council

CAN_BE_ATTACKED = frozenset({"adopted", "mixed"})


def span(rule: law.Notice, days: int, words: Words) -> str:
    """« 5 jours francs », « 12 jours »."""
    return words.count("legal.clear_days" if rule.clear else "legal.days", days)


def source(rule: law.Notice, words: Words) -> str:
    """The article and the text of its present wording."""
    return words.also([words.phrase(rule.article), words.phrase(rule.text)])


def notice_line(fact: AlertFact, words: Words) -> str | None:
    """Beside a printed date of convocation: the legal notice and the days given; None where none can be stated."""
    day, convened = fact.session_date, fact.convened_on
    if day is None or convened is None or convened > day:
        return None
    rule = law.notice(fact.council, fact.body, day)
    if rule is None:
        return None
    given = rule.given(convened, day)
    line = words.say(
        "legal.notice", legal=span(rule, rule.days, words), source=source(rule, words), given=span(rule, given, words)
    )
    if given >= rule.days:
        return line
    floor = words.count("legal.clear_days" if rule.urgent_clear else "legal.days", rule.urgent_days)
    urgent = words.say("legal.urgent", urgent=floor)
    return f"{line} {urgent}"


def remedies(notice: Notice, next_session: date | None, words: Words, now: datetime) -> Iterator[str]:
    """What can still be done after a vote, and until when, as far as that can be known."""
    if not notice.facts or notice.session_date is None:
        return
    results = {fact.outcome.result for fact in notice.facts if fact.outcome}
    council, today = notice.facts[0].council, now.astimezone(notice.zone).date()
    if results & CAN_BE_ATTACKED:
        yield from _against(notice, council, today, words)
    if results & {"rejected", "withdrawn", "adjourned"}:
        yield words.say("legal.again")
    yield from _papers(notice, council, next_session, today, words)


def _against(notice: Notice, council: Council, today: date, words: Words) -> Iterator[str]:
    seen = [vote.seen_at.astimezone(notice.zone).date() for vote in notice.votes.values() if not vote.private]
    if seen:
        appeal = law.appeal_deadline(min(seen), council.department)
        if appeal.day >= today:
            blanks = {"seen": words.short_date(min(seen)), "until": words.short_date(appeal.day)}
            yield words.say("legal.appeal", article=words.phrase(appeal.article), **blanks)
    else:  # read in confidence: when it was published is not ours to say
        yield words.say("legal.appeal_unknown", article=words.phrase(law.facts()["appeal"]["article"]))
    prefect = law.prefect_deadline(today, council)
    if prefect:
        yield words.say("legal.prefect", article=words.phrase(prefect.article))


def _papers(notice: Notice, council: Council, next_session: date | None, today: date, words: Words) -> Iterator[str]:
    day = notice.session_date
    if day is None or not law.is_plenary(notice.body):
        return
    kinds = {vote.document_kind for vote in notice.votes.values()}
    listed = law.list_due(council, day)
    if listed and listed.day >= today and "list" not in kinds:
        yield words.say("legal.list", until=words.short_date(listed.day), article=words.phrase(listed.article))
    minutes = law.minutes_due(council, next_session or day)
    if minutes and "minutes" not in kinds:
        if next_session is None:
            yield words.say("legal.minutes", article=words.phrase(minutes.article))
        else:
            blanks = {"next": words.short_date(next_session), "until": words.short_date(minutes.day)}
            yield words.say("legal.minutes_next", article=words.phrase(minutes.article), **blanks)
    if not all(fact.private for fact in notice.facts):
        municipal = council.kind in ("commune", "epci", "ept")
        yield words.say(
            "legal.documents", article=law.facts()["documents"]["article"] if municipal else "CRPA, art. L311-1"
        )
