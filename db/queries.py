"""Everything that is asked of the archives: ``Reader`` is the door, its parts are one idea each."""

from __future__ import annotations

from db.agenda_ahead import Ahead
from db.filters import Filters
from db.for_alerts import ForAlerts
from db.reviewable import Reviewable
from db.search import Search
from db.showing import Showing
from db.streaming import Streaming
from db.waiting import WaitingReader


class Reader(Showing, Ahead, Search, ForAlerts, Reviewable, Streaming, WaitingReader):
    """Both archives of a home, for reading: ``Reader(home)``; ``Reader(home, private=False)`` sees public facts alone.

    A home without an archive reads as an empty one. Raises ArchiveError where a file is damaged or newer.
    """


__all__ = ["Filters", "Reader"]
