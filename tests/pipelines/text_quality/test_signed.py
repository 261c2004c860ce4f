"""Signed envelopes: the document inside, in one piece or in many."""

from __future__ import annotations

import base64

from crawler.models import Hints
from pipelines.read import read
from pipelines.text.signed import signed_content
from pipelines.text.sniff import media_type

SIGNED = bytes.fromhex("06092a864886f70d010702")
DATA = bytes.fromhex("06092a864886f70d010701")
DOCUMENT = b"%PDF-1.7\n" + bytes(range(256)) * 300 + b"\n%%EOF"


def tlv(tag: int, *parts: bytes, endless: bool = False) -> bytes:
    body = b"".join(parts)
    if endless:
        return bytes([tag, 0x80]) + body + b"\0\0"
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    size = len(body).to_bytes(3, "big")
    return bytes([tag, 0x83]) + size + body


def envelope(content: bytes, *, endless: bool = False) -> bytes:
    inside = tlv(0x30, DATA, tlv(0xA0, content, endless=endless) if content else b"", endless=endless)
    signed = tlv(0x30, b"\x02\x01\x01", tlv(0x31), inside, tlv(0x31), endless=endless)
    return tlv(0x30, SIGNED, tlv(0xA0, signed, endless=endless), endless=endless)


def test_one_piece_and_many() -> None:
    whole = envelope(tlv(0x04, DOCUMENT))
    assert media_type(whole, "deliberation.pdf.p7m") == "application/pdf"  # its bytes stand there as they are
    assert media_type(envelope(tlv(0x04, b"{\\rtf1 x}")), "note.rtf.p7m") == "application/pkcs7-mime"
    assert signed_content(whole) == DOCUMENT
    pieces = [tlv(0x04, DOCUMENT[begin : begin + 1000]) for begin in range(0, len(DOCUMENT), 1000)]
    parted = envelope(tlv(0x24, *pieces, endless=True), endless=True)
    assert media_type(parted) == "application/pkcs7-mime"
    assert signed_content(parted) == DOCUMENT


def test_text_armour() -> None:
    armoured = b"-----BEGIN PKCS7-----\n" + base64.encodebytes(envelope(tlv(0x04, DOCUMENT))) + b"-----END PKCS7-----\n"
    assert media_type(armoured) == "application/pkcs7-mime"
    assert signed_content(armoured) == DOCUMENT


def test_what_holds_no_document() -> None:
    whole = envelope(tlv(0x04, DOCUMENT))
    assert signed_content(envelope(b"")) is None
    assert signed_content(b"") is None
    assert signed_content(b"\x30\x80" * 5000) is None
    assert all(signed_content(whole[:end]) != DOCUMENT for end in range(0, 60))


def test_the_document_inside_is_what_is_read() -> None:
    note = b"Note de synth\xc3\xa8se du conseil municipal du 12 mars 2026 : achat de cam\xc3\xa9ras.\n" * 3
    done = read(envelope(tlv(0x24, tlv(0x04, note[:50]), tlv(0x04, note[50:]))), None, Hints(file_name="note.txt.p7m"))
    assert (done.state, done.media_type) == ("read", "text/plain")
    assert "synthèse du conseil municipal" in done.pages[0].text
    alone = read(envelope(b""), None, Hints(file_name="note.p7m"))
    assert alone.state == "unsupported" and "signature" in (alone.reason or "")


def test_a_page_saved_with_its_images_is_read() -> None:
    saved = (
        b"From: <Saved by a browser>\r\nSubject: Ordre du jour\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n'
        b"Content-Transfer-Encoding: 8bit\r\n\r\n<html><body><h1>Ordre du jour du conseil municipal</h1>"
        b"<p>S\xc3\xa9ance du 12 mars 2026</p></body></html>\r\n--b--\r\n"
    )
    done = read(saved, None, Hints(file_name="ordre-du-jour.mht"))
    assert (done.state, done.media_type) == ("read", "text/html")
    assert "Séance du 12 mars 2026" in done.pages[0].text
