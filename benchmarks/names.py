"""How often a council is found by what people type for it: right, asked, wrong.

    python benchmarks/names.py [--seeds 5] [--size 200] [--show]

Each seed draws communes of the shipped registry at random, each as likely as any other (harder than life: hamlets
with the names of others are as frequent as cities), and spells each in one of many ways. *Right*: the council alone,
or among the candidates of the question; *asked*: a question instead of an answer; *wrong*: another council, or a list
without the right one; *nobody*: not found. "unique" counts only councils whose name and département are theirs
alone; "alone" those whose name is.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from spiders.registry import Registry, plain

Spell = Callable[[str, dict[str, str], random.Random], str]
ACCENTS = {"e": "éèêë", "a": "àâä", "i": "îï", "o": "ôö", "u": "ùûü", "c": "ç", "é": "eèê", "è": "eéê", "ê": "eéè",
           "â": "aà", "î": "iï", "ï": "iî", "ô": "oö", "û": "uù", "ë": "eé", "ç": "c"}  # fmt: skip
SWAPS = {"Saint-": ("St-", "St ", "st.", "SAINT "), "Sainte-": ("Ste-", "Ste ", "ste "),
         "-sur-": ("/", " s/ ", " sur "),
         "-sous-": (" s/s ", " sous "), "-lès-": ("-les-", " lez "), "-les-": (" lès ", " les ")}  # fmt: skip


def letters(name: str) -> list[int]:
    return [place for place, letter in enumerate(name) if letter.isalpha()]


def deletion(name: str, cells: dict[str, str], draw: random.Random) -> str:
    at = draw.choice(letters(name))
    return name[:at] + name[at + 1 :]


def swap(name: str, cells: dict[str, str], draw: random.Random) -> str:
    places = [at for at in letters(name)[:-1] if name[at + 1].isalpha()] or [0]
    at = draw.choice(places)
    return name[:at] + name[at : at + 2][::-1] + name[at + 2 :]


def doubled(name: str, cells: dict[str, str], draw: random.Random) -> str:
    at = draw.choice(letters(name))
    return name[: at + 1] + name[at].lower() + name[at + 1 :]


def substitution(name: str, cells: dict[str, str], draw: random.Random) -> str:
    at = draw.choice(letters(name))
    return name[:at] + draw.choice("abcdefghijklmnopqrstuvwxyz") + name[at + 1 :]


def insertion(name: str, cells: dict[str, str], draw: random.Random) -> str:
    at = draw.choice(letters(name))
    return name[: at + 1] + draw.choice("abcdefghijklmnopqrstuvwxyz") + name[at + 1 :]


def accent(name: str, cells: dict[str, str], draw: random.Random) -> str:
    places = [at for at in letters(name) if name[at].lower() in ACCENTS]
    at = draw.choice(places) if places else None
    return name if at is None else name[:at] + draw.choice(ACCENTS[name[at].lower()]) + name[at + 1 :]


def hyphen(name: str, cells: dict[str, str], draw: random.Random) -> str:
    places = [at for at, letter in enumerate(name) if letter in "-' "]
    at = draw.choice(places) if places else None
    return name if at is None else name[:at] + draw.choice(["", " "]) + name[at + 1 :]


def bare(name: str, cells: dict[str, str], draw: random.Random) -> str:
    return draw.choice([plain(name), plain(name).upper(), plain(name).title(), name.replace("-", " ")])


def abbreviated(name: str, cells: dict[str, str], draw: random.Random) -> str:
    for full, short in SWAPS.items():
        if full in name:
            name = name.replace(full, draw.choice(short))
    return name


def exact(name: str, cells: dict[str, str], draw: random.Random) -> str:
    return name


def postcode(name: str, cells: dict[str, str], draw: random.Random) -> str:
    """A number of five digits as the département's postcodes begin: the table holds no postcodes."""
    department = cells["department_code"].replace("2A", "20").replace("2B", "20")
    number = f"{department}{draw.randrange(10 ** (5 - len(department))):0{5 - len(department)}}"
    return draw.choice([f"{number} {name}", f"{name} {number}", f"{name} ({number})", f"{name}, {number}"])


def department(name: str, cells: dict[str, str], draw: random.Random) -> str:
    code, said = cells["department_code"], cells["department_name"]
    return draw.choice([f"{name} ({code})", f"{name}, {said}", f"{name} ({said})", f"{name} {code}"])


def town_hall(name: str, cells: dict[str, str], draw: random.Random) -> str:
    of = "d'" if name[0] in "AEIOUÉÈÎ" else "de "
    return draw.choice(["mairie ", "ville ", "commune ", "Mairie "]) + of + name


