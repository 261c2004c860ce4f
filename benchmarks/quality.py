"""How well documents are understood: sessions, items, votes and flags against labels, real and constructed.

    python benchmarks/quality.py [--corpus DIR] [--only documents|flags] [--errors] [--write]

``--errors`` lists what is wrong, document by document and text by text; ``--write`` writes the first section of
docs/quality.md and the figures that the portal shows. Scans are recognised, which takes a second or two a page. Exit
code 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SETS = Path(__file__).resolve().parent / "sets"
sys.path[:0] = [str(ROOT), str(SETS.parent)]  # the checkout comes first

from quality_documents import FLAGS, MEASURES, constructed, labelled, measure  # noqa: E402
from quality_flags import TITLES, Scored, bodies, register, titles  # noqa: E402
from rates import Tally, table, wilson  # noqa: E402

from pipelines.lexicons import load  # noqa: E402
from pipelines.text.ocr.inline import recogniser  # noqa: E402

__all__ = ["MEASURES", "measure", "wilson"]
HALVES = ("tuning", "held-out")


def documents_page(corpus: Path) -> tuple[list[str], dict[str, Tally], dict[str, list[str]]]:
    """Tables of real and of constructed documents, the tallies behind them, and what was wrong."""
    ocr = recogniser()
    real, errors = measure(labelled(corpus), ocr)
    lines = ["## Real documents", "", *rows_of(real)]
    tallies = dict(real)
    for half in HALVES:
        made, more = measure(constructed(SETS / "documents" / half), ocr)
        lines += ["", f"## Constructed documents, {half}", "", *rows_of(made)]
        tallies |= made
        errors |= more
    return lines, tallies, errors


def rows_of(tallies: dict[str, Tally]) -> Iterator[str]:
    extra = [
        name
        for name in (
            "body",
            "status",
            "convened_on",
            *FLAGS,
            "flagged decisions: precision",
            "flagged decisions: recall",
        )
        if any(tally.total[name] for tally in tallies.values())
    ]
    names = [*MEASURES, *extra]
    rows = []
    for name in ("documents", *names, "items: F1"):
        cells = [
            str(tally.documents)
            if name == "documents"
            else ("–" if (f1 := tally.f1()) is None else f"{f1:.3f}")
            if name == "items: F1"
            else tally.cell(name)
            for tally in tallies.values()
        ]
        rows.append((name, *cells))
    yield from table(["", *tallies], rows)


def flags_page(corpus: Path) -> tuple[list[str], dict[str, Scored]]:
    """Tables of the flags of titles and of constructed items."""
    lexicon = load()
    sets = {name: titles(corpus / name, lexicon) for name in TITLES}
    sets["csv/prefecture_police_arretes.csv"] = register(corpus / "csv/prefecture_police_arretes.csv", lexicon)
    halves = {half: bodies([SETS / f"items-{half}.jsonl"], lexicon) for half in HALVES}
    lines = ["## Titles", ""]
    lines += table(
        ["set", "titles", "precision", "recall", "flagged without a topic"],
        [(name, str(one.texts), *one.topics.cells()[:2], one.false_rate()) for name, one in sets.items()],
    )
    for name, one in halves.items():
        lines += ["", f"## Constructed items: {name}", ""]
        lines += [
            f"{one.texts} items; flagged at all: precision {one.items.cells()[0]}, recall {one.items.cells()[1]};"
            f" about no topic, and flagged: {one.false_rate()}.",
            "",
        ]
        lines += table(["topic", "precision", "recall", "F1"], one.rows())
    return lines, sets | halves


def misses(tallies: dict[str, Tally], sets: dict[str, Scored]) -> Iterator[str]:
    """Targets that are not reached, with the figure."""
    least = {"date": 0.98, "time": 0.95, "votes": 0.92}
    for form, tally in tallies.items():
        for name, target in least.items():
            total = tally.total[name]
            if total and tally.right[name] / total < target:
                yield f"{form}: {name} {tally.cell(name)}, {target:.0%} wanted"
        f1, target = tally.f1(), 0.80 if form == "scan" else 0.92
        if f1 is not None and f1 < target:
            yield f"{form}: items F1 {f1:.3f}, {target} wanted"
    held_out = sets.get("held-out")
    if held_out:
        found = held_out.items
        for name, right, total, target in (
            ("recall", found.right, found.right + found.missed, 0.97),
            ("precision", found.right, found.right + found.false, 0.95),
        ):
            if total and right / total < target:
                yield f"held-out items: {name} {right}/{total}, {target:.0%} wanted"
    for name in ("titles_montpellier.jsonl", "titles_avranches_ocr.jsonl", "csv/prefecture_police_arretes.csv"):
        if name in sets and sets[name].false > 2 * sets[name].texts / 1000:
            yield f"{name}: {sets[name].false} false flags of {sets[name].texts}, 2 per 1,000 wanted"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = Path(os.environ.get("TOCSIN_SHARED", ROOT.parent / "shared"))
    parser.add_argument("--corpus", type=Path, default=shared / "corpus")
    parser.add_argument("--only", choices=("documents", "flags"))
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    if not (arguments.corpus / "labels").is_dir():
        print(f"{arguments.corpus}: no labels here (set TOCSIN_SHARED or --corpus)", file=sys.stderr)
        return 2
    lines: list[str] = []
    tallies: dict[str, Tally] = {}
    sets: dict[str, Scored] = {}
    errors: dict[str, list[str]] = {}
    if arguments.only != "flags":
        lines, tallies, errors = documents_page(arguments.corpus)
    if arguments.only != "documents":
        more, sets = flags_page(arguments.corpus)
        lines += ["", *more]
        errors |= {name: one.errors for name, one in sets.items()}
    print("\n".join(lines))
    for name, wrong in errors.items() if arguments.errors else ():
        print(f"\n{name}: {len(wrong)} wrong")
        print("\n".join(f"  {line}" for line in wrong))
    missed = list(misses(tallies, sets))
    print("\n" + ("\n".join(f"MISSED: {line}" for line in missed) or "all targets are reached"))
    if arguments.write and arguments.only:
        print("nothing is written of a part: leave out --only", file=sys.stderr)
        return 2
    if arguments.write:
        write(lines)
        keep(figures(tallies, sets))
    return 1 if missed else 0


INTRO = """# How well Tocsin understands documents

