"""Sessions that pages and papers only list as days; every town is invented. Pages are first seen on 2 March 2026."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.models import Extracted, Hints
from pipelines.agenda.calendars import has_calendar
from pipelines.text.extract import extract

TITLE = "<h1>Le conseil municipal</h1>"
COMING = "<h2>Prochaines séances du conseil municipal</h2>"


def listed(*entries: str) -> str:
    return "<ul>" + "".join(f"<li>{entry}</li>" for entry in entries) + "</ul>"


def table(*rows: str) -> str:
    cells = ("".join(f"<td>{cell.strip()}</td>" for cell in row.split("|")) for row in rows)
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"


def told(said) -> list[str]:
    """ "04-06 19:00", and the body where it is not the municipal council."""
    return [
        " ".join(
            part
            for part in (
                f"{claim.date:%m-%d}",
                f"{claim.time:%H:%M}" if claim.time else "",
                claim.body if claim.body != "conseil municipal" else "",
            )
            if part
        )
        for claim in sorted(said[1], key=lambda claim: (claim.date, claim.body))
    ]


MONTHLY = "<h2>Dates des conseils municipaux 2026</h2><h3>Mars</h3>"
BOTH = "Bureau communautaire | Conseil communautaire"
PLACED = "Siège de la communauté, salle Garonne"

CALENDARS = {
    "a list under a heading, past papers below": (
        COMING + listed("mercredi 1er avril 2026 à 20 h 30", "mercredi 15 avril 2026")
        + "<h2>Séances passées</h2>" + listed("4 février 2026 : <a href='/a.pdf'>PV</a>"),
        ["04-01 20:30", "04-15"],
    ),
    "days on the line of the heading, of which some are past": (
        "<p>Calendrier des conseils municipaux 2026 : 12 février, 9 avril (18 h 30), 11 juin et 24 septembre.</p>",
        ["04-09 18:30", "06-11", "09-24"],
    ),
    "the hour of the heading": (
        "<p>Prochaines séances du conseil municipal (20h) : 26 mars, 30 avril, 25 juin 2026</p>",
        ["03-26 20:00", "04-30 20:00", "06-25 20:00"],
    ),
    "one day without an hour": ("<p><b>Prochain conseil municipal :</b> lundi 6 avril 2026</p>", ["04-06"]),
    "a sentence": (
        "<p>Les prochains conseils municipaux auront lieu les lundis 6 avril et 4 mai à 19 h.</p>",
        ["04-06 19:00", "05-04 19:00"],
    ),
    "months as headings": (
        MONTHLY + listed("Lundi 9 à 19h", "Lundi 30") + "<h3>Avril</h3>" + listed("27 à 20h")
        + "<h3>Juillet et août</h3><p>Pas de séance</p>",
        ["03-09 19:00", "03-30", "04-27 20:00"],
    ),
    "months at the beginning of lines": (
        "<h2>Calendrier 2026 des séances du conseil municipal</h2><p>Mars : 30</p><p>Avril : lundi 27, 20h</p>"
        "<p>Juin : 1er et 29</p>",
        ["03-30", "04-27 20:00", "06-01", "06-29"],
    ),
    "a column for each body": (
        "<h2>Calendrier des instances 2026</h2>"
        + table(f"Mois | {BOTH}", "Mars | 10 | 26", "Avril | 14 avril | 23/04/2026"),
        ["03-10 bureau communautaire", "03-26 conseil communautaire", "04-14 bureau communautaire",
         "04-23 conseil communautaire"],
    ),
    "a column for the body": (
        table("Instance | Date | Heure", "Conseil communautaire | 9 avril 2026 | 18h30", "Bureau | 21 avril 2026 | 17h",
              "Commission des finances | 2 avril 2026 | 14h"),
        ["04-09 18:30 conseil communautaire", "04-21 17:00 bureau communautaire"],
    ),
    "the hour and the place on the line below": (
        COMING + "<dl><dt>Lundi 6 avril 2026</dt><dd>19h - Mairie</dd>"
        "<dt>Lundi 4 mai 2026</dt><dd>20h - Mairie</dd></dl>",
        ["04-06 19:00", "05-04 20:00"],
    ),
    "the usual hour": (
        COMING + "<p>Les séances ont lieu à 19h, salle du conseil.</p>" + listed("6 avril 2026", "4 mai 2026 à 18h"),
        ["04-06 19:00", "05-04 18:00"],
    ),
    "bodies as headings, and a commission that decides nothing": (
        "<h2>Calendrier des assemblées 2026</h2><h3>Conseil communautaire</h3>" + listed("26 mars", "30 avril")
        + "<h3>Bureau communautaire</h3>" + listed("12 mars") + "<h3>Commission des finances</h3>" + listed("9 avril"),
        ["03-12 bureau communautaire", "03-26 conseil communautaire", "04-30 conseil communautaire"],
    ),
    "a heading that names the body alone": (
        "<h2>Les dates à retenir</h2><h3>Conseil municipal</h3>" + listed("6 avril 2026", "4 mai 2026"),
        ["04-06", "05-04"],
    ),
    "a text under a calendar's name": (
        "COMMUNE DE VALMONT\n\nCALENDRIER DES SEANCES DU CONSEIL MUNICIPAL\nANNEE 2026\n\nLundi 30 mars 2026 à 19h00\n"
        "Lundi 27 avril 2026 à 19h00\nLundi 1er juin 2026\n",
        ["03-30 19:00", "04-27 19:00", "06-01"],
    ),
    "a text by months": (
        "Communauté de communes du Val\nPlanning des réunions 2026\n\nMARS\nBureau : mardi 10 à 17h\n"
        "Conseil communautaire : jeudi 26 à 18h30\nAVRIL\nBureau : mardi 14 à 17h\n",
        ["03-10 17:00 bureau communautaire", "03-26 18:30 conseil communautaire", "04-14 17:00 bureau communautaire"],
    ),
    "a text whose heading names no body": (
        "Calendrier prévisionnel 2026\n\nConseil municipal      Lundi 30 mars      19h00     Salle du conseil\n"
        "Conseil municipal      Lundi 27 avril     19h00     Salle du conseil\n"
        "Commission finances    Mardi 17 mars     18h00\n",
        ["03-30 19:00", "04-27 19:00"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CALENDARS)
def test_the_days_of_a_calendar_are_sessions_to_come(say, name):
    text, sessions = CALENDARS[name]
    page = text if not text.startswith("<") else f"<html><body><main>{TITLE}{text}</main></body></html>"
    said = say(page, council_kind="epci" if "ommunautaire" in text else "commune")
    assert told(said) == sessions
    assert {claim.status for claim in said[1]} == {"scheduled"}


def test_the_cells_of_a_table_are_day_hour_place_and_body(say):
    rows = table(
        "Date | Heure | Lieu | Instance",
        "jeudi 9 avril 2026 | 18h30 | Salle des fêtes de Montbrac | Conseil communautaire",
        f"mardi 21 avril 2026 | 17h | {PLACED} | Bureau communautaire",
        "12/02/2026 | 18h30 | Siège | Conseil communautaire",
    )
    said = say(f"<html><body>{TITLE}<h2>Calendrier des séances 2026</h2>{rows}</body></html>", council_kind="epci")
    assert told(said) == ["04-09 18:30 conseil communautaire", "04-21 17:00 bureau communautaire"]
    assert [claim.place for claim in said[1]] == ["Salle des fêtes de Montbrac", PLACED]


NONE = {
    "minutes": "<h2>Comptes rendus des séances du conseil municipal</h2>" + listed("<a href=a>6 avril 2026</a>"),
    "past days": "<h2>Séances du conseil municipal</h2>" + listed("6 janvier 2026", "4 février 2026"),
    "papers": "<h2>Conseil municipal</h2>" + listed("<a href=a>Procès-verbal du 6 avril 2026</a>"),
    "news of the day on which it was put up": "<h2>Conseil municipal</h2>" + listed("2 mars 2026"),
    "bins": "<h2>Calendrier de collecte 2026</h2>" + listed("6 avril", "4 mai"),
    "quarters": "<h2>Prochains conseils de quartier</h2>" + listed("6 avril 2026 à 18h", "4 mai 2026"),
    "the young": "<h2>Prochaines séances du conseil municipal des jeunes</h2>" + listed("6 avril 2026 à 18h"),
    "a school": "<h2>Prochaines réunions</h2>" + listed("Conseil d'école : 6 avril 2026 à 18h"),
    "a commission": COMING + listed("Commission des finances : lundi 6 avril 2026 à 18h"),
    "a fair": "<h2>Prochaines réunions du comité des fêtes</h2>" + listed("6 avril 2026 à 18h"),
    "events": "<h2>Agenda</h2>" + listed("Concert 6 avril 2026 à 18h", "Marché 4 mai 2026"),
}


@pytest.mark.parametrize("name", NONE)
def test_other_days_are_none(say, name):
    page = f"<html><body><main>{TITLE}{NONE[name]}</main></body></html>"
    assert say(page)[1] == ()
    assert not has_calendar(_page(page), Hints(reference_date=date(2026, 3, 2)))


def test_a_commission_before_the_council_takes_nothing_from_it(say):
    page = f"<html><body>{TITLE}<p>Commission des finances le lundi 6 avril 2026 à 18h.</p>"
    page += "<p>Le conseil municipal se réunira le lundi 6 avril 2026 à 20h en mairie.</p></body></html>"
    assert [(claim.body, claim.date) for claim in say(page)[1]] == [("conseil municipal", date(2026, 4, 6))]


def test_a_page_with_a_calendar_says_so_and_a_teaser_is_none():
    hints = Hints(reference_date=date(2026, 3, 2))
    assert has_calendar(_page(f"<html><body>{TITLE}{COMING}{listed('lundi 6 avril 2026')}</body></html>"), hints)
    teaser = "<h2>Conseil municipal du lundi 6 avril 2026 à 19 h</h2><p>Les points. <a href=a>Lire la suite</a></p>"
    assert not has_calendar(_page(f"<html><body>{TITLE}{teaser}</body></html>"), hints)


def _page(text: str) -> Extracted:
    return extract(text.encode(), "text/html", Hints())
