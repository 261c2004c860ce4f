"""What dates and hours cost a page, beside ``dateparser.search`` on the same pages.

    python benchmarks/dates.py [FOLDER_OF_TEXTS] [--pages 200]

Without a folder the pages are made of the constructed documents of the tests, which hold many more dates than most.
Processor time is printed, so that other work on the machine counts less; trust the ratios.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from dateparser.search import search_dates

from pipelines.agenda.clock import find_times
from pipelines.agenda.dates import find_dates
from pipelines.agenda.evidence import judge
from pipelines.agenda.words import plain

PAGE = 3000  # characters
CONSTRUCTED = Path(__file__).resolve().parents[1] / "tests" / "pipelines" / "agenda" / "constructed"
REFERENCE = date(2026, 3, 2)
SLOW = 12  # pages that dateparser is given: it takes a hundred times longer
QUIET = (
    "Le conseil municipal, après en avoir délibéré, approuve à l'unanimité la convention relative à la toiture. "
    "Monsieur le Maire rappelle que la dépense, d'un montant de 48 200 € HT, est inscrite au budget de l'exercice.\n"
)


def main() -> None:
    """Print a line per step: milliseconds a page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--pages", type=int, default=200)
    options = parser.parse_args()
    pages = texts(options.folder or CONSTRUCTED)[: options.pages]
    quiet = [(QUIET * PAGE)[:PAGE]] * len(pages)
    dates = sum(len(find_dates(page, REFERENCE)) for page in pages)
    print(f"{len(pages)} pages of up to {PAGE} characters with {dates / len(pages):.1f} dates each")
    print("| | ms a page |\n|---|---|")
    row("plain text", plain, pages)
    row("find_dates", lambda page: find_dates(page, REFERENCE), pages)
    row("find_times", find_times, pages)
    row("judge: dates, hours and the part each plays", lambda page: judge(plain(page), REFERENCE), pages)
    row("judge, pages without a date", lambda page: judge(plain(page), REFERENCE), quiet)
    row("dateparser.search, French only", lambda page: search_dates(page, languages=["fr"]), pages[:SLOW])


def texts(folder: Path) -> list[str]:
    """The texts of a folder cut into pages; the space at their ends makes each one new to every cache."""
    whole = "\n\n".join(path.read_text(encoding="utf-8", errors="replace") for path in sorted(folder.rglob("*.txt")))
    return [whole[start : start + PAGE] for start in range(0, len(whole), PAGE)]


def row(name: str, work: Callable[[str], object], pages: Sequence[str], rounds: int = 3) -> None:
    """One line of the table: the best of three rounds, each over pages that no cache has seen."""
    best = float("inf")
    for number in range(rounds if len(pages) > SLOW else 1):
        fresh = [f"{page}{' ' * number}{place}" for place, page in enumerate(pages)]
        judge.cache_clear()
        begin = time.process_time()
        for page in fresh:
            work(page)
        best = min(best, time.process_time() - begin)
    print(f"| {name} | {1000 * best / len(pages):.2f} |")


if __name__ == "__main__":
    main()
