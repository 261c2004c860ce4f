"""The configuration of a process that runs for months: read again when the file changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alerts.channels.eml import write_atomically
from crawler.config import Config, load_config
from crawler.errors import ConfigError


class LiveConfig:
    """The last good configuration. A mistake made while the program runs is shown and changes nothing."""

    def __init__(self, path: Path, echo: Callable[[str], None]) -> None:
        """Read it; raises ConfigError: nothing starts with a wrong one."""
        self.path, self._echo = path, echo
        self._seen = self._bytes()
        self._good = self._seen
        self._config = load_config(path)
        self._broken = False

    def get(self) -> Config:
        """The configuration as it stands, or as it last stood without a mistake."""
        found = self._bytes()
        if found == self._seen:
            return self._config
        self._seen = found
        try:
            self._config = load_config(self.path)
        except ConfigError as error:
            self._broken = True
            self._echo(f"configuration: {error}; the former one stays in use")
        else:
            self._good, self._broken = found, False
            self._echo("configuration: read again")
        return self._config

    def substitute(self, folder: Path) -> Path | None:
        """A file with the last good configuration while the real one is broken; None while it is good."""
        self.get()
        if not self._broken or self._good is None:
            return None
        path = folder / ".tocsin.last-good.toml"
        write_atomically(path, self._good)
        return path

    def _bytes(self) -> bytes | None:
        try:
            return self.path.read_bytes()
        except OSError:
            return None
