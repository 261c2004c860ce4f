"""A double of WordPress's public interface: posts, pages and media with the parameters that matter."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from tests.councils.ground import Ground, Reply

JSON = "application/json; charset=UTF-8"


@dataclass(frozen=True)
class Entry:
    """A row of the interface; ``stamp`` is its date in ISO 8601."""

    kind: str  # posts, pages, media
    number: int
    stamp: str
    slug: str
    title: str
    link: str
    content: str = ""
    source: str = ""
    categories: tuple[int, ...] = ()

    def shown(self) -> dict[str, Any]:
        out: dict[str, Any] = {
            "id": self.number,
            "date": self.stamp,
            "date_gmt": self.stamp,
            "modified": self.stamp,
            "modified_gmt": self.stamp,
            "slug": self.slug,
            "status": "publish",
            "type": self.kind[:-1],
            "link": f"@main@{self.link}",
            "title": {"rendered": self.title},
            "guid": {"rendered": f"@main@/?p={self.number}"},
        }
        if self.kind == "media":
            kind = "application/pdf" if self.source.endswith("pdf") else "application/octet-stream"
            return out | {
                "source_url": f"@main@{self.source}",
                "mime_type": kind,
                "media_type": "file",
                "type": "attachment",
                "status": "inherit",
                "description": {"rendered": ""},
                "caption": {"rendered": ""},
            }
        out |= {"content": {"rendered": self.content, "protected": False}, "excerpt": {"rendered": ""}}
        return out | ({"categories": list(self.categories)} if self.kind == "posts" else {"parent": 0})


def install(ground: Ground, entries: list[Entry], categories: dict[int, tuple[str, str]]) -> None:
    """Answer below /wp-json/ as WordPress does; ``categories``: number -> slug, name."""

    def answer(target: str) -> Reply | None:
        path, _, query = target.partition("?")
        path = path.rstrip("/")
        given = dict(parse_qsl(query))
        if path == "/wp-json":
            return _json(
                {
                    "name": ground.name,
                    "url": "@main@",
                    "home": "@main@",
                    "namespaces": ["oembed/1.0", "wp/v2"],
                    "routes": {"/wp/v2/posts": {}, "/wp/v2/pages": {}, "/wp/v2/media": {}},
                }
            )
        if path == "/wp-json/wp/v2/categories":
            return _json(
                [
                    {"id": number, "slug": slug, "name": name, "count": 9, "taxonomy": "category"}
                    for number, (slug, name) in categories.items()
                ]
            )
        if path == "/wp-json/wp/v2/types":
            return _json({"post": {"rest_base": "posts"}, "page": {"rest_base": "pages"}})
        kind, _, number = path.removeprefix("/wp-json/wp/v2/").partition("/")
        rows = [entry for entry in entries if entry.kind == kind]
        if number:
            one = [entry.shown() for entry in rows if str(entry.number) == number]
            return _json(one[0]) if one else _json({"code": "rest_post_invalid_id"}, status=404)
        if kind not in ("posts", "pages", "media"):
            return _json({"code": "rest_no_route", "message": "Aucune route", "data": {"status": 404}}, status=404)
        return _page(_chosen(rows, given), given)

    ground.behave(r"^/wp-json", answer)


def _chosen(rows: list[Entry], given: dict[str, str]) -> list[Entry]:
    for name in ("after", "modified_after"):
        if given.get(name):
            rows = [row for row in rows if row.stamp > given[name][:19]]
    for name in ("before", "modified_before"):
        if given.get(name):
            rows = [row for row in rows if row.stamp < given[name][:19]]
    if given.get("search"):
        words = given["search"].lower().split()
        rows = [row for row in rows if all(word in (row.title + row.content + row.source).lower() for word in words)]
    if given.get("slug"):
        rows = [row for row in rows if row.slug in given["slug"].split(",")]
    if given.get("categories"):
        rows = [row for row in rows if set(map(str, row.categories)) & set(given["categories"].split(","))]
    if given.get("media_type") or given.get("mime_type"):
        wanted = given.get("mime_type", "")
        rows = [
            row
            for row in rows
            if (not wanted or row.shown().get("mime_type") == wanted)
            and given.get("media_type", "file") in ("file", "application")
        ]
    if given.get("include"):
        rows = [row for row in rows if str(row.number) in given["include"].split(",")]
    if given.get("parent"):
        rows = []
    return sorted(rows, key=lambda row: row.stamp, reverse=given.get("order", "desc") != "asc")


def _page(rows: list[Entry], given: dict[str, str]) -> Reply:
    size = min(max(int(given.get("per_page", "10")), 1), 100)
    number = int(given.get("page", "1"))
    pages = -(-len(rows) // size)
    if number > max(pages, 1):
        return _json({"code": "rest_post_invalid_page_number", "data": {"status": 400}}, status=400)
    shown = [row.shown() for row in rows[(number - 1) * size : number * size]]
    if given.get("_fields"):
        fields = {name.partition(".")[0] for name in given["_fields"].split(",")}
        shown = [{name: value for name, value in row.items() if name in fields} for row in shown]
    return _json(shown, headers=(("X-WP-Total", str(len(rows))), ("X-WP-TotalPages", str(pages))))


def _json(value: object, *, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
    body = json.dumps(value, ensure_ascii=False).replace("/", "\\/").replace("@main@\\/", "@main@/").encode()
    return Reply(body, JSON, status, headers, validators=False)
