from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta

import pytest

from crawler.models import FlagClaim, ItemClaim, Link, PageSeen, PageText, SessionClaim
from db.store.archive import Store

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
COUNCIL = "commune-99001"
URL = "https://trepigny.example/odj.pdf"
PAGE = "https://trepigny.example/seances"
LONG = "Ordre du jour du conseil municipal. " * 12
CLAIM = SessionClaim("conseil municipal", date(2026, 3, 9), items=(ItemClaim("Vidéoprotection", "1"),))


def versions(store):
    return store.rows("SELECT * FROM versions ORDER BY document_id, number")


def test_a_new_document(store, make):
    flag = FlagClaim(0.9, (make.match(),), "extrait", 1, 0, 0)
    got = make.record(
        store, body=b"%PDF", text=LONG, sessions=(CLAIM,), flags=(flag,), link_text="Ordre du jour",
        headers=(("Content-Type", "application/pdf"),),
    )  # fmt: skip
    assert (got.outcome, got.state) == ("new", "read")
    assert store.files.get(hashlib.sha256(b"%PDF").hexdigest()) == b"%PDF"
    (version,) = versions(store)
    assert (version["id"], version["number"], version["page_count"]) == (got.version_id, 1, 1)
    assert version["headers"] == '[["Content-Type","application/pdf"]]'
    (document,) = store.rows("SELECT * FROM documents")
    assert (document["id"], document["kind"], document["link_text"]) == (got.document_id, "agenda", "Ordre du jour")
    (evidence,) = store.evidence(COUNCIL)
    assert (evidence.sessions, evidence.flags, evidence.version_id) == ((CLAIM,), (flag,), "public:1")
    assert (evidence.private, evidence.superseded, evidence.first_seen_at) == (False, False, NOW)


def test_the_same_bytes_again_write_no_version(store, make):
    first = make.record(store, body=b"%PDF", text=LONG)
    again = make.record(store, body=b"%PDF", text=LONG, at=NOW + DAY)
    assert (again.outcome, again.version_id) == ("same", first.version_id)
    assert store.rows("SELECT * FROM version_hashes") == []
    assert len(store.rows("SELECT * FROM readings")) == 1
    assert versions(store)[0]["seen_at"] == "2026-03-03T09:00:00+00:00"
    assert versions(store)[0]["fetched_at"] == "2026-03-02T09:00:00+00:00"


def test_other_bytes_with_the_same_content(store, make):
    """A PDF whose bytes change at every download."""
    first = make.record(store, body=b"%PDF 1", text=LONG)
    for number in (2, 3):
        again = make.record(store, body=f"%PDF {number}".encode(), text=LONG, at=NOW + DAY)
        assert (again.outcome, again.version_id) == ("same", first.version_id)
    kept = {row["sha256"] for row in store.rows("SELECT sha256 FROM version_hashes")}
    assert kept == {hashlib.sha256(body).hexdigest() for body in (b"%PDF 2", b"%PDF 3")}
    assert not store.files.exists(hashlib.sha256(b"%PDF 2").hexdigest())
    assert make.record(store, body=b"%PDF 3", text="mais lu autrement" * 30).outcome == "same"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {"text_hash": "other"}),
        ({}, {"page_count": 2}),
        ({}, {"image_hashes": ("x",)}),
        ({"image_hashes": ("x", "y")}, {"image_hashes": ("x", "z")}),
        ({"characters": 199}, {"characters": 199}),
        ({"characters": 200}, {"characters": 199}),
        ({"state": "partial"}, {"state": "partial"}),
        ({"state": "partial"}, {}),
        ({}, {"state": "partial"}),
        ({"state": "needs-ocr"}, {"state": "needs-ocr"}),
        ({"text_hash": ""}, {"text_hash": ""}),
    ],
)
def test_what_makes_a_new_version(store, make, before, after):
    make.record(store, body=b"1", text=LONG, **before)
    got = make.record(store, body=b"2", text=LONG, **after)
    assert got.outcome == "changed"
    assert [row["number"] for row in versions(store)] == [1, 2]


