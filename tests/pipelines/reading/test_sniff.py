from __future__ import annotations

import io
import struct
import tarfile
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


def office(part: str, main: str) -> bytes:
    """A package whose main part has the content type ``main``."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        file.writestr("[Content_Types].xml", f'<Types><Override PartName="/{part}" ContentType="{main}"/></Types>')
        file.writestr(part, "<x/>")
    return stream.getvalue()


def open_document(kind: str) -> bytes:
    """A package of OpenDocument that lost its first member and tells its type in the manifest."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        file.writestr("content.xml", "<x/>")
        entry = f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        file.writestr("META-INF/manifest.xml", entry)
    return stream.getvalue()


def compound(*streams: str, inside: str = "") -> bytes:
    """A compound file (OLE) with these streams at its root, and one more in a storage."""
    names = ["Root Entry", *streams, "ObjectPool", *([inside] if inside else [])]
    entries = b""
    for number, name in enumerate(names):
        raw = name.encode("utf-16-le")
        left = number - 1 if 1 < number <= len(streams) + 1 else 0xFFFFFFFF
        child = {0: len(streams) + 1, len(streams) + 1: len(streams) + 2 if inside else 0xFFFFFFFF}.get(
            number, 0xFFFFFFFF
        )
        entries += raw.ljust(64, b"\0") + struct.pack("<HBB3I", len(raw) + 2, 1, 1, left, 0xFFFFFFFF, child)
        entries += b"\0" * (128 * (number + 1) - len(entries))
    sectors = -(-len(entries) // 512)
    table = [0xFFFFFFFD, *(number + 2 for number in range(sectors - 1)), 0xFFFFFFFE]
    header = OLE + b"\0" * 16 + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6 + struct.pack("<3I", 0, 1, 1)
    header += struct.pack("<6I", 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    fat = struct.pack(f"<{len(table)}I", *table).ljust(512, b"\xff")
    return header + fat + entries.ljust(sectors * 512, b"\0")


def tar() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.GNU_FORMAT) as file:
        file.addfile(tarfile.TarInfo("odj.pdf"), io.BytesIO())
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


MS = "application/vnd.ms-"
MAIL = b"From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\n\r\nBonjour"
FLAT = (
    b'<?xml version="1.0"?><office:document xmlns:office="x" office:mimetype="application/vnd.oasis.opendocument.text">'
)
ROWS = "".join(f"{number};Voirie et éclairage, lot {number};12 mars\n" for number in range(9))


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (office("word/document.xml", MS + "word.document.macroEnabled.main+xml"), "",
         MS + "word.document.macroenabled.12"),
        (office("word/document.xml", OOXML + "wordprocessingml.document.main+xml"), "a.zip",
         OOXML + "wordprocessingml.document"),
        (office("word/document.xml", OOXML + "wordprocessingml.template.main+xml"), "",
         OOXML + "wordprocessingml.template"),
        (office("xl/workbook.xml", MS + "excel.sheet.macroEnabled.main+xml"), "a.xlsx",
         MS + "excel.sheet.macroenabled.12"),
        (office("ppt/presentation.xml", OOXML + "presentationml.presentation.main+xml"), "",
         OOXML + "presentationml.presentation"),
        (office("word/document.xml", OOXML + "wordprocessingml.document.main+xml")[:-60], "",
         OOXML + "wordprocessingml.document"),
        (archive("note.docx", "word/annexe.pdf"), "dossier.docx", "application/zip"),
        (open_document(ODF + "spreadsheet"), "", ODF + "spreadsheet"),
        (archive("content.xml", mimetype=ODF + "presentation"), "", ODF + "presentation"),
        (archive("content.xml", mimetype=ODF + "text")[:-40], "", ODF + "text"),
        (archive("META-INF/container.xml", mimetype="application/epub+zip"), "", "application/epub+zip"),
        (archive("FixedDocumentSequence.fdseq", "[Content_Types].xml"), "", MS + "xpsdocument"),
        (compound("WordDocument", "1Table", inside="Workbook"), "a.xls", "application/msword"),
        (compound("Workbook", inside="WordDocument"), "a.doc", MS + "excel"),
        (compound("PowerPoint Document"), "", MS + "powerpoint"),
        (compound("__nameid_version1.0", "__substg1.0_0037001F", inside="WordDocument"), "", MS + "outlook"),
        (compound("EncryptedPackage"), "a.docx", "application/x-ole-storage"),
        (b"\r\n  {\\rtf1 Bonjour}", "a.doc", "application/rtf"),
        (b"\xef\xbb\xbf\r\n" + MAIL, "", "message/rfc822"),
        (b"From a@example.org Thu Mar 12 18:30:00 2026\n" + MAIL, "", "message/rfc822"),
        (b"1234\n" + MAIL, "a.emlx", "message/rfc822"),
        (b"Subject: x\n\nBonjour", "a.eml", "message/rfc822"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x", "a.doc", "multipart/related"),
        (b"II*\0rest", "", "image/tiff"),
        (b"MM\0*rest", "", "image/tiff"),
        (b"II+\0rest", "", "image/tiff"),
        (b"\0\0\0\x0cjP  \r\n", "", "image/jp2"),
        (b"\xff\x4f\xff\x51rest", "", "image/jp2"),
        (b"\0\0\0\x18ftypheic", "", "image/heic"),
        (b"\0\0\0\x18ftypmif1", "", "image/heic"),
        (b"\0\0\0\x18ftypavif", "", "image/avif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "", "image/webp"),
        (b"\x1f\x8b\x08rest", "a.pdf", "application/gzip"),
        (b"7z\xbc\xaf\x27\x1crest", "", "application/x-7z-compressed"),
        (b"Rar!\x1a\x07\x00rest", "", "application/vnd.rar"),
        (b"\xfd7zXZ\0rest", "", "application/x-xz"),
        (b"BZh91AY", "", "application/x-bzip2"),
        (tar(), "a.zip", "application/x-tar"),
        (tar().replace(b"ustar  \0", b"\0" * 8), "a", "application/octet-stream"),
        (FLAT, "", ODF + "text-flat-xml"),
        (b"<?xml version='1.0'?><?mso-application progid='Word.Document'?><w:wordDocument/>", "", "application/xml"),
        (b"%!PS-Adobe-3.0 PDF-1.4\n", "", "application/pdf"),
        (b"\xffWPC rest", "", "application/vnd.wordperfect"),
        (ROWS.encode("cp1252"), "export", "text/csv"),
        (ROWS.replace(";", "\t").encode(), "", "text/tab-separated-values"),
        ("Budget ; voirie ;\nÉcoles ; sport\n".encode() * 4, "", "text/plain"),
        ("<p>Séance</p>".encode("utf-16-le"), "", "text/html"),
        ("<html><body>Séance".encode("utf-16"), "a.txt", "text/html"),
    ],
)  # fmt: skip
def test_packages_messages_and_rarer_types(data: bytes, name: str, expected: str) -> None:
    assert media_type(data, name) == expected


def test_real_pdf(make_pdf: Callable[..., bytes]) -> None:
    assert media_type(make_pdf(lambda canvas: None), "page.html") == "application/pdf"
