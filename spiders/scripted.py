"""What the scripts of a page would fetch or already hold, read from their text: no script is run.

A list that a script builds comes from data: an address that it asks for (``fetch("/api/seances")``), a value written
into the page (``window.__STATE__ = {…}``), or a script file. Addresses that it puts together from an entry's fields
(``"/docs/" + seance.fichier``) become templates: ``/docs/{fichier}``.
"""

from __future__ import annotations

import html as entities
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from spiders import urls
from spiders.anchors import attribute
from spiders.page import Page
from spiders.words import fold

MAX_SCRIPT = 600_000  # characters of one script that are looked at
MAX_VALUE = 3_000_000  # of one value written into a page
MAX_YEARS = 15

# Whether it is worth looking at a page's scripts at all.
_SIGNS = re.compile(
    r"fetch\s*\(|axios|getJSON|\.ajax|\.open\(|\$\.get|\.load\(|application/json|__\w+__\s*=|/api/|\.json\b"
    r"|data-[\w-]+\s*=\s*['\"][\[{]|x-data\s*=|=\s*\[\s*\{|\.pdf['\"`]"
)
_CALL = re.compile(
    r"(?:\bfetch|\baxios(?:\.get|\.request)?|\.getJSON|\$\.get|jQuery\.get|\.load|\$http\.get|\.httpGet|\bd3\.(?:json|csv))\s*\(\s*"
    r"|\.open\(\s*['\"]GET['\"]\s*,\s*|\burl\s*:\s*(?=['\"`\w])",
    re.I,
)
_TERM = re.compile(
    r"""\s*(?:"(?P<double>(?:[^"\\\n]|\\.)*)"|'(?P<single>(?:[^'\\\n]|\\.)*)'|`(?P<back>(?:[^`\\]|\\.)*)`"""
    r"""|(?:encodeURIComponent|encodeURI|String)\(\s*(?P<inner>[\w$]+(?:\??\.[\w$]+)*)\s*\)"""
    r"""|(?P<name>[A-Za-z_$][\w$]*(?:\??\.[\w$]+)*)(?!\s*\())\s*"""
)
_FILLED = re.compile(r"\$\{\s*(?:encodeURIComponent\(\s*)?([\w$]+(?:\??\.[\w$]+)*)\s*\)?\s*\}")
_CONSTANT = re.compile(r"""\b([A-Za-z_$][\w$]*)\s*[=:]\s*(["'`])([^"'`\n$]{0,200})\2""")
_PATHLIKE = re.compile(
    r"""(?<!\+)(?<!\+ )["'`]([^"'`\s<>{}$]*(?:/api/|\.json\b|/ajax/|format=json|/rest/)[^"'`\s<>{}$]*)["'`]"""
    r"""(?!\s*[+:])"""
)
_PAPER = re.compile(r"""["'`]([^"'`<>\n{}]{1,300}\.(?:pdf|docx?|odt|rtf))["'`]""", re.I)
_BUILT = re.compile(r"""(?:href|src|data)\s*=\s*\\?["']([^"'<>`]*\$\{[^"'<>`]*)\\?["']""")
_JOINED = re.compile(r"""(?:href|src|data)\s*=\s*\\?["']?([^"'<>`]*)(?=['"`]\s*\+)""")
_ASSIGNED = re.compile(
    r"""(?:\.href\s*=\s*|setAttribute\(\s*['"]href['"]\s*,\s*"""
    r"""|window\.open\(\s*|\bto\s*[=:]\s*)(?=['"`\w])"""
)
_VALUE = re.compile(r"=\s*(?=[\[{]\s*[\[{\"'\w])")
_PARSED = re.compile(r"""JSON\.parse\(\s*(["'`])((?:[^\\]|\\.)*?)\1\s*\)""", re.S)
_IN_ATTRIBUTE = re.compile(r"""\s(?:data-[\w-]+|x-data|:[\w-]+)\s*=\s*(?:'([\[{][^']*)'|"([\[{][^"]*)")""")
_FIELD = re.compile(r"\{(\w*)\}")
_YEAR_NAMES = frozenset({"annee", "year", "an", "exercice", "y", "yyyy", "millesime"})
_PAGE_NAMES = frozenset({"page", "currentpage", "p", "pagenumber", "pageindex", "numpage", "paged"})
_LITERAL = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`)|(?P<mark>[\[\]{},:])"""
    r"""|(?P<word>-?[\w$.+]+)|(?P<note>//[^\n]*|/\*.*?\*/))""",
    re.S,
)


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the data of a page's scripts come from."""

    endpoints: tuple[str, ...] = ()  # absolute addresses to ask for
    templates: tuple[str, ...] = ()  # absolute, with fields of entries in braces
    values: tuple[Any, ...] = ()  # data written into the page
    papers: tuple[str, ...] = ()  # documents that a script names, as written


def has_signs(html: str) -> bool:
    """Whether the page or script holds anything that ``sources`` might read; cheap."""
    return bool(_SIGNS.search(html))


def sources(html: str, page: Page, year: int) -> Sources:
    """All that a page's own scripts and attributes tell of its data."""
    tree = LexborHTMLParser(html)
    values: list[Any] = []
    programs = []
    for script in tree.css("script"):
        text = script.text() or ""
        kind = attribute(script, "type").lower()
        if "json" in kind:
            if "ld+json" not in kind and len(text) <= MAX_VALUE:
                values += _strict(text)
        elif text and not attribute(script, "src"):
            programs.append(text[:MAX_SCRIPT])
    for single, double in _IN_ATTRIBUTE.findall(html[:MAX_VALUE]):
        values += _literal(entities.unescape(single or double), 0)
    told = script_sources("\n".join(programs), page, year)
    return Sources(told.endpoints, told.templates, (*values, *told.values), told.papers)


def script_sources(program: str, page: Page, year: int) -> Sources:
    """What one script tells: the addresses it asks for, those it builds, the values it holds."""
    constants = {name: text for name, _, text in _CONSTANT.findall(program) if "/" in text or "." in text}
    asked = [_expression(program, match.end(), constants) for match in _CALL.finditer(program)]
    asked += [found for found in _PATHLIKE.findall(program) if not found.endswith((".js", ".css"))]
    built = [_filled(found, constants) for found in _BUILT.findall(program)]
    joined = ((match.group(1), match.end() + 1) for match in _JOINED.finditer(program))
    built += [front + _expression(program, end, constants, joined=True) for front, end in joined]
    built += [_expression(program, match.end(), constants) for match in _ASSIGNED.finditer(program)]
    endpoints: list[str] = []
    templates: list[str] = []
    for address in (found for text in dict.fromkeys(asked) for found in _complete(text, page, year)):
        (templates if "{" in address else endpoints).append(address)
    resolved = (_resolved(text, page.url) for text in dict.fromkeys(built) if _FIELD.search(text))
    templates += [address for address in resolved if address]
    values = [value for found in _values(program) for value in found]
    papers = dict.fromkeys(found.replace("\\/", "/") for found in _PAPER.findall(program))
    return Sources(tuple(dict.fromkeys(endpoints)), tuple(dict.fromkeys(templates)), tuple(values), tuple(papers))


# ---------------------------------------------------------------------- addresses


def _expression(program: str, at: int, constants: dict[str, str], joined: bool = False) -> str:
    """The text that strings and names joined by ``+`` amount to; names that are no constants become fields."""
    parts: list[str] = []
    if joined:
        plus = re.compile(r"\s*\+").match(program, at)
        if plus is None:
            return ""
        at = plus.end()
    while len(parts) < 12:
        term = _TERM.match(program, at)
        if term is None:
            break
        literal = next((term[kind] for kind in ("double", "single") if term[kind] is not None), None)
        if joined and literal is not None and literal[:1] in {'"', "'", ">", "\\"}:
            break  # the attribute ends here
        if literal is not None:
            parts.append(literal.replace("\\/", "/"))
        elif term["back"] is not None:
            parts.append(_filled(term["back"], constants))
        else:
            parts.append(_named(term["name"] or term["inner"], constants))
        at = term.end()
        if program[at : at + 1] != "+":
            break
        at += 1
    return "".join(parts).strip()


def _named(name: str, constants: dict[str, str]) -> str:
    last = name.replace("?", "").rsplit(".", 1)[-1]
    return constants.get(last) or "{" + re.sub(r"\W", "", last) + "}"


def _filled(template: str, constants: dict[str, str]) -> str:
    return _FILLED.sub(lambda match: _named(match.group(1), constants), template)


def _complete(text: str, page: Page, year: int) -> Iterator[str]:
    """An address to ask for, its years and page filled in; what else is missing keeps its braces."""
    address = _resolved(text, page.url)
    if address is None:
        return
    variants = [address]
    for name in _FIELD.findall(address):
        plain = fold(name).replace(" ", "")
        if plain in _YEAR_NAMES or plain.startswith(("annee", "year")):
            told = {named for named in urls.years(page.text) if 1995 <= named <= year + 1} | {year, year - 1}
            years = sorted(told, reverse=True)[:MAX_YEARS]
            variants = [one.replace("{" + name + "}", str(chosen)) for one in variants for chosen in years]
        elif plain in _PAGE_NAMES:
            variants = [one.replace("{" + name + "}", "1") for one in variants]
    yield from variants


def _resolved(text: str, base: str) -> str | None:
    """Absolute, braces kept; None where it is no address."""
    if not text or text.startswith("{") or re.search(r"[\s<>]", text) or ("/" not in text and "." not in text):
        return None
    found = urls.absolute(base, text.replace("{", "%7B").replace("}", "%7D"))
    return found.replace("%7B", "{").replace("%7D", "}") if found else None


# ---------------------------------------------------------------------- values


def _values(program: str) -> Iterator[list[Any]]:
    """Objects and lists that a script assigns, where they hold an address; and texts that it parses."""
    end = 0
    for match in _VALUE.finditer(program):
        if match.end() >= end:
            found = _literal(program, match.end())
            if found:
                end = match.end() + 2
                yield found
    for _, text in _PARSED.findall(program[:MAX_VALUE]):
        try:
            yield _strict(json.loads(f'"{text}"') if '\\"' in text or "\\u" in text else text.replace("\\'", "'"))
        except ValueError:
            continue


def _strict(text: str) -> list[Any]:
    try:
        return [json.loads(text)]
    except (ValueError, RecursionError):
        return []


def _literal(text: str, at: int) -> list[Any]:
    """The literal that begins at ``at``: JSON, or what JavaScript allows beside (bare keys, other quotes, commas)."""
    try:
        return [json.JSONDecoder().raw_decode(text, at)[0]]
    except (ValueError, RecursionError):
        pass
    parts: list[str] = []
    depth = 0
    while at < len(text) and len(parts) < 200_000:
        token = _LITERAL.match(text, at)
        if token is None:
            return []
        at = token.end()
        if token["mark"]:
            depth += (token["mark"] in "[{") - (token["mark"] in "]}")
            if token["mark"] in "]}" and parts and parts[-1] == ",":
                parts.pop()
            parts.append(token["mark"])
            if depth == 0:
                break
        elif token["text"]:
            parts.append(_quoted(token["text"]))
        elif token["word"]:
            parts.append(_word(token["word"]))
    return _strict("".join(parts))


def _quoted(token: str) -> str:
    if token[0] == '"':
        return token.replace("\n", " ").replace("\\'", "'")
    inside = re.sub(r'(?<!\\)"', r"\"", token[1:-1].replace("\\'", "'"))
    return f'"{inside}"'.replace("\n", " ")


def _word(token: str) -> str:
    if token in {"true", "false", "null"} or re.fullmatch(r"-?\d+(?:\.\d+)?", token):
        return token
    return "null" if token in {"undefined", "NaN"} else json.dumps(token)
