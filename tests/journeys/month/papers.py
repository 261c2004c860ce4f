"""The pages of the invented councils: each act as HTML, and the pages that lead to them."""

from __future__ import annotations

from datetime import date, time

from tests.journeys.month.world import ADOPTED, MINUTES, ROOF, TOWNS, UNANIMOUS, Act, Month, Town, online

PAGE = (
    '<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>{title}</title></head>'
    "<body><main><h1>{title}</h1>{body}</main></body></html>"
)
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip


def spoken(day: date, weekday: bool = True) -> str:
    """A day as a council writes it: "jeudi 22 octobre 2026"."""
    words = f"{day.day if day.day > 1 else '1er'} {MONTHS[day.month - 1]} {day.year}"
    return f"{DAYS[day.weekday()]} {words}" if weekday else words


def title(act: Act, month: Month) -> str:
    """The heading of a paper, also the words of the link to it."""
    body, day = _of(TOWNS[act.town]), spoken(month.on(act.on), weekday=False)
    match act.kind:
        case "calendar":
            return f"Prochaines séances {body}"
        case "agenda":
            return f"Ordre du jour {body} du {day}"
        case "off":
            return f"Annulation {body} du {day}"
    return f"Liste des délibérations {body} du {day}"


def paper(act: Act, month: Month) -> bytes:
    """The page of an act."""
    return PAGE.format(title=title(act, month), body=_body(act, month)).encode()


def pages(town: str, day: int, month: Month) -> dict[str, bytes]:
    """The whole site on a day, by path: home page, page of the assembly, papers."""
    acts = online(town, day)
    old, old_title = (
        f"liste-{month.on(-40)}",
        f"Liste des délibérations {_of(TOWNS[town])} du {spoken(month.on(-40), False)}",
    )
    listed = [*((act.path, title(act, month)) for act in reversed(acts)), (old, old_title)]
    links = "".join(f'<li><a href="/{path}.html">{words}</a></li>' for path, words in listed)
    council = f"<p>Les papiers de l’assemblée.</p><ul>{links}</ul>"
    home = '<p>Bienvenue.</p><ul><li><a href="/assemblee.html">Conseil et délibérations</a></li></ul>'
    found = {
        "/": PAGE.format(title=TOWNS[town].name, body=home).encode(),
        "/assemblee.html": PAGE.format(title="Conseil et délibérations", body=council).encode(),
    }
    # a site always has something to show, or the first crawls would rightly call it blind
    voted = Act(-30, town, "results", "before", -40, results=((MINUTES, UNANIMOUS), (ROOF, ADOPTED)))
    found[f"/{old}.html"] = paper(voted, month)
    return found | {f"/{act.path}.html": paper(act, month) for act in acts}


def _of(town: Town) -> str:
    return f"du {town.body}"


def _body(act: Act, month: Month) -> str:
    town, when = TOWNS[act.town], f"{spoken(month.on(act.on))}{_hour(act.hour)}"
    match act.kind:
        case "calendar":
            return f"<h2>Prochaines séances</h2><ul><li>{when.capitalize()}</li></ul>"
        case "agenda":
            former = f" La séance était initialement prévue le {spoken(month.on(act.was))}." if act.was else ""
            called = f"<p>Le {town.body} se réunira le {when}, {act.place}.{former}</p>"
            listed = "".join(f"<li>{item}</li>" for item in act.items)
            return f"{called}<ol>{listed}</ol>" + "".join(_off(act, item) for item in act.taken_off)
        case "off":
            return f"<p>La séance du {town.body} du {when} est annulée.</p>"
    rows = "".join(
        f"<tr><td>{number}</td><td>{item}</td><td>{said}</td></tr>"
        for number, (item, said) in enumerate(act.results, start=1)
    )
    head = "<tr><th>N°</th><th>Objet</th><th>Vote</th></tr>"
    return f"<p>Séance du {spoken(month.on(act.on))}</p><table>{head}{rows}</table>"


def _off(act: Act, item: str) -> str:
    return f"<p>Le point n° {act.items.index(item) + 1} « {item} » est retiré de l’ordre du jour.</p>"


def _hour(hour: time | None) -> str:
    return f" à {hour.hour}h{hour.minute:02}" if hour else ""