def test_exactly_enough_characters(store, make):
    make.record(store, body=b"1", text=LONG, characters=200)
    assert make.record(store, body=b"2", text=LONG, characters=200).outcome == "same"


def test_content_that_comes_back_is_a_version_of_its_own(store, make):
    bodies = [make.record(store, body=body, text=text) for body, text in [(b"a", LONG), (b"b", LONG * 2), (b"a", LONG)]]
    assert [got.outcome for got in bodies] == ["new", "changed", "changed"]
    assert len(store.rows("SELECT * FROM files")) == 2


def test_same_bytes_at_two_addresses(store, make):
    make.record(store, body=b"%PDF", text=LONG)
    other = make.record(store, URL + "?copy", body=b"%PDF", text=LONG)
    assert other.outcome == "new"
    assert len(store.rows("SELECT * FROM documents")) == 2
    assert len(store.rows("SELECT * FROM files")) == 1


def test_html_is_kept_compressed(store, make):
    body = b"<html>" + b"<p>Ordre du jour</p>" * 50
    make.record(store, body=body, text=LONG, media_type="text/html")
    sha = hashlib.sha256(body).hexdigest()
    assert store.files.compressed(sha)
    assert store.files.get(sha) == body
    assert store.rows("SELECT size, compressed FROM files") == [{"size": len(body), "compressed": 1}]


# ---------------------------------------------------------------------- readings


def test_a_better_reader_supersedes_and_deletes_nothing(store, make):
    make.record(store, body=b"%PDF", text=LONG, kind="other")
    got = make.record(store, body=b"%PDF", text=LONG, sessions=(CLAIM,), reader_version="2", at=NOW + DAY)
    assert got.outcome == "same"
    rows = store.rows("SELECT reader_version, superseded_at FROM readings ORDER BY id")
    assert [tuple(row.values()) for row in rows] == [("1", "2026-03-03T09:00:00+00:00"), ("2", None)]
    (evidence,) = store.evidence(COUNCIL)
    assert (evidence.sessions, evidence.kind, evidence.number) == ((CLAIM,), "agenda", 1)
    make.record(store, body=b"%PDF", text=LONG, reader_version="2", lexicon_version="2", at=NOW + DAY)
    assert len(store.rows("SELECT * FROM readings")) == 3


def test_pages_are_replaced_only_where_they_differ(store, make):
    make.record(store, body=b"%PDF", text=LONG)
    (page,) = store.rows("SELECT id FROM pages")
    make.record(store, body=b"%PDF", text=LONG, reader_version="2")
    assert store.rows("SELECT id FROM pages") == [page]
    pages = (PageText(1, "un"), PageText(2, "deux", "ocr", 0.5))
    make.record(store, body=b"%PDF", text=LONG, pages=pages, reader_version="3")
    found = store.rows("SELECT number, text, method, confidence FROM pages ORDER BY number")
    assert [tuple(row.values()) for row in found] == [(1, "un", "text", None), (2, "deux", "ocr", 0.5)]
    hits = store.rows("SELECT rowid FROM pages_fts WHERE pages_fts MATCH 'conseil'")
    assert hits == []


def test_a_reader_that_died_takes_nothing_back(store, make):
    make.record(store, body=b"%PDF", text=LONG, sessions=(CLAIM,))
    got = make.record(store, body=b"%PDF", text="", state="failed", reason="no answer for 60 s", reader_version="2")
    assert (got.outcome, got.state) == ("same", "read")
    assert store.evidence(COUNCIL)[0].sessions == (CLAIM,)
    healed = make.record(store, URL + "2", body=b"%PDF", text="", state="failed", reason="no answer for 60 s")
    assert healed.state == "failed"
    assert make.record(store, URL + "2", body=b"%PDF", text=LONG).state == "read"


