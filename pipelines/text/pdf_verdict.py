"""What became of a PDF as a whole: its state and why."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.models import VersionState
from pipelines.text import margins
from pipelines.text.pdf_page import Page, needs_ocr
from pipelines.text.recognised import Outcome
from pipelines.text.sheets import some


def wanting(pages: Sequence[Page]) -> list[Page]:
    """The pages that only optical recognition can read.

    Where nothing else speaks, a page with any drawing is worth a look; beside pages of text it is a blank back.
    """
    found = [page for page in pages if needs_ocr(page)]
    if found or any(margins.content_characters(page.lines) for page in pages):
        return found
    return [page for page in pages if page.shown.paths or page.shown.image_share > 0]


def verdict(
    pages: Sequence[Page], count: int, cut: str | None, outcome: Outcome, *, repaired: bool
) -> tuple[VersionState, str | None]:
    """The state of the whole document and why; "read" needs no reason."""
    waiting = set(outcome.waiting)
    broken = [page for page in pages if page.broken]
    idle = {page.number for page in pages if page.number in waiting or page.broken}
    spoken = [page for page in pages if page.number not in idle and margins.content_characters(page.lines)]
    reasons: list[str] = []
    if waiting:
        garbled = sum(page.garbled for page in pages if page.number in waiting)
        cause = "fonts without characters" if garbled == len(waiting) else "an image or drawing instead of text"
        reasons.append(f"needs OCR: {cause} on {some(len(waiting), count)}")
    reasons += outcome.failures
    if outcome.beyond:
        reasons.append(f"too many pages need OCR: {outcome.beyond} of them are left out")
    if broken:
        reasons.append(f"broken: {some(len(broken), count)} could not be opened")
    if repaired:
        reasons.append("damaged: it was rebuilt from the parts that are left")
    if cut:
        reasons.append(f"{cut}: only the first {len(pages)} of {count} pages were read")
    why = "; ".join(reasons)
    if spoken:
        return ("partial", why) if reasons else ("read", None)
    if waiting:
        return "needs-ocr", why
    if outcome.recognised and not reasons:
        return "read", "no text was recognised on it"
    return "failed", why or "no text and no image on any page"
