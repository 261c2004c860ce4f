"""Lines of PDF pages by pdfminer.six, which finds columns whatever the order of the stream.

Twenty-five times slower than PDFium: only for pages that need it.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator, Sequence

from pdfminer.high_level import extract_pages
from pdfminer.layout import LAParams, LTChar, LTContainer, LTPage, LTTextLine

from pipelines.text.drafts import Draft, clean

_MAX_DEPTH = 40
# Lines of a column belong together up to one and a half times their height apart: agendas are set loosely.
_LAYOUT = LAParams(line_margin=1.5)
logging.getLogger("pdfminer").setLevel(logging.ERROR)  # a warning per odd font would drown ours


def layout_lines(data: bytes, numbers: Sequence[int]) -> dict[int, list[Draft]]:
    """Lines by page number (from 1), in reading order, of those pages that pdfminer.six could analyse."""
    found: dict[int, list[Draft]] = {}
    wanted = sorted(numbers)
    try:
        pages = extract_pages(io.BytesIO(data), page_numbers=[n - 1 for n in wanted], laparams=_LAYOUT)
        for number, page in zip(wanted, pages, strict=False):
            found[number] = [_draft(line, page) for line in _lines(page) if line.get_text().strip()]
    except MemoryError:
        raise
    except Exception as error:  # it raises anything on broken files; the caller has another order to fall back to
        logging.getLogger(__name__).info("pdfminer.six gave up: %s", type(error).__name__)
    return found


def _lines(container: LTContainer, depth: int = 0) -> Iterator[LTTextLine]:  # type: ignore[type-arg]
    for element in container:
        if isinstance(element, LTTextLine):
            yield element
        elif isinstance(element, LTContainer) and depth < _MAX_DEPTH:
            yield from _lines(element, depth + 1)


def _draft(line: LTTextLine, page: LTPage) -> Draft:
    letters = [element for element in line if isinstance(element, LTChar)]
    names = [letter.fontname.lower() for letter in letters if letter.get_text().strip()]
    bold = sum("bold" in name or "black" in name or "heavy" in name for name in names)
    text = clean(line.get_text().rstrip("\n")).strip()
    return Draft(
        text=text,
        x=line.x0 - page.x0,
        right=line.x1 - page.x0,
        top=page.y1 - line.y1,
        size=max((letter.size for letter in letters), default=line.height),
        bold=bool(names) and 2 * bold > len(names),
    )
