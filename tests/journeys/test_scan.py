"""A folder that was handed over, its convocation a scan: it waits for Tesseract, is read, and rings the bell once."""

from __future__ import annotations

import io
import json
import os
import random
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image, ImageFilter
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from crawler.models import UNCERTAIN
from pipelines.text.ocr.engine import availability

pytestmark = pytest.mark.ocr
ROOT = Path(__file__).resolve().parents[2]
CONFIGURATION = """
[[council]]
id = "brumeval"
name = "Brumeval-sur-Orvence"
department = "61"
website = "http://127.0.10.9:8800/"
[[subscription]]
name = "collectif"
to = ["mailto:veille@example.org"]
"""
INGEST = ("ingest", "papiers", "--council", "brumeval", "--public", "--now", "2026-12-12T09:00")
CONVOCATION = """MAIRIE DE BRUMEVAL-SUR-ORVENCE

CONVOCATION DU CONSEIL MUNICIPAL

Brumeval, le 11 décembre 2026

Madame, Monsieur,

Vous êtes invités à assister à la réunion du conseil municipal qui aura lieu
le jeudi 17 décembre 2026 à 18 h 30, en salle du conseil.

ORDRE DU JOUR

1. Désignation du secrétaire de séance
2. Approbation du procès-verbal de la séance du 5 novembre 2026
3. Budget annexe de l'eau : décision modificative n° 2
4. Extension du système de vidéoprotection : demande de subvention
5. Convention avec le club de natation pour le prêt du bassin
6. Réfection de la toiture du lavoir communal

Le maire
"""
DRAFT = """PROJET DE DÉLIBÉRATION

Conseil municipal du 17 décembre 2026

Objet : {title}

Monsieur le maire expose que la dépense est inscrite au budget de l'exercice. Il est proposé au conseil
municipal d'approuver la convention annexée et d'autoriser sa signature.
"""
WATER = "Budget annexe de l'eau : décision modificative n° 2"
POOL = "Convention avec le club de natation pour le prêt du bassin"
ROOF = "Réfection de la toiture du lavoir communal"
CAMERAS = "Extension du système de vidéoprotection : demande de subvention"


