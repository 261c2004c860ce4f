"""Compile the parts of a lexicon file: terms, entries, false friends, examples.

`pipelines.lexicon_files` says what they hold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from crawler.errors import ConfigError
from crawler.models import TOPICS, Topic
from pipelines.anchors import places
from pipelines.lexicon_types import KINDS, SCOPES, Entry, Examples, Exclusion, Kind, Pattern, compile_bytes
from pipelines.quick_look import QuickLook, Wanted, wanted
from pipelines.terms import LEAST, Term, TermError, compile_term

SCORES: Mapping[Kind, float] = {"strong": 0.9, "weak": 0.7, "acronym": 0.85, "product": 0.85}
ALONE: Mapping[Kind, float] = {"strong": 0.9, "weak": 0.3, "acronym": 0.3, "product": 0.2}
NOTHING = r"\z."  # matches nowhere
COMPANY = ("needs", "all", "two", "nearby")
_EXAMPLES = {"examples", "near"}
_ENTRY_KEYS = {"id", "terms", "unless", "score", "alone", "loose", "ambiguous", "yields", *COMPANY, *_EXAMPLES}
_EXCLUDE_KEYS = {"id", "terms", "scope", "strong", "pardon", *_EXAMPLES}
Resolve = Callable[[str], str]  # the name of a context in a topic's file → its name in the lexicon


def acronym_pattern(acronym: str) -> str:
    """``CSU`` also as ``C.S.U.``; boundaries are the caller's."""
    return r"\.?".join(acronym)


