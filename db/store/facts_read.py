"""The facts of a council as they stand in one archive: previous identities for ``reconcile``."""

# SQL is put together from constant fragments here; every value is bound.
# ruff: noqa: S608

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from zoneinfo import ZoneInfo

from crawler.models import AgendaItem, Change, FactClaim, Facts, Flag, Match, Outcome, Part, Session, Span, Vote
from db.store.base import Row
from db.store.mirror import Mirror
from db.values import moment, optional_day, optional_moment

Groups = dict[str, list[Row]]
Keys = dict[int, str]  # row of a version → its id that is unique over both archives
# Constant fragments: what belongs to a council and is current.
_COUNCILS_ITEMS = "SELECT i.id FROM items i JOIN sessions s ON s.id = i.session_id WHERE s.council_id = :council"
_ITEMS = f"{_COUNCILS_ITEMS} AND s.superseded_at IS NULL AND i.superseded_at IS NULL"
_FORMER_ITEMS = f"{_COUNCILS_ITEMS} AND (s.superseded_at IS NOT NULL OR i.superseded_at IS NOT NULL)"
_FLAGS = "SELECT id FROM flags WHERE council_id = :council AND superseded_at IS NULL"
_FORMER_FLAGS = "SELECT id FROM flags WHERE council_id = :council AND superseded_at IS NOT NULL"
_SESSIONS = "SELECT id FROM sessions WHERE council_id = :council AND superseded_at IS NULL"


class FactsReader(Mirror):
    """Reads the facts back as the types that they were saved from."""

    def facts(self, council_id: str) -> Facts:
        """The current facts of a council in this archive; no session where it is unknown."""
        council = self.row("SELECT timezone FROM councils WHERE id = ?", [council_id])
        if council is None:
            return Facts(council_id)
        keys = self._keys(council_id)
        flags = self._flags(council_id, keys)
        return Facts(
            council_id,
            sessions=self._sessions(council_id, keys, flags, ZoneInfo(council["timezone"])),
            loose_flags=tuple(flags.get(None, ())),
            changes=self._changes(council_id, keys),
        )

    def former(self, council_id: str) -> Facts:
        """What was superseded: every session of the council with the items and flags that are no longer current.

        Only identities are of use in it: what one reading loses and a later one finds again keeps its id.
        """
        council = self.row("SELECT timezone FROM councils WHERE id = ?", [council_id])
        if council is None:
            return Facts(council_id)
        keys = self._keys(council_id)
        flags = self._flags(council_id, keys, _FORMER_FLAGS)
        items = self._items(council_id, keys, _FORMER_ITEMS)
        found = self.rows("SELECT * FROM sessions WHERE council_id = ? ORDER BY first_seen_at, id", [council_id])
        sessions = (
            _session(row, ZoneInfo(council["timezone"]), items.get(row["id"], ()), flags.get(row["id"], ()))
            for row in found
        )
        return Facts(council_id, tuple(sessions), tuple(flags.get(None, ())))

    def _keys(self, council_id: str) -> Keys:
        found = self.rows(
            "SELECT v.id, v.public_id FROM versions v JOIN documents d ON d.id = v.document_id WHERE d.council_id = ?",
            [council_id],
        )
        return {row["id"]: self.key(row["id"], row["public_id"]) for row in found}

    def _group(self, owner: str, sql: str, council_id: str) -> Groups:
        groups: Groups = defaultdict(list)
        for row in self.rows(sql, {"council": council_id}):
            groups[row[owner]].append(row)
        return groups

    def _sessions(
        self, council_id: str, keys: Keys, flags: dict[str | None, list[Flag]], zone: ZoneInfo
    ) -> tuple[Session, ...]:
        items = self._items(council_id, keys)
        versions = self._group(
            "session_id",
            f"SELECT * FROM session_versions WHERE superseded_at IS NULL AND session_id IN ({_SESSIONS})"
            " ORDER BY version_id",
            council_id,
        )
        aliases = self._group(
            "new_id",
            f"SELECT * FROM aliases WHERE new_id IN ({_SESSIONS}) ORDER BY merged_at, old_id",
            council_id,
        )
        found = self.rows(
            "SELECT * FROM sessions WHERE council_id = ? AND superseded_at IS NULL"
            ' ORDER BY date IS NULL, date, body, "order", first_seen_at, id',
            [council_id],
        )
        return tuple(
            replace(
                _session(row, zone, items.get(row["id"], ()), flags.get(row["id"], ())),
                versions=_version_tuple(versions.get(row["id"], []), keys),
                agenda_version=keys[row["agenda_version_id"]] if row["agenda_version_id"] else None,
                aliases=tuple(alias["old_id"] for alias in aliases.get(row["id"], ())),
            )
            for row in found
        )

    def _items(self, council_id: str, keys: Keys, which: str = _ITEMS) -> dict[str, list[AgendaItem]]:
        """Items by session, in the order of the agenda."""
        versions = self._group(
            "item_id",
            f"SELECT * FROM item_versions WHERE superseded_at IS NULL AND item_id IN ({which}) ORDER BY version_id",
            council_id,
        )
        votes = self._group(
            "item_id",
            f"SELECT * FROM votes WHERE superseded_at IS NULL AND item_id IN ({which}) ORDER BY position, id",
            council_id,
        )
        found = self.rows(
            f"SELECT * FROM items WHERE id IN ({which}) ORDER BY session_id, position, row",
            {"council": council_id},
        )
        items: dict[str, list[AgendaItem]] = defaultdict(list)
        for row in found:
            items[row["session_id"]].append(
                AgendaItem(
                    id=row["id"],
                    session_id=row["session_id"],
                    position=row["position"],
                    title=row["title"],
                    number=row["number"],
                    page=row["page"],
                    version_id=keys[row["version_id"]],
                    first_seen_at=moment(row["first_seen_at"]),
                    listed=bool(row["listed"]),
                    withdrawn=bool(row["withdrawn"]),
                    votes=tuple(_vote(vote, keys) for vote in votes.get(row["id"], ())),
                    versions=_version_tuple(versions.get(row["id"], []), keys),
                    outcome=outcome_of(row),
                    rapporteur=row["rapporteur"],
                    theme=row["theme"],
                    parts=_parts(versions.get(row["id"], []), keys),
                    parent_id=row["parent_id"],
                    decided=bool(row["decided"]),
                    announced=None if row["announced"] is None else bool(row["announced"]),
                )
            )
        return items

    def _flags(self, council_id: str, keys: Keys, which: str = _FLAGS) -> dict[str | None, list[Flag]]:
        """Flags by session; those without one under None."""
        matches = self._group(
            "flag_id",
            f"SELECT * FROM matches WHERE superseded_at IS NULL AND flag_id IN ({which}) ORDER BY id",
            council_id,
        )
        facts = self._group(
            "flag_id",
            f"SELECT * FROM item_facts WHERE superseded_at IS NULL AND flag_id IN ({which}) ORDER BY position, id",
            council_id,
        )
        found = self.rows(
            f"SELECT * FROM flags WHERE id IN ({which}) ORDER BY first_seen_at, version_id, page, id",
            {"council": council_id},
        )
        flags: dict[str | None, list[Flag]] = defaultdict(list)
        for row in found:
            flags[row["session_id"]].append(
                Flag(
                    id=row["id"],
                    session_id=row["session_id"],
                    item_id=row["item_id"],
                    score=row["score"],
                    matches=tuple(match_of(match, keys) for match in matches.get(row["id"], ())),
                    topics=tuple(json.loads(row["topics"])),
                    excerpt=row["excerpt"],
                    page=row["page"],
                    version_id=keys[row["version_id"]],
                    first_seen_at=moment(row["first_seen_at"]),
                    stance=row["stance"],
                    legible=row["legible"],
                    private=bool(row["private"]),
                    facts=tuple(fact_of(fact, keys) for fact in facts.get(row["id"], ())),
                )
            )
        return flags

    def _changes(self, council_id: str, keys: Keys) -> tuple[Change, ...]:
        found = self.rows("SELECT * FROM changes WHERE council_id = ? ORDER BY id", [council_id])
        return tuple(change_of(row, keys[row["version_id"]]) for row in found)


