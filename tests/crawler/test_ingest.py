"""Files taken in by hand: what is walked, what is kept, what happens to what cannot be read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from crawler.errors import UsageError
from crawler.ingest import IngestSummary, Step, file_url, walk
from db.home import Home
from db.queries import Reader
from db.store.archive import Store
from db.store.desk import Desk

Ingest = Callable[..., IngestSummary]


@pytest.fixture
def folder(tmp_path: Path, agenda: str) -> Path:
    """A folder as people hand them over: sub-folders, hidden files, names with spaces, something broken."""
    root = tmp_path / "handed over"
    (root / "séance").mkdir(parents=True)
    (root / "séance" / "ordre du jour.html").write_text(agenda, "utf-8")
    (root / "séance" / ".hidden.html").write_text(agenda, "utf-8")
    (root / ".git").mkdir()
    (root / ".git" / "x.html").write_text(agenda, "utf-8")
    (root / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing that a reader could use")
    (root / "empty.txt").write_bytes(b"")
    (root / "loop").symlink_to(root, target_is_directory=True)
    return root


def by_name(summary: IngestSummary) -> dict[str, Step]:
    return {step.url.rpartition("/")[2]: step for step in summary.steps}


def test_folders_are_walked_in_order_without_what_is_hidden(folder: Path) -> None:
    assert [path.relative_to(folder).as_posix() for path in walk([folder])] == [
        "broken.pdf", "empty.txt", "séance/ordre du jour.html",
    ]  # fmt: skip
    named = folder / "séance" / ".hidden.html"
    assert walk([named, folder / "séance", named]) == [named, folder / "séance" / "ordre du jour.html"]


def test_a_path_that_does_not_exist_is_refused_before_anything_is_kept(
    take_in: Ingest, folder: Path, home: Home
) -> None:
    with pytest.raises(UsageError, match="no such file or folder"):
        take_in(folder, folder / "absent")
    assert not home.private.exists()


def test_the_url_is_the_path_as_given() -> None:
    assert file_url(Path("a b/séance.pdf")) == "file:a b/séance.pdf"
    assert file_url(Path(os.fsdecode(b"s\xe9ance.pdf"))) == "file:s\\xe9ance.pdf"


def test_what_is_taken_in_is_read_and_planned(take_in: Ingest, folder: Path, home: Home) -> None:
    summary = take_in(folder, workers=True)
    steps = by_name(summary)
    assert (steps["ordre du jour.html"].state, steps["ordre du jour.html"].kind) == ("read", "agenda")
    assert steps["broken.pdf"].state == "failed"
    assert steps["broken.pdf"].reason
    assert summary.alerts > 0
    with Reader(home) as reader:
        (row,) = reader.flagged()
        assert row["session_date"] == "2026-03-26"
        assert row["topics"] == ["video-surveillance"]
        (session,) = reader.sessions()
        assert session["starts_at"] is None
        assert session["documents"] == [file_url(folder / "séance" / "ordre du jour.html")]
        states = {document["url"].rpartition("/")[2]: document["state"] for document in reader.documents()}
    assert states.keys() == steps.keys()


def test_private_unless_public(take_in: Ingest, folder: Path, home: Home) -> None:
    papers = folder / "séance"
    take_in(papers)
    with Reader(home, private=False) as reader:
        assert (reader.documents(), reader.sessions(), reader.flagged()) == ([], [], [])
    assert all(path.stat().st_mode & 0o077 == 0 for path in home.files.rglob("*") if path.is_file())
    take_in(papers, public=True)
    with Reader(home, private=False) as reader:
        assert len(reader.documents()) == len(reader.sessions()) == len(reader.flagged()) == 1


def test_again_is_the_same_and_rings_no_second_time(take_in: Ingest, folder: Path, home: Home, now: datetime) -> None:
    first = take_in(folder / "séance")
    again = take_in(folder / "séance", at=now + timedelta(hours=1))
    assert (first.outcomes, again.outcomes) == ({"new": 1}, {"same": 1})
    assert again.alerts == 0
    with Reader(home) as reader:
        (document,) = reader.documents()
    assert document["version"] == 1


def test_changed_bytes_are_a_new_version(take_in: Ingest, agenda: str, folder: Path, home: Home, now: datetime) -> None:
    path = folder / "séance" / "ordre du jour.html"
    take_in(path)
    path.write_text(agenda.replace("gymnase", "gymnase et des vestiaires"), "utf-8")
    assert take_in(path, at=now + timedelta(hours=1)).outcomes == {"changed": 1}
    with Reader(home) as reader:
        assert [document["version"] for document in reader.documents()] == [1, 2]


def test_an_interrupted_run_is_continued(take_in: Ingest, folder: Path, home: Home, now: datetime) -> None:
    for number in range(12):
        (folder / f"note-{number:02}.txt").write_text(f"Note {number} : travaux de voirie rue Pasteur\n" * 9, "utf-8")

    def stop(done: int, total: int, step: Step | None) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_in(folder, progress=stop)
    summary = take_in(folder)
    assert summary.outcomes["same"] >= 2
    assert sum(summary.outcomes.values()) == 15
    with Reader(home) as reader:
        assert len(reader.documents()) == 15
        assert len(reader.flagged()) == 1


def test_of_a_mail_only_the_attachments_are_kept(take_in: Ingest, agenda: str, tmp_path: Path, home: Home) -> None:
    mail = EmailMessage()
    mail["From"] = "Agente Inventée <lanceuse@mairie.example>"
    mail["To"], mail["Subject"] = "veille@example.org", "Projet confidentiel"
    mail.set_content("Ne dites pas que cela vient de moi.")
    mail.add_attachment(agenda, subtype="html", filename="odj.html")
    (tmp_path / "mails").mkdir()
    (tmp_path / "mails" / "message.eml").write_bytes(bytes(mail))
    (tmp_path / "mails" / "bare.eml").write_bytes(b"From: x@example.org\nSubject: y\n\nnothing attached\n")
    summary = take_in(tmp_path / "mails", workers=True)
    steps = by_name(summary)
    assert steps["message.eml#1"].state == "read"
    assert (steps["bare.eml"].state, steps["bare.eml"].outcome) == ("unsupported", "")
    kept = b"".join(path.read_bytes() for path in home.root.rglob("*") if path.is_file())
    assert "vidéoprotection".encode() in kept
    for secret in (b"lanceuse", b"Ne dites pas", b"confidentiel"):
        assert secret not in kept


def test_a_file_that_cannot_be_opened_is_reported(
    take_in: Ingest, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "empty.txt":
            raise PermissionError(13, "Permission denied")
        return original(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    summary = take_in(folder)
    assert by_name(summary)["empty.txt"].reason == "Permission denied"
    assert by_name(summary)["empty.txt"].failed
    assert by_name(summary)["ordre du jour.html"].outcome == "new"


def test_pipes_and_folders_that_cannot_be_listed_are_reported(
    take_in: Ingest, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Path.iterdir

    def refuse(path: Path) -> Iterator[Path]:
        if path.name == "closed":
            raise PermissionError(13, "Permission denied")
        return original(path)

    (folder / "closed").mkdir()
    os.mkfifo(folder / "pipe")
    monkeypatch.setattr(Path, "iterdir", refuse)
    summary = take_in(folder / "pipe", folder)
    assert by_name(summary)["pipe"].reason == "not a regular file"
    assert by_name(summary)["closed"].reason == "a folder that cannot be listed"
    assert len(summary.of("unreadable")) == 2


def test_two_files_with_the_same_bytes_are_two_documents(
    take_in: Ingest, agenda: str, folder: Path, home: Home
) -> None:
    copy = folder / "séance" / "copie.html"
    copy.write_text(agenda, "utf-8")
    assert take_in(folder / "séance").outcomes == {"new": 2}
    with Reader(home) as reader:
        assert len(reader.documents()) == 2
        assert len(reader.sessions()) == len(reader.flagged()) == 1


# ---------------------------------------------------------------------- a better reader


def test_a_better_reader_supersedes_and_alarms_nobody(
    take_in: Ingest, agenda: str, pool: Any, tmp_path: Path, home: Home, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ahead.html").write_text(agenda, "utf-8")
    (tmp_path / "past.html").write_text(agenda.replace("26 mars", "22 janvier"), "utf-8")
    papers = [tmp_path / "ahead.html", tmp_path / "past.html"]

    def keys() -> set[tuple[str, str, str]]:
        with Desk(home) as desk:
            return {(alert.kind, str(alert.session_date), alert.subject) for alert in desk.alerts()}

    take_in(*papers, public=True)
    before = keys()
    assert {kind for kind, _, _ in before} == {"found", "reminder"}
    monkeypatch.setattr("crawler.means.READER_VERSION", "next")
    monkeypatch.setattr(pool, "better", True)
    again = take_in(*papers, public=True, at=now + timedelta(days=1))
    assert again.outcomes == {"same": 2} and again.alerts == 0
    assert keys() == before
    with Store(home) as store:
        readings = store.rows("SELECT reader_version, superseded_at IS NULL AS current FROM readings ORDER BY id")
        assert [row["current"] for row in readings] == [0, 0, 1, 1]
        assert store.rows("SELECT * FROM changes") == []
        assert {row["place"] for row in store.rows("SELECT place FROM sessions")} == {"Gymnase"}
        assert not store.rows("SELECT id FROM items WHERE superseded_at IS NOT NULL")
