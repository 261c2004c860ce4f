"""Links judged: how surely each leads to a council's sessions or is one of their papers (0..1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import unquote, urlsplit

from crawler.models import Link
from spiders import urls, words
from spiders.anchors import Anchor, squash
from spiders.doors import is_closed
from spiders.page import Page

ABOUT = 0.6  # a page this relevant speaks of sessions: what its content links to belongs to them
FOLLOW = 0.38  # pages below are only explored, a few of them
DOCUMENT = 0.45  # documents below are left alone
BESIDE = 0.5  # what stands in one line with a paper
BELOW = 0.42  # pages to which one about sessions links, whatever their words
RECENT = 45  # days after which a session's papers are no news any more


_FOLDER = re.compile(r"index (?:of|de) |directory (?:listing|of) |contenu (?:du|de) ")


@dataclass(frozen=True, slots=True)
class Context:
    """The page on which links stand."""

    about: float  # its own relevance
    home: bool = False
    folder: str = ""  # its address, where it is a server's listing of a folder
    acts: bool = False  # it says of itself that it lists deliberations: whatever they are about
    session: bool = False  # it is the page of one session: whatever it links to was dealt with there
    boilerplate: Callable[[str], bool] = lambda url: False  # stands on other pages too: menu, whatever its markup


def about(page: Page, link_text: str = "", link_score: float = 0.0) -> float:
    """How surely the page itself speaks of sessions: by its title, first headings, address and the link followed."""
    titled = _titled(page)
    path = words.relevance(_path_words(page.url))
    followed = words.relevance(link_text) if link_text else 0.0
    value = max(titled, path, followed, link_score if link_score >= ABOUT else 0.0)
    if (
        value >= ABOUT
        and titled < ABOUT
        and not is_folder(page)
        and words.speaks_of_sessions(page.text) == 0
        and not _lists_dates(page)
    ):
        return 0.5  # the link promised sessions, the page holds nothing of them
    return value


def _lists_dates(page: Page) -> bool:
    """Whether the page names a day, or links to years: an archive of sessions may say no more than that."""
    return words.names_a_day(page.text) or any(
        anchor.zone == "content" and words.is_dated(anchor.text) for anchor in page.anchors
    )


def is_folder(page: Page) -> bool:
    """Whether the page is a server's listing of a folder: names and nothing else."""
    return any(_FOLDER.match(words.fold(text)) for text in (page.title, *page.headings[:1]))


def still_speaks(page: Page) -> bool:
    """Whether the page's own words, menus and links left out, are about sessions."""
    return _titled(page) >= ABOUT or words.speaks_of_sessions(page.prose) > 0


def _titled(page: Page) -> float:
    # a list's further headings are those of its entries
    titles = [*_title_parts(page.title), *page.headings[:1]]
    return max((words.relevance(text) for text in titles), default=0.0)


def _title_parts(title: str) -> list[str]:
    """The parts of a ``<title>``: the site's own name is one of them and says nothing."""
    for sign in ("|", " – ", " - ", " — ", " · ", "»", ":"):
        title = title.replace(sign, "\n")
    return [part for part in title.split("\n")[:2] if part.strip()]


def _path_words(url: str) -> str:
    parts = urlsplit(url)
    segments = [part for part in unquote(parts.path).split("/") if part]
    while len(segments) > 2 and segments[-2].isdigit() and segments[-1].isdigit():
        del segments[-2]  # /commission-permanente/2026/1207: what these are numbers of stands before them
    return " ".join([*segments[-2:], unquote(parts.query)])


