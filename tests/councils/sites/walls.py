"""What stands in the way: moves, other hosts, walls, folders that robots.txt forbids."""

from __future__ import annotations

from datetime import time
from html import escape

from tests.councils import papers
from tests.councils.furniture import fill, items, menu
from tests.councils.ground import MAIN, OTHER, Ground, Reply
from tests.councils.matter import is_ahead, meetings
from tests.councils.wording import long


def shell(ground: Ground, nav: str, foot: str = ""):  # type: ignore[no-untyped-def]
    def frame(title: str, inner: str) -> str:
        return (
            '<!DOCTYPE html><html lang="fr"><head><meta'
            f' charset="UTF-8"><title>{escape(title)}</title></head><body><div class="wrapper"><div class="bandeau"><a'
            f' href="/">{escape(ground.name)}</a></div><div class="colonne-gauche"><ul>{nav}</ul></div><div'
            f' class="contenu"><h1>{escape(title)}</h1>{inner}</div><div class="pied">{foot}</div></div></body></html>'
        )

    return frame


def _simple(
    ground: Ground,
    where: str = "/conseil-municipal/",
    *,
    ahead: int = 1,
    behind: int = 8,
    host: str = MAIN,
    root: str = "",
    clock: time | None = time(19, 0),
    files: str = "/documents/",
    suffix: str = ".pdf",
) -> str:
    """Sessions with agenda and minutes on one page; returns the page's inside."""
    rows = ""
    for meeting in meetings(ground.dice, ahead, behind, clock=clock, shift=len(ground.key) % 5, place="en mairie"):
        ground.meet(meeting)
        rows += f"<h3>Conseil municipal du {long(meeting.day)}</h3><p>"
        kinds = [("odj", "Ordre du jour", papers.agenda(ground.name, meeting, meeting.number))]
        if not is_ahead(meeting):
            kinds.append(("pv", "Procès-verbal", papers.minutes(ground.name, meeting)))
        for short, label, lines in kinds:
            path = ground.paper(f"{files}{short}-{meeting.day:%Y-%m-%d}{suffix}", meeting, papers.pdf(lines), host=host)
            rows += f'<a href="{root}{path}">{label}</a> '
        rows += "</p>"
    return rows


