"""What the samples tell of: invented councils, one session and its papers, in March 2026."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from alerts.planning.matter import SessionFact, SourceFact, VoteFact
from crawler.models import AlertFact, Change, Council, Subscription

PARIS = ZoneInfo("Europe/Paris")
READER = "mailto:veille@example.org"
WEBHOOK = "webhook+https://hooks.example.org/tocsin"
SITE = "https://www.castelvieux.example"


def paris(text: str) -> datetime:
    """An instant as the clocks of Paris show it."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


MONDAY = paris("2026-03-02T08:00")
FOUND = paris("2026-03-05T09:12")
TOWN = Council("castelvieux-sur-orvence", "Castelvieux-sur-Orvence", "commune", "69", "84", population=24_600)
PORT = Council("villebrume", "Villebrume", "commune", "69", "84", population=7_900)
VALLEY = Council("pays-de-lissieres", "Communauté de communes du Pays de Lissières", "epci", "42", "84")
VILLAGE = Council("saint-aubrin-les-etangs", "Saint-Aubrin-les-Étangs", "commune", "42", "84", population=1_150)

CAMERAS = AlertFact(
    flag_id="f-1", council=TOWN, session_id="s-castelvieux-0312", item_id="i-cameras", body="conseil municipal",
    session_date=date(2026, 3, 12), starts_at=paris("2026-03-12T18:30"), place="Hôtel de ville, salle des mariages",
    session_status="scheduled", convened_on=date(2026, 3, 5), item_number="7",
    item_title="Extension du dispositif de vidéoprotection : demande de subvention au titre du FIPD", item_listed=True,
    item_withdrawn=False, topics=("video-surveillance",), score=0.95, phrase="vidéoprotection",
    excerpt="Extension du dispositif de vidéoprotection : demande de subvention au titre du FIPD et autorisation "
    "donnée au maire de signer la convention avec la préfecture.",
    page=3, document_id="d-1", document_url=f"{SITE}/conseil/2026/ordre-du-jour-12-mars-2026.pdf",
    document_kind="agenda", sha256="8f3c1d20b7a94e6655d0c2f1a83be97402d5c6718e9f04a3b2c1d0e9f8a7b6c5",
    document_first_seen_at=paris("2026-03-05T08:47"), absent_at=paris("2026-03-04T20:31"),
    first_seen_at=paris("2026-03-05T08:47"), private=False,
)  # fmt: skip
SMART = replace(
    CAMERAS, flag_id="f-2", item_id="i-smart", item_number="12", page=5, score=0.9,
    item_title="Hypervision urbaine et optimisation de l'exploitation des flux d'images : adhésion au groupement de "
    "commandes du syndicat intercommunal des technologies de l'Orvence, approbation de la convention constitutive",
    topics=("algorithmic-video", "safe-city"), phrase="optimisation de l'exploitation des flux d'images",
    excerpt="Le dispositif permet l'optimisation de l'exploitation des flux d'images par un logiciel qui signale aux "
    "opérateurs les attroupements et les objets abandonnés.",
)  # fmt: skip
PLATES = replace(
    CAMERAS, flag_id="f-3", item_id="i-plates", item_number="14", page=6, score=0.8, topics=("plate-recognition",),
    item_title="Stationnement payant : acquisition d'un véhicule équipé d'un système LAPI",
    phrase="système LAPI", excerpt="Acquisition d'un véhicule équipé d'un système LAPI pour le contrôle du forfait de "
    "post-stationnement.",
    scanned=True, legible=0.55,
)  # fmt: skip
DRONE = replace(
    CAMERAS, flag_id="f-4", council=PORT, session_id="s-villebrume-0326", item_id="i-drone", item_number="V",
    session_date=date(2026, 3, 26), starts_at=None, place=None, convened_on=None, page=1, topics=("drones",),
    item_title="Achat d'un drone pour la police municipale (recherche des dépôts sauvages)", phrase="drone",
    excerpt="Achat d'un drone pour la police municipale (recherche des dépôts sauvages).", document_id="d-2",
    document_url="https://villebrume.example/conseil/oj260326.htm", absent_at=None,
    sha256="1b5e6f70c2d34a8899a0b1c2d3e4f5061728394a5b6c7d8e9fa0b1c2d3e4f506",
)  # fmt: skip
NOTE = (
    "Rapport n° 7. La commune souhaite installer 12 nouvelles caméras, en plus des 26 qui existent. "
    "Les caméras seront implantées place de la République, rue du Port et avenue de la Gare. "
    "Le coût de l'opération est estimé à 148 000 € HT, dont 59 200 € demandés au titre du FIPD. "
    "Les images seront conservées quinze jours, puis effacées automatiquement. "
    "Monsieur le maire propose au conseil d'approuver le projet et de l'autoriser à signer tout document utile."
)


def change(kind: Any, before: str | None, after: str | None, **more: Any) -> Change:
    """What a new version of the agenda brought on Monday 9 March."""
    given = {
        "session_id": CAMERAS.session_id, "item_id": None, "version_id": "public:2", "document_kind": "agenda",
        "seen_at": paris("2026-03-09T08:52"), "document_url": CAMERAS.document_url,
    }  # fmt: skip
    return Change(kind=kind, before=before, after=after, **(given | more))


def vote(item: str, **more: Any) -> VoteFact:
    """Where a result of 12 March was read."""
    given = {
        "seen_at": paris("2026-03-16T08:40"), "document_kind": "list", "page": 2,
        "document_url": f"{SITE}/conseil/2026/liste-des-deliberations-12-mars-2026.pdf", "known_since": MONDAY,
    }  # fmt: skip
    return VoteFact(item, **(given | more))


def source(council: Council, **more: Any) -> SourceFact:
    """A site that is read each morning, here until Monday 9 March."""
    given = {"state": "ok", "last_success_at": paris("2026-03-09T06:40"), "state_since": MONDAY}
    return SourceFact(f"{council.id}/site", council, council.id, **(given | more))


OUT = {
    "state": "blind", "last_success_at": paris("2026-03-06T06:41"), "failures": 2,
    "reason": "HTTP 200, but the page says that the account is suspended",
}  # fmt: skip
AHEAD = (
    SessionFact(
        "s-castelvieux-0312", TOWN, "conseil municipal", date(2026, 3, 12), CAMERAS.starts_at, has_agenda=True,
        flagged=1,
    ),
    SessionFact("s-villebrume-0326", PORT, "conseil municipal", date(2026, 3, 26), has_agenda=True, flagged=1),
    SessionFact(
        "s-lissieres-0316", VALLEY, "conseil communautaire", date(2026, 3, 16), paris("2026-03-16T19:00"),
        place="Maison de l'intercommunalité", document_url="https://lissieres.example/agenda/",
    ),
)  # fmt: skip
NEXT = SessionFact("s-castelvieux-0409", TOWN, "conseil municipal", date(2026, 4, 9), paris("2026-04-09T18:30"))
COLLECTIVE = Subscription("collectif-orvence", (READER,), departments=("69", "42"))
OPERATOR = Subscription("exploitation", ("mailto:operateur@example.org",), kinds=("blind", "recovered"))
