"""Saint-Aubrin-les-Étangs: a village's news site, where the agenda is an article among others."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import groupby

from crawler.demo import papers
from crawler.demo.paper import Look
from crawler.demo.papers import Manner
from crawler.demo.shelf import PARIS, Shelf, moment
from crawler.demo.wording import long_date, month_name
from crawler.demo.world import Sitting, Town, World

MANNER = Manner(Look("serif", (0.15, 0.35, 0.2)), hours="h", reference="{number}", rapporteurs=False, voice="solemn")
PER_PAGE = 6
NEWS = (
    ("Fête de la soupe : merci aux bénévoles", "Le Comité des fêtes remercie tous les participants."),
    ("Travaux sur la route de l’Étang-Vieux", "La circulation sera alternée pendant deux semaines."),
    ("Le menu de la cantine", "Cette semaine : soupe de potiron, gratin, pomme. Le pain est fait au village."),
    ("Collecte des encombrants", "Les encombrants sont à sortir la veille au soir."),
    ("Randonnée des étangs", "Départ à neuf heures devant la mairie, douze kilomètres, chaussures conseillées."),
    ("Horaires d’été du secrétariat", "Le secrétariat est ouvert le mardi et le vendredi."),
    ("Un nouveau commerce au village", "Une épicerie ouvre ses portes sur la place."),
    ("Concours des maisons fleuries", "Les inscriptions sont ouvertes jusqu’à la fin du mois."),
)


@dataclass(frozen=True, slots=True)
class Post:
    """An article; ``sitting`` and ``part`` are set where it speaks of the council."""

    number: int
    posted: date
    title: str
    section: str
    lead: str = ""
    sitting: Sitting | None = None
    part: str = "news"  # news, agenda or minutes
    file: str | None = None

    @property
    def path(self) -> str:
        """The permanent address, which keeps the first title."""
        return f"/{self.posted:%Y/%m}/{_slug(self.title)}/"


def _slug(title: str) -> str:
    bare = unicodedata.normalize("NFD", title.lower())
    letters = "".join(ch if ch.isalnum() else "-" for ch in bare if not unicodedata.combining(ch))
    return "-".join(part for part in letters.split("-") if part)


def posts(world: World, town: Town) -> list[Post]:
    """Every article online today, the newest first."""
    found = list(_of_the_council(world, town))
    dice = random.Random(town.id)
    day = world.began - timedelta(days=3)
    for number in range(40):
        title, lead = NEWS[number % len(NEWS)]
        found.append(Post(0, day, title, "vie-du-village", lead))
        day -= timedelta(days=dice.randint(9, 24))
    found.sort(key=lambda post: (post.posted, post.title), reverse=True)
    return [
        Post(1000 + len(found) - rank, p.posted, p.title, p.section, p.lead, p.sitting, p.part, p.file)
        for rank, p in enumerate(found)
    ]


def _of_the_council(world: World, town: Town) -> Iterator[Post]:
    for sitting in world.sittings[town.id]:
        when = long_date(sitting.filed)
        if sitting.has_agenda(world.today):
            title = f"Conseil municipal du {when}"
            yield Post(
                0,
                sitting.convened,
                title,
                "conseil-municipal",
                "Voici les sujets qui seront abordés.",
                sitting,
                "agenda",
            )
        if sitting.has_list(world.today):
            posted = sitting.day + timedelta(days=6)
            signed = f"/fichiers/{posted:%Y/%m}/PV-CM-{_slug(long_date(sitting.filed, weekday=False))}.pdf"
            yield Post(
                0,
                posted,
                f"Compte rendu de la séance du {when}",
                "conseil-municipal",
                "Retrouvez les décisions prises par vos élus.",
                sitting,
                "minutes",
                signed if sitting.has_minutes(world.today) else None,
            )


def build(town: Town, world: World) -> Shelf:
    """The whole site."""
    shelf = Shelf("journal")
    everything = posts(world, town)
    months = list(dict.fromkeys(post.posted.replace(day=1) for post in everything))
    shelf.common = {"town": town, "recent": everything[:5], "months": months, "manner": MANNER, "today": world.today}
    _river(shelf, "/", "Actualités", everything)
    sections = {"conseil-municipal": "Conseil municipal", "vie-du-village": "Vie du village"}
    for section, title in sections.items():
        _river(shelf, f"/rubrique/{section}/", title, [post for post in everything if post.section == section])
    for month, group in groupby(everything, key=lambda post: post.posted.replace(day=1)):
        _river(shelf, f"/{month:%Y/%m}/", month_name(month), list(group))
    for newer, post, older in zip([None, *everything], everything, [*everything[1:], None], strict=False):
        shelf.page(post.path, "post", title=post.title, post=post, newer=newer, older=older)
        shelf.redirect(f"/?p={post.number}", post.path, 301)
        if post.file and post.sitting:
            shelf.file(
                post.file, partial(papers.file, papers.minutes, post.sitting, MANNER, "Procès-verbal"), post.posted
            )
    shelf.page("/le-village/", "static", title="Le village")
    shelf.page("/mairie/", "static", title="La mairie")
    feed = shelf.render("feed", posts=everything[:10], stamp=lambda day: moment(day).astimezone(PARIS))
    shelf.text("/feed/", feed, "application/rss+xml; charset=utf-8")
    shelf.text("/robots.txt", "User-agent: *\nDisallow: /admin/\n")
    return shelf


def _river(shelf: Shelf, path: str, title: str, listed: Sequence[Post]) -> None:
    """Articles in pages of six, with links to the older and the newer ones."""
    last = (len(listed) - 1) // PER_PAGE + 1
    for number in range(1, last + 1):
        here = path if number == 1 else f"{path}page/{number}/"
        shelf.page(
            here,
            "river",
            title=title,
            posts=listed[(number - 1) * PER_PAGE : number * PER_PAGE],
            older=f"{path}page/{number + 1}/" if number < last else None,
            newer=None if number == 1 else path if number == 2 else f"{path}page/{number - 1}/",
        )
