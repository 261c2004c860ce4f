"""Archives and e-mails taken in by hand: what is in them, what is kept, what the same command does again."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from crawler.ingest import IngestSummary, Step, file_url
from crawler.means import means_here
from crawler.models import Hints, PageText, Reading
from crawler.taking import has_read
from db.home import Home
from db.queries import Reader
from db.store.rereads import Means


def by_name(summary: IngestSummary) -> dict[str, Step]:
    return {step.url.rpartition("/")[2]: step for step in summary.steps}


def zip_of(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def note(number: int) -> bytes:
    return f"Note {number} : travaux de voirie rue Pasteur, lot {number}\n".encode() * 9


def secret_mail(**files: bytes) -> bytes:
    mail = EmailMessage()
    mail["From"] = "Agente Inventée <lanceuse@mairie.example>"
    mail["To"], mail["Subject"] = "veille@example.org", "Projet confidentiel"
    mail.set_content("Ne dites pas que cela vient de moi.")
    for name, data in files.items():
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name.replace("_", "."))
    return bytes(mail)


def documents(home: Home, *, private: bool = True) -> dict[str, dict[str, Any]]:
    with Reader(home, private=private) as reader:
        return {row["url"].rpartition("/dossier")[2]: row for row in reader.documents()}


def test_what_is_in_an_archive_is_a_document_each(take_in: Any, agenda: str, tmp_path: Path, home: Home) -> None:
    archive = tmp_path / "dossier séance.zip"
    files = {"séance/ordre du jour.html": agenda.encode(), "n°1.txt": note(1), "../../evil.txt": b"x", "lot.zip": b""}
    archive.write_bytes(zip_of(files | {"lot.zip": zip_of({"n°2.txt": note(2)})}))
    summary = take_in(archive, workers=True)
    found = documents(home)
    base = file_url(archive)
    assert [step.url.removeprefix(base) for step in summary.steps] == [
        "", "#s%C3%A9ance/ordre%20du%20jour.html", "#n%C2%B01.txt", "#lot.zip", "#lot.zip#n%C2%B02.txt",
    ]  # fmt: skip
    parents = {url.removeprefix(" séance.zip"): row["parent"] for url, row in found.items() if row["parent"]}
    assert parents.pop("#lot.zip#n%C2%B02.txt") == base + "#lot.zip"
    assert set(parents.values()) == {base}
    assert {row["state"] for row in found.values()} == {"container", "read"}
    assert "evil.txt" in found[" séance.zip"]["reason"]
    assert not list(tmp_path.rglob("evil*"))
    assert summary.alerts > 0
    assert documents(home, private=False) == {}  # what is private stays private, with all that is in it


def test_an_archive_again_is_the_same(take_in: Any, tmp_path: Path, home: Home, now: datetime) -> None:
    archive = tmp_path / "dossier.zip"
    archive.write_bytes(zip_of({"a.txt": note(1), "lot.zip": zip_of({"b.txt": note(2)})}))
    assert take_in(archive).outcomes == {"new": 4}
    again = take_in(archive, at=now + timedelta(hours=1))
    assert again.outcomes == {"same": 4}
    archive.write_bytes(zip_of({"a.txt": note(1), "lot.zip": zip_of({"b.txt": note(3)})}))
    changed = take_in(archive, at=now + timedelta(hours=2))
    assert {step.url.rpartition("/dossier")[2]: step.outcome for step in changed.steps} == {
        ".zip": "changed", ".zip#a.txt": "same", ".zip#lot.zip": "changed", ".zip#lot.zip#b.txt": "changed",
    }  # fmt: skip
    assert take_in(archive, at=now + timedelta(hours=3)).outcomes == {"same": 4}


def test_a_member_missing_from_the_archive_of_documents_is_found_again(
    take_in: Any, tmp_path: Path, home: Home, now: datetime
) -> None:
    """As after a kill between an archive and what is in it."""
    archive = tmp_path / "dossier.zip"
    archive.write_bytes(zip_of({"a.txt": note(1), "b.txt": note(2)}))

    def stop(done: int, total: int, step: Step | None) -> None:
        if step is not None and step.state == "container":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_in(archive, progress=stop)
    assert len(documents(home)) == 1
    assert take_in(archive).outcomes == {"same": 1, "new": 2}
    assert take_in(archive).outcomes == {"same": 3}


def test_a_member_that_is_also_a_file_is_a_document_of_its_own(take_in: Any, tmp_path: Path, home: Home) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "a.txt").write_bytes(note(1))
    (tmp_path / "papers" / "dossier.zip").write_bytes(zip_of({"a.txt": note(1)}))
    assert take_in(tmp_path / "papers").outcomes == {"new": 3}
    with Reader(home) as reader:
        assert len(reader.documents()) == 3 and len({row["sha256"] for row in reader.documents()}) == 2


def test_progress_counts_files_and_names_members(take_in: Any, tmp_path: Path) -> None:
    (tmp_path / "dossier.zip").write_bytes(zip_of({f"{number}.txt": note(number) for number in range(7)}))
    (tmp_path / "z.txt").write_bytes(note(9))
    told: list[tuple[int, int, bool]] = []

    def progress(done: int, total: int, step: Step | None) -> None:
        told.append((done, total, step is not None))

    take_in(tmp_path / "dossier.zip", tmp_path / "z.txt", progress=progress)
    assert told == [(0, 2, False), *[(1, 2, True)] * 8, (2, 2, True)]


def test_of_a_mail_in_an_archive_only_the_attachments_are_kept(
    take_in: Any, agenda: str, tmp_path: Path, home: Home, now: datetime
) -> None:
    archive = tmp_path / "dossier.zip"
    files = {
        "m.eml": secret_mail(odj_html=agenda.encode()),
        "n.txt": note(1),
        "lot.zip": zip_of({"x.eml": secret_mail()}),
    }
    archive.write_bytes(zip_of(files))
    summary = take_in(archive)
    found = documents(home)
    assert {url: row["state"] for url, row in found.items()} == {
        ".zip": "container", ".zip#m.eml#1": "read", ".zip#n.txt": "read", ".zip#lot.zip": "container",
    }  # fmt: skip
    assert found[".zip#m.eml#1"]["parent"] == file_url(archive)
    assert "e-mails in it are not kept" in found[".zip"]["reason"]
    kept = b"".join(path.read_bytes() for path in home.root.rglob("*") if path.is_file())
    assert "vidéoprotection".encode() in kept
    for secret in (b"lanceuse", b"Ne dites pas", b"confidentiel"):
        assert secret not in kept
    assert summary.outcomes == {"new": 4}
    assert take_in(archive, at=now + timedelta(hours=1)).outcomes == {"same": 4}


def test_an_archive_in_a_mail(take_in: Any, tmp_path: Path, home: Home, now: datetime) -> None:
    mail = tmp_path / "dossier.eml"
    mail.write_bytes(secret_mail(lot_zip=zip_of({"a.txt": note(1)}), b_txt=note(2)))
    assert take_in(mail).outcomes == {"new": 3}
    parents = {url: row["parent"] for url, row in documents(home).items()}
    assert parents == {".eml#1": None, ".eml#1#a.txt": file_url(mail) + "#1", ".eml#2": None}
    assert take_in(mail, at=now + timedelta(hours=1)).outcomes == {"same": 3}


def test_a_mail_that_cannot_be_opened_is_not_kept(take_in: Any, tmp_path: Path, home: Home) -> None:
    sealed = b"From: lanceuse@mairie.example\nTo: x\nSubject: y\nContent-Type: application/pkcs7-mime\n\nMIIB"
    broken = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "__substg1.0".encode("utf-16-le") + b"lanceuse" * 99
    (tmp_path / "mails").mkdir()
    (tmp_path / "mails" / "sealed.eml").write_bytes(sealed)
    (tmp_path / "mails" / "broken.msg").write_bytes(broken)
    steps = by_name(take_in(tmp_path / "mails"))
    assert (steps["sealed.eml"].state, steps["broken.msg"].state) == ("locked", "failed")
    assert all("the mail itself is not kept" in (step.reason or "") for step in steps.values())
    assert documents(home) == {}
    assert b"lanceuse" not in b"".join(path.read_bytes() for path in home.root.rglob("*") if path.is_file())


# ---------------------------------------------------------------------- recognition installed later


def test_scans_are_read_again_once_they_can_be_recognised() -> None:
    means = Means("1", "a", "")
    row = {"state": "needs-ocr", "waiting": 2, "recogniser": "", "reader_version": "1", "lexicon_version": "a"}
    assert has_read(means, row)
    assert not has_read(replace(means, engine="tesseract 5"), row)
    tried = row | {"recogniser": "tesseract 5"}
    assert has_read(replace(means, engine="tesseract 5"), tried)  # it was tried: the scan is too bad
    assert has_read(means, tried)  # it was installed once
    assert not has_read(replace(means, engine="tesseract 6"), tried)
    assert not has_read(replace(means, engine="tesseract 5"), row | {"state": "partial", "waiting": 1})
    assert has_read(replace(means, engine="tesseract 5"), row | {"state": "read", "waiting": 0})
    assert not has_read(means, row | {"state": "failed"})
    assert not has_read(replace(means, reader="2"), row | {"state": "read"})


def scan() -> bytes:
    """The picture of a page, which only optical recognition could read."""
    page = Image.new("L", (1240, 1754), 255)
    for top in range(200, 1500, 60):
        page.paste(0, (150, top, 1050, top + 18))
    stream = io.BytesIO()
    page.save(stream, "PNG")
    return stream.getvalue()


def test_the_same_command_reads_scans_once_recognition_is_installed(
    take_in: Any, pool: Any, tmp_path: Path, home: Home, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dossier.zip").write_bytes(zip_of({"scan.png": scan(), "a.txt": note(1)}))
    (tmp_path / "dossier.png").write_bytes(scan())
    papers = [tmp_path / "dossier.zip", tmp_path / "dossier.png"]
    installed = Means("1", "a", "")
    monkeypatch.setattr("crawler.ingest.means_here", lambda: replace(means_here(), engine=installed.engine))
    first = take_in(*papers)
    assert {step.url.rpartition("/dossier")[2] for step in first.of("needs-ocr")} == {".zip#scan.png", ".png"}
    assert take_in(*papers, at=now + timedelta(hours=1)).outcomes == {"same": 4}

    read: list[str] = []
    submit = pool.submit

    def recognise(self: Any, path: Path, media_type: str | None, hints: Hints, *, ocr: bool = False) -> Reading:
        reading: Reading = submit(self, path, media_type, hints)
        read.append(hints.file_name)
        pages = (PageText(1, "Projet de bail rural. " * 20, "ocr", 0.9, 0.9),)
        if reading.state == "needs-ocr" and ocr:
            return replace(reading, state="read", pages=pages, waiting=(), characters=400, recogniser="tesseract")
        return reading

    installed = replace(installed, engine="tesseract")
    monkeypatch.setattr(pool, "submit", recognise)
    again = take_in(*papers, at=now + timedelta(hours=2))
    assert (again.of("needs-ocr"), again.outcomes) == ([], {"same": 4})
    assert sorted(read) == ["dossier.png", "dossier.zip", "scan.png"]  # what is read well is not read again
    assert {row["state"] for row in documents(home).values()} == {"container", "read"}
    read.clear()
    assert take_in(*papers, at=now + timedelta(hours=3)).outcomes == {"same": 4}
    assert read == []
