"""What is searched for only where a quick look found a reason to: the result must be that of the slow way."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipelines.agenda import bodies, words
from pipelines.agenda.vote_events import EVENT, events
from pipelines.agenda.words import plain

_VOTES = (
    "pour", "contre", "abstention", "abstentions", "oppositions", "abstention(s)", "s'abstiennent", ":", " : ", "=",
    "\n", "\n\n", "  ", "12", "3", "deux", "vingt et un", "quatre-vingt dix neuf", "aucune", "neant", "voix", "votes",
    "suffrages", "exprimes", "(m. x, mme y)", "a l'unanimite", "unanimement", "accord unanime", "m. dupont", "€", "%",
    "a la tres forte majorite", "a la majorite", "majorite des voix", "a l'exception de", "excepte m", "prend acte",
    "prennent acte", "pris acte", "donne acte", "est rejete", "rejette", "repousse", "n'est pas adopte", "mot " * 7,
    "n'adopte pas", "point", "deliberation", "vœu", "voeu", "est retire", "a ete retiree", "retire", "x" * 30,
    "retiree de l'ordre du jour", "n'a plus lieu d'etre", "est ajournee a une ", "ajourne", "ajournee", "reporte", "•",
    "unanimite", "majorite", "quasi-unanimite", "-", "|", "/", "(", ")", ".", ". ", "nppv",
    "ne prend pas part au vote", "ne participent pas", "n'ont pas pris part au vote", "oui", "non", "p", "c", "a",
    "par", "resultat", "adoptee", "adopte", "votent contre", "s'etant abstenu", "s'etant retires", "deport de ",
    "mme roc", "motion", "amendement n° 3", "dont acte", "sursis a statuer", "il est ", "renvoye", "en commission",
    "retirer ce point", "reporter le vote", "le report de la ", "pour l'adoption", "« pour »", "........",
    "a une prochaine seance",
)  # fmt: skip
_BODIES = (
    "conseil", "municipal", "conseils municipaux", "conseil municipal des jeunes", "du 3e arrondissement", "bureau",
    "communautaire", "commission", "permanente", "comite syndical", "assemblee", "pleniere", "seance", "session",
    "reunion", "de corse", "conseil d'administration", "conseil de la metropole", "\n", "x", "conseillers regionaux",
)  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(_VOTES), st.sampled_from(["", " ", "\n"])), max_size=40))
def test_votes_are_found_wherever_they_stand(pieces: list[tuple[str, str]]) -> None:
    low = "".join(word + gap for word, gap in pieces)
    found = [(match.span(), match.groupdict()) for match in events(low)]
    assert found == [(match.span(), match.groupdict()) for match in EVENT.finditer(low)]


@given(st.lists(st.tuples(st.sampled_from(_BODIES), st.sampled_from(["", " ", "  "])), max_size=12))
def test_bodies_are_found_wherever_they_stand(pieces: list[tuple[str, str]]) -> None:
    low = "".join(word + gap for word, gap in pieces)
    slow = [(match.start(), match.end()) for match in bodies._BODY.finditer(low) if (match.lastindex or 1) > 1]
    assert [(found.start, found.end) for found in bodies.find_bodies(low)] == slow


def test_plain_text_is_as_long_whatever_it_holds() -> None:
    assert plain("L’ÉCOLE D’Œuvre – n° 3…") == "l'ecole d'œuvre - n° 3."
    for code in (*range(0xD800), *range(0xE000, 0x11000), 0x1F4A9):
        assert plain(chr(code)) == chr(code).translate(words._PLAIN)
    assert plain("é➢É") == "e➢e"  # beyond what the quick way knows
