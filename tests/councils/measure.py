"""Crawl the invented council sites and print what was found: ``python tests/councils/measure.py [names]``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.councils.all_sites import grounds
from tests.councils.judging import PROCESSES, measure, table


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="sites (parts of their names are enough); all when none is given")
    parser.add_argument("--processes", type=int, default=PROCESSES)
    parser.add_argument("--details", type=int, default=8, help="how many mistakes of each kind are named")
    parser.add_argument("--needless", action="store_true", help="name the requests that the shortest path does without")
    parser.add_argument("--keep", type=Path, help="keep the homes in this folder")
    given = parser.parse_args()
    chosen = grounds(given.names)
    if not chosen:
        parser.error("no site of that name")
    with tempfile.TemporaryDirectory() as folder:
        verdicts = measure(chosen, given.keep or Path(folder), processes=given.processes)
    print(table(verdicts, details=given.details))
    for verdict in verdicts if given.needless else ():
        print(f"\n{verdict.key}: requests beyond the shortest path, in their order")
        print("\n".join(f"    {text}" for text in verdict.needless))
    return int(any(verdict.complaints for verdict in verdicts))


if __name__ == "__main__":
    sys.exit(main())
