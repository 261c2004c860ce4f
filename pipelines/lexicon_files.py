"""Check and compile the files of the lexicon; all that is wrong is listed with file, entry and problem.

A topic's file holds ``id``, ``[label]`` (fr, en), lists of entries ``[[strong]]``, ``[[weak]]``,
``[[acronym]]``, ``[[product]]``, false friends ``[[exclude]]``, contexts ``[context]`` and
``[examples]``. An entry has ``id`` and ``terms``, and may have

- ``needs``: contexts of which one must stand beside it (its own file's, else those of ``markers.toml``),
- ``unless``: terms that void it anywhere in its sentence,
- ``score`` beside what it needs and ``alone`` elsewhere (0..1),
- ``loose = true``: found within glued words, ``ambiguous = true``: a vendor with other trades.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from crawler.errors import ConfigError
from crawler.models import TOPICS, Topic
from pipelines.lexicon_types import (
    KINDS,
    TITLE_KINDS,
    Entry,
    Exclusion,
    Kind,
    Lexicon,
    Pattern,
    TopicLexicon,
    compile_bytes,
)
from pipelines.terms import LEAST, Term, TermError, compile_term

MARKERS = "markers"
LEAST_EXAMPLES = 5
SCORES: Mapping[Kind, float] = {"strong": 0.9, "weak": 0.7, "acronym": 0.85, "product": 0.85}
ALONE: Mapping[Kind, float] = {"strong": 0.9, "weak": 0.3, "acronym": 0.3, "product": 0.2}
NOTHING = r"\z."  # matches nowhere
_FILE_KEYS = {"id", "label", "context", "exclude", "examples", *KINDS}
_ENTRY_KEYS = {"id", "terms", "needs", "also", "unless", "score", "alone", "loose", "ambiguous"}
_EXCLUDE_KEYS = {"id", "terms", "scope", "strong"}
_MARKER_KEYS = {"id", "terms", "acronyms"}


def compile_files(files: Mapping[str, bytes]) -> tuple[Lexicon | None, tuple[ConfigError, ...]]:
    """Compile these files and list everything that is wrong with them; no lexicon where something is."""
    work = _Compiler()
    tables = {name: table for name in sorted(files) if (table := work.parse(name, files[name])) is not None}
    markers = tables.pop(f"{MARKERS}.toml", None)
    if markers is None and not work.problems:
        work.problem(f"{MARKERS}.toml", "", "is missing", "it holds the shared contexts, markers and exclusions")
    work.common = tuple(str((markers or {}).get("common", "")).split())
    contexts, parts = work.shared(markers or {})
    topics = {topic.id: topic for name, table in tables.items() if (topic := work.topic(name, table, contexts))}
    for name in TOPICS:
        if name not in topics and f"{name}.toml" not in files:
            work.problem(f"{name}.toml", "", "is missing", "every topic has a file of its own")
    if work.problems:
        return None, tuple(work.problems)
    digest = hashlib.sha256(b"".join(name.encode() + b"\0" + files[name] + b"\0" for name in sorted(files)))
    lexicon = Lexicon(
        version=digest.hexdigest()[:12],
        topics={name: topics[name] for name in TOPICS},
        contexts=contexts,
        trigger=compile_bytes("|".join(sorted(work.triggers))),
        acronyms=compile_bytes(rf"\b(?:{'|'.join(sorted(work.acronyms))})\b"),
        terms=tuple(sorted(work.written)),
        **parts,
    )
    return lexicon, ()


def acronym_pattern(acronym: str) -> str:
    """``CSU`` also as ``C.S.U.``; boundaries are the caller's."""
    return r"\.?".join(acronym)


