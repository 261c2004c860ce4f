"""Every page in a browser: both languages, phone and desk, light and dark, hostile documents, keyboard, no scripts."""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import pytest
from reportlab.pdfgen import canvas

from crawler.browser_installed import find_browser
from crawler.models import AgendaItem, Council, Facts, Fetched, Flag, Match, PageText, Reading, Session, Span
from db.home import Home
from db.portal import rendering
from db.store.archive import Store

pytestmark = pytest.mark.browser
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HIT = '<img src=x onerror="window.hit=1"><script>window.hit=1</script><svg onload=window.hit=1>'
TITLES = (
    f"Caméras {HIT}",
    "L'« écran » & \"caméras\" 'd''essai' {{ 7*7 }} {% raw %}",
    "\u202eatouv erugif seraméc\u202c \u2066caméras\u2069 مراقبة",
    "Caméras " + "interminablement " * 620,
    "Camé\x00ras\x1b[31m\u200b et\ttabulations\r\n",
    "c" * 4000,
)
TOWN = Council(
    "commune-99004", f'Mont "Évil" & {HIT}', "commune", "29", "53", website="javascript:window.hit=1", population=4_000
)
PAGES = {
    "votes": "/",
    "map": "/map",
    "department": "/map/29",
    "council": "/council/commune-99004",
    "session": "/session/s-80",
    "document": "/document/{document}?page=1",
    "search": "/search?q=caméras",
    "trends": "/trends",
    "coverage": "/coverage",
    "review": "/review",
    "missing": "/session/none",
}
CASES = [(name, prefix) for name in PAGES for prefix in ("", "/en")]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def shots() -> Iterator[ModuleType]:
    """``screenshots.py``, which serves and browses in the same way."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(Path(__file__).parent))
        yield importlib.import_module("screenshots")


def _pdf(lines: tuple[str, ...]) -> bytes:
    kept = BytesIO()
    paper = canvas.Canvas(kept)
    for n, line in enumerate(lines):
        paper.drawString(50, 780 - 20 * n, line[:90])
    paper.showPage()
    paper.save()
    return kept.getvalue()


def _hostile(store: Store) -> str:
    """A council, a session and a document that attack whoever shows them; the document's id."""
    store.put_council(TOWN)
    text = "\n".join(TITLES)
    reading = Reading(
        "application/pdf", "read", "agenda", (PageText(1, text),), 1, text_hash="evil", characters=len(text),
        method="pdfium", reader_version="1", lexicon_version="1",
    )  # fmt: skip
    url = "https://mont.example/%3Cscript%3E/" + "dossier-" * 40 + "odj.pdf?a='\"<b>"
    fetched = Fetched(url, _pdf(TITLES), 200, NOW - timedelta(days=1), media_type="application/pdf", link_text=HIT)
    last = store.record_document(TOWN.id, fetched, reading, crawl_id=None, now=NOW - timedelta(days=1))
    assert last is not None
    row = store.db.execute("SELECT id, document_id FROM versions ORDER BY id DESC LIMIT 1").fetchone()
    version = f"public:{row[0]}"
    items = tuple(
        AgendaItem(f"i-8{n}", "s-80", n, title, str(n) * (40 if n == 6 else 1), 1, version, NOW, versions=(version,))
        for n, title in enumerate(TITLES, 1)
    )
    flags = tuple(
        Flag(
            f"f-8{n}", "s-80", f"i-8{n}", 0.9, (Match("video-surveillance", "cameras", Span(1, 0, 7), 0.9, "Caméras"),),
            ("video-surveillance", "safe-city"), TITLES[n - 1], 1, version, NOW,
        )
        for n in range(1, 7)
    )  # fmt: skip
    session = Session(
        "s-80", TOWN.id, f"conseil {HIT}", date(2026, 3, 18), datetime(2026, 3, 18, 18, tzinfo=UTC), "salle " + HIT,
        "scheduled", date(2026, 3, 11), 1, NOW, items, flags, (version,), version,
    )  # fmt: skip
    store.save_facts(Facts(TOWN.id, (session,)), NOW)
    return str(row[1])


@dataclass
class Reader:
    """A browser's page that keeps what went wrong in it."""

    page: Any
    address: str
    document: str
    asked: set[str] = field(default_factory=set)
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self.asked.add(urlsplit(request.url).netloc))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: self.said.append(f"dialog: {dialog.message}"))

    def open(self, name: str, prefix: str = "") -> int:
        """Go to a page; its status."""
        self.asked.clear()
        self.said.clear()
        path = PAGES[name].format(document=self.document)
        answer = self.page.goto(self.address + (prefix if prefix and path == "/" else prefix + path))
        return int(answer.status)

    def evaluate(self, script: str) -> Any:
        return self.page.evaluate(script)


@pytest.fixture(scope="module")
def served(open_portal: Callable[..., Any], portal_home: Home, tmp_path_factory, shots) -> Iterator[tuple[str, str]]:
    """The address of a portal with hostile documents, and the id of one of them."""
    home = Home(tmp_path_factory.mktemp("journey") / "home")
    shutil.copytree(portal_home.root, home.root)
    with Store(home) as store:
        document = _hostile(store)
    site = replace(open_portal().site, home=home, token=shots.TOKEN)
    with shots.served(site) as address:
        yield address, document


