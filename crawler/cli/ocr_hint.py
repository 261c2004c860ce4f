"""What to do about documents that wait for optical recognition, in the same words everywhere."""

from __future__ import annotations

import shlex

from crawler.cli.app import App
from crawler.cli.tables import plural
from pipelines.text.ocr.installed import availability


def install_line() -> str | None:
    """The command that installs what recognition in French lacks on this machine; None where nothing is missing."""
    missing = availability().packages
    return f"apt install {' '.join(missing)}" if missing else None


def ready() -> bool:
    """Whether pages can be recognised here."""
    return availability().ready


def remedy(app: App) -> str:
    """What makes waiting documents be read: "install …, then tocsin reprocess --waiting"."""
    home = f" --home {shlex.quote(str(app.home.root))}" if app.home_given else ""
    command = f"tocsin reprocess --waiting{home}"
    line = install_line()
    return command if ready() or line is None else f"{line}; then {command}"


def waiting_line(app: App, waiting: int, given_up: int = 0) -> str:
    """How many documents wait and what to do; those that recognition was tried on in vain wait for better copies."""
    parts = []
    if waiting:
        parts.append(f"{plural(waiting, 'document')} waiting for OCR: {remedy(app)}")
    if given_up:
        parts.append(f"{plural(given_up, 'document')} with pages that OCR could not read")
    return "; ".join(parts)
