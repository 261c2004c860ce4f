"""What a platform leads to, beside its listings: pages that are announcements themselves, and files without a name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from scrapy.http import Response, TextResponse

from crawler.models import Link
from spiders import urls
from spiders.errorpage import ErrorKind, error_kind
from spiders.links import Context, about, is_paper, judge
from spiders.page import read_page

MAX_HTML = 8_000_000  # characters of a page that are taken apart
REMEMBERED = 1500  # links of a page that are kept


def announcement(
    response: Response, link: Link, today: date, may_keep: Callable[[Link, str], bool]
) -> tuple[ErrorKind | None, list[Link], list[Link]]:
    """A page as the general spider judges it: what kind of error it is, its papers, and all links worth keeping.

    ``link`` led to it; ``may_keep`` is asked with each paper and the page's address.
    """
    url = urls.clean(response.url)
    text = response.text if isinstance(response, TextResponse) else response.body.decode("utf-8", "replace")
    page = read_page(url, text[:MAX_HTML])
    problem = error_kind(page)
    if problem:
        return problem, [], []
    links = judge(page, Context(about(page, link.text, link.score)), today)
    papers = [one for one in links if is_paper(one) and may_keep(one, url)]
    kept = [one for one in links if one in papers or urls.host(one.url) == urls.host(url)]
    return None, papers, kept[:REMEMBERED]


def content_name(name: str | None, url: str, media_type: str | None) -> str | None:
    """A file's name with a suffix: a stable address has none, but where it leads to does, or the server names a type.

    Nothing in the bytes tells a table of commas from prose.
    """
    if urls.suffix(f"http://x/{name}"):
        return name
    there = urls.file_name(url)
    if urls.suffix(f"http://x/{there}") in urls.DOCUMENT_SUFFIXES:
        return there
    return f"{name or 'table'}.csv" if media_type in ("text/csv", "application/csv", "text/x-csv") else name
