"""The document inside a signed envelope (``.p7m``, CMS SignedData of RFC 5652); signatures are not checked."""

from __future__ import annotations

import base64
import binascii
import re

_DATA = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07"  # OIDs of PKCS #7 begin so
_SIGNED = _DATA + b"\x02"
_PEM = re.compile(rb"-----BEGIN (?:PKCS7|CMS)-----(.*?)-----END", re.S)
_SEQUENCE, _OID, _EXPLICIT, _OCTETS, _PARTS = 0x30, 0x06, 0xA0, 0x04, 0x24
_DEEPEST = 8


def signed_content(data: bytes) -> bytes | None:
    """What was signed; None where the envelope is broken or the signature stands apart from the document."""
    pem = _PEM.search(data)
    if pem:
        try:
            data = base64.b64decode(pem[1], validate=False)
        except binascii.Error:
            return None
    try:
        outer = _fields(_open(data, 0, _SEQUENCE)[0])
        if outer[0] != (_OID, _SIGNED):
            return None
        signed = _fields(_open(outer[1][1], 0, _SEQUENCE)[0])
        inside = next(_fields(body) for tag, body in signed if tag == _SEQUENCE)
        return _octets(inside[1][1], 0) if len(inside) > 1 and inside[1][0] == _EXPLICIT else None
    except (IndexError, ValueError, StopIteration):
        return None


def _octets(data: bytes, depth: int) -> bytes:
    """An octet string, in one piece or in many."""
    if depth > _DEEPEST:
        raise ValueError("nested too deep")
    pieces = [
        body if tag == _OCTETS else _octets(body, depth + 1) for tag, body in _fields(data) if tag in (_OCTETS, _PARTS)
    ]
    return b"".join(pieces)


def _open(data: bytes, place: int, wanted: int) -> tuple[bytes, int]:
    tag, body, end = _field(data, place)
    if tag != wanted:
        raise ValueError(f"tag {tag} for {wanted}")
    return body, end


def _fields(data: bytes) -> list[tuple[int, bytes]]:
    """The fields of a sequence: (tag, content)."""
    found = []
    place = 0
    while place < len(data) and data[place : place + 2] != b"\0\0":
        tag, body, place = _field(data, place)
        found.append((tag, body))
    return found


def _field(data: bytes, place: int) -> tuple[int, bytes, int]:
    """(tag, content, where the next begins) of a field of BER; tags above 30 do not occur here."""
    tag, length, begin = data[place], data[place + 1], place + 2
    if length == 0x80:
        end = _end(data, begin, 0)
        return tag, data[begin:end], end + 2
    if length > 0x80:
        size = length & 0x7F
        length, begin = int.from_bytes(data[begin : begin + size], "big"), begin + size
    return tag, data[begin : begin + length], begin + length


def _end(data: bytes, place: int, depth: int) -> int:
    """Where content of no stated length ends: at two zeros in the place of a field."""
    if depth > _DEEPEST:
        raise ValueError("nested too deep")
    while data[place : place + 2] != b"\0\0":
        if place >= len(data):
            raise ValueError("cut off")
        length = data[place + 1]
        place = _end(data, place + 2, depth + 1) + 2 if length == 0x80 else _skip(data, place)
    return place


def _skip(data: bytes, place: int) -> int:
    length, begin = data[place + 1], place + 2
    if length > 0x80:
        size = length & 0x7F
        length, begin = int.from_bytes(data[begin : begin + size], "big"), begin + size
    return begin + length
