"""Whether pages can be rendered on this machine: the extra ``tocsin[browser]`` and a Chromium."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

AUTO, NEVER = "auto", "never"  # values of ``[crawl] browser``; any other is the path of a Chromium
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
EXTRA = ("scrapy_playwright", "playwright")


@dataclass(frozen=True, slots=True)
class Browser:
    """What was found; ``missing`` says in words and as commands what is not there."""

    path: str | None = None
    missing: tuple[str, ...] = ()
    remedy: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether pages can be rendered."""
        return self.path is not None and not self.missing


def find_browser(wanted: str = AUTO) -> Browser:
    """Look for the extra and a Chromium; nothing is started, nothing heavy is imported."""
    if wanted == NEVER:
        return Browser(missing=("not wanted",))
    missing, remedy = [], []
    if any(find_spec(name) is None for name in EXTRA):
        missing.append("the extra tocsin[browser]")
        remedy.append('pip install "tocsin[browser]"')
    path = _chromium(wanted)
    if path is None:
        missing.append("Chromium" if wanted == AUTO else f"an executable {wanted}")
        remedy.append("apt install chromium" if wanted == AUTO else "correct [crawl] browser in tocsin.toml")
    return Browser(path, tuple(missing), tuple(remedy))


def setting(wanted: str = AUTO) -> str | None:
    """The value of Scrapy's setting ``spiders.rendering.SETTING``: the path of a Chromium, or None."""
    found = find_browser(wanted)
    return found.path if found.ready else None


def _chromium(wanted: str) -> str | None:
    if wanted == AUTO:
        return next((path for path in map(shutil.which, NAMES) if path), None)
    usable = Path(wanted).is_file() and os.access(wanted, os.X_OK)
    return wanted if usable else None