def test_text_that_sqlite_cannot_hold_keeps_its_length(store, make):
    text = "vidéo\0protection \ud83d seule"
    make.record(store, body=b"%PDF", text=text)
    (page,) = store.rows("SELECT text FROM pages")
    assert page["text"] == "vidéo\ufffdprotection \ufffd seule"


# ---------------------------------------------------------------------- evidence


def test_earlier_versions_are_given_for_comparing(store, make):
    for number in range(1, 4):
        make.record(store, body=b"%d" % number, text=LONG * number, at=NOW + number * DAY)
    found = [(each.number, each.superseded, each.version_id) for each in store.evidence(COUNCIL)]
    assert found == [(3, False, "public:3"), (2, True, "public:2"), (1, True, "public:1")]


@pytest.mark.parametrize("state", ["error-page", "failed", "needs-ocr", "locked"])
def test_what_cannot_be_read_takes_nothing_back(store, make, state):
    make.record(store, body=b"%PDF", text=LONG, sessions=(CLAIM,))
    got = make.record(store, body=b"<html>", text="", state=state, kind="other", reason="…", at=NOW + DAY)
    assert (got.outcome, got.state) == ("changed", state)
    (evidence,) = store.evidence(COUNCIL)
    assert (evidence.sessions, evidence.number, evidence.superseded) == ((CLAIM,), 1, False)
    assert store.rows("SELECT kind FROM documents") == [{"kind": "agenda"}]
    back = make.record(store, body=b"%PDF", text=LONG, at=NOW + 2 * DAY)
    assert (back.outcome, back.version_id) == ("same", 1)
    assert len(store.evidence(COUNCIL)) == 1


def test_a_document_that_was_never_readable(store, make):
    make.record(store, body=b"%PDF", text="", state="needs-ocr", kind="convocation")
    (evidence,) = store.evidence(COUNCIL)
    assert (evidence.kind, evidence.sessions) == ("convocation", ())


def test_each_archive_has_its_own_evidence(store, private, make):
    make.record(store, text=LONG)
    make.record(private, "file:/home/elu/projet.pdf", text=LONG, sessions=(CLAIM,))
    (evidence,) = private.evidence(COUNCIL)
    assert (evidence.version_id, evidence.private, evidence.url) == ("private:1", True, "file:/home/elu/projet.pdf")
    assert [each.version_id for each in store.evidence(COUNCIL)] == ["public:1"]


# ---------------------------------------------------------------------- addresses


def crawl(store, number):
    return store.begin_crawl(store.put_source(COUNCIL), NOW + number * DAY)


def listing(number, *urls):
    return PageSeen(PAGE, 200, NOW + number * DAY, links=tuple(Link(url, document=True) for url in urls))


def absent_at(store):
    return store.row("SELECT absent_at FROM documents WHERE url = ?", [URL])["absent_at"]


def test_seen_absent_by_an_earlier_crawl(store, make):
    store.record_page(COUNCIL, crawl(store, 0), listing(0, URL + "?old"))
    second = crawl(store, 1)
    store.record_page(COUNCIL, second, listing(1, URL))
    make.record(store, found_on=PAGE, crawl=second, at=NOW + DAY)
    assert absent_at(store) == "2026-03-02T09:00:00+00:00"


def test_seen_absent_when_the_page_is_recorded_last(store, make):
    store.record_page(COUNCIL, crawl(store, 0), listing(0))
    make.record(store, found_on=PAGE, crawl=crawl(store, 1), at=NOW + DAY)
    assert absent_at(store) == "2026-03-02T09:00:00+00:00"


def test_a_first_crawl_has_seen_nothing_absent(store, make):
    first = crawl(store, 0)
    store.record_page(COUNCIL, first, listing(0, URL))
    make.record(store, found_on=PAGE, crawl=first)
    assert absent_at(store) is None


def test_listed_before_but_not_fetched_is_not_absent(store, make):
    store.record_page(COUNCIL, crawl(store, 0), listing(0, URL))
    second = crawl(store, 1)
    store.record_page(COUNCIL, second, listing(1, URL))
    make.record(store, found_on=PAGE, crawl=second, at=NOW + DAY)
    assert absent_at(store) is None


