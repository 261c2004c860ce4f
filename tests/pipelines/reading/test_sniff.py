from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

from pipelines.text.sniff import media_type


def archive(*names: str, mimetype: str = "") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        if mimetype:
            file.writestr("mimetype", mimetype)
        for name in names:
            file.writestr(name, "x")
    return stream.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OOXML = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (b"%PDF-1.4\n", "", "application/pdf"),
        (b"\r\n\xef\xbb\xbf  %PDF-1.7\n", "x.html", "application/pdf"),
        (b"HTTP junk before\n%PDF-1.7\n", "", "application/pdf"),
        (b"<!DOCTYPE html><p>Le fichier %PDF-1.4 est introuvable</p>", "odj.pdf", "text/html"),
        (b"  \n<!-- cache --><html><body>x</body></html>", "odj.pdf", "text/html"),
        (b"<?xml version='1.0'?><!DOCTYPE html PUBLIC 'x'><html xmlns='y'><body>x</body></html>", "", "text/html"),
        (b"<div class='agenda'><ul><li>1</li></ul></div>", "", "text/html"),
        (b"<?xml version='1.0'?><rss version='2.0'><channel/></rss>", "", "application/rss+xml"),
        (b"<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'/>", "", "application/atom+xml"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "", "image/svg+xml"),
        (b"{\\rtf1\\ansi Bonjour}", "convocation.doc", "application/rtf"),
        (b"\x89PNG\r\n\x1a\n....", "", "image/png"),
        (b"\xff\xd8\xff\xe0....", "scan.pdf", "image/jpeg"),
        (OLE + b"\0" * 500 + "WordDocument".encode("utf-16-le"), "", "application/msword"),
        (archive("[Content_Types].xml", "word/document.xml"), "", OOXML + "wordprocessingml.document"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), "", OOXML + "spreadsheetml.sheet"),
        (archive("content.xml", mimetype=ODF + "text"), "x.zip", ODF + "text"),
        (archive("odj.pdf", "note.pdf"), "", "application/zip"),
        (b"PK\x03\x04 cut short", "", "application/zip"),
        (b"From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\nDate: y\r\n\r\nBonjour", "", "message/rfc822"),
        ("Objet : réunion\nFrom: là-bas\nOrdre du jour".encode(), "", "text/plain"),
        (b'{"a": 1}', "", "application/json"),
        (b"{not json at all", "", "text/plain"),
        (b"a;b\n1;2\n", "liste.csv", "text/csv"),
        (b"# Titre\n", "pv.md", "text/markdown"),
        ("Séance du 3 mars".encode("utf-16-le"), "", "text/plain"),
        ("Séance du 3 mars".encode("cp1252"), "", "text/plain"),
        (bytes(range(256)) * 4, "odj.pdf", "application/octet-stream"),
        (b"", "odj.pdf", "application/x-empty"),
        (b"\0\0 \r\n", "odj.pdf", "application/x-empty"),
    ],
)  # fmt: skip
def test_bytes_decide(data: bytes, name: str, expected: str) -> None:
    assert media_type(data, name) == expected


def test_real_pdf(make_pdf: Callable[..., bytes]) -> None:
    assert media_type(make_pdf(lambda canvas: None), "page.html") == "application/pdf"
