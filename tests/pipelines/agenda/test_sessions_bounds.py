"""Nothing that reads sessions costs more than the length of a page, whatever stands on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from crawler.models import Hints
from pipelines.agenda.bodies import find_bodies
from pipelines.agenda.claims import claims
from pipelines.agenda.clock import find_times
from pipelines.agenda.dates import find_dates
from pipelines.agenda.evidence import judge
from pipelines.agenda.kinds import document_kind
from pipelines.text.extract import extract

REFERENCE = date(2026, 3, 2)
MEGABYTE = 1 << 20
LONG = 50_000  # characters; five times the head of a document
SEEDS = (
    "mars ", "12 mars ", "le 12 mars 2026 ", "12, ", "1 2 3 4 et ", "12/03/", "1er et 2 et 3 et 4 mars ", "jeudi 12 ",
    "vingt et un ", "deux mille vingt ", "l'an deux mille ", "20h", "20 h ", "vingt heures ", "12:30 ", "midi ",
    "h", "a",
    "séance du ", "conseil municipal ", "reporté ", "est reportée au ", "approbation ", "est ", "s'est ", "la la la ",
    "rue ", "initialement prévue ", "commission ", "convocation du conseil ", "12 mars 2026 à 20h est reportée au ",
    "- ", "1. ", "et ", "d'", "du mois de ", "à l'issue de la ", "procès-verbal de la ", "lors de la ", ". ", ": ", " ",
    "\n", "\n\n", "ordre du jour\n", "conseil municipal du 12 mars 2026\n", "prochaines séances\n", "12 mars 2026\n",
    "calendrier des séances 2026\n12 avril\n", "première séance\n", "commission des finances\n", "lieu : salle ",
)  # fmt: skip


@pytest.mark.parametrize(
    "work",
    [
        lambda text: find_dates(text, REFERENCE),
        find_times,
        find_bodies,
        lambda text: judge(text, REFERENCE),
        lambda text: document_kind([text[:100]], text, Hints()),
    ],
    ids=["dates", "hours", "bodies", "judge", "kind"],
)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_worst_page_ends(work: Callable[[str], object], seed: str) -> None:
    """What is super-linear would take minutes on these."""
    work(seed * (LONG // len(seed)))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_worst_document_ends(seed: str) -> None:
    text = "Conseil municipal du 12 mars 2026 à 20h\nORDRE DU JOUR\n1. Budget\n2. Voirie\n" + seed * (LONG // len(seed))
    for media_type in ("text/plain", "text/html"):
        claims(extract(text.encode(), media_type, Hints()), Hints(reference_date=REFERENCE))


def test_a_page_of_five_megabytes_on_one_line() -> None:
    quiet = "le conseil approuve a l'unanimite la convention relative a la toiture, d'un montant de 48 200 euros. "
    page = quiet * (5 * MEGABYTE // len(quiet)) + "seance du 12 mars 2026 a 20h"
    assert [one.value for one in find_dates(page)] == [date(2026, 3, 12)]
    assert len(find_times(page)) == 1
