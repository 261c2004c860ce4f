"""What five other readers get out of every document of the corpus, beside our own reading: who fails where.

    python benchmarks/peers.py [--shared ../shared] [--size 40] [--seconds 20] [--only nasty] [--names]

Each file is given to each reader in a process of its own with a time limit. A peer *reads* a file where it finds at
least 20 characters that are not white space. We *fail* a file where our reading ends as ``failed``, ``unsupported``,
``too-large``, ``locked`` or ``error-page``, or as ``read`` with fewer characters than that; a page left to optical
recognition is no failure but listed, for the text that others find there is often a stamp. ``--size 0`` takes every
file. Exit code 1 where more than 3 % of the files that two peers read end in one of these failures.
"""

from __future__ import annotations

import argparse
import io
import resource
import shutil
import subprocess
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from inspect import signature
from pathlib import Path
from time import monotonic
from typing import Any

from pebble import ProcessExpired, ProcessFuture, ProcessPool

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from crawler.models import Hints
from pipelines.read import read

LEAST = 20  # characters from which a file counts as read
ALLOWED = 0.03  # share of the files that two peers read which we may fail
FAILURES = frozenset({"failed", "unsupported", "too-large", "locked", "error-page"})
MEMORY = 4 << 30  # address space of a reader
OURS = "tocsin"


@dataclass(frozen=True, slots=True)
class Result:
    """What one reader made of one file: ``read``, ``empty``, ``error``, ``hang``, ``crash``, or our own state."""

    state: str
    characters: int = 0
    reason: str = ""


def printed(texts: Iterable[str]) -> int:
    """Characters that are not white space."""
    return sum(len("".join(text.split())) for text in texts)


def by_pdfminer(path: Path) -> int:
    return printed([import_module("pdfminer.high_level").extract_text(path)])


def by_pypdfium2(path: Path) -> int:
    document = import_module("pypdfium2").PdfDocument(path)
    return printed(page.get_textpage().get_text_range() for page in document)


def by_pymupdf(path: Path) -> int:
    pymupdf = import_module("pymupdf")
    pymupdf.TOOLS.mupdf_display_errors(False)
    with pymupdf.open(path) as document:
        return printed(page.get_text() for page in document)


def by_pypdf(path: Path) -> int:
    return printed(page.extract_text() for page in import_module("pypdf").PdfReader(path).pages)


def by_pdftotext(path: Path) -> int:
    done = subprocess.run(["pdftotext", "-q", str(path), "-"], capture_output=True, check=True)
    return printed([done.stdout.decode("utf-8", "replace")])


PEERS: dict[str, tuple[str, Callable[[Path], int]]] = {
    "pdfminer.six": ("pdfminer", by_pdfminer),
    "pypdfium2": ("pypdfium2", by_pypdfium2),
    "PyMuPDF": ("pymupdf", by_pymupdf),
    "pdftotext": ("", by_pdftotext),
    "pypdf": ("pypdf", by_pypdf),
}


def installed(name: str) -> bool:
    module = PEERS[name][0]
    return find_spec(module) is not None if module else shutil.which(name) is not None


def peer(name: str, path: Path) -> Result:
    """In a worker: what a peer finds."""
    warnings.simplefilter("ignore")
    try:
        characters = PEERS[name][1](path)
    except Exception as error:  # whatever a library raises is what we want to know
        return Result("error", 0, f"{type(error).__name__}: {error}"[:120])
    return Result("read" if characters >= LEAST else "empty", characters)


def ours(path: Path) -> Result:
    """In a worker: our own reading, without optical recognition."""
    off = {"ocr": None} if "ocr" in signature(read).parameters else {}
    done = read(path.read_bytes(), None, Hints(file_name=path.name), **off)
    return Result(done.state, done.characters, done.reason or "")


