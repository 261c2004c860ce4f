"""``tocsin crawl`` reads a list that only running its script tells, and does not run it each time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from sqlite3 import connect
from typing import Any

import pytest

pytestmark = pytest.mark.browser
DATES = "SELECT date FROM sessions WHERE superseded_at IS NULL"
ROOT = Path(__file__).resolve().parents[3]
# The address is written so that only who runs the script learns it.
SCRIPT = """
const asked = new XMLHttpRequest();
asked.open('GET', [...'1/secnaes/tser/'].reverse().join(''));
asked.onload = () => {
    for (const row of JSON.parse(asked.responseText)) {
        const entry = document.createElement('li');
        entry.innerHTML = '<a href="/f/' + row.k + '">Ordre du jour de la séance du ' + row.d + ' mars 2026</a>';
        document.getElementById('liste').append(entry);
    }
};
asked.send();
"""


def agenda(day: int) -> str:
    items = ("Désignation du secrétaire de séance", "Extension de la vidéoprotection du centre", "Budget primitif")
    numbered = "\n".join(f"{number}. {item}" for number, item in enumerate(items, 1))
    return (
        f"CONSEIL MUNICIPAL\nSéance du {day} mars 2026 à 18 h 30\nORDRE DU JOUR\n\n{numbered}\n" + "À la mairie. " * 9
    )


@pytest.fixture
def council(make_site: Callable[..., Any], tmp_path: Path) -> tuple[Any, Path]:
    """A site and a home that watches it."""
    site = make_site()
    site.page("/", "<main><h1>Valmont</h1><a href=/conseil>Conseil municipal : les séances</a></main>")
    content = "<main><h1>Séances du conseil municipal</h1><ul id=liste></ul></main><script src=/app.js></script>"
    site.page("/conseil", content)
    site.text("/app.js", SCRIPT, "text/javascript")
    site.json("/rest/seances/1", [{"k": f"k{day}", "d": day} for day in (10, 11)])
    for day in (10, 11):
        site.text(f"/f/k{day}", agenda(day))
    (tmp_path / "tocsin.toml").write_text(
        "[crawl]\ndelay = 0\nallow_private_addresses = true\n"
        f'[[council]]\nid = "valmont"\nname = "Valmont"\nkind = "commune"\nwebsite = "{site.url}/"\n'
    )
    return site, tmp_path


def begin(home: Path, now: str) -> subprocess.Popen[str]:
    told = [sys.executable, "-m", "crawler", "--home", str(home), "--now", now, "crawl"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        told, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True,
    )  # fmt: skip


def known(home: Path, query: str) -> set[Any]:
    with closing(connect(home / "archive.db")) as archive:
        return {value for (value,) in archive.execute(query)}


def notes(home: Path) -> list[str]:
    (log,) = known(home, "SELECT log FROM crawls ORDER BY id DESC LIMIT 1")
    return [line for line in json.loads(log) if "script" in line.lower()]


def test_a_list_that_only_running_its_script_tells(chromium: str, council: tuple[Any, Path]) -> None:
    site, home = council
    process = begin(home, "2026-03-02T09:00")
    out, _ = process.communicate(timeout=200)
    assert process.returncode == 0, out
    assert known(home, "SELECT url FROM documents") >= {f"{site.url}/f/k10", f"{site.url}/f/k11"}
    assert known(home, DATES) == {"2026-03-10", "2026-03-11"}
    assert notes(home) == [f"built by script, rendered: {site.url}/conseil"]

    begin(home, "2026-03-02T21:00").communicate(timeout=200)
    assert notes(home) == []  # nothing changed: no browser
    assert known(home, DATES) == {"2026-03-10", "2026-03-11"}
    assert known(home, "SELECT max(number) FROM versions") == {1}  # nor did the bare page replace the built one
    assert "GET /rest/seances/1" in site.asked


def test_ctrl_c_while_a_page_is_rendered(
    chromium: str, council: tuple[Any, Path], watched: Any, wait: Callable[..., Any]
) -> None:
    """The signal goes to all of the terminal's processes; ours ends first, in order."""
    site, home = council
    site.hold.clear()
    site.text("/app.js", SCRIPT.replace("1/secnaes/tser/", "wols/"), "text/javascript")
    process = begin(home, "2026-03-02T09:00")
    assert wait(lambda: "GET /slow" in site.asked)
    running = watched(process.pid)
    assert running.has("--type=renderer")
    os.killpg(process.pid, signal.SIGINT)
    site.hold.set()
    out, _ = process.communicate(timeout=200)
    assert process.returncode in (1, 130), out
    assert known(home, "SELECT state FROM crawls") == {"interrupted"}
    assert running.ended()