@pytest.fixture(scope="module")
def chromium(shots: ModuleType) -> Iterator[Any]:
    found = find_browser()
    if not found.ready:
        pytest.skip(f"needs {', '.join(found.missing)}")
    with shots.browsing() as browser:
        yield browser


@pytest.fixture(scope="module")
def reader(chromium, served, shots) -> Iterator[Reader]:
    """One page for the whole file, with the review open."""
    context = chromium.new_context(viewport=PHONE)
    found = Reader(context.new_page(), *served)
    shots.enter(found.page, found.address)
    yield found
    context.close()


def test_the_list_of_pages_is_complete() -> None:
    names = {page.name for page in rendering.pages()} | {"department", "missing"}
    assert names == set(PAGES)


@pytest.mark.parametrize(("name", "prefix"), CASES)
def test_a_page_is_whole_on_a_phone_and_at_a_desk(reader: Reader, name: str, prefix: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    reader.page.set_viewport_size(PHONE)
    reader.page.emulate_media(color_scheme="light")
    assert reader.open(name, prefix) == (404 if name == "missing" else 200)
    assert reader.evaluate("document.documentElement.lang") == ("en" if prefix else "fr")
    assert reader.evaluate("document.querySelectorAll('h1').length") == 1
    assert reader.evaluate("document.querySelectorAll('main').length") == 1
    assert reader.page.title().endswith("Tocsin") or reader.page.title().startswith("Tocsin")
    assert reader.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], "wider than a phone"
    assert _keyboard(reader) == []
    assert _faults(axe, reader.page) == [], "light"
    reader.page.set_viewport_size(DESK)
    reader.page.emulate_media(color_scheme="dark")
    assert reader.evaluate("document.documentElement.scrollWidth") <= DESK["width"], "wider than a desk"
    assert _faults(axe, reader.page) == [], "dark"
    assert reader.evaluate("window.hit") is None, "a document's script ran"
    assert reader.asked == {urlsplit(reader.address).netloc}
    assert [line for line in reader.said if name != "missing" or "404" not in line] == []


def _keyboard(reader: Reader) -> list[str]:
    """What a reader with a keyboard misses: the skip link, the mark and the menu in turn, each visibly framed."""
    faults = []
    for step, wanted in enumerate(("a.skip", "a.mark", ".menu a", ".menu a")):
        reader.page.keyboard.press("Tab")
        met = reader.evaluate(
            f"""() => {{ const at = document.activeElement;
            const style = getComputedStyle(at), box = at.getBoundingClientRect();
            return [at.matches({wanted!r}), parseFloat(style.outlineWidth) > 0 && style.outlineStyle !== 'none',
                    box.left >= 0 && box.top >= 0 && box.right <= innerWidth] }}"""
        )
        faults += [
            f"step {step} {wanted}: {what}" for what, ok in zip(("place", "frame", "seen"), met, strict=True) if not ok
        ]
    reader.page.locator("body > a.skip").focus()
    reader.page.keyboard.press("Enter")
    if reader.evaluate("document.activeElement.id") != "main":
        faults.append("the skip link leads elsewhere")
    return faults


def _faults(axe: Any, page: Any) -> list[str]:
    """Serious faults alone."""
    found = axe.run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found if each["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("name", ["session", "council", "document", "search"])
def test_hostile_words_show_as_text(reader: Reader, name: str) -> None:
    reader.open(name)
    shown = reader.page.locator("main").inner_text()
    assert "<script>window.hit=1</script>" in shown
    assert "\x00" not in shown
    assert "\u202e" not in reader.page.locator("main h1").inner_text()
    assert reader.page.locator("main script, main svg[onload], main img[onerror], a[href^=javascript]").count() == 0


def test_a_reader_filters_follows_and_changes_language_by_keyboard(reader: Reader) -> None:
    page = reader.page
    reader.open("votes")
    page.get_by_label("Thème").select_option("drones")
    page.get_by_role("button", name="Filtrer").press("Enter")
    page.wait_for_url("**topic=drones**")
    assert page.get_by_role("heading", level=3).all_inner_texts() == ["Sainte-Elvire"]
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/en?topic=drones**")
    page.get_by_role("link", name="Sainte-Elvire", exact=True).click()
    assert page.get_by_role("heading", level=1).inner_text() == "Sunday 8 March 2026 at 18:00"
    page.get_by_role("link", name="Data").click()
    page.wait_for_url("**/archive")
    assert page.locator("h1").first.inner_text() == "archive"


def test_everything_works_without_scripts(chromium, served, shots) -> None:
    address, document = served
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    page.get_by_label("Thème").select_option("drones")
    page.get_by_role("button", name="Filtrer").click()
    page.wait_for_url("**topic=drones**")
    page.goto(f"{address}/map")
    assert page.locator("svg.map").count() == 1
    assert page.get_by_role("table").first.is_visible()
    page.goto(f"{address}/search")
    page.locator("main input[name=q]").fill("l'écran")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**q=**")
    page.locator("main .hits a").first.click()
    assert page.get_by_role("heading", level=1).is_visible()
    page.goto(f"{address}/document/{document}?page=1")
    assert page.locator("img.leaf").count() == 1
    assert page.request.get(address + page.locator("img.leaf").get_attribute("src")).status == 200
    shots.enter(page, address)
    page.get_by_role("button", name="Confirmer").first.click()
    page.wait_for_url("**did=confirm**")
    context.close()
