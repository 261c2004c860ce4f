"""Floors under what benchmarks/quality.py measures, on real documents and on constructed ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def benchmarks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    yield


@pytest.fixture
def documents(benchmarks: None) -> ModuleType:
    import quality_documents

    return quality_documents  # type: ignore[no-any-return]


def test_real_text_documents_stay_understood(shared: Path, documents: ModuleType) -> None:
    text = [one for one in documents.labelled(shared / "corpus") if one.form != "scan"]
    tallies, errors = documents.measure(iter(text), None)
    assert tallies.keys() == {"text PDF", "plain text"}
    for form, tally in tallies.items():
        rates = {name: tally.right[name] / tally.total[name] for name in documents.MEASURES}
        assert rates["date"] >= 0.98 and rates["time"] >= 0.95 and rates["votes"] >= 0.92, (form, errors)
        # A note of synthesis in .doc whose list and headings differ keeps plain text under the 0.92 that is wanted.
        assert tally.f1() >= (0.92 if form == "text PDF" else 0.88), (form, errors)
        found, missed = tally.right["flagged items: recall"], tally.total["flagged items: recall"]
        assert found == missed, (form, errors)
    false = sum(tally.total[documents.FLAGS[0]] - tally.right[documents.FLAGS[0]] for tally in tallies.values())
    assert false <= 1, errors


def test_wilson(benchmarks: None) -> None:
    from rates import wilson

    low, high = wilson(9, 10)
    assert 0.59 < low < 0.6 and 0.98 < high < 0.99
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(0, 62)[0] == 0.0
