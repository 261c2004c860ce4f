"""*Trends*: flagged items over time, amounts, topics, territories, adoption, and the notice that convocations show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from datasette.utils.asgi import Response

from db.portal import filters, queries_trends, tallies, trend_plots
from db.portal.filters import Chosen
from db.portal.page import Context, Page
from db.portal.queries_trends import Item
from db.portal.reader import PublicReader
from db.reader import Row

PLACES = 15  # territories that are drawn; the table holds all of them
EARLIEST = date(2000, 1, 1)


async def view(page: Context) -> Response:
    """The page."""
    chosen = filters.chosen(page.query)
    time = _time(page, chosen)
    territory = Chosen(
        council=chosen.council,
        department=chosen.department,
        region=chosen.region,
        topics=chosen.topics,
        kinds=chosen.kinds,
    )
    flags = territory.clause(queries_trends.FLAGS)
    sessions = territory.clause(queries_trends.SESSIONS, page.site.minimum_score if chosen.topics else None)

    def ask(archive: PublicReader) -> tuple[list[Item], list[Row], int]:
        found = queries_trends.items(archive, flags, time.first, time.last)
        convened, held = queries_trends.convened(archive, sessions, time.first, time.last)
        return found, list(convened), held

    items, convened, held = await page.read(ask)
    given, without = tallies.notices(convened)
    drawing = trend_plots.Drawing(page.words, tallies.spans(time.first, time.last))
    measures = [item for item in items if not item.motion]
    level = "council" if chosen.department or chosen.council else "department" if chosen.region else "region"
    places = tallies.lines(items, lambda item: [_place(page, item, level)])
    topics = tallies.lines(items, lambda item: item.topics)
    amounts = tallies.sums(items)
    return await page.html(
        "trends.html",
        title=page.words.say("trends.title"),
        chosen=chosen,
        choices=await filters.choices(page),
        time=time,
        total=len(items),
        motions=len(items) - len(measures),
        over_time=drawing.outcomes(items),
        amounts=[drawing.amounts(each) for each in amounts],
        with_amount=sum(len(each.amounts) for each in amounts),
        topics=drawing.by_topic(topics),
        places=drawing.by_place(places, PLACES),
        level=level,
        rates=drawing.rates(measures, [item for item in items if item.motion]),
        notices=[drawing.notice(each) for each in given],
        convened=len(convened),
        held=held,
        without=without,
        behind=_behind(page, time),
    )


@dataclass(frozen=True, slots=True)
class Time:
    """From the day ``first`` to the day ``last``."""

    first: date
    last: date


def _time(page: Context, chosen: Chosen) -> Time:
    """What was asked for, up to today; else the last 24 months, from the first day of a month on."""
    today = page.now.astimezone(page.site.zone).date()
    last = min(chosen.until or today, today)
    usual = date(last.year - 2, last.month, 1)
    usual = (usual + timedelta(days=31)).replace(day=1)
    first = max(chosen.since or usual, EARLIEST)
    return Time(min(first, last), max(last, EARLIEST))


def _place(page: Context, item: Item, level: str) -> str:
    """The territory that an item counts for; empty where it is not known."""
    if level == "council":
        return item.council
    names = page.site.departments if level == "department" else page.site.regions
    code = (item.department if level == "department" else item.region) or ""
    return names.get(code, code)


def _behind(page: Context, time: Time) -> dict[str, str | None]:
    """The query behind each plot, for the whole territory."""
    days = {"first": time.first, "last": time.last}
    scored = days | {"least": page.site.minimum_score}
    return {
        "items": page.sql(queries_trends.BEHIND_ITEMS, **scored),
        "amounts": page.sql(queries_trends.BEHIND_AMOUNTS, **scored),
        "topics": page.sql(queries_trends.BEHIND_TOPICS, **scored),
        "places": page.sql(queries_trends.BEHIND_PLACES, **scored),
        "notice": page.sql(queries_trends.BEHIND_NOTICE, **days),
    }


PAGE = Page("trends", "/trends", view, menu=30)
