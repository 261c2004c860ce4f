"""*Document*: the page's image and text, provenance, our copy; hostile names and files, and a busy drawing room."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import time

import pytest
from PIL import Image

from crawler.errors import Busy, DocumentError
from db.files import FileStore
from db.portal import drawing
from db.portal.drawing import PageImages, prune


def test_a_page_shows_its_text_with_the_flagged_words_marked_and_its_image(reading_room, papers):
    html = reading_room.get(f"/document/{papers.agenda}?page=2").text
    assert "<mark>vidéoprotection</mark>" in html
    assert f'src="/page-image/{papers.agenda}/v1/2?marks=' in html
    assert "1 passage surligné" in html
    assert "page 2 sur 2" in html
    first = reading_room.get(f"/en/document/{papers.agenda}").text
    assert "page 1 of 2" in first
    assert 'href="/en/document/' in first
    assert "Flagged pages:" in first
    assert "<mark>" not in first.partition('<h2 id="flags">')[0]


def test_what_stands_in_a_document_is_shown_as_text(reading_room, papers):
    for path in (
        f"/document/{papers.agenda}?page=2",
        f"/document/{papers.page}",
        "/session/s-1",
        "/council/commune-99003",
    ):
        html = reading_room.get(path).text
        assert "<script>" not in html, path
        assert "<b onmouseover" not in html, path
    assert "&lt;script&gt;alert(2)" in reading_room.get(f"/document/{papers.page}").text


def test_where_it_comes_from_is_told_without_the_cookies_of_a_visit(reading_room, papers):
    html = reading_room.get(f"/document/{papers.agenda}").text
    for said in (papers.sha(papers.agenda), "https://brezolles.example/odj.pdf", "https://brezolles.example/conseil"):
        assert said in html
    assert "visit=1" not in html
    assert "/session/s-1" in html
    assert "videoprotection" not in html
    assert "Vidéosurveillance" in html


def test_a_page_without_pages_says_that_only_its_text_is_shown(reading_room, papers):
    html = reading_room.get(f"/document/{papers.page}").text
    assert "son texte seul est montré" in html
    assert "page-image" not in html


@pytest.mark.parametrize("path", ["nope", "{agenda}/v2", "{agenda}/vx", "{agenda}/v99999999", "%00", "..%2f..%2fetc"])
def test_what_is_not_there_is_not_found(reading_room, papers, path):
    assert reading_room.get("/document/" + path.replace("{agenda}", papers.agenda)).status_code == 404


@pytest.mark.parametrize("query", ["page=0", "page=-3", "page=9999999999", "page=x", "part=77", "page=%00&part=%ff"])
def test_odd_page_numbers_show_a_page_that_exists(reading_room, papers, query):
    assert reading_room.get(f"/document/{papers.agenda}?{query}").status_code == 200


def test_the_image_is_drawn_highlighted_and_kept(reading_room, papers):
    path = f"/page-image/{papers.agenda}/v1/2"
    answer = reading_room.get(path)
    assert answer.headers["content-type"] == "image/jpeg"
    assert _yellow(answer.content)
    assert not _yellow(reading_room.get(f"/page-image/{papers.agenda}/v1/1").content)
    assert reading_room.get(path, headers={"if-none-match": answer.headers["etag"]}).status_code == 304
    kept = list(papers.home.page_images.rglob("*-2-*.jpg"))
    assert [each.read_bytes() for each in kept] == [answer.content]


def _yellow(data: bytes) -> bool:
    """Whether a marker was drawn over a good many pixels."""
    found = Image.open(io.BytesIO(data)).convert("RGB").quantize(32).convert("RGB").getcolors() or []
    return any(count > 500 and red > 240 and green > 200 and blue < 140 for count, (red, green, blue) in found)


@pytest.mark.parametrize("page", [3, 999999])
def test_a_page_that_cannot_be_drawn_is_a_sign_and_nothing_else_suffers(reading_room, papers, page):
    for path in (f"/page-image/{papers.broken}/v1/1", f"/en/page-image/{papers.agenda}/v1/{page}"):
        answer = reading_room.get(path)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "image/svg+xml"
        assert answer.headers["cache-control"] == "no-store"
        assert "could not be drawn" in answer.text or "pas pu être dessinée" in answer.text


def test_images_of_what_is_unknown_are_not_found(reading_room, papers):
    for path in ("/page-image/nope/v1/1", f"/page-image/{papers.agenda}/v2/1", f"/page-image/{papers.agenda}/v1/x"):
        assert reading_room.get(path).status_code == 404


def test_our_copy_is_an_attachment_that_no_browser_runs(reading_room, papers):
    for document, kind, end in (
        (papers.agenda, "application/pdf", ".pdf"),
        (papers.page, "application/octet-stream", ".txt"),
    ):
        sha = papers.sha(document)
        for path in (f"/file/{sha}", f"/files/{sha}"):
            answer = reading_room.get(path)
            assert hashlib.sha256(answer.content).hexdigest() == sha
            headers = answer.headers
            assert headers["content-length"] == str(len(answer.content))
            assert headers["content-type"] == kind
            assert headers["content-security-policy"] == "sandbox; default-src 'none'"
            assert headers["x-content-type-options"] == "nosniff"
            name = headers["content-disposition"]
            assert name.startswith('attachment; filename="')
            assert name.endswith(f'{end}"')
            assert name.isascii()
            assert not set(name[len('attachment; filename="') : -1]) & set('"/\\\r\n;: ')


def test_a_copy_is_not_sent_twice_nor_for_head(reading_room, papers):
    sha = papers.sha(papers.agenda)
    assert reading_room.get(f"/file/{sha}", headers={"if-none-match": f'"{sha}"'}).status_code == 304
    head = reading_room.ask("HEAD", f"/file/{sha}")
    assert (head.status_code, head.content, int(head.headers["content-length"]) > 500) == (200, b"", True)


@pytest.mark.parametrize("sha", ["0" * 64, "A" * 64, "..%2fdesk.db", "0" * 63, "%00"])
def test_no_other_file_is_served(reading_room, sha):
    assert reading_room.get(f"/file/{sha}").status_code == 404


def test_a_lost_file_is_said(own_papers, open_portal):
    portal = open_portal(home=own_papers.home)
    sha = own_papers.sha(own_papers.agenda)
    FileStore(own_papers.home.files).remove(sha)
    assert portal.get(f"/file/{sha}").status_code == 503
    assert portal.get(f"/document/{own_papers.agenda}").status_code == 200
    assert portal.get(f"/page-image/{own_papers.agenda}/v1/1").headers["content-type"] == "image/svg+xml"


def test_a_document_that_hangs_is_given_up_while_other_pages_answer(own_papers, open_portal, tmp_path):
    portal = open_portal(home=own_papers.home)
    hanging = tmp_path / "hanging.pdf.gz"
    os.mkfifo(hanging)  # whoever opens it waits for ever
    portal.site.__dict__["images"] = images = PageImages(tmp_path / "images", seconds=2)

    async def race() -> tuple[BaseException | bytes, bool]:
        stuck = asyncio.ensure_future(images.get(hanging, "ab" * 32, "application/pdf", 1, ()))
        await asyncio.sleep(0.1)
        answers = [await portal.datasette.client.get(path) for path in ("/", f"/document/{own_papers.agenda}")]
        answered_first = not stuck.done() and all(each.status_code == 200 for each in answers)
        (result,) = await asyncio.gather(stuck, return_exceptions=True)
        return result, answered_first

    try:
        result, answered_first = asyncio.run(race())
        assert isinstance(result, DocumentError)
        assert answered_first
        began = time.monotonic()
        with pytest.raises(DocumentError):
            asyncio.run(images.get(hanging, "ab" * 32, "application/pdf", 1, ()))
        assert time.monotonic() - began < 1.5, "it was tried again"
        assert portal.get(f"/page-image/{own_papers.agenda}/v1/1").headers["content-type"] == "image/jpeg"
    finally:
        images.close()


def test_the_line_before_the_drawing_room_is_short(own_papers, open_portal, monkeypatch):
    monkeypatch.setattr(drawing, "WAITING", 0)
    portal = open_portal(home=own_papers.home)
    answer = portal.get(f"/page-image/{own_papers.agenda}/v1/1")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    with pytest.raises(Busy):
        asyncio.run(portal.site.images.get(own_papers.home.archive, "ab" * 32, "application/pdf", 1, ()))


def test_images_read_longest_ago_go_first(tmp_path):
    for number in range(10):
        path = tmp_path / "ab" / f"{number}.jpg"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x" * 100)
        os.utime(path, (number, number))
    prune(tmp_path, 1000)
    assert len(list(tmp_path.rglob("*.jpg"))) == 10
    prune(tmp_path, 500)
    assert sorted(path.stem for path in tmp_path.rglob("*.jpg")) == ["6", "7", "8", "9"]


def test_a_version_before_says_so(own_papers, open_portal):
    from datetime import timedelta

    from crawler.models import Fetched, PageText, Reading
    from db.store.archive import Store

    with Store(own_papers.home) as store:
        row = store.row("SELECT * FROM documents WHERE id = ?", [own_papers.agenda])
        later = Fetched(row["url"], b"%PDF other", 200, open_portal().site.clock() + timedelta(days=1))
        text = Reading("application/pdf", "read", "agenda", (PageText(1, "Autre ordre du jour"),), 1)
        store.record_document(row["council_id"], later, text, crawl_id=None, now=later.fetched_at)
    portal = open_portal(home=own_papers.home)
    assert "Autre ordre du jour" in portal.get(f"/document/{own_papers.agenda}").text
    old = portal.get(f"/document/{own_papers.agenda}/v1?page=2").text
    assert "version antérieure" in old
    assert "<mark>vidéoprotection</mark>" in old
    assert f"/document/{own_papers.agenda}/v1?page=1" in old
