"""``outcome`` (once per item and result) and ``unannounced`` (once per item). Pure.

To whom: those who were told of the item before, and those who asked before the day of the session of a council that we
read by then. A result that we read long ago is no news, whoever asks for it now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from alerts.planning.asking import Places, concerns, suits, takes
from alerts.planning.draft import Draft, alert_of, tells
from alerts.planning.matter import Around, VoteFact
from alerts.timing import ends_at
from crawler.models import Alert, AlertFact, Subscription

FRESH = timedelta(days=30)  # how long a result is news after we first read it


def news_of(fact: AlertFact, votes: Mapping[str, VoteFact], now: datetime) -> VoteFact | None:
    """The vote on an item, where it is held and its result is news."""
    vote = votes.get(fact.item_id or "")
    if fact.outcome is None or vote is None or vote.late or not vote.seen_at <= now < vote.seen_at + FRESH:
        return None
    end = ends_at(fact)
    return vote if end is None or end <= now else None


def plan_outcomes(
    draft: Draft, facts: Sequence[AlertFact], subscriptions: Sequence[Subscription], around: Around
) -> None:
    """Plan what was voted."""
    news = [fact for fact in sorted(facts, key=lambda each: -each.score) if news_of(fact, around.votes, draft.now)]
    if not news:
        return
    told = set(_told(draft.existing.values()))
    places = Places(news, lambda fact: fact.council)
    for subscription in subscriptions:
        if not takes(subscription, "outcome", "unannounced"):
            continue
        done: set[str] = set()
        for fact in places.candidates(subscription):
            if fact.subject not in done:
                done.add(fact.subject)
                knows = not told.isdisjoint({(subscription.name, fact.subject), (subscription.name, fact.flag_id)})
                _plan_item(draft, subscription, fact, around, knows=knows)


def _plan_item(draft: Draft, subscription: Subscription, fact: AlertFact, around: Around, *, knows: bool) -> None:
    name, now = subscription.name, draft.now
    vote = around.votes[fact.item_id or ""]
    asked = _asked_before(around.since.get(name), vote, fact) and suits(subscription, fact, draft.settings)
    if fact.outcome is None or not (asked or (knows and concerns(subscription, fact))):
        return
    if takes(subscription, "outcome"):
        draft.put(alert_of("outcome", name, fact, fact.outcome.result, now, now))
    if asked and not knows and takes(subscription, "unannounced") and _unannounced(vote):
        draft.put(alert_of("unannounced", name, fact, "", now, now))


def _unannounced(vote: VoteFact) -> bool:
    return vote.announced is False and vote.agenda_read_at is not None


def _asked_before(since: datetime | None, vote: VoteFact, fact: AlertFact) -> bool:
    """Whether a subscription is older than the day of the session, and so is our watching of the council.

    Else the first crawl of a council would tell of all that it voted in years.
    """
    if since is None or vote.known_since is None or fact.session_date is None:
        return False
    return max(since, vote.known_since).astimezone(fact.council.zone).date() < fact.session_date


def _told(alerts: Iterable[Alert]) -> Iterator[tuple[str, str]]:
    """(subscription, item or flag) of what readers know of."""
    return ((alert.subscription, alert.subject) for alert in alerts if tells(alert))
