"""Which council somebody means: exact names first, then what slips of the hand explain; else a question.

A rare name is never taken for another in silence: where two councils are about as near, both are candidates, and a
council that was taken for a name it does not have says so in ``Answer.note``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rapidfuzz import process
from rapidfuzz.distance import OSA

from spiders.registry_index import TERRITORIAL, Entry, Index, Row
from spiders.registry_names import (
    DEAR,
    LINKS,
    cost,
    loose,
    other_names,
    plain,
    together,
    tolerance,
    without_article,
    words,
)
from spiders.registry_places import REGION_SEATS, SEATS, Places
from spiders.registry_query import COMMUNE, DEPARTMENT, JOINT, REGION, Kinds, Reading, readings

How = Literal["name", "near", "elsewhere", "nobody"]
NOTABLE = 10_000  # inhabitants: a commune of that size is meant before the territory of the same name
FAMOUS, TIMES = 20_000, 50  # a misspelt city of that size is meant where all others as near are so much smaller
RIVAL = 0.3  # costs that differ by less are no evidence
SHORT = 3  # letters
LEAST_BEGIN = 4  # letters of the beginning of a name
SHOWN = 20  # candidates of a name that nobody has exactly
_NICKNAMES = {"grand lyon": "epci-200046977", "cea": "departement-6AE", "ctm": "region-02", "ctg": "region-03"}


@dataclass(frozen=True, slots=True)
class Answer:
    """Who may be meant by what somebody typed; ids, the likeliest first."""

    candidates: tuple[str, ...] = ()
    chosen: str | None = None  # one of them, where there is no doubt
    how: How = "name"
    also: tuple[str, ...] = ()  # councils that share the name of the chosen one, and were not taken
    said: str = ""  # the place that was named, where nobody of the name is there


class Finder:
    """Asks an index: looking a name up takes milliseconds, a misspelt one some tens of them."""

    def __init__(self, rows: Sequence[Row], places: Places) -> None:
        self.places = places
        self._index = Index(rows)

    # ------------------------------------------------------------------ asking

    def answer(self, text: str, kinds: Kinds | None = None, department: str | None = None) -> Answer:
        """Who is meant by ``text``; ``kinds`` and ``department`` are what the operator said besides."""
        if nickname := self._index.rows.get(_NICKNAMES.get(plain(text), "")):
            return Answer((nickname.id,), nickname.id)
        narrowed = (_narrowed(way, kinds, department, self.places) for way in readings(text, self.places))
        ways = list(dict.fromkeys(way for way in narrowed if way))
        if text.strip().isupper() and (known := self._by_initials(ways)):
            return known
        elsewhere: dict[str, Row] = {}
        for way in ways:
            hits = self._named(way)
            here = [row for row in hits if _within(row, way)]
            if here:
                return self._weighed(self._judge(here, way), here, way)
            if way.place and not way.guessed:
                elsewhere |= {row.id: row for row in hits if _of_kind(row, way)}
        near = self._near(ways)
        if elsewhere:
            said = next(way.place.said for way in ways if way.place)
            rivals = {row.id: row for row in (*elsewhere.values(), *(row for _, row in near))}
            return Answer(tuple(_by_size(rivals.values()))[:SHOWN], None, "near" if near else "elsewhere", said=said)
        longer = self._longer(ways)
        if longer and not (near and near[0][0] <= 1 and _is_famous(near[0][1], longer)):
            rows = dict.fromkeys([*(row for weight, row in near if weight <= 1), *longer])
            return self._by_initials(ways) or Answer(tuple(row.id for row in rows)[:SHOWN], None, "near")
        if not near:
            return self._by_initials(ways) or Answer(how="nobody")
        # of names as short as these nearly every edit makes another one
        return self._judge_near(near, sure=any(len(together(way.name)) > SHORT or way.place for way in ways))

    def suggestions(self, text: str, count: int = 2) -> list[str]:
        """Ids of councils whose names resemble what nobody is called; nothing that one could take them for."""
        typed = together(words(text))
        best = process.extract(typed, self._index.keys, scorer=OSA.normalized_similarity, score_cutoff=0.65, limit=8)
        rows = [self._index.entries[place].row for _, _, place in sorted(best, key=lambda hit: -hit[1])]
        return list(dict.fromkeys(row.id for row in rows))[:count]

    def _by_initials(self, ways: Iterable[Reading]) -> Answer | None:
        """ "MEL", "CCPA": what people call an intercommunal body."""
        for way in ways:
            key = "".join(way.name)
            if len(way.name) > 1 or not 3 <= len(key) <= 8 or self._index.exact.get(key):
                continue
            if hits := [row for row in self._index.initials.get(key, ()) if _within(row, way)]:
                return self._judge(hits, way)
        return None

    def _named(self, way: Reading) -> list[Row]:
        """Everybody with this name, by the strictest key under which there is somebody."""
        if way.kinds in (DEPARTMENT, REGION):
            return self._seat(way)
        name = way.name
        for hits in (
            self._index.exact.get(" ".join(name)),
            self._index.joined.get(together(name)),
            self._index.shorter.get(together(name)),
            self._index.joined.get(together(without_article(name))),
            self._index.loose.get(loose(name)),
            self._index.joined.get("saint" + together(name)[2:]) if name[0].startswith("st") else None,
            self._index.joined.get("sainte" + together(name)[3:]) if name[0].startswith("ste") else None,
        ):
            found = [row for row in hits or () if _of_kind(row, way)]
            if found:
                if way.kinds is None:
                    found += [row for row in self._index.shorter.get(together(name), ()) if row not in found]
                    found += [row for row in self._index.territories.get(loose(name), ()) if row not in found]
                return found
        return self._around(way) if way.kinds == JOINT else []

    def _around(self, way: Reading) -> list[Row]:
        """The intercommunal body that a commune belongs to: "l'agglo de Quimper"."""
        communes = self._named(Reading(way.name, way.place, COMMUNE))
        chief = [row for row in communes if _within(row, way) and self._index.chiefs.get(row.epci) is row]
        bodies = {row.epci for row in chief or communes}
        return [row for siren in sorted(bodies) if (row := self._index.rows.get(f"epci-{siren}"))]

    def _seat(self, way: Reading) -> list[Row]:
        """The council of a département or region that is named as such."""
        said = " ".join(way.name)
        if way.kinds == REGION:
            code = self.places.region_code(said)
            seat = REGION_SEATS.get(code, f"region-{code}") if code else ""
        else:
            seats = {SEATS.get(code, f"departement-{code}") for code in self.places.departments(said)}
            seat = seats.pop() if len(seats) == 1 else ""
        return [self._index.rows[seat]] if seat in self._index.rows else []

    # ------------------------------------------------------------------ judging

    def _weighed(self, answer: Answer, here: list[Row], way: Reading) -> Answer:
        """A name that somebody has, beside the names that one slip of the hand would make of it.

        Where the name was only matched without its article, who is as near makes it a question; where somebody has
        it exactly, a city that is so much larger is at least told of.
        """
        if not answer.chosen or way.place or way.kinds or here[0].kind != "commune":
            return answer
        chosen = self._index.rows[answer.chosen]
        near = [row for weight, row in self._near([way]) if weight <= 1 and row.kind == "commune" and row not in here]
        if together(words(chosen.name)) == together(way.name):
            cities = [row.id for row in near if _is_famous(row, [chosen])]
            return replace(answer, also=(*answer.also, *cities))
        if not near or _is_famous(chosen, near):
            return answer
        return Answer((chosen.id, *(row.id for row in near[: SHOWN - 1])), None, "near")

    def _judge(self, hits: list[Row], way: Reading) -> Answer:
        """Of councils that all have the name: one, or a question."""
        communes = [row for row in hits if row.kind == "commune"]
        territories = [row for row in hits if row.kind in TERRITORIAL]
        others = [row for row in hits if row not in communes and row not in territories]
        first = communes
        if territories and not (len(communes) == 1 and communes[0].population >= NOTABLE):
            first = [*communes, *territories]
        first = first or others
        if len(first) != 1:
            return Answer(tuple(_by_size(first)))
        also = [row for row in hits if row is not first[0]] if way.kinds is None else []
        if first[0].kind == "commune" and way.kinds is None:
            also += [row for row in self._namesakes(first[0]) if row not in also]
        return Answer((first[0].id,), first[0].id, also=tuple(_by_size(also)))

    def _namesakes(self, commune: Row) -> Iterator[Row]:
        """The intercommunal body of a commune, where that is called after it."""
        body = self._index.rows.get(f"epci-{commune.epci}")
        if body and words(commune.name) in other_names(body.name):
            yield body

    def _longer(self, ways: Sequence[Reading]) -> list[Row]:
        """Communes whose names begin with the words typed: "Châlons" may be Châlons-en-Champagne."""
        found: dict[str, Row] = {}
        for way in ways:
            begin = " ".join(way.name) + " "
            if len(begin) > LEAST_BEGIN and not way.guessed and way.name[-1] not in LINKS:
                for name, rows in self._index.exact.items():
                    if name.startswith(begin):
                        found |= {row.id: row for row in rows if row.kind == "commune" and _within(row, way)}
        return [found[council_id] for council_id in _by_size(found.values())]

    def _near(self, ways: Sequence[Reading]) -> list[tuple[float, Row]]:
        """Councils whose names a slip of the hand turns into what was typed, the nearest first."""
        found: dict[str, tuple[float, Row]] = {}
        for way in ways:
            if way.guessed and way.kinds is None:
                continue
            typed = together(way.name)
            for entry, edits in self._compared(typed, way):
                weight = cost(typed, entry.key) + entry.penalty if edits else entry.penalty
                if weight > edits + entry.penalty + DEAR:
                    continue  # several edits, none of them a usual slip
                if entry.row.id not in found or weight < found[entry.row.id][0]:
                    found[entry.row.id] = (weight, entry.row)
        return sorted(found.values(), key=lambda each: (each[0], -each[1].population, each[1].id))

    def _compared(self, typed: str, way: Reading) -> Iterator[tuple[Entry, int]]:
        limit = tolerance(typed)
        entries, keys = self._index.entries, self._index.keys
        if way.place or way.kinds:
            seats = way.kinds in (DEPARTMENT, REGION)
            entries = [
                entry for entry in entries if _within(entry.row, way) and (entry.row.kind in TERRITORIAL or not seats)
            ]
            keys = [entry.key for entry in entries]
            limit += 1 if way.place and len(typed) >= 8 else 0
        if limit:
            for _, edits, place in process.extract(
                typed, keys, scorer=OSA.distance, score_cutoff=limit, limit=None
            ):  # fmt: skip
                yield entries[place], int(edits)

    def _judge_near(self, near: list[tuple[float, Row]], sure: bool) -> Answer:
        rivals = [row for weight, row in near if weight < near[0][0] + RIVAL]
        rivals.sort(key=lambda row: -row.population)
        if _is_famous(rivals[0], rivals[1:]):
            del rivals[1:]
        candidates = tuple(row.id for _, row in near[:SHOWN])
        if len(rivals) == 1 and sure:
            return Answer(candidates, rivals[0].id, "near")
        return Answer(candidates, None, "near")


def _narrowed(way: Reading, kinds: Kinds | None, department: str | None, places: Places) -> Reading | None:
    """A reading under what the operator said besides; None where that contradicts it."""
    place = places.named(department) if department else way.place
    if department and way.place and place and not place.departments & way.place.departments:
        return None
    if kinds and way.kinds and not kinds & way.kinds:
        return None
    return Reading(way.name, place, kinds or way.kinds, way.guessed)


def _within(row: Row, way: Reading) -> bool:
    return _of_kind(row, way) and (way.place is None or row.department in way.place.departments)


def _is_famous(row: Row, others: Iterable[Row]) -> bool:
    """Whether a city is so much larger than all others together that it is meant."""
    return row.population >= max(FAMOUS, TIMES * sum(each.population for each in others))


def _of_kind(row: Row, way: Reading) -> bool:
    """Whether a row is of the kind that was named; a seat is of its own kind (Paris, Corse)."""
    if way.kinds is None or way.kinds in (DEPARTMENT, REGION):
        return True
    return row.kind in way.kinds


def _by_size(rows: Iterable[Row]) -> list[str]:
    return [row.id for row in sorted(rows, key=lambda row: (-row.population, row.id))]
