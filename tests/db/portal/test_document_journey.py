"""A reader with a browser at *Document* and *Review*: image and highlight, by keyboard, on a phone and a desk."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from crawler.browser_installed import find_browser
from crawler.config import Config, Operator

pytestmark = pytest.mark.browser
TOKEN = "a-token-of-the-operator"


@pytest.fixture
def address(own_papers, open_portal):
    import uvicorn

    portal = open_portal(home=own_papers.home, token=TOKEN, config=Config(Operator("veille@example.org")))
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(portal.datasette.app(), log_level="warning", lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(20)
    listening.close()
    portal.site.close()


@pytest.fixture(scope="module")
def chromium():
    found = find_browser()
    if not found.ready:
        pytest.skip(f"needs {', '.join(found.missing)}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=found.path)
        yield browser
        browser.close()


def faults(page) -> list[str]:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(page).response["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found if each["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize(("width", "height", "scheme"), [(390, 844, "dark"), (1280, 900, "light")])
def test_the_page_and_its_text_stand_beside_each_other(address, own_papers, chromium, width, height, scheme):
    context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto(f"{address}/document/{own_papers.agenda}")
    page.get_by_role("link", name="Page suivante").first.press("Enter")
    page.wait_for_url("**page=2")
    image = page.get_by_role("img", name="Image de la page 2")
    page.wait_for_load_state("networkidle")
    assert image.evaluate("image => image.naturalWidth") > 1000
    assert "1 passage surligné" in image.get_attribute("alt")
    assert page.locator(".read mark").all_inner_texts() == ["vidéoprotection"]
    boxes = [page.locator(name).bounding_box() for name in (".leaf", ".read")]
    beside = boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"]
    assert beside == (width > 800)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert faults(page) == []
    page.get_by_role("link", name="English").click()
    assert "page=2" in page.url
    assert page.get_by_role("heading", name="What is flagged").is_visible()
    with page.expect_download() as copy:
        page.get_by_role("link", name="Download our copy").click()
    assert copy.value.suggested_filename.endswith(".pdf")
    assert said == []
    context.close()


def test_a_reviewer_dismisses_and_takes_back_by_keyboard(address, chromium):
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{address}/review")
    page.get_by_label("Jeton de relecture").fill(TOKEN)
    page.keyboard.press("Enter")
    page.get_by_label("Note").fill("un théâtre")
    assert faults(page) == []
    page.get_by_role("button", name="Écarter").press("Enter")
    assert "Signalement écarté" in page.get_by_role("status").inner_text()
    assert page.get_by_text("Rien à relire ici").is_visible()
    page.get_by_role("status").get_by_role("button", name="Annuler").press("Enter")
    assert page.get_by_role("button", name="Confirmer").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()
