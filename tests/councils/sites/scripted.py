"""Lists that scripts build from JSON: inline, in a file of their own, embedded in the page."""

from __future__ import annotations

import json
from datetime import time
from html import escape

from tests.councils import papers
from tests.councils.furniture import fill, items, menu
from tests.councils.ground import Ground
from tests.councils.matter import is_ahead, meetings
from tests.councils.wording import long

NEWS = ("Loto", "Vide-grenier", "Concert", "Randonnée", "Atelier compost", "Don du sang", "Coupure d’eau")


def _plain(ground: Ground, nav: str, head: str = "", foot: str = ""):  # type: ignore[no-untyped-def]
    def frame(title: str, inner: str) -> str:
        return (
            f'<!DOCTYPE html>\n<html lang="fr">\n<head><meta charset="utf-8"/><title>{escape(title)} :'
            f' {escape(ground.name)}</title>{head}</head>\n<body><div id="top"><ul'
            f' class="menu-principal">{nav}</ul></div>\n<div id="page"><h1>{escape(title)}</h1>\n{inner}\n</div><div'
            f' id="bas">{foot}<a href="/plan-du-site">Plan du site</a></div></body></html>'
        )

    return frame


def town(
    key: str, name: str, department: str, entry: tuple[str, str], *, count: int = 28, suffix: str = "", **more: str
) -> Ground:
    """A town with a menu that holds ``entry`` in its midst."""
    ground = Ground(key, name, department=department)
    pages = menu(lambda page, _: f"/{page}{suffix}", count)
    middle = count // 2
    ground.frame = _plain(ground, items([*pages[:middle], entry, *pages[middle:]]), **more)
    fill(ground, pages, lambda page, _: f"/docs/{page}.pdf", 6)
    ground.dress("/", "Accueil", "<p>Bienvenue sur le site de la commune.</p>" + items(pages[4:8]))
    ground.dress("/plan-du-site", "Plan du site", "<ul>" + items([*pages, entry]) + "</ul>")
    return ground


