"""Every link of the portal to itself leads somewhere, from the first page on."""

from __future__ import annotations

import html
import re
from urllib.parse import urljoin, urlsplit

HOST = "http://localhost"
_LINK = re.compile(r'(?:href|src|action)="([^"]+)"')
_KIND = re.compile(r"^(/en)?/(\w*)")


def test_no_link_leads_nowhere(portal) -> None:
    waiting, seen, nowhere = [("/", "")], {"/"}, []
    kinds: dict[str, int] = {}
    while waiting:
        path, origin = waiting.pop(0)
        answer = portal.get(path)
        if answer.status_code not in (200, 301, 302):
            nowhere.append((answer.status_code, path, origin))
        ours = not path.startswith(("/archive", "/-/", "/feeds", "/file", "/static", "/page-image"))
        if not ours or "html" not in answer.headers.get("content-type", ""):
            continue
        for link in map(html.unescape, _LINK.findall(answer.text)):
            address = urljoin(HOST + path, link).partition("#")[0]
            if not address.startswith(HOST + "/"):
                continue
            target = address.removeprefix(HOST)
            kind = _KIND.match(urlsplit(target).path)[0]
            if target not in seen and kinds.get(kind, 0) < 12:
                kinds[kind] = kinds.get(kind, 0) + 1
                seen.add(target)
                waiting.append((target, path))
    assert nowhere == []
    assert {"/map", "/council", "/session", "/document", "/search", "/trends", "/coverage", "/archive"} <= set(kinds)


def test_one_finds_the_way_back(portal) -> None:
    page = portal.get("/session/s-70").text
    assert 'href="/council/commune-99003"' in page
    document = re.search(r'href="(/document/[^"?]+)', page)[1]
    back = portal.get(document).text
    assert 'href="/council/commune-99003"' in back
    assert 'href="/session/s-70"' in back
    assert 'href="/map/29"' in portal.get("/council/commune-99003").text
    assert 'href="/map"' in portal.get("/map/29").text