def town(key: str, name: str, department: str, *extra: tuple[str, str], count: int = 28, foot: str = "") -> Ground:
    ground = Ground(key, name, department=department)
    pages = menu(lambda page, _: f"/{page}/", count)
    ground.frame = shell(ground, items([*pages[: count // 3], *extra, *pages[count // 3 :]]), foot)
    fill(ground, pages, lambda page, _: f"/documents/{page}.pdf", 6)
    ground.dress("/", f"Ville de {name}", "<p>Bienvenue.</p>" + items(pages[2:6]))
    return ground


def site_moved_redirect(key: str) -> Ground:
    """The registered address answers 301 for everything: the town has a new domain."""
    ground = town(key, "Nouaillé-les-Prés", "86", ("Conseil municipal", "/conseil-municipal/"))
    ground.dress("/conseil-municipal/", "Conseil municipal", _simple(ground))
    ground.first_host = OTHER
    ground.redirect("/", "@main@/", host=OTHER, status=301)
    return ground


def site_moved_notice(key: str) -> Ground:
    """The old site still stands, with old papers gone and a notice: "nouvelle adresse"."""
    ground = town(key, "Pradelles-sur-Vaïsse", "12", ("Séances et comptes rendus", "/conseil-municipal/"))
    ground.dress("/conseil-municipal/", "Séances et comptes rendus", _simple(ground, clock=time(20, 30)))
    ground.first_host = OTHER
    ground.page(
        "/",
        "<html><head><title>Pradelles</title></head><body><h1>Le site de la commune change"
        " d'adresse</h1><p>Retrouvez-nous désormais à notre nouvelle adresse : <a href='@main@/'>le nouveau site de"
        " Pradelles-sur-Vaïsse</a>. Cette page ne sera plus mise à jour.</p><p><a href='plan.html'>Plan"
        " d'accès</a></p></body></html>",
        host=OTHER,
    )
    ground.page("/plan.html", "<html><body>Plan</body></html>", host=OTHER)
    return ground


def site_other_host(key: str) -> Ground:
    """Pages here, papers on the host of a content network."""
    ground = town(key, "Saint-Vivien-du-Lac", "74", ("Vie municipale", "/vie-municipale/"))
    inner = _simple(ground, host=OTHER, root="@other@", clock=time(20, 0), behind=11, files="/media/7f3c/")
    ground.dress(
        "/vie-municipale/",
        "Vie municipale",
        '<ul><li><a href="/vie-municipale/seances/">Les séances du conseil</a></li><li><a'
        ' href="/vie-municipale/commissions/">Les commissions</a></li></ul>',
    )
    ground.dress("/vie-municipale/commissions/", "Les commissions", "<p>Finances, travaux, écoles.</p>")
    ground.dress("/vie-municipale/seances/", "Les séances du conseil", inner)
    return ground


def site_bot_wall(key: str) -> Ground:
    """A wall against robots in front of everything: 403 with a challenge."""
    ground = Ground(key, "Clerville-Forteresse", department="75", expect="blocked")
    wall = (
        "<!DOCTYPE html><html><head><title>Just a moment...</title><meta http-equiv='refresh'"
        " content='360'></head><body><h1>Vérification que vous êtes un être humain</h1><noscript>Enable JavaScript and"
        " cookies to continue</noscript><script>window._cf_chl_opt={cType:'managed'};</script></body></html>"
    ).encode()
    ground.page("/", wall.decode(), status=403, headers=(("Server", "cloudflare"), ("cf-mitigated", "challenge")))
    ground.behave(
        "",
        lambda _: Reply(
            wall, "text/html", 403, (("Server", "cloudflare"), ("cf-mitigated", "challenge")), validators=False
        ),
    )
    return ground


def site_captcha_soft(key: str) -> Ground:
    """The same with status 200: a captcha page for every address."""
    ground = Ground(key, "Montrevers", department="83", expect="blocked")
    wall = (
        "<html><head><title>Contrôle de sécurité</title></head><body><form method='post' action='/captcha'><p>Pour"
        " continuer, confirmez que vous n'êtes pas un robot.</p><div class='g-recaptcha' data-sitekey='x'></div><input"
        " type='submit' value='Valider'></form></body></html>"
    ).encode()
    ground.page("/", wall.decode(), validators=False)
    ground.behave("^/(?!robots.txt|favicon)", lambda _: Reply(wall, validators=False))
    return ground


def site_robots_everything(key: str) -> Ground:
    """robots.txt keeps everybody out of everything: nothing is read, and the operator is told."""
    ground = Ground(key, "Fermécourt", department="57", expect="disallowed")
    ground.page("/", "<html><body><a href='/conseil.html'>Conseil municipal</a></body></html>")
    ground.page("/conseil.html", "<html><body>Séances du conseil municipal</body></html>")
    ground.robots("User-agent: *\nDisallow: /\n")
    ground.forbid("^/(?!robots.txt|favicon.ico)")
    return ground


def site_robots_folder(key: str) -> Ground:
    """robots.txt keeps everybody out of the archive folder; what is outside must be found."""
    ground = town(
        key, "Gisaincourt", "27", ("Conseil municipal", "/conseil/"), ("Archives du conseil", "/archives-conseil/")
    )
    ground.dress(
        "/conseil/",
        "Conseil municipal",
        _simple(ground) + '<p><a href="/archives-conseil/">Séances antérieures</a></p>',
    )
    ground.dress(
        "/archives-conseil/",
        "Archives",
        "".join(f'<a href="/archives-conseil/pv-{n}.pdf">Procès-verbal {n}</a> ' for n in range(20)),
    )
    for number in range(20):
        ground.file(f"/archives-conseil/pv-{number}.pdf", papers.flyer(f"Ancien procès-verbal {number}"))
    ground.robots(
        "# agenda\nUser-agent: *\nDisallow: /archives-conseil/\nDisallow: /*?tri=\nAllow: /\n\nUser-agent:"
        " BadBot\nDisallow: /\n"
    )
    ground.forbid("^/archives-conseil/", r"\?tri=")
    return ground
