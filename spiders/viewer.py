"""The page of a document store that shows one file: the paper lies one click behind it."""

from __future__ import annotations

from dataclasses import replace

from scrapy.http import Response

from crawler.models import Link
from spiders import urls, words
from spiders.content import decoded
from spiders.page import Page, read_page
from spiders.scope import registered_domain

MAX_HTML = 2_000_000  # characters of such a page that are taken apart


def behind(response: Response, link: Link) -> Link | None:
    """What lies behind a store's page to which ``link`` led; None where such a page led to it itself."""
    if urls.host(response.meta["found_on"]) == urls.host(response.url):
        return None
    text, encoding = decoded(response)
    return shown(read_page(urls.clean(response.url), text[:MAX_HTML], encoding), link)


def shown(page: Page, link: Link) -> Link | None:
    """The one document that a store's page shows or hands out; None where it shows none, or several.

    ``link`` led to it and named a paper; what is found keeps its words. The file lies with the same provider.
    """
    here = urls.key(page.url)
    home = registered_domain(urls.host(page.url))
    found = {
        urls.key(anchor.url): anchor.url
        for anchor in page.anchors
        if registered_domain(urls.host(anchor.url)) == home
        and urls.key(anchor.url) != here
        and (
            anchor.download
            or urls.looks_like_document(anchor.url)
            or (urls.looks_like_download(anchor.url) and words.is_generic(anchor.text))
        )
    }
    return replace(link, url=next(iter(found.values())), document=True) if len(found) == 1 else None
