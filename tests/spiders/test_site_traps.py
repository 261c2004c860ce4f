"""Sites without end, doors that are not for readers, copies, and sites that moved: few requests, and nothing lost."""

from __future__ import annotations

import itertools
import re
from urllib.parse import parse_qs

import pytest

NAV = "<nav><a href='/'>Accueil</a><a href='/conseil'>Conseil municipal</a></nav>"


def council(site, kit, extra=""):
    site.page("/", f"{NAV}<main><h1>Bienvenue</h1></main>")
    papers = "".join(f"<li><a href='/f/{n}.pdf'>Ordre du jour du {n} mars 2026</a></li>" for n in range(1, 7))
    site.page("/conseil", f"{NAV}<main><h1>Conseil municipal</h1><ul>{papers}</ul>{extra}</main>")
    for number in range(1, 7):
        site.pdf(f"/f/{number}.pdf", kit.agenda(f"{number} mars 2026"))


def tokens_in_paths(site, kit):
    """Each page gives its links a new token; the pages say the same."""
    tokens = itertools.count(0xABCDEF0123456789)
    body = f"<p>{'Le conseil municipal se réunit à la mairie. ' * 9}</p>"

    def answer(path):
        links = "".join(f"<a href='/t/{next(tokens):x}/seances'>Séances du conseil municipal</a>" for _ in range(4))
        known = re.fullmatch(r"/t/[0-9a-f]+/seances", path)
        return kit.Answer(f"{NAV}<h1>Séances du conseil municipal</h1>{body}{links}".encode()) if known else None

    council(site, kit, "<a href='/t/12ab34cd56ef7890/seances'>Séances du conseil</a>")
    site.fallback = answer
    return r"/t/"


def facets_upon_facets(site, kit):
    """Every combination of theme, ward, kind and order is an address; all of them list the same papers."""
    names = [f"f{n}" for n in range(8)]

    def answer(path):
        if not path.startswith("/actes?"):
            return None
        chosen = set(parse_qs(path.partition("?")[2]))
        links = "".join(
            f"<li><a href='/actes?{'&amp;'.join(f'{one}=1' for one in sorted(chosen | {name}))}'>Thème {name}</a></li>"
            for name in names
        )
        papers = "".join(f"<li><a href='/f/{n}.pdf'>Ordre du jour du {n} mars 2026</a></li>" for n in range(1, 7))
        return kit.Answer(f"{NAV}<h1>Actes {' '.join(sorted(chosen))}</h1><ul>{papers}</ul>{links}".encode())

    council(site, kit, "<a href='/actes?f0=1'>Recherche d'actes</a>")
    site.fallback = answer
    return r"/actes"


def pages_beyond_the_last(site, kit):
    """The next page always exists; beyond the second nothing is on it."""

    def answer(path):
        number = int((re.fullmatch(r"/conseil\?page=(\d+)", path) or [0, 0])[1])
        following = f"<a href='/conseil?page={number + 1}'>Page suivante</a>"
        return (
            kit.Answer(f"{NAV}<h1>Conseil municipal</h1><p>Page {number}</p>{following}".encode()) if number else None
        )

    council(site, kit, "<a href='/conseil?page=1'>Page suivante</a>")
    site.fallback = answer
    return r"/conseil\?"


def views_of_one_page(site, kit):
    """Whatever is asked of it, the page is the same."""
    links = "".join(f"<a href='/conseil?vue={n}'>Conseil municipal, vue {n}</a>" for n in range(40))
    council(site, kit, links)
    site.fallback = lambda path: site.answers["/conseil"] if path.startswith("/conseil?") else None
    return r"/conseil\?"


def copies_in_other_languages(site, kit):
    switch = "".join(
        f"<a href='/{code}/conseil' hreflang={code}>{name}</a>" for code, name in (("en", "English"), ("de", "Deutsch"))
    )
    council(site, kit, switch)

    def answer(path):
        code = path[1:3]
        more = "".join(f"<a href='/{code}/seance-{n}'>Conseil municipal session {n}</a>" for n in range(20))
        html = f"<html lang={code}><h1>Conseil municipal</h1>{more}<a href='/f/1.pdf'>Agenda</a>"
        return kit.Answer(html.encode()) if code in {"en", "de"} else None

    site.fallback = answer
    return r"/(en|de)/"


