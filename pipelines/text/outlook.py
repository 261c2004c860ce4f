"""The files attached to an Outlook message (.msg, MS-OXMSG), read with python-oxmsg; nothing else of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from olefile import OleFileIO
from olefile.olefile import STGTY_STREAM
from oxmsg.domain import constants
from oxmsg.domain.model import ATTACH_HDR_OFFSET
from oxmsg.properties import Properties
from oxmsg.storage import Storage

from crawler.errors import Unreadable

_EMBEDDED = "__substg1.0_3701000D"  # the message that an attachment is (MS-OXMSG 2.2.2.1)
_HTML = ("__substg1.0_10130102", "__substg1.0_1013001F", "__substg1.0_1013001E")
_BY_VALUE, _MESSAGE, _OBJECT = 1, 5, 6  # PidTagAttachMethod (MS-OXCMSG 2.2.2.9)
_DISPLAY_NAME = 0x3001
_DEEPEST = 10  # messages attached to messages


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of a message; ``problem`` says why it could not be had."""

    name: str
    data: bytes = field(default=b"", repr=False)
    kind: str = ""  # as the sender's program said
    identity: str = ""  # Content-ID
    hidden: bool = False  # not in the list of attachments that Outlook shows
    problem: str = ""


@dataclass(frozen=True, slots=True)
class OutlookMessage:
    """What is looked at: attached files, and the HTML for the pictures it shows."""

    files: tuple[Attached, ...]
    html: bytes = field(repr=False)


def attached(stream: BinaryIO, size: int) -> OutlookMessage:
    """The files of a message of ``size`` bytes. Raises Unreadable, and whatever the libraries raise."""
    with OleFileIO(stream) as ole:
        entries = [entry for entry in ole.direntries if entry is not None and entry.entry_type == STGTY_STREAM]
        if sum(entry.size for entry in entries) > 2 * size + 1_000_000:
            raise Unreadable("a broken Outlook message (streams that share their bytes)")
        root = Storage.from_ole(ole)
    html = b"".join(each.bytes_.replace(b"\0", b"") for each in root.streams if each.name in _HTML)
    return OutlookMessage(tuple(_files(root, 1)), html)


def _files(message: Storage, depth: int) -> Iterator[Attached]:
    for storage in message.iter_attachment_storages():
        inner = next((each for each in storage.storages if each.name.upper() == _EMBEDDED.upper()), None)
        try:
            found = _file(storage, inner)
        except MemoryError:
            raise
        except Exception as error:  # one damaged attachment must not cost the others
            found = Attached("", problem=f"a damaged attachment ({type(error).__name__}: {error})"[:120])
        if found is not None:
            yield found
        elif inner is not None:
            if depth >= _DEEPEST:
                yield Attached("", problem=f"messages attached to messages more than {_DEEPEST} deep")
            else:
                yield from _files(inner, depth + 1)


def _file(storage: Storage, inner: Storage | None) -> Attached | None:
    """One attachment; None for a message, whose own files count."""
    properties = Properties(storage, properties_header_offset=ATTACH_HDR_OFFSET)

    def text(*numbers: int) -> str:
        return next((value.strip("\0 ") for number in numbers if (value := properties.str_prop_value(number))), "")

    name = text(constants.PID_ATTACH_LONG_FILENAME, constants.PID_ATTACH_FILENAME, _DISPLAY_NAME)
    method = properties.int_prop_value(constants.PID_ATTACH_METHOD)
    if method == _OBJECT:
        return Attached(name, problem="an object of another program, no file")
    if method == _MESSAGE or (inner is not None and method != _BY_VALUE):
        return None
    if method not in (None, 0, _BY_VALUE):
        return Attached(name, problem="only a link to a file")
    data = properties.binary_prop_value(constants.PID_ATTACH_DATA_BINARY)
    return Attached(
        name,
        data or b"",
        text(constants.PID_ATTACH_MIME_TAG).lower(),
        text(constants.PID_ATTACH_CONTENT_ID).strip("<>"),
        _is_hidden(properties),
        "" if data else "empty",
    )


def _is_hidden(properties: Properties) -> bool:
    found = next((each for each in properties if each.pid == constants.PID_ATTACHMENT_HIDDEN), None)
    return bool(found is not None and found.value)
