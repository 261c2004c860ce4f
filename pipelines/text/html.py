"""HTML bytes into one page of text: the main content with its structure, without menus and banners.

Own walk over selectolax's tree rather than an extractor of plain text: an agenda is a list, and its numbers and nesting
must survive. What was measured against others is in docs/performance.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.models import Extracted
from pipelines.text.decode import decode
from pipelines.text.drafts import Draft, assemble, clean, printed
from pipelines.text.error_pages import Look, error_page, needs_script
from pipelines.text.html_blocks import blocks
from pipelines.text.html_prune import furniture, main_element, strip
from pipelines.text.html_source import tamed
from pipelines.text.html_styles import Style, styles

MEDIA_TYPE = "text/html"
MAX_BYTES = 20_000_000
_MOST_FRAMES = 8

_WEEKDAY = r"(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)"
_CLOCK = r"\d{1,2}\s*[:h]\s*\d{2}(?::\d{2})?"
_COUNT = r"\d[\d\s.]*"
_OF_THE_DAY = re.compile(
    "|".join(
        (
            r"(?:nous sommes|aujourd.hui|bonjour|il est|on est|ce jour|[ée]ph[ée]m[ée]ride)\b.{0,80}",
            r"(?:saint du jour|f[êe]te du jour|bonne f[êe]te)\b.{0,80}",
            rf"{_WEEKDAY} \d{{1,2}}(?:er)? \w+ \d{{4}}\W*{_CLOCK}",
            _CLOCK,
            r"-?\d{1,2}(?:[.,]\d)?\s*°\s*c?",
            rf"(?:vu(?:es)?|lu|consult[ée]e?|t[ée]l[ée]charg[ée]e?|visite(?:ur)?s?|affichages?)\s*:?\s*{_COUNT}(?:fois)?",
            rf"(?:nombre de )?(?:vues|visites|visiteurs|t[ée]l[ée]chargements)\s*:?\s*{_COUNT}",
            rf"{_COUNT}\s*(?:vues?|visite(?:ur)?s?|lectures?|t[ée]l[ée]chargements?)(?: .{{0,30}})?",
            r"(?:page )?g[ée]n[ée]r[ée]e?\s+(?:le|en|à)\b.{0,60}",
            r"(?:©|copyright)\b.{0,100}",
        )
    ),
    re.I,
)
_TOKEN = re.compile(r"\b(?=\w*\d)(?=\w*[a-zA-Z])[\w-]{24,}\b")


@dataclass(frozen=True, slots=True)
class _Page:
    title: str
    drafts: list[Draft]
    reason: str | None  # why it is an error page
    drawn_by_script: bool
    frames: tuple[str, ...] = ()  # where the text of a page of frames stands


def extract_html(body: bytes, declared: str | None = None) -> Extracted:
    """The main text of a page; never raises for a bad one.

    ``declared`` is the Content-Type (or charset) that the server sent. An error page in disguise has the state
    "error-page"; its text is kept, so that it can be shown.
    """
    if len(body) > MAX_BYTES:
        return Extracted(MEDIA_TYPE, "too-large", reason=f"an HTML page of {len(body) // 1_000_000} MB")
    page = _look(body, declared)
    text, lines = assemble(page.drafts, 1, "html")
    empty = printed([text.text]) == 0
    done = Extracted(
        media_type=MEDIA_TYPE,
        state="read",
        pages=() if empty else (text,),
        lines=tuple(lines),
        page_count=1,
        method="html",
        title=page.title,
    )
    if page.reason:
        return replace(done, state="error-page", reason=page.reason)
    if page.drawn_by_script:
        return replace(done, state="failed", reason="the page is drawn by a script and says nothing without it")
    if empty and page.frames:
        return replace(done, state="failed", reason=f"the page only holds frames: {', '.join(page.frames)}"[:300])
    return replace(done, state="failed", reason="the page holds no text") if empty else done


def main_text(body: bytes, declared: str | None = None) -> str:
    """The main text of a page without what changes by itself: clock, date of the day, counters, tokens.

    For telling whether a page changed; not for reading.
    """
    if len(body) > MAX_BYTES:
        return ""
    lines = (draft.text for draft in _look(body, declared).drafts)
    return "\n".join(_TOKEN.sub("", line) for line in lines if not _OF_THE_DAY.fullmatch(line.strip(" .!|-–")))


def error_reason(body: bytes, declared: str | None = None) -> str | None:
    """Why a page that was answered with 200 is an error page all the same; None for an ordinary page."""
    return None if len(body) > MAX_BYTES else _look(body, declared).reason


@lru_cache(maxsize=1)  # a crawl asks for the main text and for the reason of the same page
def _look(body: bytes, declared: str | None) -> _Page:
    markup = tamed(decode(body, declared, markup=True))
    tree = LexborHTMLParser(markup)
    title = _title(tree)
    notices = " ".join(node.text(deep=True) for node in tree.css("noscript"))
    strip(tree)
    frames = tuple(node.attributes.get("src") or "" for node in tree.css("frameset > frame")[:_MOST_FRAMES])
    root = tree.body or tree.root
    if root is None:
        return _Page(title, [], None, False, frames)
    links = len(root.css("a[href]"))
    password = root.css_first("input[type=password]") is not None
    drafts = _main_lines(root, styles(root, markup))
    text = "\n".join(draft.text for draft in drafts)
    headings = [draft.text for draft in drafts if draft.block == "heading"]
    reason = error_page(Look(title, headings, text, links, markup, password))
    silent = needs_script(notices if not text.strip() else text) and links < 5
    return _Page(title, drafts, reason, silent, frames)


def _title(tree: LexborHTMLParser) -> str:
    node = tree.css_first("head > title") or tree.css_first("title")
    return " ".join(clean(node.text(deep=True)).split()) if node is not None else ""


def _main_lines(root: LexborNode, styled: Mapping[int, Style]) -> list[Draft]:
    """The lines of the main content; more of the page where pruning would leave next to nothing."""
    main = main_element(root)
    drafts = blocks(main, furniture(main), styled)
    if printed(draft.text for draft in drafts) < 60 and main.mem_id != root.mem_id:
        main = root
        drafts = blocks(root, furniture(root), styled)
    if printed(draft.text for draft in drafts) < 60:
        everything = blocks(root, (), styled)
        return everything if printed(draft.text for draft in everything) < 600 or not drafts else drafts
    if not any(draft.block == "heading" and draft.level == 1 for draft in drafts):
        return [*_outer_heading(root), *drafts]
    return drafts


def _outer_heading(root: LexborNode) -> list[Draft]:
    """The page's heading where a template keeps it in its banner."""
    node = root.css_first("h1")
    text = " ".join(clean(node.text(deep=True)).split()) if node is not None else ""
    return [Draft(text, bold=True, block="heading", level=1)] if text else []
