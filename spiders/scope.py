"""Which hosts a crawl may ask: the council's own for pages, those its pages link to for documents only."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
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
        self.documents: set[str] = {urls.host(f"http://{name}") for name in council.document_hosts}

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

    def link_documents(self, hosts: Iterable[str]) -> None:
        """Document hosts that the council's pages link to."""
        self.documents.update(hosts)


def starts(council: Council) -> tuple[str, ...]:
    """Where a crawl of a council begins: its home page, then the pages that the operator named."""
    wanted = [council.website, *council.start_urls]
    found = [urls.clean(url) for url in (urls.absolute(text, text) for text in wanted if text) if url]
    return tuple(dict.fromkeys(found))
