"""Who asks for what: the criteria of a subscription against facts. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Generic, TypeVar

from alerts.planning.nearby import Map, is_near
from crawler.models import AlertFact, AlertKind, Council, Subscription

Placed = TypeVar("Placed")

# What a subscription takes that names no kinds; those of operators are asked for by name.
USUAL: frozenset[AlertKind] = frozenset(
    {"found", "reminder", "changed", "cancelled", "outcome", "unannounced", "late-agenda", "heartbeat"}
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the configuration says of planning."""

    reminders: tuple[timedelta, ...] = (timedelta(days=7), timedelta(days=3), timedelta(days=1))
    minimum_score: float = 0.5
    blind_after: int = 2  # failed crawls in a row before an operator is told


def takes(subscription: Subscription, *kinds: AlertKind) -> bool:
    """Whether a subscription takes alerts of one of these kinds."""
    return not (USUAL if not subscription.kinds else set(subscription.kinds)).isdisjoint(kinds)


def names_places(subscription: Subscription) -> bool:
    """Whether it asks for councils or territory, rather than for everything."""
    return bool(subscription.councils or subscription.departments or subscription.regions or subscription.near)


def is_about(subscription: Subscription, council: Council) -> bool:
    """Whether a council is among those that it asks for."""
    return (
        not names_places(subscription)
        or council.id in subscription.councils
        or council.department in subscription.departments
        or council.region in subscription.regions
        or any(is_near(near, council) for near in subscription.near)
    )


def asks_for_body(subscription: Subscription, body: str | None) -> bool:
    """Whether a body is among those that it asks for."""
    return not subscription.bodies or (body or "").casefold() in {each.casefold() for each in subscription.bodies}


def wants(subscription: Subscription, fact: AlertFact, settings: Settings) -> bool:
    """Whether a subscription asks for this item; lists that are empty ask for everything."""
    return is_about(subscription, fact.council) and suits(subscription, fact, settings)


def suits(subscription: Subscription, fact: AlertFact, settings: Settings) -> bool:
    """``wants`` of an item of its places (``Places.candidates``), whose distances need no second look."""
    least = settings.minimum_score if subscription.minimum_score is None else subscription.minimum_score
    return fact.score >= least and _asks_for_matter(subscription, fact)


def concerns(subscription: Subscription, fact: AlertFact) -> bool:
    """``wants`` at any score."""
    return is_about(subscription, fact.council) and _asks_for_matter(subscription, fact)


def _asks_for_matter(subscription: Subscription, fact: AlertFact) -> bool:
    topics = subscription.topics
    return (not topics or not set(topics).isdisjoint(fact.topics)) and asks_for_body(subscription, fact.body)


class Places(Generic[Placed]):
    """Facts by council and by territory, so that a subscription to one town does not look at the whole country."""

    def __init__(self, facts: Sequence[Placed], council: Callable[[Placed], Council]) -> None:
        self.all = facts
        self._council = council
        self.by_place: dict[str, list[Placed]] = defaultdict(list)
        for fact in facts:
            its = council(fact)
            for place in (f"c {its.id}", f"d {its.department}", f"r {its.region}"):
                self.by_place[place].append(fact)

    def candidates(self, subscription: Subscription) -> Iterable[Placed]:
        """Facts of the places that a subscription names, all of them where it names none; some may come twice."""
        if not names_places(subscription):
            return self.all
        places = [f"c {name}" for name in subscription.councils]
        places += [f"d {name}" for name in subscription.departments]
        places += [f"r {name}" for name in subscription.regions]
        found = [fact for place in places for fact in self.by_place.get(place, ())]
        for near in subscription.near:
            found += self._map.within(near)
        return found

    @cached_property
    def _map(self) -> Map[Placed]:
        """Made only where somebody asks by distance."""
        return Map(self.all, self._council)
