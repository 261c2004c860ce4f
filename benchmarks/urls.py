"""Kind and day that the real addresses of two councils hold, against a sample that was labelled by hand.

    python benchmarks/urls.py [--corpus DIR] [--errors]

``tests/pipelines/agenda/url_names.jsonl`` has the labels: 200 addresses drawn with a fixed seed (60 of all pages of
metz.fr, 110 of its files and pages of sessions, 30 of La Roche-sur-Yon), by line and hash. ``kind`` and ``date`` are
what the name alone holds; null where it holds none. The day of posting in a folder is never the session's. Each is read
as if first seen when the lists were made, five years later, and at an unknown time.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from rates import cell, table  # noqa: E402

from crawler.models import Hints  # noqa: E402
from pipelines.agenda.kinds import kind_named  # noqa: E402
from pipelines.agenda.sessions import day_named  # noqa: E402

LABELS = ROOT / "tests" / "pipelines" / "agenda" / "url_names.jsonl"
SEEN = {"in 2019": date(2019, 12, 1), "in 2026": date(2026, 11, 1), "unknown": None}


@dataclass(frozen=True)
class Case:
    """One address and what its name holds."""

    url: str
    drawn: str
    kind: str | None
    day: str | None


def cases(corpus: Path) -> Iterator[Case]:
    """The labelled addresses; raises ValueError where the corpus is not the one that was labelled."""
    lists: dict[str, list[str]] = {}
    for line in LABELS.read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        name = label["file"]
        if name not in lists:
            lists[name] = (corpus / "csv" / name).read_text(encoding="utf-8").splitlines()
        url = lists[name][label["line"] - 1]
        if hashlib.sha256(url.encode()).hexdigest()[:16] != label["sha256"]:
            raise ValueError(f"{name}, line {label['line']}: another address than the one that was labelled")
        yield Case(url, label["drawn"], label["kind"], label["date"])


def told(case: Case, seen: date | None) -> tuple[str | None, str | None]:
    """Kind and day that are read from an address; "other" counts as none."""
    council = "epci" if "onseil_communautaire" in case.url or "Bureau_communautaire" in case.url else "commune"
    hints = Hints(url=case.url, council_kind=council, reference_date=seen)  # type: ignore[arg-type]
    kind, day = kind_named(hints), day_named(hints)
    return (None if kind == "other" else kind), (day.isoformat() if day else None)


def verdict(expected: str | None, found: str | None) -> str:
    return "right" if expected == found else "missed" if found is None else "wrong"


def score(corpus: Path, seen: date | None) -> tuple[Counter[tuple[str, str, bool]], list[str]]:
    """How many are right, wrong and missed, by "kind" or "date" and by whether the name holds one; and the errors."""
    counts: Counter[tuple[str, str, bool]] = Counter()
    errors = []
    for case in cases(corpus):
        kind, day = told(case, seen)
        for name, expected, found in (("kind", case.kind, kind), ("date", case.day, day)):
            said = verdict(expected, found)
            counts[name, said, expected is not None] += 1
            if said != "right":
                errors.append(f"{name} {said}: {expected} expected, {found} found: {case.url}")
    return counts, errors


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = Path(os.environ.get("TOCSIN_SHARED", ROOT.parent / "shared"))
    parser.add_argument("--corpus", type=Path, default=shared / "corpus")
    parser.add_argument("--errors", action="store_true")
    arguments = parser.parse_args()
    if not (arguments.corpus / "csv").is_dir():
        print(f"{arguments.corpus}: no addresses here (set TOCSIN_SHARED or --corpus)", file=sys.stderr)
        return 2
    rows, wrong = [], []
    for when, seen in SEEN.items():
        counts, errors = score(arguments.corpus, seen)
        for name in ("kind", "date"):
            held = sum(counts[name, said, True] for said in ("right", "wrong", "missed"))
            bare = sum(counts[name, said, False] for said in ("right", "wrong", "missed"))
            right, clean = counts[name, "right", True], counts[name, "right", False]
            slips = f"{counts[name, 'wrong', True]} wrong, {counts[name, 'missed', True]} missed"
            rows.append((name, when, cell(right + clean, held + bare), cell(right, held), slips, cell(clean, bare)))
        wrong += [f"first seen {when}: {error}" for error in errors]
    head = ["", "first seen", "right", "of those that hold one", "", "of those that hold none"]
    print("\n".join(table(head, rows)))
    if arguments.errors:
        print("\n".join(wrong))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
