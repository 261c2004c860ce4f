"""``tocsin takedown``: nothing of a document is left in the home but its hash and the reason; nothing comes back."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.models import Fetched, Hints
from db.files import FileStore
from db.home import Home
from db.store.archive import Store
from pipelines.intake import Desk, IntakePipeline
from pipelines.read import read

NOW = ("--now", "2026-03-02T11:00")
LATER = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
WORD = "Quetschier"  # stands in the agenda of the town alone
AGENDA = f"""<html><head><title>Ordre du jour</title></head><body><main><h1>Conseil municipal du 9 mars 2026</h1>
<h2>Ordre du jour</h2><ol><li>Désignation du secrétaire de séance</li>
<li>Vidéoprotection de la rue {WORD} : acquisition de douze caméras</li>
<li>Recours de M. {WORD} contre le refus de son permis de construire</li>
<li>Convention avec l'association sportive pour le prêt du gymnase</li></ol>
<p>{"Les dossiers sont à la disposition des membres du conseil en mairie. " * 6}</p></main></body></html>"""


@pytest.fixture
def published(tocsin: Any, world: Home, tmp_path: Path) -> tuple[Home, str]:
    """The two councils of ``world`` and another agenda; its document's id."""
    path = tmp_path / "agenda.html"
    path.write_text(AGENDA, encoding="utf-8")
    result = tocsin("ingest", str(path), "--council", "ville-exemple", "--public", *NOW)
    assert result.code == 0, result.err
    return world, str(one(world, "SELECT d.id FROM documents d WHERE d.url LIKE '%agenda.html'"))


def one(home: Home, sql: str, *values: Any, database: str = "archive.db") -> Any:
    with closing(sqlite3.connect(home.root / database)) as db:
        row = db.execute(sql, values).fetchone()
    return row[0] if row else None


def holding(home: Home, *words: str) -> list[str]:
    """The files of a home with one of these words in their bytes."""
    wanted = [form for word in words for form in (word.encode(), word.lower().encode())]
    files = [path for path in home.root.rglob("*") if path.is_file() and path.name != "tocsin.toml"]
    return [str(path.relative_to(home.root)) for path in files if any(form in path.read_bytes() for form in wanted)]


def test_no_byte_of_it_is_left(tocsin: Any, published: tuple[Home, str]) -> None:
    home, document = published
    assert one(home, "SELECT count(*) FROM flags f WHERE f.excerpt LIKE ?", f"%{WORD}%") > 0
    tocsin("review", "confirm", one(home, "SELECT id FROM flags WHERE excerpt LIKE ?", f"%{WORD}%"), *NOW)
    tocsin("alerts", "send", *NOW)
    assert {"archive.db", "desk.db"} <= set(holding(home, WORD))
    sha = one(home, "SELECT sha256 FROM versions WHERE document_id = ?", document)
    result = tocsin("takedown", document, "--reason", "demande du 2 mars", "--yes", *NOW)
    assert result.code == 0, result.err
    assert holding(home, WORD) == []
    assert not FileStore(home.files).exists(sha)
    assert one(home, "PRAGMA integrity_check") == "ok"
    assert one(home, "SELECT count(*) FROM pragma_foreign_key_check") == 0
    state = "SELECT state || ' ' || reason FROM versions WHERE document_id = ?"
    assert one(home, state, document) == "taken-down demande du 2 mars"
    told = tocsin("search", WORD, "--json")
    assert json.loads(told.out) == []
    (row,) = json.loads(tocsin("takedown", "--list", "--json").out)
    assert (row["sha256"], row["document_id"], row["reason"]) == (sha, document, "demande du 2 mars")


def test_other_documents_and_facts_stay(tocsin: Any, published: tuple[Home, str]) -> None:
    _, document = published
    before = json.loads(tocsin("flagged", "--json", *NOW).out)
    tocsin("takedown", document, "--reason", "demande", "--yes", *NOW)
    after = json.loads(tocsin("flagged", "--json", *NOW).out)
    assert [row for row in before if WORD not in json.dumps(row)] == after
    assert len(after) == 2
    assert tocsin("doctor", *NOW).out.count("missing") == 0


@pytest.mark.parametrize("how", ["document", "sha", "url"])
def test_it_is_named_by_id_hash_or_address(tocsin: Any, published: tuple[Home, str], how: str) -> None:
    home, document = published
    names = {
        "document": document,
        "sha": one(home, "SELECT sha256 FROM versions WHERE document_id = ?", document),
        "url": one(home, "SELECT url FROM documents WHERE id = ?", document),
    }
    result = tocsin("takedown", names[how], "--reason", "demande", "--yes", "--json", *NOW)
    assert json.loads(result.out) == {"documents": [document], "versions": 1, "files": 1}
    again = tocsin("takedown", names[how], "--reason", "encore", "--yes", "--json", *NOW)
    assert (again.code, json.loads(again.out)["files"]) == (0, 0)
    assert one(home, "SELECT reason FROM takedowns") == "demande"


