"""What a word of voting means where it stands: a decision of this council, or of another, or a mere proposal."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from crawler.models import VoteResult
from pipelines.agenda.vote_marks import Mark
from pipelines.agenda.vote_words import FOREIGN, NOTED_NEXT, QUORUM

_BREAK = re.compile(r"[.;!?]\s|\n\s*\n|\n\s*[-•]")
_SEEN = 160  # characters before a word in which its sentence is looked for
_DECIDES = re.compile(r"decid|unanim|majorite|accepte|approuve")
_PROPOSED = re.compile(r"propos|demande|souhait|suggere|sollicite")
_LEADS = re.compile(
    r"[^.\n]{0,60}?[\s,:\-•]*(?:de |d')?(?:decid|approuv|autoris|adopt|fix|donn|charg|emet|valid|accept)"
)
_CLOSING = re.compile(r"(?:(?:deliberation|rapport|proposition) )?(?:est )?(?:adopte|approuve|vote)e?s?")
_BETWEEN = re.compile(r"\bvote ?:|€|\d (?:voix|pour|contre)")
# "Le syndicat a approuvé, par 32 voix pour, ses statuts": another body's vote.
_ELSEWHERE = re.compile(
    r"\b(?:syndicat|commission(?! permanente)|conseil d'administration|assemblee (?:generale|nationale)|parlement"
    r"|senat)"
    r"\b.{0,40}\b(?:a|ont|avait|avaient) (?:\w+ )?(?:approuve|adopte|vote|emis|rejete|accepte|donne)"
    r"(?!.*(?:\bdelibere|\n(?:le|la|l') ?(?:conseil|comite|bureau|assemblee|commission)))",
    re.DOTALL,
)
# Who else takes note: "M. le Maire prend acte de cette remarque".
_OTHERS = re.compile(
    r"(?:\b(?:maire|presidente?|prefete?|ministre|il|elle|on|nous|je)"
    r"|\b(?:m\.|mme|monsieur|madame) [\w-]+(?: [\w-]+)?) (?:a |en |ont |en a )?$"
)
_ASKED = re.compile(r"il est propose|propose[rs]? (?:de|au)|demande de|vous est|invite")
_REFUSED = re.compile(r" (?:la|les|le|l')\s?(?:demande|offre|recours|candidature|reclamation)")
_REJECTABLE = re.compile(
    r"v(?:oe|œ)u|motion|amendement|deliberation|proposition|conseil|rapport|resolution|article|projet de del"
)
_REJECTED_BY = re.compile(r" (?:par (?:\d|[a-z-]+ voix)|a l'unan|a la maj|\()")
_INFINITIVE = re.compile(r"(?:de )?(?:retirer|ajourner|reporter|renvoyer|surseoir|l'ajournement|le re(?:port|nvoi))\b")
_OTHER_MATTER = re.compile(r"20\d\d|urbanisme|permis|autorisations? d")


@dataclass(frozen=True, slots=True)
class Sense:
    """The text of one item, and the same in plain."""

    text: str
    low: str

    def before(self, mark: Mark, since: int) -> str:
        """The words of the same sentence before a mark, from ``since`` on (160 characters at most)."""
        begin = max(0, mark.start - _SEEN, min(since, mark.start))
        return _BREAK.split(self.low[begin : mark.start])[-1]

    def together(self, one: int, two: int) -> bool:
        """Whether two offsets are of one sentence."""
        return two - one <= 120 and _BREAK.search(self.low, one, two) is None

    def decides(self, mark: Mark, before: str) -> bool:
        """Whether "à l'unanimité" or "à la majorité" says how this council voted."""
        low = self.low
        if QUORUM.match(low, mark.start) and not re.search(r"(?:adopt|approuv|vot|accept)e\w{0,2} $", before):
            return False
        shouted = self.text[mark.start : mark.end].isupper()
        if not shouted and FOREIGN.search(before) and not re.search(r"(?:en )?avoir delibere|vote ?:", before):
            return False
        if re.search(r"\bpropos\w+ .*d'(?:adopter|approuver)", before):
            return False
        adverb = "ment" in low[mark.start : mark.end]  # "nous partageons unanimement"
        around = before + low[mark.end : mark.end + 40]
        return not adverb or re.search(r"adopt|approuv|vote|accept|decid|elu", around) is not None

    def result(self, mark: Mark, before: str) -> VoteResult:
        """What was decided by unanimity or majority."""
        contrary = re.compile(r"(?:^|\n|vote ?: ?)\W*contre[ ,:]{0,3}$")
        if re.search(r"\b(?:rejet|repouss|n'est pas adopt)[^.;]*$", before[-40:]) or contrary.search(
            self.low[max(0, mark.start - 24) : mark.start]
        ):
            return "rejected"
        return "noted" if NOTED_NEXT.match(self.low[mark.end : mark.end + 60]) else "adopted"

    def repeats(self, mark: Mark, opened: int, end: int) -> bool:
        """Whether "Adopté à l'unanimité" on a line of its own closes "le conseil, à l'unanimité, décide …".

        ``opened`` is where the words end that opened the vote, ``end`` where what was read of it ends.
        """
        line = self.low[max(0, mark.start - 80) : mark.start].rsplit("\n", 1)[-1]
        led = _LEADS.match(self.low, opened) is not None
        return led and bool(_CLOSING.fullmatch(line.strip())) and not _BETWEEN.search(self.low[end : mark.start])

    def notes(self, before: str) -> bool:
        """Whether "prend acte" is the council's, and not only asked for."""
        return not _OTHERS.search(before) and not _ASKED.search(before[-110:])

    def elsewhere(self, before: str) -> bool:
        """Whether a count is of another body's vote."""
        return _ELSEWHERE.search(before) is not None

    def refuses(self, mark: Mark) -> bool:
        """Whether "rejette" is a refusal that was carried ("rejette la demande de …")."""
        refused = _REFUSED.match(self.low, mark.end, mark.end + 24)
        return self.low[mark.start : mark.end] == "rejette" and refused is not None

    def rejects(self, mark: Mark, before: str) -> bool:
        """Whether something is rejected by this council, where no vote was spoken of yet."""
        opens = not re.search(r"[a-z]", self.low[max(0, mark.start - 40) : mark.start].rsplit("\n", 1)[-1])
        labelled = re.search(r"[:–|-] {0,3}$", self.low[max(0, mark.start - 4) : mark.start])
        by = _REJECTED_BY.match(self.low, mark.end, mark.end + 40)
        return bool(opens or labelled or by or _REJECTABLE.search(before)) and not FOREIGN.search(before)

    def adopts(self, mark: Mark, before: str) -> bool:
        """Whether "est adoptée" is this council's, and not said again by the words that follow."""
        if FOREIGN.search(before + self.low[mark.start : mark.end]):
            return False
        return not re.match(r" (?:a l'unan|a la (?:\w+ )?maj|par \d)", self.low[mark.end : mark.end + 14])

    def puts_off(self, mark: Mark, before: str) -> Literal["said", "decided"] | None:
        """Whether a point is withdrawn or adjourned: the text says that it is, or decides it in an infinitive."""
        said = self.low[mark.start : mark.end].strip(" \n-•:.")
        if " " not in said and not self.text[mark.start : mark.end].strip(" \n-•:.")[:1].isupper():
            return None  # the end of a line of accounts: "Excédent de fonctionnement / reporté"
        if _OTHER_MATTER.search(self.low[mark.end : mark.end + 60].split(".")[0]):
            return None
        if not _INFINITIVE.match(said):
            return "said"
        decided = _DECIDES.search(self.low, max(0, mark.start - _SEEN), mark.start)
        return "decided" if decided and not _PROPOSED.search(before) else None
