"""The pictures in docs/portal: every page of the portal, in both languages, on a phone and at a desk.

    python tests/db/portal/screenshots.py --write             all of them, from a demo made for it
    python tests/db/portal/screenshots.py --home demo search  of a home of one's own, these pages alone, into ./shots

Needs Chromium. French phones and desks are light; English ones dark on the desk. The demo's clock is fixed.
"""

from __future__ import annotations

import argparse
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image

from crawler.browser_installed import find_browser
from db.home import Home
from db.portal.build import build
from db.portal.site import Site

FOLDER = Path(__file__).parents[3] / "docs/portal"
NOW = datetime(2026, 3, 3, 9, 30, tzinfo=ZoneInfo("Europe/Paris"))
SCREENS = {"phone": (390, 844), "desk": (1280, 900)}
TALLEST = {"phone": 3400, "desk": 2400}  # pixels kept of a page
TOKEN = "a-token-for-pictures"
TONGUES = {"fr": "", "en": "/en"}
LOCALES = {"fr": "fr-FR", "en": "en-GB"}
PATHS = {
    "votes": "/",
    "map": "/map",
    "department": "/map/{department}",
    "council": "/council/{council}",
    "session": "/session/{session}",
    "document": "/document/{document}?page={page}",
    "search": "/search?q=caméras",
    "trends": "/trends",
    "coverage": "/coverage",
    "review": "/review",
}
PLACES = (("22", 48.40, -2.80), ("29", 48.25, -4.05), ("35", 48.10, -1.70), ("56", 47.85, -2.85), ("44", 47.35, -1.60))
SUBJECT = """
    SELECT s.id AS session, s.council_id AS council, c.department, v.document_id AS document, f.page
    FROM flags f JOIN sessions s ON s.id = f.session_id JOIN councils c ON c.id = s.council_id
    JOIN versions v ON v.id = f.version_id
    WHERE f.superseded_at IS NULL
    ORDER BY v.media_type = 'application/pdf' DESC, s.date >= :today DESC, (
        SELECT count(*) FROM flags x WHERE x.session_id = s.id AND x.superseded_at IS NULL
    ) DESC, f.score DESC, f.id LIMIT 1
"""


def placed(home: Home) -> None:
    """Put the demo's invented region on the map, and let one of its councils be blind: both have something to show."""
    archive = sqlite3.connect(home.archive)
    councils = [row[0] for row in archive.execute("SELECT id FROM councils ORDER BY id")]
    for council, place in zip(councils, PLACES, strict=False):
        archive.execute(
            "UPDATE councils SET region = '53', department = ?, latitude = ?, longitude = ? WHERE id = ?",
            (*place, council),
        )
    archive.execute(
        "UPDATE sources SET state = 'blind', state_since = ?, last_success_at = ? "
        "WHERE id = (SELECT max(id) FROM sources)",
        ((NOW - timedelta(days=3)).isoformat(), (NOW - timedelta(days=4)).isoformat()),
    )
    archive.commit()
    archive.close()


def made(folder: Path) -> Home:
    """The demo on its second day, at a fixed hour."""
    home = Home(folder / "demo")
    for day, more in ((NOW - timedelta(days=1), ("--port", "0")), (NOW, ("--tomorrow",))):
        run = [sys.executable, "-m", "crawler", "--home", str(home.root), f"--now={day.isoformat()}", "demo", *more]
        subprocess.run(run, check=True, stdout=subprocess.DEVNULL)
    placed(home)
    return home


def paths(home: Home, now: datetime) -> dict[str, str]:
    """The address of each page, about the session with the most to show. Raises LookupError where there is none."""
    archive = sqlite3.connect(f"{home.archive.as_uri()}?mode=ro", uri=True)
    archive.row_factory = sqlite3.Row
    found = archive.execute(SUBJECT, {"today": now.date().isoformat()}).fetchone()
    archive.close()
    if found is None:
        raise LookupError("nothing was found in this home")
    return {name: path.format(**dict(found)) for name, path in PATHS.items()}


@contextmanager
def served(site: Site) -> Iterator[str]:
    """A portal on a port of its own; its address."""
    import uvicorn

    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(build(site).app(), log_level="warning", lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)
        listening.close()
        site.close()


@contextmanager
def browsing() -> Iterator[Any]:
    """Chromium. Raises SystemExit where there is none."""
    found = find_browser()
    if not found.ready:
        raise SystemExit(f"needs {', '.join(found.missing)}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=found.path)
        yield browser
        browser.close()


def enter(page: Any, address: str) -> None:
    """Give the token that opens the review."""
    page.goto(f"{address}/review")
    page.locator("input[name=token]").fill(TOKEN)
    with page.expect_navigation(url="**/review"):
        page.keyboard.press("Enter")
    page.wait_for_selector("input[name=token]", state="detached")


def shoot(page: Any, tall: int) -> bytes:
    """The page from its top, as a PNG of at most 192 colours."""
    height = min(page.evaluate("document.documentElement.scrollHeight"), tall)
    clip = {"x": 0, "y": 0, "width": page.viewport_size["width"], "height": height}
    picture = Image.open(BytesIO(page.screenshot(full_page=True, clip=clip))).convert("RGB")
    kept = BytesIO()
    colours = picture.quantize(192, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    colours.save(kept, "PNG", optimize=True)
    return kept.getvalue()


def shots(site: Site, wanted: list[str]) -> Iterator[tuple[str, bytes]]:
    """``("votes-fr-phone", PNG)`` and so on."""
    addresses = paths(site.home, site.clock())
    with served(site) as address, browsing() as browser:
        for screen, (width, height) in SCREENS.items():
            for language, prefix in TONGUES.items():
                scheme = "dark" if (language, screen) == ("en", "desk") else "light"
                context = browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme=scheme, locale=LOCALES[language]
                )
                page = context.new_page()
                if "review" in wanted:
                    enter(page, address)
                for name in wanted:
                    page.goto(address + (prefix + addresses[name]).removesuffix("/"), wait_until="networkidle")
                    yield f"{name}-{language}-{screen}", shoot(page, TALLEST[screen])
                context.close()


def main() -> None:
    """Take the pictures asked for."""
    parser = argparse.ArgumentParser(description="Pictures of the portal's pages.")
    parser.add_argument("pages", nargs="*", metavar="PAGE", help=", ".join(PATHS))
    parser.add_argument("--home", type=Path, help="a home of one's own; otherwise a demo is made")
    parser.add_argument("--write", action="store_true", help="into docs/portal, not ./shots")
    given = parser.parse_args()
    folder = FOLDER if given.write else Path("shots")
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        home = Home(given.home.absolute()) if given.home else made(Path(temporary))
        now = datetime.now(NOW.tzinfo) if given.home else NOW
        for name, data in shots(Site(home, lambda: now, token=TOKEN), given.pages or list(PATHS)):
            (folder / f"{name}.png").write_bytes(data)
            print(f"{name:<24}{len(data) / 1000:6.0f} kB")


if __name__ == "__main__":
    main()
