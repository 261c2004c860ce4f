"""Rapporteurs in a column of their own, which the lines of a list have at their ends."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.agenda.entries import Entry
from pipelines.agenda.people import last_person
from pipelines.agenda.words import join_lines

LEAST = 3  # titles that end in a name


def spoken(entries: Sequence[Entry], *, told: bool) -> None:
    """Take the names out of the titles of a list that has a column of them.

    It has one where its header says so (``told``), or where most titles end in a name.
    """
    bare = [entry for entry in entries if entry.rapporteur is None]
    ending = [entry for entry in bare if any(map(last_person, entry.parts))]
    if len(ending) < (1 if told else LEAST) or (not told and len(ending) < 0.6 * len(bare)):
        return
    for entry in bare:
        whole = join_lines(entry.parts)
        if found := last_person(whole):
            entry.rapporteur = found[1]
            entry.parts = [whole[: found[0]].rstrip(" (–-")]
            continue
        for place, part in enumerate(entry.parts):
            inner = place + 1 < len(entry.parts)  # the title goes on below: what ends this line stands beside it
            if found := last_person(part, apart=inner):
                entry.rapporteur = entry.rapporteur or found[1]
                entry.parts[place] = part[: found[0]].rstrip(" (–-")
        entry.parts = [part for part in entry.parts if part] or entry.parts
