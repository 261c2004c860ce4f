"""What a site of the demo holds: resources by path, each made when it is first asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache, cached_property
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from crawler.demo.wording import capital, hour, long_date, month_name, vote

PARIS = ZoneInfo("Europe/Paris")


@dataclass
class Resource:
    """One answer of a site. ``fresh`` ones are made at each request and carry no validator."""

    make: Callable[[], bytes]
    media_type: str = "text/html; charset=utf-8"
    modified: datetime | None = None
    tagged: bool = True  # send an ETag
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    fresh: bool = False

    @cached_property
    def _body(self) -> bytes:
        return self.make()

    @property
    def body(self) -> bytes:
        return self.make() if self.fresh else self._body

    @cached_property
    def etag(self) -> str | None:
        """A strong validator of the bytes, where this site sends one."""
        return None if self.fresh or not self.tagged else f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'


@dataclass
class Shelf:
    """The resources of one site by path (with its query, if any)."""

    templates: str
    common: Mapping[str, Any] = field(default_factory=dict)  # what every template is given
    resources: dict[str, Resource] = field(default_factory=dict)
    endless: Callable[[str], Resource | None] | None = None  # for addresses that have no end

    def find(self, target: str) -> Resource | None:
        """What stands at ``target``, a path with its query."""
        found = self.resources.get(target)
        return found if found or self.endless is None else self.endless(target)

    def page(self, path: str, template: str, *, fresh: bool = False, **values: Any) -> None:
        """An HTML page from ``templates/<site>/<template>.html``."""
        self.resources[path] = Resource(lambda: self.render(template, path=path, **values).encode(), fresh=fresh)

    def render(self, template: str, **values: Any) -> str:
        """The text of a template of this site."""
        return environment().get_template(f"{self.templates}/{template}.html").render({**self.common, **values})

    def file(self, path: str, make: Callable[[], bytes], posted: date, **headers: str) -> None:
        """A PDF that was put online on ``posted``."""
        media_type = headers.pop("media_type", "application/pdf")
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.resources[path] = Resource(make, media_type, moment(posted), headers=named)

    def text(self, path: str, text: str, media_type: str = "text/plain; charset=utf-8") -> None:
        """A short text such as robots.txt."""
        self.resources[path] = Resource(text.encode, media_type)

    def redirect(self, path: str, to: str, status: int = 302) -> None:
        """A redirection."""
        self.resources[path] = Resource(bytes, headers={"Location": to}, status=status)


def moment(day: date, at: time = time(16, 20)) -> datetime:
    """``day`` at an hour of the afternoon, local."""
    return datetime.combine(day, at, PARIS)


def attachment(name: str) -> str:
    """A Content-Disposition for a file name with accents (RFC 6266)."""
    return f"attachment; filename*=UTF-8''{quote(name)}"


def opaque(*parts: object) -> str:
    """An identifier that says nothing, always the same for the same parts."""
    return hashlib.sha256(" ".join(map(str, parts)).encode()).hexdigest()[:12]


@cache
def environment() -> Environment:
    """The Jinja environment of the templates, autoescaping."""
    made = Environment(
        loader=PackageLoader("crawler.demo", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(long_date=long_date, month_name=month_name, hour=hour, capital=capital)
    made.globals.update(vote=vote)
    return made
