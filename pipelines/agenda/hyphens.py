"""Hyphens at the end of a line: the printer's, or a compound word's own ("caméras-" / "piétons")."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

OWN = "\u2011"  # a non-breaking hyphen: as long as the printed one, and never undone
_LAST = re.compile(r"(?:^|[^\w'’])(?:[\w]{1,3}['’])?([^\W\d_]{2,})-$")
_FIRST = re.compile(r"([^\W\d_]{2,})")
_WORDS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_HALF = 5  # letters from which the halves of a word are no syllables: "sur-face", "par-tage" are of shorter ones
_PREFIXES = frozenset(("entre", "outre", "contre", "super", "inter", "trans", "hyper", "ultra", "micro", "infra"))


def own_hyphens(lines: Sequence[str]) -> set[int]:
    """The lines of a document (in plain text) that end in the hyphen of a compound word.

    So it is where the document prints the compound elsewhere, or has both halves as words of their own; where it
    prints the word without hyphen elsewhere, the hyphen is the printer's.
    """
    broken = {
        place: (last[1], first[1])
        for place, (one, two) in enumerate(pairwise(lines))
        if one.endswith("-") and (last := _LAST.search(one)) and (first := _FIRST.match(two))
    }
    if not broken:
        return set()
    seen = Counter(word for line in lines for word in _WORDS.findall(line))
    for halves in broken.values():
        seen.subtract(halves)  # what stands at the break is no proof
    return {place for place, (last, first) in broken.items() if _compound(last, first, seen)}


def _compound(last: str, first: str, seen: Counter[str]) -> bool:
    if seen[last + first] > 0:
        return False
    if seen[f"{last}-{first}"] > 0:
        return True
    return min(len(last), len(first)) >= _HALF and last not in _PREFIXES and seen[last] > 0 and seen[first] > 0
