"""What stands below an item of a list: details of its title, or the items of a rubric."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.agenda.entries import Entry
from pipelines.agenda.titles import is_minor, is_rubric
from pipelines.agenda.words import capitals, fold_title


def flatten(entry: Entry) -> list[Entry]:
    """An item with its details: a rubric's details are the items, a title's details belong to the title."""
    if not entry.subs:
        return [entry]
    title = entry.title
    if _groups(entry, title):
        return _parted(entry)
    for sub in entry.subs:
        if sub.family == "act":
            continue  # a line of the report on delegated decisions
        lead = "-" if sub.family in ("bullet", "sub") else f"{sub.number}" if sub.number else "-"
        entry.parts += [f"{lead} {sub.parts[0]}", *sub.parts[1:]]
    return [entry]


def flattened(entries: Sequence[Entry]) -> list[Entry]:
    """The items of a list: where most of its entries only hold others as long as they are, those are the items."""
    full = [entry for entry in entries if not is_minor(entry.title)]
    subs = [sub for entry in full for sub in entry.subs]
    nested = (
        len(full) >= 2 and sum(bool(entry.subs) for entry in full) >= 0.6 * len(full) and len(subs) >= 2 * len(full)
    )
    long = nested and sum(len(sub.title) for sub in subs) * len(full) > sum(len(one.title) for one in full) * len(subs)
    return [one for entry in entries for one in (_parted(entry) if long and entry.subs else flatten(entry))]


def _parted(entry: Entry) -> list[Entry]:
    for sub in entry.subs:
        sub.theme = entry.title.strip(" :")
        sub.number = sub.number if sub.family == "dotted" else None
    entry.subs[0].lead = entry.where
    return entry.subs


def _groups(entry: Entry, title: str) -> bool:
    words = fold_title(title).split()
    if any(sub.family == "dotted" for sub in entry.subs):
        return True
    short = is_rubric(title) and len(words) <= 7
    plain_theme = len(words) <= 3 and len(entry.subs) >= 2 and not title.endswith(".")
    return (short and (len(entry.subs) >= 2 or capitals(title))) or plain_theme