def site_json_inline(key: str) -> Ground:
    """An empty table that an inline script fills from /api/documents?page=n."""
    ground = town(key, "Lamorlande", "40", ("Séances du conseil", "/conseil/seances"))
    rows = []
    for meeting in meetings(ground.dice, 2, 10, clock=time(18, 30), shift=1, place="en mairie"):
        ground.meet(meeting)
        kinds = [("odj", "Ordre du jour", papers.agenda(ground.name, meeting, 0))]
        if not is_ahead(meeting):
            kinds.append(("pv", "Procès-verbal", papers.minutes(ground.name, meeting)))
        for short, label, lines in kinds:
            path = ground.paper(f"/storage/{meeting.day:%Y%m}/{short}-{meeting.day:%d}.pdf", meeting, papers.pdf(lines))
            rows.append(
                {
                    "id": len(rows) + 1,
                    "titre": f"{label} du conseil municipal du {long(meeting.day)}",
                    "type": short,
                    "date": meeting.day.isoformat(),
                    "fichier": path,
                }
            )
    size = 10
    total = -(-len(rows) // size)
    for number in range(1, total + 1):
        part = rows[(number - 1) * size : number * size]
        following = f"/api/documents?page={number + 1}" if number < total else None
        body = json.dumps({"data": part, "total": len(rows), "page": number, "next": following})
        ground.page(
            f"/api/documents?page={number}",
            body,
            media="application/json",
            leads=[str(row["fichier"]) for row in part] + ([following] if following else []),
        )
    ground.replies[("main", "/api/documents")] = ground.replies[("main", "/api/documents?page=1")]
    ground.dress(
        "/conseil/seances",
        "Séances du conseil",
        '<table id="liste"><thead><tr><th>Document</th></tr></thead><tbody></tbody></table><script>\nvar page ='
        " 1;\nfunction charger() {\n  fetch('/api/documents?page=' + page).then(function (r) { return r.json();"
        " }).then(function (j) {\n    j.data.forEach(function (d) {\n      $('#liste tbody').append('<tr><td><a"
        " href=\"' + d.fichier + '\">' + d.titre + '</a></td></tr>');\n    });\n    if (j.next) { page++; charger();"
        " }\n  });\n}\ncharger();\n</script>",
        leads=["/api/documents?page=1"],
    )
    return ground


def site_json_app(key: str) -> Ground:
    """The page loads /static/app.js, which names the JSON file."""
    ground = town(key, "Rivecourt-Plage", "17", ("Publications", "/publications"), suffix="/")
    rows = []
    for meeting in meetings(ground.dice, 1, 10, clock=time(20, 0), shift=2):
        ground.meet(meeting)
        kinds = [("odj", "Ordre du jour", papers.agenda(ground.name, meeting, 6))]
        if not is_ahead(meeting):
            kinds.append(("liste", "Liste des délibérations", papers.results(ground.name, meeting)))
        files = [
            {
                "label": label,
                "url": ground.paper(
                    f"/files/{meeting.number:03d}/{short}", meeting, papers.pdf(lines), name=f"{short}.pdf"
                ),
            }
            for short, label, lines in kinds
        ]
        rows.append({"assemblee": "Conseil municipal", "seance": f"{meeting.day:%d/%m/%Y}", "documents": files})
    leads = [file["url"] for row in rows for file in row["documents"]]  # type: ignore[index]
    ground.page(
        "/static/data/seances.json", json.dumps(rows, ensure_ascii=False), media="application/json", leads=leads
    )
    ground.page(
        "/static/app.js",
        '"use strict";(()=>{const e="/static/data/seances.json";async function t(){const n=await(await'
        ' fetch(e)).json();document.querySelector("#app").innerHTML=n.map(o=>`<h3>${o.seance}</h3>`'
        '+o.documents.map(d=>`<a href="${d.url}">${d.label}</a>`).join("")).join("")}t()})();',
        media="application/javascript",
        leads=["/static/data/seances.json"],
    )
    ground.page("/static/jquery.min.js", "/*! jQuery v3.6.0 */ !function(e,t){}();", media="application/javascript")
    ground.dress(
        "/publications",
        "Publications",
        '<div id="app"><noscript>Activez JavaScript pour afficher les publications du conseil municipal.</noscript>'
        'Chargement…</div><script src="/static/jquery.min.js"></script><script src="/static/app.js?v=3"'
        " defer></script>",
    )
    return ground


def site_json_embedded(key: str) -> Ground:
    """A page built by Next: everything is in the JSON at its foot."""
    ground = town(key, "Ferrières-d'Auzance", "23", ("Vie municipale", "/vie-municipale"))
    nodes = []
    for meeting in meetings(ground.dice, 1, 9, clock=time(19, 0), shift=3):
        ground.meet(meeting)
        kinds = [("odj", papers.agenda(ground.name, meeting, 2))]
        if not is_ahead(meeting):
            kinds.append(("cr", papers.minutes(ground.name, meeting)))
        nodes.append(
            {
                "__typename": "Seance",
                "intitule": f"Conseil municipal du {long(meeting.day)}",
                "fichiers": [
                    {
                        "nom": short.upper(),
                        "publicUrl": (
                            "@main@"
                            + ground.paper(
                                f"/cms-assets/{short}-{meeting.day:%Y-%m-%d}.pdf", meeting, papers.pdf(lines)
                            )
                        ),
                        "taille": 88123,
                    }
                    for short, lines in kinds
                ],
            }
        )
    data = json.dumps(
        {
            "props": {"pageProps": {"seances": nodes, "menu": [{"href": "/"}]}},
            "page": "/vie-municipale",
            "buildId": "k2Qx",
        }
    )
    ground.dress(
        "/vie-municipale",
        "Vie municipale",
        f'<div id="__next"></div><script id="__NEXT_DATA__" type="application/json">{data}</script>',
        leads=[file["publicUrl"] for node in nodes for file in node["fichiers"]],
    )  # type: ignore[index]
    return ground
