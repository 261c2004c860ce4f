"""Pictures of the samples: what a phone and a desk show, small enough for a repository."""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import product
from pathlib import Path

from PIL import Image, ImageColor
from playwright.sync_api import sync_playwright

WIDTHS = {"phone": 390, "desk": 900}
PAPERS = ("#ffffff", "#f1efe9", "#faf7f0", "#ffe9a8")  # of the templates
INKS = ("#1c1b19", "#5d594f", "#a3261b", "#8a1d14", "#dcd8ce")


def shoot(folder: Path, names: Sequence[str], chromium: str | None, scheme: str = "light") -> None:
    """Write NAME-phone.png and NAME-desk.png beside each NAME.html; fails where a page is wider than its screen."""
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=chromium)
        for screen, width in WIDTHS.items():
            page = browser.new_page(viewport={"width": width, "height": 300}, color_scheme=scheme)  # type: ignore[arg-type]
            for name in names:
                page.goto((folder / f"{name}.html").as_uri())
                wide = page.evaluate("document.documentElement.scrollWidth")
                if wide > width:
                    raise SystemExit(f"{name}: {wide} px on a screen of {width} px")
                picture = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
                small = picture.quantize(palette=_palette(), dither=Image.Dither.NONE)
                small.save(folder / f"{name}-{screen}.png", optimize=True)
        browser.close()


def _palette() -> Image.Image:
    """The colours of the templates, and those between an ink and its paper at the edges of letters."""
    shades = [
        tuple(round(paper + (ink - paper) * share) for paper, ink in zip(*pair, strict=True))
        for pair in product(map(ImageColor.getrgb, PAPERS), map(ImageColor.getrgb, INKS))
        for share in (0.0, 0.3, 0.6, 1.0)
    ]
    made = Image.new("P", (1, 1))
    made.putpalette([part for shade in dict.fromkeys(shades) for part in shade])
    return made
