"""What an operator is told of messages that were given up: what, why, and nothing of whom. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from alerts.notice import House
from alerts.plain import SHORT, TITLE, one_line
from alerts.timing import PARIS
from alerts.views.parts import SHOWN, Section, View, stop
from alerts.wording import Words
from crawler.models import Subscription


def undelivered_view(
    subscription: Subscription, lost: Sequence[Mapping[str, Any]], house: House, words: Words, now: datetime
) -> View:
    """``lost``: rows with the subject of a message, its attempts and its last error."""
    count = len(lost)
    lines = [_line(row, words) for row in lost[:SHOWN]]
    if count > SHOWN:
        lines.append(words.count("more", count - SHOWN))
    return View(
        language=words.language,
        subject=words.count("undelivered.subject", count),
        headline=words.say("undelivered.headline"),
        title=words.say("undelivered.title", date=words.instant(now, PARIS)),
        paragraphs=(words.say("undelivered.meaning"),),
        sections=(Section(words.say("undelivered.list"), tuple(lines)),),
        why=(words.say("why_blind", name=one_line(subscription.name, SHORT)),),
        stop=stop(house, words),
    )


def _line(row: Mapping[str, Any], words: Words) -> str:
    error = one_line(row["error"] or "", TITLE) or words.say("undelivered.untried")
    return words.count("undelivered.line", row["attempts"], subject=one_line(row["subject"]), error=error)
