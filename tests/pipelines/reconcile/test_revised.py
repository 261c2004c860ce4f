"""What counts as a change between two states of a paper: never stamps, spacing, signatures, page numbers."""

from __future__ import annotations

import pytest

from pipelines.reconcile.revised import Passage, alike, passages

NOTE = """7. Extension de la vidéoprotection
Il est proposé au conseil d'installer 12 caméras place de la Halle et rue du Moulin.
Le coût du projet est estimé à 96 500 € HT, financé à moitié par l'État.
Les images sont conservées quinze jours. Le système ne comporte pas de reconnaissance faciale.
Le Maire,
Jeanne Invente
Fait à Brumeval, le 6 mars 2026
Page 3 sur 12
"""
TITLE = "7 Extension de la vidéoprotection"


def told(old: str, new: str) -> tuple[Passage, ...]:
    return passages(old, new, (TITLE, TITLE))


@pytest.mark.parametrize(
    ("words", "instead"),
    [
        ("12 caméras place", "12 caméras\n\n  place"), ("12 caméras place", "12 Cameras place"),
        ("caméras place de la Halle", "caméras place de la Hal-\nle"),
        ("Page 3 sur 12", "Page 4 sur 14"), ("Page 3 sur 12", "4/14"), ("Page 3 sur 12", "– 4 –"),
        ("Fait à Brumeval, le 6 mars 2026", "Fait à Brumeval, le 9 mars 2026\nEnvoyé en préfecture le 10/03/2026"),
        ("Page 3", "Reçu en préfecture le 10/03/2026\nAffiché le 11/03/2026\nID : 069-216900-20260312-D7\nPage 3"),
        ("Jeanne Invente", "Pierre Autre"), ("96 500 €", "96\u202f500 €"), ("96 500 €", "96.500,00 €"),
        ("l'État", "l’État"), ("vidéoprotection\n", "vidéo-protection\n"), ("proposé", "proposée"),
        ("quinze jours. Le", "quinze jours .\n\nLe"),
    ],
)  # fmt: skip
def test_what_is_no_news(words: str, instead: str) -> None:
    assert words in NOTE
    assert told(NOTE, NOTE.replace(words, instead)) == ()
    assert told(NOTE.replace(words, instead), NOTE) == ()


@pytest.mark.parametrize(
    ("words", "instead", "before", "after"),
    [
        ("12 caméras", "40 caméras", "12 caméras", "40 caméras"),
        ("96 500 €", "196 500 €", "96 500 €", "196 500 €"),
        ("quinze jours", "trente jours", "quinze jours", "trente jours"),
        ("ne comporte pas de", "comporte une", "ne comporte pas de", "comporte une"),
        ("et rue du Moulin", "et gare routière", "rue du Moulin", "gare routière"),
    ],
)
def test_what_a_reader_would_call_a_change(words: str, instead: str, before: str, after: str) -> None:
    (found,) = told(NOTE, NOTE.replace(words, instead))
    assert before in (found.before or "")
    assert after in (found.after or "")


def test_what_came_in_and_what_left() -> None:
    more = NOTE.replace("Les images", "Un drone complète le dispositif. Les images")
    (came,) = told(NOTE, more)
    assert (came.before, came.after) == (None, "Un drone complète le dispositif")
    (left,) = told(more, NOTE)
    assert (left.before, left.after) == ("Un drone complète le dispositif", None)


def test_a_title_and_number_are_told_otherwise() -> None:
    new = NOTE.replace("7. Extension de la", "9. Modernisation de la")
    assert passages(NOTE, new, (TITLE, "9 Modernisation de la vidéoprotection")) == ()


def test_the_head_of_pages_is_no_passage() -> None:
    heads = "".join(f"Brumeval - note de synthèse du conseil\n{part}\n" for part in ("Un.", "Deux.", "Trois."))
    assert told(NOTE, NOTE + heads.replace("Un.", "").replace("Deux.", "").replace("Trois.", "")) == ()


def test_a_passage_is_bounded_and_costs_no_more_than_its_length() -> None:
    long = "mot inventé " * 20_000
    (found,) = told(NOTE, NOTE.replace("Les images", f"{long}. Les images"))[:1]
    assert len(found.after or "") <= 230
    assert told(". " * 50_000, "_ " * 50_000) == ()


def test_how_much_is_the_same() -> None:
    assert alike(NOTE, NOTE.replace("12", "40")) > 0.9
    assert alike(NOTE, "Tarifs de la piscine pour la saison prochaine") < 0.2
