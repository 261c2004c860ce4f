"""What stands below an item of a list: details of its title, or the items of a rubric."""

from __future__ import annotations

from pipelines.agenda.entries import Entry
from pipelines.agenda.titles import is_rubric
from pipelines.agenda.words import capitals, fold_title


def flatten(entry: Entry) -> list[Entry]:
    """An item with its details: a rubric's details are the items, a title's details belong to the title."""
    if not entry.subs:
        return [entry]
    title = entry.title
    if _groups(entry, title):
        for sub in entry.subs:
            sub.theme = title.strip(" :")
            sub.number = sub.number if sub.family == "dotted" else None
        entry.subs[0].lead = entry.where
        return entry.subs
    for sub in entry.subs:
        lead = "-" if sub.family in ("bullet", "sub") else f"{sub.number}" if sub.number else "-"
        entry.parts += [f"{lead} {sub.parts[0]}", *sub.parts[1:]]
    return [entry]


def _groups(entry: Entry, title: str) -> bool:
    words = fold_title(title).split()
    if any(sub.family == "dotted" for sub in entry.subs):
        return True
    short = is_rubric(title) and len(words) <= 7
    plain_theme = len(words) <= 3 and len(entry.subs) >= 2 and not title.endswith(".")
    return (short and (len(entry.subs) >= 2 or capitals(title))) or plain_theme