def bounded() -> None:
    """At the start of a worker."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stderr = io.StringIO()


def result(future: ProcessFuture[Any]) -> Result:
    try:
        done: Result = future.result()
        return done
    except TookTooLong:
        return Result("hang")
    except ProcessExpired as error:
        return Result("crash", 0, str(error))


def run(files: Sequence[Path], names: Sequence[str], seconds: float) -> dict[str, list[Result]]:
    """The results of each reader, file by file; prints what each took."""
    found: dict[str, list[Result]] = {}
    for name in (OURS, *names):
        begin = monotonic()
        with ProcessPool(max_workers=2, max_tasks=100, initializer=bounded) as pool:
            futures = [
                pool.schedule(ours, args=(file,), timeout=seconds)
                if name == OURS
                else pool.schedule(peer, args=(name, file), timeout=seconds)
                for file in files
            ]
            found[name] = [result(future) for future in futures]
        states = Counter(each.state for each in found[name])
        counts = ", ".join(f"{state} {count}" for state, count in states.most_common())
        print(f"{name:14}{monotonic() - begin:7.1f} s   {counts}", flush=True)
    return found


def failed(mine: Result) -> bool:
    return mine.state in FAILURES or (mine.state == "read" and mine.characters < LEAST)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--shared", type=Path, default=Path(__file__).resolve().parent.parent.parent / "shared")
    arguments.add_argument("--size", type=int, default=40, help="files, spread over all of them; 0 for all")
    arguments.add_argument("--seconds", type=float, default=20, help="time limit of one reader on one file")
    arguments.add_argument("--only", default="", help="files whose path holds this")
    arguments.add_argument("--names", action="store_true", help="name every file that ends otherwise than read")
    options = arguments.parse_args()
    files = [
        file
        for folder in ("corpus", "nasty")
        for file in sorted((options.shared / folder).rglob("*"))
        if file.is_file() and options.only in str(file.relative_to(options.shared))
    ]
    if not files:
        print(f"no documents under {options.shared}", file=sys.stderr)
        return 2
    chosen = files if not options.size else files[:: max(len(files) // options.size, 1)][: options.size]
    names = [name for name in PEERS if installed(name)]
    print(f"{len(chosen)} of {len(files)} files, {options.seconds:g} s each; a peer reads from {LEAST} characters on")
    for name in sorted(set(PEERS) - set(names)):
        print(f"{name}: not installed")
    return report(chosen, run(chosen, names, options.seconds), options.shared, every=options.names)


def report(files: Sequence[Path], found: dict[str, list[Result]], shared: Path, *, every: bool) -> int:
    """Print what two peers read and we do not; 1 where that is more than we allow."""
    peers = {name: results for name, results in found.items() if name != OURS}
    readers = [[name for name, results in peers.items() if results[i].state == "read"] for i in range(len(files))]
    by_two = [i for i, names in enumerate(readers) if len(names) >= 2]
    lost = [i for i in by_two if failed(found[OURS][i])]
    waiting = [i for i in by_two if found[OURS][i].state == "needs-ocr"]
    rest = [i for i in range(len(files)) if found[OURS][i].state != "read" and i not in {*lost, *waiting}]
    groups = [("read by two peers, failed by us", lost), ("read by two peers, left to OCR by us", waiting)]
    for title, indices in [*groups, *([("every other file that is not simply read", rest)] if every else [])]:
        print(f"\n{title}: {len(indices)}")
        for i in indices:
            mine = found[OURS][i]
            most = max((results[i].characters for results in peers.values()), default=0)
            why = f" ({mine.reason})" if mine.reason else ""
            print(f"  {files[i].relative_to(shared)}: {mine.state}, {mine.characters} characters{why}")
            print(f"    {', '.join(readers[i]) or 'nobody'}: {most}")
    alone = sum(not names and found[OURS][i].characters >= LEAST for i, names in enumerate(readers))
    share = len(lost) / len(by_two) if by_two else 0.0
    print(f"\n{len(by_two)} files are read by two peers or more; we fail {len(lost)} of them: {100 * share:.1f} %")
    broken = sum(each.state in ("hang", "crash") for each in found[OURS])
    print(f"read by us and by no peer: {alone}; hangs and crashes of ours: {broken}")
    return int(share > ALLOWED)


if __name__ == "__main__":
    raise SystemExit(main())
