"""Links that call a function of the page: ``javascript:voir(412)``, which opens ``piece.php?id=`` and that number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spiders import urls
from spiders.anchors import Anchor
from spiders.page import Page

BODY = 800  # characters of a function that are looked at
_CALL = re.compile(r"^\s*(?:javascript:)?\s*(?:return\s+)?([A-Za-z_$][\w$]*)\s*\(([^()]*)\)")
_ARGUMENT = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|(-?\d+))\s*(?:,|$)""")
_OPENS = re.compile(
    r"(?:window\.)?open\s*\(\s*|location(?:\.href)?\s*=\s*|location\.(?:assign|replace)\s*\(\s*|\.src\s*=\s*|\.href\s*=\s*"
)
_TERM = re.compile(r"""\s*(?:"([^"\n]*)"|'([^'\n]*)'|([A-Za-z_$][\w$]*)|(-?\d+))\s*(\+?)""")
_FILLED = re.compile(r"\$\{\s*([A-Za-z_$][\w$]*)\s*\}")
# A page whose only business is to send its reader on.
_SENT_ON = re.compile(
    r"""(?:location(?:\.href)?\s*=|location\.(?:assign|replace)\s*\()\s*["'`]([^"'`\s<>{}+]+)["'`]\s*(?:[;)}"'<]|$)""",
    re.M,
)


def called(page: Page, html: str) -> Iterator[Anchor]:
    """What the calls of a page would open, with the words of the links that make them."""
    for anchor, call in page.calls:
        found = _CALL.match(call)
        if found is None:
            continue
        arguments = ["".join(parts) for parts in _ARGUMENT.findall(found.group(2))]
        address = _opened(html, found.group(1), arguments)
        url = urls.absolute(page.url, address) if address else None
        if url:
            yield Anchor(urls.clean(url), anchor.text, anchor.heading, anchor.row, anchor.zone)


def sent_on(page: Page, html: str) -> Iterator[Anchor]:
    """Where the script of a page without any content sends its reader."""
    for address in _SENT_ON.findall(html)[:2]:
        url = urls.absolute(page.url, address)
        if url:
            yield Anchor(urls.clean(url), frame=True)


def _opened(html: str, name: str, arguments: list[str]) -> str | None:
    function = re.search(
        rf"(?:function\s+{re.escape(name)}\s*|\b{re.escape(name)}\s*=\s*(?:async\s*)?(?:function\s*)?)\(([^)]*)\)\s*(?:=>)?\s*\{{",
        html,
    )
    if function is None or not arguments:
        return None
    names = [part.split("=")[0].strip() for part in function.group(1).split(",")]
    given = dict(zip(names, arguments, strict=False))
    body = html[function.end() : function.end() + BODY]
    opening = _OPENS.search(body)
    return _put_together(body, opening.end(), given) if opening else None


def _put_together(body: str, at: int, given: dict[str, str]) -> str | None:
    template = re.compile(r"`([^`]*)`").match(body, at)
    if template:
        text = _FILLED.sub(lambda match: given.get(match.group(1), "{"), template.group(1))
        return None if "{" in text else text
    parts = []
    while term := _TERM.match(body, at):
        double, single, name, number, plus = term.groups()
        if name and name not in given:
            return None
        parts.append(given[name] if name else double or single or number or "")
        at = term.end()
        if not plus:
            break
    return "".join(parts) or None
