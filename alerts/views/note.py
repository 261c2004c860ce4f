"""What the note on an item says, point by point: what we read, and what we did not find where we could read. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from alerts import law
from alerts.checklist import Checked
from alerts.plain import one_line
from alerts.wording import Words
from crawler.models import AlertFact


def checks_title(fact: AlertFact, words: Words) -> str:
    """The ruling is named only where the law asks for such a note."""
    rule = law.notice(fact.council, fact.body, fact.session_date) if fact.session_date else None
    if rule is None or not rule.note:
        return words.say("note.title")
    return words.say("note.title_ruled", ruling=words.phrase(law.facts()["checklist"]["article"]))


def check_lines(checked: Sequence[Checked], words: Words) -> list[str]:
    """A line for each point that was read, and one for all that were not: eight would drown the message."""
    missing = [_name(each, words) for each in checked if each.sentence is None]
    lines = [_read(each, words) for each in checked if each.sentence is not None]
    return [*lines, words.say("note.missing", points=", ".join(missing))] if missing else lines


def _read(checked: Checked, words: Words) -> str:
    quoted = words.quoted(one_line(checked.sentence or ""))
    if checked.page is None:
        return words.say("note.found", point=_name(checked, words), quoted=quoted)
    return words.say("note.found_page", point=_name(checked, words), quoted=quoted, page=checked.page)


def _name(checked: Checked, words: Words) -> str:
    return words.phrase(checked.point.fr if words.language == "fr" else checked.point.en)
