"""Votes as printed: results, counts, names counted, unanimity; nothing that is not printed."""

from __future__ import annotations

import pytest

from pipelines.agenda.vote_words import outcome_of_cell
from pipelines.agenda.votes import count_names, find_votes

Vote = tuple[str, int | None, int | None, int | None, bool]


def votes(text: str) -> list[Vote]:
    return [(one.result, one.for_, one.against, one.abstain, one.unanimous) for one, _, _ in find_votes(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Adopté à l'unanimité.", ("adopted", None, None, None, True)),
        ("LE CONSEIL MUNICIPAL, A L’UNANIMITE, ACCEPTE CETTE PROPOSITION", ("adopted", None, None, None, True)),
        ("A L'UNAN?MITE, ACCEPTE", ("adopted", None, None, None, True)),
        ("4 abstentions. Adopté à l'unanimité.", ("adopted", None, None, 4, True)),
        ("à l'unanimité moins trois abstentions", ("adopted", None, None, 3, True)),
        ("Adoptée 20 pour 3 contre", ("adopted", 20, 3, None, False)),
        ("Vote : 20 pour 3 contre 2 abstentions", ("adopted", 20, 3, 2, False)),
        ("À l'unanimité :\n- DÉCIDE d'adhérer\nAbstention : M. Ormont", ("adopted", None, None, 1, True)),
        (
            "À l'unanimité :\n- DÉCIDE\nAbstentions : Mme Tardieu, M. Vidalin,\nM. Sorbier",
            ("adopted", None, None, 3, True),
        ),
        (
            "Vote :\n- Pour : 15\n- Contre : 4 (M. Ormont, Mme Tardieu, M. Vidalin, M. Roc)",
            ("adopted", 15, 4, None, False),
        ),
        ("Votes pour : 12\nVotes contre : 0\nAbstentions : 0", ("adopted", 12, 0, 0, True)),
        ("Pour 9\n Abstention 0\n Contre 0\n", ("adopted", 9, 0, 0, True)),
        ("adopte par 22 voix pour, 7 voix contre et 2 abstentions", ("adopted", 22, 7, 2, False)),
        ("22 pour - 5 contre - 2 abstentions", ("adopted", 22, 5, 2, False)),
        ("Délibération adoptée par 14 voix POUR", ("adopted", 14, None, None, False)),
        ("À la majorité, le conseil approuve.\nCONTRE : 1 (Mme Roc)", ("adopted", None, 1, None, False)),
        (
            "A L'EXCEPTION DE MME ROC, MM. VIDALIN ET ORMONT QUI VOTENT CONTRE, ACCEPTE CES PROPOSITIONS",
            ("adopted", None, 3, None, False),
        ),
        ("A L'EXCEPTION DE M. VIDALIN QUI S'ABSTIENT, ACCEPTE", ("adopted", None, None, 1, False)),
        ("A L'UNANIMITE des votants (31 voix), 8 abstentions (groupe d'union)", ("adopted", 31, None, 8, True)),
        ("Le Conseil prend acte du rapport.", ("noted", None, None, None, False)),
        ("Après en avoir délibéré, à l'unanimité :\n- PREND ACTE du rapport", ("noted", None, None, None, True)),
        ("Pour : 4\nContre : 8\nLe vœu est rejeté.", ("rejected", 4, 8, None, False)),
        ("Le vœu est repoussé.", ("rejected", None, None, None, False)),
        ("Le dossier est retiré de l'ordre du jour.", ("withdrawn", None, None, None, False)),
        ("Ce point est reporté à une séance ultérieure.", ("adjourned", None, None, None, False)),
        ("Le Conseil Adopte.", ("adopted", None, None, None, False)),
        ("Abstentions : néant\nPour : 11\nContre : néant", ("adopted", 11, 0, 0, True)),
    ],
)
def test_one_vote(text: str, expected: Vote) -> None:
    assert votes(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "La commission des finances a émis un avis favorable à l'unanimité.",
        "Il est proposé d'acheter 12 chaises pour la cantine.",
        "s'ils sont d'accord pour :\n- autoriser Mme Tardieu et M. Roc à signer",
        "Réfection de 20 places pour 3 contre-allées",
        "Le produit s'élève à 2 000,00 € pour 2026. EQUIPEMENTS pour :\n 88 004,30 €",
        "Excédent de fonctionnement\nreporté\n9 723 668 €",
        "Le syndicat a accepté à l'unanimité l'adhésion de la commune.",
        "Le conseil peut décider, à l'unanimité, de ne pas voter au scrutin secret.",
        "Il est demandé de prendre acte du débat.",
        "Ont été proclamés élus : la majorité absolue était de 15.",
    ],
)
def test_no_vote(text: str) -> None:
    assert votes(text) == []


def test_several_votes_of_one_item() -> None:
    text = "Club A 320 €\nVote : pour à l'unanimité\nClub B 100 €\nVote :\n- Pour : 15\n- Abstentions : 3\n"
    text += "Club C\nVote : pour à l'unanimité"
    assert votes(text) == [
        ("adopted", None, None, None, True),
        ("adopted", 15, None, 3, False),
        ("adopted", None, None, None, True),
    ]


def test_offsets_are_those_of_the_text() -> None:
    text = "Rapport. Le conseil adopte à l'unanimité."
    ((_, start, end),) = find_votes(text)
    assert text[start:end] == "à l'unanimité"


@pytest.mark.parametrize(
    ("names", "number"),
    [
        ("M. Ormont", 1),
        ("MADAME ROC, MESSIEURS VIDALIN, ORMONT ET MESDAMES TARDIEU, SORBIER", 5),
        ("Mme Roc (pouvoir de M. X) et M. Le Bihan", 2),
    ],
)
def test_names_are_counted(names: str, number: int) -> None:
    assert count_names(names.lower()) == number


@pytest.mark.parametrize(
    ("cell", "result"),
    [
        ("Approuvée", "adopted"),
        ("Rejetée", "rejected"),
        ("Prend acte", "noted"),
        ("Ajournée au prochain CM", "adjourned"),
        ("Retiré", "withdrawn"),
    ],
)
def test_outcome_of_a_cell(cell: str, result: str) -> None:
    vote = outcome_of_cell(cell)
    assert vote is not None and vote.result == result


def test_a_title_is_no_outcome() -> None:
    assert outcome_of_cell("Approuvée par le préfet, la charte entre en vigueur") is None
