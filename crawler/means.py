"""What documents are read with on this machine, now."""

from __future__ import annotations

from db.store.rereads import Means
from pipelines.lexicons import load as load_lexicon
from pipelines.reader_version import READER_VERSION
from pipelines.text.ocr.installed import availability


def means_here() -> Means:
    """The reader, the lexicon, and the recogniser where one is installed."""
    installed = availability()
    return Means(READER_VERSION, load_lexicon().version, installed.engine if installed.ready else "")
