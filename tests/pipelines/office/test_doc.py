"""Old Word documents: those that LibreOffice made say the same as their sources, in every format."""

from __future__ import annotations

import struct

import pytest


def shape(extracted):
    return [(line.block, line.level, line.marker, line.row is None, line.text) for line in extracted.lines]


def content(extracted):
    """Without notes and running heads, which stand elsewhere where pages are other ones."""
    return [one for one in shape(extracted) if one[0] != "running" and not one[4].startswith("Budget principal")]


@pytest.mark.parametrize("name", ["agenda", "lists"])
@pytest.mark.parametrize("ending", ["docx", "odt", "rtf", "doc"])
def test_every_format_says_what_its_source_says(made, read_as, name, ending):
    source = read_as("fodt", made(f"{name}.fodt"))
    other = read_as(ending, made(f"{name}.{ending}"))
    expected = content(source)
    if (name, ending) == ("lists", "doc"):  # LibreOffice itself writes another list for the item that says its number
        expected = [(*one[:4], one[4].replace("5.1. Cinq", "1.3. Cinq")) for one in expected]
    assert (other.state, content(other)) == ("read", expected)
    assert [line.page for line in source.lines if line.block == "cell"] == [
        line.page for line in other.lines if line.block == "cell"
    ]


def test_what_an_old_word_document_holds(made, read_as):
    extracted = read_as("doc", made("agenda.doc"))
    assert (extracted.method, extracted.page_count, extracted.title) == ("doc", 2, "Ordre du jour du conseil municipal")
    running = [line.text for line in extracted.lines if line.block == "running"]
    assert running[0] == "Commune de Vaubrun-sur-Orle – Conseil municipal"
    assert running[1].startswith("Page ")
    text = extracted.pages[0].text
    assert "note cachée" not in text
    assert "texte supprimé" not in text
    assert "Budget principal et annexe de l’eau." in text
    heading = next(line for line in extracted.lines if line.block == "heading")
    assert (heading.text, heading.bold, heading.size) == ("Ordre du jour", True, 16.0)


def test_an_encrypted_one_is_locked(made, read_as):
    data = bytearray(made("agenda.doc"))
    begin = data.index(struct.pack("<H", 0xA5EC))
    data[begin + 0x0B] |= 0x01
    extracted = read_as("doc", bytes(data))
    assert (extracted.state, extracted.reason) == ("locked", "the file asks for a password")


def old_word(text: bytes, flags: int = 0) -> bytes:
    """A main stream of Word 6: header, then bytes of one charset."""
    header = bytearray(768)
    struct.pack_into("<HH", header, 0, 0xA5DC, 101)
    struct.pack_into("<H", header, 0x0A, flags)
    struct.pack_into("<II", header, 0x18, 768, 768 + len(text))
    struct.pack_into("<I", header, 0x34, len(text))
    return bytes(header) + text


def test_word_6_and_95_give_their_text(make, read_as):
    data = make.ole({"WordDocument": old_word("Conseil municipal\rVidéoprotection\r".encode("cp1252"))})
    extracted = read_as("doc", data)
    assert (extracted.state, make.texts(extracted)) == ("read", ["Conseil municipal", "Vidéoprotection"])


def test_word_6_saved_in_patches_says_so(make, read_as):
    extracted = read_as("doc", make.ole({"WordDocument": old_word(b"x" * 50, flags=4)}))
    assert extracted.state == "failed"
    assert "Word 6" in (extracted.reason or "")


def test_the_real_ones_are_read(shared, read_as):
    files = sorted((shared / "corpus" / "text" / "flaux_doc").glob("*.doc"))
    assert len(files) == 7
    for path in files:
        extracted = read_as("doc", path.read_bytes())
        text = "\n".join(page.text for page in extracted.pages)
        assert extracted.state == "read"
        assert len(text) > 3000
        assert "\ufffd" not in text
        assert "\x07" not in text
        assert "onseil" in text
        assert "é" in text
    assert sum(line.row is not None for line in extracted.lines) >= 20  # the tariffs of the last one
    assert sum(line.block == "li" for line in extracted.lines) >= 7
