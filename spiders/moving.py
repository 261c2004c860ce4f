"""A council that moved to a new address, as its old home page says."""

from __future__ import annotations

import re

from spiders.page import Page
from spiders.scope import registered_domain, site_of
from spiders.urls import host
from spiders.words import fold

SHORT = 1200  # characters of a page that says nothing else
_MOVED = re.compile(
    r"\b(?:(?:notre|votre|le|ce) (?:nouveau )?site\b.{0,60}\b(?:change d adresse|demenage|a demenage|deplace|transfere)"
    r"|(?:nouvelle adresse|nouveau site|nouvel? (?:url|portail))\b"
    r"|(?:a change|change) d adresse|(?:nous avons|avons) demenage|desormais (?:a|sur|accessible|disponible)"
    r"|site (?:est )?desormais|retrouvez nous (?:desormais )?(?:sur|a)|(?:has|have) moved)\b"
)


def new_home(page: Page) -> str | None:
    """The new address that a short home page announces; None unless it links to exactly one other site.

    The one that a text names beside others counts where it alone bears the words of the announcement.
    """
    if len(page.text) > SHORT:
        return None
    said = fold(f"{page.title} . {page.text}")
    if not _MOVED.search(said):
        return None
    outward = {site_of(anchor.url): anchor.url for anchor in page.anchors if is_elsewhere(page.url, anchor.url)}
    inward = [anchor for anchor in page.anchors if not is_elsewhere(page.url, anchor.url)]
    return next(iter(outward.values())) if len(outward) == 1 and len(inward) <= 4 else None


def is_elsewhere(old: str, new: str) -> bool:
    """Whether two addresses belong to different sites: another registered domain, or another bare address."""
    if not host(new) or site_of(old) == site_of(new):
        return False
    return ":" in site_of(new) or registered_domain(host(old)) != registered_domain(host(new))
