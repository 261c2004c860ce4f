"""A home with documents as a crawl would have brought them; councils and names are invented."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from crawler.cli.main import run
from crawler.config import load_config
from crawler.errors import DocumentError
from crawler.models import Council, Fetched, Hints
from crawler.settle import settle
from db.home import Home
from db.store.archive import Store
from pipelines.read import read
from pipelines.text.page_image import PageImage, page_image
from pipelines.text.page_places import Passage

COUNCIL = Council("ville-exemple", "Ville Exemple", "commune", department="69", region="84")
FIRST = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SITE = "https://ville.example"
AGENDA = (
    "VILLE EXEMPLE", "CONSEIL MUNICIPAL", "Séance du jeudi 26 mars 2026 à 18 h 30", "Convocation du 19 mars 2026",
    "ORDRE DU JOUR", "", "1. Désignation du secrétaire de séance",
    "2. Installation de caméras de vidéoprotection place du Marché : demande de subvention",
    "3. Réfection de la toiture de l'école Jules-Verne", "4. Convention avec l'association sportive",
)  # fmt: skip
HEADERS = (("Content-Type", "application/pdf"), ("ETag", '"abc"'), ("Server", "Invented/1.0"))


def pdf_of(lines: Sequence[str], pages: int = 1) -> bytes:
    """A text PDF; further pages say their number alone."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4, invariant=True)
    for page in range(pages):
        for number, line in enumerate(lines if page == 0 else [f"page {page + 1}"]):
            canvas.drawString(60, 780 - 18 * number, line)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


class Archive:
    """Puts documents into a home and settles it."""

    def __init__(self, home: Home) -> None:
        self.home = home
        with Store(home) as store:
            store.put_council(COUNCIL)

    def publish(
        self, path: str, body: bytes, at: datetime = FIRST, *, link_text: str = "", private: bool = False,
        headers: Sequence[tuple[str, str]] = HEADERS, media_type: str = "application/pdf", council: Council = COUNCIL,
        settled: bool = True,
    ) -> None:  # fmt: skip
        """A document as fetched from ``path`` of the site, read and settled."""
        url = path if ":" in path else SITE + path
        reading = read(body, media_type, Hints(council.id, council.name, url=url, reference_date=at.date()))
        fetched = Fetched(
            url, body, 200, at, () if private else tuple(headers), media_type, path.rpartition("/")[2], link_text
        )
        with Store(self.home, private=private) as store:
            store.put_council(council)
            store.record_document(council.id, fetched, reading, crawl_id=None, now=at)
        if settled:
            self.settle(at, council)

    def settle(self, at: datetime = FIRST, council: Council = COUNCIL) -> None:
        settle(self.home, load_config(self.home.config), council, at)


class NearPool:
    """Draws in this process: to start workers takes longer than most of what is tested."""

    def __init__(self, workers: int) -> None: ...

    def __enter__(self) -> NearPool:
        return self

    def __exit__(self, *_: object) -> None: ...

    def page_image(
        self, path: Path, media_type: str, number: int, passages: Sequence[Passage] = (), *, painted: bool = True
    ) -> Future[PageImage]:
        future: Future[PageImage] = Future()
        try:
            future.set_result(page_image(path, media_type, number, passages, painted=painted))
        except DocumentError as error:
            future.set_exception(error)
        return future


@pytest.fixture
def near(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.cli.dossier.ReaderPool", NearPool)


@pytest.fixture
def archive(home: Home) -> Archive:
    assert run(["--home", str(home.root), "init"]) == 0
    return Archive(home)


@pytest.fixture
def tocsin(
    home: Home, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., tuple[int, str, str]]]:
    """``tocsin("dossier", …)``: exit code, output and errors of a command in the test's home."""
    monkeypatch.delenv("TOCSIN_HOME", raising=False)

    def call(*arguments: str | Path) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(["--home", str(home.root), "--now", "2026-04-10T10:00", *map(str, arguments)])
        said = capsys.readouterr()
        return code, said.out, said.err

    yield call
