"""How German councils print results, bodies and formalities: in words, for the readers of their answers."""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.models import VoteClaim, VoteResult
from pipelines.records.counting import counts

# The first that fits decides: what speaks of a refusal also names what was refused ("Antrag abgelehnt").
_RESULTS: tuple[tuple[VoteResult, str], ...] = (
    ("withdrawn", r"zurückgezogen|zurückziehung|abgesetzt|von der tagesordnung (?:genommen|gestrichen)|absetzung"),
    ("adjourned", r"vertagt|vertagung|zurückgestellt|zurückstellung|verschoben|(?:rück|zurück|über|ver)wiesen"
                  r"|(?:rück|über|ver)weisung|keine (?:entscheidung|beschlussfassung)|nicht behandelt"),
    ("rejected", r"abgelehnt|ablehnung|nicht (?:beschlossen|angenommen|zugestimmt|genehmigt|empfohlen|befürwortet)"
                 r"|keine mehrheit|gescheitert"),
    ("noted", r"(?:zur )?kenntnis ?(?:genommen|nahme|gegeben)|kenntnisnahme"),
    ("adopted", r"(?:geändert|beschlossen|angenommen|zugestimmt|zustimmung|genehmigt|befürwortet|empfohlen|gebilligt"
                r"|verabschiedet|einstimmig|mehrheitlich|stimmenmehrheit)"),
)  # fmt: skip
_WORDS = tuple((result, re.compile(rf"(?<![a-zäöüß])(?:{words})")) for result, words in _RESULTS)
_ADOPTED_UNCHANGED = re.compile(
    r"(?:un(?:ge|ver)ändert|geändert|abweichend)[a-z]* (?:beschlossen|angenommen|empfohlen)"
)
_UNANIMOUS = re.compile(r"(?<!nicht )(?:einstimmig|einhellig)")
_COUNTS = {
    "ja": r"ja(?:-?stimmen?)?|dafür",
    "nein": r"nein(?:-?stimmen?)?|dagegen|gegen-?stimmen?",
    "enthaltungen": r"(?:stimm)?enthaltung(?:en)?",
}
_TO = re.compile(r"\bmit (\d{1,3}) (?:zu|gegen) (\d{1,3}) stimmen")
# A resolution's own text says what is to be done; only such words in it say how the vote ended.
_TOLD = re.compile(
    r"abstimmungsergebnis|beratungsergebnis|(?:einstimmig|mehrheitlich|mit [^.;]{0,60}stimmen[^.;]{0,60}) "
    r"(?:\w+ )?(?:beschlossen|angenommen|abgelehnt|zugestimmt|genehmigt|empfohlen|vertagt)"
)
_MINOR = re.compile(
    r"(?:eröffnung|begrüßung|feststellung (?:der|von|ob)|bestellung (?:der|des|einer|eines) schriftführ\w+"
    r"|(?:genehmigung|anerkennung|bestätigung|feststellung|verabschiedung|billigung|annahme) (?:der|von|des|einer)"
    r" (?:\w+ )?(?:niederschrift|tagesordnung|protokoll)\w*|(?:niederschrift|tagesordnung|protokoll)\b"
    r"|einwohnerfrage\w*|bürgerfrage\w*|fragestunde|mitteilung\w*|bericht(?:e)? der verwaltung|verschiedenes"
    r"|anfragen\b|sonstiges|schließung|bekanntgaben?|anträge zur (?:geschäfts|tages)ordnung|aktuelles)",
    re.I,
)
_SITTING = re.compile(
    r"^.*?\b(?:(?:sonder|plenar|fest|haupt|arbeits)?sitzung|tagung|konstituierung|zusammenkunft)\b"
    r"(?: in der [\w.]+ (?:wahlperiode|wahlzeit))?\s*(?:(?:des|der|vom|von|für|-|–|:)\s+)?(?=\S)",
    re.I,
)
_WHEN = re.compile(
    r"[\s,;(–-]+(?:(?:am|vom)\s+)?(?:\w+,?\s+(?:den\s+)?)?\d{1,2}\.\s?(?:\d{1,2}\.|[A-Za-zä]{3,9})\s?\d{2,4}.*$"
)
_COMPOUND = re.compile(r"^(?:\d{1,3}\. )?(?:öffentliche )?(\w*(?:rat|tag|ausschuss))s?sitzung\b", re.I)
_TAIL = re.compile(r"\s*[-–,:(]\s*(?:\d{1,3}\.\s*)?(?:(?:nicht)?öffentliche\s+)?Sitzung\)?$", re.I)
_GENITIVE = re.compile(r"(rat|tag|schuss|senat|vorstand|kollegium|magistrat)(?:e?s)\b", re.I)
_OFF = re.compile(r"\b(?:abgesagt|entfällt|fällt aus|ausgefallen|absage|aufgehoben)\b", re.I)
_LATER = re.compile(r"\b(?:verschoben|verlegt|vertagt)\b", re.I)


def vote_of(result: str, resolution: str = "") -> VoteClaim | None:
    """The vote that a result ("einstimmig beschlossen") states, or words of its resolution; None for none."""
    for said in (result, resolution if _TOLD.search(_low(resolution)) else ""):
        low = _low(said)
        found = "adopted" if _ADOPTED_UNCHANGED.search(low) else _first(low)
        if found is not None:
            return _counted(VoteClaim(found, unanimous=bool(_UNANIMOUS.search(low))), low, _low(resolution))
    return None


def _first(low: str) -> VoteResult | None:
    return next((result for result, words in _WORDS if words.search(low)), None)


def _counted(vote: VoteClaim, *texts: str) -> VoteClaim:
    for low in texts:
        numbers = counts(low, _COUNTS)
        if (pair := _TO.search(low)) is not None:
            numbers |= {"ja": int(pair[1]), "nein": int(pair[2])}
        if numbers:
            named = (numbers.get("ja"), numbers.get("nein"), numbers.get("enthaltungen"))
            return replace(vote, for_=named[0], against=named[1], abstain=named[2])
    return vote


def is_minor(title: str) -> bool:
    """Whether a point is a formality: opening, minutes, questions, communications."""
    return _MINOR.match(title.strip()) is not None


def body_of(name: str) -> str:
    """The body in the name of a sitting: "Finanzausschuss" of "4. Sitzung des Finanzausschusses am 4.1.2013"."""
    whole = " ".join(name.split())
    bare = _WHEN.sub("", _TAIL.sub("", whole))
    compound = _COMPOUND.match(bare)
    bare = compound[1] if compound else _SITTING.sub("", bare, count=1).strip(" ,;:-–()")
    return _GENITIVE.sub(r"\1", bare) if bare != whole else bare


def is_off(text: str) -> bool:
    """Whether a state or the name of a sitting says that it does not take place."""
    return _OFF.search(text) is not None


def is_later(text: str) -> bool:
    """Whether it says that the sitting is put off."""
    return _LATER.search(text) is not None


def _low(text: str) -> str:
    return " ".join(text.split()).lower()
