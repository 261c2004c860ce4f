"""Where things lie in a home folder (DESIGN §5)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Home:
    """The paths of one home; nothing is created by asking for them."""

    root: Path

    @property
    def config(self) -> Path:
        return self.root / "tocsin.toml"

    @property
    def archive(self) -> Path:
        return self.root / "archive.db"

    @property
    def private(self) -> Path:
        return self.root / "private.db"

    @property
    def desk(self) -> Path:
        return self.root / "desk.db"

    @property
    def files(self) -> Path:
        return self.root / "files"

    @property
    def feeds(self) -> Path:
        return self.root / "feeds"

    @property
    def outbox(self) -> Path:
        return self.root / "outbox"

    @property
    def ocr_cache(self) -> Path:
        return self.root / "cache" / "ocr"

    @property
    def page_images(self) -> Path:
        return self.root / "cache" / "pages"

    @property
    def lock(self) -> Path:
        return self.root / "watch.lock"