By `python benchmarks/quality.py --write`. Each rate has its count and its 95 % Wilson interval. Date, hour and place
are exact or wrong; an item is right when its title is at least 85 % alike on the same page; a vote is right when its
result, every count and unanimity are right; a flag is right when the label gives its item that topic (threshold 0.5).

- Real documents: the rules were written with them in sight; expect less on councils that nobody has looked at. Scans
  are recognised by Tesseract in French; a word that it misread makes a title, a place or a vote wrong.
- Constructed documents and items are invented, by authors who had not seen the rules.
- Of the constructed items half was held out: no rule was changed for what it showed.

"""
END = "<!-- end of what benchmarks/quality.py writes -->"


FIGURES = ROOT / "db" / "portal" / "quality.json"  # shown by the portal's page Coverage


def figures(tallies: dict[str, Tally], sets: dict[str, Scored]) -> dict[str, Any]:
    """The counts behind the page: [right, total] of each measure on each set."""
    documents = {
        name: {
            "documents": one.documents,
            "rates": {measure: [one.right[measure], total] for measure, total in one.total.items() if total},
        }
        for name, one in tallies.items()
    }
    texts = {
        name: {
            "texts": one.texts,
            "rates": {
                "precision": [one.topics.right, one.topics.right + one.topics.false],
                "recall": [one.topics.right, one.topics.right + one.topics.missed],
                "flagged without a topic": [one.false, one.plain],
            },
        }
        for name, one in sets.items()
    }
    return {"measured_on": datetime.now(UTC).date().isoformat(), "documents": documents, "texts": texts}


def keep(found: dict[str, Any]) -> None:
    """Write the figures where the portal reads them."""
    FIGURES.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def write(lines: list[str]) -> None:
    """Replace what an earlier run wrote; what stands after it stays."""
    target = ROOT / "docs" / "quality.md"
    _, mark, rest = target.read_text(encoding="utf-8").partition(END)
    target.write_text(f"{INTRO}{chr(10).join(lines)}\n\n{mark or END}{rest}", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
