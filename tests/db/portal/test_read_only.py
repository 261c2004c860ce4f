"""Nothing can be written through the portal, on any of its routes; a slow question ends; private files are away."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import quote

import pytest

from db.portal.page import DATABASE
from db.portal.plugin import NAME

METHODS = ("POST", "PUT", "PATCH", "DELETE")
# A value for each part of a route's pattern that has a name; anything for the others.
PARTS = {"database": DATABASE, "table": "flags", "pks": "f-70", "format": "json", "id": "s-70", "department": "29"}
ENDLESS = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n"
REFUSED = (
    "attach database 'desk.db' as other",
    "pragma writable_schema=1",
    "pragma journal_mode=delete",
    "vacuum into '/nowhere/copy.db'",
    "select load_extension('/nowhere/module')",
    "select writefile('x', 'y')",
    "insert into flags select * from flags",
    "create table t(x)",
    "drop table flags",
    "reindex",
    "begin; delete from flags",
    "with gone as (delete from flags returning *) select * from gone",
    "explain query plan delete from flags; delete from flags",
    "select edit('x')",
)


def addresses(portal) -> list[str]:
    """An address that matches each route of the router, as Datasette has it with our plugin."""
    found = []
    for pattern, _ in portal.datasette._routes():
        text = pattern.pattern
        text = re.sub(r"\(\?P<language>/en\)\?", "", text)
        text = re.sub(r"\(\?!.*?\)\$\)|\(\?![^()]*(?:\([^()]*\)[^()]*)*\)", "", text)
        text = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)[?*+]?", lambda m: PARTS.get(m[1], "x"), text)
        text = re.sub(r"\((?:\?:)?[^()]*\)[?*]", "", text)
        text = text.strip("^$").replace("/?", "").replace(r"\.", ".").replace(".+", "x").replace(".*", "x")
        found.append(re.sub(r"[\\?]", "", text) or "/")
    return sorted(set(found))


def state(portal) -> list[tuple[str, bytes]]:
    """Every file of the home but what SQLite keeps beside a database that is read."""
    files = sorted(each for each in portal.home.root.rglob("*") if each.is_file())
    return [(each.name, each.read_bytes()) for each in files if not each.name.endswith(("-shm", "-wal"))]


@pytest.mark.parametrize("public", [False, True])
def test_no_route_takes_what_writes(open_portal, public) -> None:
    portal = open_portal(public=public)
    before = state(portal)
    asked = addresses(portal)
    assert len(asked) > 30
    assert {"/", "/search", "/session/s-70", f"/{DATABASE}", f"/{DATABASE}/flags"} <= set(asked)
    assert "/review" not in {each for each in asked if portal.get(each).status_code == 200}
    taken = {}
    for address in asked:
        for method in METHODS:
            status = portal.ask(method, address, content=b"{}").status_code
            if status not in (403, 404, 405):
                taken[method, address] = status
    assert taken == {}
    assert state(portal) == before


def test_the_review_alone_takes_posts_and_not_without_its_token(open_portal) -> None:
    portal = open_portal(token="the-right-token")
    before = state(portal)
    for method in METHODS:
        open_to = {each for each in addresses(portal) if portal.ask(method, each).status_code not in (403, 404, 405)}
        assert open_to <= ({"/review"} if method == "POST" else set())
    given = {"action": "dismiss", "flag": "f-70", "word": "guessed", "token": "guessed"}
    assert portal.ask("POST", "/review", data=given).status_code == 403
    assert state(portal) == before


def test_every_hook_of_ours_is_on_the_router(portal) -> None:
    from datasette.plugins import pm

    assert pm.has_plugin(NAME)
    patterns = {pattern.pattern for pattern, _ in portal.datasette._routes()}
    assert {page for page in patterns if "review" in page} == set(), "the review exists without its switch"


def test_an_endless_question_ends_with_a_page_that_says_why(portal) -> None:
    answer = portal.get(f"/{DATABASE}?sql={quote(ENDLESS)}")
    assert answer.status_code == 400
    assert "time limit" in answer.text or "SQL Interrupted" in answer.text
    assert portal.get(f"/{DATABASE}.json?sql={quote(ENDLESS)}").json()["ok"] is False
    assert portal.get("/-/settings.json").json()["sql_time_limit_ms"] <= 1000


def test_strangers_ask_no_questions_of_their_own(public_portal) -> None:
    for sql in ("select 1", "select * from pragma_database_list", *REFUSED):
        assert public_portal.get(f"/{DATABASE}.json?sql={quote(sql)}").status_code == 403


def test_no_limit_can_be_lifted_by_the_reader(portal) -> None:
    assert portal.get(f"/{DATABASE}?_timelimit=999999&sql={quote(ENDLESS)}").status_code == 400


@pytest.mark.parametrize("sql", REFUSED)
def test_what_is_no_plain_question_is_refused(portal, sql) -> None:
    before = state(portal)
    answer = portal.get(f"/{DATABASE}.json?sql={quote(sql)}")
    assert answer.status_code == 400, answer.text[:300]
    assert state(portal) == before


@pytest.mark.parametrize(
    "name", ["desk", "private", "desk.db", "private.db", "_internal", "../desk", "%2e%2e%2fprivate"]
)
@pytest.mark.parametrize(
    "form", ["/{}", "/{}.json", "/{}.db", "/{}/alerts", "/archive/{}", "/-/{}", "/file/{}", "/feeds/{}"]
)
def test_the_private_files_have_no_address(portal, name, form) -> None:
    answer = portal.get(form.format(name))
    assert answer.status_code in (302, 403, 404), answer.text[:200]
    assert answer.status_code != 302 or answer.headers["location"].startswith("/")
    assert b"SQLite format 3" not in answer.content


def test_a_connection_of_the_pool_cannot_write_and_serves_on_after_it_tried(open_portal) -> None:
    portal = open_portal()

    async def write() -> str:
        try:
            await portal.datasette.get_database(DATABASE).execute_fn(lambda each: each.execute("DELETE FROM flags"))
        except Exception as error:
            return str(error)
        return "written"

    assert all("readonly" in asyncio.run(write()) for _ in range(8))
    assert all(portal.get("/").status_code == 200 for _ in range(8))
