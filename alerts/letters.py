"""Drafts of letters to a council, in French, with the facts of a flag filled in. Pure, but for the bytes of a DOCX.

A letter states what was read and where; it asks, and asserts no illegality (DESIGN §1, promise 12). A letter that does
not fit the council or the date is refused with the reason. The wording is in ``templates/letters.fr.toml``.
"""

from __future__ import annotations

import io
import textwrap
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

from docx import Document
from docx.shared import Pt

from alerts import law
from alerts.checklist import Checked
from alerts.plain import one_line
from alerts.timing import over
from alerts.wording import NBSP, typeset, words
from crawler.errors import UsageError
from crawler.models import AlertFact

LetterKind = Literal["documents", "postponement"]
WIDTH = 78
TITLE = 600  # characters of an item's title
_VIDEO = frozenset(law.facts()["checklist"]["topics"])


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as its parts, typeset: paragraphs are strings, lists are tuples of strings."""

    head: tuple[str, ...]  # sender, addressee, place and date
    subject: str
    parts: tuple[str | tuple[str, ...], ...]


def letter(kind: LetterKind, fact: AlertFact, checked: Sequence[Checked], now: datetime) -> Letter:
    """The draft of a letter on one flag. Raises UsageError where that letter cannot be offered, saying why."""
    today = now.astimezone(fact.council.zone).date()
    if fact.private:
        raise UsageError(f"{fact.flag_id} rests on a document that was handed over in private; no letter quotes it")
    if kind == "postponement":
        return _postponement(fact, checked, now, today)
    if over(fact, now) is None:
        return _composed("before", fact, today, (*_text()["before"]["wanted"], *_on_the_matter(fact)))
    return _after(fact, today)


def _after(fact: AlertFact, today: date) -> Letter:
    if fact.session_status == "cancelled":
        raise UsageError(
            f"{fact.flag_id}: a document says that its session was cancelled; there is no vote to ask about"
        )
    refusal, basis = law.documents_refused(today), _text()["basis"]
    return _composed(
        "after",
        fact,
        today,
        (*_text()["after"]["wanted"], *_on_the_matter(fact)),
        basis=basis.get(fact.council.kind, basis["other"]),
        refusal=refusal.article,
        refused=_day(refusal.day),
    )


def _postponement(fact: AlertFact, checked: Sequence[Checked], now: datetime, today: date) -> Letter:
    rule = law.notice(fact.council, fact.body, fact.session_date) if fact.session_date else None
    missing = tuple(each.point.fr for each in checked if each.sentence is None and each.point.ruled)
    reason = _not_offered(fact, rule, checked, missing, now)
    if reason or rule is None:
        raise UsageError(f"no letter to postpone {fact.flag_id}: {reason}")
    sent = _text()["postponement"]["note" if fact.council.kind in ("commune", "epci", "ept") else "report"]
    return _composed("postponement", fact, today, missing, sent=sent, article=rule.article)


def _not_offered(
    fact: AlertFact, rule: law.Notice | None, checked: Sequence[Checked], missing: Sequence[str], now: datetime
) -> str | None:
    past = over(fact, now)
    if past is not None:
        return f"nothing is ahead ({past})"
    if fact.session_date is None:
        return "the day of the session is not known"
    if not _VIDEO & set(fact.topics):
        return "the ruling that it rests on is about video surveillance"
    if rule is None or not rule.note:
        return "we know of no article that asks for an explanatory note from this council and body"
    if not checked:
        return "no note or draft on this item was read, so nothing can be said to be missing in it"
    return None if missing else "the note that we read holds what the ruling asks for"


# --------------------------------------------------------------------------- composing


def _composed(name: str, fact: AlertFact, today: date, wanted: Sequence[str], **values: str) -> Letter:
    text = _text()
    said = {name: typeset(value) for name, value in values.items()}
    said |= {"session": _session(fact, past=name == "after"), "today": _day(today)}
    parts: list[str | tuple[str, ...]] = []
    for paragraph in (text["salutation"], *text[name]["parts"], text["farewell"], text["signature"]):
        if paragraph == "{wanted}":
            ends = [" ;"] * (len(wanted) - 1) + ["."]
            parts.append(tuple(typeset(line + end) for line, end in zip(wanted, ends, strict=True)))
        elif paragraph == "{item}":
            parts.append(_item(fact))
        else:
            parts.append(typeset(paragraph).format_map(said))
    addressee = text["addressee"].get(fact.council.kind, text["addressee"]["other"])
    head = (*text["sender"], "", addressee, one_line(fact.council.name), "", text["dated"].format(day=_day(today)))
    subject = text["subject"].format(subject=text[name]["subject"])
    return Letter(tuple(map(typeset, head)), typeset(subject), tuple(parts))


def _session(fact: AlertFact, *, past: bool) -> str:
    text, body = _text(), one_line(fact.body or "") or _text()["body"]
    known = "session_undated" if fact.session_date is None else "session_past" if past else "session_ahead"
    day = _day(fact.session_date) if fact.session_date else ""
    named = f"{body[:1].upper()}{body[1:]}"
    return typeset(text[known]).format(body=named, council=one_line(fact.council.name), day=day)


def _item(fact: AlertFact) -> str:
    """The item as printed: its words are the council's, and not typeset anew."""
    number = f"{one_line(fact.item_number)}. " if fact.item_number else ""
    return f"«{NBSP}{number}{one_line(fact.item_title, TITLE)}{NBSP}»"


def _on_the_matter(fact: AlertFact) -> tuple[str, ...]:
    """What belongs to a scheme of surveillance besides the act itself."""
    wanted = _text()["wanted"]
    video = (wanted["study"], wanted["authorisation"]) if _VIDEO & set(fact.topics) else ()
    return (wanted["contracts"], *video, wanted["impact"])


def _day(day: date) -> str:
    return words("fr").short_date(day)


@lru_cache(maxsize=1)
def _text() -> dict[str, Any]:
    text = files("alerts").joinpath("templates/letters.fr.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


# --------------------------------------------------------------------------- as text and as DOCX


def as_text(draft: Letter) -> str:
    """The letter as plain text, lines of at most 78 characters."""
    blocks = ["\n".join(draft.head), draft.subject]
    for part in draft.parts:
        if isinstance(part, str):
            blocks.append(textwrap.fill(part, WIDTH))
        else:
            blocks.append("\n".join(textwrap.fill(f"– {line}", WIDTH, subsequent_indent="  ") for line in part))
    return "\n\n".join(blocks) + "\n"


def as_docx(draft: Letter) -> bytes:
    """The letter as a Word document."""
    document = Document()
    for line in draft.head:
        document.add_paragraph(line).paragraph_format.space_after = Pt(0)
    subject = document.add_paragraph()
    subject.paragraph_format.space_before = Pt(18)
    subject.add_run(draft.subject).bold = True
    for part in draft.parts:
        if isinstance(part, str):
            document.add_paragraph(part)
        else:
            for line in part:
                document.add_paragraph(line, style="List Bullet")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()