def both(one: Spell, two: Spell) -> Spell:
    return lambda name, cells, draw: two(one(name, cells, draw), cells, draw)


TYPOS: dict[str, Spell] = {
    "a letter lost": deletion, "two letters swapped": swap, "a letter doubled": doubled,
    "a letter for another": substitution, "a letter too many": insertion, "a wrong accent": accent,
    "a hyphen lost": hyphen,
}  # fmt: skip
WAYS: dict[str, Spell] = {
    "as it is": exact, "without accents": bare, "abbreviated": abbreviated, "with a postcode": postcode,
    "with its département": department, **TYPOS,
    "typo and postcode": both(deletion, postcode), "swap, no accents, département": both(both(swap, bare), department),
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    way: str
    typed: str
    wanted: str
    unique: bool  # name and département are theirs alone
    alone: bool  # the name is


def main() -> None:
    """Print a line per way of spelling and one per seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--size", type=int, default=200)
    parser.add_argument("--all-kinds", action="store_true", help="draw among all councils, not only communes")
    parser.add_argument("--sites", action="store_true", help="draw among councils with a known site")
    parser.add_argument("--show", action="store_true", help="print what was not right")
    options = parser.parse_args()
    registry = Registry.load()
    councils = [dict(zip(registry.columns, row, strict=True)) for row in registry.rows]
    pairs = Counter((plain(each["name"]), each["department_code"]) for each in councils)
    names = Counter(plain(each["name"]) for each in councils)
    pool = [each for each in councils if each["department_code"] and (options.all_kinds or each["kind"] == "commune")]
    pool = [each for each in pool if each["website"] or not options.sites]
    registry.finder.answer("x")
    by_way: dict[str, Counter[str]] = {}
    begin, asked = time.process_time(), 0
    print("| seed | right | asked | wrong | nobody | asked, unique | asked, alone |\n|---|---|---|---|---|---|---|")
    for seed in range(options.seeds):
        count: Counter[str] = Counter()
        for case in draw_cases(pool, pairs, names, options.size, seed):
            result = judge(registry, case)
            asked += 1
            count.update(result)
            by_way.setdefault(case.way, Counter()).update(result)
            if options.show and "right" not in result:
                found = [each.name for each in registry.find(case.typed)][:4]
                print(f"    {case.way}: {case.typed!r} for {case.wanted}: {found}")
        print_line(str(seed), count)
    print_line("all", sum(by_way.values(), Counter()))
    print(f"\n{1000 * (time.process_time() - begin) / asked:.0f} ms of processor time each\n")
    print("| way | right | asked | wrong | nobody | asked, unique | asked, alone |\n|---|---|---|---|---|---|---|")
    for way, count in by_way.items():
        print_line(way, count)


def draw_cases(
    pool: Sequence[dict[str, str]], pairs: Counter[tuple[str, str]], names: Counter[str], size: int, seed: int
) -> Iterator[Case]:
    """Councils and what is typed for them; each way of spelling in turn."""
    draw = random.Random(seed)
    ways = list(WAYS.items())
    for number, cells in enumerate(draw.sample(pool, size)):
        way, spell = ways[number % len(ways)]
        unique = pairs[plain(cells["name"]), cells["department_code"]] == 1
        alone = names[plain(cells["name"])] == 1
        yield Case(way, spell(cells["name"], cells, draw), cells["id"], unique, alone)


def judge(registry: Registry, case: Case) -> list[str]:
    """What came of one question."""
    answer = registry.answer(case.typed)
    marks = ["unique"] * case.unique + ["alone"] * case.alone
    result = ["cases", *marks]
    if answer.chosen == case.wanted or (not answer.chosen and case.wanted in answer.candidates):
        result.append("right")
    elif answer.chosen or answer.candidates:
        result.append("wrong")
    else:
        result.append("nobody")
    if not answer.chosen and answer.candidates:
        result += ["asked", *(f"asked, {mark}" for mark in marks)]
    return result


def print_line(name: str, count: Counter[str]) -> None:
    cells = [f"{count[word]} ({100 * count[word] / count['cases']:.1f} %)" for word in ("right", "asked")]
    shares = [f"{100 * count[f'asked, {mark}'] / max(count[mark], 1):.1f} %" for mark in ("unique", "alone")]
    print(f"| {name} | {' | '.join(cells)} | {count['wrong']} | {count['nobody']} | {' | '.join(shares)} |")


if __name__ == "__main__":
    main()