class _Compiler:
    """Collects problems, triggers and acronyms while files are compiled."""

    def __init__(self) -> None:
        self.problems: list[ConfigError] = []
        self.triggers: set[str] = set()
        self.acronyms: set[str] = set()
        self.written: set[str] = set()
        self.common: tuple[str, ...] = ()

    def problem(self, file: str, entry: str, problem: str, remedy: str) -> None:
        self.problems.append(ConfigError(file, None, entry, problem, remedy))

    def parse(self, name: str, data: bytes) -> dict[str, Any] | None:
        try:
            return tomllib.loads(data.decode("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            self.problem(name, "", f"is not TOML: {error}", "mend the syntax")
            return None

    def unknown_keys(self, file: str, entry: str, table: Mapping[str, Any], allowed: set[str]) -> None:
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
                done.append(compile_term(term, loose=loose, common=self.common))
            except TermError as error:
                self.problem(file, entry, str(error), "see the language of terms")
        return done

    def union(self, file: str, entry: str, value: object) -> Pattern:
        return compile_bytes("|".join(term.exact for term in self.terms(file, entry, value)) or NOTHING)

    def contexts(self, file: str, table: Mapping[str, Any], prefix: str = "") -> dict[str, Pattern]:
        return {f"{prefix}{name}": self.union(file, f"context {name}", terms) for name, terms in table.items()}

    def exclusions(self, file: str, tables: Sequence[Mapping[str, Any]]) -> tuple[Exclusion, ...]:
        done = []
        for table in tables:
            name = f"exclude {table.get('id', '?')}"
            self.unknown_keys(file, name, table, _EXCLUDE_KEYS)
            scope = table.get("scope", "overlap")
            if scope not in ("overlap", "sentence"):
                self.problem(file, name, f"scope is {scope!r}", '"overlap" or "sentence"')
            pattern = self.union(file, name, table.get("terms"))
            done.append(Exclusion(str(table.get("id", "?")), pattern, scope, bool(table.get("strong", False))))
        return tuple(done)

    def shared(self, table: Mapping[str, Any]) -> tuple[dict[str, Pattern], dict[str, Any]]:
        """Contexts, and the parts of the lexicon that all topics share."""
        file = f"{MARKERS}.toml"
        self.unknown_keys(file, "", table, {"common", "context", "marker", "exclude", "title"})
        markers = []
        for marker in table.get("marker", []):
            name = f"marker {marker.get('id', '?')}"
            self.unknown_keys(file, name, marker, _MARKER_KEYS)
            words = self.union(file, name, marker.get("terms", []) or ["néant néant"])
            codes = "|".join(acronym_pattern(code) for code in marker.get("acronyms", []))
            markers.append(
                (str(marker.get("id", "?")), (words, compile_bytes(rf"\b(?:{codes})\b" if codes else NOTHING)))
            )
        titles = self.contexts(file, table.get("title", {}))
        for kind in TITLE_KINDS:
            if kind not in titles:
                self.problem(file, f"title {kind}", "is missing", f"it takes one of: {', '.join(TITLE_KINDS)}")
        parts = {
            "markers": tuple(markers),
            "exclusions": self.exclusions(file, table.get("exclude", [])),
            "titles": titles,
        }
        return self.contexts(file, table.get("context", {})), parts

    def topic(self, file: str, table: Mapping[str, Any], contexts: dict[str, Pattern]) -> TopicLexicon | None:
        """Compile one topic's file; adds its contexts under ``topic.name``."""
        self.unknown_keys(file, "", table, _FILE_KEYS)
        name = table.get("id")
        if name not in TOPICS or file != f"{name}.toml":
            self.problem(file, "id", f"is {name!r}", "the file is called after its topic, one of models.Topic")
            return None
        label = table.get("label", {})
        if not all(isinstance(label.get(language), str) for language in ("fr", "en")):
            self.problem(file, "label", "lacks a language", "give fr and en")
        own = self.contexts(file, table.get("context", {}), f"{name}.")
        contexts |= own
        local = {key.removeprefix(f"{name}."): key for key in own}
        words: list[str] = []
        entries = [
            entry
            for kind in KINDS
            for row in table.get(kind, [])
            if (entry := self.entry(file, name, kind, row, lambda need: local.get(need, need), contexts, words))
        ]
        seen: set[str] = set()
        for entry in entries:
            if entry.id in seen:
                self.problem(file, entry.id, "is used twice", "ids are unique within a file")
            seen.add(entry.id)
        examples = table.get("examples", {})
        self.unknown_keys(file, "examples", examples, {"origin", "positive", "negative"})
        for side in ("positive", "negative"):
            if len(examples.get(side, [])) < LEAST_EXAMPLES:
                self.problem(file, f"examples.{side}", "are too few", f"at least {LEAST_EXAMPLES}")
        exclusions = self.exclusions(file, table.get("exclude", []))
        union = compile_bytes("|".join(words) or NOTHING)
        positive, negative = (tuple(examples.get(side, ())) for side in ("positive", "negative"))
        return TopicLexicon(name, label, tuple(entries), exclusions, union, positive, negative)

    def entry(
        self,
        file: str,
        topic: Topic,
        kind: Kind,
        row: Mapping[str, Any],
        resolve: Callable[[str], str],
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
        needs = tuple(resolve(need) for need in row.get("needs", []))
        also = tuple(resolve(need) for need in row.get("also", []))
        for need in (*needs, *also):
            if need not in contexts:
                self.problem(
                    file, where, f"needs an unknown context {need!r}", f"one of: {', '.join(sorted(contexts))}"
                )
        if kind == "weak" and not (needs or also):
            self.problem(file, where, "is weak but names no context", 'add needs = ["…"] or also = ["…"]')
        score, alone = row.get("score", SCORES[kind]), row.get("alone", ALONE[kind])
        if kind in ("acronym", "product") and not (needs or also or row.get("ambiguous") or "alone" in row):
            alone = score
        for value in (score, alone):
            if not (isinstance(value, int | float) and 0 <= value <= 1):
                self.problem(file, where, f"score {value!r}", "a number between 0 and 1")
        pattern = self.entry_pattern(file, where, kind, row, words)
        unless = self.union(file, where, row["unless"]) if "unless" in row else None
        if len(self.problems) > before:
            return None
        return Entry(
            name, topic, kind, pattern, float(score), float(alone), needs, unless, also, bool(row.get("ambiguous"))
        )

    def entry_pattern(self, file: str, where: str, kind: Kind, row: Mapping[str, Any], words: list[str]) -> Pattern:
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
        if row.get("ambiguous"):  # counts only beside a strong term, which has a trigger
            words += exact
            return compile_bytes("|".join(exact) or NOTHING)
        for term in terms:
            if term.least < LEAST:
                self.problem(file, where, f"{term.source!r} has no rare stretch", f"{LEAST} letters, no common word")
        self.triggers |= {term.trigger for term in terms}
        words += exact
        return compile_bytes("|".join(exact) or NOTHING)
