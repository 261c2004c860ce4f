"""*Review*: closed unless it is asked for, opened by its token alone, and the only page that writes."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest

from crawler.config import Config, Operator

TOKEN = "a-token-of-the-operator"
FORM = {"content-type": "application/x-www-form-urlencoded"}


@dataclass
class Reviewer:
    """A browser at the review."""

    portal: Any
    cookie: str = ""

    def get(self, query: str = "") -> Any:
        return self.portal.get(f"/review{query}", headers={"cookie": self.cookie})

    def post(self, **fields: str) -> Any:
        headers = FORM | {"cookie": self.cookie}
        return self.portal.ask("POST", "/review", content=urlencode(fields).encode(), headers=headers)

    def enter(self, token: str = TOKEN) -> Any:
        answer = self.post(token=token)
        self.cookie = answer.headers.get("set-cookie", "").partition(";")[0]
        return answer

    def word(self) -> str:
        return re.search(r'name="word" value="([^"]+)"', self.get().text)[1]


@pytest.fixture
def desk(own_papers, open_portal):
    portal = open_portal(home=own_papers.home, token=TOKEN, config=Config(Operator("veille@example.org")))
    return Reviewer(portal)


def rows(home, database: str, sql: str) -> list[Any]:
    with closing(sqlite3.connect(home.root / database)) as db:
        return db.execute(sql).fetchall()


@pytest.mark.parametrize("more", [{}, {"public": True}])
def test_there_is_no_review_unless_it_is_asked_for(own_papers, open_portal, more):
    portal = open_portal(home=own_papers.home, **more)
    assert portal.get("/review").status_code == 404
    assert portal.ask("POST", "/review", content=b"token=").status_code == 405
    assert "/review" not in portal.get("/").text
    assert not own_papers.home.desk.exists()


def test_without_the_token_nothing_is_told_and_nothing_written(desk, own_papers):
    for answer in (
        desk.get(),
        desk.enter("a-token-of-the-operatos"),
        desk.enter(""),
        desk.post(action="dismiss", flag="f-1"),
    ):
        assert answer.status_code in (401, 403)
        assert "vidéoprotection" not in answer.text
        assert "set-cookie" not in answer.headers
    assert not own_papers.home.desk.exists()


def test_the_cookie_is_for_this_site_and_no_script(desk):
    answer = desk.enter()
    assert (answer.status_code, answer.headers["location"]) == (303, "/review")
    told = answer.headers["set-cookie"]
    assert "HttpOnly" in told
    assert "SameSite=Strict" in told
    assert TOKEN not in told
    page = desk.get()
    assert page.status_code == 200
    assert TOKEN not in page.text
    assert desk.portal.get("/review", headers={"cookie": "tocsin_review=other"}).status_code == 401


def test_a_flag_is_dismissed_with_a_note_and_comes_back(desk, own_papers):
    desk.enter()
    page = desk.get()
    assert "<mark>vidéoprotection</mark>" in page.text
    assert "terme « videoprotection » : 0 confirmés, 0 écartés" in page.text.replace("\u202f", " ").replace("\xa0", " ")
    assert f'/document/{own_papers.agenda}?page=2"' in page.text
    word = desk.word()
    done = desk.post(word=word, flag="f-1", action="dismiss", note="  des caméras\nde théâtre ")
    assert (done.status_code, done.headers["location"]) == (303, "/review?done=f-1&did=dismiss")
    assert rows(own_papers.home, "archive.db", "SELECT flag_id FROM dismissals") == [("f-1",)]
    assert rows(own_papers.home, "desk.db", "SELECT verdict, note FROM reviews") == [
        ("dismissed", "des caméras de théâtre")
    ]
    assert "Rien à relire" in desk.get().text
    assert "f-1" not in desk.portal.get("/session/s-1").text
    assert "<mark>" not in desk.portal.get(f"/document/{own_papers.agenda}?page=2").text
    dismissed = desk.get("?state=dismissed").text
    assert "des caméras de théâtre" in dismissed
    assert "0 confirmés, 1 écartés" in dismissed
    desk.post(word=word, flag="f-1", action="undo", state="dismissed")
    assert rows(own_papers.home, "archive.db", "SELECT count(*) FROM dismissals") == [(0,)]
    assert "<mark>" in desk.portal.get(f"/document/{own_papers.agenda}?page=2").text
    desk.post(word=word, flag="f-1", action="confirm")
    assert "1 confirmés, 0 écartés" in desk.get("?state=confirmed").text


def test_a_forged_or_broken_form_writes_nothing(desk, own_papers):
    desk.enter()
    word = desk.word()
    assert desk.post(word="", flag="f-1", action="dismiss").status_code == 403
    assert desk.post(word=word[:-1] + "é", flag="f-1", action="dismiss").status_code == 403
    assert desk.post(word=word, flag="f-1", action="erase").status_code == 400
    assert desk.post(word=word, flag="", action="dismiss").status_code == 400
    assert desk.post(word=word, flag="f-none", action="dismiss").status_code == 404
    assert desk.post(word=word, flag="f-1", action="dismiss", note="x" * 20_000).status_code == 413
    headers = FORM | {"cookie": desk.cookie}
    assert desk.portal.ask("POST", "/review", content=b"\xff\xfe%00", headers=headers).status_code in (403, 413)
    assert desk.get("?action=dismiss&flag=f-1&word=" + word).status_code == 200
    assert rows(own_papers.home, "archive.db", "SELECT count(*) FROM dismissals") == [(0,)]


def test_guessing_is_slowed_down_for_everybody(desk):
    for number in range(5):
        assert desk.enter(f"guess {number}").status_code == 403
    assert desk.enter().status_code == 403
    from datetime import timedelta

    site = desk.portal.site
    assert site.gate.enter(TOKEN, site.clock() + timedelta(minutes=2)) is not None


def test_a_session_ends(desk):
    from datetime import timedelta

    desk.enter()
    desk.post(word=desk.word(), action="leave")
    assert desk.get().status_code == 401
    site = desk.portal.site
    key = site.gate.enter(TOKEN, site.clock())
    desk.cookie = f"tocsin_review={key}"
    assert desk.get().status_code == 200
    for name, session in list(site.gate.sessions.items()):
        site.gate.sessions[name] = type(session)(session.word, site.clock() - timedelta(seconds=1))
    assert desk.get().status_code == 401


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_no_other_address_takes_anything_while_the_review_is_open(desk, own_papers, method):
    desk.enter()
    headers = FORM | {"cookie": desk.cookie}
    sha = own_papers.sha(own_papers.agenda)
    for path in (
        "/", "/archive", "/archive/flags", "/archive/flags/f-1", "/archive.json", "/-/messages", "/-/permissions",
        "/-/logout",
        f"/document/{own_papers.agenda}", f"/file/{sha}", f"/page-image/{own_papers.agenda}/v1/1", "/session/s-1",
        "/search",
        "/feeds/tocsin.atom", "/static/portal.css", "/review/x", "/en", "/nowhere",
    ):  # fmt: skip
        assert desk.portal.ask(method, path, content=b"a=b", headers=headers).status_code in (404, 405), path
    if method != "POST":
        assert desk.portal.ask(method, "/review", content=b"a=b", headers=headers).status_code == 405


def test_in_public_mode_too_a_dismissal_can_be_taken_back(own_papers, open_portal):
    portal = open_portal(home=own_papers.home, public=True, token=TOKEN, config=Config(Operator("veille@example.org")))
    desk = Reviewer(portal)
    desk.enter()
    word = desk.word()
    desk.post(word=word, flag="f-1", action="dismiss")
    assert "f-1" in desk.get("?state=dismissed").text
    desk.post(word=word, flag="f-1", action="undo")
    assert rows(own_papers.home, "archive.db", "SELECT count(*) FROM dismissals") == [(0,)]
