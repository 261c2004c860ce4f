"""The top level holds what DESIGN §3 names, the wheel holds the five packages and their data."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TOP = {
    "crawler", "spiders", "pipelines", "db", "alerts", "tests", "scrapy.cfg", "pyproject.toml", "README.md",
    "benchmarks", "docs", ".ci", "LICENSE", "CHANGELOG.md", "constraints.txt", ".gitignore",
}  # fmt: skip


def tracked() -> list[str]:
    answer = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if answer.returncode:
        pytest.skip("needs a git checkout")
    return [name for name in answer.stdout.split("\0") if name]


def test_top_level():
    assert {name.split("/")[0] for name in tracked()} == TOP


def test_nothing_names_a_machine_or_a_registry():
    banned = re.compile(rb"/(?:work|farm)/|files\.pythonhosted|registry\.npmjs|pypi\.org/simple|deb\.debian")
    own = Path(__file__).relative_to(ROOT).as_posix()
    assert not [n for n in tracked() if n != own and (ROOT / n).is_file() and banned.search((ROOT / n).read_bytes())]


def test_constraints_are_names_and_versions_and_cover_what_we_ask_for():
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line) for line in lines)
    pinned = {re.split("==", line)[0].lower().replace("_", "-").replace(".", "-") for line in lines}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = project["dependencies"] + [d for extra in project["optional-dependencies"].values() for d in extra]
    names = {re.match(r"[A-Za-z0-9._-]+", each)[0].lower().replace("_", "-").replace(".", "-") for each in asked}  # type: ignore[index]
    assert names - {project["name"]} <= pinned  # an extra may ask for another of ours


def test_modules_stay_small():
    big = {}
    for package in ("crawler", "spiders", "pipelines", "db", "alerts"):
        for path in (ROOT / package).rglob("*.py"):
            lines = len(path.read_text(encoding="utf-8").splitlines())
            if lines > 320 and path.name != "models.py":
                big[str(path.relative_to(ROOT))] = lines
    assert not big, "a module over 320 lines usually holds two ideas"
