"""Sessions, items, votes and flagged items of labelled documents: what is right, by form of document.

The rules of the labels are those of the README beside them: a minor point or group heading that is left out, or given,
is no error. Lines of a report on delegated decisions are counted apart: a label may name them under ``decisions``.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz
from rates import Tally

from crawler.models import CouncilKind, Hints, ItemClaim, Reading, SessionClaim, Topic, VoteClaim
from pipelines.agenda.words import fold_title, plain, squeeze
from pipelines.lexicons import load
from pipelines.read import read
from pipelines.text.ocr.types import Ocr

ALIKE = 85  # per cent of fuzzy likeness from which two titles are one
FLAGGED = 0.5
MEASURES = ("date", "time", "place", "items: precision", "items: recall", "votes")
FLAGS = ("flagged items: precision", "flagged items: recall")
KINDS: dict[str, CouncilKind] = {
    "communautaire": "epci", "epci": "epci", "intercommunal": "epci", "departement": "departement", "region": "region",
}  # fmt: skip


@dataclass(frozen=True)
class Labelled:
    """A document with what is right in it."""

    path: Path
    label: dict[str, Any]

    @property
    def form(self) -> str:
        """By which the results are told apart."""
        if "set" in self.label:
            return f"{self.label['set']}, {self.path.parent.name}"
        if self.label["scanned"]:
            return "scan"
        return "text PDF" if self.path.suffix == ".pdf" else "plain text"


def labelled(corpus: Path) -> Iterator[Labelled]:
    """The labelled documents of the shared corpus, in order of their names."""
    for path in sorted((corpus / "labels").glob("*.json")):
        label = json.loads(path.read_text(encoding="utf-8"))
        yield Labelled(corpus / label["path"], label)


def constructed(folder: Path) -> Iterator[Labelled]:
    """Invented documents, each with its label beside it."""
    for path in sorted(folder.glob("*.json")):
        label = json.loads(path.read_text(encoding="utf-8"))
        yield Labelled(folder / label["path"], label)


def understood(one: Labelled, ocr: Ocr | None) -> Reading:
    """The document as it is read from nothing but its bytes, its file name, and the kind of its council."""
    hints = Hints(
        file_name=one.path.name,
        council_kind=KINDS.get(one.label["council_kind"], "commune"),
        reference_date=date.fromisoformat(one.label.get("reference_date") or "2026-01-31"),
    )
    return read(one.path.read_bytes(), None, hints, load(), ocr)


def score(label: dict[str, Any], reading: Reading, tally: Tally) -> None:
    """Add one document to the tally."""
    tally.documents += 1
    left = list(enumerate(reading.sessions))
    for wanted in label["sessions"]:
        when = date.fromisoformat(wanted["date"]) if wanted["date"] else None
        lone = left[0] if left and len(label["sessions"]) == 1 else None
        chosen = next((one for one in left if one[1].date == when), lone)
        if chosen is not None:
            left.remove(chosen)
        index, claim = chosen or (None, None)
        score_session(wanted, claim, when, tally)
        score_items(wanted, claim.items if claim else (), topics_by_item(reading, index), tally)
    for _, claim in left:
        tally.count("date", 0, 1, f"a session that is none: {claim.body} {claim.date}")
        tally.count("items: precision", 0, len(claim.items), f"{len(claim.items)} items of a session that is none")


def topics_by_item(reading: Reading, session: int | None) -> dict[int, set[Topic]]:
    """Topics of the flags at or above the usual threshold, by index of the item."""
    found: dict[int, set[Topic]] = {}
    for flag in reading.flags:
        if flag.session == session and flag.item is not None and flag.score >= FLAGGED:
            found.setdefault(flag.item, set()).update(flag.topics)
    return found


def score_session(wanted: dict[str, Any], claim: SessionClaim | None, when: date | None, tally: Tally) -> None:
    got_date = claim.date if claim else None
    tally.count("date", int(got_date == when), 1, f"{got_date} for {when}")
    hour = datetime.strptime(wanted["time"], "%H:%M").time() if wanted["time"] else None  # noqa: DTZ007 a wall clock
    got = claim.time if claim else None
    tally.count("time", int(claim is not None and got == hour), 1, f"{got} for {hour}")
    place, expected = (squeeze(plain(text or "")) for text in (claim.place if claim else None, wanted["place"]))
    tally.count("place", int(claim is not None and place == expected), 1, f"{place!r} for {expected!r}")
    if "status" in wanted:  # what only the constructed ones say
        for name in ("body", "status", "convened_on"):
            value = getattr(claim, name, None) if claim else None
            said = str(value).lower() if value is not None else None
            tally.count(name, int(said == (wanted.get(name) or None)), 1, f"{said} for {wanted.get(name)}")


def score_items(
    wanted: dict[str, Any], found: Sequence[ItemClaim], topics: dict[int, set[Topic]], tally: Tally
) -> None:
    places = {id(item): index for index, item in enumerate(found)}
    lines = [item for item in found if item.parent is not None]
    free = [item for item in found if item.parent is None]
    for label in wanted["items"]:
        claim = best(label, free)
        spared = bool(label.get("minor")) and not label.get("topics")
        expected = bool(label.get("topics"))
        if claim is None:
            error = f"missing p{label['page']} [{label['number']}] {label['title'][:90]}"
            tally.count("items: recall", 0, int(not spared), error)
            tally.count(FLAGS[1], 0, int(expected), error)
            if not spared and label["votes"]:
                tally.count("votes", 0, len(label["votes"]), f"of a missing item: {label['title'][:60]}")
            continue
        free.remove(claim)
        if not spared:
            tally.count("items: recall", 1, 1)
            tally.count("items: precision", 1, 1)
            score_votes(label, claim.votes, tally)
        flagged = bool(topics.get(places[id(claim)]))
        tally.count(
            FLAGS[1],
            int(flagged and expected),
            int(expected),
            f"not flagged: {label['title'][:90]} {label.get('topics')}",
        )
        about = f"{label['title'][:90]} {topics.get(places[id(claim)])}"
        if not label.get("topics_tolerated"):  # a report whose lines are flagged on their own may be flagged or not
            tally.count(FLAGS[0], int(expected and flagged), int(flagged), f"flagged: {about}")
    for group in wanted["group_headings"]:
        if (claim := best(group, free)) is not None:
            free.remove(claim)
    for claim in free:
        tally.count("items: precision", 0, 1, f"extra p{claim.page} [{claim.number}] {claim.title[:90]}")
        extra = topics.get(places[id(claim)])
        tally.count(FLAGS[0], 0, int(bool(extra)), f"flagged, and no item: {claim.title[:90]} {extra}")
    score_decisions(wanted, lines, tally)


def score_decisions(wanted: dict[str, Any], lines: Sequence[ItemClaim], tally: Tally) -> None:
    """Flagged lines of a report on delegated decisions, where the label names those that should be."""
    if "decisions" not in wanted:
        return
    free = list(lines)
    for label in wanted["decisions"]:
        if not label["topics"]:
            continue
        text = fold_title(label["text"])
        claim = next((one for one in free if fuzz.partial_ratio(fold_title(one.title), text) >= ALIKE), None)
        tally.count(
            "flagged decisions: recall", int(claim is not None), 1, f"not a line of its own: {label['text'][:90]}"
        )
        if claim is not None:
            free.remove(claim)
            tally.count("flagged decisions: precision", 1, 1)
    for claim in free:
        tally.count("flagged decisions: precision", 0, 1, f"line p{claim.page} {claim.title[:90]}")


def best(label: dict[str, Any], found: Sequence[ItemClaim]) -> ItemClaim | None:
    """The claim on the same page whose title is most alike, if alike enough."""
    wanted = fold_title(label["title"])
    ranked = [
        (fuzz.ratio(wanted, fold_title(one.title)), -place, one)
        for place, one in enumerate(found)
        if one.page == label["page"]
    ]
    top = max(ranked, key=lambda pair: pair[:2], default=None)
    return top[2] if top and top[0] >= ALIKE else None


def score_votes(label: dict[str, Any], votes: Sequence[VoteClaim], tally: Tally) -> None:
    wanted = [
        (vote["result"], vote["for"], vote["against"], vote["abstain"], vote["unanimous"]) for vote in label["votes"]
    ]
    got = [(vote.result, vote.for_, vote.against, vote.abstain, vote.unanimous) for vote in votes]
    blocks = difflib.SequenceMatcher(None, wanted, got, autojunk=False).get_matching_blocks()
    right, total = sum(block.size for block in blocks), max(len(wanted), len(got))
    tally.count("votes", right, total, f"{label['title'][:50]}: {got} for {wanted}")


def measure(documents: Iterator[Labelled], ocr: Ocr | None) -> tuple[dict[str, Tally], dict[str, list[str]]]:
    """Tallies by form of document, and the errors of each document."""
    tallies: dict[str, Tally] = {}
    errors: dict[str, list[str]] = {}
    for one in documents:
        tally = tallies.setdefault(one.form, Tally())
        before = len(tally.errors)
        reading = understood(one, ocr)
        score(one.label, reading, tally)
        errors[f"{one.label['path']} ({reading.state}, {reading.kind})"] = tally.errors[before:]
    return tallies, errors
