"""The month: twelve invented councils, what they put online on which day, what breaks down, and who reads.

Data alone, in days of the month (day 0 is a Monday, the clocks change on day 20); nothing here knows Tocsin.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Topic = Literal[
    "video-surveillance", "drones", "plate-recognition", "facial-recognition", "body-cameras", "algorithmic-video"
]
DAYS = 31
MONTHS = {"autumn": date(2026, 10, 5), "spring": date(2026, 3, 9)}  # day 20: 25 October, 29 March

CAMERAS = "Vidéoprotection : extension du dispositif rue des Tanneurs"
GRANT = "Vidéoprotection : demande de subvention au titre du FIPD"
SCHOOLS = "Installation de caméras de vidéoprotection aux abords des écoles"
DRONE = "Acquisition d’un drone pour la police municipale"
COAST = "Survol du littoral par un drone de surveillance"
PLATES = "Lecture automatisée de plaques d’immatriculation aux entrées de la ville"
FACES = "Mise en place de la reconnaissance faciale à l’entrée du stade"
BODY = "Caméras-piétons pour la police municipale"
TOPICS: dict[str, Topic] = {
    CAMERAS: "video-surveillance", GRANT: "video-surveillance", SCHOOLS: "video-surveillance", DRONE: "drones",
    COAST: "drones", PLATES: "plate-recognition", FACES: "facial-recognition", BODY: "body-cameras",
}  # fmt: skip
MINUTES, MEALS, ROOF = (
    "Approbation du procès-verbal de la séance précédente",
    "Tarifs de la restauration scolaire",
    "Réfection de la toiture du gymnase",
)
EVENING, LATER, ISLAND = time(18, 30), time(20), time(17)
HALL, GYM = "salle du conseil", "gymnase Jean-Macé"


@dataclass(frozen=True, slots=True)
class Town:
    """A council; ``body`` is its assembly."""

    id: str
    name: str
    department: str
    kind: Literal["commune", "epci", "departement"] = "commune"
    body: str = "conseil municipal"
    timezone: str = "Europe/Paris"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


TOWNS = {
    town.id: town
    for town in (
        Town("aubeville", "Aubeville", "38"),
        Town("boisville", "Boisville", "38"),
        Town("clairmont", "Clairmont", "38"),
        Town("duneville", "Duneville", "26"),
        Town("epinoy", "Épinoy", "26"),
        Town("fontbrune", "Fontbrune", "26"),
        Town("grandpre", "Val de Grandpré", "38", "epci", "conseil communautaire"),
        Town("hautecombe", "Hautecombe", "26"),
        Town("isles", "Isles", "69"),
        Town("cc-jonvelle", "Pays de Jonvelle", "69", "epci", "conseil communautaire"),
        Town("departement-k", "Kerval", "69", "departement", "conseil départemental"),
        Town("la-saline", "La Saline", "974", timezone="Indian/Reunion"),
    )
}


@dataclass(frozen=True, slots=True)
class Act:
    """What a council puts online on a day, before the crawl of that day. ``sitting`` is our name for the session.

    ``agenda``: the whole of it as it stands from then on, under ``path``; ``calendar``: the date alone; ``off``: it is
    called off; ``results``: what was voted, in the words of ``results`` (title to words).
    """

    day: int
    town: str
    kind: Literal["calendar", "agenda", "off", "results"]
    sitting: str
    on: int  # the day of the session
    hour: time | None = EVENING
    place: str = HALL
    items: tuple[str, ...] = ()
    was: int | None = None  # the day that it had been convened for
    taken_off: tuple[str, ...] = ()  # items that the agenda still lists, saying that they are withdrawn
    path: str = "odj"
    results: tuple[tuple[str, str], ...] = ()


ADOPTED, UNANIMOUS, WITHDRAWN = (
    "Adoptée par 19 voix pour et 4 voix contre",
    "Adoptée à l’unanimité",
    "Retiré de l’ordre du jour",
)


def _agenda(day: int, town: str, on: int, *items: str, hour: time | None = EVENING, **more: object) -> Act:
    sitting = str(more.pop("sitting", "first"))
    path = str(more.pop("path", f"odj-{sitting}"))
    listed = (MINUTES, *items, MEALS)
    return Act(day, town, "agenda", sitting, on, hour, items=listed, path=path, **more)  # type: ignore[arg-type]


def _voted(day: int, town: str, on: int, *results: tuple[str, str], sitting: str = "first", what: str = "liste") -> Act:
    told = ((MINUTES, UNANIMOUS), *results, (MEALS, ADOPTED))
    return Act(day, town, "results", sitting, on, path=f"{what}-{sitting}", results=told)


ACTS: tuple[Act, ...] = (
    # Aubeville: as it should be, and a result that is told by two papers
    _agenda(1, "aubeville", 11, CAMERAS, DRONE),
    _voted(14, "aubeville", 11, (CAMERAS, ADOPTED), (DRONE, WITHDRAWN)),
    _voted(21, "aubeville", 11, (CAMERAS, ADOPTED), (DRONE, WITHDRAWN), what="registre"),
    _agenda(20, "aubeville", 29, GRANT, sitting="second"),  # its reminders fall into days without a machine
    # Boisville: moved by three days, under the same address; its second session takes place while nobody watches
    _agenda(2, "boisville", 14, CAMERAS),
    _agenda(6, "boisville", 17, CAMERAS, was=14),
    _voted(23, "boisville", 17, (CAMERAS, UNANIMOUS)),
    _agenda(21, "boisville", 28, BODY, sitting="second"),
    # Clairmont: another hour, another place
    _agenda(3, "clairmont", 18, DRONE),
    _agenda(9, "clairmont", 18, DRONE, hour=LATER, place=GYM),
    _voted(24, "clairmont", 18, (DRONE, ADOPTED)),
    # Duneville: an item is gone from the newer agenda
    _agenda(1, "duneville", 15, CAMERAS, PLATES),
    _agenda(8, "duneville", 15, CAMERAS),
    # Épinoy: an item added late
    _agenda(4, "epinoy", 16, CAMERAS),
    _agenda(10, "epinoy", 16, CAMERAS, BODY),
    _voted(22, "epinoy", 16, (CAMERAS, UNANIMOUS), (BODY, ADOPTED)),
    # Fontbrune: one address for whichever agenda is the next
    _agenda(2, "fontbrune", 9, FACES, path="ordre-du-jour"),
    _voted(13, "fontbrune", 9, (FACES, ADOPTED)),
    _agenda(16, "fontbrune", 25, DRONE, sitting="second", path="ordre-du-jour"),
    _voted(27, "fontbrune", 25, (DRONE, ADOPTED), sitting="second"),
    # Grandpré: a date without an agenda until three days before
    Act(0, "grandpre", "calendar", "first", 15, path="conseil"),
    _agenda(12, "grandpre", 15, SCHOOLS),
    # Hautecombe: called off
    _agenda(5, "hautecombe", 21, CAMERAS),
    Act(13, "hautecombe", "off", "first", 21, path="annulation"),
    # Isles: voted, and on no agenda
    _agenda(3, "isles", 8, ROOF),
    _voted(12, "isles", 8, (ROOF, UNANIMOUS), (GRANT, ADOPTED)),
    # Pays de Jonvelle: the site fails for three days; reminders on both sides of the change of clocks
    _agenda(5, "cc-jonvelle", 22, PLATES),
    _voted(26, "cc-jonvelle", 22, (PLATES, ADOPTED)),
    # Kerval: no hour is stated, and an item is withdrawn
    _agenda(6, "departement-k", 24, CAMERAS, BODY, hour=None),
    _agenda(12, "departement-k", 24, CAMERAS, BODY, hour=None, taken_off=(BODY,)),
    # La Saline: eleven time zones east of the Azores
    _agenda(7, "la-saline", 23, COAST, hour=ISLAND),
    _voted(29, "la-saline", 23, (COAST, UNANIMOUS)),
)  # fmt: skip
SITE_DOWN = {("cc-jonvelle", day) for day in (10, 11, 12)}
LATE_FROM = {("grandpre", "first"): 10}  # day 15, less five clear days (CGCT L5211-1), the morning after
MAIL_REFUSES = frozenset({5})
MAIL_HANGS = frozenset({17})
# Days on which the machine is off: neither crawl nor tick.
MACHINE_OFF = {"power cut": frozenset({26, 27, 28}), "suspended": frozenset({13, 14, 26, 27, 28})}


@dataclass(frozen=True, slots=True)
class Reader:
    """A subscription; empty criteria ask for everything."""

    name: str
    to: tuple[str, ...]
    councils: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    language: str = "fr"


HOOK = "HOOK"  # replaced by the address of the endpoint, a signed webhook
READERS: tuple[Reader, ...] = (
    Reader("collectif", ("mailto:collectif@example.org",), councils=("aubeville", "grandpre")),
    Reader("isere", ("mailto:isere@example.org", HOOK), departments=("38",)),
    Reader("drones", ("mailto:drones@example.org",), topics=("drones",)),
    Reader("rappels", ("mailto:rappels@example.org",), departments=("26",), kinds=("reminder",)),
    Reader("partage-drome", ("mailto:partage@example.org",), departments=("26",)),
    Reader("partage-cameras", ("mailto:partage@example.org",), topics=("video-surveillance",)),
    Reader("rhone-en", ("mailto:reader@example.org",), departments=("69",), language="en"),
    Reader("exploitant", ("mailto:exploitant@example.org",), kinds=("blind", "recovered")),
    Reader("reunion", ("mailto:saline@example.org",), councils=("la-saline",)),
)


@dataclass(frozen=True, slots=True)
class Month:
    """The scenario laid on a calendar; ``off`` names a set of days without a machine."""

    start: date
    off: frozenset[int] = field(default_factory=frozenset)
    crawled: time = time(5)  # UTC

    def on(self, day: int) -> date:
        return self.start + timedelta(days=day)

    def day(self, when: date) -> int:
        return (when - self.start).days

    def crawl_at(self, day: int) -> datetime:
        """When the sites of a day are read."""
        return datetime.combine(self.on(day), self.crawled, tzinfo=UTC)

    def crawls(self) -> Iterator[int]:
        """The days on which there is a crawl."""
        return (day for day in range(DAYS) if day not in self.off)


def online(town: str, day: int) -> list[Act]:
    """What stands on the site of a council on a day: the last act of each address, oldest first."""
    found: dict[str, Act] = {}
    for act in sorted(ACTS, key=lambda act: act.day):
        if act.town == town and act.day <= day:
            found.pop(act.path, None)
            found[act.path] = act
    return list(found.values())
