"""Sites of another age: frames, hand-made pages, a directory laid open."""

from __future__ import annotations

from datetime import time
from html import escape

from tests.councils import papers
from tests.councils.furniture import fill, items, menu
from tests.councils.ground import Ground
from tests.councils.matter import is_ahead, meetings
from tests.councils.wording import MONTHS, hour, long, said


def site_frameset_2003(key: str) -> Ground:
    """Frames, upper-case tags, windows-1252 that nobody declares, minutes as pages, agendas as Word files."""
    ground = Ground(key, "Ébréville-le-Château", department="61", charset="cp1252", told_charset=None)
    sessions = meetings(ground.dice, 1, 8, clock=time(20, 0), shift=3)
    pages = menu(lambda _, n: f"/page{n}.htm", 24)

    def frame(title: str, inner: str) -> str:
        return (
            f'<HTML><HEAD><TITLE>{escape(title)}</TITLE><META NAME="GENERATOR" CONTENT="Microsoft FrontPage'
            ' 4.0"></HEAD><BODY BGCOLOR="#FFFFCC"><CENTER><FONT FACE="Comic Sans MS"'
            f" SIZE=5>{escape(title)}</FONT></CENTER><BR>{inner}<BR><P ALIGN=RIGHT><A"
            ' HREF="mailto:mairie@exemple.invalid">Écrivez-nous</A></BODY></HTML>'
        )

    ground.frame = frame
    fill(ground, pages)
    rows = ""
    for meeting in sessions:
        ground.meet(meeting)
        odj = ground.paper(
            f"/conseil/odj{meeting.day:%d%m%y}.docx",
            meeting,
            papers.docx(papers.agenda(ground.name, meeting, 3)),
            papers.DOCX,
        )
        rows += f'<TR><TD>{long(meeting.day)}<TD><A HREF="{odj.rpartition("/")[2]}">Ordre du jour</A>'
        if not is_ahead(meeting):
            path = f"/conseil/cr{meeting.day:%d%m%y}.htm"
            text = papers.paragraphs(papers.minutes(ground.name, meeting)).replace("<ol>", "<OL>").replace("</li>", "")
            ground.dress(path, f"Compte-rendu du {long(meeting.day)}", text)
            ground.paper(path, meeting)
            rows += f'<TD><A HREF="{path.rpartition("/")[2]}">Compte-rendu de la réunion</A>'
    ground.dress("/conseil/reunions.htm", "Réunions du conseil", f"<TABLE BORDER=1 WIDTH=90%>{rows}</TABLE>")
    links = "".join(f'<A HREF="{u[1:]}" TARGET="droite">{t}</A><BR>' for t, u in pages)
    ground.page(
        "/menu.htm",
        f'<HTML><BODY BACKGROUND="fond.gif">{links}<A HREF="conseil/reunions.htm" TARGET="droite">Le conseil '
        "municipal</A></BODY></HTML>",
    )
    ground.page("/bienvenue.htm", "<HTML><BODY><MARQUEE>Bienvenue à Ébréville !</MARQUEE></BODY></HTML>")
    ground.page(
        "/",
        '<HTML><HEAD><TITLE>Ébréville</TITLE></HEAD><FRAMESET COLS="180,*" BORDER=0><FRAME NAME="gauche"'
        ' SRC="menu.htm"><FRAME NAME="droite" SRC="bienvenue.htm"><NOFRAMES>Votre navigateur ne gère pas les'
        " cadres.</NOFRAMES></FRAMESET></HTML>",
    )
    return ground