def judge(page: Page, context: Context, today: date) -> list[Link]:
    """The page's links that are worth following or keeping, best first, each address once."""
    best: dict[str, Link] = {}
    papers: set[int] = set()  # lines in which a paper stands
    told = {anchor.url for anchor in page.anchors if anchor.text}
    for anchor in page.anchors:
        if not anchor.text and anchor.url in told:
            continue  # the picture of a card stands above its title: under that of the card before
        if (urls.is_ignored(anchor.url) and not _pictured(anchor)) or urls.is_trap(anchor.url, today):
            continue
        if is_closed(anchor.url, anchor.text):
            continue
        link = _judge(anchor, context)
        if anchor.line and anchor.zone == "content" and _is_named_paper(link, anchor.text):
            papers.add(anchor.line)
        if not link.document and words.is_action(anchor.text):
            continue
        known = best.get(urls.key(link.url))
        if known is None or (link.score, len(link.text)) > (known.score, len(known.text)):
            best[urls.key(link.url)] = link
    for anchor in page.anchors:
        if anchor.line in papers and anchor.zone == "content" and not words.is_other(anchor.text):
            where = urls.key(anchor.url)
            if where in best:  # two papers of one line belong to the same session
                best[where] = replace(best[where], score=max(best[where].score, BESIDE))
    here = urls.key(page.url)
    return sorted((link for where, link in best.items() if where != here), key=lambda link: -link.score)


def _is_named_paper(link: Link, text: str) -> bool:
    """A paper by its address, or by its words where the address does not tell."""
    if link.document:
        return link.score >= DOCUMENT
    return link.score >= ABOUT and (words.is_abbreviation(text) or words.names_a_paper(text))


def _judge(anchor: Anchor, context: Context) -> Link:
    content = anchor.zone == "content" and not context.boilerplate(anchor.url)
    document = (
        urls.looks_like_document(anchor.url)
        or _pictured(anchor)
        or anchor.download
        or (urls.looks_like_download(anchor.url) and urls.suffix(anchor.url) in urls.HTML_SUFFIXES | {""})
    )
    own = _own(anchor, document)
    around = max(words.relevance(anchor.heading), words.relevance(anchor.row)) if content else 0.0
    path = words.relevance(_path_words(anchor.url))
    score = (
        document_score(anchor, own, around, path, content, context)
        if document
        else page_score(anchor, own, around, path, content, context)
    )
    return Link(anchor.url, _meaning(anchor, document), anchor.heading, round(min(1.0, score), 3), document)


def _pictured(anchor: Anchor) -> bool:
    """Whether the link leads to the picture of a paper: small town halls photograph what hangs at their door."""
    return urls.is_image(anchor.url) and words.names_a_paper(anchor.text)


def _own(anchor: Anchor, document: bool) -> float:
    names = [anchor.text] + ([urls.file_name(anchor.url)] if document else [])
    return max(words.relevance(name) for name in names)


def _meaning(anchor: Anchor, document: bool) -> str:
    """The link's words; a generic text takes those of its row, else of the file, of a page those of the heading."""
    if anchor.text and not words.is_generic(anchor.text):
        return anchor.text
    above = "" if document else anchor.heading.rsplit(" – ", 1)[-1]
    for other in (anchor.row, above, urls.file_name(anchor.url)):
        if other and not words.is_generic(other):
            return squash(f"{anchor.text} {other}" if anchor.text not in other else other)
    return anchor.text


def is_paper(link: Link) -> bool:
    """A document of a council's sessions."""
    return link.document and link.score >= DOCUMENT


def is_announcement(link: Link) -> bool:
    """A link to a page on one session: "Conseil municipal du 12 mars : l'ordre du jour"."""
    dated = words.names_a_day(link.text) or words.names_a_day(urls.readable(link.url))
    return not link.document and link.score >= ABOUT and dated and words.relevance(link.text) >= 0.55


def kept_elsewhere(link: Link, page_about: float, stores: Collection[str] = ()) -> Link:
    """A link of a page on sessions to another host, taken for a document where it can hardly be a page.

    Its words name a paper, and either a day stands there or above and the address is that of a file in a store, or it
    lies on one of the hosts ``stores`` that keep other papers: then it may be a page that shows the file.
    """
    paper = not link.document and min(link.score, page_about) >= ABOUT and words.names_a_paper(link.text)
    dated = words.names_a_day(f"{link.text} {link.heading}") and urls.looks_like_store(link.url)
    return replace(link, document=True) if paper and (dated or urls.host(link.url) in stores) else link


