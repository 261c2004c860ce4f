"""Pages that build their lists by script: which they are, how a spider asks for one, what it gets back.

Nothing here knows a browser: ``crawler.browser`` does the work where the extra ``tocsin[browser]`` and a Chromium
are installed. The browser is given the page that was read already; what its scripts ask for is fetched by us, under
the same checks as all else.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from scrapy import Request
from scrapy.http import HtmlResponse, Response, TextResponse
from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.models import KnownUrl, Link
from spiders.page import Page

SETTING = "TOCSIN_BROWSER"  # Scrapy setting: the path of a Chromium, or None
RENDER, DATA, LED_TO, PART_OF = "render", "rendered_data", "rendered_led_to", "part_of"  # keys of Request.meta
AT_HAND = "at_hand"  # in the meta of a request made here: answers by address that need not be fetched again
FLAG = "rendered"
AGAIN = timedelta(hours=72)  # an unchanged page is rendered once more after so long: its data may have changed unseen
FEW_WORDS = 250  # characters outside navigation: a page with less is hardly more than a frame
_DROPPED = {
    "download_slot",
    "download_latency",
    "download_timeout",
    "retry_times",
    "depth",
    RENDER,
    DATA,
    LED_TO,
    AT_HAND,
}
_MEMORY = "rendered:"


@dataclass(frozen=True, slots=True)
class Data:
    """An answer that the scripts of a page asked for: most often the JSON that the list is made of."""

    url: str  # without what only defeats caches
    body: bytes
    media_type: str = ""


def available(settings: Mapping[str, Any]) -> bool:
    """Whether pages can be rendered in this crawl."""
    return bool(settings.get(SETTING))


def rendered(shell: Response) -> Request:
    """The request that has the scripts of ``shell`` run; its answer comes to the same callback, or to the errback.

    The page itself is not fetched again. The answer is a page whose body is what the scripts made of it and whose
    headers are those of ``shell``; a failure is ``RenderingFailed``, and ``shell_of`` gives the page back.
    """
    asked = shell.request
    if asked is None:
        raise ValueError("a response that nobody asked for")
    meta = {name: value for name, value in asked.meta.items() if name not in _DROPPED}
    return Request(
        shell.url,
        callback=asked.callback,
        errback=asked.errback,
        priority=asked.priority + 1,
        cb_kwargs=asked.cb_kwargs,
        dont_filter=True,
        meta=meta | {RENDER: shell},
    )


def is_rendered(response: Response) -> bool:
    """Whether scripts have been run on this page."""
    return FLAG in response.flags


def shell_of(asked: Request) -> Response:
    """The page as the server sent it. Raises KeyError for a request that ``rendered`` did not make."""
    shell: Response = asked.meta[RENDER]
    return shell


def data_of(response: Response) -> tuple[Data, ...]:
    """What the page's scripts fetched, in the order of asking."""
    found: tuple[Data, ...] = response.meta.get(DATA, ())
    return found


def led_to(response: Response) -> tuple[str, ...]:
    """Addresses that the page's scripts wanted to go to; the browser stayed."""
    found: tuple[str, ...] = response.meta.get(LED_TO, ())
    return found


def answer(asked: Request, html: str, data: tuple[Data, ...], places: tuple[str, ...]) -> HtmlResponse:
    """The rendered page, as the callback gets it."""
    shell = shell_of(asked)
    headers = shell.headers.copy()
    for name in ("Content-Encoding", "Content-Length", "Transfer-Encoding"):
        headers.pop(name, None)
    headers["Content-Type"] = "text/html; charset=utf-8"
    asked.meta[DATA], asked.meta[LED_TO] = data, places
    return HtmlResponse(
        shell.url, status=shell.status, headers=headers, body=html.encode("utf-8", "replace"), encoding="utf-8",
        flags=[FLAG], request=asked,
    )  # fmt: skip


# ------------------------------------------------------------------ what is remembered


def memory(response: Response, now: datetime) -> Link:
    """To be kept among the links of a rendered page: what its shell was and when it was rendered; never followed."""
    if response.request is None:
        raise ValueError("a response that nobody asked for")
    return Link(response.url, text=_MEMORY, heading=f"{_identity(shell_of(response.request))} {now.isoformat()}")


def is_memory(link: Link) -> bool:
    """Whether a link is only what ``memory`` made."""
    return link.text == _MEMORY


