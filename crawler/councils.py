"""Which council is meant by a name, a home page or an id, and the ``[[council]]`` block that says so."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler import config_checks as checks
from crawler.config import Config
from crawler.errors import UsageError
from crawler.models import Council, CouncilKind
from spiders.registry import Registry, host_of, plain
from spiders.registry_search import Answer
from spiders.registry_select import GONE

Block = dict[str, str | list[str]]
_REGISTRY_ID = re.compile(r"(commune|epci|departement|region|collectivite|ept|province)-[0-9A-Z]\S*")
_BARE_HOST = re.compile(
    r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?(?:/\S*)?|(?:\d+\.){3}\d+(?::\d+)?(?:/\S*)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the operator said besides the name, the page or the id."""

    name: str | None = None
    kind: CouncilKind | None = None
    department: str | None = None
    website: str | None = None
    slug: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A council that is meant, the block that watches it, and what the operator should be told of it."""

    block: Block
    council: Council | None = None  # of the registry
    notes: tuple[str, ...] = ()
    uncertain: bool = False  # the address of its site is a guess


@dataclass(frozen=True, slots=True)
class Question:
    """Several councils may be meant."""

    what: str
    why: str
    candidates: tuple[Council, ...]


def find_block(what: str, wanted: Wanted, registry: Registry) -> Found | Question:
    """The council that ``what`` names, with the block that watches it; a question where it could be several.

    Raises UsageError where nothing fits.
    """
    what = what.strip()
    for option, value, check in (
        ("--website", wanted.website, checks.web_address),
        ("--id", wanted.slug, checks.council_id),
        ("--department", wanted.department, checks.code),
    ):
        if value and (remedy := check(value)):
            raise UsageError(f"{option}: {value!r} is not valid; {remedy}")
    if not what or not what.isprintable():
        raise UsageError("which council? Give a name, a home page or an id")
    if "://" in what or _BARE_HOST.fullmatch(what):
        return _by_page(what if "://" in what else f"https://{what}", wanted, registry)
    if _REGISTRY_ID.fullmatch(what) and not registry.get(what):
        raise UsageError(f"{what} is not in the registry; give its name, or its home page")
    return _by_name(what, wanted, registry)


def watched(council: Council, wanted: Wanted, registry: Registry, notes: tuple[str, ...] = ()) -> Found:
    """A council of the registry, to be watched. Raises UsageError where no address of it is known."""
    block = _registered(council, wanted)
    site = registry.site(council.id)
    uncertain = site.confidence == "low" and not (wanted.website or council.start_urls)
    if uncertain:
        seen = f", last seen {site.seen}" if site.seen else ""
        notes = (*notes, f"the address {council.website} is uncertain{seen}: look at it; --website gives another")
    if GONE.search(registry.cells(council.id).get("legal_form", "")):
        notes = (*notes, f"{council.name}: {registry.cells(council.id)['legal_form']}")
    return Found(block, council, notes, uncertain)


def described(council: Council, registry: Registry) -> str:
    """A council in a few words: "Saint-Denis (commune, Seine-Saint-Denis (93))"."""
    return f"{council.name} ({', '.join(filter(None, [council.kind, place_of(council, registry)]))})"


def place_of(council: Council, registry: Registry) -> str:
    """The département of a council as people say it: "Finistère (29)"; empty where it has none, or has several."""
    return registry.places.label([council.department]) if council.department and council.kind != "region" else ""


def configured(config: Config, block: Block) -> Council | None:
    """The council of the configuration that ``block`` would repeat."""
    return next((council for council in config.councils if council.id == block["id"]), None)


def council_of(text: str, config: Config, registry: Registry) -> Council:
    """The council of an id: of the configuration, else of the registry. Raises UsageError."""
    found = next((council for council in config.councils if council.id == text), None) or registry.get(text)
    if found:
        return found
    named = registry.find(text)
    hint = f"did you mean {named[0].id}?" if len(named) == 1 else "tocsin add NAME finds the id of a town"
    raise UsageError(f"no council {text!r} in tocsin.toml or the registry; {hint}")


def _by_page(url: str, wanted: Wanted, registry: Registry) -> Found | Question:
    if remedy := checks.web_address(url):
        raise UsageError(f"{url!r} is not a web address; {remedy}")
    if not wanted.slug:
        found = _narrow(registry.by_host(url), wanted)
        if len(found) > 1:
            return Question(url, f"{len(found)} councils share the site {host_of(url)}", tuple(found))
        if found:
            one = Found(_registered(found[0], wanted), found[0])
            if urlsplit(url).path.strip("/"):
                one.block["start_urls"] = [url]  # deeper than the home page: that is where to begin
            return one
    parts = urlsplit(url)
    slug = wanted.slug or slug_of(host_of(url) + (f"-{parts.port}" if parts.port else ""))
    return Found(_new(slug, wanted.name or host_of(url), wanted.website or url, wanted))


def _by_name(what: str, wanted: Wanted, registry: Registry) -> Found | Question:
    answer = Answer(how="nobody") if wanted.slug else registry.answer(what, wanted.kind, wanted.department)
    if answer.chosen:
        return watched(registry.councils([answer.chosen])[0], wanted, registry, _notes(what, answer, registry))
    if answer.candidates and not (wanted.website and answer.how != "name"):
        why = {
            "name": f"{len(answer.candidates)} councils answer to {what!r}",
            "near": f"no council is called {what!r}; these are near",
            "elsewhere": f"{what!r}: nobody of this name in {answer.said}; elsewhere there is",
        }[answer.how]
        return Question(what, why, tuple(registry.councils(answer.candidates)))
    if wanted.website:
        return Found(_new(wanted.slug or slug_of(what), wanted.name or what, wanted.website, wanted))
    near = registry.councils(registry.finder.suggestions(what))
    hint = f"did you mean {' or '.join(described(each, registry) for each in near)}? Else " if near else ""
    raise UsageError(f"no council called {what!r} in the registry; {hint}give its home page: tocsin add https://…")


def _notes(what: str, answer: Answer, registry: Registry) -> tuple[str, ...]:
    """What was understood where that is not plain, and the councils of the same name that were not taken."""
    notes = []
    if answer.how == "near" and answer.chosen:
        taken = registry.councils([answer.chosen])[0]
        notes.append(f"{what!r} was taken for {described(taken, registry)}")
    others = registry.councils(answer.also)
    notes += [f"not taken: {described(each, registry)}; to watch it: tocsin add {each.id}" for each in others]
    return tuple(notes)


def _narrow(councils: Iterable[Council], wanted: Wanted) -> list[Council]:
    return [
        council
        for council in councils
        if wanted.kind in (None, council.kind) and wanted.department in (None, council.department)
    ]


def _registered(council: Council, wanted: Wanted) -> Block:
    if not (wanted.website or council.website or council.start_urls):
        raise UsageError(f"the registry knows no web site of {council.name} ({council.id}); add --website https://…")
    given = {"id": council.id, "name": wanted.name, "website": wanted.website}
    return {key: value for key, value in given.items() if value}


def _new(slug: str, name: str, website: str, wanted: Wanted) -> Block:
    given = {"id": slug, "name": name, "kind": wanted.kind, "department": wanted.department, "website": website}
    return {key: value for key, value in given.items() if value}


def slug_of(text: str) -> str:
    """An id made of a name or host: "Ville de Démo" gives "ville-de-demo"."""
    return re.sub(r"[^a-z0-9]+", "-", plain(text)).strip("-") or "council"
