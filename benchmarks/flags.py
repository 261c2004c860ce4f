"""How fast pages are folded and matched, beside the tools that could do it instead, in one run.

    python benchmarks/flags.py [--folder FOLDER_OF_TEXTS] [--megabytes 4]

Every way looks for the same thing on the same squeezed text: which terms of the lexicon may stand on a page (by their
*triggers*: without offsets, contexts, exclusions), and finds all of them. Peers that are not installed are named and
left out (``pip install .[bench]``). Without a folder the text is made of constructed sentences. One core; trust the
ratios.
"""

from __future__ import annotations

import argparse
import importlib
import re
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import re2

from crawler.models import PageText
from pipelines.anchors import places
from pipelines.flags import flag
from pipelines.lexicon_types import KINDS, Lexicon
from pipelines.lexicons import load, shipped
from pipelines.terms import compile_term
from pipelines.text.fold import fold, latin, squeeze, worded

PAGE = 3000  # characters
QUIET = (
    "Le conseil municipal, après en avoir délibéré, approuve à l'unanimité la convention relative à la toiture. ",
    "Monsieur le Maire rappelle que la dépense, d'un montant de 48 200 € HT, est inscrite au budget de l'exercice. ",
    "Vu le code général des collectivités territoriales, notamment ses articles L. 2121-29 et suivants ; ",
    "Considérant qu'il convient d'actualiser les tarifs de l'accueil périscolaire à compter du 1er septembre ;\n",
    "Mme la rapporteure précise que l'œuvre sera rendue à son propriétaire dès la fin de l'été.\n\n",
)
LOUD = "Il est proposé d'étendre la vidéo-\nprotection et d'acquérir un drone pour la police municipale. "
Search = Callable[[bytes], object]