def due(known: KnownUrl | None, shell: Response, now: datetime) -> bool:
    """Whether a page is to be rendered: never yet, its shell changed, or three days ago.

    While it is not due its links of last time stand; the data among them are asked for as pages are.
    """
    kept = next((link for link in known.links if is_memory(link)), None) if known else None
    identity, _, at = kept.heading.partition(" ") if kept else ("", "", "")
    if not at or identity != _identity(shell):
        return True
    return now - datetime.fromisoformat(at) >= AGAIN


_CHANGING = re.compile(
    r"""<!--.*?-->|\bnonce=["'][^"']*["']|<input[^>]+type=["']?hidden[^>]*>|<meta[^>]+(?:csrf|token)[^>]*>"""
    r"""|\b[0-9a-f]{24,}\b|\b\d{10,13}\b""",
    re.I | re.S,
)


def _identity(shell: Response) -> str:
    """A digest of the page as sent, without the tokens and times that differ at each look."""
    text = shell.text if isinstance(shell, TextResponse) else shell.body.decode("utf-8", "replace")
    return hashlib.sha256(_CHANGING.sub("", text).encode()).hexdigest()[:20]


# ------------------------------------------------------------------ which pages need it

_ASKS = re.compile(r"\bfetch\s*\(|XMLHttpRequest|\$\.(?:ajax|get|getJSON|post)\b|\baxios\b|\.getJSON\(|\.load\(", re.I)
_NO_SCRIPT = re.compile(r"javascript", re.I)
_WAITING = re.compile(
    r"^\W*(?:chargement|en cours de chargement|veuillez patienter|patientez|loading|please wait)\b", re.I
)
_BRACES = re.compile(r"\{\{\s*[\w.$()| :'\"]+\}\}")
_LISTS = re.compile(
    r"list|result|content|items?|docs?|document|seance|session|delib|acte|agenda|conseil|app|root|main|grid|table|data"
    r"|container|wrapper|archive|publication",
    re.I,
)
_NO_LISTS = re.compile(
    r"cookie|consent|fb-|facebook|twitter|map|carte|recaptcha|overlay|backdrop|modal|toast|ads?\b", re.I
)
_MOUNTS = re.compile(r"^(?:app|root|__next|__nuxt|main|content|mount|q-app|svelte|react-root|vue-app|ember)$", re.I)
_PLACES = frozenset({"div", "ul", "ol", "tbody", "table", "section", "main", "article", "dl"})


def needs_script(html: str, page: Page) -> str:
    """Why a page shows nothing without its scripts, in a few words; "" where it seems complete.

    To be asked for pages that matter and list nothing: an empty place alone is no proof.
    """
    tree = LexborHTMLParser(html)
    scripts = [node for node in tree.css("script") if _runs(node)]
    if not scripts:
        return ""
    own = "\n".join(node.text() for node in scripts)
    few = len(page.text) < FEW_WORDS
    if _BRACES.search(page.text):
        return "a template that a script fills"
    if any(_NO_SCRIPT.search(node.text()) for node in tree.css("noscript")) and few:
        return "says that it needs JavaScript"
    for node in tree.css("body *"):
        tag = node.tag or ""
        if tag not in _PLACES and "-" not in tag[1:]:
            continue
        text = node.text(strip=True)
        name = f"{node.attributes.get('id') or ''} {node.attributes.get('class') or ''}".strip()
        if len(text) < 60 and _WAITING.search(text):
            return "a place that waits for a script"
        if text or node.css_first("img, iframe, input, object, embed, video, a[href]") is not None:
            continue
        if _NO_LISTS.search(name):
            continue
        reason = _emptiness(node, name, own, few)
        if reason:
            return reason
    return "little text, and scripts that fetch" if few and _ASKS.search(own) else ""


def _runs(script: LexborNode) -> bool:
    kind = (script.attributes.get("type") or "").lower()
    return kind in {"", "module", "text/javascript", "application/javascript"}


def _emptiness(node: LexborNode, name: str, own: str, few: bool) -> str:
    identity = node.attributes.get("id") or ""
    if "-" in (node.tag or "") or (few and _MOUNTS.match(identity)):
        return "an empty frame for an application"
    if identity and identity in own and _ASKS.search(own):
        return "an empty list that a script fills"
    filled = node.tag in {"ul", "ol", "tbody", "table"} or any(key.startswith("data-") for key in node.attributes)
    if name and _LISTS.search(name) and (few or filled):
        return "an empty list"
    return ""
