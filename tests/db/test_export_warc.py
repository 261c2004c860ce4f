"""The WARC is one that others read: digests, dates, headers true of the bytes, and nothing private."""

from __future__ import annotations

import gzip
import io
from datetime import UTC, datetime, timedelta

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from db.export_warc import write_warc
from db.files import FileStore
from db.queries import Filters, Reader

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
URL = "https://trepigny.example/odj.pdf"


def written(home, filters=Filters(), now=NOW):  # noqa: B008 - frozen
    stream = io.BytesIO()
    with Reader(home, private=False) as reader:
        found = write_warc(
            reader, filters, FileStore(home.files), stream,
            name="d.warc.gz", software="Tocsin/0", contact="mailto:a@b.example\r\nX: y", now=now,
        )  # fmt: skip
    return found, stream.getvalue()


def records(data):
    found = []
    for record in ArchiveIterator(io.BytesIO(data), check_digests="raise"):
        body = record.content_stream().read()
        found.append((record.rec_type, record.rec_headers, record.http_headers, body))
    return found


def test_a_record_a_version_that_warcio_reads_back(store, make, home, tmp_path):
    headers = (("Content-Type", "application/pdf"), ("Content-Encoding", "gzip"), ("Content-Length", "7"),
               ("Transfer-Encoding", "chunked"), ("X-Odd", "a\r\nb: c"), ("ETag", '"é"'))  # fmt: skip
    make.record(store, body=b"%PDF first", headers=headers, text="un " * 100)
    make.record(store, body=b"%PDF second", headers=headers, at=NOW + timedelta(days=1), text="deux " * 100)
    found, data = written(home)
    assert found.records == 2 and not found.left_out
    (kind, _, _, text), *rest = records(data)
    assert kind == "warcinfo" and b"Tocsin/0" in text and b"\r\nX: y" not in text
    assert [(k, h.get_header("WARC-Target-URI"), h.get_header("WARC-Date"), body) for k, h, _, body in rest] == [
        ("response", URL, "2026-03-02T09:00:00Z", b"%PDF first"),
        ("response", URL, "2026-03-03T09:00:00Z", b"%PDF second"),
    ]
    http = rest[0][2]
    assert http.get_statuscode() == "200"
    assert http.get_header("Content-Length") == "10" and http.get_header("X-Archive-Orig-Content-Length") == "7"
    assert http.get_header("Content-Encoding") is None and http.get_header("Transfer-Encoding") is None
    assert http.get_header("X-Odd") == "a  b: c" and http.get_header("b") is None
    path = tmp_path / "d.warc.gz"
    path.write_bytes(data)
    assert not Checker(type("Arguments", (), {"inputs": [str(path)], "verbose": False})()).process_all()


def test_fastwarc_agrees(store, make, home):
    fastwarc = pytest.importorskip("fastwarc.warc")
    make.record(store, body=b"%PDF one")
    _, data = written(home)
    only = fastwarc.WarcRecordType.response
    payload = fastwarc.ArchiveIterator(io.BytesIO(data), record_types=only)
    assert [(r.headers["WARC-Target-URI"], r.verify_payload_digest()) for r in payload] == [(URL, True)]
    block = fastwarc.ArchiveIterator(io.BytesIO(data), record_types=only, parse_http=False)
    assert [r.verify_block_digest() for r in block] == [True]


def test_nothing_private_and_nothing_without_an_address(world, home):
    world.db.conn.execute("UPDATE documents SET url = 'file:/srv/recueil.pdf' WHERE url LIKE '%pv.pdf'")
    world.db.conn.commit()
    found, data = written(home)
    plain = gzip.decompress(data)
    assert found.records == 2 and dict(found.left_out) == {"no address on the web": 1}
    assert b"/home/elu" not in plain and b"recueil" not in plain


def test_filters_and_the_same_bytes(world, home):
    found, data = written(home, Filters(councils=("commune-99002",)))
    assert [h.get_header("WARC-Target-URI") for _, h, _, _ in records(data)[1:]] == ["https://elvire.example/odj.pdf"]
    assert found.records == 1
    assert written(home, Filters(councils=("commune-99002",)))[1] == data


def test_missing_bytes_are_counted(world, home):
    for path in home.files.rglob("*"):
        if path.is_file():
            path.unlink()
    found, data = written(home)
    assert found.records == 0 and sum(found.left_out.values()) == 3
    assert len(records(data)) == 1


def test_addresses_are_ascii(store, make, home):
    make.record(store, "https://trepigny.example/délibération n° 2.pdf")
    _, data = written(home)
    assert records(data)[1][1].get_header("WARC-Target-URI") == (
        "https://trepigny.example/d%C3%A9lib%C3%A9ration%20n%C2%B0%202.pdf"
    )
