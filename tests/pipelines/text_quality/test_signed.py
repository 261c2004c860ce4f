"""Signed envelopes: the document inside, in one piece or in many."""

from __future__ import annotations

import base64

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
