"""Where the opening of minutes or of an act ends: names of the council, day, members present."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.agenda.rows import Row

_OPENING = re.compile(
    r"\W{0,9}(?:republique francaise|departement d|arrondissement|canton d|commune d|ville d|mairie d"
    r"|communaute (?:d|urbaine)|metropole d|region\b|syndicat"
    r"|conseil (?:municipal|communautaire|departemental|regional|metropolitain)\b.{0,60}$"
    r"|(?:membres )?(?:etaient )?presents?\b|absents?\b|excuses?\b|pouvoirs?\b|procurations?\b|representes?\b"
    r"|secretaire (?:de seance)? ?:|nombre de|membres en exercice|date de (?:la )?convocation|convocation du|quorum"
    r"|l'an (?:deux|20)|seance (?:du|ordinaire|publique|extraordinaire)|reunion du|extrait du|deliberations? du conseil"
    r"|(?:proces ?-? ?verbal|comptes? ?-? ?rendu)\b(?!.{0,40}(?:approb|adopt))|(?:la )?seance (?:est|a ete) ouverte)"
)
_SEARCHED = 40  # rows of a document in which its opening stands


def opening(rows: Sequence[Row], begin: int = 0) -> int:
    """The row after the last that opens the paper, of its first ones; ``begin`` where none does."""
    end = begin
    for index in range(begin, min(begin + _SEARCHED, len(rows))):
        if _OPENING.match(rows[index].plain):
            end = index + 1
    return end
