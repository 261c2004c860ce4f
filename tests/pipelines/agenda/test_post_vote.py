"""What platforms publish after the vote never makes a session look announced; every town is invented.

Names are those that the spiders of such platforms give: the act's type and day as a heading, its subject as a link.
"""

from __future__ import annotations

from datetime import date

import pytest

OPENING = """COMMUNE DE VALMONT
EXTRAIT DU REGISTRE DES DELIBERATIONS DU CONSEIL MUNICIPAL

SEANCE DU 17 FEVRIER 2026

L'an deux mille vingt-six, le dix-sept février à dix-neuf heures, le conseil municipal, légalement convoqué le
11 février 2026, s'est réuni à la mairie sous la présidence du maire.

OBJET : Extension de la vidéoprotection du centre
Délibération n° 2026-12

Le conseil municipal, après en avoir délibéré, à l'unanimité, APPROUVE l'extension du dispositif.
La prochaine séance aura lieu le 6 avril 2026 à 19 h.
"""
SHORT = """Commune de Valmont
Conseil municipal du 17 février 2026
Délibération n° 2026-12
Extension de la vidéoprotection du centre

Le rapporteur expose que le dispositif compte douze caméras et qu'il convient d'en ajouter quatre.
Vote : pour 23, contre 3, abstention 1.
"""
CONTRACT = """Convention de partenariat
Entre la commune de Valmont et l'association des riverains
Article 1er : objet
La présente convention prendra effet le 1er avril 2026 pour une durée de trois ans.
"""
LIST = """Commune de Valmont
Liste des délibérations examinées par le conseil municipal du 17 février 2026
1. Budget primitif : adopté
2. Extension de la vidéoprotection : adopté
3. Tarifs de la cantine : adopté
"""
ACT = {"link_text": "Extension de la vidéoprotection du centre", "heading": "Délibération du 17/02/2026"}
PAPERS = {
    "an extract": (OPENING, ACT),
    "an extract of which nothing is known": (OPENING, {}),
    "an act without its opening": (SHORT, ACT),
    "a scan": (" ", ACT),
    "a contract filed as an act": (CONTRACT, {**ACT, "link_text": "Convention de partenariat"}),
    "a list": (LIST, {"link_text": "Liste", "heading": "Liste des délibérations du 17/02/2026"}),
    "minutes": (OPENING, {"link_text": "PV", "heading": "Procès-verbal"}),
}


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_from_after_the_vote_tells_of_a_session_that_was_held(say, name):
    text, names = PAPERS[name]
    kind, sessions = say(text, reference_date=date(2026, 2, 20), council_name="Valmont", **names)
    assert kind in ("deliberation", "list", "minutes")
    assert [(one.body, one.date, one.status) for one in sessions] == [("conseil municipal", date(2026, 2, 17), "held")]


def test_an_annex_tells_of_no_session(say):
    names = {**ACT, "link_text": "Annexe : Extension de la vidéoprotection du centre"}
    assert say(CONTRACT, reference_date=date(2026, 2, 20), **names) == ("annex", ())


def test_a_page_of_a_search_of_debates_announces_nothing(say):
    page = """<html><body><h1>2026 DPSP 12 - Subventions (50 000 euros) à trois associations</h1>
    <p>Délibération/ Conseil municipal/ Février 2026</p><p>Séance des 3, 4, 5 et 6 février 2026</p>
    <p>Le Conseil de Paris, vu le projet de délibération en date du 20 janvier 2026 ; Délibère : Article 1 : une
    subvention de 50 000 euros est attribuée.</p></body></html>"""
    names = {"link_text": "2026 DPSP 12", "heading": "Délibération/ Conseil municipal/ Février 2026"}
    kind, sessions = say(page, reference_date=date(2026, 3, 2), council_name="Paris", **names)
    assert kind not in ("agenda", "convocation", "note", "draft")
    assert all(one.status == "held" for one in sessions)
