"""What one portal is told: its home, its clock, and whether strangers read it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from datasette.app import Datasette

from crawler.config import Config
from db.home import Home
from db.portal.drawing import PageImages
from db.portal.gate import Gate
from spiders.registry import Registry
from spiders.registry_places import Places

PARIS = ZoneInfo("Europe/Paris")
KEEPING = timedelta(minutes=10)


@dataclass(frozen=True)
class Site:
    """The settings of a portal; ``clock`` gives an aware instant."""

    home: Home
    clock: Callable[[], datetime]
    public: bool = False  # strangers read it: no SQL, no whole text, not to be indexed
    contact: str | None = None
    source: str | None = None  # where the source code is
    base: str = ""  # path in front of every address, without its last slash
    minimum_score: float = 0.5
    zone: ZoneInfo = PARIS  # of what is about no council
    time_limit: int = 2000  # milliseconds for all the reading of one page
    token: str | None = field(default=None, repr=False, compare=False)  # opens the review; None: there is none
    config: Config | None = field(default=None, repr=False, compare=False)  # what a review plans with
    _kept: dict[str, tuple[datetime, Any]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def places(self) -> Places:
        """The names of départements and regions, as the registry writes them."""
        return Registry.load().places

    @cached_property
    def departments(self) -> dict[str, str]:
        """Their names by code, as a page shows them: « Côtes-d’Armor »."""
        return {code: name.replace("'", "’") for code, name in self.places.names.items()}

    @cached_property
    def regions(self) -> dict[str, str]:
        """Their names by code, as a page shows them."""
        return {code: name.replace("'", "’") for code, name in self.places.regions.items()}

    @cached_property
    def gate(self) -> Gate:
        """Who may review. Raises KeyError where nobody may: the page does not exist then."""
        if self.token is None:
            raise KeyError("there is no review here")
        return Gate(self.token)

    @cached_property
    def images(self) -> PageImages:
        """Where images of pages are drawn; its process begins with the first of them."""
        return PageImages(self.home.page_images)

    def close(self) -> None:
        """End what runs beside the portal."""
        if "images" in self.__dict__:
            self.images.close()

    def kept(self, name: str) -> Any:
        """What ``keep`` was given under this name in the last ten minutes; None where there is nothing."""
        since, value = self._kept.get(name, (None, None))
        return value if since is not None and abs(self.clock() - since) < KEEPING else None

    def keep(self, name: str, value: Any) -> Any:
        """Keep a value that every page needs and that changes little; returns it."""
        self._kept[name] = (self.clock(), value)
        return value


def from_config(
    home: Home, config: Config, clock: Callable[[], datetime], *, public: bool = False, token: str | None = None
) -> Site:
    """The site of a home as its configuration wants it; ``token`` opens the review."""
    base = urlsplit(config.portal.url).path.rstrip("/") if config.portal.url else ""
    return Site(
        home,
        clock,
        public=public or config.portal.public,
        token=token,
        config=config,
        contact=config.operator.contact,
        source=config.portal.source,
        base=base,
        minimum_score=config.alerts.minimum_score,
    )


# Datasette's plugins are the process's, not an instance's: which of its instances are portals is remembered here.
SITES: WeakKeyDictionary[Datasette, Site] = WeakKeyDictionary()


@lru_cache(maxsize=32)
def asset(name: str) -> tuple[bytes, str]:
    """A static file of the portal with a mark of its content. Raises KeyError for any other name."""
    folder = files("db.portal").joinpath("static")
    if name not in {each.name for each in folder.iterdir() if each.is_file()}:
        raise KeyError(name)
    data = folder.joinpath(name).read_bytes()
    return data, hashlib.sha256(data).hexdigest()[:12]
