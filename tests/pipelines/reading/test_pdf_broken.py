"""PDFs that are cut off, prefixed, overwritten, without a table of contents or locked."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from crawler.errors import Locked, Unreadable
from crawler.models import Extracted
from pipelines.text import pdf_open, pdf_repair
from pipelines.text.pdf import extract_pdf
from pipelines.text.pdf_open import open_pdf

from .conftest import column, lines_at

Maker = Callable[..., bytes]
PAGES = [[f"{page}.{number} Un point de l'ordre du jour, page {page}" for number in range(1, 9)] for page in (1, 2, 3)]
NEW = "damaged: it was rebuilt from the parts that are left"


@pytest.fixture
def sound(make_pdf: Maker) -> bytes:
    return make_pdf(*(lines_at(column(page)) for page in PAGES))


def packed(sound: bytes, tmp_path: Path) -> bytes:
    """The same file with its pages and catalogue in compressed object streams, as PDF 1.5 has them."""
    path = tmp_path / "packed.pdf"
    with pikepdf.open(io.BytesIO(sound)) as document:
        document.save(path, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    data = path.read_bytes()
    assert b"/ObjStm" in data and b"/Catalog" not in data
    return data


def pages(done: Extracted) -> list[list[str]]:
    return [page.text.split("\n") for page in done.pages]


def check(data: bytes, expected: list[list[str]] = PAGES) -> None:
    """What is left is read, and never passes for the whole."""
    done = extract_pdf(data)
    assert pages(done) == expected
    assert (done.state, done.reason) == ("partial", NEW)


def test_a_download_that_was_cut_off(sound: bytes) -> None:
    check(sound[: sound.rindex(b"xref\n0")])
    check(sound[: sound.rindex(b"endstream")])


def test_one_that_lost_its_last_pages(sound: bytes) -> None:
    """The content of the last page is gone: it is blank; the others are read."""
    streams = [found.start() for found in re.finditer(rb"\d+ 0 obj\s*<<[^>]*/Length", sound)]
    check(sound[: streams[-1]], [*PAGES[:2], [""]])


def test_a_cut_off_download_with_compressed_objects(sound: bytes, tmp_path: Path) -> None:
    data = packed(sound, tmp_path)
    check(data[: data.rindex(b"/XRef")])


def test_without_a_catalogue_the_pages_are_gathered(sound: bytes) -> None:
    check(sound.replace(b"/Catalog", b"/Catalxg").replace(b"/Pages", b"/Pagxs"))


def test_overwritten_ends_and_lost_trailers(sound: bytes) -> None:
    place = sound.rindex(b"xref\n0")
    check(sound[:place] + bytes(len(sound) - place))
    check(sound.replace(b"/Root", b"/Rxxt"))


def test_junk_before_and_after_changes_nothing(sound: bytes) -> None:
    for data in (b"x\n" * 450 + sound, b"\0" * 5000 + sound, sound + b"<html>Bonjour</html>" * 500):
        done = extract_pdf(data)
        assert (done.state, done.reason, pages(done)) == ("read", None, PAGES)


def test_nothing_to_repair() -> None:
    for data in (b"%PDF-1.7 nothing more", b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj", b"%PDF-"):
        done = extract_pdf(data)
        assert (done.state, done.reason) == ("failed", "the PDF is broken: no page could be opened")


def test_a_bomb_in_an_object_stream_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_repair, "MAX_UNPACKED", 10_000)
    bomb = zlib.compress(b"7 0 " + b" " * 50_000_000)
    head = b"%%PDF-1.5\n5 0 obj\n<</Type/ObjStm/N 1/First 4/Length %d>>stream\n" % len(bomb)
    assert sum(len(body) for _, body in pdf_repair._compressed(head + bomb, [(10, 1, 4)] * 3)) <= 10_000
    assert extract_pdf(head + bomb + b"\nendstream\nendobj").state == "failed"


def test_a_large_broken_file_is_not_repaired(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pdf_open, "MAX_REPAIR_BYTES", 1000)
    assert extract_pdf(b"%PDF-1.7" + bytes(2000)).state == "too-large"


@pytest.mark.parametrize("revision", [2, 3, 4, 6])
def test_passwords_of_every_kind(sound: bytes, tmp_path: Path, revision: int) -> None:
    """RC4 with 40 and 128 bits, AES with 128 and 256: the owner's is no obstacle, nor is an empty one; a user's is."""
    for user, state in (("", "read"), ("lecteur", "locked")):
        path = tmp_path / f"{revision}{user}.pdf"
        with pikepdf.open(io.BytesIO(sound)) as document:
            rule = pikepdf.Encryption(owner="maire", user=user, R=revision, aes=revision > 3, metadata=revision > 3)
            document.save(path, encryption=rule)
        done = extract_pdf(path.read_bytes())
        assert done.state == state
        assert pages(done) == (PAGES if state == "read" else [])
    with pytest.raises(Locked):
        open_pdf(path)


def test_a_path_that_is_no_pdf(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"nothing")
    with pytest.raises(Unreadable):
        open_pdf(path)