class Compiler:
    """Compiles rows of the files; collects problems, triggers and acronyms on the way."""

    def __init__(self) -> None:
        self.problems: list[ConfigError] = []
        self.firm: dict[Topic, set[str]] = defaultdict(set)  # triggers of what counts alone
        self.sought: list[tuple[Entry, str, list[frozenset[str]]]] = []  # what counts in company, by its words
        self.acronyms: set[str] = set()
        self.written: set[str] = set()
        self.context_words: dict[str, tuple[str, ...]] = {}
        self.common: tuple[str, ...] = ()
        self.frequent: tuple[str, ...] = ()

    def problem(self, file: str, entry: str, problem: str, remedy: str) -> None:
        """Note what is wrong, and what would be right."""
        self.problems.append(ConfigError(file, None, entry, problem, remedy))

    def unknown_keys(self, file: str, entry: str, table: Mapping[str, Any], allowed: set[str]) -> None:
        """Note keys that mean nothing: a misspelt one would be silently without effect."""
        for key in sorted(set(table) - allowed):
            self.problem(file, entry, f"unknown key {key!r}", f"one of: {', '.join(sorted(allowed))}")

    def terms(self, file: str, entry: str, value: object, *, loose: bool = False, least: int = 1) -> list[Term]:
        """Compile a list of terms; a bad one is a problem, not an exception."""
        if not (isinstance(value, list) and len(value) >= least and all(isinstance(term, str) for term in value)):
            self.problem(file, entry, "terms is not a list of words", 'write terms = ["…", "…"]')
            return []
        done = []
        for term in value:
            try:
                done.append(compile_term(term, loose=loose, common=None))
            except TermError as error:
                self.problem(file, entry, str(error), "see the language of terms")
        return done

    def union(self, file: str, entry: str, value: object) -> Pattern:
        """One pattern for any of these terms."""
        return compile_bytes("|".join(term.exact for term in self.terms(file, entry, value)) or NOTHING)

    def look(self, vendors: frozenset[Topic]) -> QuickLook:
        """The cheap question asked of every page."""
        firm = {topic: compile_bytes("|".join(sorted(triggers))) for topic, triggers in self.firm.items()}
        return QuickLook(
            firm=firm,
            vendors=vendors,
            any_firm=compile_bytes("|".join(sorted(each for triggers in self.firm.values() for each in triggers))),
            acronyms=compile_bytes(rf"\b(?:{'|'.join(sorted(self.acronyms))})\b"),
            stems=self._stems(),
        )

    def _stems(self) -> dict[bytes, tuple[int, tuple[Wanted, ...]]]:
        """Contexts and places of terms (as bits) and entries, by the beginnings of the words that they are told by."""
        bits = {name: 1 << place for place, name in enumerate(self.context_words)}
        holds: dict[str, int] = defaultdict(int)
        for name, terms in self.context_words.items():
            for written in terms:
                for stem in places(written, self.frequent)[0]:
                    holds[stem] |= bits[name]
        others: dict[frozenset[str], int] = {}
        rows: dict[str, list[Wanted]] = defaultdict(list)
        for entry, exact, (first, *rest) in self.sought:
            more = 0
            for place in rest:
                if place not in others:
                    others[place] = 1 << (len(bits) + len(others))
                    for stem in place:
                        holds[stem] |= others[place]
                more |= others[place]
            term = wanted(entry, exact, more, bits)
            for stem in first:
                rows[stem].append(term)
        return {stem.encode("ascii"): (holds.get(stem, 0), tuple(rows[stem])) for stem in {*holds, *rows}}

    def known(self, file: str, where: str, key: str, context: str, contexts: Mapping[str, Pattern]) -> None:
        """Note a context that no file has."""
        if context not in contexts:
            names = ", ".join(sorted(contexts))
            self.problem(file, where, f"{key}: an unknown context {context!r}", f"one of: {names}")

    def contexts(self, file: str, table: Mapping[str, Any], prefix: str = "") -> dict[str, Pattern]:
        """Named lists of terms."""
        for name, terms in table.items():
            self.context_words[f"{prefix}{name}"] = tuple(map(str, terms))
            for term in terms:
                if not places(str(term), self.frequent):
                    self.problem(file, f"context {name}", f"{term!r} has no word of two letters", "write it in full")
        return {f"{prefix}{name}": self.union(file, f"context {name}", terms) for name, terms in table.items()}

    def examples(self, file: str, where: str, row: Mapping[str, Any]) -> Examples:
        """The texts that a row is tried on; one that it acts in is asked for."""
        lists = {}
        for key in sorted(_EXAMPLES):
            value = row.get(key, [])
            if not (isinstance(value, list) and all(isinstance(text, str) and text.strip() for text in value)):
                self.problem(file, where, f"{key} is not a list of texts", f'write {key} = ["…", "…"]')
                value = []
            lists[key] = tuple(value)
        if not lists["examples"]:
            self.problem(file, where, "has no examples", 'add examples = ["a text in which it must act"]')
        return Examples(lists["examples"], lists["near"])

    def exclusions(
        self, file: str, tables: Sequence[Mapping[str, Any]], contexts: Mapping[str, Pattern]
    ) -> tuple[Exclusion, ...]:
        """False friends, in order; those that pardon name shared contexts."""
        done = []
        for table in tables:
            name = f"exclude {table.get('id', '?')}"
            self.unknown_keys(file, name, table, _EXCLUDE_KEYS)
            scope = table.get("scope", "overlap")
            if scope not in SCOPES:
                self.problem(file, name, f"scope is {scope!r}", f"one of: {', '.join(SCOPES)}")
            pattern = self.union(file, name, table.get("terms"))
            examples = self.examples(file, name, table)
            pardon = tuple(table.get("pardon", ()))
            for context in pardon:
                self.known(file, name, "pardon", context, contexts)
            strong = bool(table.get("strong", False))
            done.append(Exclusion(str(table.get("id", "?")), pattern, scope, strong, pardon, examples))
        return tuple(done)

    def entries(
        self, file: str, topic: Topic, table: Mapping[str, Any], resolve: Resolve, contexts: Mapping[str, Pattern]
    ) -> tuple[list[Entry], list[str]]:
        """The entries of a topic's file, and the words of those that are not acronyms."""
        words: list[str] = []
        seen: set[str] = set()
        done = []
        for kind in KINDS:
            for row in table.get(kind, []):
                entry = self._entry(file, topic, kind, row, resolve, contexts, words)
                if entry and entry.id in seen:
                    self.problem(file, entry.id, "is used twice", "ids are unique within a file")
                if entry:
                    seen.add(entry.id)
                    done.append(entry)
                    self._look(file, f"{kind} {entry.id}", entry, row)
        return done, words

    def _entry(
        self,
        file: str,
        topic: Topic,
        kind: Kind,
        row: Mapping[str, Any],
        resolve: Resolve,
        contexts: Mapping[str, Pattern],
        words: list[str],
    ) -> Entry | None:
        """Compile one entry; its words join ``words``, its triggers those of the lexicon."""
        name = str(row.get("id", ""))
        where = f"{kind} {name or '?'}"
        before = len(self.problems)
        self.unknown_keys(file, where, row, _ENTRY_KEYS)
        if not name:
            self.problem(file, where, "has no id", "name it after what it says")
        company = {key: tuple(resolve(need) for need in row.get(key, [])) for key in COMPANY}
        for key, needs in company.items():
            for need in needs:
                self.known(file, where, key, need, contexts)
        for other in row.get("yields", []):
            if other not in TOPICS or other == topic:
                self.problem(file, where, f"yields to {other!r}", f"one of: {', '.join(TOPICS)}")
        asks = any(company.values())
        if kind == "weak" and not asks:
            self.problem(file, where, "is weak but names no context", 'add needs = ["…"]')
        score, alone = self._scores(file, where, kind, row, asks=asks)
        pattern = self._pattern(file, where, kind, row, words)
        unless = self.union(file, where, row["unless"]) if "unless" in row else None
        examples = self.examples(file, where, row)
        if len(self.problems) > before:
            return None
        return Entry(
            name,
            topic,
            kind,
            pattern,
            score,
            alone,
            **company,
            unless=unless,
            ambiguous=bool(row.get("ambiguous")),
            yields=tuple(row.get("yields", ())),
            examples=examples,
        )

    def _scores(self, file: str, where: str, kind: Kind, row: Mapping[str, Any], *, asks: bool) -> tuple[float, float]:
        # an everyday word that counts only in certain company is not even a hint without it
        lone = 0.0 if row.get("all") or row.get("two") else ALONE[kind]
        score, alone = row.get("score", SCORES[kind]), row.get("alone", lone)
        if kind in ("acronym", "product") and not (asks or row.get("ambiguous") or "alone" in row):
            alone = score
        for value in (score, alone):
            if not (isinstance(value, int | float) and 0 <= value <= 1):
                self.problem(file, where, f"score {value!r}", "a number between 0 and 1")
                return 0.0, 0.0
        return float(score), float(alone)

    def _pattern(self, file: str, where: str, kind: Kind, row: Mapping[str, Any], words: list[str]) -> Pattern:
        if kind == "acronym":
            codes = row.get("terms", [])
            if not codes or not all(isinstance(code, str) and code.isalnum() and code.isascii() for code in codes):
                self.problem(file, where, "an acronym is letters and digits only", 'write terms = ["CSU"]')
                return compile_bytes(NOTHING)
            self.acronyms |= {acronym_pattern(code) for code in codes}
            return compile_bytes(rf"(?:^|[^A-Za-z0-9?])({'|'.join(codes)})s?(?:[^A-Za-z0-9?]|$)")
        terms = self.terms(file, where, row.get("terms"), loose=bool(row.get("loose")))
        exact = [term.exact for term in terms]
        self.written |= {term.source for term in terms}
        words += exact
        return compile_bytes("|".join(exact) or NOTHING)

    def _look(self, file: str, where: str, entry: Entry, row: Mapping[str, Any]) -> None:
        """How an entry is looked for on a page before anything is folded."""
        if entry.kind == "acronym" or entry.ambiguous:  # a vendor counts only beside a strong term, which is looked for
            return
        for source in row["terms"]:
            if not entry.asks and "[" not in source:
                term = compile_term(source, common=self.common)
                self.firm[entry.topic].add(term.trigger)
                if term.least < LEAST:
                    told = f"{source!r} has no rare stretch"
                    self.problem(file, where, told, f"{LEAST} letters, no common word")
                continue
            if found := places(source, self.frequent):
                exact = compile_term(source, loose=bool(row.get("loose")), common=None).exact
                self.sought.append((entry, exact, found))
            else:
                self.problem(file, where, f"{source!r} has no word to look for", "one of two letters or more, apart")
