"""*Search*: words in all pages and items, with what was found highlighted and narrowed by territory, date and kind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from datasette.utils.asgi import Response

from alerts.plain import one_line
from crawler.models import DOCUMENT_KINDS
from db.filters import Filters
from db.portal import filters, paging
from db.portal.page import Context, Page
from db.reader import Row
from db.search import MOST, Found, expression_of
from db.search_terms import Term, parse
from db.search_text import PASSAGE

SIZE = 20
LONGEST = 500  # characters of the question, as shown again
LONG_ENOUGH = 5  # letters of a word that may be taken as a beginning
BEHIND = """
SELECT c.name AS council, d.kind, d.url, p.number AS page, snippet(pages_fts, 0, '[', ']', '…', 24) AS passage
FROM pages_fts JOIN pages p ON p.id = pages_fts.rowid JOIN versions v ON v.id = p.version_id
JOIN documents d ON d.id = v.document_id JOIN councils c ON c.id = d.council_id
WHERE pages_fts MATCH :words
ORDER BY pages_fts.rowid DESC LIMIT 100
"""
COUNCIL = "SELECT name FROM councils WHERE id = :id"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for."""

    text: str
    chosen: filters.Chosen
    documents: tuple[str, ...]  # kinds
    newest: bool

    @property
    def filters(self) -> Filters:
        """As the archive takes them."""
        found = self.chosen.for_archive()
        return replace(found, kinds=(*found.kinds, *self.documents))

    @property
    def narrowed(self) -> bool:
        """Whether there are filters besides the words."""
        return self.chosen.any or bool(self.documents)

    @property
    def wider(self) -> str:
        """The same words as beginnings of words, singular and plural alike; empty where that changes nothing."""
        stems = " ".join(_written(term) for term in parse(self.text))
        return "" if stems == " ".join(_written(term, wider=False) for term in parse(self.text)) else stems

    @property
    def trouble(self) -> str:
        """Why nothing can be looked for: a key under ``search.trouble``."""
        if not self.text.strip():
            return "empty"
        terms = parse(self.text)
        if not terms:
            return "no_word"
        return "only_excluded" if all(term.exclude for term in terms) else ""


async def view(page: Context) -> Response:
    """The page; without words, the form and its help."""
    asked = _asked(page)
    trouble = asked.trouble
    found, at = (Found(), paging.at(page, 0)) if trouble else await _found(page, asked)
    council = await page.row(COUNCIL, id=asked.chosen.council) if asked.chosen.council else None
    words = expression_of(asked.text, asked.filters)
    return await page.html(
        "search.html",
        title=page.words.say("search.title_of", words=page.words.quoted(one_line(asked.text, 60)))
        if asked.text
        else page.words.say("search.title"),
        asked=asked,
        shown=one_line(asked.text, LONGEST),
        trouble=trouble,
        found=found,
        rows=[_row(row) for row in found.rows],
        at=at,
        most=MOST,
        council=council["name"] if council else asked.chosen.council,
        choices=await filters.choices(page),
        kinds=DOCUMENT_KINDS,
        behind=page.sql(BEHIND, words=words) if words else None,
    )


def _written(term: Term, *, wider: bool = True) -> str:
    """A term as it is typed; ``wider``: as a beginning, without the « s » or « x » of a plural."""
    star = term.prefix
    text = term.text
    if wider and not star and not term.exclude and " " not in text and len(text) >= LONG_ENOUGH:
        text, star = (text[:-1] if text[-1] in "sxSX" else text), True
    quoted = f'"{text}"' if " " in text else text
    return f"{'-' * term.exclude}{quoted}{'*' * star}"


def _asked(page: Context) -> Asked:
    chosen = filters.chosen(page.query)
    given = [value.strip() for value in page.query.get("document", ())[:20] if value.strip()]
    kinds = tuple(kind for kind in DOCUMENT_KINDS if kind in given)
    unknown = tuple(value[:100] for value in given if value not in DOCUMENT_KINDS)
    chosen = replace(chosen, unknown=chosen.unknown + unknown)
    return Asked(page.first("q"), chosen, kinds, page.first("sort") == "newest")


async def _found(page: Context, asked: Asked) -> tuple[Found, paging.At]:
    """The piece of the results that is asked for, or the last one."""
    number = page.number("page", 1, 1, MOST // SIZE)
    found = await _piece(page, asked, number)
    at = paging.at(page, found.total, SIZE)
    return (found if at.page == number else await _piece(page, asked, at.page)), at


async def _piece(page: Context, asked: Asked, number: int) -> Found:
    return await page.read(
        lambda archive: archive.find(
            asked.text,
            asked.filters,
            limit=SIZE,
            offset=(number - 1) * SIZE,
            newest=asked.newest,
            opened=page.public,
        )
    )


def _row(row: Row) -> Row:
    """A row as the template shows it; the text of a document stands in it as harmless pieces."""
    known = row["session_date"]
    parts = [(_harmless(part.text), part.hit) for part in row["passage"]]
    return row | {"of": date.fromisoformat(known or row["day"]), "dated": bool(known), "passage": parts}


def _harmless(text: str) -> str:
    """``one_line`` that keeps the spaces between this piece and its neighbours."""
    line = one_line(text, 4 * PASSAGE)
    return f"{' ' * text[:1].isspace()}{line}{' ' * (text[-1:].isspace() and bool(line))}"


PAGE = Page("search", "/search", view, menu=50)
