"""A vote while it is being read, and how it becomes a claim."""

from __future__ import annotations

from dataclasses import dataclass, replace

from crawler.models import VoteClaim, VoteResult
from pipelines.agenda.vote_marks import Mark


@dataclass(frozen=True, slots=True)
class Open:
    """What was read of a vote so far; the numbers are named as the slots of marks are."""

    start: int
    end: int
    result: VoteResult | None = None
    for_: int | None = None
    against: int | None = None
    abstain: int | None = None
    absent: int | None = None
    names: tuple[str, ...] = ()
    unanimous: bool = False
    decided: bool = False  # by unanimity, majority or exception: a second such word is another vote
    headed: int = -1  # where the words "Vote :" stand that opened it

    def free(self, mark: Mark) -> bool:
        """Whether nothing was read yet of what a mark counts."""
        return mark.slot is None or getattr(self, mark.slot) is None

    def counting(self, mark: Mark) -> Open:
        """The vote with the number that a mark gives."""
        end = max(self.end, mark.end)
        if mark.slot == "for_":
            return replace(self, end=end, for_=mark.value)
        if mark.slot == "against":
            return replace(self, end=end, against=mark.value)
        if mark.slot == "abstain":
            return replace(self, end=end, abstain=mark.value)
        return replace(self, end=end, absent=mark.value, names=mark.names)

    def claim(self) -> VoteClaim:
        """What the text says; rejected without a word only where more are printed against than for."""
        result: VoteResult = self.result or "adopted"
        if self.result is None and self.against is not None and self.for_ is not None and self.against > self.for_:
            result = "rejected"
        # Abstentions do not break unanimity as councils print it ("à l'unanimité, 3 abstentions"); a vote against does.
        unanimous = not self.against and (self.unanimous or (self.against == 0 and self.abstain == 0))
        return VoteClaim(
            result,
            self.for_,
            self.against,
            self.abstain,
            unanimous,
            not_voting=self.absent,
            not_voting_names=self.names,
        )
