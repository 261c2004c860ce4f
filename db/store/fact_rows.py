"""Facts as rows of the archive: pure, the inverse of ``facts_read``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from crawler.models import AgendaItem, FactClaim, Facts, Flag, Session
from db.store.base import Row
from db.values import clean, clean_or_none, day, optional_stamp, stamp, to_json

Local = Mapping[str, int]  # unique id of a version → its row in this archive
Links = dict[int, Row]  # row of a version → what a link to it says besides
OWNERS = {
    "votes": "item_id", "matches": "flag_id", "item_facts": "flag_id", "session_versions": "session_id",
    "item_versions": "item_id",
}  # fmt: skip
PARENTS = {
    "votes": "items", "matches": "flags", "item_facts": "flags", "session_versions": "sessions",
    "item_versions": "items",
}  # fmt: skip
PART = ("page", "start", "last_page", "end", "rank")  # of item_versions: where a version speaks of the item


@dataclass(frozen=True, slots=True)
class Unit:
    """A session with all that belongs to it (or the flags without one): written in one transaction."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {"sessions": [], "items": [], "flags": []})
    lists: dict[str, dict[str, list[Row]]] = field(
        default_factory=lambda: {"votes": {}, "matches": {}, "item_facts": {}}
    )
    links: dict[str, dict[str, Links]] = field(default_factory=lambda: {"session_versions": {}, "item_versions": {}})
    aliases: dict[str, str] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """About how many rows writing it may take."""
        return sum(map(len, self.rows.values())) + sum(
            len(part) for group in (self.lists, self.links) for owners in group.values() for part in owners.values()
        )


@dataclass(frozen=True, slots=True)
class Stored:
    """What an archive holds of a council before it is written: rows by id, current lists and links by owner."""

    rows: dict[str, dict[str, Row]] = field(default_factory=lambda: {"sessions": {}, "items": {}, "flags": {}})
    owned: dict[str, dict[str, list[Row]]] = field(default_factory=lambda: {table: {} for table in OWNERS})
    aliases: dict[str, str] = field(default_factory=dict)

    def current(self, table: str) -> list[str]:
        """The ids that are not superseded."""
        return [key for key, row in self.rows[table].items() if row["superseded_at"] is None]

    def row_differs(self, table: str, row: Row) -> bool:
        """Whether a row is new, superseded or of other content."""
        old = self.rows[table].get(row["id"])
        return old is None or old["superseded_at"] is not None or any(old[name] != row[name] for name in row)

    def list_differs(self, table: str, owner_id: str, rows: list[Row]) -> bool:
        """Whether the votes, matches or facts of an owner are others, or in another order."""
        old = self.owned[table].get(owner_id, [])
        return len(old) != len(rows) or any(
            was[name] != row[name] for was, row in zip(old, rows, strict=True) for name in row
        )

    def links_that_differ(self, table: str, owner_id: str, links: Links) -> Links:
        """The links of an owner that are new or say something else."""
        current = {row["version_id"]: row for row in self.owned[table].get(owner_id, [])}
        return {
            version: says
            for version, says in links.items()
            if version not in current or any(current[version][name] != says[name] for name in says)
        }

    def links_gone(self, table: str, owner_id: str, links: Links) -> set[int]:
        """The versions that are no longer linked to an owner."""
        return {row["version_id"] for row in self.owned[table].get(owner_id, [])} - set(links)

    def differs(self, unit: Unit) -> bool:
        """Whether anything of a unit must be written."""
        return (
            any(self.row_differs(table, row) for table, rows in unit.rows.items() for row in rows)
            or any(
                self.list_differs(table, key, rows)
                for table, lists in unit.lists.items()
                for key, rows in lists.items()
            )
            or any(
                self.links_that_differ(table, key, links) or self.links_gone(table, key, links)
                for table, owners in unit.links.items()
                for key, links in owners.items()
            )
            or any(self.aliases.get(old) != new for old, new in unit.aliases.items())
        )


def all_flags(facts: Facts) -> Iterator[Flag]:
    """The flags of the sessions, then the loose ones."""
    for session in facts.sessions:
        yield from session.flags
    yield from facts.loose_flags


def version_keys(facts: Facts) -> set[str]:
    """Every version that the facts refer to."""
    keys: set[str] = {change.version_id for change in facts.changes}
    for flag in all_flags(facts):
        keys.update([flag.version_id], [match.version_id for match in flag.matches if match.version_id])
        keys.update(fact.version_id for fact in flag.facts if fact.version_id)
    for session in facts.sessions:
        keys.update(session.versions, *([[session.agenda_version]] if session.agenda_version else []))
        for item in session.items:
            keys.update(item.versions, [item.version_id], [vote.version_id for vote in item.votes])
            keys.update(part.version_id for part in item.parts)
    return keys


def units(facts: Facts, local: Local, zone: ZoneInfo) -> Iterator[Unit]:
    """The facts, one session at a time, then the flags that have none; times in the council's ``zone``."""
    for session in facts.sessions:
        unit = Unit(aliases=dict.fromkeys(session.aliases, session.id))
        unit.rows["sessions"].append(_session(session, local, zone))
        unit.links["session_versions"][session.id] = {local[key]: {} for key in session.versions}
        for item in session.items:
            _add_item(unit, item, local)
        for flag in session.flags:
            _add_flag(unit, facts.council_id, flag, local)
        yield unit
    for flag in facts.loose_flags:
        unit = Unit()
        _add_flag(unit, facts.council_id, flag, local)
        yield unit


