"""Which changes of a session are news to a subscription. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from alerts.planning.asking import concerns
from crawler.models import AlertFact, Change, ChangeKind, Subscription

# About a flagged item alone; of any other item they would be noise.
OF_FLAGGED: frozenset[ChangeKind] = frozenset({"item-renumbered", "document-added", "document-replaced"})
ALONG: frozenset[ChangeKind] = frozenset({"item-renumbered"})  # rides along, and is no reason for a message


def news_for(
    subscription: Subscription, changes: Sequence[Change], items: Mapping[str, Sequence[AlertFact]]
) -> tuple[Change, ...]:
    """The changes to tell this subscription of, none where they do not make a message.

    ``items``: the flags of each flagged item. A change of an item flagged for what the subscription did not ask for is
    none of its business.
    """
    told = tuple(change for change in changes if _concerns(subscription, change, items))
    return told if any(change.kind not in ALONG for change in told) else ()


def _concerns(subscription: Subscription, change: Change, items: Mapping[str, Sequence[AlertFact]]) -> bool:
    if change.item_id is None:
        return True
    facts = items.get(change.item_id, ())
    if not facts:
        return change.kind not in OF_FLAGGED
    return any(concerns(subscription, fact) for fact in facts)
