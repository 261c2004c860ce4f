"""News of the papers of a flagged item: what came in, what was replaced, and what is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from crawler.models import Change, Part
from pipelines.reconcile.papers import PaperText, with_papers

AGENDA = """
1 | Budget primitif 2026
2 | Extension de la vidéoprotection
3 | Tarifs de la piscine
"""
NOTE = "2 | Extension de la vidéoprotection"
TEXT = "2. Extension de la vidéoprotection\nIl est proposé d'installer 12 caméras place de la Halle."
MORE = TEXT.replace("12", "40")
Texts = Mapping[str, PaperText]


def text(words: str = TEXT, reader: str = "4", *, recognised: bool = False) -> PaperText:
    return PaperText(words, reader, recognised)


@pytest.fixture
def flagged(town: Any, passage: Any) -> Any:
    """A council whose agenda has a flagged item."""
    town.paper("odj", items=AGENDA, flags=[passage("vidéoprotection", 1)])
    town.settle()
    return town


def news(town: Any, texts: Texts) -> list[tuple[str, str | None, str | None, str]]:
    """What settling the papers of today brings: (kind, before, after, version)."""
    was = town.found
    result = with_papers(town.settle(), was.public, was.private, town.papers, lambda part: _text(texts, part))
    changes: tuple[Change, ...] = (*result.public.changes, *result.private.changes)
    return [(each.kind, each.before, each.after, each.version_id) for each in changes]


def _text(texts: Texts, part: Part) -> PaperText | None:
    return texts.get(part.version_id)


def test_a_note_that_came_in_is_news_once(flagged: Any) -> None:
    flagged.paper("note", "note", items=NOTE)
    texts = {"public:note-1": text()}
    assert news(flagged, texts) == [("document-added", None, None, "public:note-1")]
    assert news(flagged, texts) == []


def test_a_note_on_another_item_is_none(flagged: Any) -> None:
    flagged.paper("note", "note", items="3 | Tarifs de la piscine")
    assert news(flagged, {}) == []


def test_minutes_are_no_paper_of_a_vote_ahead(flagged: Any) -> None:
    flagged.paper("pv", "minutes", items="2 | Extension de la vidéoprotection => adopted")
    assert [kind for kind, *_ in news(flagged, {})] == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (text(), text(MORE), True),
        (text(), text(TEXT.replace("Halle.", "Halle.\nPage 2 sur 3\nAffiché le 12/03/2026")), False),
        (text(reader="3"), text(MORE), False),  # two readers: no two versions of evidence
        (text(recognised=True), text(MORE), False), (text(), text(MORE, recognised=True), False),
        (None, text(MORE), False), (text(), None, False),
    ],
)  # fmt: skip
def test_a_note_that_was_replaced(flagged: Any, old: PaperText | None, new: PaperText | None, told: bool) -> None:
    flagged.paper("note", "note", items=NOTE)
    flagged.settle()
    flagged.replaced("note", flagged.claim(items=NOTE))
    given = {name: each for name, each in (("public:note-1", old), ("public:note-2", new)) if each}
    found = news(flagged, given)
    assert [(kind, version) for kind, _, _, version in found] == [("document-replaced", "public:note-2")] * told
    if told:
        assert "12 caméras" in (found[0][1] or "")
        assert "40 caméras" in (found[0][2] or "")
    assert news(flagged, given) == []


def test_the_same_text_at_another_address_is_no_news_and_its_next_state_is_a_change(flagged: Any) -> None:
    flagged.paper("note", "note", items=NOTE)
    flagged.settle()
    flagged.paper("note-copie", "note", items=NOTE)
    assert news(flagged, {"public:note-1": text(), "public:note-copie-1": text()}) == []
    flagged.paper("note-v2", "note", items=NOTE)
    ((kind, _, after, _),) = news(flagged, {"public:note-1": text(), "public:note-v2-1": text(MORE)})
    assert (kind, "40 caméras" in (after or "")) == ("document-replaced", True)


def test_a_note_without_headings_is_compared_near_what_was_found_in_it(flagged: Any, passage: Any) -> None:
    flagged.paper("note", "note", flags=[passage("12 mots", page=1)])
    assert news(flagged, {}) == [("document-added", None, None, "public:note-1")]
    flagged.replaced("note", flagged.claim())
    flagged.papers[-1] = replace(flagged.papers[-1], flags=(passage("12 mots", page=1),))
    far = "Des mots.\n" + "La suite est longue et ne dit rien de neuf à personne.\n" * 2
    padding = "".join(f"Phrase {number} tout à fait étrangère au sujet.\n" for number in range(100))
    old = far + "Ici 12 caméras.\n" + padding + "Le budget est de 100 euros."
    given = {"public:note-1": text(old), "public:note-2": text(old.replace("12 cam", "40 cam").replace("100 ", "900 "))}
    found = news(flagged, given)
    assert [kind for kind, *_ in found] == ["document-replaced"]
    assert "40 caméras" in (found[0][2] or "")


def test_what_a_private_note_says_stays_private(flagged: Any) -> None:
    flagged.paper("note", "note", items=NOTE, private=True)
    was = flagged.found
    result = with_papers(flagged.settle(), was.public, was.private, flagged.papers, lambda _: None)
    assert result.public.changes == ()
    assert [each.kind for each in result.private.changes] == ["document-added"]


def test_another_number_is_told_of_a_flagged_item_alone(flagged: Any) -> None:
    flagged.replaced("odj", flagged.claim(items="""
        1 | Élection d'un adjoint
        2 | Budget primitif 2026
        3 | Extension de la vidéoprotection
        4 | Tarifs de la piscine
    """))  # fmt: skip
    found = news(flagged, {})
    assert ("item-renumbered", "2", "3", "public:odj-2") in found
    assert [kind for kind, *_ in found].count("item-renumbered") == 1