def pdf(text: str) -> bytes:
    """A page of text, born digital."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4)
    lines = canvas.beginText(60, 770)
    lines.setFont("Times-Roman", 12)
    for line in text.splitlines():
        lines.textLine(line)
    canvas.drawText(lines)
    canvas.save()
    return stream.getvalue()


def scan(text: str) -> bytes:
    """The same page as a copier gives it at 200 dpi: an image a little askew, soft, with specks."""
    page = pypdfium2.PdfDocument(pdf(text))[0].render(scale=200 / 72).to_pil().convert("L")
    page = page.rotate(0.8, resample=Image.Resampling.BICUBIC, fillcolor=255).filter(ImageFilter.GaussianBlur(0.6))
    chance = random.Random(7)
    for _ in range(4000):
        page.putpixel((chance.randrange(page.width), chance.randrange(page.height)), chance.choice((30, 250)))
    stream = io.BytesIO()
    page.save(stream, "PDF", resolution=200)
    return stream.getvalue()


def docx(text: str) -> bytes:
    """A Word document with a paragraph a line."""
    paragraphs = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in text.splitlines())
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{kind}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{office}" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{space}"><w:body>{paragraphs}</w:body></w:document>',
    }
    return archive({name: f'<?xml version="1.0" encoding="UTF-8"?>{text}'.encode() for name, text in parts.items()})


def archive(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in members.items():
            opened.writestr(name, data)
    return stream.getvalue()


def mail(name: str, data: bytes) -> bytes:
    """An e-mail with a PDF attached; who sent it must show nowhere."""
    message = EmailMessage()
    message["From"] = "Une Personne <personne@example.org>"
    message["To"] = "veille@example.org"
    message["Subject"] = "Les projets"
    message.set_content("Voici le projet.")
    message.add_attachment(data, maintype="application", subtype="pdf", filename=name)
    return message.as_bytes()


@dataclass(frozen=True)
class Shell:
    """Commands as the user types them, each in a process of its own."""

    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "crawler", "--home", str(self.home), *arguments]
        everything = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
        return subprocess.run(
            command, cwd=self.folder, env=everything, capture_output=True, text=True, timeout=300, check=False
        )

    def rows(self, *arguments: str) -> Any:
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def alerts(self) -> list[dict[str, Any]]:
        return [row for row in self.rows("export", "alerts", "--format", "json") if row["kind"] == "found"]

    def documents(self) -> dict[str, dict[str, Any]]:
        """Documents by the last part of their address."""
        rows = self.rows("export", "documents", "--format", "json")
        return {row["url"].replace("#", "/").rsplit("/", 1)[-1]: row for row in rows}


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    if not availability().ready:
        pytest.skip(f"needs Tesseract with French data: {', '.join(availability().packages)}")
    papers = tmp_path / "papiers"
    papers.mkdir()
    (papers / "2026-12-17_convocation.pdf").write_bytes(scan(CONVOCATION))
    (papers / "projet_toiture.docx").write_bytes(docx(DRAFT.format(title=ROOF)))
    drafts = {"03_eau.docx": docx(DRAFT.format(title=WATER)), "05_bassin.pdf": pdf(DRAFT.format(title=POOL))}
    (papers / "projets.zip").write_bytes(archive(drafts))
    (papers / "courriel.eml").write_bytes(mail("eau.pdf", pdf(DRAFT.format(title=WATER))))
    shell = Shell(tmp_path)
    assert shell.run("init").returncode == 0
    with (shell.home / "tocsin.toml").open("a", encoding="utf-8") as stream:
        stream.write(CONFIGURATION)
    return shell


def test_a_scanned_convocation_waits_is_read_and_rings_once(shell: Shell) -> None:
    empty = shell.folder / "no-data"
    empty.mkdir()
    without = {"TESSDATA_PREFIX": str(empty)}

    # Without the French data: everything else is read, the scan is known, counted and said to wait.
    done = shell.run(*INGEST, **without)
    assert done.returncode == 0, done.stderr
    documents = shell.documents()
    assert documents["2026-12-17_convocation.pdf"]["state"] == "needs-ocr"
    assert {name: row["state"] for name, row in documents.items() if name.startswith("proj")} == {
        "projet_toiture.docx": "read", "projets.zip": "container",
    }  # fmt: skip
    assert shell.alerts() == []
    doctor = shell.run("doctor", **without)
    assert "tesseract-ocr-fra" in doctor.stdout + doctor.stderr

    # With it: the same command reads what waits.
    done = shell.run(*INGEST)
    assert done.returncode == 0, done.stderr
    documents = shell.documents()
    scanned = documents["2026-12-17_convocation.pdf"]
    assert (scanned["state"], scanned["kind"], scanned["pages"]) == ("read", "convocation", 1)
    assert [documents[name]["state"] for name in ("03_eau.docx", "05_bassin.pdf", "1")] == ["read"] * 3
    assert documents["03_eau.docx"]["parent"] == documents["05_bassin.pdf"]["parent"] == documents["projets.zip"]["url"]
    assert documents["projets.zip"]["parent"] is None

    sessions = shell.rows("export", "sessions", "--format", "json")
    assert [(row["session_date"], row["starts_at"]) for row in sessions] == [
        ("2026-12-17", "2026-12-17T18:30:00+01:00")
    ]
    titles = [item["title"] for item in sessions[0]["items"]]
    assert any("vidéoprotection" in title for title in titles)

    (flag,) = shell.rows("flagged", "--json")
    assert (flag["item_number"], flag["topics"], flag["page"]) == ("4", ["video-surveillance"], 1)
    assert flag["document_url"] == scanned["url"]
    assert (flag["page_method"], flag["uncertain"]) == ("ocr", False)
    assert UNCERTAIN <= flag["legible"] <= 1

    (found,) = shell.alerts()
    assert (found["state"], found["session_date"]) == ("planned", "2026-12-17")
    preview = shell.run("alerts", "preview", "--now", "2026-12-12T10:00").stdout
    assert "texte reconnu par une machine sur une page scannée" in preview
    assert "lecture incertaine" not in preview
    everything = preview + shell.run("export", "documents").stdout + shell.run("show", sessions[0]["session_id"]).stdout
    assert "personne@example.org" not in everything and "Une Personne" not in everything

    # Again: nothing new, nobody hears of it twice.
    again = shell.run(*INGEST)
    assert again.returncode == 0, again.stderr
    assert shell.alerts() == [found]

    # A draft as text takes what doubt there was, under the same flag and without a second alert.
    (shell.folder / "papiers" / "projet_4.docx").write_bytes(docx(DRAFT.format(title=CAMERAS)))
    assert shell.run(*INGEST).returncode == 0
    (confirmed,) = shell.rows("flagged", "--json")
    assert (confirmed["flag_id"], confirmed["legible"]) == (flag["flag_id"], None)
    assert shell.alerts() == [found]
