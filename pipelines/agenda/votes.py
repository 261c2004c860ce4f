"""Votes as printed under an item. A number that is not printed stays None; nothing is deduced."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from crawler.models import VoteClaim, VoteResult
from pipelines.agenda.numbers import count
from pipelines.agenda.vote_words import BRACKETED, CIVIL, FOREIGN, NOTED_NEXT, QUORUM, WEAK, events
from pipelines.agenda.words import plain

NEAR = 700  # characters after a decision in which its counts are still printed
FAR = 4000  # the same for counts with their label: they close a decision of many paragraphs
_VOTE_HEAD = re.compile(r"vote(?<!\wvote)s? ?:")  # the letters first: searched at the speed of C


@dataclass(frozen=True, slots=True)
class _Open:
    """A vote being read."""

    start: int
    end: int
    result: VoteResult | None = None
    for_: int | None = None
    against: int | None = None
    abstain: int | None = None
    unanimous: bool = False
    decided: bool = False  # by unanimity, majority or exception: a second such word is another vote
    headed: int = -1  # where the words "Vote :" stand that opened it


def find_votes(text: str, low: str | None = None) -> tuple[tuple[VoteClaim, int, int], ...]:
    """The votes printed in the text of one item, each with its offsets in that text; ``low`` is the text in plain."""
    low = plain(text) if low is None else low
    votes: list[_Open] = []
    heads = [match.start() for match in _VOTE_HEAD.finditer(low)]
    head = -1
    for match in events(low):
        kind = (
            match.lastgroup
            if match.lastgroup not in ("side", "after", "n", "what", "bare", "figure", "won", "lost")
            else _outer(match)
        )
        while head + 1 < len(heads) and heads[head + 1] <= match.start():
            head += 1
        reach = FAR if kind == "label" else NEAR
        current = votes[-1] if votes and match.start() - votes[-1].end <= reach else None
        if current is not None and head >= 0 and heads[head] > current.end and current.headed >= 0:
            current = None  # another "Vote :" stands between
        before = len(votes)
        if kind in ("unanimous", "majority"):
            shouted = text[match.start() : match.end()].isupper()
            _decision(votes, current, match, low, unanimous=kind == "unanimous", shouted=shouted)
        elif kind == "except":
            _exception(votes, match, low)
        elif kind == "duel":
            _duel(votes, current, match)
        elif kind in ("label", "first", "bare"):
            _counted(votes, current, match, low)
        elif (
            kind not in ("withdrawn", "adjourned")
            or " " in match[0].strip()
            or text[match.start() : match.end()].strip()[:1].isupper()
        ):
            _plain_result(votes, current, match, low, kind or "")
        if len(votes) > before and head >= 0 and match.start() - heads[head] < 60:
            votes[-1] = replace(votes[-1], headed=heads[head])
    if not votes and (found := WEAK.search(low)):
        votes = [_Open(found.start(), found.end(), "adopted")]
    return tuple((_claim(vote, low), vote.start, vote.end) for vote in votes)


def _outer(match: re.Match[str]) -> str:
    if match["duel"]:
        return "duel"
    return "bare" if match["bare"] else "label" if match["label"] else "first"


def _sentence(low: str, position: int) -> str:
    """The words of the same sentence before a position (160 characters at most)."""
    before = low[max(0, position - 160) : position]
    return re.split(r"[.;!?]\s|\n\s*\n|\n\s*[-•]", before)[-1]


def _decision(
    votes: list[_Open], current: _Open | None, match: re.Match[str], low: str, *, unanimous: bool, shouted: bool
) -> None:
    before = _sentence(low, match.start())
    if QUORUM.match(low, match.start()) or (
        not shouted and FOREIGN.search(before) and not re.search(r"(?:en )?avoir delibere|vote ?:", before)
    ):
        return
    if "ment" in match[0] and not re.search(
        r"adopt|approuv|vote|accept|decid|elu", before + low[match.end() : match.end() + 40]
    ):
        return  # "nous partageons unanimement"
    result: VoteResult = "noted" if NOTED_NEXT.match(low[match.end() : match.end() + 60]) else "adopted"
    if (
        re.search(r"\b(?:rejet|repouss|n'est pas adopt|contre)", before[-40:])
        and unanimous
        and "vote contre" not in before
    ):
        result = "rejected"
    fresh = (
        current is None
        or current.decided
        or match.start() - current.end > 250
        or current.result in ("withdrawn", "adjourned")
    )
    if fresh:
        votes.append(_Open(match.start(), match.end(), result, unanimous=unanimous, decided=True))
        if unanimous and (counted := BRACKETED.match(low, match.end())):
            votes[-1] = replace(votes[-1], for_=int(counted[1]), end=counted.end())
    elif current is not None:
        settled = current.result if current.result in ("rejected", "noted") else result
        votes[-1] = replace(current, end=match.end(), result=settled, unanimous=unanimous, decided=True)


def _exception(votes: list[_Open], match: re.Match[str], low: str) -> None:
    """ "À l'exception de … qui votent contre et … qui s'abstiennent": names are counted."""
    after = re.split(
        r"\b(?:accepte|adopte|approuve|decide|autorise|emet|donne|fixe)\b", low[match.end() : match.end() + 500]
    )[0]
    verbs = list(
        re.finditer(
            r"qui (?:votent?|ont vote|a vote) contre|qui s'abst[a-z]+|qui (?:ne )?pre[a-z]* pas part|qui votent? pour",
            after,
        )
    )
    if not verbs:
        return
    against = abstain = None
    begin = 0
    for verb in verbs:
        names = count_names(after[begin : verb.start()])
        if "contre" in verb[0]:
            against = names
        elif "abst" in verb[0]:
            abstain = names
        begin = verb.end()
    votes.append(_Open(match.start(), match.end() + begin, "adopted", None, against, abstain, False, True))


def _counted(votes: list[_Open], current: _Open | None, match: re.Match[str], low: str) -> None:
    value: int | None
    if match["bare"]:
        side, end, value = match["bare"], match.end(), int(match["figure"])
    elif match["label"]:
        side, end = match["side"], match.end()
        if side == "pour" and not match["after"] and not _opens_line(low, match.start()):
            return  # "d'accord pour : autoriser Mme Untel …"
        value = _number(match["after"]) if match["after"] else _listed(low, end)
    else:
        side, end = match["what"], match.end()
        value = _number(match["n"]) if _counts(match, low) else None
    if value is None:
        return
    slot: Literal["for_", "against", "abstain"] = (
        "for_" if side == "pour" else "against" if side.startswith(("contre", "oppos")) else "abstain"
    )
    stale = current is not None and (
        getattr(current, slot) is not None or (slot == "for_" and current.decided and match.start() - current.end > 250)
    )
    if current is None or stale or current.result in ("withdrawn", "adjourned"):
        votes.append(_Open(match.start(), end))
    last = votes[-1]
    votes[-1] = replace(
        last,
        end=end,
        for_=value if slot == "for_" else last.for_,
        against=value if slot == "against" else last.against,
        abstain=value if slot == "abstain" else last.abstain,
    )


def _duel(votes: list[_Open], current: _Open | None, match: re.Match[str]) -> None:
    """ "Approuvé par 12 voix contre 3": the first number is the stronger side's, for or against."""
    won, lost = _number(match["won"]), _number(match["lost"])
    if current is None or current.for_ is not None or current.against is not None:
        votes.append(_Open(match.start(), match.end()))
    last = votes[-1]
    if last.result == "rejected":
        won, lost = lost, won
    votes[-1] = replace(last, end=match.end(), for_=won, against=lost)


