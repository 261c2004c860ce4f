"""What a portal for strangers may show, in one place: documents with a flag, agendas, and what these say.

People stand in minutes and decrees with their addresses, grants and disputes. Who reads the archive at home sees all of
it; strangers see the versions of which ``open_version`` is true, and the items of ``open_item``. ``shadows`` puts this
before every question of a connection: its temporary views hide tables and views of the same name behind them, so a page
cannot forget it. The fragments need ``:least`` (the minimum score of a flag) bound, and hold for ``archive.db`` alone.
"""

# SQL is put together from constant fragments here; every value is bound.
# ruff: noqa: S608

from __future__ import annotations

_STANDING = """vf.superseded_at IS NULL AND vf.score >= :least
        AND NOT EXISTS (SELECT 1 FROM main.dismissals vx WHERE vx.flag_id = vf.id)"""


def open_version(version: str = "v") -> str:
    """SQL that is true of a row of ``versions`` called ``version``: an agenda, or speaking of what is flagged."""
    return f"""({version}.state <> 'taken-down' AND (
    EXISTS (SELECT 1 FROM main.readings vr
            WHERE vr.version_id = {version}.id AND vr.superseded_at IS NULL AND vr.kind = 'agenda')
    OR EXISTS (SELECT 1 FROM main.sessions vs WHERE vs.agenda_version_id = {version}.id AND vs.superseded_at IS NULL)
    OR EXISTS (SELECT 1 FROM main.flags vf WHERE vf.version_id = {version}.id AND {_STANDING})
    OR EXISTS (SELECT 1 FROM main.item_versions vi JOIN main.flags vf ON vf.item_id = vi.item_id
               WHERE vi.version_id = {version}.id AND vi.superseded_at IS NULL AND {_STANDING})
    OR EXISTS (SELECT 1 FROM main.matches vm JOIN main.flags vf ON vf.id = vm.flag_id
               WHERE vm.version_id = {version}.id AND vm.superseded_at IS NULL AND {_STANDING})))"""


def open_document(document: str = "d") -> str:
    """SQL that is true of a row of ``documents`` called ``document`` of which some version may be shown."""
    return f"""({document}.mirror = 0 AND EXISTS (
    SELECT 1 FROM main.versions vv WHERE vv.document_id = {document}.id AND {open_version("vv")}))"""


def open_item(item: str = "i") -> str:
    """SQL that is true of a row of ``items`` called ``item``: it is flagged, or a version that may be shown has it."""
    return f"""(EXISTS (SELECT 1 FROM main.flags vf WHERE vf.item_id = {item}.id AND {_STANDING})
    OR EXISTS (SELECT 1 FROM main.versions vv WHERE vv.id = {item}.version_id AND {open_version("vv")})
    OR EXISTS (SELECT 1 FROM main.item_versions vi JOIN main.versions vv ON vv.id = vi.version_id
               WHERE vi.item_id = {item}.id AND vi.superseded_at IS NULL AND {open_version("vv")}))"""


_SHADOWS = {
    "versions": f"SELECT * FROM main.versions v WHERE {open_version('v')}",
    "documents": f"SELECT * FROM main.documents d WHERE {open_document('d')}",
    "pages": f"""SELECT p.* FROM main.pages p
        WHERE EXISTS (SELECT 1 FROM main.versions v WHERE v.id = p.version_id AND {open_version("v")})""",
    "items": f"SELECT * FROM main.items i WHERE {open_item('i')}",
    "changes": f"""SELECT * FROM main.changes x WHERE x.item_id IS NULL
        OR EXISTS (SELECT 1 FROM main.items i WHERE i.id = x.item_id AND {open_item("i")})""",
    "flagged": "SELECT * FROM main.flagged WHERE score >= :least",
    "outcomes": f"""SELECT * FROM main.outcomes o
        WHERE EXISTS (SELECT 1 FROM main.items i WHERE i.id = o.item_id AND {open_item("i")})""",
}


def shadows(minimum_score: float) -> list[str]:
    """Statements that make a connection to ``archive.db`` see only what strangers may see."""
    least = repr(float(minimum_score))
    return [
        f"CREATE TEMP VIEW IF NOT EXISTS {name} AS {sql.replace(':least', least)}" for name, sql in _SHADOWS.items()
    ]
