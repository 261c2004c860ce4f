"""Records of Opendatasoft's Explore API (v2.1, v2 exports, v1), and any JSON twin of a register of acts.

https://help.opendatasoft.com/apis/ods-explore-v2/ : ``{total_count, results: [flat]}``; an export is the list alone;
v1 answers ``{nhits, records: [{fields}]}``. The fields are told as the columns of a spreadsheet are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from crawler.models import DocumentKind, Hints, ItemClaim, SessionClaim, SessionStatus, VoteClaim
from pipelines.agenda.bodies import DEFAULTS
from pipelines.agenda.meeting_body import printed_body
from pipelines.agenda.titles import clean_title, is_minor
from pipelines.agenda.words import plain
from pipelines.owners import is_own
from pipelines.records.told import Records, ToldItem, ToldSession
from pipelines.register_columns import coded_body, day_of, is_announced, roles_of, votes_of

LONGEST = 4_000  # characters of a field that are kept
_SAYS_MORE = re.compile(
    r"(?:resume|description|expose|texte?|contenu|synthese|commentaires?|mots? cles?|type|nature|direction"
    r"|(?:entite|elu) (?:depositaire|rapporteur)|competence)\b.*"
)
Row = Mapping[str, Any]


def records_of(value: Any, hints: Hints) -> Records | None:
    """Sessions of the records, each with its acts; None where these are no acts.

    Raises ValueError where the answer is an error of the interface, or its list of records is none.
    """
    found = _rows(value)
    if found is None:
        return None
    rows, complete = found
    if not rows:
        return Records("list", ())
    roles = roles_of({name: name for name in dict.fromkeys(name for row in rows for name in row)})
    if "date" not in roles.values():
        return None
    acts = [_Act(row, roles) for row in rows]
    acts = [act for act in acts if act.day is not None and re.search(r"[^\W\d_]{3}", act.said("title"))]
    owners = {act.owner for act in acts}
    # One collectivity's records are another's only where a SIRET says so.
    judged = len(owners) > 1 or any(siret for siret, _ in owners)
    acts = [act for act in acts if not judged or is_own(*act.owner, hints) is not False]
    sessions = tuple(_sessions(acts, hints, complete))
    ahead = bool(sessions) and all(session.claim.status == "scheduled" for session in sessions)
    kind: DocumentKind = "agenda" if ahead else "list"
    return Records(kind, sessions)


def _rows(value: Any) -> tuple[list[Row], bool] | None:
    """The records as flat objects, and whether they are all there are; None for another answer."""
    if isinstance(value, dict):
        if "error_code" in value or "errorcode" in value:
            raise ValueError(str(value.get("message") or value.get("error") or value.get("error_code"))[:200])
        if "nhits" in value and "records" in value:
            return _list([_fields(row) for row in _list(value["records"])]), _all(value["nhits"], value["records"])
        if set(value) <= {"total_count", "results", "links"} and "results" in value:
            rows = _list(value["results"])
            return rows, _all(value.get("total_count", len(rows)), rows)
        return None
    if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
        return [row["fields"] if isinstance(row.get("fields"), dict) else row for row in value], True
    return None


def _list(value: Any) -> list[Row]:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise ValueError("its records are no list of objects")
    return value


def _fields(row: Row) -> Row:
    """v1 keeps the fields of a record apart, v2.0 in ``record.fields``."""
    fields = row.get("fields", row)
    if not isinstance(fields, dict):
        raise ValueError("a record without fields")
    return fields


def _all(count: Any, rows: Any) -> bool:
    return isinstance(count, int) and isinstance(rows, list) and count <= len(rows)


class _Act:
    """One record with what its fields are for."""

    def __init__(self, row: Row, roles: Mapping[str, str]) -> None:
        self._said = {role: _text(row.get(name)) for name, role in roles.items()}
        self.more = tuple(
            text for name, value in row.items()
            if name not in roles and _SAYS_MORE.fullmatch(plain(name).replace("_", " ")) and (text := _text(value))
        )  # fmt: skip
        found = day_of(self._said["date"])
        self.day: date | None = found.value if found else None
        self.last: date | None = found.last if found else None
        self.owner = (self.said("owner id"), self.said("owner"))
        self.votes: tuple[VoteClaim, ...] = votes_of(self.said)

    def said(self, role: str) -> str:
        return self._said.get(role, "")

    def told(self) -> ToldItem:
        title = clean_title([self.said("title")])
        number, rapporteur, theme = self.said("number"), self.said("rapporteur"), self.said("theme")
        claim = ItemClaim(
            title=title,
            number=number or None,
            rapporteur=rapporteur or None,
            theme=theme or None,
            minor=is_minor(title),
            withdrawn=any(vote.result in ("withdrawn", "adjourned") for vote in self.votes),
            votes=self.votes,
        )
        below = (f"Rapporteur : {rapporteur}" if rapporteur else "", theme, *self.more)
        return ToldItem(claim, (f"{number} – {title}" if number else title, *(line for line in below if line)))


def _text(value: Any) -> str:
    """A field as text: lists are joined, numbers lose a needless fraction, objects (files, places) say nothing."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, list):
        return ", ".join(filter(None, map(_text, value)))[:LONGEST]
    if value is None or isinstance(value, dict | bool):
        return ""
    return " ".join(str(value).split())[:LONGEST]


def _sessions(acts: Sequence[_Act], hints: Hints, complete: bool) -> list[ToldSession]:
    groups: dict[tuple[str, date], list[_Act]] = {}
    common = printed_body("", hints)
    printed: dict[str, str | None] = {"": None}
    for act in acts:
        said = act.said("body")
        if said not in printed:
            printed[said] = printed_body(said, hints)
        body = printed[said] or coded_body(act.said("number"), hints.council_kind) or common
        if act.day is not None:
            groups.setdefault((body or "", act.day), []).append(act)
    return [_session(body, day, group, hints, complete) for (body, day), group in sorted(groups.items(), key=_by_day)]


def _by_day(entry: tuple[tuple[str, date], list[_Act]]) -> tuple[date, str]:
    return entry[0][1], entry[0][0]


def _session(body: str, day: date, acts: list[_Act], hints: Hints, complete: bool) -> ToldSession:
    ahead = is_announced(day, hints, voted=any(act.votes for act in acts))
    status: SessionStatus = "scheduled" if ahead else "held"
    name = body or DEFAULTS[hints.council_kind]
    claim = SessionClaim(
        body=name,
        date=day,
        status=status,
        complete=complete and ahead,
        last_day=max((act.last for act in acts if act.last), default=None),
        body_printed=bool(body),
    )
    numbered = sorted(acts, key=lambda act: _natural(act.said("number")))
    heading = f"{name[:1].upper()}{name[1:]} – séance du {day:%d/%m/%Y}"
    return ToldSession(claim, (heading,), tuple(act.told() for act in numbered))


def _natural(number: str) -> tuple[tuple[bool, int, str], ...]:
    """Numbers in the order of counting: 2026-9 before 2026-10."""
    parts = re.findall(r"\d+|\D+", number)
    return tuple((not part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts)
