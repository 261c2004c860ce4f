"""From hits to flags: one flag per item, or per unattached passage, with its evidence and its score.

`pipelines.matching` scores each hit where it stands. Here it is multiplied by what its place is worth:

===================================================  ======
title of an item                                      1
line of the report on delegated decisions             0.75
body of a draft, note, agenda, deliberation, annex…   0.8
body of another document                              0.6
body of minutes: one sentence, two, three or more     0.45, 0.54, 0.65
 … and a sentence that decides ("autorise", …)        0.75
 … and one that lays out a plan ("sera posé", …)      0.72
 … and that of a wish or a motion                     0.75
body under a title that only passes by                half of it
===================================================  ======

So in minutes a remark in a debate stays below 0.5, an object of decision does not: what somebody asks, regrets or
recalls (``remark`` of ``markers.toml``) is neither a decision nor a plan. "Passing" titles
(budget, approval of minutes, appointments, "questions diverses": ``[title]`` of ``markers.toml``)
count full only from three sentences on. An unattached passage is a flag only where its words are
certain; what repeats the title of an item (the list at the head of minutes) is that item, not a passage.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from crawler.models import DocumentKind, FlagClaim, ItemClaim, Match, PageText, SessionClaim, Span, Stance
from pipelines.excerpts import excerpt, one_line
from pipelines.facts.draw import with_facts
from pipelines.lexicon_types import Lexicon, plain
from pipelines.matching import Hit
from pipelines.ocr_matching import Finder, finder
from pipelines.regions import Key, regions
from pipelines.repeated import Titles
from pipelines.stance import stance
from pipelines.text.fold import latin, squeeze

KEEP = 0.25  # flags below are not worth a row
ALERT = 0.5  # a flag that reaches it names only topics that reach it
CHAIN = 3000  # characters between two unattached hits of one passage (about a page)
CONTEXT = 500  # characters of body in which a title's weak term may find its context
FIRM: Mapping[DocumentKind, float] = {"other": 0.6}
MINUTES = (0.45, 0.54, 0.65)
DECIDING, PLANNED, DECIDED, PASSING, BODY = 0.75, 0.72, 0.75, 0.5, 0.8
# What will be done is said in the future tense: of plain French words in -ra and -ront few are no verbs.
_TO_COME = re.compile(rb"\b(?!camera|opera|extra|ultra|contra|tiara)[a-z]{2,14}(?:ra|ront)\b")


@dataclass(frozen=True, slots=True)
class _Placed:
    """A hit with its place in the document."""

    hit: Hit
    page: int
    offset: int  # of the stretch that was searched, in the page
    text: str  # of the page

    @property
    def start(self) -> int:
        return self.offset + self.hit.start

    @property
    def end(self) -> int:
        return self.offset + self.hit.end

    def match(self, score: float) -> Match:
        words = one_line(self.text[self.start : self.end])
        return Match(self.hit.topic, self.hit.term, Span(self.page, self.start, self.end), round(score, 3), words)

    def sentence(self) -> str:
        left, right = self.hit.sentence
        return excerpt(self.text, self.offset + left, self.offset + right, self.start, self.end)

    def line(self) -> str:
        """The line of the page on which the hit begins."""
        left = self.text.rfind("\n", 0, self.start) + 1
        right = self.text.find("\n", self.end)
        return self.text[left : right if right >= 0 else len(self.text)]


@dataclass(frozen=True, slots=True)
class _Scored:
    """A match with the words to quote for it; ``certain``: it has the context that it needs."""

    match: Match
    quote: str
    certain: bool

    def worth(self, factor: float) -> _Scored:
        """The same where its place is worth less."""
        return replace(self, match=replace(self.match, score=round(self.match.score * factor, 3)))


def flag(
    pages: tuple[PageText, ...], sessions: tuple[SessionClaim, ...], kind: DocumentKind, lexicon: Lexicon
) -> tuple[FlagClaim, ...]:
    """What this document says of surveillance: by item, then by unattached passage, in reading order."""
    find = finder(pages, lexicon)
    titles_above = " . ".join(f"{item.title} . {item.theme or ''}" for each in sessions for item in each.items)
    suspects = {page.number for page in pages if find.may_match(page.text, page.number, titles_above)}
    if not suspects:
        return ()
    suspect = _suspect_titles(sessions, find)
    titles = Titles(suspect)
    by_item: dict[Key, list[_Placed]] = {key: [] for key in suspect}
    loose: list[_Placed] = []
    for region in regions(pages, sessions):
        if region.page not in suspects:
            continue
        item = sessions[region.key[0]].items[region.key[1]] if region.key else None
        above = f"{item.title} . {item.theme or ''}" if item else ""
        for hit in find.hits(region.text[region.start : region.end], region.page, above=above):
            placed = _Placed(hit, region.page, region.start, region.text)
            # a list at the head or the end only repeats the titles of other items
            if not (suspect and titles.repeated(squeeze(latin(placed.line())), region.key)):
                (by_item.setdefault(region.key, []) if region.key else loose).append(placed)
    judge = _Judge(pages, sessions, kind, find)
    flags = [judge.item(key, by_item[key]) for key in sorted(by_item)]
    # a register or a bulletin may speak of it on a hundred pages: that is one piece of news
    flags += [judge.passage(chain) for chain in ([loose] if kind == "other" else _chains(loose)) if chain]
    return with_facts(pages, sessions, [found for found in flags if found is not None and found.score >= KEEP])


def _suspect_titles(sessions: Sequence[SessionClaim], find: Finder) -> dict[Key, bytes]:
    """Squeezed titles of the items whose title may hold a term."""
    return {
        (s, i): squeeze(latin(item.title))
        for s, session in enumerate(sessions)
        for i, item in enumerate(session.items)
        if find.may_match(item.title, item.begin[0], None)
    }


def _chains(loose: list[_Placed]) -> Iterable[list[_Placed]]:
    """Unattached hits, those that are near one another together."""
    chain: list[_Placed] = []
    for placed in loose:
        if chain:
            last = chain[-1]
            apart = placed.start - last.end + (len(last.text) if placed.page == last.page + 1 else 0)
            if placed.page - last.page > 1 or apart > CHAIN:
                yield chain
                chain = []
        chain.append(placed)
    if chain:
        yield chain


class _Judge:
    """Scores the hits of an item or a passage of one document."""

    def __init__(
        self, pages: Sequence[PageText], sessions: Sequence[SessionClaim], kind: DocumentKind, find: Finder
    ) -> None:
        self.texts = {page.number: page.text for page in pages}
        self.legible = {page.number: page.legible for page in pages if page.method == "ocr"}
        self.sessions, self.kind, self.find, self.lexicon = sessions, kind, find, find.lexicon

    def item(self, key: Key, placed: list[_Placed]) -> FlagClaim | None:
        """The flag of one item, or None where nothing remains."""
        item = self.sessions[key[0]].items[key[1]]
        folded = plain(item.title)
        titled = self._title_matches(item, placed)
        spans = {each.match.span for each in titled}
        body = [each for each in placed if Span(each.page, each.start, each.end) not in spans]
        decided = (
            item.decided
            or self.kind == "decision"
            or bool(self.lexicon.titles["decided"].search(folded) and not titled)
        )
        if item.decided:
            titled = [each.worth(DECIDED) for each in titled]
        passing = bool(self.lexicon.titles["passing"].search(folded) or item.minor)
        wish = bool(self.lexicon.titles["wish"].search(folded))
        scored = titled + self._body_matches(body, attached=True, passing=passing, decided=decided, wish=wish)
        sentences = tuple(each.sentence() for each in placed if each.hit.certain)
        view = stance(item.title, sentences) if wish else None
        return self._recognised(_claim(scored, key, decided=decided, view=view))

    def passage(self, chain: list[_Placed]) -> FlagClaim | None:
        """The flag of an unattached passage: only where some of its words are certain."""
        if not any(each.hit.certain and each.hit.kind != "weak" for each in chain):
            return None
        scored = self._body_matches(chain, attached=False, passing=False, decided=self.kind == "decision")
        claim = self._recognised(_claim(scored, None, decided=self.kind == "decision", view=None))
        return replace(claim, session=0) if claim and len(self.sessions) == 1 else claim

    def _recognised(self, claim: FlagClaim | None) -> FlagClaim | None:
        """With the legibility of its page, where that was recognised from an image."""
        legible = self.legible.get(claim.page) if claim else None
        return claim if claim is None or legible is None else replace(claim, legible=legible)

    def _title_matches(self, item: ItemClaim, placed: list[_Placed]) -> list[_Scored]:
        """Matches of the title, at the place of the page where the same words stand first."""
        number, offset = item.begin
        if not self.find.may_match(item.title, number, None):
            return []
        below = self._below(item)
        found: list[_Scored] = []
        used: set[int] = set()
        for hit in self.find.hits(item.title, number, around=f"{item.theme or ''} . {below}"):
            twin = next(
                (e for e in placed if (e.hit.topic, e.hit.term) == (hit.topic, hit.term) and id(e) not in used), None
            )
            if twin:
                used.add(id(twin))
                match = twin.match(hit.score)
            else:  # the title was joined from elsewhere (a cell, a heading): its place stands for its words
                end = min(offset + len(item.title), len(self.texts.get(number, "")))
                words = one_line(item.title[hit.start : hit.end])
                match = Match(hit.topic, hit.term, Span(number, offset, max(offset, end)), hit.score, words)
            found.append(_Scored(match, one_line(item.title), hit.certain))
        return found

    def _below(self, item: ItemClaim) -> str:
        """The head of the item's own part of its page: what follows belongs to its neighbours."""
        number, offset = item.begin
        end = offset + len(item.title) + CONTEXT
        if item.finish[0] == number and item.finish[1] > offset:
            end = min(end, item.finish[1])
        return self.texts.get(number, "")[offset:end]

    def _body_matches(
        self, body: list[_Placed], *, attached: bool, passing: bool, decided: bool, wish: bool = False
    ) -> list[_Scored]:
        sentences = {(each.page, each.offset + each.hit.sentence[0]) for each in body if each.hit.certain}
        factor = self._factor(len(sentences), attached=attached)
        done = []
        for each in body:
            quote = each.sentence()
            worth = factor
            if decided:
                worth = DECIDED
            elif passing and len(sentences) < len(MINUTES):
                worth = factor * PASSING
            elif factor < DECIDING:
                worth = max(factor, DECIDING if wish else self._said(plain(quote)))
            done.append(_Scored(each.match(each.hit.score * worth), quote, each.hit.certain))
        return done

    def _said(self, sentence: bytes) -> float:
        """What a sentence of minutes is worth: it decides, it lays out a plan, or somebody remarks something."""
        contexts = self.lexicon.contexts
        if contexts["decision"].search(sentence):
            return DECIDING
        plans = contexts["plan"].search(sentence) or _TO_COME.search(sentence)
        return PLANNED if plans and not contexts["remark"].search(sentence) else 0.0

    def _factor(self, sentences: int, *, attached: bool) -> float:
        if self.kind == "minutes" or (self.kind == "other" and not attached):
            return MINUTES[min(max(sentences, 1), len(MINUTES)) - 1]
        return FIRM.get(self.kind, BODY)


def _claim(scored: list[_Scored], key: Key | None, *, decided: bool, view: Stance | None) -> FlagClaim | None:
    """Put the evidence together; beside better matches, hints below the alert threshold are left out."""
    if not scored:
        return None
    best = max(scored, key=lambda each: each.match.score)
    hints = best.match.score < ALERT
    firm = {each.match.topic for each in scored if each.match.score >= ALERT}
    kept = (each for each in scored if hints or (each.certain and each.match.topic in firm))
    matches = [each.match for each in kept if hints or each.match.score >= KEEP]
    matches.sort(key=lambda match: (match.span.page, match.span.start, match.topic))
    return FlagClaim(
        score=best.match.score,
        matches=tuple(matches),
        excerpt=best.quote,
        page=best.match.span.page,
        session=key[0] if key else None,
        item=key[1] if key else None,
        stance=view,
        decided=decided,
    )