def _opens_line(low: str, position: int) -> bool:
    return not re.search(r"[a-z]", low[max(0, position - 80) : position].rsplit("\n", 1)[-1].replace("vote", ""))


def _counts(match: re.Match[str], low: str) -> bool:
    """Whether "12 pour" counts votes: the word voix, or a list of counts, must say so."""
    if match["what"].startswith("abst") or re.search(r"voix|votes?|suffrages?", match[0]):
        return not low[max(0, match.start() - 2) : match.start()].endswith((",", "€", "/"))
    after = low[match.end() : match.end() + 40]
    ends = re.match(r"\s*(?:$|[,;.()/\n]|-(?![a-z])|et\b|\d{1,3} (?:voix )?(?:pour|contre|abst))", after)
    nearby = low[max(0, match.start() - 60) : match.end() + 60]
    return bool(
        ends
        and (
            re.search(
                r"\d (?:voix )?(?:pour|contre|abst)|(?:contre|abst\w*)\s*:?\s*\d", nearby.replace(match[0], "", 1)
            )
            or (match["what"] == "contre" and re.search(r"majorite|adopt|approuv|rejet|\bvot", nearby))
        )
    )


def _number(words: str) -> int | None:
    if words.startswith(("aucun", "neant", "zero")):
        return 0
    return count(words.strip())


