"""An agenda item in words: whether it was announced, the pages that speak of it, who did not vote."""

from __future__ import annotations

from typing import Any

from crawler.cli.fact_lines import fact_line
from crawler.cli.tables import Row, moment, plural


def in_words(item: Row) -> dict[str, Any]:
    """The item as ``tocsin show`` prints it: documents with their pages and votes as one line each."""
    votes = [{"title": vote_line(vote)} for vote in item["votes"]]
    return {
        **{key: value for key, value in item.items() if key not in ("parts", "agenda_read_at")},
        "announced": announced(item),
        "decided": "before the session, by delegation" if item["decided"] else None,
        "documents": [{"title": f"{where(part)}: {part['url']}"} for part in item["parts"]],
        "votes": votes,
        "facts": [{"title": fact_line(fact)} for fact in item["facts"]],
    }


def announced(item: Row) -> str | None:
    """Whether the item was on an agenda; None where that is not known."""
    if item["announced"] is None:
        return None
    if item["announced"]:
        return "on an agenda that was read"
    read = moment(item["agenda_read_at"])
    return f"not on the agenda read on {read}" if read else "not on the agenda that was read"


def where(part: Row) -> str:
    """« agenda p. 2 », « draft p. 1-4 » (with a dash for a range), or the kind alone where the page is not known."""
    if part["page"] is None:
        return str(part["kind"])
    pages = str(part["page"]) if part["page"] == part["last_page"] else f"{part['page']}\u2013{part['last_page']}"
    return f"{part['kind']} p. {pages}"


def vote_line(vote: Row) -> str:
    """The result, the numbers that are printed, who took no part, and where it stands."""
    counts = [f"{vote[key]} {word}" for key, word in (("for", "for"), ("against", "against")) if vote[key] is not None]
    counts += [plural(vote["abstain"], "abstention")] if vote["abstain"] is not None else []
    counts += ["unanimous"] if vote["unanimous"] else []
    if vote["not_voting"] is not None or vote["not_voting_names"]:
        who = ", ".join(vote["not_voting_names"])
        number = vote["not_voting"] if vote["not_voting"] is not None else len(vote["not_voting_names"])
        counts.append(f"{number} not voting" + (f" ({who})" if who else ""))
    said = f"{vote['result']}: {', '.join(counts)}" if counts else str(vote["result"])
    page = f" p. {vote['page']}" if vote["page"] is not None else ""
    return f"{said}; {vote['document_kind']}{page}"
