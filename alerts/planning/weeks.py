"""``heartbeat``: once a week, so that silence means something; sent also where nothing happened. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from alerts.planning.asking import takes
from alerts.planning.draft import Draft, alert_id
from alerts.planning.matter import Around
from alerts.timing import MORNING, PARIS
from crawler.models import Alert, Subscription

WEEK = timedelta(days=7)
SETTLED = timedelta(days=2)  # a subscription made just before waits for the next week
SUBJECT = "week"


def week_of(now: datetime) -> tuple[str, datetime]:
    """The ISO week of the heartbeat that is due at ``now`` ("2026-W10"), and since when it is due: Monday, 08:00."""
    day = now.astimezone(PARIS).date()
    monday = day - timedelta(days=day.weekday())
    due = datetime.combine(monday, MORNING, tzinfo=PARIS)
    if due > now:
        monday -= WEEK
        due = datetime.combine(monday, MORNING, tzinfo=PARIS)
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02}", due.astimezone(UTC)


def plan_heartbeats(draft: Draft, subscriptions: Sequence[Subscription], around: Around) -> None:
    """Plan this week's; one that was missed is not made up for."""
    occasion, due = week_of(draft.now)
    for each in subscriptions:
        since = around.since.get(each.name)
        settled = since is not None and since + SETTLED <= due
        if settled and takes(each, "heartbeat") and set(each.to) != {"feed"}:
            draft.put(_alert(each.name, occasion, due, draft.now))


def _alert(name: str, occasion: str, due: datetime, now: datetime) -> Alert:
    return Alert(
        id=alert_id((name, "heartbeat", SUBJECT, occasion)), kind="heartbeat", subscription=name, council_id="",
        subject=SUBJECT, occasion=occasion, session_id=None, session_date=None, item_title=occasion, due_at=due,
        created_at=now,
    )  # fmt: skip