def main() -> None:
    """Print a line per way of matching: megabytes a second on one core and the ratio to one plain ``re``."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--folder", dest="named", type=Path, help="text files (.txt, .md), cut into pages")
    parser.add_argument("--megabytes", type=float, default=4)
    options = parser.parse_args()
    lexicon = load()
    folder = options.named or options.folder
    pages = texts(folder) if folder else constructed(options.megabytes)
    quiet = [page for page in pages if not lexicon.may_match(page)]
    share = 100 * (1 - len(quiet) / len(pages))
    print(f"{len(pages)} pages of up to {PAGE} characters; the quick look stops at {share:.1f} % of them")
    few = quiet[: max(1, len(quiet) // 40)]

    squeezed = {page: squeeze(latin(page)) for page in quiet}
    slow = None
    print("\nany term of the lexicon on pages that hold none, the text squeezed beforehand")
    for name, search, sample in peers(terms(), few, quiet):
        speed = rate(name, lambda page, search=search: search(squeezed[page]), sample, slow)  # type: ignore[misc]
        slow = slow or speed
    print("\nthe whole way, from the page as it was read")
    rate("pages that hold nothing: exact folding and each topic's words", by_topics(lexicon), few, slow)
    rate("pages that hold nothing: the quick look", lexicon.may_match, quiet, slow)
    rate("  of which squeezing", lambda page: squeeze(latin(page)), quiet, slow)
    rate("  of which words apart", worded, quiet, slow)
    rate("all pages: flags", flagger(lexicon), pages, slow)
    rate("one page of 5 MB that holds nothing", lexicon.may_match, [long("".join(quiet), 5 << 20)], slow)
    rate("one page of 1 MB full of hits: flags", flagger(lexicon), [long(LOUD, 1 << 20)], slow)


def terms() -> list[str]:
    """Every term of the lexicon as it is written."""
    tables = [tomllib.loads(data.decode("utf-8")) for name, data in shipped().items() if name != "markers.toml"]
    rows = [row for table in tables for kind in KINDS if kind != "acronym" for row in table.get(kind, [])]
    return sorted({term for row in rows for term in row["terms"]})


def peers(
    written: Sequence[str], few: Sequence[str], many: Sequence[str]
) -> Iterator[tuple[str, Search, Sequence[str]]]:
    """Each way of looking, with the pages that it can be asked of in a reasonable time."""
    triggers = sorted({compile_term(term, common=()).trigger for term in written})
    union = "|".join(triggers)
    print(f"  {len(written)} terms, {len(triggers)} triggers")
    plain = re.compile(union.encode("ascii"))
    yield "plain `re`, one alternation", lambda text: list(plain.finditer(text)), few
    options = re2.Options()
    options.encoding, options.max_mem = re2.Options.Encoding.LATIN1, 256 << 20
    linear = re2.compile(union.encode("ascii"), options)
    yield "google-re2, one alternation", lambda text: list(linear.finditer(text)), few
    every = re2.Set.SearchSet(options)
    for trigger in triggers:
        every.Add(trigger.encode("ascii"))
    every.Compile()
    yield "google-re2, RE2::Set", every.Match, few
    if hyperscan := optional("hyperscan"):
        yield "hyperscan", by_hyperscan(hyperscan, triggers), many
    words = sorted({stem for term in written for place in places(term, ())[:1] for stem in place if len(stem) > 3})
    print(f"  {len(words)} beginnings of words for the two that know no patterns")
    if rust := optional("ahocorasick_rs"):
        automaton = rust.BytesAhoCorasick([word.encode("ascii") for word in words])
        yield "Aho-Corasick, ahocorasick_rs", automaton.find_matches_as_indexes, many
    if module := optional("ahocorasick"):
        trie = module.Automaton()
        for word in words:
            trie.add_word(word, word)
        trie.make_automaton()
        yield "Aho-Corasick, pyahocorasick", lambda text: list(trie.iter(text.decode("ascii"))), many


def by_hyperscan(hyperscan: Any, triggers: Sequence[str]) -> Search:
    """All triggers in one database; each is told once."""
    database = hyperscan.Database()
    flags = [hyperscan.HS_FLAG_SINGLEMATCH] * len(triggers)
    expressions = [trigger.encode("ascii") for trigger in triggers]
    database.compile(expressions=expressions, ids=list(range(len(triggers))), elements=len(triggers), flags=flags)

    def search(text: bytes) -> list[int]:
        found: list[int] = []
        database.scan(text, match_event_handler=lambda number, *_: found.append(number))
        return found

    return search


def optional(name: str) -> Any:
    """A peer, or None where it is not installed; that is said."""
    try:
        return importlib.import_module(name)
    except ImportError:
        print(f"  {name} is not installed")
        return None


def by_topics(lexicon: Lexicon) -> Callable[[str], object]:
    def search(page: str) -> object:
        low = fold(page).text.encode("ascii")
        return [topic for topic in lexicon.topics.values() if topic.words.search(low)]

    return search


def flagger(lexicon: Lexicon) -> Callable[[str], object]:
    return lambda page: flag((PageText(1, page),), (), "draft", lexicon)


def long(text: str, characters: int) -> str:
    """The text over and over, up to a length."""
    return (text * (characters // len(text) + 1))[:characters]


def constructed(megabytes: float) -> list[str]:
    """Pages of ordinary sentences, one in twenty with something to find."""
    body = "".join(QUIET) * (PAGE // len("".join(QUIET)) + 1)
    count = int(megabytes * 1e6 / PAGE)
    return [(LOUD if n % 20 == 0 else "") + body[n % 97 : PAGE] for n in range(count)]


def texts(folder: Path) -> list[str]:
    """The text files of a folder, cut into pages."""
    files = sorted(path for path in folder.rglob("*") if path.suffix in (".txt", ".md"))
    whole = [path.read_text(encoding="utf-8", errors="replace") for path in files]
    return [text[at : at + PAGE] for text in whole for at in range(0, len(text), PAGE)]


def rate(name: str, work: Callable[[str], object], pages: Sequence[str], beside: float | None = None) -> float:
    """Best of three runs, in megabytes of UTF-8 a second of computing (the machine may be shared)."""
    size = sum(len(page.encode()) for page in pages) / 1e6
    best = float("inf")
    for _ in range(3):
        begin = time.process_time()
        for page in pages:
            work(page)
        best = min(best, time.process_time() - begin)
    speed = size / best
    print(f"{name:64} {speed:8.2f} MB/s" + (f"  x {speed / beside:.1f}" if beside else "  x 1"))
    return speed


if __name__ == "__main__":
    main()
