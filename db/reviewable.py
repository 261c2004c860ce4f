"""What a reviewer looks at: flags with the words that raised them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from db.filters import Clause, Filters, clause, one_of
from db.listings import FLAG_COLUMNS, SHOWN, Listings
from db.reader import Row

# Where both archives hold matches of a flag, the private one knows them all.
_TERMS = f"""
    SELECT m.flag_id, m.topic, m.term, m.text, m.page, m.score FROM matches m JOIN flags f ON f.id = m.flag_id
    WHERE m.superseded_at IS NULL AND {one_of("m.flag_id", "ids")} AND f.id NOT IN (SELECT id FROM temp.hidden)
    ORDER BY m.score DESC, m.id
"""  # noqa: S608  constant fragments; every value is bound


_KEYS = """
    SELECT f.id AS flag_id, s.date AS session_date, f.score FROM flags f JOIN councils c ON c.id = f.council_id
    JOIN versions v ON v.id = f.version_id JOIN documents d ON d.id = v.document_id
    LEFT JOIN sessions s ON s.id = f.session_id LEFT JOIN items i ON i.id = f.item_id WHERE {0}
"""


class Reviewable(Listings):
    """``reviewable`` and ``reviewable_flags``."""

    def reviewable(self, filters: Filters) -> list[Row]:
        """Rows of ``flagged`` as filters ask, dismissed ones too, each with its ``terms``."""
        where = clause(filters, FLAG_COLUMNS)
        return self._with_terms(self.flag_rows(Clause(f"{SHOWN.format('f')} AND {where.sql}", where.parameters)))

    def reviewable_keys(self, filters: Filters) -> list[Row]:
        """``flag_id``, ``session_date`` and ``score`` of what ``reviewable`` lists: enough to sort and to count."""
        where = clause(filters, FLAG_COLUMNS)
        return self.rows(_KEYS.format(f"{SHOWN.format('f')} AND {where.sql}"), where.parameters)

    def reviewable_flags(self, flag_ids: Sequence[str]) -> list[Row]:
        """The rows of these flags that stand, dismissed or not; ids that were merged count as what they became."""
        wanted = {self.today(each) for each in flag_ids}
        asked = f"{SHOWN.format('f')} AND {one_of('f.id', 'ids')}"
        return self._with_terms(self.flag_rows(Clause(asked, {"ids": json.dumps(sorted(wanted))})))

    def today(self, flag_id: str) -> str:
        """What an id became in merges; itself where it was not merged."""
        seen = {flag_id}
        while (row := self.row("SELECT new_id FROM aliases WHERE old_id = :id", {"id": flag_id})) is not None:
            flag_id = row["new_id"]
            if flag_id in seen:
                break
            seen.add(flag_id)
        return flag_id

    def _with_terms(self, rows: list[Row]) -> list[Row]:
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in self.rows(_TERMS, {"ids": json.dumps([row["flag_id"] for row in rows])}):
            found[row.pop("flag_id")].append(row)
        return [row | {"terms": found[row["flag_id"]]} for row in rows]
