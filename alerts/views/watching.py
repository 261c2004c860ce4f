"""The proof that somebody watches: the weekly message, and what an operator is told of sources. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from alerts.notice import House, Notice
from alerts.plain import SHORT, TITLE, one_line
from alerts.planning.matter import SessionFact, SourceFact
from alerts.planning.weeks import WEEK
from alerts.views.items import heading
from alerts.views.parts import Section, View, reasons, stop
from alerts.wording import Words
from crawler.models import AlertFact

LONGEST = 60  # councils, sessions and items that are named


def week_view(notice: Notice, house: House, words: Words, now: datetime) -> View:
    """What was watched in the week, for all subscriptions of one address."""
    councils = _by_council(notice.sources)
    blind = [sources for sources in councils if _is_unseen(sources, now)]
    counts = words.count("week.councils", len(councils)), words.count("week.sessions", len(notice.sessions))
    subject = words.say("subject_heartbeat", councils=counts[0], sessions=counts[1])
    if blind:
        subject = f"{subject}, {words.count('week.blind', len(blind))}"
    return View(
        language=words.language,
        subject=one_line(subject),
        headline=words.say("headline_heartbeat"),
        title=words.say("week.title", date=words.short_date(now.astimezone(notice.zone).date())),
        strong=4,
        rows=(
            (words.say("week.label_councils"), str(len(councils))),
            (words.say("week.label_blind"), str(len(blind))),
            (words.say("week.label_sessions"), str(len(notice.sessions))),
            (words.say("week.label_items"), str(len(notice.facts))),
        ),
        paragraphs=tuple(_paragraphs(notice, councils, len(blind), words)),
        sections=tuple(_sections(notice, councils, words, now)),
        why=reasons(notice, house, words),
        stop=stop(house, words),
    )


def _paragraphs(notice: Notice, councils: Sequence[list[SourceFact]], blind: int, words: Words) -> Iterator[str]:
    if not councils:
        yield words.say("week.nobody")
    watched = {source.council.id for source in notice.sources}
    named = {name for each in notice.subscriptions for name in each.councils}
    if missing := sorted(named - watched):
        yield words.say("week.missing", councils=words.listed([one_line(name, SHORT) for name in missing]))
    if councils and not notice.facts:
        yield words.say("week.nothing")
    if blind:
        yield words.say("week.unseen")


def _sections(notice: Notice, councils: Sequence[list[SourceFact]], words: Words, now: datetime) -> Iterator[Section]:
    if notice.facts:
        yield Section(words.say("week.items"), _cut([_item(fact, words) for fact in notice.facts], words))
    if notice.sessions:
        ahead = sorted(notice.sessions, key=lambda each: (each.session_date, each.council.name, each.id))
        yield Section(words.say("week.ahead"), _cut([_session(each, words) for each in ahead], words))
    if councils:
        worst = sorted(councils, key=lambda each: (not _is_unseen(each, now), each[0].council.name))
        yield Section(words.say("week.watched"), _cut([_council(each, words, now) for each in worst], words))


def _item(fact: AlertFact, words: Words) -> str:
    council = one_line(fact.council.name, SHORT)
    day = words.short_date(fact.session_date) if fact.session_date else words.say("when_unknown")
    return words.say("week.item", council=council, date=day, title=one_line(heading(fact, words), SHORT * 2))


def _session(session: SessionFact, words: Words) -> str:
    starts_at = session.starts_at
    if starts_at is None:
        at = words.day(session.session_date)
    else:
        time = words.time(starts_at.astimezone(session.council.zone))
        at = words.say("when", date=words.day(session.session_date), time=time)
    if session.last_day and session.last_day > session.session_date:
        at = words.say("when_until", when=at, last=words.day(session.last_day))
    line = words.say(
        "week.session", when=at, council=one_line(session.council.name, SHORT), body=one_line(session.body, SHORT)
    )
    return f"{line} ({words.count('week.flagged', session.flagged)})" if session.flagged else line


def _council(sources: list[SourceFact], words: Words, now: datetime) -> str:
    lines = [_source(source, words, now) for source in sources]
    return words.say("week.council", council=one_line(sources[0].council.name, SHORT), state=words.also(lines))


def _source(source: SourceFact, words: Words, now: datetime) -> str:
    if source.last_success_at is None:
        said = words.say("week.never")
    else:
        said = words.say("week.success", read=words.instant(source.last_success_at, source.council.zone))
    if source.unseeing:
        said = words.say("week.unseeing", state=words.say(f"states.{source.state}"), success=said)
    elif source.state == "paused":
        said = words.say("week.unseeing", state=words.say("states.paused"), success=said)
    elif source.last_success_at is not None and _is_stale(source, now):
        said = words.say("week.unseeing", state=words.say("week.stale"), success=said)
    spider = source.label.partition("/")[2]
    return f"{spider}, {said}" if spider else said


def _by_council(sources: Sequence[SourceFact]) -> list[list[SourceFact]]:
    groups: dict[str, list[SourceFact]] = defaultdict(list)
    for source in sources:
        groups[source.council.id].append(source)
    return list(groups.values())


def _is_unseen(sources: Sequence[SourceFact], now: datetime) -> bool:
    """Whether nobody can say what the council published in the week: silence is no success."""
    deciding = [source for source in sources if source.decides] or sources
    return any(source.unseeing or _is_stale(source, now) for source in deciding)


def _is_stale(source: SourceFact, now: datetime) -> bool:
    return source.last_success_at is None or source.last_success_at + WEEK <= now


def _cut(lines: Sequence[str], words: Words) -> tuple[str, ...]:
    rest = len(lines) - LONGEST
    return (*lines[:LONGEST], words.count("more", rest)) if rest > 0 else tuple(lines)


# --------------------------------------------------------------------------- sources, for operators


def sources_view(notice: Notice, house: House, words: Words, now: datetime) -> View:
    """The sources that turned blind, and those that work again."""
    blind = [source for source in notice.sources if source.unseeing]
    back = [source for source in notice.sources if not source.unseeing]
    named = words.listed([one_line(source.council.name, SHORT) for source in (blind or back)], 3)
    sections = []
    if blind:
        sections.append(Section(words.say("outages.blind"), _cut([_outage(each, words, now) for each in blind], words)))
    if back:
        sections.append(Section(words.say("outages.back"), _cut([_back(each, words, now) for each in back], words)))
    return View(
        language=words.language,
        subject=one_line(words.count(f"subject_{notice.tone}", len(blind or back), councils=named)),
        headline=words.count(f"headline_{notice.tone}", len(blind or back)),
        title=words.say("outages.title", date=words.instant(now, notice.zone)),
        paragraphs=(words.say("outages.meaning"),) if blind else (),
        sections=tuple(sections),
        why=reasons(notice, house, words),
        stop=stop(house, words),
    )


def _outage(source: SourceFact, words: Words, now: datetime) -> str:
    name = f"{one_line(source.council.name, SHORT)} ({source.label})"
    line = words.say("week.council", council=name, state=_source(source, words, now))
    failed = words.count("outages.failures", source.failures)
    return words.also([line, failed, *([one_line(source.reason, TITLE)] if source.reason else [])])


def _back(source: SourceFact, words: Words, now: datetime) -> str:
    name = f"{one_line(source.council.name, SHORT)} ({source.label})"
    return words.say("week.council", council=name, state=_source(source, words, now))
