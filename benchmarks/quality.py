"""How well documents are understood: sessions, items and votes against the labels of the shared corpus.

    python benchmarks/quality.py [--corpus DIR] [--errors] [--write]

``--errors`` lists what is wrong, document by document; ``--write`` writes the first section of docs/quality.md. Scans
are recognised, which takes a second or two a page. The rules of the labels are in their README: a minor point or group
heading that is left out, or given, is no error.
"""

from __future__ import annotations

import argparse
import difflib
import json
import math
import os
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from rapidfuzz import fuzz  # noqa: E402 the checkout comes first

from crawler.models import Hints, ItemClaim, SessionClaim, VoteClaim  # noqa: E402
from pipelines.agenda.claims import claims  # noqa: E402
from pipelines.agenda.words import fold_title, plain, squeeze  # noqa: E402
from pipelines.text.extract import extract  # noqa: E402
from pipelines.text.ocr.inline import recogniser  # noqa: E402
from pipelines.text.sniff import media_type  # noqa: E402

ALIKE = 85  # per cent of fuzzy likeness from which two titles are one
MEASURES = ("date", "time", "place", "items: precision", "items: recall", "votes")
OCR = recogniser()
FORMS = ("text PDF", "scan", "plain text")


@dataclass
class Tally:
    """Right and total by measure, and what was wrong."""

    right: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    total: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    documents: int = 0
    errors: list[str] = field(default_factory=list)

    def count(self, measure: str, right: int, total: int, error: str = "") -> None:
        self.right[measure] += right
        self.total[measure] += total
        if error and right < total:
            self.errors.append(f"{measure}: {error}")

    def f1(self) -> float | None:
        shares = [self.right[name] / self.total[name] for name in MEASURES[3:5] if self.total[name]]
        return 2 * shares[0] * shares[1] / sum(shares) if len(shares) == 2 and sum(shares) else None


