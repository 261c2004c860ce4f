"""``late-agenda``: a session is ahead, its agenda should be known by now, and we found none. Pure.

Once per session and date.

Told only where we look: the source of the council works and was read since. It binds nobody to the web: the legal day
is that of the mailing to councillors.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from alerts import law
from alerts.planning.asking import Places, asks_for_body, names_places, takes
from alerts.planning.draft import Draft, alert_id
from alerts.planning.matter import Around, SessionFact
from alerts.timing import MORNING, vote_end
from crawler.models import Alert, Subscription

USUAL = 3  # days before the session, where neither a rule nor a habit is known
EARLIEST, LATEST = 12, 2  # days before the session within which a habit is believed
SEEING = frozenset({"ok", "quiet"})
NOT_HELD = frozenset({"cancelled", "postponed", "held"})
DAY = timedelta(days=1)


def late_from(session: SessionFact) -> datetime:
    """From when an agenda is late (UTC): the morning after the last day of the convocation and after the usual one.

    A body whose agendas usually come later than the law has them mailed would else ring before each session.
    """
    rule = law.notice(session.council, session.body, session.session_date)
    last = session.session_date - timedelta(days=usual_days(session))
    if rule is not None:
        legal = rule.latest(session.session_date)
        last = legal if session.usual_days is None else max(last, legal)
    return datetime.combine(last + DAY, MORNING, tzinfo=session.council.zone).astimezone(UTC)


def usual_days(session: SessionFact) -> int:
    """How many days before a session its agenda is usually there, within bounds."""
    return USUAL if session.usual_days is None else min(EARLIEST, max(LATEST, session.usual_days))


def is_late(session: SessionFact, around: Around, now: datetime) -> bool:
    """Whether we can say that we found no agenda of a session that is ahead."""
    if session.has_agenda or session.status in NOT_HELD:
        return False
    end = vote_end(session.session_date, session.starts_at, session.council.zone)
    source = around.watching.get(session.council.id)
    if end is None or end <= now or source is None or source.state not in SEEING or source.last_success_at is None:
        return False
    since = late_from(session)
    return since <= now and since <= source.last_success_at


def late_sessions(around: Around, now: datetime) -> Iterator[SessionFact]:
    """Those of which we can say so; one whose agenda may be that of another body on the same day is left out."""
    known = {(each.council.id, each.session_date) for each in around.sessions if each.has_agenda}
    for session in around.sessions:
        if (session.council.id, session.session_date) not in known and is_late(session, around, now):
            yield session


def plan_late(draft: Draft, subscriptions: Sequence[Subscription], around: Around) -> None:
    """Plan for the subscriptions that name councils or territory."""
    late = list(late_sessions(around, draft.now))
    if not late:
        return
    places = Places(late, lambda session: session.council)
    for subscription in subscriptions:
        if takes(subscription, "late-agenda") and names_places(subscription):
            for session in {each.id: each for each in places.candidates(subscription)}.values():
                if asks_for_body(subscription, session.body):
                    draft.put(_alert(subscription.name, session, draft.now))


def _alert(name: str, session: SessionFact, now: datetime) -> Alert:
    occasion = session.session_date.isoformat()
    return Alert(
        id=alert_id((name, "late-agenda", session.id, occasion)), kind="late-agenda", subscription=name,
        council_id=session.council.id, subject=session.id, occasion=occasion, session_id=session.id,
        session_date=session.session_date, item_title=session.body, due_at=now, created_at=now,
    )  # fmt: skip
