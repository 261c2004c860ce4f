"""Running a command line as the shell would, in this process."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from crawler.cli.main import run
from db.home import Home


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str


Tocsin = Callable[..., Result]


@pytest.fixture
def tocsin(home: Home, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Tocsin:
    """``tocsin("flagged", "--json")`` in the test's home; nothing of the surroundings shines through."""
    monkeypatch.delenv("TOCSIN_HOME", raising=False)
    monkeypatch.delenv("TOCSIN_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> Result:
        capsys.readouterr()
        code = run(["--home", str(home.root), *arguments])
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return call


@pytest.fixture
def made(tocsin: Tocsin, home: Home) -> Home:
    """A home that ``init`` made."""
    assert tocsin("init").code == 0
    return home


AGENDA = """<html><head><title>Ordre du jour</title></head><body><main>
<h1>Conseil municipal du {day}</h1>
<h2>Ordre du jour</h2>
<ol><li>Désignation du secrétaire de séance</li>
<li>{subject}</li>
<li>Réfection de la toiture de l’école Jules-Verne et du préau de la cour</li>
<li>Convention avec l’association sportive pour le prêt du gymnase</li></ol>
</main></body></html>"""
CONFIGURATION = """
[[council]]
id = "ville-exemple"
name = "Ville Exemple"
department = "69"
website = "http://127.0.10.1:8800/"
[[council]]
id = "lac-exemple"
name = "Communauté du Lac"
kind = "epci"
department = "974"
website = "http://127.0.10.2:8800/"
[[subscription]]
name = "tout"
to = ["mailto:veille@example.org"]
"""


@pytest.fixture(scope="session")
def world_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of ``world``, made once: reading starts processes, copying does not."""
    folder = tmp_path_factory.mktemp("world")
    root = folder / "home"
    assert run(["--home", str(root), "init"]) == 0
    with (root / "tocsin.toml").open("a", encoding="utf-8") as stream:
        stream.write(CONFIGURATION)
    papers = {
        "ville-exemple": ("jeudi 26 mars 2026", "Caméras de vidéoprotection place du Marché : demande de subvention"),
        "lac-exemple": (
            "vendredi 10 avril 2026",
            "Acquisition d’un drone de surveillance pour la police intercommunale",
        ),
    }
    for council, (day, subject) in papers.items():
        path = folder / f"{council}.html"
        path.write_text(AGENDA.format(day=day, subject=subject), "utf-8")
        public = ["--public"] if council == "ville-exemple" else []
        with contextlib.chdir(folder):
            arguments = ["ingest", path.name, "--council", council, "--now", "2026-03-02T10:00", *public]
            assert run(["--home", str(root), *arguments]) == 0
    return folder


@pytest.fixture
def world(world_template: Path, tocsin: Tocsin, home: Home, tmp_path: Path) -> Home:
    """Two councils with an agenda each, one public and one private, and nobody crawled yet."""
    shutil.copytree(world_template, tmp_path, dirs_exist_ok=True)
    return home
