"""A month of twelve councils under kills, outages and clocks that jump: exactly the expected messages, none lost.

20 seeds in the test command, 200 with ``--full``. What must come is worked out by ``oracle`` from the scenario alone;
``expected.txt`` is its answer for an undisturbed month, to be read by people.
"""

from __future__ import annotations

import os
import queue
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path

import pytest

from alerts import feeds
from crawler.config import load_config
from db.home import Home
from tests.journeys.month.chain import Chain, build, configuration
from tests.journeys.month.checking import complaints, read_feeds
from tests.journeys.month.machine import Lived, Machine, Plan, live, plan_of
from tests.journeys.month.oracle import Moment, Said, expected
from tests.journeys.month.post import Post
from tests.journeys.month.world import DAYS, MACHINE_OFF, MAIL_HANGS, MAIL_REFUSES, MONTHS, Month

SEEDS, FULL = 20, 200
EXPECTED = Path(__file__).with_name("expected.txt")


class Chains:
    """The archives of each kind of month and the feeds that must stand at its end, made when first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.of = cache(self._of)

    def _of(self, season: str, off: str) -> tuple[Chain, dict[str, bytes]]:
        folder = self.folder / f"{season} {off}"
        month = Month(MONTHS[season], MACHINE_OFF[off])
        chain = build(month, folder, configuration(None, None))
        home = Home(folder / "at-the-end")
        home.root.mkdir()
        home.config.write_text(configuration(None, None), encoding="utf-8")
        chain.give(DAYS, home)
        feeds.write(home, load_config(home.config), datetime.combine(month.on(DAYS), time(12), tzinfo=UTC))
        return chain, read_feeds(home.feeds)


@pytest.fixture(scope="module")
def machines() -> Iterator[queue.Queue[Machine]]:
    """As many machines as there are processors, to be taken and put back."""
    free: queue.Queue[Machine] = queue.Queue()
    made = [Machine() for _ in range(min(os.cpu_count() or 1, 8))]
    for each in made:
        free.put(each)
    yield free
    for each in made:
        each.close()


def test_the_month(
    full: bool, machines: queue.Queue[Machine], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One test for all seeds: they share the archives and run beside each other."""
    chains = Chains(tmp_path)
    plans = [plan_of(seed) for seed in range(FULL if full else SEEDS)]
    for plan in plans:
        chains.of(*plan.kind)

    def one(plan: Plan) -> tuple[Lived, list[str]]:
        chain, at_the_end = chains.of(*plan.kind)
        machine = machines.get()
        try:
            with Post(plan.ticks[0].now) as post:
                lived = live(plan, chain, machine, post, tmp_path / f"seed-{plan.seed}")
                return lived, complaints(lived, at_the_end)
        finally:
            machines.put(machine)

    with ThreadPoolExecutor(machines.qsize()) as pool:
        found = list(pool.map(one, plans))
    with capsys.disabled():
        print("\n" + summary([lived for lived, _ in found]))
    assert not {lived.plan.seed: wrong[:12] for lived, wrong in found if wrong}
    assert sum(lived.kills for lived, _ in found) > 5 * len(plans)  # else it shows nothing
    assert sum(lived.after_acceptance for lived, _ in found) > len(plans)
    assert {plan.kind[0] for plan in plans} == set(MONTHS)


def summary(months: list[Lived]) -> str:
    """How many ticks, kills and messages there were."""
    mail = [taken for lived in months for taken in lived.post.mail]
    hooks = [taken for lived in months for taken in lived.post.hooks]
    distinct = len({(id(lived), taken.id) for lived in months for taken in lived.post.mail})
    files = sum(len(list(lived.home.outbox.iterdir())) for lived in months if lived.home.outbox.exists())
    return (
        f"{len(months)} months of {DAYS} days: {sum(len(lived.plan.ticks) for lived in months)} ticks, "
        f"{sum(lived.kills for lived in months)} kills, {sum(lived.after_acceptance for lived in months)} of them "
        f"between acceptance and record; {len(mail)} e-mails taken, {distinct} distinct; {files} files; "
        f"{len(hooks)} posts to the endpoint, {len({(taken.id) for taken in hooks})} distinct"
    )


def test_what_must_come_is_written_out() -> None:
    """The oracle's answer for one tick a day at 07:10 UTC in the autumn month, as a list that was read by a person."""
    month = Month(MONTHS["autumn"], MACHINE_OFF["power cut"])
    days = [*month.crawls(), DAYS]
    moments = [
        Moment(day, datetime.combine(month.on(day), time(7, 10), tzinfo=UTC), day not in MAIL_REFUSES | MAIL_HANGS)
        for day in days
    ]
    said, useless = expected(month, moments)
    lines = [line(days[each.tick], each) for each in said] + [f"useless: {line(days[e.tick], e)}" for e in useless]
    assert "\n".join(lines) + "\n" == EXPECTED.read_text(encoding="utf-8")


def line(day: int, said: Said) -> str:
    """One expected message in words."""
    about = (
        f"{said.town} of day {(datetime.fromisoformat(said.day).date() - MONTHS['autumn']).days}" if said.town else ""
    )
    parts = (f"day {day:2}", said.to, "+".join(said.kinds), about, "; ".join(said.items))
    return " | ".join(part for part in parts if part)
