"""What of Datasette strangers may use: the analysts' views without SQL, and nothing that asks other tables.

A filter that joins another table answers with the rows that agree, so it tells what stands in that table: ``_through``,
``_where`` and ``_fts_table`` would let anybody ask word by word what a closed document says.
"""

from __future__ import annotations

from collections.abc import Iterable

# What strangers may browse in Datasette: the analysts' views and who is watched, not every word of every document.
OPEN = frozenset({"flagged", "upcoming", "outcomes", "source_health", "councils"})
# The special parameters of Datasette's table pages that ask of nothing but the table itself.
PLAIN = frozenset(
    {
        "_facet", "_facet_array", "_facet_date", "_facet_size", "_nofacet", "_nosuggest", "_sort", "_sort_desc",
        "_sort_by_desc", "_next", "_size", "_shape", "_json", "_labels", "_label", "_nl", "_stream", "_dl", "_col",
        "_nocol", "_nocount", "_ttl", "_header", "_json_infinity", "_filter_column", "_filter_op", "_filter_value",
    }
)  # fmt: skip


def allowed(action: str, resource: object) -> bool | None:
    """Datasette's question whether a stranger may do ``action``; None: as it would decide itself."""
    if action in ("view-instance", "view-database"):
        return None
    if action == "view-table":
        return isinstance(resource, tuple) and resource[-1] in OPEN
    return False


def refused(names: Iterable[str]) -> bool:
    """Whether a query string asks more of Datasette than strangers may."""
    for name in names:
        plain = name.rstrip("0123456789").rstrip("_") if name.startswith("_filter_") else name
        if name == "sql" or (name.startswith("_") and plain not in PLAIN):
            return True
    return False
