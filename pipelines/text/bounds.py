"""What an archive may cost: counted while it is unpacked, for its own figures may lie."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from crawler.errors import DocumentError, TooLarge, Unreadable
from pipelines.text.limits import MAX_BYTES

CHUNK = 65_536  # bytes inflated at a time


@dataclass(frozen=True, slots=True)
class Bounds:
    """Of one archive with everything inside it, archives in archives included."""

    members: int = 2000
    entries: int = 20_000  # folders, links and what is ignored count here too
    member_bytes: int = MAX_BYTES  # what a reader takes
    total_bytes: int = 500_000_000
    ratio: int = 200  # bytes out per byte in; a page of text gives 3 to 20, a blank bitmap goes beyond
    free_bytes: int = 20_000_000  # below this the ratio does not matter
    depth: int = 3  # archives in archives; a mail is one too


@dataclass(frozen=True, slots=True)
class Part:
    """A file as it came out of its container; the name is clean (``pipelines.text.member_names``)."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Refused:
    """What was left out, or taken under another name, and why."""

    name: str
    reason: str
    locked: bool = False  # it needs a password

    def __str__(self) -> str:
        return f"{self.name}: {self.reason}" if self.name else self.reason


class Budget:
    """Counts down over one archive with all that is in it."""

    def __init__(self, bounds: Bounds | None = None) -> None:
        self.bounds = bounds or Bounds()
        self.members = 0
        self.bytes = 0

    @property
    def exhausted(self) -> str | None:
        """Why nothing more is taken out; None while there is room."""
        if self.members >= self.bounds.members:
            return f"only {self.bounds.members} files are taken from one archive"
        if self.bytes >= self.bounds.total_bytes:
            return f"only {self.bounds.total_bytes // 1_000_000} MB are taken from one archive"
        return None

    def stop(self, entry: int) -> Refused | None:
        """Why the ``entry``-th entry of an archive (from 0) is not looked at any more."""
        why = self.exhausted
        if why is None and entry >= self.bounds.entries:
            why = f"only {self.bounds.entries} entries of one archive are looked at"
        return Refused("", f"{why}; the rest was left out") if why else None

    def take(self, chunks: Iterable[bytes], packed: int) -> bytes:
        """The bytes of one member, which took ``packed`` bytes in its archive. Raises TooLarge."""
        taken = bytearray()
        for chunk in chunks:
            taken += chunk
            self.bytes += len(chunk)
            self.check(len(taken), packed)
        self.members += 1
        return bytes(taken)

    def check(self, size: int, packed: int) -> None:
        """Whether ``size`` bytes out of ``packed`` are acceptable so far. Raises TooLarge."""
        bounds = self.bounds
        if size > bounds.member_bytes:
            raise TooLarge(f"larger than {bounds.member_bytes // 1_000_000} MB")
        if size > max(bounds.free_bytes, bounds.ratio * packed):
            raise TooLarge(f"it grows more than {bounds.ratio} times when unpacked")
        if self.bytes > bounds.total_bytes:
            raise TooLarge(f"only {bounds.total_bytes // 1_000_000} MB are taken from one archive")


@contextmanager
def opening(what: str) -> Iterator[None]:
    """Whatever a library raises over hostile bytes becomes Unreadable; errors of ours and MemoryError pass.

    Python's own archive and mail modules raise a dozen kinds, KeyError and RecursionError among them.
    """
    try:
        yield
    except (DocumentError, MemoryError):
        raise
    except Exception as error:
        raise Unreadable(f"a broken {what} ({type(error).__name__}: {error})"[:200]) from None
