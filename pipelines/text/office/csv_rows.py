"""Delimited text (CSV, TSV) as rows of cells; the delimiter is told from the text, whatever the name says."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence

from crawler.errors import Unreadable
from pipelines.text.decode import decode
from pipelines.text.office.cells import put_rows
from pipelines.text.office.flow import Flow
from pipelines.text.office.style import Style

_DELIMITERS = ";\t,|"
_SAMPLE = 60  # rows by which the delimiter is told
_LONG_FIELD = 40  # line ends in a field, beyond which its quote was never meant as one


def read_csv(data: bytes, flow: Flow, declared: str | None = None) -> None:
    """Send delimited text through ``flow``; text without a delimiter goes line by line.

    Raises:
        TooLarge: more cells than any list of a council.
        Unreadable: there is nothing in it.
    """
    text = decode(data, declared).replace("\0", "").lstrip("\ufeff")
    if not text.strip():
        raise Unreadable("the file holds no text")
    first, _, rest = text.partition("\n")
    said = first.strip().strip('"').lower()
    if len(said) == 5 and said.startswith("sep=") and said[4] in _DELIMITERS:  # what Excel heeds
        found: str | None = said[4]
        text = rest
    else:
        found = delimiter(text)
    if found is None:
        for line in text.splitlines():
            flow.text(line)
            flow.end(Style())
        return
    put_rows(flow, _rows(text, found, quoted=_quotes_hold(text, found)))


def delimiter(text: str) -> str | None:
    """The sign between the cells: the one that cuts most rows into the same number of cells, two at least."""
    best: tuple[float, int] = (0.0, 0)
    chosen = None
    sample = "\n".join(text.splitlines()[: 4 * _SAMPLE])
    for sign in _DELIMITERS:
        counts = [len(row) for row, _ in zip(_rows(sample, sign, quoted=True), range(_SAMPLE), strict=False) if row]
        if not counts:
            continue
        width, same = Counter(counts).most_common(1)[0]
        share = same / len(counts)
        if width > 1 and share >= 0.5 and (share > best[0] + 0.1 or (share > best[0] - 0.1 and width > best[1])):
            best, chosen = (share, width), sign
    return chosen


def _rows(text: str, sign: str, *, quoted: bool) -> Iterator[Sequence[str]]:
    source = io.StringIO(text, newline="")
    kept = csv.reader(source, delimiter=sign, quoting=csv.QUOTE_NONE)
    lines = csv.reader(source, delimiter=sign) if quoted else kept
    while True:
        try:
            yield next(lines)
        except StopIteration:
            return
        except csv.Error:  # a field over the module's limit, or a stray end of line: the row is lost, not the rest
            continue


def _quotes_hold(text: str, sign: str) -> bool:
    """Whether quotes come in pairs; one that stands alone would swallow every row after it."""
    if '"' not in text:
        return True
    return all(field.count("\n") <= _LONG_FIELD for row in _rows(text, sign, quoted=True) for field in row)
