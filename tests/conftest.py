"""Shared fixtures: the shared folder of real documents, a home, a clock."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from db.home import Home

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="the named sizes instead of the small ones")


NO_CORPUS = "needs the corpus of real documents"
MUST_RUN = ("ocr", "browser")  # under CI a skipped test of these is a failure: the machine lacks what it needs


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport]:
    report = yield
    must_run = any(item.get_closest_marker(name) for name in MUST_RUN) and NO_CORPUS not in str(report.longrepr)
    if report.skipped and os.environ.get("CI") and must_run:
        report.outcome = "failed"
        report.longrepr = f"skipped, but it must run here: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A module that skips itself while it is imported has no test yet whose marks could be asked."""
    report = yield
    if report.skipped and os.environ.get("CI") and isinstance(collector, pytest.Module):
        text = collector.path.read_text(encoding="utf-8")
        if any(f"pytest.mark.{name}" in text for name in MUST_RUN):
            report.outcome = "failed"
            report.longrepr = f"skipped, but it must run here: {report.longrepr}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = Counter(
        str(report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr) for report in skipped
    )
    terminalreporter.write_line(f"tests skipped: {len(skipped)}")
    for reason, count in reasons.most_common():
        terminalreporter.write_line(f"  {count} x {reason}")


@pytest.fixture(scope="session")
def full(request: pytest.FixtureRequest) -> bool:
    """Whether the run has the named sizes (``--full``)."""
    return bool(request.config.getoption("--full"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real documents; a test that needs it is skipped, saying so, where it is absent."""
    folder = Path(os.environ.get("TOCSIN_SHARED", ROOT.parent / "shared"))
    if not (folder / "corpus").is_dir():
        pytest.skip(f"{NO_CORPUS}: {folder} is absent (set TOCSIN_SHARED)")
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home folder."""
    root = tmp_path / "home"
    root.mkdir()
    return Home(root)


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
