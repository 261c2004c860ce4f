"""What holds a worker process in its bounds, and what runs in it."""

from __future__ import annotations

import ctypes
import logging
import os
import resource
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from crawler.errors import DocumentError, ReaderDied

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_SLACK = 30  # seconds of computing beyond a task's own time: the clock on the wall is the first judge
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of every worker of a pool."""

    memory_mb: int = 1500
    niceness: int = 0
    environment: Mapping[str, str | None] = field(default_factory=dict)  # None: not set


def limit(limits: Limits) -> None:
    """Bound this process, for good; a core dump of 1.5 GB per broken PDF helps nobody.

    It dies with the server that forked it, which dies with us: after a ``kill -9`` no hung reader is left behind.
    """
    size = limits.memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # Pebble's own handler is Python: in a loop of C it would never run, and all others would wait 3 s for it in vain.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for name, value in limits.environment.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value
    if limits.niceness:
        os.nice(limits.niceness)


def guarded(function: Callable[..., Any], arguments: tuple[Any, ...], seconds: float) -> Any:
    """Run in the worker: whatever is raised comes back as an error that survives pickling.

    An exception with arguments of its own, once sent, breaks the whole pool.
    """
    _allow(seconds)
    try:
        return function(*arguments)
    except (MemoryError, DocumentError):
        raise
    except Exception as error:
        _logger.exception("%s%r failed", function.__name__, arguments[:1])
        raise ReaderDied(f"the reader failed: {type(error).__name__}: {error}"[:300]) from None


def _allow(seconds: float) -> None:
    """A second guard, which needs nobody alive to enforce it: the system's own count of computing time."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    spent = usage.ru_utime + usage.ru_stime
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(spent + seconds) + _SLACK, hard))
