"""The PDF papers of a sitting: agenda, reports, list of deliberations, minutes, in each council's manner."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import Literal

from crawler.demo.paper import Block, Break, Look, Rule, Table, Text, pdf
from crawler.demo.wording import capital, hour, long_date, vote
from crawler.demo.world import LIST_AFTER, Point, Sitting, Town


@dataclass(frozen=True, slots=True)
class Manner:
    """What tells the papers of one council from those of another."""

    look: Look
    hours: str = "spaced"
    numbering: Literal["plain", "reference", "point", "roman"] = "plain"
    reference: str = "{day:%Y-%m}-{number:02d}"
    rubrics: bool = True
    rapporteurs: bool = True
    voice: Literal["short", "counts", "solemn"] = "short"

    def act(self, sitting: Sitting, point: Point) -> str:
        """The reference of the act that a point becomes."""
        return self.reference.format(day=sitting.filed, number=point.number)

    def label(self, sitting: Sitting, point: Point) -> str:
        """What stands before the title of a point on the agenda."""
        match self.numbering:
            case "reference":
                return self.act(sitting, point)
            case "point":
                return f"Point n° {point.number} :"
            case "roman":
                return f"{_roman(point.number)} –"
        return f"{point.number}."

    def when(self, sitting: Sitting) -> str:
        """« lundi 9 mars 2026 à 18 h 30 »."""
        return f"{long_date(sitting.day)} à {hour(sitting.hour, self.hours)}"


def _roman(number: int) -> str:
    tens, ones = divmod(number, 10)
    return "X" * tens + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[ones]


def _head(town: Town, title: str, *lines: str) -> Iterator[Block]:
    yield Text(town.name, 15, bold=True, align="center", after=2)
    yield Text(town.address, 9, align="center", after=4)
    yield Rule(14)
    yield Text(title, 14, bold=True, align="center", after=4)
    for line in lines:
        yield Text(line, 11, align="center", after=3)
    yield Text("", 6)


def _listing(sitting: Sitting, manner: Manner) -> Iterator[Block]:
    rubric = ""
    wide = 62.0 if manner.numbering in ("reference", "point") else 28.0
    for point in sitting.points:
        if manner.rubrics and point.rubric != rubric:
            rubric = point.rubric
            yield Text(rubric.upper(), 10, bold=True, after=3)
        yield Text(point.title, label=manner.label(sitting, point), indent=wide, after=2 if manner.rapporteurs else 5)
        if manner.rapporteurs and not point.formal:
            yield Text(f"Rapporteur : {point.rapporteur}", 9, indent=wide, after=5)


def agenda(sitting: Sitting, manner: Manner) -> list[Block]:
    """The convocation with its agenda, as sent to the members."""
    town = sitting.town
    blocks = [*_head(town, "CONVOCATION ET ORDRE DU JOUR", f"Séance du {town.body}", capital(manner.when(sitting)))]
    moved = f" Cette séance était initialement prévue le {long_date(sitting.moved_from)}." if sitting.moved_from else ""
    blocks += [
        Text(f"{town.name}, le {long_date(sitting.convened, weekday=False)}", align="right", after=12),
        Text("Madame, Monsieur,"),
        Text(
            f"J’ai l’honneur de vous inviter à la séance du {town.body} qui se tiendra le {manner.when(sitting)}, "
            f"{town.place}.{moved}",
            after=12,
        ),
        Text("ORDRE DU JOUR", 12, bold=True, align="center", after=10),
        *_listing(sitting, manner),
        Text("", 8),
        Text(f"{town.head}, {town.chair}", align="right"),
    ]
    return blocks


def reports(sitting: Sitting, manner: Manner) -> list[Block]:
    """The explanatory note: a report for each point that is debated."""
    town = sitting.town
    blocks = [*_head(town, "NOTE EXPLICATIVE DE SYNTHÈSE", f"{capital(town.body)} du {long_date(sitting.day)}")]
    for point in sitting.points:
        if point.formal:
            continue
        blocks.append(Text(f"{manner.label(sitting, point)} {point.title}", 11.5, bold=True, after=3))
        blocks.append(Text(f"Rapporteur : {point.rapporteur}", 9))
        blocks += [Text(paragraph) for paragraph in point.body]
        blocks.append(Text(f"Il est demandé au {town.body} de bien vouloir en délibérer.", after=16))
    return blocks


def outcomes(sitting: Sitting, manner: Manner) -> list[Block]:
    """The list of deliberations examined, posted within a week."""
    town = sitting.town
    rows = [("N°", "Objet", "Vote")]
    for point in sitting.points:
        if point.title == "Questions diverses":
            continue
        rows.append((manner.act(sitting, point), point.title, vote(point.tally, manner.voice, town.body)))
    return [
        *_head(town, "LISTE DES DÉLIBÉRATIONS EXAMINÉES", f"Séance du {town.body} du {long_date(sitting.day)}"),
        Table((0.16, 0.5, 0.34), tuple(rows)),
        Text(f"Affichée et mise en ligne le {long_date(sitting.day + LIST_AFTER)}.", 9),
    ]


def minutes(sitting: Sitting, manner: Manner) -> list[Block]:
    """The minutes: who was there, what was said, how each point ended."""
    town = sitting.town
    absent, *present = town.people[::-1]
    blocks = [*_head(town, "PROCÈS-VERBAL", f"Séance du {town.body} du {long_date(sitting.day)}")]
    blocks += [
        Text(
            f"Le {town.body}, dûment convoqué le {long_date(sitting.convened)}, s’est réuni {town.place}, "
            f"sous la présidence de {town.chair}. La séance est ouverte à {hour(sitting.hour, manner.hours)}."
        ),
        Text(f"Présents : {town.chair}, {', '.join([*present, *town.opposition])}."),
        Text(f"Absent(e) ayant donné procuration : {absent}. Membres en exercice : {town.members}.", after=14),
    ]
    for point in sitting.points:
        blocks.append(Text(f"{manner.act(sitting, point)}  {point.title}", 11.5, bold=True, after=3))
        blocks += [Text(paragraph) for paragraph in point.body]
        if not point.formal and point.tally.against:
            blocks.append(Text(f"{town.opposition[0]} regrette le manque de concertation. {point.rapporteur} répond."))
        blocks.append(Text(vote(point.tally, manner.voice, town.body), bold=True, after=14))
    blocks.append(Text(f"La séance est levée à {hour(time(22, 10), manner.hours)}."))
    blocks.append(Text(f"Le secrétaire de séance, {town.people[0]}", align="right"))
    return blocks


def file(write: Callable[[Sitting, Manner], list[Block]], sitting: Sitting, manner: Manner, title: str) -> bytes:
    """The PDF of one of the papers above, dated by the sitting."""
    return pdf(write(sitting, manner), manner.look, title, datetime.combine(sitting.convened, time(16, 20)))


def menu_card(town: Town, manner: Manner, week: str) -> bytes:
    """A canteen's menu: a PDF that is none of our business."""
    days = ("Lundi", "Mardi", "Jeudi", "Vendredi")
    dishes = (
        "Carottes râpées, hachis végétal, yaourt",
        "Soupe, omelette, fruit",
        "Betteraves, poulet, riz",
        "Quiche, salade, compote",
    )
    blocks: list[Block] = [
        *_head(town, "RESTAURANT SCOLAIRE", f"Menus de la semaine du {week}"),
        Table((0.25, 0.75), (("Jour", "Menu"), *zip(days, dishes, strict=True))),
    ]
    return pdf(blocks, manner.look, f"Menus {week}", datetime(2020, 1, 1))  # noqa: DTZ001 - the date of a template


def bulletin(town: Town, manner: Manner, month: str) -> bytes:
    """A municipal magazine of a few pages."""
    blocks: list[Block] = [*_head(town, "LE BULLETIN", month)]
    for rubric in ("Le mot de la mairie", "Vie associative", "État civil", "Recette du mois"):
        blocks.append(Text(rubric, 13, bold=True))
        blocks += [
            Text(f"{club} vous donne rendez-vous pour sa fête annuelle. Entrée libre, buvette sur place.")
            for club in town.clubs
        ]
        blocks.append(Break())
    return pdf(blocks[:-1], manner.look, f"Bulletin {month}", datetime(2020, 1, 1))  # noqa: DTZ001 - the date of a template
