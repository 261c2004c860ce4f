"""What ``tocsin add`` understood of its arguments, and how it tells."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import click
from tabulate import tabulate

from crawler.cli.app import clean
from crawler.config import Config
from crawler.councils import Found, Question, Wanted, configured, find_block, place_of, watched
from crawler.errors import UsageError
from crawler.models import Council
from spiders.registry import Registry
from spiders.registry_select import Selection, is_selection, parse_selection, select

KINDS = {
    "commune": "communes", "epci": "EPCI", "departement": "départements", "region": "régions",
    "collectivite": "collectivités", "ept": "EPT",
}  # fmt: skip
WIDE = 90  # characters of a line


@dataclass
class Plan:
    """What would be added, and what would not and why."""

    new: list[Found] = field(default_factory=list)
    present: list[Council] = field(default_factory=list)
    without_site: list[Council] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    selections: list[str] = field(default_factory=list)

    def take(self, found: Found, config: Config) -> None:
        """Note a council, once."""
        if known := configured(config, found.block):
            if known not in self.present:
                self.present.append(known)
        elif all(found.block["id"] != other.block["id"] for other in self.new):
            self.new.append(found)


def plan_of(whats: Sequence[str], wanted: Wanted, config: Config, registry: Registry) -> Plan:
    """What the arguments of one ``tocsin add`` mean. Raises UsageError where one of them means nothing."""
    plan = Plan()
    selections = [parse_selection(what, registry) for what in whats if is_selection(what)]
    names = [what for what in whats if not is_selection(what)]
    _check(selections, names, wanted)
    for what in _joined(names, wanted, registry):
        found = find_block(what, wanted, registry)
        if isinstance(found, Question):
            plan.questions.append(found)
        else:
            plan.take(found, config)
    seen = {str(found.block["id"]) for found in plan.new}
    for selection in selections:
        plan.selections.append(selection.text)
        for council in registry.councils(list(select(selection, registry))):
            if council.id in seen or not _fits(council, wanted):
                continue
            seen.add(council.id)
            _take_selected(plan, council, config, registry)
    return plan


def _take_selected(plan: Plan, council: Council, config: Config, registry: Registry) -> None:
    known = configured(config, {"id": council.id})
    if known:
        plan.present.append(known)
    elif council.website or council.start_urls:
        plan.new.append(watched(council, Wanted(), registry))
    else:
        plan.without_site.append(council)


def _check(selections: Sequence[Selection], names: Sequence[str], wanted: Wanted) -> None:
    several = len(selections) + len(names) > 1
    for selection in selections:
        if several and not selection.has_place and not selection.sizes:
            problem = f"{selection.text!r} alone means all of them in France"
            raise UsageError(
                f'{problem}; put the criteria of one selection in one pair of quotes: "… {selection.text}"'
            )
    if (selections or several) and (wanted.website or wanted.slug or wanted.name):
        raise UsageError("--website, --name and --id are for one council at a time")


def _joined(names: Sequence[str], wanted: Wanted, registry: Registry) -> Sequence[str]:
    """``tocsin add Villeneuve sur Lot`` without quotes is one name where the words alone are not."""
    if len(names) > 1 and not any("://" in name for name in names):
        whole = registry.answer(" ".join(names), wanted.kind, wanted.department)
        parts = (registry.answer(name, wanted.kind, wanted.department) for name in names)
        if whole.how == "name" and any(part.how != "name" for part in parts):
            return [" ".join(names)]
    return names


def _fits(council: Council, wanted: Wanted) -> bool:
    return wanted.kind in (None, council.kind) and wanted.department in (None, council.department)


# ------------------------------------------------------------------ telling


def at_terminal() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def counted(councils: Iterable[Council | None]) -> str:
    """ "249 communes, 21 EPCI, 1 département"."""
    counts = Counter(council.kind for council in councils if council)
    names = {kind: KINDS[kind] if count > 1 else KINDS[kind].removesuffix("s") for kind, count in counts.items()}
    return ", ".join(f"{count:,} {names[kind]}" for kind, count in counts.most_common())


def print_question(question: Question, registry: Registry, *, numbered: bool) -> None:
    """The candidates of a question, within 100 columns."""
    click.echo(f"{clean(question.why)}:")
    rows = [
        [
            *([number] if numbered else []), council.id, clean(council.name), council.kind,
            place_of(council, registry), f"{council.population:,}" if council.population is not None else "",
        ]
        for number, council in enumerate(question.candidates, 1)
    ]  # fmt: skip
    headers = [*(["no."] if numbered else []), "id", "name", "kind", "department", "population"]
    widths = [*([None] if numbered else []), None, 23 if numbered else 28, None, 26, None]
    align = [*(["right"] if numbered else []), "left", "left", "left", "left", "right"]
    click.echo(tabulate(rows, headers, tablefmt="simple", maxcolwidths=widths, colalign=align, disable_numparse=True))


def ask(question: Question, registry: Registry) -> Council | None:
    """Let the person at the terminal choose; None where it is none of them."""
    print_question(question, registry, numbered=True)
    number = click.prompt("which one? its number, or 0 for none", type=click.IntRange(0, len(question.candidates)))
    return question.candidates[number - 1] if number else None


def print_plan(plan: Plan) -> None:
    """How many councils a selection would add, before it does."""
    what = " + ".join(plan.selections)
    click.echo(f"{clean(what)}: {len(plan.new):,} to add ({counted(found.council for found in plan.new) or 'none'})")
    if plan.present:
        click.echo(f"  {len(plan.present):,} watched already")
    if plan.without_site:
        first = ", ".join(clean(council.name) for council in plan.without_site)
        click.echo(f"  {len(plan.without_site):,} without a known web site, left out (--json lists them):")
        click.echo(f"    {first if len(first) < WIDE else first[: first.rindex(', ', 0, WIDE)] + ', …'}")
    if uncertain := sum(found.uncertain for found in plan.new):
        click.echo(f"  {uncertain:,} of the addresses are uncertain (--json marks them)")


def as_json(plan: Plan, added: bool, registry: Registry) -> dict[str, Any]:
    """The same for programs."""
    return {
        "added" if added else "would_add": [_found_json(found, registry) for found in plan.new],
        "present": [council.id for council in plan.present],
        "without_site": [_json(council, registry) for council in plan.without_site],
        "ambiguous": [
            {
                "what": question.what,
                "why": question.why,
                "candidates": [_json(council, registry) for council in question.candidates],
            }
            for question in plan.questions
        ],
    }


def _found_json(found: Found, registry: Registry) -> dict[str, Any]:
    if found.council is None:
        return {**found.block, "uncertain": found.uncertain, "notes": list(found.notes)}
    website = found.block.get("website") or found.council.website
    row = {**_json(found.council, registry), "website": website}
    return {**row, "uncertain": found.uncertain, "notes": list(found.notes)}


def _json(council: Council, registry: Registry) -> dict[str, Any]:
    return {
        "id": council.id, "name": council.name, "kind": council.kind, "department": council.department,
        "department_name": registry.places.names.get(council.department or ""),
        "population": council.population, "website": council.website,
    }  # fmt: skip
