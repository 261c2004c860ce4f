"""How often the facts drawn from items are right, and how many are found: by kind, against labels.

    python benchmarks/facts.py [--corpus DIR] [--half held-out|tuning] [--errors]

The labels (``sets/facts-*.jsonl``) are of real items of the shared corpus, named by the hash of the document and the
place of the item in it, and of constructed items; no text is kept. *Doubtful* facts, of which a careful reader could
say either, count neither way. Exit code 1 where the precision of a kind with ten facts or more is under 95 %.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SETS = Path(__file__).resolve().parent / "sets"
sys.path[:0] = [str(ROOT), str(SETS.parent)]  # the checkout comes first

from rates import cell, table  # noqa: E402

from crawler.models import FactClaim, Hints  # noqa: E402
from pipelines.facts.context import Text  # noqa: E402
from pipelines.facts.draw import facts_of  # noqa: E402
from pipelines.read import read  # noqa: E402

LEAST, WANTED = 10, 0.95
Row = dict[str, Any]


def folded(name: str) -> str:
    return re.sub(r"\W+", "", Text.of(name).folded)


def stretches(half: str, corpus: Path) -> Iterator[tuple[Row, str, str]]:
    """Each labelled item with its title and its text; an item whose text is no longer the one labelled is told."""
    labels = [json.loads(line) for line in (SETS / f"facts-{half}.jsonl").read_text(encoding="utf-8").splitlines()]
    items = {
        row["id"]: row
        for row in map(json.loads, (SETS / f"items-{half}.jsonl").read_text(encoding="utf-8").splitlines())
    }
    by_document: dict[str, list[Row]] = defaultdict(list)
    for label in labels:
        if "item" in label:
            item = items[label["item"]]
            yield label, item["title"], f"{item['title']}\n{item.get('body') or ''}"
        else:
            by_document[label["document"]].append(label)
    for path in sorted(path for path in corpus.rglob("*") if path.is_file()):
        data = path.read_bytes()
        wanted = by_document.get(hashlib.sha256(data).hexdigest())
        if wanted:
            yield from _in_document(data, path, wanted)


def _in_document(data: bytes, path: Path, wanted: Iterable[Row]) -> Iterator[tuple[Row, str, str]]:
    reading = read(data, None, Hints(file_name=path.name))
    pages = {page.number: page.text for page in reading.pages}
    titles = {item.begin: item.title for session in reading.sessions for item in session.items}
    for label in wanted:
        begin, finish = tuple(label["begin"]), tuple(label["finish"])
        text = "\f".join(
            pages.get(number, "")[begin[1] if number == begin[0] else 0 : finish[1] if number == finish[0] else None]
            for number in range(begin[0], finish[0] + 1)
        )
        if hashlib.sha256("".join(text.split()).encode()).hexdigest() != label["stretch"]:
            print(f"{label['document'][:12]} {begin}: another text than the one labelled, left out", file=sys.stderr)
            continue
        yield label, titles.get(begin, text.strip().split("\n")[0]), text


def is_right(fact: FactClaim, label: Row) -> bool:
    """Whether a fact is the labelled one: value and role, funder, or the name of firm or product."""
    if fact.kind != label["kind"]:
        return False
    if "value" in label:
        near = fact.value is not None and abs(fact.value - label["value"]) < 0.006
        tax = not (fact.tax and label.get("tax")) or fact.tax == label["tax"]
        return near and tax and label.get("role") in (None, fact.role)
    if "name" in label:
        return fact.name == label["name"]
    if "hashes" in label:
        words = [folded(word) for word in fact.name.split()]
        parts = {"".join(words[a:b]) for a in range(len(words)) for b in range(a + 1, len(words) + 1)}
        return bool({hashlib.sha256(part.encode()).hexdigest()[:16] for part in parts} & set(label["hashes"]))
    return folded(fact.name) in label["folded"] or label["folded"] in folded(fact.name)


def measure(half: str, corpus: Path) -> tuple[int, Counter[tuple[str, str]], list[str]]:
    """How many items were read, facts by kind and verdict, and what was wrong."""
    counts: Counter[tuple[str, str]] = Counter()
    errors: list[str] = []
    number = 0
    for label, title, text in stretches(half, corpus):
        number += 1
        once = {
            (f.kind, None if f.kind == "funding" else f.value, f.name, f.role): f
            for f in reversed(facts_of(text, title))
        }
        found = set()
        where = label.get("item") or f"{label['document'][:12]} {label['begin']}"
        for fact in once.values():
            hits = [place for place, one in enumerate(label["facts"]) if is_right(fact, one)]
            doubtful = any(is_right(fact, {**one, "role": None}) for one in label["doubtful"])
            verdict = "right" if hits else "doubtful" if doubtful else "false"
            counts[fact.kind, verdict] += 1
            found.update(hits)
            if verdict == "false":
                errors.append(
                    f"{where}: false {fact.kind} {fact.value or fact.name} {fact.role or ''} {fact.tax or ''}"
                )
        for place, one in enumerate(label["facts"]):
            counts[one["kind"], "labelled"] += 1
            counts[one["kind"], "found"] += place in found
            if place not in found:
                errors.append(f"{where}: missed {one}")
    return number, counts, errors


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = Path(os.environ.get("TOCSIN_SHARED", ROOT.parent / "shared"))
    parser.add_argument("--corpus", type=Path, default=shared / "corpus")
    parser.add_argument("--half", choices=("held-out", "tuning"), default="held-out")
    parser.add_argument("--errors", action="store_true")
    options = parser.parse_args()
    if not options.corpus.is_dir():
        print(f"{options.corpus}: no corpus here (set TOCSIN_SHARED or --corpus)", file=sys.stderr)
        return 2
    number, counts, errors = measure(options.half, options.corpus)
    rows, missed = [], False
    for kind in sorted({kind for kind, _ in counts}):
        right, false = counts[kind, "right"], counts[kind, "false"]
        missed |= right + false >= LEAST and right / (right + false) < WANTED
        recall = cell(counts[kind, "found"], counts[kind, "labelled"])
        rows.append((kind, cell(right, right + false), recall, str(counts[kind, "doubtful"])))
    print(f"{number} items, {options.half}\n")
    print("\n".join(table(("fact", "precision", "recall", "doubtful"), rows)))
    if options.errors:
        print("\n" + "\n".join(errors))
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main())
