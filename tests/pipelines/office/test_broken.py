"""Whatever the bytes are: a state and a reason, never an exception; nothing unfolds, nothing is fetched."""

from __future__ import annotations

import io
import random
import socket
import zipfile

import pytest

from crawler.errors import Unreadable
from pipelines.text.office import door
from pipelines.text.office.door import OFFICE, extract_office

LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)
FILES = [
    "agenda.docx",
    "agenda.odt",
    "agenda.rtf",
    "agenda.doc",
    "agenda.fodt",
    "points.xls",
    "slides.pptx",
    "slides.odp",
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(make, read_as, encoding):
    for prolog, inside in (
        (LAUGHS, "&j;"),
        ('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>', "&a;"),
        ('<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:9/x"> %a;]>', ""),
    ):
        body = (
            f"<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>{inside}</w:document>"
        )
        extracted = read_as("docx", make.zipped({"word/document.xml": (prolog + body).encode(encoding)}))
        assert (extracted.state, extracted.reason) == (
            "failed", "the file declares XML entities, which no office program writes",
        )  # fmt: skip


def test_nothing_is_fetched(make, read_as, monkeypatch):
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket, "socket", refuse)
    external = '<Relationship Id="header1" Type="x/header" Target="http://127.0.0.1:9/h.xml" TargetMode="External"/>'
    data = make.docx(make.p("Budget"), prolog='<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">')
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["word/_rels/document.xml.rels"] = parts["word/_rels/document.xml.rels"].replace(
        b"</Relationships>", external.encode() + b"</Relationships>"
    )
    assert make.texts(read_as("docx", make.zipped(parts))) == ["Budget"]


def test_bombs_are_too_large(make, read_as):
    extracted = read_as("docx", make.docx(make.p(" " * 30_000_000)))
    assert extracted.state == "too-large"
    assert "word/document.xml unpacks to 30 MB" in (extracted.reason or "")


def test_what_is_nested_without_end_is_cut(make, read_as):
    deep = "<w:tbl><w:tr><w:tc>" * 2000 + make.p("fond") + "</w:tc></w:tr></w:tbl>" * 2000
    extracted = read_as("docx", make.docx(make.p("Budget") + deep))
    assert (extracted.state, make.texts(extracted)) == ("partial", ["Budget"])
    assert read_as("rtf", b"{\\rtf1 " + b"{" * 1_000_000).state == "too-large"
    lists = "<text:list><text:list-item>" * 200 + "<text:p>x</text:p>" + "</text:list-item></text:list>" * 200
    assert read_as("fodt", make.fodt("<text:p>Budget</text:p>" + lists)).state == "partial"


def test_spaces_that_are_only_counted_stay_few(make, read_as):
    extracted = read_as("fodt", make.fodt('<text:p>a<text:s text:c="999999999"/>b</text:p>'))
    assert len(extracted.pages[0].text) < 300


def test_a_download_that_was_cut_gives_what_came(make, read_as):
    body = "".join(make.p(f"Point numéro {n} : {random.Random(n).random()}") for n in range(400))
    data = make.docx(body)
    extracted = read_as("docx", data[: len(data) // 2])
    assert extracted.state == "partial"
    assert "damaged" in (extracted.reason or "")
    assert make.texts(extracted)[0].startswith("Point numéro 0")


def test_one_broken_part_does_not_cost_the_others(make, read_as):
    with zipfile.ZipFile(io.BytesIO(make.docx(make.p("Budget")))) as archive:
        text = archive.read("word/document.xml")
    data = make.zipped({"word/document.xml": text, "word/styles.xml": "<broken"})
    assert make.texts(read_as("docx", data)) == ["Budget"]


@pytest.mark.parametrize("ending", ["docx", "xlsx", "xls", "pptx"])
def test_encrypted_office_files_are_locked(make, read_as, ending):
    data = make.ole({"EncryptionInfo": b"\x04", "EncryptedPackage": b"\x00" * 64})
    extracted = read_as(ending, data)
    assert (extracted.state, extracted.reason) == ("locked", "the file asks for a password")
    assert extract_office(data, "application/x-ole-storage").state == "locked"


def test_an_ole_container_says_itself_what_it_holds(make, made):
    assert extract_office(made("agenda.doc"), "application/x-ole-storage").method == "doc"
    assert extract_office(made("agenda.doc"), "application/vnd.ms-excel").method == "doc"
    other = extract_office(make.ole({"PowerPoint Document": b"x"}), "application/x-ole-storage")
    assert (other.state, other.reason) == ("unsupported", "the type application/vnd.ms-powerpoint cannot be read")
    assert extract_office(make.ole({"Contents": b"x"}), "application/x-ole-storage").state == "unsupported"


@pytest.mark.parametrize("kind", sorted(OFFICE))
@pytest.mark.parametrize("data", [b"", b"x", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf1", b"<a/>"])
def test_nonsense_has_a_state_and_a_reason(kind, data):
    extracted = extract_office(data, kind)
    assert extracted.media_type == kind
    if kind in ("text/csv", "text/tab-separated-values") and data not in (b"",):
        assert extracted.state == "read"
    else:
        assert extracted.state in ("failed", "unsupported")
        assert extracted.reason


def test_too_large_a_file_is_not_opened(monkeypatch):
    monkeypatch.setattr(door, "MAX_BYTES", 10)
    assert extract_office(b"x" * 11, "application/rtf").state == "too-large"


def test_memory_errors_pass_and_others_do_not(monkeypatch):
    def fail(error: Exception) -> None:
        def read(_data: bytes, _flow: object) -> None:
            raise error

        monkeypatch.setitem(door._FORMATS, "application/rtf", door._Format("rtf", read))

    fail(MemoryError())
    with pytest.raises(MemoryError):
        extract_office(b"{\\rtf1 a}", "application/rtf")
    for error in (RecursionError(), ZeroDivisionError(), Unreadable("gone")):
        fail(error)
        assert extract_office(b"{\\rtf1 a}", "application/rtf").state == "failed"


@pytest.mark.parametrize("name", FILES)
def test_mutated_files_end_in_a_state(made, read_as, name, full):
    """Bytes changed, cut, doubled and lost, in the file and inside its parts."""
    whole = made(name)
    chance = random.Random(name)
    for _ in range(400 if full else 60):
        data = _mutated_part(whole, chance) if whole[:2] == b"PK" and chance.random() < 0.6 else _mutated(whole, chance)
        extracted = read_as(name.rpartition(".")[2], data)
        assert extracted.state in ("read", "partial", "failed", "locked", "too-large", "unsupported")
        assert extracted.state == "read" or extracted.reason


def _mutated(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data))
    size = chance.randrange(1, 600)
    match chance.randrange(4):
        case 0:
            return data[:place]
        case 1:
            return data[:place] + data[place + size :]
        case 2:
            return data[:place] + data[place : place + size] + data[place:]
        case _:
            changed = bytearray(data)
            for _ in range(chance.randrange(1, 30)):
                changed[chance.randrange(len(changed))] = chance.randrange(256)
            return bytes(changed)


def _mutated_part(data: bytes, chance: random.Random) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out:
        names = archive.namelist()
        chosen = chance.choice([name for name in names if name.endswith(".xml")])
        for name in names:
            part = archive.read(name)
            out.writestr(name, _mutated(part, chance) if name == chosen and part else part)
    return stream.getvalue()
