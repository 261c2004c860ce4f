"""Which names are of one assembly: a département's council and its "assemblée plénière" are the same people.

The commission permanente, a bureau and the council of a town stay what they are called.
"""

from __future__ import annotations

PLENARY = "assemblée plénière"
_NAMES = frozenset({PLENARY, "conseil départemental", "conseil régional"})


def assembly(body: str) -> str:
    """The name under which papers of one assembly are compared; what is shown stays as printed."""
    return PLENARY if body in _NAMES else body
