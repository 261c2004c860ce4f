"""*Map*: France by département, with the territories overseas; a drawing of the server, and the same as a table."""

from __future__ import annotations

from typing import Any

from datasette.utils.asgi import Response

from db.filters import Clause, Columns
from db.portal import filters, map_words, queries_map
from db.portal.atlas import HEIGHT, Atlas, Box, atlas
from db.portal.filters import Chosen
from db.portal.geography import WIDTH, Shape
from db.portal.map_words import Period
from db.portal.page import Context, Page
from db.portal.queries_map import Place, Tally

FLAGS = Columns(day="s.date", document_kind="1")
COUNCILS = Columns(day="NULL", document_kind="1")


async def view(page: Context) -> Response:
    """The page."""
    chosen, period = asked(page)
    found = await read(page, chosen, period)
    sums = queries_map.by_department(found)
    drawn = atlas()
    known = {each.code for each in drawn.shapes}
    own = {box.name: box for box in drawn.boxes}
    areas = [
        area(page, each, sums.get(each.code, Tally()), query(chosen, period)) | {"box": own.get(each.code)}
        for each in drawn.shapes
    ]
    elsewhere = sum((tally for code, tally in sums.items() if code not in known), Tally())
    everything = sum(sums.values(), Tally())
    return await page.html(
        "map.html",
        title=page.words.say("map.title"),
        chosen=chosen,
        period=period,
        periods=tuple(map_words.PERIODS),
        choices=await filters.choices(page),
        width=WIDTH,
        height=HEIGHT,
        areas=areas,
        small=_small(drawn, sums),
        boxes=[_boxed(page, box) for box in drawn.boxes],
        told=[each for each in areas if _telling(each["tally"])],
        quiet=[each for each in areas if each["tally"].watched and not _telling(each["tally"])],
        silent=[each for each in areas if not each["tally"].watched and not _telling(each["tally"])],
        elsewhere=elsewhere if elsewhere != Tally() else None,
        off=page.words.say("map.off", said=map_words.said(elsewhere, page.words)) if elsewhere != Tally() else "",
        everything=everything,
        summary=map_words.said(everything, page.words),
        behind=page.sql(queries_map.BEHIND, since=period.since or "", least=page.site.minimum_score),
    )


def _telling(tally: Tally) -> bool:
    """Whether there is more to say than that councils are watched."""
    return bool(tally.ahead or tally.adopted or tally.rejected or tally.blind)


def asked(page: Context) -> tuple[Chosen, Period]:
    """Topics, kinds of councils and the period of the address; a territory narrows nothing here: it has its own map."""
    chosen = filters.chosen(page.query)
    narrowed = Chosen(topics=chosen.topics, kinds=chosen.kinds, unknown=chosen.unknown)
    return narrowed, map_words.period(page.first("period"), page.now)


async def read(page: Context, chosen: Chosen, period: Period, department: str | None = None) -> list[Place]:
    """The councils that the map shows."""
    where = Chosen(department=department, kinds=chosen.kinds).clause(COUNCILS)
    flags = Chosen(department=department, kinds=chosen.kinds, topics=chosen.topics).clause(FLAGS)
    councils, counted = Clause(where.sql, where.parameters), Clause(flags.sql, flags.parameters)
    return await page.read(lambda archive: queries_map.places(archive, councils, counted, page.now, period.since))


def query(chosen: Chosen, period: Period) -> dict[str, object]:
    """What a link to another map keeps."""
    return {"topic": chosen.topics, "kind": chosen.kinds, "period": period.query}


def area(page: Context, shape: Shape, tally: Tally, kept: dict[str, object]) -> dict[str, Any]:
    """A département as the template draws and lists it."""
    name = page.site.departments.get(shape.code, shape.code)
    return {
        "code": shape.code,
        "name": name,
        "path": shape.path,
        "x": round(shape.middle[0], 1),
        "y": round(shape.middle[1], 1),
        "tally": tally,
        "said": page.words.say("map.area", name=name, code=shape.code, said=map_words.said(tally, page.words)),
        "href": page.url("map", shape.code, query=kept),
    }


def _small(drawn: Atlas, sums: dict[str, Tally]) -> list[dict[str, Any]]:
    """The départements whose marks stand in the enlargement, as they are on the mainland."""
    return [{"path": each.path, "tally": sums.get(each.code, Tally())} for each in drawn.small]


def _boxed(page: Context, box: Box) -> dict[str, Any]:
    name = page.words.say("map.paris") if box.name == "paris" else page.site.departments.get(box.name, box.name)
    short = page.words.phrases["map"]["short"].get(box.name)
    return {"x": box.x, "y": box.y, "width": box.width, "height": box.height, "name": short or name}


PAGE = Page("map", "/map", view, menu=20)
