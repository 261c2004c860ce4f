"""Public mode: what strangers may not see cannot be had by any of the portal's ways."""

from __future__ import annotations

import itertools

import pytest

SECRET = "quetschier"
TABLES = (
    "pages", "pages_fts", "pages_fts_content", "pages_fts_data", "readings", "versions", "documents", "items",
    "items_fts",
    "matches", "changes", "urls", "files", "takedowns", "item_facts", "offline", "sqlite_master", "PAGES", "main.pages",
    "temp.pages", "lookups", "votes", "crawls", "dismissals",
)  # fmt: skip
ORACLES = (
    "_fts_table=pages_fts&_search={}", "_search={}", "_where=id+in+(select+council_id+from+main.documents)",
    '_through={{"table":"documents","column":"link_text","value":"{}"}}', "sql=select+text+from+main.pages",
    "_fts_table=pages_fts&_fts_pk=id&_search_text={}", "_filter_column=x&_extra={}",
)  # fmt: skip


def test_an_unflagged_document_has_no_page_no_image_and_no_file(public_room, reading_room, papers):
    sha = papers.sha(papers.minutes)
    for path in (f"/document/{papers.minutes}", f"/document/{papers.minutes}/v1", f"/page-image/{papers.minutes}/v1/1"):
        assert public_room.get(path).status_code == 404, path
        assert reading_room.get(path).status_code == 200, path
    for path in (f"/file/{sha}", f"/files/{sha}"):
        assert public_room.get(path).status_code == 404, path
        assert reading_room.get(path).status_code == 200, path


def test_agendas_and_flagged_documents_are_shown(public_room, papers):
    for path in (
        f"/document/{papers.agenda}?page=2",
        f"/page-image/{papers.agenda}/v1/2",
        f"/file/{papers.sha(papers.agenda)}",
        "/session/s-1",
    ):
        assert public_room.get(path).status_code == 200, path


def test_pages_name_neither_the_document_nor_what_it_alone_says(public_room, reading_room):
    council, session = "/council/commune-99003", "/session/s-2"
    assert "pv.pdf" in reading_room.get(council).text
    assert "Cormier" in reading_room.get(session).text
    for path in (
        council,
        session,
        "/",
        "/session/s-1",
        "/archive/outcomes.json?_shape=array",
        "/archive/upcoming.json",
    ):
        text = public_room.get(path).text
        for word in ("pv.pdf", "Cormier", "Procès-verbal<", SECRET):
            assert word not in text, path


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("end", ["", ".json", ".csv", "/1", "/1.json", ".json?_shape=array&_size=max"])
def test_no_table_behind_the_views_is_open(public_room, table, end):
    answer = public_room.get(f"/archive/{table}{end}")
    assert answer.status_code in (403, 404)
    assert SECRET not in answer.text


@pytest.mark.parametrize(("view", "oracle"), [*itertools.product(("councils", "flagged", "source_health"), ORACLES)])
def test_no_view_answers_questions_about_other_tables(public_room, view, oracle):
    answers = [public_room.get(f"/archive/{view}.json?{oracle.format(word)}") for word in (SECRET, "nothing")]
    assert [each.status_code for each in answers] == [403, 403]


@pytest.mark.parametrize(
    "path",
    [
        "/archive.json?sql=select+text+from+pages", "/archive?sql=select+1", "/archive.csv?sql=select+1", "/archive.db",
        "/archive.json?SQL=select+1", "/-/databases.json", "/-/metadata.json", "/-/plugins.json", "/-/threads",
        "/-/patterns",
        "/archive/-/query?sql=select+1", "/-/permissions", "/_memory.json?sql=select+1", "/_memory",
        "/archive-0000000.json?sql=select+1", "/-/search?q=x",
    ],
)  # fmt: skip
def test_no_question_of_ones_own_is_answered(public_room, path):
    answer = public_room.get(path)
    assert SECRET not in answer.text
    assert answer.status_code in (302, 403, 404) or "rows" not in answer.text, path
    assert '"rows": [' not in answer.text


def test_the_index_of_the_archive_lists_the_open_views_alone(public_room):
    told = public_room.get("/archive.json").json()
    assert {each["name"] for each in told["tables"]} == {"councils"}
    assert {each["name"] for each in told["views"]} <= {"flagged", "upcoming", "outcomes", "source_health"}
    assert public_room.get("/archive/flagged.json?_facet=council&_sort=score&_size=5").status_code == 200


def test_what_a_review_dismissed_is_closed_at_once(own_papers, open_portal):
    from contextlib import closing
    from sqlite3 import connect

    portal = open_portal(home=own_papers.home, public=True)
    with closing(connect(own_papers.home.archive)) as db:
        db.execute("UPDATE readings SET kind = 'minutes' WHERE version_id = 1")
        db.execute("UPDATE sessions SET agenda_version_id = NULL")
        db.commit()
        assert portal.get(f"/document/{own_papers.agenda}").status_code == 200
        db.execute("INSERT INTO dismissals VALUES ('f-1', '2026-03-02T09:00:00+00:00')")
        db.commit()
        assert portal.get(f"/document/{own_papers.agenda}").status_code == 404
        assert portal.get(f"/file/{own_papers.sha(own_papers.agenda)}").status_code == 404


@pytest.mark.parametrize("language", ["", "/en"])
def test_a_search_finds_nothing_of_what_is_closed(public_room, reading_room, language):
    path = f"{language}/search?q=lilas"
    assert "pv.pdf" in reading_room.get(path).text or "rue des" in reading_room.get(path).text
    found = public_room.get(path).text
    assert "rue des" not in found
    assert "Procès-verbal<" not in found
    assert "/document/" not in found
    assert "/document/" in public_room.get(f"{language}/search?q=vidéoprotection").text
