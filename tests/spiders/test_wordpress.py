"""A council whose site is made with WordPress, its REST interface as the handbook has it. All is invented."""

from __future__ import annotations

import html
import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.models import Council, Entry
from spiders.api import Clue
from spiders.discovery import recognise
from spiders.wordpress import WordPressSpider
from spiders.wordpress_rows import other_base, route

ROOT = "/wp-json/"


class Blog:
    """A WordPress: pages of a theme, and ``wp/v2`` with its parameters, headers and errors."""

    def __init__(self, site: Any, kit: Any) -> None:
        self.site, self.kit = site, kit
        self.items: dict[str, list[dict[str, Any]]] = {"posts": [], "pages": [], "media": []}
        self.plain = self.linked = False
        self.closed: dict[str, tuple[int, str]] = {}
        self.before = b""  # notices of PHP
        self.totals = True
        self.linked = True
        self.home()
        site.fallback = self.answer

    def home(self, body: str = "<h1>Bienvenue à Valmont</h1><p>Vie locale et démarches.</p>") -> None:
        root = self.site.url.rstrip("/") + ("/index.php?rest_route=/" if self.plain else ROOT)
        link = f'<link rel="https://api.w.org/" href="{html.escape(root)}">' if self.linked else ""
        head = f"{link}<link rel=stylesheet href='{self.site.url}wp-content/themes/x/style.css'>"
        self.site.page("/", f"<main>{body}</main>")
        answer = self.site.answers["/"]
        self.site.answers["/"] = self.kit.Answer(answer.body.replace(b"</head>", head.encode() + b"</head>"))

    def text(
        self, kind: str, title: str, content: str, modified: str = "2026-02-25T10:00:00", page: bool = True
    ) -> int:
        number = 100 + sum(map(len, self.items.values()))
        path = f"/{kind}-{number}/"
        link = self.site.url.rstrip("/") + path
        self.items[kind].append(
            {
                "id": number, "type": kind.removesuffix("s"), "date_gmt": modified, "modified_gmt": modified,
                "link": link,
                "title": {"rendered": html.escape(title)}, "content": {"rendered": content, "protected": False},
                "excerpt": {"rendered": content[:80]},
            }
        )  # fmt: skip
        if page:
            self.site.page(path, f"<main><h1>{title}</h1>{content}</main>", title=title)
        return number

    def file(self, title: str, path: str, lines: list[str], parent: int = 0, date: str = "2026-02-25T10:00:00") -> None:
        self.items["media"].append(
            {
                "id": 100 + sum(map(len, self.items.values())), "type": "attachment", "date_gmt": date,
                "modified_gmt": date, "link": f"{self.site.url}?attachment_id=9", "title": {"rendered": title},
                "post": parent or None, "media_type": "file", "mime_type": "application/pdf",
                "source_url": path if "://" in path else self.site.url.rstrip("/") + path, "author": 1,
                "description": {"rendered": "<p>" + "x" * 400 + "</p>"},
            }
        )  # fmt: skip
        if lines and "://" not in path:
            self.site.pdf(path, lines)

    # ------------------------------------------------------------------ the interface

    def answer(self, path: str) -> Any:
        parts = urlsplit(path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if self.plain:
            where = query.pop("rest_route", "") if parts.path == "/index.php" else ""
        else:
            where = parts.path.removeprefix("/wp-json") if parts.path.startswith("/wp-json") else ""
        kind = where.strip("/").removeprefix("wp/v2/")
        if kind not in self.items:
            return None
        if kind in self.closed:
            status, code = self.closed[kind]
            return self.error(status, code)
        return self.collection(kind, query)

    def error(self, status: int, code: str) -> Any:
        body = {"code": code, "message": "Désolé, vous n’avez pas l’autorisation.", "data": {"status": status}}
        return self.kit.Answer(json.dumps(body).encode(), "application/json", status, validators=False)

    def collection(self, kind: str, query: dict[str, str]) -> Any:
        size, number = int(query.get("per_page", "10")), int(query.get("page", "1"))
        if not 1 <= size <= 100 or query.get("orderby", "date") not in ("date", "modified", "id", "include", "title"):
            return self.error(400, "rest_invalid_param")
        rows = self.items[kind]
        if "search" in query:
            said = query["search"].lower()
            rows = [one for one in rows if said in (one["title"]["rendered"] + one["content"]["rendered"]).lower()]
        if "include" in query:
            rows = [one for one in rows if str(one["id"]) in query["include"].split(",")]
        if query.get("media_type") == "application":
            rows = [one for one in rows if not one["mime_type"].startswith("image/")]
        key = "modified_gmt" if query.get("orderby") == "modified" else "date_gmt"
        rows = sorted(rows, key=lambda one: (one[key], one["id"]), reverse=query.get("order", "desc") == "desc")
        pages = -(-len(rows) // size)
        if number > max(pages, 1):
            return self.error(400, "rest_post_invalid_page_number")
        rows = [_fields(one, query.get("_fields")) for one in rows[(number - 1) * size : number * size]]
        headers = {"X-WP-Total": str(len(rows)), "X-WP-TotalPages": str(pages)} if self.totals else {}
        body = self.before + json.dumps(rows).encode()
        return self.kit.Answer(body, "application/json; charset=UTF-8", headers=headers, validators=False)

    def asked(self, kind: str) -> list[str]:
        return [path for path in self.site.asked if f"wp/v2/{kind}" in path]


def _fields(row: dict[str, Any], wanted: str | None) -> dict[str, Any]:
    """``_fields=id,title.rendered`` keeps that of a row."""
    if not wanted:
        return row
    kept: dict[str, Any] = {}
    for name in wanted.split(","):
        top, _, inner = name.partition(".")
        if top in row:
            kept[top] = {**kept.get(top, {}), inner: row[top].get(inner)} if inner else row[top]
    return kept


@pytest.fixture
def blog(site: Any, kit: Any) -> Blog:
    return Blog(site, kit)


def crawl(crawls: Any, site: Any) -> dict[str, Any] | None:
    return next((one for one in crawls.all(site) if one["spider"] == "wordpress"), None)


AGENDA = (
    "<p>Le conseil municipal se réunira le jeudi 12 mars 2026 à 18 h 30, salle du conseil.</p><h2>Ordre du jour</h2>"
)
POINTS = "<ol><li>Budget primitif</li><li>Extension de la vidéoprotection</li><li>Questions diverses</li></ol>"
NEWS = "<p>Grande fête du village sur la place, avec un bal.</p>"


def test_what_no_menu_leads_to_is_found(crawls: Any, blog: Blog, kit: Any):
    parent = blog.text("posts", "Conseil municipal : séance du 12 mars", NEWS, page=False)
    blog.file(
        "Ordre du jour du conseil municipal du 12 mars 2026",
        "/wp-content/uploads/2026/02/odj.pdf",
        kit.agenda("12 mars 2026"),
    )
    blog.file("scan0012", "/wp-content/uploads/2026/02/scan0012.pdf", kit.agenda("5 février 2026"), parent)
    blog.file("Menus de la cantine", "/wp-content/uploads/2026/02/menus.pdf", ["Lundi : gratin"])
    blog.file("Kermesse", "/wp-content/uploads/2026/02/k.jpg", [])
    report = crawl(crawls, blog.site)
    assert report is not None and (report["source_state"], report["state"]) == ("ok", "ok")
    assert crawls.documents() == {"/wp-content/uploads/2026/02/odj.pdf", "/wp-content/uploads/2026/02/scan0012.pdf"}
    assert crawls.query("SELECT link_text, heading FROM documents WHERE url LIKE '%scan0012.pdf'") == [
        ("scan0012", "Conseil municipal : séance du 12 mars"),
    ]  # fmt: skip
    assert crawls.query("SELECT date FROM sessions ORDER BY 1") == [("2026-02-05",), ("2026-03-12",)]
    assert {one for (one,) in crawls.query("SELECT spider FROM entries")} == {"wordpress"}


def test_a_post_that_is_the_announcement_itself(crawls: Any, blog: Blog):
    blog.text("posts", "Fête du village", NEWS)
    blog.text("posts", "Conseil municipal du 12 mars 2026", AGENDA + POINTS)
    report = crawl(crawls, blog.site)
    assert report is not None and report["documents_new"] == 1
    assert crawls.documents() == {"/posts-101/"} and "/posts-100/" not in blog.site.asked
    assert crawls.query("SELECT s.date, count(*) FROM sessions s JOIN items i ON i.session_id = s.id") == [
        ("2026-03-12", 3)
    ]


def test_an_unchanged_council_costs_three_requests(crawls: Any, blog: Blog, kit: Any):
    blog.text("posts", "Conseil municipal du 12 mars 2026", AGENDA + POINTS)
    blog.text(
        "pages",
        "Conseil municipal",
        "<ul><li><a href='/wp-content/uploads/pv.pdf'>Procès-verbal du 3 mars 2026</a></li></ul>",
    )
    blog.site.pdf("/wp-content/uploads/pv.pdf", ["PROCES-VERBAL", "Conseil municipal, séance du 3 mars 2026"])
    for number in range(30):
        blog.file(
            f"PV du conseil municipal {number}",
            f"/wp-content/uploads/old/{number}.pdf",
            ["x"],
            date=f"2019-01-01T00:{number % 60:02}:00",
        )
    crawls(blog.site)
    blog.site.forget()
    crawls.now = "2026-03-03T09:00+00:00"
    report = crawl(crawls, blog.site)
    assert report is not None and (report["versions_new"], report["source_state"]) == (0, "ok")
    asked = [path for kind in ("posts", "pages", "media") for path in blog.asked(kind)]
    assert len(asked) == 3 and report["requests"] <= 6
    assert report["documents_listed"] >= 31


def test_a_post_that_changed_is_read_again(crawls: Any, blog: Blog):
    blog.text("posts", "Conseil municipal du 12 mars 2026", AGENDA + POINTS)
    crawls(blog.site)
    blog.items["posts"].clear()
    more = POINTS.replace("<li>Questions", "<li>Acquisition de drones pour la police municipale</li><li>Questions")
    blog.text("posts", "Conseil municipal du 12 mars 2026", AGENDA + more, modified="2026-03-02T20:00:00")
    crawls.now = "2026-03-04T09:00+00:00"
    crawls(blog.site)
    assert crawls.versions() == 2 and blog.site.asked.count("/posts-100/") == 2


def test_plain_permalinks(crawls: Any, blog: Blog, kit: Any):
    blog.plain = True
    blog.home()
    blog.file("Convocation du conseil municipal", "/wp-content/uploads/2026/02/c.pdf", kit.agenda("12 mars 2026"))
    assert crawl(crawls, blog.site)["documents_new"] == 1  # type: ignore[index]


def test_without_its_link_the_other_form_of_the_address_is_tried(crawls: Any, blog: Blog, kit: Any):
    blog.plain, blog.linked = True, False
    blog.home()
    blog.file("Convocation du conseil municipal", "/wp-content/uploads/2026/02/c.pdf", kit.agenda("12 mars 2026"))
    report = crawl(crawls, blog.site)
    assert report is not None and (report["documents_new"], report["source_state"]) == (1, "ok")
    assert [path for path in blog.site.asked if path.startswith("/wp-json/wp/v2/posts")]


@pytest.mark.parametrize(("status", "code"), [(401, "rest_disabled"), (403, "rest_forbidden"), (404, "rest_no_route")])
def test_a_closed_interface_is_noted_and_left(crawls: Any, blog: Blog, kit: Any, status: int, code: str):
    blog.site.page(
        "/conseil", "<main><h1>Conseil municipal</h1><a href='/a.pdf'>Ordre du jour du 10 mars 2026</a></main>"
    )
    blog.site.pdf("/a.pdf", kit.agenda("10 mars 2026"))
    blog.home("<h1>Valmont</h1><a href='/conseil'>Conseil municipal</a>")
    blog.closed = dict.fromkeys(("posts", "pages", "media"), (status, code))
    reports = {one["spider"]: one for one in crawls.all(blog.site)}
    assert reports["site"]["source_state"] == "ok"
    assert reports["wordpress"]["source_state"] == "quiet" and str(status) in str(reports["wordpress"]["reason"])
    assert len(blog.asked("posts") + blog.asked("pages") + blog.asked("media")) <= 3


def test_a_closed_list_of_posts_leaves_the_media(crawls: Any, blog: Blog, kit: Any):
    blog.closed = {"posts": (401, "rest_cannot_read")}
    blog.file(
        "Ordre du jour du conseil municipal du 12 mars 2026", "/wp-content/uploads/odj.pdf", kit.agenda("12 mars 2026")
    )
    report = crawl(crawls, blog.site)
    assert report is not None and (report["documents_new"], report["source_state"]) == (1, "ok")


def test_notices_of_php_and_missing_totals(crawls: Any, blog: Blog, kit: Any):
    blog.before, blog.totals = b"<br />\n<b>Deprecated</b>: Function [create_function] is deprecated\n", False
    title = "PV &#8211; s&eacute;ance du conseil municipal, l&#8217;an 2026 &amp; apr&egrave;s"
    blog.file(title, "/wp-content/uploads/pv.pdf", ["PROCES-VERBAL", "Conseil municipal du 5 février 2026"])
    report = crawl(crawls, blog.site)
    assert report is not None and report["documents_new"] == 1
    assert crawls.query("SELECT link_text FROM documents") == [("PV – séance du conseil municipal, l’an 2026 & après",)]


def test_uploads_on_another_host(crawls: Any, blog: Blog, make_site: Any, kit: Any):
    store = make_site()
    store.pdf("/uploads/odj-cm.pdf", kit.agenda("12 mars 2026"))
    blog.file("Ordre du jour du conseil municipal", f"{store.url}uploads/odj-cm.pdf", [])
    assert crawl(crawls, blog.site)["documents_new"] == 1  # type: ignore[index]
    assert store.asked == ["/robots.txt", "/uploads/odj-cm.pdf"]


def test_more_new_media_than_one_page_holds(crawls: Any, blog: Blog, kit: Any):
    blog.file("Ordre du jour du conseil du 12 mars 2026", "/wp-content/uploads/odj.pdf", kit.agenda("12 mars 2026"))
    crawls(blog.site)
    for number in range(130):
        blog.file(f"Fleurs {number}", f"/wp-content/uploads/{number}.pdf", [], date="2026-03-05T10:00:00")
    blog.file(
        "Convocation du conseil municipal du 9 avril",
        "/wp-content/uploads/c.pdf",
        kit.agenda("9 avril 2026"),
        date="2026-03-04T09:00:00",
    )
    crawls.now = "2026-03-06T09:00+00:00"
    report = crawl(crawls, blog.site)
    assert report is not None and report["documents_new"] == 1 and len(blog.asked("media")) <= 4


def test_robots_txt_is_obeyed(crawls: Any, blog: Blog, kit: Any):
    blog.site.answers["/robots.txt"] = kit.Answer(b"User-agent: *\nDisallow: /wp-json/\n", "text/plain")
    blog.file("Ordre du jour du conseil municipal", "/wp-content/uploads/odj.pdf", kit.agenda("12 mars 2026"))
    report = crawl(crawls, blog.site)
    assert report is not None and report["robots_denied"] == 1 and not blog.asked("posts")


# ---------------------------------------------------------------------- signs


def clue(**more: Any) -> Clue:
    values = {"url": "https://www.valmont.example/mairie/", "council": Council("c", "Valmont", "commune"), **more}
    return Clue(**values)


def test_signs():
    def entries(**more: Any) -> list[str]:
        return [entry.url for entry in WordPressSpider.recognise(clue(**more))]

    api = "https://www.valmont.example/wp-json/"
    assert entries(relations=(("https://api.w.org/", api),)) == [api]
    assert entries(relations=(("https://api.w.org/", "https://other.example/wp-json/"),)) == []
    header = {"link": '<https://valmont.example/index.php?rest_route=/>; rel="https://api.w.org/"'}
    assert entries(headers=header) == ["https://valmont.example/index.php?rest_route=/"]
    below = ("https://www.valmont.example/blog/wp-content/uploads/2026/a.pdf",)
    assert entries(links=below) == ["https://www.valmont.example/blog/wp-json/"]
    assert entries(links=("https://cdn.example/wp-content/a.pdf",)) == []
    assert entries(html="<img src='/wp-content/uploads/logo.png'>") == [api]
    assert entries(generator="WordPress 6.4", home=True) == [api] and entries(generator="WordPress 6.4") == []
    assert entries(generator="TYPO3", home=True) == []


def test_discovery_gives_it_once():
    links = ("https://www.valmont.example/wp-content/a.css", "https://www.valmont.example/wp-includes/b.js")
    found = [entry for entry in recognise(clue(links=links)) if entry.spider == "wordpress"]
    assert [type(entry) for entry in found] == [Entry]


def test_addresses_of_the_interface():
    plain = "https://x.example/blog/index.php?rest_route=/"
    assert (
        other_base("https://x.example/blog/wp-json/") == plain
        and other_base(plain) == "https://x.example/blog/wp-json/"
    )
    assert route(plain, "posts", per_page=5) == f"{plain}wp/v2/posts&per_page=5"
    assert re.fullmatch(
        r"https://x\.example/wp-json/wp/v2/media\?_fields=a,b",
        route("https://x.example/wp-json/", "media", _fields="a,b"),
    )
