"""A result of a vote in words. Pure."""

from __future__ import annotations

from alerts.planning.matter import VoteFact
from alerts.wording import Words
from crawler.models import Outcome


def result_line(outcome: Outcome, words: Words) -> str:
    """« adopté par 32 voix contre 7, 2 abstentions », "adopted by 32 votes to 7, 2 abstentions".

    What does not say who won in one figure (no vote against, a count that the result does not follow from) is counted:
    « rejeté (12 voix pour, 9 contre) ».
    """
    if outcome.unanimous and outcome.result == "adopted":
        said = words.say("result_unanimous")
    else:
        said = words.say(f"results.{outcome.result}")
    won, lost = (outcome.for_, outcome.against) if outcome.result == "adopted" else (outcome.against, outcome.for_)
    if outcome.result in ("adopted", "rejected") and won and lost and won >= lost:
        line = words.say("result_votes", result=said, most=won, least=lost)
        abstained = outcome.abstain
        return words.listed([line] if abstained is None else [line, words.count("votes_abstain", abstained)])
    counts = {"votes_for": outcome.for_, "votes_against": outcome.against, "votes_abstain": outcome.abstain}
    told = [words.count(key, number) for key, number in counts.items() if number is not None]
    return words.say("result_counted", result=said, counts=words.listed(told)) if told else said


def result_short(outcome: Outcome, words: Words) -> str:
    """« Adopté (32 à 7) », for a subject."""
    said = words.say(f"results.{outcome.result}")
    said = f"{said[:1].upper()}{said[1:]}"
    if outcome.for_ is None or outcome.against is None:
        return said
    return words.say("result_short", result=said, votes_for=outcome.for_, votes_against=outcome.against)


def result_source(vote: VoteFact, words: Words) -> str:
    """Where a result was read."""
    kind = words.say(f"documents.{vote.document_kind}")
    place = words.say("no_page", kind=kind) if vote.page is None else words.say("page", kind=kind, page=vote.page)
    return words.say("result_source", source=place)
