"""What the notes on items say, read from the archive where a message shows it."""

from __future__ import annotations

from dataclasses import replace

from alerts import law
from alerts.checklist import Checked, NotePage, check
from alerts.notice import Notice
from db.home import Home
from db.notes import Notes

Notices = tuple[tuple[Notice, ...], ...]


def with_notes(home: Home, sessions: Notices) -> Notices:
    """Notices with what the notes on their items say, where a message shows it."""
    checks: dict[str, tuple[Checked, ...]] = {}
    with Notes(home) as notes:
        for notice in (notice for group in sessions for notice in group):
            for item_id in checkable(notice):
                if item_id not in checks:
                    pages = (NotePage(row["text"], row["page"], row["url"]) for row in notes.notes(item_id))
                    checks[item_id] = check(tuple(pages))
    return tuple(
        tuple(replace(notice, checks={name: checks[name] for name in checkable(notice)}) for notice in group)
        for group in sessions
    )


def checkable(notice: Notice) -> tuple[str, ...]:
    """Ids of the items of a vote ahead that need a note of which the courts have said what it must hold."""
    if notice.family != "ahead":
        return ()
    topics = set(law.facts()["checklist"]["topics"])
    return tuple(fact.item_id for fact in notice.facts if fact.item_id and topics & set(fact.topics))
