"""What is inside archives, e-mails and PDF portfolios: each file of theirs is a document of its own.

One walk unpacks the whole tree, archives in archives included, under one budget; it is the same whether it only
counts (``describe``), collects (``unpack``) or writes to a folder (``unpack_path``). Pure but for the last.
"""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from crawler.errors import DocumentError, Locked, TooLarge, Unreadable
from crawler.models import Extracted, VersionState
from pipelines.text import member_names
from pipelines.text.attached import PDF, attached_parts, may_have_files
from pipelines.text.bounds import Bounds, Budget, Part, Refused
from pipelines.text.mails import EML, MAILS, MSG, mail_kind, mail_parts, outlook_parts
from pipelines.text.sniff import media_type as sniff
from pipelines.text.tars import BZIP2, GZIP, TAR, XZ, compressed_parts, is_tar, tar_parts
from pipelines.text.zips import ZIP, zip_parts

# No well-kept library opens these without a program of the system or a dozen dependencies: they are told, not opened.
CLOSED = {
    "application/x-7z-compressed": "a 7-Zip archive (.7z), which is not opened: ask for a ZIP",
    "application/vnd.rar": "a RAR archive, which is not opened: ask for a ZIP",
}
ARCHIVES = frozenset({ZIP, TAR, GZIP, BZIP2, XZ})
CONTAINERS = frozenset({*ARCHIVES, *MAILS, *CLOSED})
_HOLDERS = frozenset({*ARCHIVES, *MAILS, PDF})  # what is opened
_TOLD = 12  # refusals named in a reason
_REASON = 900  # characters


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside a container, at any depth.

    ``fragment`` is the end of its address, behind the container's: ``#chemin/nom.pdf``, ``#1`` in a mail,
    ``#inner.zip#a.pdf``; ``parent`` that of the archive directly around it, "" for the container itself.
    """

    name: str
    data: bytes = field(repr=False)
    fragment: str
    parent: str


@dataclass(frozen=True, slots=True)
class Unpacked:
    """All of a container; ``refused`` says in words what was left out, ``mailed`` which archives hold e-mails."""

    members: tuple[Member, ...]
    refused: tuple[str, ...]
    mailed: frozenset[str] = frozenset()  # fragments of archives with a mail in them, or below; "": the container


@dataclass(frozen=True, slots=True)
class SpooledPart:
    """A member whose bytes lie in a file; see ``Member``."""

    name: str
    path: Path
    fragment: str
    parent: str


@dataclass(frozen=True, slots=True)
class SpooledParts:
    """Members in the order of the container, an archive before what it holds.

    ``without_mails`` is a copy of the container that leaves out the e-mails in it, where there are any: it can be
    kept where those must not be. Of nested archives with mails, the part is already such a copy.
    """

    parts: tuple[SpooledPart, ...]
    refused: tuple[str, ...]
    locked: bool = False  # some of it needs a password
    without_mails: Path | None = None


def kind_of(data: bytes, name: str = "") -> str:
    """The media type of bytes out of a container or a file; e-mails are told by more than ``sniff`` looks at."""
    return mail_kind(data, name) or (TAR if is_tar(data) else sniff(data, name))


def unpack(data: bytes, media_type: str | None = None, bounds: Bounds | None = None) -> Unpacked:
    """Everything inside ``data``, of ``media_type`` (None: told from the bytes). An ordinary file has no members.

    Raises Locked, Unreadable or TooLarge where the container as a whole cannot be opened.
    """
    walk = _Walk(Budget(bounds))
    members = tuple(walk.into(data, _kind(data, media_type)))
    return Unpacked(members, tuple(map(str, walk.refused)), frozenset(walk.mailed))


def count(data: bytes, media_type: str | None = None) -> tuple[int, str | None]:
    """How many documents are directly inside, and what was left out, in words. Never raises but MemoryError."""
    described = describe(data, _kind(data, media_type))
    return described.parts, described.reason


def describe(data: bytes, kind: str) -> Extracted:
    """The container's own state: ``container``, or why it cannot be opened; the reason lists what was left out."""
    if kind in CLOSED:
        return Extracted(kind, "unsupported", reason=CLOSED[kind])
    walk = _Walk(Budget())
    inside, anything = 0, False
    try:
        for member in walk.into(data, kind):
            inside += member.parent == ""
            anything = True
    except DocumentError as error:
        return Extracted(kind, _state(error), reason=str(error))
    if not anything and any(each.locked for each in walk.refused):
        return Extracted(kind, "locked", reason=f"it needs a password: {_told(walk.refused)}")
    empty = "an e-mail without attachments" if kind in MAILS else "an archive without anything to read"
    reasons = [empty] if not anything and kind != PDF else []
    if walk.refused:
        reasons.append(f"left out: {_told(walk.refused)}")
    return Extracted(kind, "container", reason="; ".join(reasons) or None, parts=inside, method="unpack")


