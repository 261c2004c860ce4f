"""What each alert is about, when its message is written: what to show, or why it has lost its point. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from alerts.planner import Around, Settings, wants, worth_telling
from alerts.planning.asking import Places, suits
from alerts.planning.late import late_sessions
from alerts.planning.matter import SessionFact, SourceFact, VoteFact
from alerts.planning.news import news_for
from alerts.planning.outages import is_back, is_out, outage_of
from alerts.planning.outcomes import news_of
from alerts.planning.weeks import WEEK, week_of
from alerts.timing import PARIS, over, vote_end, was_ahead
from crawler.models import Alert, AlertFact, Change, Subscription

Shown = tuple[AlertFact, ...]


@dataclass(frozen=True, slots=True)
class About:
    """What one alert is about."""

    facts: Shown = ()
    changes: Sequence[Change] = ()
    votes: Sequence[VoteFact] = ()
    sessions: Sequence[SessionFact] = ()
    sources: Sequence[SourceFact] = ()


def _is_ahead(session: SessionFact, now: datetime) -> bool:
    end = vote_end(session.session_date, session.starts_at, session.council.zone, session.last_day)
    return end is not None and end > now and session.status != "postponed"


@dataclass(frozen=True, slots=True)
class _Week:
    found: Places[AlertFact]
    ahead: Places[SessionFact]
    sources: Places[SourceFact]


class Matter:
    """What each alert is about."""

    def __init__(
        self,
        facts: Sequence[AlertFact],
        changes: Sequence[Change],
        settings: Settings,
        now: datetime,
        around: Around,
    ) -> None:
        self.settings, self.now, self.around = settings, now, around
        self.by_subject: dict[str, AlertFact] = {}
        self.by_item: dict[str, list[AlertFact]] = defaultdict(list)
        self.by_session: dict[str, list[AlertFact]] = defaultdict(list)
        for fact in sorted(facts, key=lambda fact: fact.score):  # the best one of a subject stands last and stays
            self.by_subject[fact.flag_id] = self.by_subject[fact.subject] = fact
            self.by_item[fact.subject].append(fact)
            if fact.session_id:
                self.by_session[fact.session_id].append(fact)
        self.by_version: Mapping[tuple[str, str], list[Change]] = defaultdict(list)
        for change in changes:
            self.by_version[change.session_id, change.version_id].append(change)
        self.late = {session.id: session for session in late_sessions(around, now)}
        self.coming: Mapping[tuple[str, str | None], list[SessionFact]] = defaultdict(list)
        for session in around.sessions:
            if session.status != "postponed":
                self.coming[session.council.id, session.body].append(session)
        self.sources = {source.id: source for source in around.sources}

    def of(self, alert: Alert, subscription: Subscription) -> About | str:
        """What to show and to tell, or why the alert is pointless."""
        match alert.kind:
            case "changed" | "cancelled":
                return self._changed(alert, subscription)
            case "outcome" | "unannounced":
                return self._voted(alert)
            case "late-agenda":
                return self._late(alert)
            case "heartbeat":
                return self._week(alert, subscription)
            case "blind" | "recovered":
                return self._source(alert)
        fact = self.by_subject.get(alert.subject)
        if fact is None:
            return "no longer flagged"
        return over(fact, self.now) or About((fact,))

    def _changed(self, alert: Alert, subscription: Subscription) -> About | str:
        changes = self.by_version.get((alert.subject, alert.occasion), [])
        news = news_for(subscription, changes, self.by_item)
        facts = self.by_session.get(alert.subject, [])
        shown = tuple(fact for fact in facts if wants(subscription, fact, self.settings))
        first = facts[0] if facts else None
        zone = first.council.zone if first else PARIS
        if not news:
            return "the change is no longer stated, or no news"
        useful = worth_telling(news, first, alert.session_date, zone, self.now)
        return About(shown, news) if useful else "vote past"

    def _voted(self, alert: Alert) -> About | str:
        fact = self.by_subject.get(alert.subject)
        vote = news_of(fact, self.around.votes, self.now) if fact else None
        if fact is None or fact.outcome is None or vote is None:
            return "the result is no longer stated, or no news"
        if alert.kind == "outcome" and alert.occasion != fact.outcome.result:
            return "another result is stated"
        if alert.kind == "unannounced" and vote.announced is not False:
            return "no longer known as unannounced"
        return About((fact,), votes=(vote,), sessions=self.coming[fact.council.id, fact.body])

    def _late(self, alert: Alert) -> About | str:
        session = self.late.get(alert.subject)
        if session is None or session.session_date.isoformat() != alert.occasion:
            return "an agenda was found, or the session is no longer ahead"
        source = self.around.watching[session.council.id]
        return About(sessions=(session,), sources=(source,))

    def _week(self, alert: Alert, subscription: Subscription) -> About | str:
        if alert.occasion != week_of(self.now)[0]:
            return "the week is over"
        week = self.week
        return About(
            tuple(fact for fact in week.found.candidates(subscription) if suits(subscription, fact, self.settings)),
            sessions=tuple(week.ahead.candidates(subscription)),
            sources=tuple(week.sources.candidates(subscription)),
        )

    @cached_property
    def week(self) -> _Week:
        """What heartbeats tell: found in the seven days before they were due, ahead now, watched."""
        due = week_of(self.now)[1]
        found = {
            fact.subject: fact
            for fact in self.by_subject.values()
            if due - WEEK <= fact.first_seen_at < due and was_ahead(fact)
        }.values()
        ahead = [each for each in self.around.sessions if _is_ahead(each, self.now)]
        return _Week(
            Places(list(found), lambda fact: fact.council),
            Places(ahead, lambda session: session.council),
            Places(self.around.sources, lambda source: source.council),
        )

    def _source(self, alert: Alert) -> About | str:
        source = self.sources.get(alert.subject)
        if source is None:
            return "no longer watched"
        if alert.kind == "blind":
            still = is_out(source, self.settings.blind_after) and outage_of(source) == alert.occasion
        else:
            still = is_back(source, alert.occasion)
        return About(sources=(source,)) if still else "the source changed since"
