"""Taking files in, with or without worker processes: to start those takes longer than most of what is tested."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

import pipelines.read
from crawler.config import Config, parse_config
from crawler.errors import DocumentError
from crawler.ingest import IngestSummary, Step, ingest
from crawler.models import Council, Hints, Reading
from db.home import Home
from pipelines.text.unpack import SpooledParts, unpack_path

AGENDA = """<html><head><title>Ordre du jour</title></head><body><main>
<h1>Conseil municipal du jeudi 26 mars 2026</h1>
<h2>Ordre du jour</h2>
<ol><li>Désignation du secrétaire de séance</li>
<li>Installation de caméras de vidéoprotection place du Marché : demande de subvention</li>
<li>Réfection de la toiture de l’école Jules-Verne et du préau de la cour</li>
<li>Convention avec l’association sportive pour le prêt du gymnase</li></ol>
</main></body></html>"""
Ingest = Callable[..., IngestSummary]
Scan = Callable[[Sequence[str]], bytes]
SCAN_DPI = 200


class InlinePool:
    """Reads in this very process; ``better`` puts a better reader in the place of ours."""

    better = False

    def __init__(self, workers: int, cache: Path) -> None: ...

    def __enter__(self) -> InlinePool:
        return self

    def __exit__(self, *_: object) -> None: ...

    def submit(self, path: Path, media_type: str | None, hints: Hints, *, ocr: bool = False) -> Reading:
        reading = pipelines.read.read(path.read_bytes(), media_type, hints, ocr=None)
        return _better(reading) if self.better else reading

    def result(self, reading: Reading) -> Reading:
        return reading

    def unpack(self, path: Path, media_type: str | None, folder: Path) -> Future[SpooledParts]:
        future: Future[SpooledParts] = Future()
        try:
            future.set_result(unpack_path(str(path), media_type, str(folder)))
        except DocumentError as error:
            future.set_exception(error)
        return future


def _better(reading: Reading) -> Reading:
    sessions = tuple(
        replace(
            session,
            place="Gymnase",
            time=time(20),
            items=tuple(replace(item, title=f"{item.title} (suite)") for item in session.items),
        )
        for session in reading.sessions
    )
    return replace(reading, sessions=sessions, reader_version="next")


@pytest.fixture
def pool() -> type[InlinePool]:
    return InlinePool


@pytest.fixture
def agenda() -> str:
    """A page with an item about surveillance, ahead of the clock of tests."""
    return AGENDA


@pytest.fixture
def council() -> Council:
    return Council("ville-exemple", "Ville Exemple", "commune", department="69", region="84")


@pytest.fixture
def take_in(home: Home, now: datetime, council: Council, monkeypatch: pytest.MonkeyPatch) -> Ingest:
    """``take_in(*paths)`` ingests for a council with a subscriber; ``workers=True`` in other processes, as in life."""
    watched = parse_config('[[subscription]]\nname = "tout"\nto = ["feed"]\n')

    def quiet(done: int, total: int, step: Step | None) -> None: ...

    def call(
        *paths: Path,
        public: bool = False,
        at: datetime = now,
        config: Config = watched,
        progress: Any = quiet,
        workers: bool = False,
    ) -> IngestSummary:
        with monkeypatch.context() as patch:
            if not workers:
                patch.setattr("crawler.ingest.ReaderPool", InlinePool)
            return ingest(home, config, council, paths, public, at, progress)

    return call


@pytest.fixture(scope="session")
def scan_of() -> Scan:
    """Makes a PDF whose only page is an image of these lines."""
    return _scan_of


def _scan_of(lines: Sequence[str]) -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4)
    canvas.setFont("Helvetica", 13)
    for number, line in enumerate(lines):
        canvas.drawString(70, A4[1] - 90 - 24 * number, line)
    canvas.save()
    with pypdfium2.PdfDocument(stream.getvalue()) as document:
        picture = document[0].render(scale=SCAN_DPI / 72, grayscale=True).to_pil()
    found = io.BytesIO()
    picture.save(found, "PDF", resolution=SCAN_DPI)
    return found.getvalue()