def unpack_path(path: str, media_type: str | None, folder: str) -> SpooledParts:
    """What a worker does: the members of the file at ``path`` as files in ``folder``, which exists.

    Gunzipped first where it is named ``.gz``, as the file store does. Raises as ``unpack`` does.
    """
    source, target, walk = Path(path), Path(folder), _Walk(Budget())
    data = _content(source)
    kind = _kind(data, media_type)
    parts = []
    for number, member in enumerate(walk.into(data, kind)):
        file = target / f"{number:05}"
        file.touch(mode=0o600)
        file.write_bytes(member.data)
        parts.append(SpooledPart(member.name, file, member.fragment, member.parent))
    del data
    kept = _without_mails(parts, walk.mailed, target) if kind in ARCHIVES else None
    locked = any(each.locked for each in walk.refused)
    return SpooledParts(tuple(parts), tuple(map(str, walk.refused)), locked, kept)


def _content(source: Path) -> bytes:
    most = Bounds().member_bytes
    with gzip.open(source, "rb") if source.suffix == ".gz" else source.open("rb") as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise TooLarge(f"a file of over {most // 1_000_000} MB")
    return data


def _without_mails(parts: list[SpooledPart], mailed: set[str], folder: Path) -> Path | None:
    """Copies of the archives in ``mailed`` with what is no mail, the innermost first; that of the container.

    The attachments of their mails are left out too: they are documents of their own. Stored, not deflated, and
    without dates, so that the same archive gives the same bytes each time.
    """
    files = {part.fragment: part.path for part in parts}
    for fragment in sorted(mailed, key=lambda each: each.count("#"), reverse=True):
        own = [part for part in parts if part.parent == fragment]
        copy = files.get(fragment, folder / "without-mails")
        whole = [part for part in own if part.fragment == fragment + member_names.fragment(part.name)]
        temporary = folder / "rewritten"
        temporary.touch(mode=0o600)
        with zipfile.ZipFile(temporary, "w") as archive:
            for part in whole:
                archive.writestr(zipfile.ZipInfo(part.name), part.path.read_bytes())
        temporary.replace(copy)
    return folder / "without-mails" if "" in mailed else None


def _kind(data: bytes, media_type: str | None) -> str:
    kind = (media_type or "").partition(";")[0].strip().lower()
    return kind if kind in _HOLDERS or kind in CLOSED else kind_of(data)


def _state(error: DocumentError) -> VersionState:
    return "locked" if isinstance(error, Locked) else "too-large" if isinstance(error, TooLarge) else "failed"


def _told(refused: list[Refused]) -> str:
    told = "; ".join(str(each) for each in refused[:_TOLD])
    more = f"; and {len(refused) - _TOLD} more" if len(refused) > _TOLD else ""
    return (told if len(told) <= _REASON else f"{told[:_REASON]}…") + more


class _Walk:
    """One descent into a container: members come as they are met, what is left out is gathered."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.refused: list[Refused] = []
        self.mailed: set[str] = set()

    def into(
        self, data: bytes, kind: str, *, name: str = "", above: str = "", parent: str = "", depth: int = 1
    ) -> Iterator[Member]:
        """The members of ``data`` and of what they hold; ``above`` is its own fragment, ``parent`` that of the
        archive to which its members belong (a mail is passed over)."""
        if kind in CLOSED:
            raise Unreadable(CLOSED[kind])
        number = 0
        for part in self._open(data, kind, name):
            if isinstance(part, Refused):
                self.refused.append(Refused(_path(name, part.name), part.reason, part.locked))
                continue
            number += 1
            label = part.name or f"attachment-{number}"
            fragment = above + (f"#{number}" if kind in MAILS else member_names.fragment(label))
            yield from self._member(part.data, label, fragment, parent, _path(name, label), depth)

    def _member(self, data: bytes, label: str, fragment: str, parent: str, path: str, depth: int) -> Iterator[Member]:
        kind = kind_of(data, label)
        holds = kind in _HOLDERS and (kind != PDF or may_have_files(data))
        if holds and depth >= self.budget.bounds.depth and kind != PDF:
            if kind in MAILS:
                self._met_mail(parent)
            self.refused.append(Refused(path, f"archives in archives, more than {self.budget.bounds.depth} deep"))
            return
        if kind in MAILS:
            self._met_mail(parent)
        else:
            yield Member(label, data, fragment, parent)
        if not holds or depth >= self.budget.bounds.depth:
            return
        around = parent if kind in MAILS else fragment
        try:
            yield from self.into(data, kind, name=path, above=fragment, parent=around, depth=depth + 1)
        except DocumentError as error:
            # Anything but a mail is a document itself, whose own state says so; but not what this budget has refused.
            if kind in MAILS or isinstance(error, TooLarge):
                self.refused.append(Refused(path, str(error), isinstance(error, Locked)))

    def _met_mail(self, around: str) -> None:
        """Remember the archive directly around a mail, and those around that one."""
        pieces = around.split("#")
        self.mailed |= {"#".join(pieces[:size]) for size in range(1, len(pieces) + 1)}

    def _open(self, data: bytes, kind: str, name: str) -> Iterator[Part | Refused]:
        if kind == ZIP:
            return zip_parts(data, self.budget)
        if kind == TAR:
            return tar_parts(data, self.budget)
        if kind in ARCHIVES:
            return compressed_parts(data, kind, self.budget, name)
        if kind == EML:
            return mail_parts(data, self.budget)
        if kind == MSG:
            return outlook_parts(data, self.budget)
        return attached_parts(data, self.budget) if kind == PDF else iter(())


def _path(around: str, name: str) -> str:
    return f"{around}/{name}" if around and name else name or around
