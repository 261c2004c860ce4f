"""Which changes are the council's doing, and which only come of how we read. Pure.

"A better reader may cause ``found`` for a vote ahead, nothing else" (DESIGN §2); and a signed scan that replaces the
same agenda as text, misread here and there, is no new wording.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from crawler.models import AgendaItem, Change, Facts

Recognised = Mapping[str, frozenset[int]]  # by version: its pages that were recognised from an image


def only_news(facts: Facts, late: frozenset[str], recognised: Recognised) -> Facts:
    """Without the changes that versions read late bring, nor those that a misread line would make as well.

    Of a recognised page, no item is new, reworded or gone for that alone: an item that matters is still found. Where
    and when a session is held, and that an item is withdrawn, is said by words that are hard to misread.
    """
    items = {item.id: item for session in facts.sessions for item in session.items}
    changes = tuple(
        change
        for change in facts.changes
        if change.version_id not in late
        and not _misread(change, items.get(change.item_id or ""), recognised.get(change.version_id, frozenset()))
    )
    return replace(facts, changes=changes)


def _misread(change: Change, item: AgendaItem | None, pages: frozenset[int]) -> bool:
    if change.kind == "item-unlisted":
        return bool(pages)
    if change.kind in ("item-added", "item-retitled", "item-renumbered"):
        return item is not None and item.page in pages
    return False
