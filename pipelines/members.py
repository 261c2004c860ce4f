"""What came in an archive or an e-mail, as documents: their addresses, names and hints. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from crawler.models import Council, Fetched, Hints
from pipelines.agenda.kinds import kind_of_words
from pipelines.text.unpack import SpooledParts

_FIRST_PAPER = re.compile(r"ordres?[ _-]?du[ _-]?jour|convocations?|(?<![a-z])odj(?![a-z])", re.I)


def hints_of(council: Council, fetched: Fetched) -> Hints:
    """What is known of a document before it is opened."""
    return Hints(
        council_id=council.id,
        council_name=council.name,
        council_kind=council.kind,
        url=fetched.url,
        file_name=fetched.file_name or "",
        link_text=fetched.link_text,
        heading=fetched.heading,
        reference_date=fetched.fetched_at.astimezone(council.zone).date(),
        council_siren=council.siren,
        council_timezone=council.timezone,
    )


@dataclass(frozen=True, slots=True)
class Inside:
    """A document that came in another one: as it would have been fetched by itself, its body still in a file."""

    fetched: Fetched
    path: Path
    parts: int  # documents directly inside this one, in turn


def members(container: Fetched, spooled: SpooledParts, *, mail: bool = False) -> list[Inside]:
    """What came in a container. ``mail``: it is an e-mail, no document itself; its name is not handed on."""
    alone = len(spooled.parts) == 1
    held = Counter(part.parent for part in spooled.parts)
    return [
        Inside(
            Fetched(
                url=container.url + part.fragment,
                body=b"",
                status=container.status,
                fetched_at=container.fetched_at,
                file_name=PurePosixPath(part.name).name,
                heading=_heading(container, part.name, alone=alone, mail=mail),
                found_on=container.found_on,
                parent=None if mail and not part.parent else container.url + part.parent,
            ),
            part.path,
            held[part.fragment],
        )
        for part in spooled.parts
    ]


def direct(spooled: SpooledParts) -> int:
    """How many documents belong to the container itself, not to an archive in it."""
    return sum(part.parent == "" for part in spooled.parts)


def _heading(container: Fetched, name: str, *, alone: bool, mail: bool) -> str:
    """The words around a member: those above and on the link to its archive, then the folders that it lies in."""
    title = container.link_text or (PurePosixPath(container.file_name or "").stem if not mail else "")
    folders = PurePosixPath(name).parent.parts
    words = [part for part in (container.heading, title) if part]
    around = words if alone else [part for part in map(bundle, words) if part]
    return " – ".join([*around, *folders])


def bundle(words: str) -> str:
    """The title of a bundle without what it says of one paper in it: "Ordre du jour et projets du 12 mars" holds
    forty drafts, none of which may pass for the agenda by its archive's name."""
    if kind_of_words(words) not in ("agenda", "convocation"):
        return words
    neutral = _FIRST_PAPER.sub("dossier", words)
    return neutral if kind_of_words(neutral) not in ("agenda", "convocation") else ""
