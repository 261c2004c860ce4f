"""How well and how fast pages are recognised, beside ocrmypdf and bare Tesseract on the same images.

    python benchmarks/ocr.py [--shared ../shared] [--size 2] [--scans 4] [--full] [--no-ocrmypdf]

Pages of text PDFs of the corpus (one column, their text layer runs from top to bottom) are rasterised, spoilt in
several ways, and recognised three times: by `recognise`, by Tesseract as tesserocr gives it to anybody, and by
``ocrmypdf -l fra --force-ocr`` (left out where it is not installed). The character error rate is the edit distance to
PDFium's text layer, white space normalised, over the length of that text. Real scans have no text: the words of their
labelled titles that were found, and the words that the other documents of the corpus know, are counted.

Throughput is measured on the clean pages, which need no rescue, with one process and with two; rescued and turned pages
apart, all in processor time: the machine may be busy, trust the ratios.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

os.environ["OMP_THREAD_LIMIT"] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import pypdfium2
from PIL import Image, ImageChops, ImageFilter
from rapidfuzz.distance import Levenshtein
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from pipelines.text.ocr.engine import availability, recognise
from pipelines.text.ocr.installed import binding
from pipelines.text.ocr.types import OcrPage, Raster
from pipelines.text.raster import raster as page_raster

ROOT = Path(__file__).resolve().parent.parent
WORD = re.compile(r"[^\W\d_]{4,}")
LEAST_CHARACTERS = 1_200
OTHERS = ("Tocsin", "Tesseract", "ocrmypdf")


@dataclass(frozen=True, slots=True)
class Sample:
    """An image to be recognised, and what it says (empty where nobody knows)."""

    raster: Raster
    truth: str = ""
    titles: tuple[str, ...] = ()


# ------------------------------------------------------------------ pages with a known text


def pages(files: Sequence[Path], wanted: int) -> list[tuple[Path, int]]:
    """One page of each of ``wanted`` documents, spread over them."""
    found = []
    for file in files:
        with pypdfium2.PdfDocument(file) as document:
            middle = len(document) // 2
            order = [*range(middle, len(document)), *range(middle)]
            number = next((index for index in order[:6] if orderly(document[index])), None)
        if number is not None:
            found.append((file, number))
    return found[:: max(len(found) // wanted, 1)][:wanted]


def orderly(page: Any) -> bool:
    """Whether the text layer is long, of letters, and each of its lines begins below the one before (no table)."""
    textpage = page.get_textpage()
    text = textpage.get_text_range()
    if len(text) < LEAST_CHARACTERS or sum(map(str.isalpha, text)) < 0.65 * len(text):
        return False
    if any(page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)):
        return False
    starts = [match.start() for match in re.finditer(r"(?<=\n)\S|^\S", text)]
    tops = [textpage.get_charbox(start)[3] for start in starts if start < textpage.count_chars()]
    return all(above > below + 4 for above, below in pairwise(tops))


def drawn(file: Path, number: int, dpi: int) -> tuple[Image.Image, str]:
    with pypdfium2.PdfDocument(file) as document:
        page = document[number]
        image = page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
        return image, plain(page.get_textpage().get_text_range())


def plain(text: str) -> str:
    """Text as all three engines are compared: hyphens, quotes and white space of one kind."""
    for mark, common in (("\ufffe", "-"), ("\xad", "-"), ("’", "'"), ("\f", " ")):
        text = text.replace(mark, common)
    return " ".join(unicodedata.normalize("NFC", text).split())


# ------------------------------------------------------------------ ways to spoil a page

Spoil = Callable[[Image.Image], Image.Image]


def turned(quarters: int) -> Spoil:
    return lambda image: image.rotate(-90 * quarters, expand=True)


def skewed(degrees: float) -> Spoil:
    return lambda image: image.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=255)


def noise(size: tuple[int, int], seed: int) -> Image.Image:
    return Image.frombytes("L", size, Random(seed).randbytes(size[0] * size[1]))


def grainy(strength: float) -> Spoil:
    """Print a little soft and grey, with noise that is nearly normal, of about ``strength`` shades."""

    def spoil(image: Image.Image) -> Image.Image:
        soft = image.filter(ImageFilter.GaussianBlur(0.6)).point(lambda shade: int(shade * 0.8 + 30))
        first, second = (ImageChops.blend(noise(image.size, n), noise(image.size, n + 9), 0.5) for n in (1, 2))
        grain = ImageChops.blend(first, second, 0.5)  # a mean of four: 37 shades around 127.5
        return ImageChops.add(soft, grain.point(lambda shade: int(127.5 + (shade - 127.5) * strength / 37)), 1, -128)

    return spoil


def specked(share: float) -> Spoil:
    """Pixels turned black or white, that share of them."""

    def spoil(image: Image.Image) -> Image.Image:
        where = noise(image.size, 3).point(lambda shade: 255 if shade < 256 * share else 0)
        return Image.composite(noise(image.size, 4).point(lambda shade: 255 if shade > 127 else 0), image, where)

    return spoil


def shadowed(image: Image.Image) -> Image.Image:
    light = Image.linear_gradient("L").rotate(90).resize(image.size)
    return Image.composite(image, image.point(lambda shade: shade // 4), light)


ROWS: dict[str, tuple[int, Spoil]] = {
    "clean, 150 dpi": (150, lambda image: image),
    "clean, 200 dpi": (200, lambda image: image),
    "clean, 300 dpi": (300, lambda image: image),
    "skewed by 1.5°, 200 dpi": (200, skewed(1.5)),
    "turned by 90°, 200 dpi": (200, turned(1)),
    "turned by 180°, 200 dpi": (200, turned(2)),
    "grain, 200 dpi": (200, grainy(25)),
    "2 % specks, 200 dpi": (200, specked(0.02)),
    "4 % specks in a shadow, 200 dpi": (200, lambda image: specked(0.04)(shadowed(image))),
}
MORE: dict[str, tuple[int, Spoil]] = {
    "skewed by 1°, 200 dpi": (200, skewed(1)),
    "skewed by -2°, 300 dpi": (300, skewed(-2)),
    "turned by 270°, 200 dpi": (200, turned(3)),
    "grain, 150 dpi": (150, grainy(25)),
    "grain, 300 dpi": (300, grainy(25)),
    "2 % specks, 300 dpi": (300, specked(0.02)),
    "strong grain, 200 dpi": (200, grainy(50)),
    "faint, 200 dpi": (200, lambda image: grainy(10)(image.point(lambda shade: 190 + shade // 4))),
}
TURNED = {name for name in (*ROWS, *MORE) if name.startswith("turned")}


# ------------------------------------------------------------------ the three engines


def ours(raster: Raster) -> OcrPage:
    return recognise(raster)


_API: Any = None


def bare(raster: Raster) -> str:
    """What any user of tesserocr would write first."""
    global _API  # noqa: PLW0603 - one interface a process, as anybody would keep it
    if _API is None:
        _API = binding().PyTessBaseAPI(path=f"{availability().data}/", lang="fra", variables={"debug_file": os.devnull})
    _API.SetImageBytes(raster.pixels, raster.width, raster.height, 1, raster.width)
    _API.SetSourceResolution(raster.dpi)
    _API.Recognize()
    return str(_API.GetUTF8Text())


def other(samples: Sequence[Sample], program: str) -> list[str]:
    """ocrmypdf on a PDF of these images, without loss."""
    with tempfile.TemporaryDirectory() as folder:
        source, sidecar = Path(folder, "scan.pdf"), Path(folder, "text.txt")
        source.write_bytes(bound([sample.raster for sample in samples]))
        options = ["-l", "fra", "--force-ocr", "--output-type", "none", "-q", "--sidecar", str(sidecar)]
        environment = {**os.environ, "TESSDATA_PREFIX": str(availability().data)}
        subprocess.run([program, *options, str(source), "-"], check=True, env=environment, stdout=subprocess.DEVNULL)
        texts = sidecar.read_text(encoding="utf-8").split("\f")
    return [texts[index] if index < len(texts) else "" for index in range(len(samples))]


def bound(rasters: Sequence[Raster]) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file)
    for raster in rasters:
        width, height = raster.width * 72 / raster.dpi, raster.height * 72 / raster.dpi
        canvas.setPageSize((width, height))
        image = Image.frombytes("L", (raster.width, raster.height), raster.pixels)
        canvas.drawImage(ImageReader(image), 0, 0, width, height)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def text_of(page: OcrPage) -> str:
    return plain("\n".join(line.text for line in page.lines))


# ------------------------------------------------------------------ quality


@dataclass(slots=True)
class Heard:
    """What the engines made of one row of samples."""

    texts: dict[str, list[str]]
    seconds: dict[str, float]
    pages: list[OcrPage]


def listen(samples: Sequence[Sample], program: str | None) -> Heard:
    begin = time.process_time()
    recognised = [ours(sample.raster) for sample in samples]
    middle = time.process_time()
    texts = {"Tocsin": [text_of(page) for page in recognised]}
    texts["Tesseract"] = [plain(bare(sample.raster)) for sample in samples]
    seconds = {"Tocsin": middle - begin, "Tesseract": time.process_time() - middle}
    if program:
        texts["ocrmypdf"] = [plain(text) for text in other(samples, program)]
    return Heard(texts, seconds, recognised)


def error_rate(texts: Sequence[str], samples: Sequence[Sample]) -> float:
    wrong = sum(Levenshtein.distance(sample.truth, text) for sample, text in zip(samples, texts, strict=True))
    return wrong / max(sum(len(sample.truth) for sample in samples), 1)


def known_share(texts: Sequence[str], vocabulary: frozenset[str]) -> tuple[int, float]:
    """Words that other documents know: how many were found, and their share of all."""
    words = [word for text in texts for word in WORD.findall(text.lower())]
    known = sum(word in vocabulary for word in words)
    return known, known / max(len(words), 1)


def titles_found(texts: Sequence[str], samples: Sequence[Sample]) -> float | None:
    """Share of the words of the labelled titles that stand on their page."""
    hits = total = 0
    for text, sample in zip(texts, samples, strict=True):
        there = Counter(WORD.findall(text.lower()))
        wanted = Counter(word for title in sample.titles for word in WORD.findall(title.lower()))
        hits += (wanted & there).total()
        total += wanted.total()
    return hits / total if total else None


def quality(chosen: Sequence[tuple[Path, int]], rows: dict[str, tuple[int, Spoil]], program: str | None) -> None:
    names = OTHERS if program else OTHERS[:2]
    print(f"\nCharacter error rate, {len(chosen)} pages\n")
    print(f"| image | {' | '.join(f'{name} %' for name in names)} | × ocrmypdf | rescued | Tocsin s/page | Tesseract |")
    print("|---" * (len(names) + 5) + "|")
    for row, (dpi, spoil) in rows.items():
        samples = []
        for file, number in chosen:
            image, truth = drawn(file, number, dpi)
            spoilt = spoil(image)
            samples.append(Sample(Raster(spoilt.tobytes(), *spoilt.size, dpi), truth))
        heard = listen(samples, program)
        rates = [error_rate(heard.texts[name], samples) for name in names]
        ratio = f"{rates[0] / rates[2]:.2f}" if program and rates[2] else "–"
        costs = " | ".join(f"{heard.seconds[name] / len(samples):.2f}" for name in OTHERS[:2])
        shown = " | ".join(f"{100 * rate:.2f}" for rate in rates)
        print(f"| {row} | {shown} | {ratio} | {sum(page.rescued for page in heard.pages)} | {costs} |", flush=True)


# ------------------------------------------------------------------ real scans


def scans(shared: Path, wanted: int) -> list[Sample]:
    """Pages of real scans as Tocsin renders them: labelled ones first."""
    corpus = shared / "corpus"
    files = sorted((corpus / "pdf-scan").rglob("*.pdf"))
    labelled = {file: list(titles(corpus, file)) for file in files}
    files.sort(key=lambda file: (not labelled[file], file.name))
    found = []
    for file in files[:wanted]:
        number = labelled[file][0][0] if labelled[file] else 1
        wording = tuple(title for page, title in labelled[file] if page == number)
        found.append(Sample(page_raster(file, "application/pdf", number), titles=wording))
    return found


def titles(corpus: Path, file: Path) -> Iterator[tuple[int, str]]:
    label = corpus / "labels" / f"{file.name}.json"
    if not label.is_file():
        return
    for session in json.loads(label.read_text(encoding="utf-8"))["sessions"]:
        for item in session["items"]:
            if item["page"]:
                yield item["page"], item["title"]


def vocabulary(files: Sequence[Path]) -> frozenset[str]:
    """Words that stand in at least two of the text PDFs."""
    seen: Counter[str] = Counter()
    for file in files:
        with pypdfium2.PdfDocument(file) as document:
            text = " ".join(document[index].get_textpage().get_text_range() for index in range(min(len(document), 12)))
        seen.update(set(WORD.findall(text.replace("\ufffe\r\n", "").lower())))
    return frozenset(word for word, count in seen.items() if count > 1)


def real(samples: Sequence[Sample], words: frozenset[str], program: str | None) -> None:
    heard = listen(samples, program)
    print(f"\nReal scans, {len(samples)} pages\n")
    print("| | words of labelled titles found | known words | of all words | s/page |")
    print("|---|---|---|---|---|")
    for name, texts in heard.texts.items():
        share = titles_found(texts, samples)
        known, rate = known_share(texts, words)
        wording = "–" if share is None else f"{100 * share:.1f} %"
        cost = f"{heard.seconds[name] / len(samples):.2f}" if name in heard.seconds else "–"
        print(f"| {name} | {wording} | {known} | {100 * rate:.1f} % | {cost} |")
    print(f"\nRescued: {sum(page.rescued for page in heard.pages)} of {len(samples)}.")


# ------------------------------------------------------------------ throughput


def cost(work: Callable[[Raster], object], raster: Raster) -> float:
    """Processor seconds that a page takes; an engine that is loaded already."""
    begin = time.process_time()
    work(raster)
    return time.process_time() - begin


def timed(rasters: Sequence[Raster], processes: int) -> tuple[float, float]:
    """Processor seconds for all rasters, ours and bare Tesseract's, with so many processes at work all the time.

    The engines take turns, twice, and the better round counts.
    """
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for work in (ours, bare):
            list(pool.map(partial(cost, work), [rasters[0]] * 2 * processes))
        rounds = [tuple(sum(pool.map(partial(cost, work), rasters)) for work in (ours, bare)) for _ in range(2)]
    mine, its = zip(*rounds, strict=True)
    return min(mine), min(its)


def throughput(chosen: Sequence[tuple[Path, int]]) -> None:
    print("\nThroughput in pages per second of processor time, so that a busy machine matters little\n")
    print("| images | processes | Tocsin | Tesseract | ratio |\n|---|---|---|---|---|")
    for name, processes in (
        ("clean, 200 dpi", 1),
        ("clean, 200 dpi", 2),
        ("clean, 300 dpi", 2),
        ("2 % specks, 200 dpi", 2),
        ("turned by 180°, 200 dpi", 2),
    ):
        dpi, spoil = ROWS[name]
        spoilt = [spoil(drawn(file, number, dpi)[0]) for file, number in chosen]
        rasters = [Raster(image.tobytes(), *image.size, dpi) for image in spoilt]
        mine, its = (len(rasters) / seconds for seconds in timed(rasters, processes))
        kind = "" if name.startswith("clean") else ": turned" if name in TURNED else ": rescued"
        print(f"| {name}{kind} | {processes} | {mine:.2f} | {its:.2f} | {mine / its:.2f} |", flush=True)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    arguments.add_argument("--size", type=int, default=2, help="pages with a known text")
    arguments.add_argument("--scans", type=int, default=4, help="pages of real scans")
    arguments.add_argument("--full", action="store_true", help="24 pages, all scans, more ways to spoil them")
    arguments.add_argument("--no-ocrmypdf", action="store_true")
    options = arguments.parse_args()
    if not availability().ready:
        print(f"needs {' '.join(availability().packages) or 'tesserocr'}", file=sys.stderr)
        return 2
    files = sorted((options.shared / "corpus" / "pdf-text").rglob("*.pdf"))
    if not files:
        print(f"no documents under {options.shared}/corpus/pdf-text", file=sys.stderr)
        return 2
    own = Path(sys.executable).with_name("ocrmypdf")
    program = None if options.no_ocrmypdf else str(own) if own.is_file() else shutil.which("ocrmypdf")
    chosen = pages(files, 24 if options.full else options.size)
    print(f"{availability().engine}; ocrmypdf {'yes' if program else 'left out'}")
    quality(chosen, {**ROWS, **MORE} if options.full else ROWS, program)
    real(scans(options.shared, 99 if options.full else options.scans), vocabulary(files), program)
    throughput(chosen[:8])
    return 0


if __name__ == "__main__":
    sys.exit(main())
