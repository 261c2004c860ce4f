"""How fast documents are read, beside other readers of PDF text on the same pages, in one run.

    python benchmarks/reading.py [--shared ../shared] [--size 20] [--repeat 3] [--ocr] [--full]

Reads the text PDFs of the corpus (``--size`` of them, 0 for all) on one core, without optical recognition: our reader,
its two parts, bare pypdfium2, and the peers that are installed (``pip install -e .[bench]``; pdftotext is Debian's
poppler-utils). Every row runs in a process of its own, rounds take turns, and the best round counts. Time is processor
time, so that a busy machine matters little; trust the ratios all the same. Slow readers get a fifth of the documents;
ratios are by page. Then the pool with one and two workers (by the clock: there a busy machine shows), and long
documents, made up.

``--ocr`` runs ``benchmarks/ocr.py`` too, which measures recognition beside Tesseract alone and ocrmypdf on the same
scans. ``--full`` is all documents, the longest texts and ``--ocr``. Exit code 1 where ``read`` is slower than a third
of bare text or half of line boxes.
"""

from __future__ import annotations

import argparse
import multiprocessing
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

from reading_rows import BARE, BOXES, READ, ROWS, Measured, call, measure, page_count

HERE = Path(__file__).resolve().parent
WANTED = ((BARE, 1 / 3), (BOXES, 1 / 2))  # what ``read`` must reach, as a share of a row's pages per second


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--shared", type=Path, default=HERE.parent.parent / "shared")
    arguments.add_argument("--size", type=int, default=20, help="documents to read; 0 for all")
    arguments.add_argument("--repeat", type=int, default=3)
    arguments.add_argument("--ocr", action="store_true", help="optical recognition too")
    arguments.add_argument("--full", action="store_true", help="everything; takes minutes")
    options = arguments.parse_args()
    files = sorted((options.shared / "corpus" / "pdf-text").rglob("*.pdf"))
    if not files:
        print(f"no documents under {options.shared}/corpus/pdf-text", file=sys.stderr)
        return 2
    size = 0 if options.full else options.size
    chosen = files[:: max(len(files) // size, 1)][:size] if size else files
    rows = speeds(chosen, options.repeat)
    table(rows, len(chosen))
    apart(rows[READ], chosen)
    enough = ratios(rows)
    pool(files, 24 if options.full else 8)
    long(options.full)
    if options.ocr or options.full:
        print("\nOptical recognition: benchmarks/ocr.py", flush=True)
        subprocess.run([sys.executable, str(HERE / "ocr.py"), "--shared", str(options.shared)], check=False)
    return 0 if enough else 1


def speeds(files: Sequence[Path], repeat: int) -> dict[str, Measured]:
    """The best round of every row that is installed."""
    rows = [row for row in ROWS if row.installed]
    best: dict[str, Measured] = {}
    with ExitStack() as stack:
        own = {row.name: stack.enter_context(alone()) for row in rows}
        for _ in range(repeat):
            for row in rows:
                found = own[row.name].submit(measure, row, files[::5] if row.slow else files).result()
                best[row.name] = min(found, best.get(row.name, found), key=lambda one: one.seconds)
    return best


def alone() -> ProcessPoolExecutor:
    """A fresh process, whose memory is its own; so this module imports nothing large."""
    return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))


def table(rows: dict[str, Measured], documents: int) -> None:
    print(f"{documents} documents, {rows[READ].pages} pages, one core, without optical recognition")
    print(f"{'':28}{'pages':>7}{'pages/s':>10}{'ms/page':>10}{'MB':>7}{'× bare':>9}")
    for row in ROWS:
        found = rows.get(row.name)
        if found is None:
            print(f"{row.name:28}  not installed")
            continue
        print(
            f"{row.name:28}{found.pages:>7}{speed(found):>10.0f}{1000 / speed(found):>10.2f}"
            f"{found.megabytes:>7.0f}{speed(found) / speed(rows[BARE]):>9.2f}"
        )


def speed(found: Measured) -> float:
    return found.pages / found.seconds


def apart(found: Measured, files: Sequence[Path]) -> None:
    """The pages that need pdfminer.six's layout analysis, told apart."""
    with alone() as process:
        sent, spent = process.submit(call, "reading_ours:analysed", files).result()
    if not sent:
        print("no page needed pdfminer.six")
        return
    rest = (found.pages - sent) / (found.seconds - spent)
    print(f"{sent} pages needed pdfminer.six, {1000 * spent / sent:.0f} ms each; the others: {rest:.0f} pages/s")


def ratios(rows: dict[str, Measured]) -> bool:
    """Print how ``read`` compares with every peer; whether it reaches what is wanted."""
    for name, found in rows.items():
        if not name.startswith((READ, "  ")):
            print(f"read : {name:24} = {speed(rows[READ]) / speed(found):.2f}")
    missed = [name for name, least in WANTED if speed(rows[READ]) < least * speed(rows[name])]
    for name in missed:
        print(f"TOO SLOW beside {name}")
    return not missed


def pool(files: Sequence[Path], count: int) -> None:
    """How much a second worker brings."""
    large = sorted(files, key=lambda file: -file.stat().st_size)[:count]
    pages = sum(page_count(file.read_bytes()) for file in large)
    with alone() as process:
        seconds = process.submit(call, "reading_ours:scaling", large).result()
    print(f"\nReaderPool, the {count} largest documents, {pages} pages, by the clock")
    for workers, taken in seconds.items():
        print(f"  {workers} worker{'s' * (workers > 1)}: {pages / taken:.0f} pages/s")
    print(f"  two workers : one = {seconds[1] / seconds[2]:.2f}")


def long(full: bool) -> None:
    """Time, memory and items of documents made up; "2.9/4" is 2.9 times the time for 4 times the length."""
    if find_spec("reportlab") is None:
        print("\nLong documents: reportlab is not installed")
        return
    print(f"\n{'Long documents':30}{'MB':>7}{'seconds':>9}{'growth':>9}{'memory MB':>11}{'items':>8}")
    before = 0.0
    for name, data, media_type, times in call("reading_long:long_documents", full):
        with alone() as process:
            seconds, megabytes, items = process.submit(call, "reading_ours:read_alone", data, media_type).result()
        growth = f"{seconds / before:.1f}/{times}" if times > 1 else ""
        before = seconds
        print(f"{name:30}{len(data) / 1e6:>7.1f}{seconds:>9.2f}{growth:>9}{megabytes:>11.0f}{items:>8}")


if __name__ == "__main__":
    raise SystemExit(main())