def test_a_look_that_failed_saw_nothing_absent(store, make):
    store.record_page(COUNCIL, crawl(store, 0), PageSeen(PAGE, 503, NOW))
    second = crawl(store, 1)
    store.record_page(COUNCIL, second, listing(1, URL))
    make.record(store, found_on=PAGE, crawl=second, at=NOW + DAY)
    assert absent_at(store) is None


def test_validators_of_a_document(store, make):
    headers = (("ETag", '"v1"'), ("last-modified", "Mon, 02 Mar 2026 08:00:00 GMT"))
    make.record(store, body=b"%PDF", headers=headers, crawl=crawl(store, 0))
    known = store.known_urls(COUNCIL)[URL]
    assert (known.etag, known.last_modified, known.kind) == ('"v1"', headers[1][1], "document")
    assert known.sha256 == hashlib.sha256(b"%PDF").hexdigest()


def test_an_error_page_leaves_no_validators(store, make):
    make.record(store, headers=(("ETag", '"v1"'),), crawl=crawl(store, 0))
    make.record(store, headers=(("ETag", '"bad"'),), crawl=crawl(store, 1), state="error-page", reason="suspended")
    assert store.known_urls(COUNCIL)[URL].etag == '"v1"'


def test_not_modified_after_an_error_page(store, make):
    make.record(store, body=b"%PDF", text=LONG, headers=(("ETag", '"v1"'),), crawl=crawl(store, 0))
    make.record(store, headers=(("ETag", '"bad"'),), crawl=crawl(store, 1), state="error-page", at=NOW + DAY)
    with store.write():
        store.put_url(COUNCIL, None, PageSeen(URL, 304, NOW + 2 * DAY), "document")
    assert [(row["state"], row["seen_at"][:10]) for row in versions(store)] == [
        ("read", "2026-03-04"),
        ("error-page", "2026-03-03"),
    ]


def test_a_file_has_no_address_to_remember(store, make):
    make.record(store, "file:/home/elu/odj.pdf")
    assert store.known_urls(COUNCIL) == {}


def test_a_page_that_is_a_document(store, make):
    page = PageSeen(URL, 200, NOW, etag='"p"', links=(Link("https://trepigny.example/a.pdf"),), documents=1)
    make.record(store, page=page, media_type="text/html", crawl=crawl(store, 0))
    known = store.known_urls(COUNCIL)[URL]
    assert (known.kind, known.etag, known.links) == ("page", '"p"', page.links)


def test_touch(store, make):
    make.record(store)
    assert store.touch_document(COUNCIL, URL, NOW + DAY)
    assert store.touch_document(COUNCIL, URL, NOW)
    assert store.rows("SELECT last_seen_at FROM documents") == [{"last_seen_at": "2026-03-03T09:00:00+00:00"}]
    assert not store.touch_document(COUNCIL, URL + "?other", NOW)


def test_first_hints_stay(store, make):
    make.record(store, link_text="Ordre du jour")
    make.record(store, link_text="Télécharger", found_on=PAGE)
    (row,) = store.rows("SELECT link_text, found_on FROM documents")
    assert row == {"link_text": "Ordre du jour", "found_on": PAGE}


def test_the_file_is_there_when_two_writers_cross(home, store, make, monkeypatch):
    """Equal at the first look, different in the transaction: the bytes are kept all the same."""
    make.record(store, body=b"1", text=LONG)
    with Store(home) as other:
        real = Store._equal_version
        crossed = []

        def cross(self, document, sha, reading):
            answer = real(self, document, sha, reading)
            if self is store and not crossed:
                crossed.append(True)
                make.record(other, body=b"2", text=LONG * 2)
            return answer

        monkeypatch.setattr(Store, "_equal_version", cross)
        got = make.record(store, body=b"3", text=LONG)
    assert got.outcome == "changed"
    assert store.files.get(hashlib.sha256(b"3").hexdigest()) == b"3"
