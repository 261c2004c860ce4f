"""Pages of invented councils, drawn with ReportLab and rasterised with PDFium, as scans are."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from random import Random

import pypdfium2
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from pipelines.text.ocr.types import Raster

WIDTH, HEIGHT = 420, 300  # points: a page short enough to be read in a third of a second
AGENDA = (
    "Ordre du jour de la séance du conseil municipal",
    "La séance sera ouverte par le maire de Valmorin à dix-huit heures.",
    "1. Approbation du procès-verbal de la séance précédente",
    "2. Installation de caméras de vidéoprotection sur la place du marché",
    "3. Demande de subvention auprès du département pour la toiture de l'école",
    "4. Tarifs de la restauration scolaire pour la prochaine année",
    "5. Convention avec la communauté de communes pour la collecte des déchets",
    "Le public est invité à assister aux débats dans la salle des fêtes.",
)
LEFT = (
    "Le conseil municipal est",
    "convoqué en séance publique",
    "pour examiner les questions",
    "de sécurité publique.",
    "La commission des finances",
    "s'est réunie le lundi et a",
    "rendu un avis favorable à",
    "l'unanimité de ses membres.",
    "Le budget primitif sera",
    "présenté par l'adjointe aux",
)
RIGHT = (
    "Les habitants sont invités",
    "à présenter leurs remarques",
    "avant la fin du mois",
    "auprès de la mairie.",
    "Le projet de rénovation de",
    "la halle fera l'objet d'une",
    "réunion publique, dont la date",
    "sera communiquée dans le",
    "bulletin municipal. Les plans",
    "sont consultables en mairie",
)
Places = Sequence[tuple[float, float, str]]  # points from the left, from the top, text


def drawn(places: Places, dpi: int = 200, size: float = 11, page: tuple[float, float] = (WIDTH, HEIGHT)) -> Image.Image:
    """A page with texts at their places, in grey."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=page)
    canvas.setFont("Helvetica", size)
    for left, top, text in places:
        canvas.drawString(left, page[1] - top, text)
    canvas.save()
    with pypdfium2.PdfDocument(file.getvalue()) as document:
        image: Image.Image = document[0].render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
        return image


def stacked(
    texts: Sequence[str], left: float = 30, top: float = 40, step: float = 26
) -> list[tuple[float, float, str]]:
    return [(left, top + step * number, text) for number, text in enumerate(texts)]


def raster_of(image: Image.Image, dpi: int = 200) -> Raster:
    return Raster(image.tobytes(), image.width, image.height, dpi)


def peppered(image: Image.Image, share: float) -> Image.Image:
    """The image with that share of its pixels turned black or white."""
    random = Random(7)
    pixels = bytearray(image.tobytes())
    for place in random.sample(range(len(pixels)), int(share * len(pixels))):
        pixels[place] = random.choice((0, 255))
    return Image.frombytes("L", image.size, bytes(pixels))


def in_shadow(image: Image.Image, darkest: float) -> Image.Image:
    """The image under light that falls off to the left."""
    light = Image.linear_gradient("L").rotate(90).resize(image.size)
    shaded = Image.composite(image, image.point(lambda shade: int(shade * darkest)), light)
    return shaded.convert("L")


class Studio:
    """What the tests of this folder draw with."""

    agenda, left, right, width = AGENDA, LEFT, RIGHT, WIDTH
    drawn = staticmethod(drawn)
    stacked = staticmethod(stacked)
    raster = staticmethod(raster_of)
    peppered = staticmethod(peppered)
    in_shadow = staticmethod(in_shadow)


@pytest.fixture(scope="session")
def studio() -> type[Studio]:
    return Studio


@pytest.fixture(scope="session")
def agenda() -> Image.Image:
    return drawn(stacked(AGENDA))


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows by a word with each recognition and each look at the orientation."""
    from pipelines.text.ocr.tesseract import Bench

    done: list[str] = []

    def counted(name: str, plain: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object) -> object:
            done.append(name)
            return plain(*arguments)

        return call

    monkeypatch.setattr(Bench, "read", counted("read", Bench.read))
    monkeypatch.setattr(Bench, "turn", counted("turn", Bench.turn))
    return done
