"""Who takes to a kind of alert later is not told of what happened before: a change of mind is no flood. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from alerts.planning.matter import Around
from crawler.models import Alert, Change


def is_before(alert: Alert, changes: Sequence[Change], around: Around) -> bool:
    """Whether an alert tells of what we read before its subscription took alerts of this kind.

    What is ahead has no such past: an item, a reminder, an agenda that is late.
    """
    since = around.kinds_since.get((alert.subscription, alert.kind))
    happened = _happened(alert, changes, around) if since else None
    return since is not None and happened is not None and happened < since


def _happened(alert: Alert, changes: Sequence[Change], around: Around) -> datetime | None:
    match alert.kind:
        case "outcome" | "unannounced":
            vote = around.votes.get(alert.subject)
            return vote.seen_at if vote else None
        case "changed" | "cancelled":
            seen = [each.seen_at for each in changes if (each.session_id, each.version_id) == alert.key[2:]]
            return min(seen, default=None)
        case _:
            return None
