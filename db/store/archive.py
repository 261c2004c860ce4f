"""The store: everything that is written to ``archive.db`` or ``private.db``."""

from __future__ import annotations

from db.store.documents import Documents, Recorded
from db.store.entries import Entries
from db.store.facts import FactStore
from db.store.reflags import Reflags


class Store(Reflags, Documents, FactStore, Entries):
    """One archive of a home, open for writing: ``Store(home)``, or ``Store(home, private=True)``.

    Any process may hold one; each method is one short transaction, or a few. A context manager.
    """


__all__ = ["Recorded", "Store"]
