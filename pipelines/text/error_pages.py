"""Pages that answer 200 but are not the page: suspended accounts, maintenance, bot walls, soft 404s, default servers.

A council's pages speak of errors and maintenance every day ("rectification d'une erreur matérielle",
"contrat de maintenance"). So words count only where such a page puts them: as a whole title or heading,
or as a sentence of a page that has next to nothing else. The words are data: ``error_pages.toml``.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

_PHP = re.compile(r"\b(?:fatal|parse) error\b.{0,400}\bon line \d+", re.I | re.S)
_SCRIPT = re.compile(
    r"(?:enable|activer?|activez|requires?|necessite|need)\b.{0,40}javascript|javascript.{0,60}(?:desactiv|required|active|enabled)"
)
_WALL_MARKUP = re.compile(
    r"cdn-cgi/challenge-platform|challenges\.cloudflare\.com|cf[-_]chl|_Incapsula_Resource|captcha-delivery\.com|px-captcha"
    r"|/\.within\.website/|anubis_challenge|aws-waf-token",
    re.I,
)
_BARE_LINKS = 12
_BARE_TEXT = 700  # characters; a whole error page in its own template
_LONG_TEXT = 4_000  # characters; the default page of a server explains itself at length
_SEPARATORS = re.compile(r"\s++[|–—•·»«:/-]\s+|\s*+[|»«•·]\s*")
_SENTENCES = re.compile(r"(?<=[.!?…])\s+|\n")


@dataclass(frozen=True, slots=True)
class Look:
    """What the verdict needs of a page."""

    title: str
    headings: Sequence[str]
    text: str  # of the main content
    links: int  # of the whole page
    markup: str  # raw, for the marks of bot walls
    password: bool = False  # it asks for one


@dataclass(frozen=True, slots=True)
class _Kind:
    what: str
    pattern: re.Pattern[str]
    dressed: bool
    password: bool


def error_page(look: Look) -> str | None:
    """Why the page is an error page in disguise ("maintenance: …"), or None for an ordinary one."""
    bare = look.links <= _BARE_LINKS and len(look.text) <= _LONG_TEXT
    shown = [look.title, *_SEPARATORS.split(look.title), *look.headings[:2]]
    found = _match(shown, dressed_only=not bare, password=look.password)
    if found or not bare or len(look.text) > _BARE_TEXT:
        return found
    if _WALL_MARKUP.search(look.markup[:200_000]):
        return "bot wall: marked in the source of the page"
    broken = _PHP.search(look.text)
    if broken:
        return f"refused or broken: {broken.group()[:100]}"
    return _match(_SENTENCES.split(look.text)[:12], dressed_only=False, password=look.password)


def needs_script(text: str) -> bool:
    """Whether a (nearly empty) page says that it is drawn by a script."""
    return len(text) < 400 and bool(_SCRIPT.search(_folded(text)))


def _match(phrases: Iterable[str], *, dressed_only: bool, password: bool) -> str | None:
    for phrase in phrases:
        folded = _folded(phrase)
        if not folded or len(folded) > 200:
            continue
        for kind in _kinds():
            if (dressed_only and not kind.dressed) or (kind.password and not password):
                continue
            if kind.pattern.fullmatch(folded):
                return f"{kind.what}: {' '.join(phrase.split())[:100]}"
    return None


@cache
def _kinds() -> tuple[_Kind, ...]:
    data = tomllib.loads(resources.files(__package__).joinpath("error_pages.toml").read_text("utf-8"))
    kinds = []
    for entry in data["kind"]:
        whole = "|".join(f"(?:{pattern})" for pattern in entry["patterns"])
        for name, words in data["words"].items():
            whole = whole.replace("{" + name + "}", words)
        kinds.append(_Kind(entry["what"], re.compile(whole), entry["dressed"], entry.get("password", False)))
    return tuple(kinds)


def _folded(text: str) -> str:
    """Lower case, no accents, straight apostrophes, single spaces, no sign at either end."""
    bare = unicodedata.normalize("NFD", text.replace("’", "'").casefold())
    return " ".join("".join(sign for sign in bare if not unicodedata.combining(sign)).split()).strip(' .!?…:-–—|"«»()')