def _session(row: Row, zone: ZoneInfo, items: Iterable[AgendaItem], flags: Iterable[Flag]) -> Session:
    """A row of ``sessions`` with what belongs to it, but for its versions and aliases."""
    return Session(
        id=row["id"],
        council_id=row["council_id"],
        body=row["body"],
        date=optional_day(row["date"]),
        starts_at=optional_moment(row["starts_at"], zone),
        place=row["place"],
        status=row["status"],
        convened_on=optional_day(row["convened_on"]),
        order=row["order"],
        first_seen_at=moment(row["first_seen_at"]),
        items=tuple(items),
        flags=tuple(flags),
        private=bool(row["private"]),
        last_day=optional_day(row["last_day"]),
    )


def _parts(rows: list[Row], keys: Keys) -> tuple[Part, ...]:
    """Where each version speaks of an item, best word first; links of an earlier program do not say."""
    placed = sorted((row for row in rows if row["rank"] is not None), key=lambda row: int(row["rank"]))
    return tuple(
        Part(keys[row["version_id"]], (row["page"], row["start"]), (row["last_page"], row["end"])) for row in placed
    )


def _version_tuple(rows: list[Row], keys: Keys) -> tuple[str, ...]:
    return tuple(keys[row["version_id"]] for row in rows)


def _vote(row: Row, keys: Keys) -> Vote:
    return Vote(
        result=row["result"],
        for_=row["for"],
        against=row["against"],
        abstain=row["abstain"],
        unanimous=bool(row["unanimous"]),
        version_id=keys[row["version_id"]],
        page=row["page"],
        not_voting=row["not_voting"],
        not_voting_names=tuple(json.loads(row["not_voting_names"])),
    )


def change_of(row: Row, version_id: str) -> Change:
    """A row of ``changes``."""
    return Change(
        kind=row["kind"],
        session_id=row["session_id"],
        item_id=row["item_id"],
        before=row["before"],
        after=row["after"],
        version_id=version_id,
        seen_at=moment(row["seen_at"]),
    )


def match_of(row: Row, keys: Keys) -> Match:
    """A row of ``matches``."""
    return Match(
        topic=row["topic"],
        term=row["term"],
        span=Span(row["page"], row["start"], row["end"]),
        score=row["score"],
        text=row["text"],
        version_id=keys[row["version_id"]] if row["version_id"] else None,
    )


def fact_of(row: Row, keys: Keys) -> FactClaim:
    """A row of ``item_facts``."""
    return FactClaim(
        kind=row["kind"],
        span=Span(row["page"], row["start"], row["end"]),
        text=row["text"],
        value=row["value"],
        name=row["name"] or "",
        role=row["role"],
        tax=row["tax"],
        rate=row["rate"],
        version_id=keys[row["version_id"]],
        main=bool(row["main"]),
    )


def outcome_of(row: Row) -> Outcome | None:
    """The outcome of a row of ``items``; None before the vote."""
    if row["result"] is None:
        return None
    return Outcome(row["result"], row["for"], row["against"], row["abstain"], bool(row["unanimous"]))