def wilson(right: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % Wilson interval of a share, in 0..1."""
    if not total:
        return 0.0, 1.0
    share = right / total
    middle = share + z * z / (2 * total)
    spread = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return (middle - spread) / (1 + z * z / total), (middle + spread) / (1 + z * z / total)


def labels(corpus: Path) -> Iterator[dict[str, Any]]:
    """The label files, in order of their names."""
    for path in sorted((corpus / "labels").glob("*.json")):
        yield json.loads(path.read_text(encoding="utf-8"))


def form_of(label: dict[str, Any]) -> str:
    if label["scanned"]:
        return "scan"
    return "text PDF" if label["path"].endswith(".pdf") else "plain text"


def read(corpus: Path, label: dict[str, Any]) -> tuple[str, tuple[SessionClaim, ...]]:
    """State of the document and its claims, from nothing but its bytes, its file name and the kind of its council."""
    path = corpus / label["path"]
    data = path.read_bytes()
    kind = "epci" if label["council_kind"] in ("communautaire", "epci", "intercommunal") else "commune"
    hints = Hints(file_name=path.name, council_kind=kind, reference_date=date(2026, 1, 31))
    extracted = extract(data, media_type(data, path.name), hints, OCR)
    return extracted.state, claims(extracted, hints)[1]


def score(label: dict[str, Any], found: Sequence[SessionClaim], tally: Tally) -> None:
    """Add one document to the tally."""
    tally.documents += 1
    left = list(found)
    for wanted in label["sessions"]:
        when = date.fromisoformat(wanted["date"]) if wanted["date"] else None
        claim = next(
            (one for one in left if one.date == when), left[0] if left and len(label["sessions"]) == 1 else None
        )
        if claim is not None:
            left.remove(claim)
        score_session(wanted, claim, when, tally)
        score_items(wanted, claim.items if claim else (), tally)
    for claim in left:
        tally.count("date", 0, 1, f"a session that is none: {claim.body} {claim.date}")
        tally.count("items: precision", 0, len(claim.items), f"{len(claim.items)} items of a session that is none")


def score_session(wanted: dict[str, Any], claim: SessionClaim | None, when: date | None, tally: Tally) -> None:
    got_date = claim.date if claim else None
    tally.count("date", int(got_date == when), 1, f"{got_date} for {when}")
    hour = datetime.strptime(wanted["time"], "%H:%M").time() if wanted["time"] else None  # noqa: DTZ007 a wall clock
    got = claim.time if claim else None
    tally.count("time", int(claim is not None and got == hour), 1, f"{got} for {hour}")
    place, expected = (squeeze(plain(text or "")) for text in (claim.place if claim else None, wanted["place"]))
    tally.count("place", int(claim is not None and place == expected), 1, f"{place!r} for {expected!r}")


def score_items(wanted: dict[str, Any], found: Sequence[ItemClaim], tally: Tally) -> None:
    free = list(found)
    for label in wanted["items"]:
        claim = best(label, free)
        spared = bool(label.get("minor")) and not label.get("topics")
        if claim is None:
            tally.count(
                "items: recall",
                0,
                int(not spared),
                f"missing p{label['page']} [{label['number']}] {label['title'][:90]}",
            )
            if not spared and label["votes"]:
                tally.count("votes", 0, len(label["votes"]), f"of a missing item: {label['title'][:60]}")
            continue
        free.remove(claim)
        if not spared:
            tally.count("items: recall", 1, 1)
            tally.count("items: precision", 1, 1)
            score_votes(label, claim.votes, tally)
    for group in wanted["group_headings"]:
        if (claim := best(group, free)) is not None:
            free.remove(claim)
    for claim in free:
        tally.count("items: precision", 0, 1, f"extra p{claim.page} [{claim.number}] {claim.title[:90]}")


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


def measure(corpus: Path) -> tuple[dict[str, Tally], dict[str, list[str]]]:
    """Tallies by form of document, and the errors of each document."""
    tallies = {form: Tally() for form in FORMS}
    errors: dict[str, list[str]] = {}
    for label in labels(corpus):
        tally = tallies[form_of(label)]
        before = len(tally.errors)
        state, found = read(corpus, label)
        score(label, found, tally)
        errors[f"{label['path']} ({state})"] = tally.errors[before:]
    return tallies, errors


def cell(tally: Tally, name: str) -> str:
    right, total = tally.right[name], tally.total[name]
    if not total:
        return "–"
    low, high = wilson(right, total)
    return f"{100 * right / total:.1f} % ({right}/{total}; {100 * low:.0f}–{100 * high:.0f})"


def table(tallies: dict[str, Tally]) -> list[str]:
    """The report as rows of a Markdown table."""
    lines = ["| | documents | " + " | ".join(MEASURES) + " | items: F1 |", "|---" * (len(MEASURES) + 3) + "|"]
    for form, tally in tallies.items():
        f1 = tally.f1()
        cells = " | ".join(cell(tally, name) for name in MEASURES)
        lines.append(f"| {form} | {tally.documents} | {cells} | {'–' if f1 is None else f'{f1:.3f}'} |")
    return lines


PAGE = """# How well Tocsin understands documents

Sessions, items and votes read from {documents} real documents with labels, by `python benchmarks/quality.py --write`.
Each rate has its count and its 95 % Wilson interval. Date, hour and place are exact or wrong; an item is right when its
title is at least 85 % alike on the same page; a vote is right when its result, every count and unanimity are right.

{table}

- Scans are recognised by Tesseract in French; a word that it misread makes a title, a place or a vote wrong.
- The rules were written with these documents in sight; expect less on councils that nobody has looked at.
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = Path(os.environ.get("TOCSIN_SHARED", ROOT.parent / "shared"))
    parser.add_argument("--corpus", type=Path, default=shared / "corpus")
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    if not (arguments.corpus / "labels").is_dir():
        print(f"{arguments.corpus}: no labels here (set TOCSIN_SHARED or --corpus)", file=sys.stderr)
        return 2
    tallies, errors = measure(arguments.corpus)
    rows = table(tallies)
    print("\n".join(rows))
    for path, wrong in errors.items() if arguments.errors else ():
        print(f"\n{path}: {len(wrong)} wrong")
        print("\n".join(f"  {line}" for line in wrong))
    if arguments.write:
        documents = sum(tally.documents for tally in tallies.values())
        page = PAGE.format(documents=documents, table="\n".join(rows))
        target = ROOT / "docs" / "quality.md"
        rest = "\n## ".join(["", *target.read_text(encoding="utf-8").split("\n## ")[1:]])
        target.write_text(page + rest, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
