"""Which hosts a crawl may ask: the council's own for pages, those its pages link to for documents only."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from urllib.parse import urlsplit

import tldextract

from crawler.models import Council
from spiders import urls

# The bundled list of public suffixes: nothing is fetched, nothing is written to a cache.
_extract = tldextract.TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)

_DOORS = frozenset(
    {"mairie", "ville", "commune", "accueil", "portail", "site", "web", "www2", "www3", "internet", "fr"}
)


def registered_domain(host: str) -> str:
    """``une-ville.fr`` for ``docs.une-ville.fr``; the host itself where it has no registered domain."""
    return _extract(host).top_domain_under_public_suffix or host


@lru_cache(maxsize=65536)
def site_of(url: str) -> str:
    """What makes a site: the host without ``www.``, and the port where the host is a bare address."""
    name = urls.host(url).removeprefix("www.")
    try:
        ipaddress.ip_address(name)
    except ValueError:
        if name != "localhost":
            return name
    return f"{name}:{urlsplit(url).port or ''}"


class Scope:
    """The hosts of one crawl. It grows only by what the home page redirects to and by document hosts."""

    def __init__(self, council: Council) -> None:
        self.sites: set[str] = set()
        self.parents: set[str] = set()
        for start in starts(council):
            self.admit(start)
        self.configured = frozenset(urls.host(f"http://{name}") for name in council.document_hosts)
        self.documents: set[str] = set(self.configured)
        self.page_hosts: set[str] = set()

    def admit(self, url: str) -> None:
        """Take the site of ``url`` for one of the council's own."""
        site = site_of(url)
        self.sites.add(site)
        if ":" not in site:
            # Subdomains of an apex are the council's too. A deeper host (une-commune.agglo.fr) vouches for its own
            # alone, for its neighbours are other councils; unless its name is only a door (mairie.une-ville.fr).
            front = site.split(".")[0]
            self.parents.add(registered_domain(site) if front in _DOORS else site)

    def page(self, url: str) -> bool:
        """Whether pages of this address may be read."""
        site = site_of(url)
        return site in self.sites or any(site.endswith(f".{parent}") for parent in self.parents)

    def document(self, url: str) -> bool:
        """Whether a document of this address may be fetched."""
        return self.page(url) or urls.host(url) in self.documents

    def paper(self, url: str) -> bool:
        """Whether a paper that the council's pages link to may be fetched: its host is then a document host.

        Its address must end as a document's does, or be that of a file in a store; the latter only as long as the
        host does not answer with pages.
        """
        host = urls.host(url)
        if urls.looks_like_document(url) or (urls.looks_like_store(url) and host not in self.page_hosts):
            self.documents.add(host)
            return True
        return False

    def page_instead(self, url: str) -> None:
        """A host of others answered with a page where a document was expected: it is asked for no other."""
        self.page_hosts.add(urls.host(url))
        if urls.host(url) not in self.configured:
            self.documents.discard(urls.host(url))


def starts(council: Council) -> tuple[str, ...]:
    """Where a crawl of a council begins: its home page, then the pages that the operator named."""
    wanted = [council.website, *council.start_urls]
    found = [urls.clean(url) for url in (urls.absolute(text, text) for text in wanted if text) if url]
    return tuple(dict.fromkeys(found))
