"""Rubrics between the points of a list, and headings of a page that lead away from it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.agenda.list_state import State
from pipelines.agenda.markers import Mark
from pipelines.agenda.rows import Row
from pipelines.agenda.titles import is_rubric, stops
from pipelines.agenda.words import capitals

UNFINISHED = re.compile(r"(?:[-,(:–]|\b(?:de|du|des|la|le|les|et|pour|par|a|au|aux|sur|dans|avec|en|d'|l'))\s*$")
_LONGEST_THEME = 110
_OUTDENT = 80.0  # points


def is_theme(state: State, row: Row, mark: Mark | None, follower: Row | None, before: Row) -> bool:
    if len(row.cells) > 1:
        return False
    if mark is not None and mark.family not in ("roman", "letter", "arabic", "bullet", "bare"):
        return False
    if mark is not None and mark.family == state.family:
        return False
    if mark is None and stops(row.plain):
        return False
    leads = above_point(state, follower)
    text = mark.rest if mark is not None else row.text
    if mark is None and state.open is not None and not row.gap and UNFINISHED.search(before.plain):
        return False
    if row.block == "heading" or (mark is not None and mark.family in ("roman", "letter") and leads):
        return leads or row.block == "heading"
    if (
        not is_rubric(text)
        and not _names_theme(row)
        and not outside(state, row, follower)
        and not (leads and row.bold and len(text) < 70 and follower is not None and not follower.bold)
    ):
        return False
    if (
        mark is None
        and leads
        and _names_theme(row)
        and (state.open is None or row.gap or row.bold or (state.theme is not None and not row.size))
        and (state.open is None or row.gap or not (before.full or UNFINISHED.search(before.plain)))
    ):
        return True
    if mark is None and leads and outside(state, row, follower):
        return True
    if not is_rubric(text) and not (leads and (row.bold or row.cells)):
        return False
    open_caps = state.open is not None and capitals(state.open.parts[0]) and not row.gap and _full_before(state, row)
    return (leads and not open_caps) or (row.gap and is_rubric(text) and capitals(text) and not open_caps)


def above_point(state: State, follower: Row | None) -> bool:
    below = follower.mark if follower is not None else None
    return below is not None and below.family == state.family


def leaves(state: State, rows: Sequence[Row], index: int, end: int) -> bool:
    """Whether a heading of a page leads to something else: its points are not grouped, or under other headings."""
    row = rows[index]
    if (
        not row.web
        or row.block != "heading"
        or len(state.entries) < 2
        or ((mark := row.mark) is not None and mark.family == state.family)
    ):
        return False
    below = next((one for one in rows[index + 1 : min(index + 5, end)] if one.block == "heading" or one.mark), None)
    mark = below.mark if below is not None and below.block != "heading" else None
    if mark is not None and mark.family == state.family and state.family != "bullet":
        return mark.value not in (1, state.last + 1)
    return state.level is not None and row.level != state.level if state.theme else mark is not None


def outside(state: State, row: Row, follower: Row | None) -> bool:
    """Whether a line begins a little left of where the points do."""
    point = state.entries[-1].row if state.entries else follower
    if point is None or not row.size or not row.text[:1].isupper() or len(row.text) > _LONGEST_THEME:
        return False
    return 4 < point.x - row.x < _OUTDENT


def _full_before(state: State, row: Row) -> bool:
    return state.open is not None and len(state.open.parts[-1]) >= 0.75 * row.width


def _names_theme(row: Row) -> bool:
    """A word or four, begun with a capital and closed by nothing ("Habitat", "Sécurité et prévention")."""
    return len(row.text) <= 45 and len(row.text.split()) <= 5 and row.text[:1].isupper() and row.text[-1:].isalpha()
