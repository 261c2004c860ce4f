"""Votes as printed under an item. A number that is not printed stays None; nothing is deduced."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from crawler.models import VoteClaim, VoteResult
from pipelines.agenda.vote_marks import Mark, marks_of
from pipelines.agenda.vote_open import Open
from pipelines.agenda.vote_people import count_names, names
from pipelines.agenda.vote_sense import Sense
from pipelines.agenda.vote_words import BRACKETED, FOREIGN, WEAK
from pipelines.agenda.words import plain

__all__ = ["count_names", "find_votes"]

NEAR = 700  # characters after a decision in which its counts are still printed
FAR = 4000  # the same for counts with their label: they close a decision of many paragraphs
APART = 250  # characters between a count and the word that decides by it
MOST = 12  # things said of a vote before it comes
_VOTE_HEAD = re.compile(r"vote(?<!\wvote)s? ?:")  # the letters first: searched at the speed of C
_AFTER_EXCEPTION = re.compile(r"\b(?:accepte|adopte|approuve|decide|autorise|emet|donne|fixe)\b")
_EXCEPTED = re.compile(
    r"(?:qui )?(?:vote(?:nt)?|ont vote|a vote|votant|ayant vote) contre|[(,] ?(?:vote )?contre(?=[).;,\n]|$)"
    r"|qui s'abst[a-z]+|qui (?:ne )?pre[a-z]* pas part[a-z ]{0,10}|qui vote(?:nt)? pour"
)


_GOES_ON = re.compile(r"[\s,(–-]{0,4}(?:des (?:membres|suffrages|voix|votants) ?[a-z ]{0,40}[\s,]{0,3})?")
_INCLUSIVE = re.compile(r"(?<=[a-z])\(e\)(s?)")


def find_votes(text: str, low: str | None = None) -> tuple[tuple[VoteClaim, int, int], ...]:
    """The votes printed in the text of one item, each with its offsets in that text.

    ``low`` is the text in plain; of a recognised page after `vote_mending.mended`.
    """
    low = _INCLUSIVE.sub(lambda found: f"e{found[1]}  ", plain(text) if low is None else low)  # no letter moves
    ledger = _Ledger(text, low, marks_of(text, low))
    return tuple((vote.claim(), vote.start, vote.end) for vote in ledger.votes)


class _Ledger:
    """The votes so far, and what was said of the next one before it came."""

    def __init__(self, text: str, low: str, marks: Sequence[Mark]) -> None:
        self.text, self.low, self.marks = text, low, marks
        self.sense = Sense(text, low)
        self.votes: list[Open] = []
        self.waiting: list[Mark] = []
        self.heads = [match.start() for match in _VOTE_HEAD.finditer(low)]
        self.head = -1
        self.ahead = _ahead(marks)
        self.at = 0  # where the words end that opened the last vote
        done = 0
        for place, mark in enumerate(marks):
            if mark.start >= done or mark.kind == "count":
                done = max(done, self._take(mark, place))
        self._close()

    def _take(self, mark: Mark, place: int) -> int:
        """Take one mark; gives the offset up to which the text is spent."""
        while self.head + 1 < len(self.heads) and self.heads[self.head + 1] <= mark.start:
            self.head += 1
        current = self._current(mark)
        kind = mark.kind
        if kind in ("unanimous", "majority"):
            self._decision(current, mark)
        elif kind == "except":
            return self._exception(mark)
        elif kind == "duel":
            self._duel(current, mark)
        elif kind in ("verbal", "absent") or (kind == "count" and mark.slot == "absent"):
            self._beside(current, mark, place)
        elif kind == "count":
            self._counted(current, mark, place)
        elif kind == "noted":
            self._noted(current, mark)
        elif kind == "rejected":
            self._rejected(current, mark)
        elif kind == "adopted":
            self._adopted(current, mark)
        else:
            self._put_off(current, mark)
        return 0

    def _current(self, mark: Mark) -> Open | None:
        """The vote that a mark may speak of: the last one, unless it is far or another "Vote :" stands between."""
        reach = FAR if mark.kind == "count" and ":" in self.low[mark.start : mark.end] else NEAR
        current = self.votes[-1] if self.votes and mark.start - self.votes[-1].end <= reach else None
        if current is None:
            return None
        headed = self.head >= 0 and self.heads[self.head] > current.end and current.headed >= 0
        return None if headed else current

    def _add(self, vote: Open) -> None:
        self.at = vote.end
        if self.head >= 0 and vote.start - self.heads[self.head] < 60:
            vote = replace(vote, headed=self.heads[self.head])
        for mark in self.waiting:
            if vote.start - mark.end <= NEAR:
                vote = vote.counting(mark) if vote.free(mark) else vote
        self.waiting = []
        self.votes.append(vote)

    def _before(self, mark: Mark) -> str:
        return self.sense.before(mark, self.votes[-1].end if self.votes else 0)

    def _decision(self, current: Open | None, mark: Mark) -> None:
        """Unanimity or majority."""
        unanimous, before = mark.kind == "unanimous", self._before(mark)
        if not self.sense.decides(mark, before):
            return
        result = self.sense.result(mark, before)
        if current is not None and not current.decided and current.result in ("rejected", "noted"):
            if self.sense.together(current.end, mark.start):
                self.votes[-1] = replace(current, end=mark.end, unanimous=unanimous, decided=True)
                return
            current = None
        if current is None or self._another(current, mark, result):
            vote = Open(mark.start, mark.end, result, unanimous=unanimous, decided=True)
            if unanimous and (counted := BRACKETED.match(self.low, mark.end)):
                vote = replace(vote, for_=int(counted[1]), end=counted.end())
            self._add(vote)
        elif current.decided:
            self.votes[-1] = replace(current, end=mark.end)
        else:
            self.votes[-1] = replace(current, end=mark.end, result=result, unanimous=unanimous, decided=True)

    def _another(self, current: Open, mark: Mark, result: VoteResult) -> bool:
        """Whether a word that decides opens another vote than the last one."""
        unanimous = mark.kind == "unanimous"
        if current.decided:
            same = (current.result, current.unanimous) == (result, unanimous)
            return not same or not self.sense.repeats(mark, self.at, current.end)
        if mark.start - current.end > APART or current.result in ("withdrawn", "adjourned"):
            return True
        return bool(unanimous and current.against and "\n" in self.low[current.end : mark.start])

    def _exception(self, mark: Mark) -> int:
        """ "À l'exception de … qui votent contre et … qui s'abstiennent": names are counted."""
        after = _AFTER_EXCEPTION.split(self.low[mark.end : mark.end + 500])[0]
        said: dict[str, int] = {}
        opposed = False  # by somebody, even where nobody is named: "à l'exception du groupe Demain, qui vote contre"
        who: tuple[str, ...] = ()
        begin = 0
        for verb in _EXCEPTED.finditer(after):
            people = names(self.text[mark.end + begin : mark.end + verb.start()])
            opposed = opposed or "contre" in verb[0]
            slot = "against" if "contre" in verb[0] else "abstain" if "abst" in verb[0] else "absent"
            if "pour" not in verb[0] and people:
                said[slot] = len(people)
                who = people if slot == "absent" else who
            begin = verb.end()
        if not begin:
            return 0
        end = mark.end + begin
        last = self.votes[-1] if self.votes else None
        if last is not None and last.decided and _GOES_ON.fullmatch(self.low, last.end, mark.start):
            unanimous = last.unanimous and not opposed  # "à l'unanimité, à l'exception de …"
            self.votes[-1] = replace(last, end=end, names=who, unanimous=unanimous, **said)  # type: ignore[arg-type]
            return end
        vote = Open(mark.start, end, "adopted", decided=True, names=who)
        self._add(replace(vote, **said))  # type: ignore[arg-type]
        return end

    def _counted(self, current: Open | None, mark: Mark, place: int) -> None:
        if current is None and self.sense.elsewhere(self._before(mark)):
            return
        if current is None or self._stale(current, mark, place):
            self._add(Open(mark.start, mark.end))
        self.votes[-1] = self.votes[-1].counting(mark)

    def _stale(self, current: Open, mark: Mark, place: int) -> bool:
        """Whether a count is of another vote than the last one."""
        if current.result in ("withdrawn", "adjourned"):
            return True
        if not current.free(mark):
            return not self._repeats(current, place)
        if mark.slot == "for_" and current.decided and mark.start - current.end > APART:
            return True
        lines = "\n" in self.low[current.end : mark.start]
        return current.unanimous and lines and not current.against and self._opposed(place)

    def _chain(self, place: int) -> list[Mark]:
        """The counts printed together from this one on."""
        chain = [self.marks[place]]
        for mark in self.marks[place + 1 : place + 6]:
            if mark.kind != "count" or mark.start - chain[-1].end > 60 or mark.slot in {one.slot for one in chain}:
                break
            chain.append(mark)
        return chain

    def _opposed(self, place: int) -> bool:
        chain = self._chain(place)
        return len(chain) > 1 and any(one.slot == "against" and one.value for one in chain)

    def _repeats(self, current: Open, place: int) -> bool:
        """The same number again, with others that were not printed before: the same vote."""
        chain = self._chain(place)
        same = [one for one in chain if not current.free(one)]
        return len(same) < len(chain) and all(one.value == getattr(current, one.slot or "") for one in same)

    def _duel(self, current: Open | None, mark: Mark) -> None:
        """ "Approuvé par 12 voix contre 3": the first number is the stronger side's, for or against."""
        won, lost = mark.value, mark.lost
        if current is None or current.for_ is not None or current.against is not None:
            self._add(Open(mark.start, mark.end))
        last = self.votes[-1]
        if last.result == "rejected":
            won, lost = lost, won
        self.votes[-1] = replace(last, end=mark.end, for_=won, against=lost)

    def _beside(self, current: Open | None, mark: Mark, place: int) -> None:
        """People named around a vote: of the one before, or of the one that comes."""
        low = self.low
        ahead = self.ahead[place]
        coming = ahead is not None and ahead.start - mark.end <= NEAR
        if mark.kind == "count" and current is not None and current.free(mark):
            self.votes[-1] = current.counting(mark)
            return
        if current is not None and current.free(mark):
            begin = mark.start if mark.kind == "verbal" else max(current.end, mark.start - 1)
            same_line = "\n" not in low[current.end : begin]
            if (
                not coming
                or (same_line and ahead is not None and "\n" in low[mark.end : ahead.start])
                or (same_line and self.sense.together(current.end, begin))
            ):
                self.votes[-1] = current.counting(mark)
                return
        self.waiting = [*self.waiting[1 - MOST :], mark]

    def _noted(self, current: Open | None, mark: Mark) -> None:
        if current is None and self.sense.notes(self._before(mark)):
            self._add(Open(mark.start, mark.end, "noted"))

    def _rejected(self, current: Open | None, mark: Mark) -> None:
        if self.sense.refuses(mark):
            return
        near = current is not None and mark.start - current.end < 200
        counted = near and current is not None and not current.decided and current.result is None
        again = near and current is not None and current.result == "rejected"
        said = current is not None and current.result == "adopted" and self.sense.together(current.end, mark.start)
        if current is not None and (counted or again or said):
            self.votes[-1] = replace(current, result="rejected", end=mark.end)
        elif self.sense.rejects(mark, self._before(mark)):
            self._add(Open(mark.start, mark.end, "rejected"))

    def _adopted(self, current: Open | None, mark: Mark) -> None:
        if not self.sense.adopts(mark, self._before(mark)):
            return
        labelled = ":" in self.low[mark.start : mark.end]
        if current is not None and current.result is None:
            self.votes[-1] = replace(current, result="adopted", end=mark.end)
        elif (
            current is None
            or current.result in ("rejected", "withdrawn", "adjourned")
            or (current.result == "adopted" and labelled)
        ):
            self._add(Open(mark.start, mark.end, "adopted"))

    def _put_off(self, current: Open | None, mark: Mark) -> None:
        """Withdrawn or adjourned."""
        result: VoteResult = "withdrawn" if mark.kind == "withdrawn" else "adjourned"
        how = self.sense.puts_off(mark, self._before(mark))
        if how is None:
            return
        voted = how == "decided" and current is not None and current.decided
        if current is not None and voted and self.sense.together(current.end, mark.start):
            self.votes[-1] = replace(current, result=result, end=mark.end)
        elif current is None or current.result not in (None, result):
            self._add(Open(mark.start, mark.end, result, decided=True))
        elif current.result is None:
            self.votes[-1] = replace(current, result=result, end=mark.end)

    def _close(self) -> None:
        """A decision in its plainest words, where nothing else was said of any vote."""
        for mark in self.waiting if self.votes else ():  # what was said of a vote that did not come
            last = self.votes[-1]
            if last.free(mark) and mark.start - last.end <= NEAR:
                self.votes[-1] = replace(last.counting(mark), end=last.end)
        for found in () if self.votes else WEAK.finditer(self.low):
            bare = Mark(found.start(), found.end(), "adopted")
            if not found[0].startswith(("adoptee", "approuvee")) or not FOREIGN.search(self._before(bare)):
                self._add(Open(bare.start, bare.end, "adopted"))
                return


def _ahead(marks: Sequence[Mark]) -> list[Mark | None]:
    """For each mark the next one that opens or counts a vote."""
    found: list[Mark | None] = []
    coming: Mark | None = None
    for mark in reversed(marks):
        found.append(coming)
        if mark.kind not in ("verbal", "absent") and mark.slot != "absent":
            coming = mark
    return found[::-1]
