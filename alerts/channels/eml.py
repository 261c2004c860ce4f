"""``mailto:`` without a mail server: one ``.eml`` file per message in ``outbox/``."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from alerts.leases import is_dead
from alerts.message import recipient
from crawler.errors import DeliveryError
from db.store.messages import Message


class EmlChannel:
    """Writes ``KEY.eml``, whole or not at all; a repeat writes the same bytes under the same name."""

    name = "eml"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        sweep(folder)

    def send(self, message: Message) -> None:
        recipient(message.address)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomically(self.folder / f"{message.key}.eml", message.body)
        except OSError as error:
            raise DeliveryError(f"{self.folder}: {error.strerror or error}") from error

    def close(self) -> None:
        pass


def sweep(folder: Path) -> None:
    """Remove what killed writers left behind: half a message is of no use, and names its reader."""
    with suppress(OSError):
        for path in folder.glob(".*.tmp"):
            if is_dead(f"{path.name.split('.')[-2]}-"):
                path.unlink(missing_ok=True)


def write_atomically(path: Path, data: bytes, mode: int = 0o600, *, durable: bool = True) -> None:
    """Put a whole file in place: nobody sees half of it, and where it is ``durable`` it outlives a power cut.

    Thousands of files that can be made again take most of their time in waiting for the disk.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as stream:
            stream.write(data)
            stream.flush()
            if durable:
                os.fsync(stream.fileno())
        temporary.rename(path)
    finally:
        temporary.unlink(missing_ok=True)
    if not durable:
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
