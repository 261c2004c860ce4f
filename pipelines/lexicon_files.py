"""Check and compile the files of the lexicon; all that is wrong is listed with file, entry and problem.

A topic's file holds ``id``, ``[label]`` (fr, en), lists of entries ``[[strong]]``, ``[[weak]]``,
``[[acronym]]``, ``[[product]]``, false friends ``[[exclude]]``, contexts ``[context]`` and
``[examples]``. An entry has ``id``, ``terms`` and ``examples``, and may have

- ``needs``: contexts of which one must stand beside it, ``two``: of which two, ``all``: of which all (in its sentence
  or the title above it), ``nearby``: contexts of which one must stand in its item (its own file's contexts, else
  those of ``markers.toml``),
- ``unless``: terms that void it anywhere in its sentence, ``yields``: topics that say it better where they are certain
  close by,
- ``score`` beside what it asks for and ``alone`` elsewhere (0..1),
- ``loose = true``: found within glued words and with spaces inside, ``ambiguous = true``: a vendor with other trades,
- ``near``: texts in which it must not count.

A false friend has ``id``, ``terms`` and ``examples`` that it voids, and may have ``near``, ``strong`` (it voids strong
terms too) and ``scope``: what it covers ("overlap"), its "sentence", or its "item" with the title above.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from typing import Any

from crawler.errors import ConfigError
from crawler.models import TOPICS
from pipelines.lexicon_entries import NOTHING, Compiler, acronym_pattern
from pipelines.lexicon_types import KINDS, TITLE_KINDS, Lexicon, Pattern, TopicLexicon, compile_bytes

MARKERS = "markers"
LEAST_EXAMPLES = 5
_FILE_KEYS = {"id", "label", "context", "exclude", "examples", *KINDS}
_MARKER_KEYS = {"id", "terms", "acronyms"}


def compile_files(files: Mapping[str, bytes]) -> tuple[Lexicon | None, tuple[ConfigError, ...]]:
    """Compile these files and list everything that is wrong with them; no lexicon where something is."""
    work = Compiler()
    tables = {name: table for name in sorted(files) if (table := _parse(work, name, files[name])) is not None}
    markers = tables.pop(f"{MARKERS}.toml", None)
    if markers is None and not work.problems:
        work.problem(f"{MARKERS}.toml", "", "is missing", "it holds the shared contexts, markers and exclusions")
    work.common = tuple(str((markers or {}).get("common", "")).split())
    work.frequent = tuple(str((markers or {}).get("frequent", "")).split())
    contexts = work.contexts(f"{MARKERS}.toml", (markers or {}).get("context", {}))
    parts = _shared(work, markers or {}, contexts)
    topics = {topic.id: topic for name, table in tables.items() if (topic := _topic(work, name, table, contexts))}
    for name in TOPICS:
        if name not in topics and f"{name}.toml" not in files:
            work.problem(f"{name}.toml", "", "is missing", "every topic has a file of its own")
    if work.problems:
        return None, tuple(work.problems)
    digest = hashlib.sha256(b"".join(name.encode() + b"\0" + files[name] + b"\0" for name in sorted(files)))
    vendors = frozenset(name for name, topic in topics.items() if any(entry.ambiguous for entry in topic.entries))
    look = work.look(vendors)
    lexicon = Lexicon(
        version=digest.hexdigest()[:12],
        topics={name: topics[name] for name in TOPICS},
        contexts=contexts,
        context_words=work.context_words,
        look=look,
        acronyms=look.acronyms,
        terms=tuple(sorted(work.written)),
        **parts,
    )
    return lexicon, ()


def _parse(work: Compiler, name: str, data: bytes) -> dict[str, Any] | None:
    try:
        return tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        work.problem(name, "", f"is not TOML: {error}", "mend the syntax")
        return None


def _shared(work: Compiler, table: Mapping[str, Any], contexts: Mapping[str, Pattern]) -> dict[str, Any]:
    """The parts of the lexicon that all topics share, beside contexts."""
    file = f"{MARKERS}.toml"
    work.unknown_keys(file, "", table, {"common", "frequent", "context", "marker", "exclude", "title"})
    markers = []
    for marker in table.get("marker", []):
        name = f"marker {marker.get('id', '?')}"
        work.unknown_keys(file, name, marker, _MARKER_KEYS)
        words = work.union(file, name, marker["terms"]) if "terms" in marker else compile_bytes(NOTHING)
        codes = "|".join(acronym_pattern(code) for code in marker.get("acronyms", []))
        markers.append((str(marker.get("id", "?")), (words, compile_bytes(rf"\b(?:{codes})\b" if codes else NOTHING))))
    titles = work.contexts(file, table.get("title", {}))
    for kind in TITLE_KINDS:
        if kind not in titles:
            work.problem(file, f"title {kind}", "is missing", f"it takes one of: {', '.join(TITLE_KINDS)}")
    exclusions = work.exclusions(file, table.get("exclude", []), contexts)
    return {"markers": tuple(markers), "exclusions": exclusions, "titles": titles}


def _topic(work: Compiler, file: str, table: Mapping[str, Any], contexts: dict[str, Pattern]) -> TopicLexicon | None:
    """Compile one topic's file; adds its contexts under ``topic.name``."""
    work.unknown_keys(file, "", table, _FILE_KEYS)
    name = table.get("id")
    if name not in TOPICS or file != f"{name}.toml":
        work.problem(file, "id", f"is {name!r}", "the file is called after its topic, one of models.Topic")
        return None
    label = table.get("label", {})
    if not all(isinstance(label.get(language), str) for language in ("fr", "en")):
        work.problem(file, "label", "lacks a language", "give fr and en")
    own = work.contexts(file, table.get("context", {}), f"{name}.")
    contexts |= own
    local = {key.removeprefix(f"{name}."): key for key in own}
    entries, words = work.entries(file, name, table, lambda need: local.get(need, need), contexts)
    examples = table.get("examples", {})
    work.unknown_keys(file, "examples", examples, {"origin", "positive", "negative"})
    for side in ("positive", "negative"):
        if len(examples.get(side, [])) < LEAST_EXAMPLES:
            work.problem(file, f"examples.{side}", "are too few", f"at least {LEAST_EXAMPLES}")
    exclusions = work.exclusions(file, table.get("exclude", []), contexts)
    union = compile_bytes("|".join(words) or NOTHING)
    positive, negative = (tuple(examples.get(side, ())) for side in ("positive", "negative"))
    return TopicLexicon(name, label, tuple(entries), exclusions, union, positive, negative)
