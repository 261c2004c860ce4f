"""Our part of ``reading.py``; imported only by the processes that measure it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import wait
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from reading_rows import Document, most_memory

from crawler.models import Hints
from pipelines.agenda.claims import claims
from pipelines.flags import flag
from pipelines.lexicons import load
from pipelines.pool import ReaderPool
from pipelines.read import read
from pipelines.text import pdf
from pipelines.text.pdf import extract_pdf


def whole(document: Document) -> object:
    """Everything but optical recognition."""
    return read(document[1], "application/pdf", Hints(file_name=document[0]), ocr=None)


def text_and_layout(document: Document) -> object:
    return extract_pdf(document[1])


def extracted(document: Document) -> tuple[Any, ...]:
    """What claims and flags are made of."""
    return extract_pdf(document[1]), Hints(file_name=document[0]), load()


def claims_and_flags(made_of: tuple[Any, ...]) -> object:
    found, hints, lexicon = made_of
    kind, sessions = claims(found, hints)
    return flag(found.pages, sessions, kind, lexicon)


def analysed(files: Sequence[Path]) -> tuple[int, float]:
    """How many pages of documents are sent to pdfminer.six, and the processor seconds that these take."""
    sent, spent = 0, 0.0
    layout_lines = pdf.layout_lines

    def timed(data: bytes, numbers: Sequence[int]) -> Any:
        nonlocal sent, spent
        begin = process_time()
        found = layout_lines(data, numbers)
        sent, spent = sent + len(numbers), spent + process_time() - begin
        return found

    pdf.layout_lines = timed
    try:
        for file in files:
            extract_pdf(file.read_bytes())
    finally:
        pdf.layout_lines = layout_lines
    return sent, spent


def scaling(files: Sequence[Path]) -> dict[int, float]:
    """Seconds by the clock that the pool needs for documents, by the number of its workers."""
    seconds = {}
    for workers in (1, 2):
        with ReaderPool(workers, seconds=600) as pool:
            small = min(files, key=lambda file: file.stat().st_size)
            wait([pool.submit(small, None, Hints()) for _ in range(2 * workers)])  # the workers have started
            begin = perf_counter()
            for future in [pool.submit(file, None, Hints(file_name=file.name)) for file in files]:
                pool.result(future)
            seconds[workers] = perf_counter() - begin
    return seconds


def read_alone(data: bytes, media_type: str) -> tuple[float, float, int]:
    """In a process of its own: processor seconds, most MB held, items found."""
    begin = process_time()
    reading = read(data, media_type, Hints(), ocr=None)
    return process_time() - begin, most_memory(), sum(len(session.items) for session in reading.sessions)
