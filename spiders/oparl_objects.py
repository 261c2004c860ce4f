"""Objects of OParl as they answer: their types, their lists, which of them is ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from crawler.models import Council
from spiders import urls

_OBJECT = re.compile(r"oparl\.org/(?:schema/)?1\.\d+/(\w+)", re.I)
_JSON_ROOT = re.compile(
    r"\"type\"\s*:\s*\"https?:\\?/\\?/[^\"]{0,40}oparl\.org[^\"]{0,20}1\.\d+\\?/(?:System|Body)\"", re.I
)
_ROOT = re.compile(
    r"/oparl(?:/(?:api|webservice|rest|v?\d(?:\.\d)?))*/(?:system|bod(?:y|ies))(?:\.\w{2,4})?(?:/\w{1,12})?/?(?:$|\?)"
    r"|/oparl(?:/(?:api|webservice|rest))*/v?\d(?:\.\d)?/?$",
    re.I,
)
_NOT_COUNCILS = re.compile(r"(?:^|\.)(?:oparl\.org|github\.com|github\.io|codeberg\.org|gitlab\.com)$")


def is_answer(text: str) -> bool:
    """Whether a text is a System or a Body."""
    return text.lstrip()[:1] == "{" and _JSON_ROOT.search(text[:20_000]) is not None


def is_root(url: str) -> bool:
    """Whether an address looks like that of a System or a Body; those of the standard itself are nobody's."""
    if "/oparl" not in url.lower():
        return False
    parts = urlsplit(url)
    return bool(_ROOT.search(f"{parts.path}?{parts.query}" if parts.query else parts.path)) and not is_standard(url)


def is_standard(url: str) -> bool:
    """Whether an address is that of the standard, of its examples or of somebody's program for it."""
    return _NOT_COUNCILS.search(urls.host(url)) is not None


def is_of(body: Mapping[str, Any], council: Council) -> bool:
    """Whether a Body is this council: the same web site, or the council's name in its own."""
    site = body.get("website")
    if isinstance(site, str) and council.website:
        there, here = urls.host(site).removeprefix("www."), urls.host(council.website).removeprefix("www.")
        if there and there == here:
            return True
    names = " ".join(words_of(body.get(field)) for field in ("name", "shortName")).casefold()
    return re.search(rf"(?<!\w){re.escape(council.name.casefold())}(?!\w)", names) is not None


def kind_of(value: Any) -> str:
    """The type of an object in lower case; "" for what is none of OParl's."""
    found = _OBJECT.search(value["type"]) if isinstance(value, dict) and isinstance(value.get("type"), str) else None
    return found[1].lower() if found else ""


def data_of(value: Any) -> list[Any]:
    """The objects of a list's page. Raises ValueError for what is no list."""
    data = value.get("data") if isinstance(value, dict) else None
    if not isinstance(data, list):
        raise ValueError("no list of OParl: it has no data")
    return data


def priority_of(start: datetime | None, now: datetime) -> int:
    """What is next comes first; a meeting that was held waits for those ahead."""
    if start is None:
        return 2000
    days = (start - now).days
    return 3000 - min(days, 400) if days >= 0 else 2400 + max(days, -300)


def moment_of(stated: Any, zone: ZoneInfo) -> datetime | None:
    """The instant that is stated, in ``zone`` where it has no offset; None for what is none."""
    if not isinstance(stated, str):
        return None
    try:
        moment = datetime.fromisoformat(stated.strip())
    except ValueError:  # "200-10-03T18:00:00+02:00" stands in a real answer
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def stamp(moment: datetime) -> str:
    """An instant as filters take it."""
    return moment.replace(microsecond=0).isoformat()


def words_of(value: Any) -> str:
    """A text on one line; empty for what is none."""
    return " ".join(value.split()) if isinstance(value, str) else ""
