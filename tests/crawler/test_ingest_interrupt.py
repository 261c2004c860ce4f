"""Many files, Ctrl-C in the middle, and the same command again: from the outside, with real workers."""

from __future__ import annotations

import contextlib
import io
import os
import pty
import re
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from db.home import Home

ROOT = Path(__file__).resolve().parents[2]
INSIDE = 3  # documents in each archive


@pytest.fixture
def papers(tmp_path: Path, home: Home, full: bool) -> Path:
    """Notes and archives of notes, 400 files with ``--full``."""
    home.config.write_text('[[council]]\nid = "ville-exemple"\nname = "Ville Exemple"\nwebsite = "http://127.0.0.1/"\n')
    folder = tmp_path / "papers"
    folder.mkdir()
    for number in range(400 if full else 150):
        text = f"Note {number} : travaux de voirie rue Pasteur, lot {number}\n".encode() * 40
        if number % 10:
            (folder / f"{number:03}.txt").write_bytes(text)
            continue
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            for each in range(INSIDE):
                archive.writestr(f"{each}.txt", text + b"%d" % each)
        (folder / f"{number:03}.zip").write_bytes(stream.getvalue())
    return folder


def command(home: Home, folder: Path) -> list[str]:
    return [
        sys.executable, "-m", "crawler", "--home", str(home.root), "--now", "2026-03-02T09:00",
        "ingest", str(folder), "--council", "ville-exemple",
    ]  # fmt: skip


ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "80"}


def of_group(group: int) -> list[str]:
    """The command lines of the processes of a group that are alive."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            state, _, its_group = stat.read_text().rpartition(") ")[2].split()[:3]
            if int(its_group) == group and state != "Z":
                found.append((stat.parent / "cmdline").read_text())
    return found


def table(home: Home, sql: str) -> list[tuple]:
    db = sqlite3.connect(home.private)
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are listed as Linux does it")
def test_ctrl_c_and_the_same_command_again(papers: Path, home: Home):
    files = len(list(papers.iterdir()))
    with subprocess.Popen(
        command(home, papers), env=ENVIRONMENT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        start_new_session=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        for line in process.stderr:  # the terminal's Ctrl-C reaches every process of the group
            if int(line[1:].partition("/")[0]) >= files // 10:
                os.killpg(process.pid, signal.SIGINT)
                break
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    last = err.rstrip().splitlines()[-1]
    told = re.fullmatch(
        r"interrupted: (\d+) of (\d+) files taken in; the same command continues where it stopped", last
    )
    assert told and files // 10 <= int(told[1]) < files == int(told[2])
    assert "Traceback" not in err
    deadline = time.monotonic() + 20
    while of_group(process.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert of_group(process.pid) == []
    before = dict(table(home, "SELECT url, id FROM documents"))
    assert before
    assert table(home, "PRAGMA integrity_check") == [("ok",)] and table(home, "PRAGMA foreign_key_check") == []

    done = subprocess.run(
        command(home, papers), env=ENVIRONMENT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    archives = files // 10
    everything = files + archives * INSIDE
    counts = re.search(r"(\d+) new, (\d+) same", done.stdout)
    assert counts and int(counts[2]) == len(before) and int(counts[1]) == everything - len(before)
    states = table(home, "SELECT state, count(*) FROM versions GROUP BY state ORDER BY state")
    assert states == [("container", archives), ("read", everything - archives)]
    assert table(home, "SELECT count(*), count(DISTINCT url) FROM documents") == [(everything, everything)]
    assert table(home, "SELECT count(*) FROM readings") == [(everything,)]
    assert before.items() <= dict(table(home, "SELECT url, id FROM documents")).items()
    assert table(home, "SELECT count(*) FROM documents WHERE parent_id IS NOT NULL") == [(archives * INSIDE,)]


def test_progress_on_a_terminal_is_one_line(papers: Path, home: Home):
    ours, theirs = pty.openpty()
    with subprocess.Popen(command(home, papers), env=ENVIRONMENT, stderr=theirs, stdout=subprocess.PIPE) as process:
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):  # the terminal is closed at the other end
            while piece := os.read(ours, 65_536):
                shown += piece
        process.communicate(timeout=60)
    os.close(ours)
    text = shown.decode()
    files = len(list(papers.iterdir()))
    assert f" 0/{files}" in text and f" {files}/{files}" in text
    assert re.search(rf"\] +\d+/{files} .*\d+ read, \d+ container", text)
    assert text.count("\n") == 1 and text.rstrip().count("\r") > 5
    assert all(len(re.sub(r"\x1b\[\??\w+", "", line)) <= 80 for line in text.split("\r"))


def test_sigterm_leaves_no_copy_of_a_document_behind(papers: Path, home: Home, tmp_path: Path):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with subprocess.Popen(
        command(home, papers), env=ENVIRONMENT | {"TMPDIR": str(temporary)}, stderr=subprocess.PIPE, text=True,
        stdout=subprocess.DEVNULL, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            deadline = time.monotonic() + 60
            while not list(temporary.glob("tocsin-*/*")) and time.monotonic() < deadline:
                time.sleep(0.05)
            process.terminate()
            assert process.wait(timeout=60) == 128 + signal.SIGTERM
        finally:
            process.kill()
    assert not list(temporary.glob("tocsin-*"))
