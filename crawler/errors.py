"""Every error Tocsin raises on purpose, drawn once.

TocsinError
├── UsageError            the user's mistake: one clear line, exit 2
│   └── ConfigError       in tocsin.toml: names the line, the key and the remedy
├── SourceError           a site's fault: recorded on its crawl, the other sources go on
│   ├── Disallowed        robots.txt says no; we obey and say so
│   ├── Blocked           403, 429 or a bot wall; we stop, we do not disguise ourselves
│   ├── RenderingFailed   the scripts of a page could not be run to their end
│   └── ForbiddenAddress  a name or redirect that leads to a private address
├── DocumentError         a document's fault: recorded on its version, the rest goes on
│   ├── Unreadable        broken beyond repair, or of a kind we cannot open
│   ├── Locked            needs a password that we do not have
│   ├── TooLarge          over a limit on bytes, pages or time
│   └── ReaderDied        the worker process crashed, hung or outgrew its memory
├── Busy                  another process is at the same work; nothing is lost by leaving it to that one
├── DeliveryError         a channel's fault: recorded on the delivery, tried again
└── ArchiveError          our own fault or the disk's: the run fails, exit 1
    └── TakenDown         an operator took it down: its hash and the reason are left
"""

from __future__ import annotations

from datetime import timedelta


class TocsinError(Exception):
    """Root of everything raised on purpose; its text is fit to be shown."""


class UsageError(TocsinError):
    """The command line asks for something impossible; shown as one line, exit code 2."""


class ConfigError(UsageError):
    """tocsin.toml is wrong.

    The text reads ``FILE, line N: KEY: what is wrong; what would be right``, with a line for each of
    ``more``, the file's other mistakes.
    """

    def __init__(
        self, path: str, line: int | None, key: str, problem: str, remedy: str, *, more: tuple[ConfigError, ...] = ()
    ) -> None:
        self.path, self.line, self.key, self.problem, self.remedy = path, line, key, problem, remedy
        self.more = more
        where = f"{path}, line {line}" if line else path
        own = f"{where}: {key}: {problem}; {remedy}" if key else f"{where}: {problem}; {remedy}"
        super().__init__("\n".join([own, *map(str, more)]))


class SourceError(TocsinError):
    """A web site could not be watched as expected."""


class Disallowed(SourceError):
    """robots.txt forbids the pages we would need."""


class Blocked(SourceError):
    """The server refuses us (403, 429, a bot wall)."""


class RenderingFailed(SourceError):
    """The browser could not build a page: too slow, too large, or it ended."""


class ForbiddenAddress(SourceError):
    """A request would have reached loopback, a private range or another reserved address."""


class DocumentError(TocsinError):
    """A document could not be read; the text is the reason kept in the archive."""


class Unreadable(DocumentError):
    """Broken, or of a type that this version does not open."""


class Locked(DocumentError):
    """Encrypted with a user password."""


class TooLarge(DocumentError):
    """Over one of the limits on bytes, pages, pixels or seconds."""


class ReaderDied(DocumentError):
    """The worker that read the document crashed, hung or ran out of memory."""


class Busy(TocsinError):
    """Another process is reading what waits."""


class DeliveryError(TocsinError):
    """A message was not accepted; it stays in the outbox and is tried again.

    ``retry_after``: how long the receiver asks to be left alone. ``gone``: it says that it will never take this one.
    ``permanent``: it refuses for good, which somebody may yet mend (an SMTP reply 5xx): tried a few times more.
    ``perhaps``: it may have taken the message all the same, for its answer was lost.
    """

    def __init__(
        self,
        text: str,
        *,
        retry_after: timedelta | None = None,
        gone: bool = False,
        permanent: bool = False,
        perhaps: bool = False,
    ) -> None:
        super().__init__(text)
        self.retry_after, self.gone, self.permanent, self.perhaps = retry_after, gone, permanent, perhaps


class ArchiveError(TocsinError):
    """The archive is missing, damaged, or of a newer version than this program."""


class TakenDown(ArchiveError):
    """What is asked for was taken down: its hash and the reason are all that is left."""
