"""What the note on an item says, point by point: what we read, and what we did not find where we could read. Pure."""

from __future__ import annotations

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


def check_line(checked: Checked, words: Words) -> str:
    """One point."""
    point = words.phrase(checked.point.fr if words.language == "fr" else checked.point.en)
    if checked.sentence is None:
        return words.say("note.missing", point=point)
    quoted = words.quoted(one_line(checked.sentence))
    if checked.page is None:
        return words.say("note.found", point=point, quoted=quoted)
    return words.say("note.found_page", point=point, quoted=quoted, page=checked.page)
