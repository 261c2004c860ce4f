"""Where a list begins that the words "ordre du jour" do not announce."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.models import DocumentKind
from pipelines.agenda.dates import find_dates
from pipelines.agenda.furniture import names_paper, only_day
from pipelines.agenda.own_agenda import marked_below
from pipelines.agenda.rows import Row
from pipelines.agenda.web_lists import announces


def first_item(rows: Sequence[Row], kind: DocumentKind) -> int | None:
    """Where a list without the words "ordre du jour" begins: at its first marked row, or below its head."""
    for index, row in enumerate(rows):
        mark = row.mark
        if row.web and row.block == "heading" and index + 1 < len(rows) and only_day(rows[index + 1]):
            continue  # an article of the site's news
        if row.web and not row.cells and (mark is None or mark.family in ("bullet", "bare", "letter")):
            if mark is not None and (_announced_above(rows, index) or (index > 0 and announces(rows[index - 1]))):
                return index
            continue  # a page has lists of anything: links, articles, months
        if (
            mark is not None
            and (mark.family != "bullet" or marked_below(rows, index))
            and (mark.family == "act" or not find_dates(row.plain[:12]))
        ):
            return index
        if row.cells and kind == "list" and len(row.cells) >= 2 and index:
            return index
    if rows[0].web and kind != "list":
        return None
    dated = [index for index, row in enumerate(rows[:12]) if len(row.text) < 90 and _says_day(row)]
    return dated[-1] + 1 if dated and kind in ("list", "agenda") else None


def _says_day(row: Row) -> bool:
    """Whether a short line says the day of the sitting: it names the sitting too, or hardly anything else."""
    dates = find_dates(row.plain)
    if not dates:
        return False
    most = 2 * sum(one.end - one.start for one in dates) >= len(row.text)
    return (
        most or re.search(r"\b(?:conseil|seance|reunion|commission|bureau|assemblee|session)\b", row.plain) is not None
    )


def _announced_above(rows: Sequence[Row], index: int) -> bool:
    """Whether the first heading above, four rows up at most, says the day of a sitting: then a list is its points."""
    for row in reversed(rows[max(0, index - 4) : index]):
        if row.block == "heading":
            return bool(find_dates(row.plain)) and not names_paper(row.plain)
    return False
