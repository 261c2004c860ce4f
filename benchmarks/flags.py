"""How fast pages are folded and matched, beside plain ``re`` alternations of the same terms.

    python benchmarks/flags.py [FOLDER_OF_TEXTS] [--megabytes 4]

Without a folder the text is made of constructed sentences. Trust the ratios, not the absolute figures.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from crawler.models import PageText
from pipelines.flags import flag
from pipelines.lexicon_types import Lexicon
from pipelines.lexicons import load
from pipelines.text.fold import fold, latin, squeeze

PAGE = 3000  # characters
QUIET = (
    "Le conseil municipal, après en avoir délibéré, approuve à l'unanimité la convention relative à la toiture. ",
    "Monsieur le Maire rappelle que la dépense, d'un montant de 48 200 € HT, est inscrite au budget de l'exercice. ",
    "Vu le code général des collectivités territoriales, notamment ses articles L. 2121-29 et suivants ; ",
    "Considérant qu'il convient d'actualiser les tarifs de l'accueil périscolaire à compter du 1er septembre ;\n",
    "Mme la rapporteure précise que l'œuvre sera rendue à son propriétaire dès la fin de l'été.\n\n",
)
LOUD = "Il est proposé d'étendre la vidéo-\nprotection et d'acquérir un drone pour la police municipale. "


def main() -> None:
    """Print a line per way of matching: megabytes a second and the ratio to plain ``re``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--megabytes", type=float, default=4)
    options = parser.parse_args()
    lexicon = load()
    pages = texts(options.folder) if options.folder else constructed(options.megabytes)
    quiet = [page for page in pages if not lexicon.may_match(page)]
    print(f"{len(pages)} pages of up to {PAGE} characters; the quick look stops at {len(pages) - len(quiet)}")
    plain = re.compile(b"|".join(topic.words.pattern for topic in lexicon.topics.values()).replace(rb"\z", rb"\Z"))  # type: ignore[attr-defined]

    def by_re(page: str) -> object:
        return plain.search(fold(page).text.encode("ascii"))

    def by_re2(page: str) -> object:
        low = fold(page).text.encode("ascii")
        return [topic for topic in lexicon.topics.values() if topic.words.search(low)]

    slow = rate("pages without hits: exact folding, one `re` alternation", by_re, quiet[: max(1, len(quiet) // 40)])
    rate("pages without hits: exact folding, google-re2 per topic", by_re2, quiet[: max(1, len(quiet) // 4)], slow)
    rate("pages without hits: the quick look (squeeze, one google-re2)", lexicon.may_match, quiet, slow)
    rate("  of which squeezing", lambda page: squeeze(latin(page)), quiet, slow)
    rate("all pages: flags", flagger(lexicon), pages, slow)
    rate("one page of 5 MB without hits", lexicon.may_match, [long("".join(quiet), 5 << 20)], slow)
    rate("one page of 1 MB full of hits: flags", flagger(lexicon), [long(LOUD, 1 << 20)], slow)


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
    whole = [path.read_text(encoding="utf-8", errors="replace") for path in sorted(folder.rglob("*.txt"))]
    return [text[at : at + PAGE] for text in whole for at in range(0, len(text), PAGE)]


def rate(name: str, work: Callable[[str], object], pages: Sequence[str], beside: float | None = None) -> float:
    """Best of three runs, in megabytes of UTF-8 a second."""
    size = sum(len(page.encode()) for page in pages) / 1e6
    best = float("inf")
    for _ in range(3):
        begin = time.perf_counter()
        for page in pages:
            work(page)
        best = min(best, time.perf_counter() - begin)
    speed = size / best
    print(f"{name:62} {speed:8.2f} MB/s" + (f"  x {speed / beside:.1f}" if beside else "  x 1"))
    return speed


if __name__ == "__main__":
    main()
