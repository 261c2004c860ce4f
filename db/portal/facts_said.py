"""What the documents of an item state beside its subject (sums, cameras, who sells, who pays), in words. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator

from alerts.plain import one_line
from db.portal.words import NARROW, Words
from db.reader import Row


def facts(row: Row, words: Words) -> tuple[str, ...]:
    """« 312 000 € HT », « 18 caméras »: of a row with the columns of ``flags``, where nothing contradicts it."""
    return tuple(_said(row, words))


def _said(row: Row, words: Words) -> Iterator[str]:
    if row["amount"] is not None:
        role = row["amount_role"] if row["amount_role"] in words.phrases["base"]["facts"]["roles"] else "total"
        tax = f" {words.say('base.facts.' + row['amount_tax'])}" if row["amount_tax"] else ""
        yield words.say(f"base.facts.roles.{role}", sum=euros(row["amount"], words) + tax)
    if row["subsidy"] is not None:
        yield words.say("base.facts.subsidy", sum=euros(row["subsidy"], words))
    for name in ("cameras", "body_cameras", "months"):
        if row[name] is not None:
            yield words.count(f"base.facts.{name}", row[name], said=words.number(row[name]))
    for name in ("vendor", "product"):
        if row[name]:
            yield words.say(f"base.facts.{name}", name=one_line(row[name], 80))
    funders = [words.phrases["base"]["facts"]["funders"].get(each, each) for each in json.loads(row["funding"] or "[]")]
    if funders:
        yield words.say("base.facts.funding", names=", ".join(funders))


def euros(value: float, words: Words) -> str:
    """« 1 234 567 € »: cents only where there are some."""
    shown = words.number(round(value) if value == round(value) else round(value, 2))
    return f"{shown}{NARROW}€" if words.language == "fr" else f"€{shown}"