def document_score(anchor: Anchor, own: float, around: float, path: float, content: bool, context: Context) -> float:
    """A document counts by its own words, else by what stands above it; on a page of sessions all of it counts."""
    other = words.is_other(anchor.text) or words.is_other(anchor.row if len(anchor.row) < 120 else "")
    if own >= 0.55:
        return own
    if content and words.is_abbreviation(anchor.text) and words.names_a_day(f"{anchor.row} / {anchor.heading}"):
        return max(own, 0.6)
    if content and context.about >= ABOUT and (context.session or _of_a_session(anchor)):
        return max(own, 0.6)  # whatever it is called: councils vote on canteens and swimming pools
    if content and context.acts and not words.is_no_act(f"{anchor.text} {urls.file_name(anchor.url)}"):
        return max(own, 0.6)
    if content and not other:
        if around >= ABOUT:
            return max(own, 0.85 * around, 0.6)
        heading_other = words.is_other(anchor.heading.rsplit(" – ", 1)[-1])
        if context.about >= ABOUT and not heading_other:
            return max(own, 0.6)
        if anchor.frame and context.about >= DOCUMENT:
            return 0.5
    if path >= ABOUT and not other:
        return 0.55
    return min(own, 0.4)


def _of_a_session(anchor: Anchor) -> bool:
    """Whether the heading next above is a day or "Délibérations", as above the papers of one session."""
    above = anchor.heading.rsplit(" – ", 1)[-1]
    return (words.names_a_day(above) and not words.is_other(above)) or words.fold(above) == "deliberations"


def page_score(anchor: Anchor, own: float, around: float, path: float, content: bool, context: Context) -> float:
    """A page counts by its link's words and address; the way through a list of sessions counts as the list does."""
    other = words.is_other(anchor.text)
    paging = words.is_paging(anchor.text) or (len(anchor.text) < 4 and urls.is_page_number(anchor.url))
    if content and words.is_abbreviation(anchor.text) and words.names_a_day(f"{anchor.row} / {anchor.heading}"):
        own = max(own, 0.62)
    if words.abbreviates_papers(anchor.text):
        own = max(own, 0.62)
    if other and words.names_a_paper(_path_words(anchor.url)):
        own = max(own, 0.62)  # the themes of a list of deliberations
    score = max(own, 0.9 * path if not other else min(path, 0.3), 0.5 if anchor.frame else 0.0)
    if content and other and context.session:
        score = max(score, BELOW)  # councils vote on canteens and swimming pools
    if content and not other:
        short = words.is_generic(anchor.text) or len(anchor.text) < 4
        if around >= ABOUT and (short or words.is_dated(anchor.text)):
            score = max(score, 0.8 * around)
        if context.about >= ABOUT:
            if context.folder and anchor.url.startswith(context.folder):
                score = max(score, 0.65)  # a folder in a folder of sessions
            elif anchor.frame or paging or words.is_dated(anchor.text) or short:
                score = max(score, 0.7)
            else:
                score = max(score, BELOW)
        elif paging and context.about >= 0.2 and not context.home:
            score = max(score, 0.4 if context.about >= 0.35 else 0.3)
    elif context.about >= ABOUT and paging:
        score = max(score, 0.65)  # pagination is often marked up as navigation
    return score


def document_priority(link: Link, today: date) -> int:
    """Of documents, the papers of sessions to come are read first; older years wait."""
    return int(1000 * (0.35 + 0.5 * link.score)) + _urgency(link, today)


def page_priority(link: Link, today: date) -> int:
    """Of pages, the promising ones first; those of sessions to come before others of the same promise."""
    urgency = _urgency(link, today)
    return int(1000 * link.score) + (3 * (urgency - 100) // 4 if urgency > 100 else min(0, urgency // 4))


def _urgency(link: Link, today: date) -> int:
    """What a link's day, or else its year, adds to its priority: -400..200."""
    named = unquote(f"{link.text} {link.heading} {link.url}")
    day = words.last_day(f"{link.text} {link.heading}") or words.last_day(urls.readable(link.url))
    if day is not None and day >= today:
        return 200
    years = [year for year in urls.years(named) if year <= today.year + 1]
    age = max(0, today.year - max(years)) if years else 1
    if day is not None and (today - day).days <= RECENT:
        return 150
    return 100 if age == 0 else -40 * min(age, 10)
