"""Papers that open in viewers, in windows by script, or behind addresses full of accents."""

from __future__ import annotations

from datetime import time
from html import escape
from urllib.parse import quote

from tests.councils import papers
from tests.councils.furniture import fill, items, menu
from tests.councils.ground import Ground
from tests.councils.matter import meetings
from tests.councils.sites.widgets import bootstrap, session_files
from tests.councils.wording import long, said


def site_viewers(key: str) -> Ground:
    """Papers inside viewers: pdf.js with ?file=, iframe, object, embed, and a flip-book page."""
    ground = Ground(key, "Loisance", department="35")
    sessions = meetings(ground.dice, 1, 11, clock=time(20, 0), shift=6)
    pages = menu(lambda name, _: f"/{name}/", 30)
    nav = items([*pages[:11], ("Conseils municipaux", "/conseils/"), *pages[11:]])
    ground.frame = bootstrap(ground, nav)
    fill(ground, pages, lambda name, _: f"/media/{name}.pdf", 7)
    ground.page(
        "/pdfjs/web/viewer.html",
        "<!doctype html><html><head><title>PDF.js viewer</title></head><body><div id='viewer'></div></body></html>",
    )
    rows = ""
    for meeting in sessions:
        ground.meet(meeting)
        rows += f"<h3>{long(meeting.day)}</h3><ul>"
        for number, (short, label, lines) in enumerate(session_files(ground, meeting, 0)):
            path = ground.paper(f"/media/conseils/{meeting.day:%Y%m%d}-{short}.pdf", meeting, papers.pdf(lines))
            turn = (meeting.number + number) % 4
            if turn == 0:
                url = f"/pdfjs/web/viewer.html?file={quote(path, safe='')}#zoom=page-width"
                ground.page(
                    url.partition("#")[0],
                    "<!doctype html><html><title>PDF.js viewer</title><body></body></html>",
                    leads=(path,),
                )
                rows += f'<li><a href="{url}">{label}</a></li>'
                continue
            show = (
                f'<iframe src="{path}#toolbar=0" width="100%" height="900"></iframe>',
                (
                    f'<object data="{path}" type="application/pdf"><p>'
                    "Votre navigateur n'affiche pas les PDF.</p></object>"
                ),
                f'<embed src="../..{path}" type="application/pdf">',
            )[turn - 1]
            page = f"/conseils/{meeting.day:%Y-%m-%d}-{short}/"
            ground.dress(page, f"{label} – séance du {long(meeting.day)}", show.replace("../..", "../.."))
            rows += f'<li><a href="{page}">{label}</a></li>'
        rows += "</ul>"
    ground.dress("/conseils/", "Conseils municipaux", rows)
    ground.dress("/", "Accueil", "<p>Loisance, ville verte.</p>")
    return ground


def site_popup_windows(key: str) -> Ground:
    """Links that only a script follows: javascript:window.open, onclick, data-href; the addresses stand in the page."""
    ground = Ground(key, "Beauchesne-sur-Loue", department="25", charset="iso-8859-15", told_charset="ISO-8859-15")
    sessions = meetings(ground.dice, 1, 10, clock=time(20, 0), shift=-6)
    pages = menu(lambda name, _: f"/{name}.asp", 26)
    nav = (
        items(pages)
        + """<li><a href="#" onclick="document.location='conseil.asp'; return false;">Conseil municipal</a></li>"""
    )
    ground.frame = lambda title, inner: bootstrap(ground, nav)(title, inner).replace('<meta charset="utf-8">', "")
    fill(ground, pages)
    rows, leads = "", []
    for meeting in sessions:
        ground.meet(meeting)
        rows += f"<tr><td>{said(meeting.day, meeting.clock, 1)}</td>"
        for number, (short, label, lines) in enumerate(session_files(ground, meeting, 5)):
            path = ground.paper(f"/fichiers/{short}_{meeting.day:%d_%m_%Y}.pdf", meeting, papers.pdf(lines))
            leads.append(path)
            rows += (
                "<td>"
                + (
                    f"<a href=\"javascript:window.open('{path[1:]}','pdf','width=800');void(0)\">{label}</a>",
                    f'<a href="#" onclick="ouvrir(\'{path}\');return false">{label}</a>',
                    f'<button type="button" class="lien" data-href="{path}">{label}</button>',
                )[(meeting.number + number) % 3]
                + "</td>"
            )
        rows += "</tr>"
    ground.dress("/conseil.asp", "Conseil municipal", f"<table>{rows}</table>", leads=leads)
    for _, path in [*pages]:
        old = ground.replies[("main", path)]
        ground.page(path, old.body.decode(ground.charset), leads=("/conseil.asp",))
    ground.dress("/", "Accueil", "<p>Au bord de la Loue.</p>", leads=("/conseil.asp",))
    return ground


def site_months_of_links(key: str) -> Ground:
    """Spaces, accents and apostrophes in every address; a zip of annexes is noise; "Voir plus" reveals the next ten."""
    ground = Ground(key, "Châteauneuf-l'Évêque", department="84", again=True)
    sessions = meetings(ground.dice, 1, 14, clock=time(18, 30), shift=7, place="salle du Conseil, Hôtel de Ville")
    pages = menu(lambda name, n: f"/Vivre ici/{name} {n}", 30)
    nav = (
        items([(t, quote(u)) for t, u in pages])
        + "<li><a href=\"/Vie municipale/L'assemblée/Séances.html\">L'assemblée</a></li>"
    )
    ground.frame = bootstrap(ground, nav)
    fill(ground, pages, lambda name, n: f"/Téléchargements/Divers/{name} (été).pdf", 5)
    rows = []
    for meeting in sessions:
        ground.meet(meeting)
        inside = ""
        for short, label, lines in session_files(ground, meeting, 4):
            path = (
                f"/Téléchargements/Conseil Municipal/{meeting.day.year}/{label} - {long(meeting.day, weekday=False)}"
                f" n°{meeting.number} [{short}].pdf"
            )
            ground.paper(path, meeting, papers.pdf(lines))
            inside += f'<a href="{escape(path) if meeting.number % 2 else quote(path)}">{label}</a> '
        rows.append(f"<div class='card'><p class='h5'>Séance du {long(meeting.day)}</p>{inside}</div>")
    for start in range(0, len(rows), 5):
        more = f'<a class="load-more" href="?début={start + 5}">Voir plus</a>' if start + 5 < len(rows) else ""
        ground.dress(
            "/Vie municipale/L'assemblée/Séances.html" + (f"?début={start}" if start else ""),
            "L'assemblée",
            "".join(rows[start : start + 5]) + more,
        )
    ground.dress("/", "Accueil", "<p>Cité médiévale.</p>")
    return ground
