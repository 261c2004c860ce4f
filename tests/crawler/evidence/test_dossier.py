"""A dossier holds what it promises, verifies, is the same each time, and lets nothing private or hostile out."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import html5lib
import pypdfium2
import pytest

from crawler.evidence.names import document_file
from db.home import Home
from db.store.archive import Store
from db.store.lookups import Answer

from .conftest import AGENDA, COUNCIL, FIRST, SITE, Archive, pdf_of

Tocsin = Callable[..., tuple[int, str, str]]
DAY = timedelta(days=1)
pytestmark = pytest.mark.usefixtures("near")


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


@pytest.fixture
def made(archive: Archive, tocsin: Tocsin, tmp_path: Path) -> Callable[..., zipfile.ZipFile]:
    """Makes a dossier, unpacks it beside, and checks what must hold for every one."""

    def make(*more: str, subject: str = COUNCIL.id, name: str = "d") -> zipfile.ZipFile:
        out = tmp_path / f"{name}.zip"
        code, _, errors = tocsin("dossier", subject, "--out", out, *more)
        assert code == 0, errors
        folder = tmp_path / name
        shutil.rmtree(folder, ignore_errors=True)
        with zipfile.ZipFile(out) as opened:
            assert all(re.fullmatch(r"[A-Za-z0-9._/-]+", each) and ".." not in each for each in opened.namelist())
            opened.extractall(folder)
        checked = subprocess.run(
            ["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=False
        )
        assert checked.returncode == 0, checked.stdout
        files = {str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file()}
        sums = {line.split("  ", 1)[1] for line in (folder / "SHA256SUMS").read_text().splitlines()}
        assert files == sums | {"SHA256SUMS"}
        html5lib.HTMLParser(strict=True).parse((folder / "index.html").read_text("utf-8"))
        return zipfile.ZipFile(out)

    return make


def test_what_is_in_it(archive: Archive, made: Callable[..., zipfile.ZipFile], home: Home) -> None:
    body = pdf_of(AGENDA)
    archive.publish("/odj.pdf", body, link_text="Ordre du jour du 26 mars")
    archive.publish("/odj.pdf", pdf_of([*AGENDA, "5. Acquisition d'un drone"]), FIRST + 2 * DAY)
    dossier = made()
    names = dossier.namelist()
    assert {"index.html", "dossier.pdf", "manifest.json", "SHA256SUMS"} <= set(names)
    original = f"documents/{hashlib.sha256(body).hexdigest()[:12]}_odj.pdf"
    assert dossier.read(original) == body
    assert [name for name in names if name.startswith("pages/")]
    manifest = json.loads(dossier.read("manifest.json"))
    (paper,) = manifest["documents"]
    assert paper["url"] == f"{SITE}/odj.pdf" and [version["number"] for version in paper["versions"]] == [1, 2]
    assert ["ETag", '"abc"'] in paper["versions"][0]["headers"]
    assert paper["versions"][0]["sha256"] == hashlib.sha256(body).hexdigest()
    assert manifest["made_at"] == "2026-04-10T10:00:00+02:00"
    page, pdf = dossier.read("index.html").decode(), text_of(dossier.read("dossier.pdf"))
    for text in ("Installation de caméras de vidéoprotection", "Ville Exemple", "Ordre du jour du 26 mars"):
        assert text in page and text in pdf.replace("\r\n", " ").replace("\n", " ")
    assert "Invented/1.0" in page and "Invented/1.0" in pdf
    assert "jeudi 26 mars 2026 à 18\u00a0h\u00a030" in page
    assert "nouvelle version (n°\u00a02)" in page
    assert page.count("point ajouté") == 1  # of the item that was added, not of the other one
    assert "SHA256SUMS" in page and "ne prouve pas une date" in page


def test_highlighted_on_the_image(archive: Archive, made: Callable[..., zipfile.ZipFile]) -> None:
    from PIL import Image

    archive.publish("/odj.pdf", pdf_of(AGENDA))
    dossier = made()
    (name,) = [name for name in dossier.namelist() if name.startswith("pages/")]
    with dossier.open(name) as stream, Image.open(stream) as image:
        rgb = image.convert("RGB")
        yellow = [
            (x / rgb.width, y / rgb.height)
            for y in range(0, rgb.height, 2)
            for x in range(0, rgb.width, 2)
            if (pixel := rgb.getpixel((x, y)))[2] < 140 and pixel[0] > 220 and pixel[1] > 190
        ]
    assert yellow
    baseline = 1 - (780 - 18 * 7) / 841.89
    assert all(abs(y - baseline) < 0.03 for _, y in yellow)
    assert min(x for x, _ in yellow) > 60 / 595


def test_the_same_bytes_each_time(archive: Archive, tocsin: Tocsin, tmp_path: Path) -> None:
    archive.publish("/odj.pdf", pdf_of(AGENDA))
    for name in ("a", "b"):
        assert tocsin("dossier", COUNCIL.id, "--out", tmp_path / f"{name}.zip")[0] == 0
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_seen_absent_before_and_no_longer_online(
    archive: Archive, made: Callable[..., zipfile.ZipFile], home: Home
) -> None:
    archive.publish("/odj.pdf", pdf_of(AGENDA))
    with Store(home) as store:
        store.db.execute("UPDATE documents SET absent_at = '2026-03-01T09:00:00+00:00'")
        for days in (20, 21):
            store.note_answer(COUNCIL.id, f"{SITE}/odj.pdf", Answer("missing", FIRST + days * DAY, 404, "404"))
    page = made().read("index.html").decode()
    assert "(absent le 1er mars 2026 à 10\u00a0h)" in page
    assert "introuvable à cette adresse depuis le 22/03/2026" in page
    assert "introuvable à son adresse (404)" in page
    english = made("--language", "en", name="e").read("index.html").decode()
    assert "not found at this address since 22 Mar 2026" in english and "absent on 1 March 2026" in english


def test_hostile_titles_and_names(archive: Archive, made: Callable[..., zipfile.ZipFile]) -> None:
    nasty = '2. Vidéoprotection <script>alert(1)</script> <b>&amp; </para> "caméras" {{ 7*7 }}'
    archive.publish(
        "/%2e%2e%2f%2e%2e%2fetc%2fpasswd.pdf", pdf_of([*AGENDA[:6], "1. Secrétaire de séance", nasty, *AGENDA[8:]]),
        link_text="</para><font color='red'>\u202eodj\x00 <img src=https://elsewhere.example/x.png>",
        headers=(("X-<i>", "<script>\r\nX: y"), ("Content-Type", "application/pdf")),
    )  # fmt: skip
    dossier = made()
    page = dossier.read("index.html").decode()
    assert "<script" not in page and "<img src=https" not in page and "\u202e" not in page
    assert "{{ 7*7 }}" in page
    assert "</para>" in text_of(dossier.read("dossier.pdf"))
    assert "default-src 'none'" in page


def test_private_documents_stay_out_unless_asked_for(
    archive: Archive, made: Callable[..., zipfile.ZipFile], tocsin: Tocsin, tmp_path: Path
) -> None:
    archive.publish("/odj.pdf", pdf_of(AGENDA))
    secret = pdf_of([*AGENDA, "Note confidentielle : reconnaissance faciale par les caméras de vidéoprotection"])
    archive.publish("file:/home/elue/secret/projet.pdf", secret, FIRST + DAY, private=True)
    public = made()
    assert b"confidentielle" not in public.read("index.html") + public.read("manifest.json")
    assert not any(secret == public.read(name) for name in public.namelist())
    held = made("--with-private", name="private")
    assert any(secret == held.read(name) for name in held.namelist())
    page, manifest = held.read("index.html").decode(), held.read("manifest.json").decode()
    assert "PRIVÉ" in page and "ne pas diffuser" in text_of(held.read("dossier.pdf"))
    assert "/home/elue" not in page + manifest + text_of(held.read("dossier.pdf"))
    assert (tmp_path / "private.zip").stat().st_mode & 0o077 == 0


def test_bytes_that_are_missing_are_said(archive: Archive, made: Callable[..., zipfile.ZipFile], home: Home) -> None:
    archive.publish("/odj.pdf", pdf_of(AGENDA))
    (kept,) = [each for each in home.files.rglob("*") if each.is_file()]
    kept.unlink()
    dossier = made()
    page = dossier.read("index.html").decode()
    assert "octets absents de l’archive" in page and "image non produite" in page
    assert json.loads(dossier.read("manifest.json"))["documents"][0]["versions"][0]["file"] is None


def test_a_page_that_cannot_be_drawn_costs_that_page(
    archive: Archive, made: Callable[..., zipfile.ZipFile], home: Home
) -> None:
    archive.publish("/odj.pdf", pdf_of(AGENDA))
    (kept,) = [each for each in home.files.rglob("*") if each.is_file()]
    kept.write_bytes(b"%PDF-1.4 broken")
    assert "image non produite" in made().read("index.html").decode()


def test_a_page_of_a_site_is_quoted(archive: Archive, made: Callable[..., zipfile.ZipFile]) -> None:
    body = (
        "<html><body><main>" + "".join(f"<p>{line}</p>" for line in AGENDA) + "<script>x</script></main></body></html>"
    )
    archive.publish("/seance", body.encode(), media_type="text/html", headers=(("Content-Type", "text/html"),))
    dossier = made()
    assert (
        "<mark>caméras de vidéoprotection</mark>" in dossier.read("index.html").decode()
        or "<mark>" in dossier.read("index.html").decode().split('class="text"')[1]
    )
    (kept,) = [name for name in dossier.namelist() if name.startswith("documents/")]
    assert kept.endswith(".html.txt")


def test_one_flag_and_what_is_wrong(
    archive: Archive, made: Callable[..., zipfile.ZipFile], tocsin: Tocsin, tmp_path: Path
) -> None:
    archive.publish("/odj.pdf", pdf_of([*AGENDA, "5. Acquisition d'un drone pour la police municipale"]))
    flags = json.loads(tocsin("flagged", "--json")[1])
    assert len(flags) == 2
    manifest = json.loads(made(subject=flags[0]["flag_id"]).read("manifest.json"))
    assert [case["flags"][0]["flag_id"] for case in manifest["cases"]] == [flags[0]["flag_id"]]
    out = tmp_path / "x.zip"
    assert tocsin("dossier", "f-nothing", "--out", out)[0] == 2
    assert tocsin("dossier", COUNCIL.id, "--out", tmp_path / "x.pdf")[0] == 2
    assert tocsin("dossier", COUNCIL.id, "--out", out, "--min-score", "1")[0] == 2
    assert not out.exists()


def test_a_hundred_documents(archive: Archive, made: Callable[..., zipfile.ZipFile], full: bool) -> None:
    """It opens in a PDF reader and verifies; names that would collide do not."""
    number = 100 if full else 30
    for each in range(number):
        lines = [
            line.replace("26 mars", f"{each % 27 + 1} {('mars', 'avril', 'mai', 'juin')[each // 27]}")
            for line in AGENDA
        ]
        archive.publish(f"/{each}/odj.pdf", pdf_of(lines, pages=2), FIRST, settled=False)
    archive.settle()
    dossier = made()
    assert len(json.loads(dossier.read("manifest.json"))["documents"]) == number
    assert len([name for name in dossier.namelist() if name.startswith("documents/")]) == number
    pdf = dossier.read("dossier.pdf")
    with pypdfium2.PdfDocument(pdf) as document:
        assert len(document) > number
        assert document[len(document) - 1].render(scale=0.3).to_pil().size[0] > 100
        assert len(list(document.get_toc())) > number
    assert text_of(pdf).count("SHA-256") >= number


@pytest.mark.parametrize(
    ("name", "url", "kind", "end"),
    [
        ("../../etc/passwd", "https://x.example/", "application/pdf", "_passwd.pdf"),
        ("", "https://x.example/a/D%C3%A9lib%20n%C2%B0%2012.PDF", None, "_Delib-n-12.pdf"),
        ("con.exe", "", "application/octet-stream", "_con.bin"),
        ("page.svg", "", "image/svg+xml", "_page.svg.txt"),
        ("..", "", "text/html", "_document.html.txt"),
        ("x" * 300, "", "application/pdf", "_" + "x" * 60 + ".pdf"),
        ("C:\\temp\\nul", "", "application/zip", "_nul.zip"),
        ("", "https://[broken", None, "_document.bin"),
    ],
)
def test_names(name: str, url: str, kind: str | None, end: str) -> None:
    assert document_file("ab" * 32, name, url, kind) == "documents/" + "ab" * 6 + end