def doors_and_deeds(site, kit):
    council(site, kit, """<a href="/wp-admin/post.php?post=3&amp;action=edit">Modifier</a>
        <a href="/espace-elus/">Conseil : espace élus</a>
        <a href="/connexion?retour=/conseil">Connexion</a>
        <a href="/actes.php?action=supprimer&amp;id=4">Délibération 4</a>
        <a href="/conseil/desinscription?task=unsubscribe">Ne plus recevoir les convocations</a>""")  # fmt: skip
    return r"/(wp-admin|espace-elus|connexion|actes.php|conseil/des)"


TRAPS = [
    (tokens_in_paths, 6), (facets_upon_facets, 24), (pages_beyond_the_last, 3), (views_of_one_page, 5),
    (copies_in_other_languages, 0), (doors_and_deeds, 0),
]  # fmt: skip


@pytest.mark.parametrize(("trap", "most"), TRAPS, ids=lambda value: getattr(value, "__name__", ""))
def test_trap(trap, most, site, crawls, kit):
    inside = trap(site, kit)
    report = crawls(site)
    assert {f"/f/{n}.pdf" for n in range(1, 7)} <= crawls.documents(), report
    asked = [path for path in site.asked if re.match(inside, path)]
    assert len(asked) <= most, asked


@pytest.mark.parametrize("how", ["redirect", "notice"])
def test_a_site_that_moved_is_followed(how, make_site, crawls, kit):
    old, new = make_site(), make_site()
    if how == "redirect":
        old.answers["/"] = kit.Answer(status=301, headers={"Location": new.url})
    else:
        old.page(
            "/", f"<h1>Commune de Valmont</h1><p>Notre site a changé d'adresse : <a href='{new.url}'>{new.url}</a></p>"
        )
    council(new, kit)
    report = crawls(old)
    assert report["source_state"] == "ok" and "/f/1.pdf" in crawls.documents()
    assert any(line.startswith("moved: ") for line in report["log"])


def test_a_page_that_merely_links_elsewhere_moves_nothing(make_site, crawls, kit):
    site, other = make_site(), make_site()
    council(site, kit)
    site.page(
        "/",
        f"{NAV}<p>Le nouveau site de l'agglomération est en ligne : <a href='{other.url}'>voir</a>.</p>"
        + "<p>Bienvenue. </p>" * 150,
    )
    report = crawls(site)
    assert report["source_state"] == "ok" and not other.asked


@pytest.mark.parametrize("status", [200, 403, 503])
@pytest.mark.parametrize(
    "sign",
    [
        "<title>Just a moment...</title>",
        "Making sure you're not a bot!",
        "<p>Request unsuccessful. Incapsula incident ID: 7",
    ],
)
def test_walls_are_not_fought(status, sign, site, crawls, kit):
    site.answers["/"] = kit.Answer(f"<html>{sign}</html>".encode(), status=status)
    crawls.overrides = {"RETRY_TIMES": 0}
    report = crawls(site)
    assert report["source_state"] == "blocked", report
    assert [path for path in site.asked if path != "/robots.txt"] == ["/"]


def test_coming_sessions_come_first(site, crawls, kit):
    """A region's budget goes to the papers of the next session, however many reports the past ones had."""
    sessions = {"5 février 2026": 30, "12 mars 2026": 15, "8 janvier 2026": 30}
    site.page("/", f"{NAV}<main><h1>Région</h1></main>")
    links = "".join(f"<li><a href='/s/{n}'>Commission permanente du {day}</a></li>" for n, day in enumerate(sessions))
    site.page("/conseil", f"{NAV}<main><h1>Commission permanente</h1><ul>{links}</ul></main>")
    for number, (day, count) in enumerate(sessions.items()):
        rows = "".join(f"<li><a href='/r/{number}/{n}'>Culture et sport, rapport {n}</a></li>" for n in range(count))
        site.page(f"/s/{number}", f"{NAV}<main><h1>Commission permanente du {day}</h1><ol>{rows}</ol></main>")
        for report in range(count):
            page = (
                f"<h1>Rapport {report}</h1><p>Commission permanente du {day}</p>"
                f"<a href='/p/{number}-{report}.pdf'>Rapport</a>"
            )
            site.page(f"/r/{number}/{report}", f"{NAV}<main>{page}</main>")
            site.pdf(f"/p/{number}-{report}.pdf", kit.agenda(day))
    crawls.max_pages = 40
    crawls(site)
    assert {f"/p/1-{n}.pdf" for n in range(15)} <= crawls.documents()
