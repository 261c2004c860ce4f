"""How long planning takes: 10,000 sessions with a flagged item each, 1,000 subscriptions, one process, nothing cached.

    python benchmarks/planning.py [SESSIONS] [SUBSCRIPTIONS]

Of ten subscriptions five name five councils, four the places within 10 to 80 km, one a département. The councils lie
all over the hexagon. Half of the sessions are ahead, half were voted.
Prints the first planning (everything is new), the one after it (nothing is), and the gathering of a Monday morning.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from time import perf_counter, process_time
from typing import TypeVar

from alerts.gather import gather
from alerts.planner import Around, Settings, plan
from alerts.planning.matter import SessionFact, SourceFact, VoteFact
from crawler.models import AlertFact, Council, Near, Outcome, Subscription

T = TypeVar("T")
NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)


def council(number: int) -> Council:
    department, region = f"{number % 96:02}", f"{number % 13:02}"
    latitude, longitude = 43 + number * 0.618034 % 1 * 7, -2 + number * 0.754878 % 1 * 9
    return Council(
        f"commune-{number:05}", f"Ville {number}", "commune", department, region, population=1000 + number,
        latitude=latitude, longitude=longitude,
    )  # fmt: skip


def fact(number: int, home: Council) -> AlertFact:
    ahead = number % 2 == 0
    day = NOW.date() + timedelta(days=1 + number % 20) if ahead else date(2026, 3, 1)
    seen = NOW - timedelta(days=5)
    return AlertFact(
        f"f-{number}", home, f"s-{number}", f"i-{number}", "conseil municipal", day, None, None,
        "scheduled" if ahead else "held", None, "7", "Vidéoprotection", True, False, ("video-surveillance",), 0.9,
        "vidéoprotection", "Vidéoprotection", 1, f"d-{number}", "https://ville.example/odj.pdf", "agenda", "00" * 32,
        seen, None, seen, False, None if ahead else Outcome("adopted", 30, 5, 1),
    )  # fmt: skip


def world(facts: list[AlertFact], councils: list[Council], subscriptions: list[Subscription]) -> Around:
    long_ago = NOW - timedelta(days=60)
    sources = tuple(
        SourceFact(f"{each.id}/site", each, each.id, "ok", None, 0, NOW, NOW, long_ago) for each in councils
    )
    return Around(
        votes={
            f.subject: VoteFact(
                f.subject, NOW - timedelta(days=1), f.document_url, "deliberation", 1, known_since=long_ago
            )
            for f in facts
            if f.outcome
        },
        sessions=tuple(
            SessionFact(f"s-{number}", f.council, "conseil municipal", f.session_date, has_agenda=number % 3 > 0)
            for number, f in enumerate(facts)
            if f.session_date
        ),
        sources=sources,
        watching={each.council.id: each for each in sources},
        since={each.name: long_ago for each in subscriptions},
    )


def subscription(number: int, councils: list[Council]) -> Subscription:
    to = (f"mailto:reader{number}@example.org",)
    if number % 10 == 0:
        return Subscription(f"reader-{number}", to, departments=(f"{number % 96:02}",))
    home = councils[number * 7 % len(councils)]
    if number % 10 < 5 and home.latitude is not None and home.longitude is not None:
        return Subscription(
            f"reader-{number}", to, near=(Near(home.latitude, home.longitude, 10 + number % 70, home.name),)
        )
    own = tuple(councils[(number * 5 + step) % len(councils)].id for step in range(5))
    return Subscription(f"reader-{number}", to, councils=own)


def main() -> None:
    sizes = [int(text) for text in sys.argv[1:]]
    sessions, readers = (*sizes, *(10_000, 1_000)[len(sizes) :])[:2]
    councils = [council(number) for number in range(max(sessions // 2, 1))]
    facts = [fact(number, councils[number // 2 % len(councils)]) for number in range(sessions)]
    subscriptions = [subscription(number, councils) for number in range(readers)]
    around = world(facts, councils, subscriptions)
    first, said = timed(lambda: plan(facts, [], subscriptions, {}, Settings(), NOW, around))
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(Counter(each.kind for each in first.new).items()))
    print(f"{sessions} sessions, {readers} subscriptions: {len(first.new)} alerts ({kinds})")
    print(f"first planning   {said}")
    existing = {each.key: replace(each, state="sent") for each in first.new}
    later = NOW + timedelta(minutes=10)
    _, said = timed(lambda: plan(facts, [], subscriptions, existing, Settings(), later, around))
    print(f"planning again   {said}")
    due = [each for each in first.new if each.due_at <= NOW]
    gathered, said = timed(lambda: gather(due, facts, [], subscriptions, Settings(), NOW, around))
    print(f"gathering        {said}, {sum(map(len, gathered.sessions))} messages")


def timed(job: Callable[[], T]) -> tuple[T, str]:
    """What a job returns, and its seconds; of the processor, too, for machines that do other work meanwhile."""
    begun, cpu = perf_counter(), process_time()
    found = job()
    return found, f"{perf_counter() - begun:.2f} s ({process_time() - cpu:.2f} s of the processor)"


if __name__ == "__main__":
    main()