def test_the_next_crawl_does_not_archive_it_again(tocsin: Any, published: tuple[Home, str]) -> None:
    home, document = published
    url = one(home, "SELECT url FROM documents WHERE id = ?", document)
    tocsin("takedown", document, "--reason", "demande", "--yes", *NOW)
    other = AGENDA.replace("<html>", "<html><!-- other bytes, the same words -->").encode()
    cases = ((url, AGENDA.encode()), ("https://ailleurs.example/odj", AGENDA.encode()), (url, other))
    with Store(home) as store:
        for number, (address, body) in enumerate(cases):
            reading = read(body, "text/html", Hints("ville-exemple", url=address))
            fetched = Fetched(address, body, 200, LATER + timedelta(hours=number), link_text=f"M. {WORD}")
            recorded = store.record_document("ville-exemple", fetched, reading, crawl_id=None, now=LATER)
            assert recorded.state == "taken-down"
            assert (recorded.outcome == "same") == (address == url)
    assert (
        one(home, "SELECT count(*) FROM pages p JOIN versions v ON v.id = p.version_id WHERE v.state = 'taken-down'")
        == 0
    )
    assert holding(home, WORD) == []
    assert tocsin("reprocess", "--all", *NOW).code == 0
    assert holding(home, WORD) == []


def test_a_crawl_keeps_its_bytes_not_even_until_they_are_read(tocsin: Any, published: tuple[Home, str]) -> None:
    home, document = published
    url = one(home, "SELECT url FROM documents WHERE id = ?", document)
    tocsin("takedown", document, "--reason", "demande", "--yes", *NOW)
    with Store(home) as store:
        council = store.council("ville-exemple")
        assert council is not None
        source = store.put_source("ville-exemple")
        crawl = store.begin_crawl(source, LATER)
        pool: Any = None  # nothing is read
        desk = Desk(store, pool, council, crawl, {}, lambda: LATER, home.root)
        headers = (("ETag", '"a"'), ("Content-Type", "text/html"))
        fetched = Fetched(url, AGENDA.encode(), 200, LATER, media_type="text/html", headers=headers)
        assert IntakePipeline(desk).process_item(fetched) is None
        assert desk.tally.documents == {"same": 1}
    assert holding(home, WORD) == []
    assert one(home, "SELECT etag FROM urls WHERE url = ?", url) == '"a"', "it would be fetched whole at every crawl"


def test_the_portal_says_that_it_is_gone(tocsin: Any, published: tuple[Home, str]) -> None:
    import asyncio

    from db.portal.build import build
    from db.portal.site import Site

    home, document = published
    sha = one(home, "SELECT sha256 FROM versions WHERE document_id = ?", document)
    tocsin("takedown", document, "--reason", "demande", "--yes", *NOW)
    for public in (False, True):
        portal = build(Site(home, lambda: LATER, public=public))
        for path in (
            f"/document/{document}",
            f"/document/{document}/v1",
            f"/file/{sha}",
            f"/page-image/{document}/v1/1",
        ):
            answer = asyncio.run(portal.client.get(path))
            assert answer.status_code == 410, (path, public)
            assert "retiré de l'archive" in answer.text.replace("\u2019", "'").replace("&#39;", "'")
        assert asyncio.run(portal.client.get("/council/ville-exemple")).status_code == 200


def test_what_was_handed_over_in_private_goes_from_both_archives(tocsin: Any, world: Home, tmp_path: Path) -> None:
    path = tmp_path / "prive.html"
    path.write_text(AGENDA, encoding="utf-8")
    assert tocsin("ingest", str(path), "--council", "ville-exemple", *NOW).code == 0
    document = one(world, "SELECT id FROM documents WHERE url LIKE '%prive.html'", database="private.db")
    assert "private.db" in holding(world, WORD)
    assert tocsin("takedown", document, "--reason", "demande", "--yes", *NOW).code == 0
    assert holding(world, WORD) == []


def test_mistakes_are_told_and_nothing_is_done(tocsin: Any, published: tuple[Home, str]) -> None:
    home, document = published
    for arguments in (
        (document,),
        ("--reason", "x"),
        ("d-none", "--reason", "x", "--yes"),
        (document, "--reason", "  ", "--yes"),
        (document, "--reason", "x" * 400, "--yes"),
    ):
        assert tocsin("takedown", *arguments, *NOW).code == 2, arguments
    assert one(home, "SELECT count(*) FROM takedowns") == 0
    assert json.loads(tocsin("takedown", "--list", "--json").out) == []
    assert "nothing was taken down" in tocsin("takedown", "--list").out
