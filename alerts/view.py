"""A notice as the strings that the templates lay out, in one language; each kind of message has its module. Pure."""

from __future__ import annotations

from datetime import datetime

from alerts.notice import House, Notice
from alerts.plain import SHORT, one_line
from alerts.views.after import after_view
from alerts.views.ahead import ahead_view
from alerts.views.late import late_view
from alerts.views.parts import View, stop
from alerts.views.watching import sources_view, week_view
from alerts.wording import Words
from crawler.models import Subscription

__all__ = ["View", "test_view", "view"]


def view(notice: Notice, house: House, words: Words, now: datetime) -> View:
    """The message of a notice, written at ``now``."""
    match notice.family:
        case "after":
            return after_view(notice, house, words, now)
        case "late":
            return late_view(notice, house, words, now)
        case "week":
            return week_view(notice, house, words, now)
        case "sources":
            return sources_view(notice, house, words, now)
    return ahead_view(notice, house, words, now)


def test_view(subscription: Subscription, house: House, words: Words) -> View:
    """A message that announces nothing and says so."""
    name = one_line(subscription.name, SHORT)
    return View(
        language=words.language,
        subject=words.say("subject_test", name=name),
        headline=words.say("headline_test"),
        title="Tocsin",
        paragraphs=(words.say("test_body", name=name),),
        why=(words.say("why_test", name=name),),
        stop=stop(house, words),
    )
