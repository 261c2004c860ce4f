from __future__ import annotations

import gzip
import hashlib
import os
import stat
from pathlib import Path

import pytest

from crawler.errors import ArchiveError
from db.files import FileStore

DATA = b"%PDF-1.7 " + bytes(range(256)) * 40
SHA = hashlib.sha256(DATA).hexdigest()


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_put_and_get(tmp_path):
    files = FileStore(tmp_path / "files")
    assert not files.exists(SHA)
    assert files.put(DATA) == SHA
    assert files.exists(SHA)
    assert files.path(SHA) == tmp_path / "files" / SHA[:2] / SHA[2:]
    assert files.path(SHA).read_bytes() == DATA
    assert files.get(SHA) == DATA
    assert not files.compressed(SHA)


def test_compressed(tmp_path):
    files = FileStore(tmp_path)
    assert files.put(DATA, compress=True) == SHA
    assert files.path(SHA).name == f"{SHA[2:]}.gz"
    assert gzip.decompress(files.path(SHA).read_bytes()) == DATA
    assert files.get(SHA) == DATA
    assert files.compressed(SHA)


def test_the_same_bytes_are_one_file(tmp_path):
    files = FileStore(tmp_path)
    files.put(DATA, compress=True)
    before = files.path(SHA).stat().st_mtime_ns
    files.put(DATA)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [f"{SHA[2:]}.gz"]
    assert files.path(SHA).stat().st_mtime_ns == before


def test_empty_bytes(tmp_path):
    files = FileStore(tmp_path)
    assert files.get(files.put(b"")) == b""


def test_a_write_that_fails_leaves_nothing(tmp_path, monkeypatch):
    files = FileStore(tmp_path)

    def fail(descriptor):
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        files.put(DATA)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_damage_is_seen(tmp_path):
    files = FileStore(tmp_path)
    files.put(DATA)
    files.path(SHA).write_bytes(b"something else")
    with pytest.raises(ArchiveError, match="damaged"):
        files.get(SHA)
    other = files.put(b"x" * 500, compress=True)
    files.path(other).write_bytes(b"\x1f\x8bnonsense")
    with pytest.raises(ArchiveError, match="damaged"):
        files.get(other)


def test_missing(tmp_path):
    with pytest.raises(ArchiveError, match="missing"):
        FileStore(tmp_path).get(SHA)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "AB" * 32, "ab/cd", SHA + "0"])
def test_a_name_that_is_no_hash_leads_nowhere(tmp_path, name):
    with pytest.raises(ArchiveError, match="not a SHA-256"):
        FileStore(tmp_path).path(name)


def test_private_bytes_are_secret_until_they_are_public(tmp_path):
    secret, public = FileStore(tmp_path, secret=True), FileStore(tmp_path)
    secret.put(DATA)
    assert mode(secret.path(SHA)) == 0o600
    public.put(DATA)
    assert mode(public.path(SHA)) & 0o044
    secret.put(DATA)
    assert mode(public.path(SHA)) & 0o044


def test_nothing_half_written_is_ever_seen(tmp_path, monkeypatch):
    seen = []
    files = FileStore(tmp_path)
    replace = Path.replace

    def spy(self, target):
        seen.append((files.exists(SHA), self.read_bytes()))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", spy)
    files.put(DATA)
    assert seen == [(False, DATA)]