def _listed(low: str, begin: int) -> int | None:
    """Names after "Abstentions :", over the lines that continue the list."""
    lines = low[begin : begin + 600].split("\n")
    taken = lines[0]
    for line in lines[1:6]:
        if not (taken.rstrip().endswith((",", " et", "-")) or (not taken.strip() and re.match(CIVIL, line.strip()))):
            break
        taken += " " + line
    if re.match(r"\s*(?:neant|aucune?|/|-)\s*$", taken):
        return 0
    return count_names(taken) if re.search(CIVIL, taken) or "," in taken else None


def count_names(text: str) -> int | None:
    """How many people a list names ("Mme Roc, MM. Vidalin, Ormont et Sorbier" is 4)."""
    bare = re.sub(r"\([^()]*\)", " ", text)
    bare = re.sub(rf"\b{CIVIL}(?=\s|$)|(?<!\w){CIVIL}", ",", bare)
    bare = (
        re.split(r"\bqui\b|[.;:](?=\s|$)", bare)[0]
        if re.search(r"[a-z]", re.split(r"\bqui\b|[.;:](?=\s|$)", bare)[0])
        else bare
    )
    names = [
        part for part in re.split(r",|\bet\b|/|&", bare) if re.search(r"[a-z]{2}", part) and len(part.split()) <= 5
    ]
    return len(names) or None


def _plain_result(votes: list[_Open], current: _Open | None, match: re.Match[str], low: str, kind: str) -> None:
    results: dict[str, VoteResult] = {
        "noted": "noted",
        "rejected": "rejected",
        "withdrawn": "withdrawn",
        "adjourned": "adjourned",
    }
    result = results[kind]
    before = _sentence(low, match.start())
    if kind == "noted":
        if current is None and not re.search(
            r"il est propose|propose[rs]? (?:de|au)|demande de|vous est|invite", before[-110:]
        ):
            votes.append(_Open(match.start(), match.end(), "noted", decided=True))
        return
    if kind == "rejected":
        if current is not None and match.start() - current.end < 200:
            votes[-1] = replace(current, result="rejected", end=match.end())
        elif re.search(r"v(?:oe|œ)u|motion|amendement|deliberation|proposition|conseil", before) and not FOREIGN.search(
            before
        ):
            votes.append(_Open(match.start(), match.end(), "rejected", decided=True))
        return
    if current is None or current.result not in (None, result):
        votes.append(_Open(match.start(), match.end(), result, decided=True))


def _claim(vote: _Open, low: str) -> VoteClaim:
    result: VoteResult = vote.result or "adopted"
    if vote.result is None and vote.against is not None and vote.against > (vote.for_ or 0):
        result = "rejected"
    unanimous = vote.unanimous or (vote.against == 0 and vote.abstain == 0)
    return VoteClaim(result, vote.for_, vote.against, vote.abstain, unanimous)
