"""Of all that the documents of an item state, what to show in one column: nothing where they contradict each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from crawler.models import FactClaim, FactKind, FactRole

# Of sums with and without taxes the two are one where the rate is one of France's, overseas included (CGI 278 to 281).
_RATES = (1.2, 1.1, 1.085, 1.055, 1.021)
_NEAR = 0.003


def with_main(facts: Iterable[FactClaim]) -> tuple[FactClaim, ...]:
    """The facts once each, in the order given (best word first), those that a column may show marked ``main``.

    Amounts: the total, else the most that a framework contract allows, else the sum per year; a grant apart.
    Cameras: those to come. Each only where a single value is stated. Every funder is shown.
    """
    once: dict[object, FactClaim] = {}
    for fact in facts:
        once.setdefault(_same(fact), fact)
    kept = list(once.values())
    chosen = {id(fact) for pick in _PICKS for fact in pick(kept)}
    return tuple(replace(fact, main=True) if id(fact) in chosen else fact for fact in kept)


def _same(fact: FactClaim) -> object:
    value = None if fact.kind == "funding" and fact.value is None else fact.value
    return (fact.kind, value, fact.name.casefold(), fact.role, fact.tax)


def _amount(facts: Sequence[FactClaim]) -> list[FactClaim]:
    roles: tuple[FactRole, ...] = ("total", "maximum", "annual")
    for role in roles:
        stated = [fact for fact in facts if fact.kind == "amount" and fact.role == role]
        if stated:
            return _one_sum(stated)
    return []


def _one_sum(stated: Sequence[FactClaim]) -> list[FactClaim]:
    """The one sum that is stated, before taxes where both are; a sum of no stated tax may repeat either."""
    before = {fact.value for fact in stated if fact.tax == "HT"}
    after = {fact.value for fact in stated if fact.tax == "TTC"}
    bare = {fact.value for fact in stated if fact.tax is None} - before - after
    if max(len(before), len(after), len(bare)) > 1 or (bare and (before or after)):
        return []
    if before and after:
        (low,), (high,) = before, after
        if not low or not high or not any(abs(high / low / rate - 1) <= _NEAR for rate in _RATES):
            return []
    return [next(fact for fact in stated if fact.tax == ("HT" if before else "TTC" if after else None))]


def _single(kind: FactKind, role: FactRole | None = None) -> Callable[[Sequence[FactClaim]], list[FactClaim]]:
    """Picks the only fact of a kind and role; none where two values are stated."""

    def pick(facts: Sequence[FactClaim]) -> list[FactClaim]:
        stated = [fact for fact in facts if fact.kind == kind and fact.role == role]
        values = {(fact.value, fact.name.casefold()) for fact in stated}
        return stated[:1] if len(values) == 1 else []

    return pick


def _funding(facts: Sequence[FactClaim]) -> list[FactClaim]:
    stated: dict[str, FactClaim] = {}
    for fact in facts:
        if fact.kind == "funding":
            stated.setdefault(fact.name, fact)
    return list(stated.values())


_PICKS = (
    _amount, _single("amount", "subsidy"), _single("cameras", "new"), _single("body-cameras", "new"), _single("vendor"),
    _single("product"), _single("duration"), _funding,
)  # fmt: skip