def site_free_static(key: str) -> Ground:
    """Pages named by date (cm20260226.htm), a year per index page, minutes as a table of questions."""
    ground = Ground(key, "Roquebel", department="34", charset="latin-1", told_charset="iso-8859-1")
    sessions = meetings(ground.dice, 1, 13, clock=time(18, 30), shift=-3, place="en mairie")
    pages = menu(lambda name, _: f"/{name.replace('-', '')}.htm", 22)
    nav = " | ".join(f'<a href="/{u[1:]}">{t}</a>' for t, u in pages)

    def frame(title: str, inner: str) -> str:
        return (
            '<html><head><meta http-equiv="Content-Type" content="text/html;'
            f' charset=iso-8859-1"><title>{escape(title)}</title></head><body><table width="780"><tr><td width="150"'
            f' class="menu">{nav}<br><a href="/pvcm/index.htm"><img src="/img/pv.gif" alt="Procès-verbaux du conseil'
            f' municipal" border="0"></a></td><td>{inner}</td></tr></table></body></html>'
        )

    ground.frame = frame
    fill(ground, pages)
    years: dict[int, str] = {}
    for meeting in sessions:
        ground.meet(meeting)
        stamp = f"{meeting.day:%Y%m%d}"
        if is_ahead(meeting):
            path = ground.paper(f"/pvcm/oj{stamp}.pdf", meeting, papers.pdf(papers.agenda(ground.name, meeting, 2)))
            years[meeting.day.year] = (
                years.get(meeting.day.year, "")
                + f'<li><a href="oj{stamp}.pdf">Ordre du jour du {long(meeting.day)}</a>'
            )
            continue
        rows = "".join(
            f"<tr><td>Question n° {n}</td><td>{escape(t)}</td><td>Adopté à l'unanimité</td></tr>"
            for n, t in enumerate(meeting.items, 1)
        )
        path = f"/pvcm/cm{stamp}.htm"
        ground.dress(
            path,
            f"Conseil municipal du {long(meeting.day)}",
            f"<h2>PROCES-VERBAL DU CONSEIL MUNICIPAL</h2><p>L'an {meeting.day.year} et le {long(meeting.day)} à"
            f" {hour(meeting.clock or time(0), 4)}, le conseil municipal s'est réuni {meeting.place}, sur convocation"
            f" du {long(meeting.convened)}.</p><table border=1><tr><th>Question"
            f" n°</th><th>Objet</th><th>Vote</th></tr>{rows}</table>",
        )
        ground.paper(path, meeting)
        years[meeting.day.year] = (
            years.get(meeting.day.year, "") + f'<li><a href="cm{stamp}.htm">{long(meeting.day)}</a>'
        )
    for year, links in years.items():
        ground.dress(f"/pvcm/annee{year}.htm", str(year), f"<h2>{year}</h2><ul>{links}</ul>")
    ground.dress(
        "/pvcm/index.htm", "Procès-verbaux", "".join(f'<a href="annee{y}.htm">Année {y}</a><br>' for y in years)
    )
    ground.dress("/", ground.name, "<h1>Roquebel, village fleuri</h1><p>Dernière mise à jour : hier.</p>")
    return ground


def site_open_directory(key: str) -> Ground:
    """The menu leads into Apache's own index of a folder, by year; sorting links are a small trap."""
    ground = Ground(key, "Montvaillant", department="43")
    sessions = meetings(ground.dice, 1, 12, clock=time(19, 0), shift=1)
    pages = menu(lambda name, _: f"/{name}.php", 20)

    def frame(title: str, inner: str) -> str:
        return (
            f"<!doctype html><html><head><title>{escape(title)}</title></head><body><ul>{items(pages)}<li><a"
            " href='/documents/'>Documents du conseil"
            f" municipal</a></li></ul><h1>{escape(title)}</h1>{inner}</body></html>"
        )

    ground.frame = frame
    fill(ground, pages, lambda name, _: f"/pub/{name}.pdf")
    files: dict[int, list[str]] = {}
    for meeting in sessions:
        ground.meet(meeting)
        base = f"/documents/{meeting.day.year}/"
        names = [
            (
                f"Ordre du jour {meeting.day.day} {MONTHS[meeting.day.month - 1]} {meeting.day.year}.pdf",
                papers.agenda(ground.name, meeting, 0),
            )
        ]
        if not is_ahead(meeting):
            names.append((f"PV séance du {meeting.day:%d-%m-%Y}.pdf", papers.minutes(ground.name, meeting)))
        for name, lines in names:
            ground.paper(base + name, meeting, papers.pdf(lines))
            files.setdefault(meeting.day.year, []).append(name)
    _index(ground, "/documents/", [f"{year}/" for year in files])
    for year, names in files.items():
        _index(ground, f"/documents/{year}/", names)
    ground.dress("/", ground.name, f"<p>{said(sessions[0].day, None, 0)} : la mairie est ouverte.</p>")
    return ground


def _index(ground: Ground, folder: str, names: list[str]) -> None:
    from urllib.parse import quote

    rows = "".join(
        '<tr><td valign="top"><img src="/icons/layout.gif" alt="[   ]"></td><td><a'
        f' href="{quote(name)}">{escape(name[:22])}..&gt;</a></td><td align="right">2025-11-04 10:12  </td><td'
        ' align="right"> 84K</td></tr>'
        for name in sorted(names)
    )
    head = "".join(
        f'<th><a href="?C={c};O={o}">{t}</a></th>'
        for c, o, t in (("N", "D", "Name"), ("M", "A", "Last modified"), ("S", "A", "Size"))
    )
    up = folder.rstrip("/").rpartition("/")[0] + "/"
    ground.page(
        folder,
        '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN"><html><head><title>Index of'
        f" {folder}</title></head><body><h1>Index of {folder}</h1><table><tr>{head}</tr><tr><td></td><td><a"
        f' href="{up}">Parent Directory</a></td></tr>{rows}</table><address>Apache/2.4.25 (Debian)'
        " Server</address></body></html>",
    )
