from __future__ import annotations

from crawler.models import Hints
from pipelines.text.extract import extract
from pipelines.text.plain import extract_plain


def test_form_feeds_end_pages_and_offsets_fit() -> None:
    done = extract_plain("Séance du 3 mars\r\n\r\n   1. Budget\f2. Voirie\f".encode("cp1252"), "text/plain")
    assert (done.state, done.page_count, [page.text for page in done.pages]) == (
        "read", 2, ["Séance du 3 mars\n\n   1. Budget", "2. Voirie"],
    )  # fmt: skip
    for line in done.lines:
        assert done.pages[line.page - 1].text[line.start : line.end] == line.text
    assert [line.text for line in done.lines] == ["Séance du 3 mars", "1. Budget", "2. Voirie"]


def test_markdown_tells_headings_and_items() -> None:
    done = extract_plain(b"# Conseil municipal\n\n- Budget\n  - Annexe\n**Voirie**\n---\n", "text/markdown")
    assert [(line.text, line.block, line.level, line.bold) for line in done.lines] == [
        ("Conseil municipal", "heading", 1, False),
        ("Budget", "li", 1, False),
        ("Annexe", "li", 2, False),
        ("**Voirie**", "p", 0, True),
        ("---", "p", 0, False),
    ]
    assert done.pages[0].text.startswith("# Conseil municipal\n\n- Budget")
    for line in done.lines:
        assert done.pages[0].text[line.start : line.end] == line.text


def test_json_letters_are_legible() -> None:
    done = extract_plain(b'[{"objet": "Vid\\u00e9oprotection"}]', "application/json")
    assert "Vidéoprotection" in done.pages[0].text


def test_types_that_wait_and_containers() -> None:
    hints = Hints(file_name="odj.docx")
    docx = extract(b"PK", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", hints)
    assert docx.state == "failed" and docx.reason
    empty_archive = b"PK\x05\x06" + bytes(18)
    assert extract(empty_archive, "application/zip", hints).state == "container"
    image = extract(b"x", "image/heic", hints)
    assert image.state == "unsupported" and image.reason is not None and "image/heic" in image.reason
    unknown = extract(b"x", "application/octet-stream", hints)
    assert unknown.state == "unsupported" and unknown.reason is not None and "odj.docx" in unknown.reason
    empty = extract(b"", "application/x-empty", hints)
    assert (empty.state, empty.reason) == ("failed", "empty")
