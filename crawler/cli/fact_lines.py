"""What documents state of a flagged item, a line per fact: what it says, where, and in which words."""

from __future__ import annotations

from crawler.cli.tables import Row, plural

_ROLES = {
    "total": "in total", "maximum": "at most", "minimum": "at least", "annual": "a year", "subsidy": "granted",
    "new": "to come", "existing": "there already",
}  # fmt: skip


def fact_line(fact: Row) -> str:
    """« amount: 163 966 € HT in total; deliberation p. 3: "163 966 € HT" »."""
    said = " ".join(filter(None, _said(fact, _ROLES.get(fact["role"] or "", ""))))
    place = f"{fact['document_kind']} p. {fact['page']}"
    doubt = "" if fact["main"] else " (contradicted, or beside the main one: in no list)"
    return f"{fact['kind']}: {said}; {place}: « {fact['text']} »{doubt}"


def _said(fact: Row, role: str) -> list[str | None]:
    """What a fact states, in parts that may be missing."""
    if fact["kind"] == "amount":
        return [euros(fact["value"]), fact["tax"], role]
    if fact["kind"] == "funding":
        return [fact["name"], euros(fact["value"]), f"{fact['rate']:g} %" if fact["rate"] else None]
    if fact["kind"] == "duration":
        return [plural(int(fact["value"]), "month")]
    return [fact["name"] or f"{fact['value']:g}", role]


def euros(value: float | None) -> str:
    """« 163 966 € », « 1 234,50 € » without the cents where there are none; empty for None."""
    if value is None:
        return ""
    number = f"{value:,.2f}".removesuffix(".00").replace(",", "\u202f").replace(".", ",")
    return f"{number}\u00a0€"
