"""One import direction, held (DESIGN §3): a table of who may import whom, checked on the syntax tree."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = ("crawler", "spiders", "pipelines", "db", "alerts")
BASE = ("crawler.models", "crawler.errors")
ON_TOP = (
    "crawler.cli",
    "crawler.run",
    "crawler.job",
    "crawler.watching",
    "crawler.settle",
    "crawler.ingest",
    "crawler.reread",
    "crawler.reflag",
    "crawler.taking_down",
    "crawler.demo",
    "crawler.revalidate",
    "db.portal",
)

# Longest prefix wins. A module may import what is listed, besides itself and its own subpackage.
ALLOWED: dict[str, tuple[str, ...]] = {
    "crawler.models": (),
    "crawler.errors": (),
    "crawler.config": (*BASE, "crawler", "spiders.registry"),
    "crawler": OURS,
    "spiders": (*BASE, "spiders"),
    "pipelines": (*BASE, "pipelines"),
    "pipelines.archive": (*BASE, "pipelines", "db"),
    "pipelines.intake": (*BASE, "pipelines", "db"),
    "db": (*BASE, "db"),
    "db.portal": OURS,
    "alerts.planner": (*BASE, "alerts.timing", "alerts.planning"),
    "alerts.planning": (*BASE, "alerts.timing", "alerts.law", "alerts.planning"),
    "alerts.timing": BASE,
    "alerts.law": BASE,
    "alerts": (*BASE, "crawler.config", "alerts", "db"),
}


def modules() -> dict[str, Path]:
    found = {}
    for package in OURS:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in names if name.split(".")[0] in OURS}


def under(name: str, prefixes: tuple[str, ...]) -> bool:
    return any(name == prefix or name.startswith(prefix + ".") for prefix in prefixes)


def rule(module: str) -> str:
    return max((prefix for prefix in ALLOWED if under(module, (prefix,))), key=len)


@pytest.mark.parametrize("module", modules())
def test_a_module_imports_only_what_lies_below_it(module):
    allowed = ALLOWED[rule(module)]
    strays = {name for name in imported(modules()[module]) if not under(name, (*allowed, module))}
    assert not strays, f"{module} may import {allowed}, not {sorted(strays)}"


@pytest.mark.parametrize("module", modules())
def test_nothing_imports_what_sits_on_top(module):
    if under(module, ON_TOP) or module == "crawler.__main__":
        return
    strays = {name for name in imported(modules()[module]) if under(name, ON_TOP)}
    # crawler.settings names the extension by its path, which Scrapy loads; that is not an import.
    assert not strays


def test_the_rules_see_a_stray_import(tmp_path):
    stray = tmp_path / "stray.py"
    stray.write_text("from crawler.cli.app import App\nimport db.store.archive\n")
    assert imported(stray) == {"crawler.cli.app.App", "db.store.archive"}


def test_no_code_in_package_files():
    for path in (p for package in OURS for p in (ROOT / package).rglob("__init__.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert all(isinstance(node, ast.Expr) for node in tree.body), f"code in {path}"