def change_rows(facts: Facts, local: Local) -> list[Row]:
    """The changes, as rows of ``changes``."""
    return [
        {
            "council_id": facts.council_id,
            "session_id": change.session_id,
            "item_id": change.item_id,
            "kind": change.kind,
            "before": clean_or_none(change.before),
            "after": clean_or_none(change.after),
            "version_id": local[change.version_id],
            "seen_at": stamp(change.seen_at),
        }
        for change in facts.changes
    ]


def _session(session: Session, local: Local, zone: ZoneInfo) -> Row:
    return {
        "id": session.id,
        "council_id": session.council_id,
        "body": clean(session.body),
        "date": day(session.date),
        "starts_at": optional_stamp(session.starts_at, zone),
        "place": clean_or_none(session.place),
        "status": session.status,
        "convened_on": day(session.convened_on),
        "order": session.order,
        "agenda_version_id": local[session.agenda_version] if session.agenda_version else None,
        "private": int(session.private),
        "last_day": day(session.last_day),
        "first_seen_at": stamp(session.first_seen_at),
    }


def _add_item(unit: Unit, item: AgendaItem, local: Local) -> None:
    outcome = item.outcome
    unit.rows["items"].append(
        {
            "id": item.id,
            "session_id": item.session_id,
            "position": item.position,
            "number": clean_or_none(item.number),
            "title": clean(item.title),
            "page": item.page,
            "version_id": local[item.version_id],
            "listed": int(item.listed),
            "withdrawn": int(item.withdrawn),
            "result": outcome.result if outcome else None,
            "for": outcome.for_ if outcome else None,
            "against": outcome.against if outcome else None,
            "abstain": outcome.abstain if outcome else None,
            "unanimous": int(outcome.unanimous) if outcome else None,
            "rapporteur": clean_or_none(item.rapporteur),
            "theme": clean_or_none(item.theme),
            "parent_id": item.parent_id,
            "decided": int(item.decided),
            "announced": None if item.announced is None else int(item.announced),
            "first_seen_at": stamp(item.first_seen_at),
        }
    )
    unit.links["item_versions"][item.id] = _places(item, local)
    unit.lists["votes"][item.id] = [
        {
            "item_id": item.id,
            "position": position,
            "result": vote.result,
            "for": vote.for_,
            "against": vote.against,
            "abstain": vote.abstain,
            "unanimous": int(vote.unanimous),
            "version_id": local[vote.version_id],
            "page": vote.page,
            "not_voting": vote.not_voting,
            "not_voting_names": to_json(vote.not_voting_names),
        }
        for position, vote in enumerate(item.votes, 1)
    ]


def _places(item: AgendaItem, local: Local) -> Links:
    """The versions that speak of an item, each with the part that belongs to it where that is known."""
    places: Links = {local[key]: dict.fromkeys(PART) for key in item.versions}
    for rank, part in enumerate(item.parts, 1):
        where = (*part.begin, *part.finish, rank)
        places[local[part.version_id]] = dict(zip(PART, where, strict=True))
    return places


def _add_flag(unit: Unit, council_id: str, flag: Flag, local: Local) -> None:
    unit.rows["flags"].append(
        {
            "id": flag.id,
            "council_id": council_id,
            "session_id": flag.session_id,
            "item_id": flag.item_id,
            "version_id": local[flag.version_id],
            "page": flag.page,
            "score": float(flag.score),
            "topics": to_json(flag.topics),
            "stance": flag.stance,
            "excerpt": clean(flag.excerpt),
            "legible": flag.legible,
            "private": int(flag.private),
            "first_seen_at": stamp(flag.first_seen_at),
            **_shown(flag.facts),
        }
    )
    unit.lists["matches"][flag.id] = [
        {
            "flag_id": flag.id,
            "topic": match.topic,
            "term": match.term,
            "page": match.span.page,
            "start": match.span.start,
            "end": match.span.end,
            "score": float(match.score),
            "text": clean(match.text),
            "version_id": local[match.version_id] if match.version_id else None,
        }
        for match in flag.matches
    ]
    unit.lists["item_facts"][flag.id] = [
        {
            "flag_id": flag.id,
            "item_id": flag.item_id,
            "position": position,
            "kind": fact.kind,
            "value": fact.value,
            "name": clean(fact.name) or None,
            "role": fact.role,
            "tax": fact.tax,
            "rate": fact.rate,
            "main": int(fact.main),
            "version_id": local[fact.version_id or flag.version_id],
            "page": fact.span.page,
            "start": fact.span.start,
            "end": fact.span.end,
            "text": clean(fact.text),
        }
        for position, fact in enumerate(flag.facts, 1)
    ]


def _shown(facts: tuple[FactClaim, ...]) -> Row:
    """The columns of ``flags`` that show the main facts; None where nothing is sure."""
    main = [fact for fact in facts if fact.main]
    amount = next((fact for fact in main if fact.kind == "amount" and fact.role != "subsidy"), None)
    by_kind = {fact.kind: fact for fact in main}
    numbers = {
        "cameras": by_kind.get("cameras"),
        "body_cameras": by_kind.get("body-cameras"),
        "months": by_kind.get("duration"),
    }
    funders = [fact.name for fact in main if fact.kind == "funding"]
    return {
        "amount": amount.value if amount else None,
        "amount_role": amount.role if amount else None,
        "amount_tax": amount.tax if amount else None,
        "subsidy": next((fact.value for fact in main if fact.role == "subsidy"), None),
        **{name: int(fact.value) if fact and fact.value else None for name, fact in numbers.items()},
        "vendor": clean(by_kind["vendor"].name) if "vendor" in by_kind else None,
        "product": by_kind["product"].name if "product" in by_kind else None,
        "funding": to_json(funders) if funders else None,
    }
