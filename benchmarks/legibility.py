"""Which figure tells that a scan was misread: the recogniser's confidence, or the share of French words?

    python benchmarks/legibility.py [--shared ../shared] [--size 12]

Takes pages of text PDFs of the corpus (``--size`` of them, spread), makes images of them from good to hopeless, has
them recognised and compares with the text: a word is *right* where the page holds it (as often). Prints the share of
right words by legibility and by confidence, and how well either orders the pages (Spearman). Then what mending of
misread terms is worth (`pipelines.ocr_matching`): constructed lines about surveillance and near misses, printed small,
made worse, recognised and flagged.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw, ImageFilter, ImageFont

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from crawler.models import TOPICS, UNCERTAIN
from pipelines.lexicons import load
from pipelines.matching import hits
from pipelines.ocr_matching import Finder
from pipelines.text.ocr.engine import availability, recognise
from pipelines.text.ocr.types import OcrPage, Raster

ROOT = Path(__file__).resolve().parent.parent
WORDS = re.compile(r"[^\W\d_]{2,}")
CERTAIN = 0.5
# (name, dots per inch, radius of the blur in pixels, share of specks, turn in degrees)
COPIES = (
    ("200 dpi, clean", 200, 0.0, 0.0, 0.0),
    ("200 dpi, a fair scan", 200, 0.6, 0.002, 0.5),
    ("150 dpi, soft and specked", 150, 0.8, 0.01, 0.5),
    ("100 dpi, soft and specked", 100, 0.7, 0.01, 0.5),
    ("100 dpi, a third copy", 100, 1.1, 0.03, 1.0),
    ("75 dpi, hopeless", 75, 1.0, 0.03, 1.0),
)
SIZES = ((16, 0.6, 0.01), (14, 0.7, 0.02), (12, 0.7, 0.02))  # pixels of a letter, blur, specks


@dataclass(frozen=True, slots=True)
class Judged:
    """A recognised page with the share of its words that are right."""

    copy: str
    page: OcrPage
    right: float


def worse(image: Image.Image, blur: float, specks: float, turn: float, chance: random.Random) -> Image.Image:
    """The image as a copier leaves it."""
    if turn:
        image = image.rotate(turn, resample=Image.Resampling.BICUBIC, fillcolor=255)
    if blur:
        image = image.filter(ImageFilter.GaussianBlur(blur))
    for _ in range(int(specks * image.width * image.height)):
        image.putpixel((chance.randrange(image.width), chance.randrange(image.height)), chance.choice((20, 255)))
    return image


def recognised(image: Image.Image, dpi: int) -> OcrPage:
    return recognise(Raster(image.tobytes(), image.width, image.height, dpi))


def read_text(page: OcrPage) -> str:
    return "\n".join(line.text for line in page.lines)


def words(text: str) -> Counter[str]:
    return Counter(word.casefold() for word in WORDS.findall(text))


def judged_pages(files: Sequence[Path], size: int) -> Iterator[Judged]:
    """A page of each of ``size`` documents, in every kind of copy."""
    chance = random.Random(11)
    taken = 0
    for file in files:
        document = pypdfium2.PdfDocument(file)
        page = document[min(1, len(document) - 1)]
        truth = words(page.get_textpage().get_text_range())
        if sum(truth.values()) < 120:
            continue
        for name, dpi, blur, specks, turn in COPIES:
            image = page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
            done = recognised(worse(image, blur, specks, turn, chance), dpi)
            found = words(read_text(done))
            right = sum((found & truth).values()) / max(sum(found.values()), 1)
            yield Judged(name, done, right)
        taken += 1
        if taken == size:
            return


def spearman(left: Sequence[float], right: Sequence[float]) -> float:
    """How alike two lists order the same things, -1..1."""

    def ranks(values: Sequence[float]) -> list[float]:
        order = sorted(values)
        return [order.index(value) + (order.count(value) - 1) / 2 for value in values]

    one, other = ranks(left), ranks(right)
    mean = (len(left) - 1) / 2
    above = sum((a - mean) * (b - mean) for a, b in zip(one, other, strict=True))
    below = (sum((a - mean) ** 2 for a in one) * sum((b - mean) ** 2 for b in other)) ** 0.5
    return above / below if below else 0.0


def report_pages(pages: Sequence[Judged]) -> None:
    print(f"{len(pages)} recognised pages\n\n| copy | words right | legible | confidence |\n|---|---|---|---|")
    for name, *_ in COPIES:
        mine = [each for each in pages if each.copy == name]
        means = [sum(values) / len(mine) for values in zip(*(
            (each.right, each.page.legible, each.page.confidence) for each in mine), strict=True)]  # fmt: skip
        print(f"| {name} | {means[0]:.2f} | {means[1]:.2f} | {means[2]:.2f} |")
    for what, value in (("legible", lambda page: page.legible), ("confidence", lambda page: page.confidence)):
        print(f"\n| {what} | pages | words right, mean | least |\n|---|---|---|---|")
        for low in (0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
            high = 1.01 if low >= 0.9 else low + (0.2 if low < 0.4 else 0.1)
            mine = [each.right for each in pages if low <= value(each.page) < high]
            if mine:
                mean = sum(mine) / len(mine)
                print(f"| {low:.1f} to {min(high, 1):.1f} | {len(mine)} | {mean:.2f} | {min(mine):.2f} |")
        order = spearman([value(each.page) for each in pages], [each.right for each in pages])
        print(f"rank correlation with the share of right words: {order:.2f}")
    bad = [each for each in pages if each.right < 0.75]
    caught = sum(each.page.legible < UNCERTAIN for each in bad)
    good = [each for each in pages if each.right >= 0.9]
    wronged = sum(each.page.legible < UNCERTAIN for each in good)
    print(f"\nbelow {UNCERTAIN}: {caught} of {len(bad)} pages with under 75 % right words,"
          f" and {wronged} of {len(good)} with 90 % or more")  # fmt: skip


def constructed() -> list[tuple[str, bool, str]]:
    """(topic, whether it is about it, line) of the lines that the tests keep."""
    found = []
    for folder in ("unseen", "sealed"):
        for topic in TOPICS:
            text = (ROOT / "tests/pipelines/flags" / folder / f"{topic}.txt").read_text(encoding="utf-8")
            entries = re.split(r"\n(?=[+-] )", text.strip())
            found += [(topic, entry[0] == "+", " ".join(entry[2:].split())) for entry in entries]
    return found


def printed(text: str, size: int) -> Image.Image:
    """A line of text in letters of ``size`` pixels."""
    rows = textwrap.wrap(text, 70)
    image = Image.new("L", (2400, 40 + 70 * len(rows)), 255)
    pen = ImageDraw.Draw(image)
    for number, row in enumerate(rows):
        pen.text((30, 20 + 70 * number), row, font=ImageFont.load_default(48), fill=0)
    scale = size / 48
    return image.resize((int(image.width * scale), int(image.height * scale)), Image.Resampling.BILINEAR)


def report_mending(lines: Sequence[tuple[str, bool, str]]) -> None:
    lexicon, chance = load(), random.Random(5)
    scanned = Finder(lexicon, frozenset({1}))
    print("\n| letters of | lines | as they stand | mended | near misses | as they stand | mended |")
    print("|---|---|---|---|---|---|---|")
    for size, blur, specks in SIZES:
        counts: Counter[tuple[bool, str]] = Counter()
        for topic, about, line in lines:
            page = recognised(worse(printed(line, size), blur, specks, 0, chance), 150)
            text = read_text(page)
            counts[about, "all"] += 1
            for how, found in (("exact", hits(text, lexicon)), ("mended", scanned.hits(text, 1))):
                counts[about, how] += any(hit.topic == topic and hit.score >= CERTAIN for hit in found)
        shown = [counts[about, how] for about in (True, False) for how in ("all", "exact", "mended")]
        print(f"| {size} pixels | {' | '.join(map(str, shown))} |")


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    arguments.add_argument("--size", type=int, default=12, help="documents; 0 for all")
    options = arguments.parse_args()
    if not availability().ready:
        print(f"needs {', '.join(availability().packages)}", file=sys.stderr)
        return 2
    files = sorted((options.shared / "corpus/pdf-text").rglob("*.pdf"))
    if files:
        step = max(len(files) // (2 * options.size), 1) if options.size else 1
        report_pages(list(judged_pages(files[::step], options.size)))
    lines = constructed()
    report_mending(lines[:: max(len(lines) // (8 * options.size), 1)] if options.size else lines)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
