"""How fast documents are read, beside the bare text of pypdfium2 and pdfminer.six on the same pages.

    python benchmarks/reading.py [--shared ../shared] [--size 20] [--repeat 3]

Reads the text PDFs of the corpus (every n-th, ``--size`` of them; 0 for all), one process, warm. Time is
processor time, so that a busy machine matters little; trust the ratios all the same. pdfminer.six is slow: it gets a
fifth of the documents, and its ratio is by page.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from time import process_time

import pypdfium2
from pdfminer.high_level import extract_text

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from crawler.models import Hints
from pipelines.agenda.claims import claims
from pipelines.lexicons import load
from pipelines.read import read
from pipelines.text.pdf import extract_pdf

Work = Callable[[str, bytes], object]


def bare(_: str, data: bytes) -> None:
    """What any user of pypdfium2 would write first."""
    document = pypdfium2.PdfDocument(data)
    for page in document:
        textpage = page.get_textpage()
        textpage.get_text_range()
        textpage.close()
        page.close()
    document.close()


def page_count(data: bytes) -> int:
    document = pypdfium2.PdfDocument(data)
    count = len(document)
    document.close()
    return count


def best(work: Work, documents: Sequence[tuple[str, bytes]], repeat: int) -> float:
    """Processor seconds for all documents, the best of ``repeat`` rounds after one to warm up."""
    work(*documents[0])
    rounds = []
    for _ in range(repeat):
        begin = process_time()
        for name, data in documents:
            work(name, data)
        rounds.append(process_time() - begin)
    return min(rounds)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--shared", type=Path, default=Path(__file__).resolve().parent.parent.parent / "shared")
    arguments.add_argument("--size", type=int, default=20, help="documents to read; 0 for all")
    arguments.add_argument("--repeat", type=int, default=3)
    options = arguments.parse_args()
    files = sorted((options.shared / "corpus" / "pdf-text").rglob("*.pdf"))
    if not files:
        print(f"no documents under {options.shared}/corpus/pdf-text", file=sys.stderr)
        return 2
    chosen = files if not options.size else files[:: max(len(files) // options.size, 1)][: options.size]
    documents = [(file.name, file.read_bytes()) for file in chosen]
    report(documents, options.repeat)
    return 0


def report(documents: Sequence[tuple[str, bytes]], repeat: int) -> None:
    load()
    pages = sum(page_count(data) for _, data in documents)
    few = documents[::5]
    few_pages = sum(page_count(data) for _, data in few)
    extracted = {name: extract_pdf(data) for name, data in documents}
    rows: list[tuple[str, float, int, int]] = [
        ("read: text, layout, claims, flags", best(whole, documents, repeat), len(documents), pages),
        ("  text and layout alone", best(lambda _, data: extract_pdf(data), documents, repeat), len(documents), pages),
        (
            "  claims alone",
            best(lambda name, _: claims(extracted[name], Hints(file_name=name)), documents, repeat),
            len(documents),
            pages,
        ),
        ("bare pypdfium2 text", best(bare, documents, repeat), len(documents), pages),
        ("pdfminer.six text", best(lambda _, data: extract_text(io.BytesIO(data)), few, 1), len(few), few_pages),
    ]
    speeds = {what: count / seconds for what, seconds, _, count in rows}
    print(f"{len(documents)} documents, {pages} pages, best of {repeat}")
    print(f"{'':36}{'docs/s':>10}{'pages/s':>10}{'ms/page':>10}")
    for what, seconds, docs, count in rows:
        print(f"{what:36}{docs / seconds:>10.1f}{count / seconds:>10.0f}{1000 * seconds / count:>10.2f}")
    ours = speeds[rows[0][0]]
    print(f"read : bare pypdfium2 = {ours / speeds['bare pypdfium2 text']:.2f}")
    print(f"read : pdfminer.six   = {ours / speeds['pdfminer.six text']:.1f}")


def whole(name: str, data: bytes) -> object:
    return read(data, "application/pdf", Hints(file_name=name))


if __name__ == "__main__":
    raise SystemExit(main())
