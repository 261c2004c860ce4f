"""Papers that are no PDF: archives, office files, tables, pictures of what hangs at the town hall's door."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest

from spiders.links import Context, is_paper, judge
from spiders.page import read_page

NAV = "<nav><a href='/'>Accueil</a><a href='/conseil'>Conseil municipal</a></nav>"
NAMES = (
    "odj.zip", "odj.docx", "odj.odt", "odj.rtf", "odj.doc", "odj.xlsx", "odj.ods", "odj.csv", "odj.tif", "odj.tar.gz",
    "odj.7z", "odj.pptx", "odj.jpg", "odj.png",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_paper_is_one_in_any_format(name):
    html = f"<main><h1>Séances</h1><ul><li><a href='/f/{name}'>Ordre du jour du 12 mars 2026</a></li></ul></main>"
    page = read_page("http://v.example/conseil", html)
    (link,) = judge(page, Context(0.9), date(2026, 3, 2))
    assert is_paper(link) and link.text == "Ordre du jour du 12 mars 2026"


@pytest.mark.parametrize("text", ["Conseil municipal", "La salle du conseil", "12 mars 2026", "Télécharger", ""])
def test_a_picture_is_no_paper_unless_its_link_names_one(text):
    page = read_page("http://v.example/conseil", f"<main><h1>Séances</h1><a href='/f/vue.jpg'>{text}</a></main>")
    assert judge(page, Context(0.9), date(2026, 3, 2)) == []


def dossier(agenda: list[str], **more: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(zipfile.ZipInfo("convocation/ordre du jour.txt"), "\n".join(agenda))
        for name, text in more.items():
            archive.writestr(zipfile.ZipInfo(f"{name}.txt"), text * 30)
    return stream.getvalue()


def test_an_archive_is_crawled_with_what_is_in_it(site, crawls, kit):
    site.page("/", NAV + "<main><h1>Bienvenue</h1></main>")
    link = "<a href='/telechargement/12'>Dossier du conseil du 12 mars 2026</a>"
    site.page("/conseil", NAV + f"<main><h1>Conseil municipal</h1><ul><li>{link}</li></ul></main>")
    name = {"Content-Disposition": "attachment; filename*=UTF-8''dossier%20s%C3%A9ance.zip"}
    body = dossier(kit.agenda("12 mars 2026"), bail="Projet de bail rural. ")
    site.answers["/telechargement/12"] = kit.Answer(body, "application/octet-stream", headers=name)
    report = crawls(site)
    assert (report["state"], report["documents_new"], report["item_errors"]) == ("ok", 3, 0)
    assert crawls.query("SELECT file_name FROM documents WHERE parent_id IS NULL") == [("dossier séance.zip",)]
    members = "SELECT url, kind, last_seen_at FROM documents WHERE parent_id IS NOT NULL ORDER BY url"
    before = crawls.query(members)
    assert [(url.rpartition("#")[2], kind) for url, kind, _ in before] == [
        ("bail.txt", before[0][1]), ("convocation/ordre%20du%20jour.txt", "agenda"),
    ]  # fmt: skip
    assert before[0][1] != "agenda"
    assert crawls.query("SELECT count(*) FROM sessions WHERE date = '2026-03-12'") == [(1,)]
    site.forget()
    crawls.now = "2026-03-03T09:00+00:00"
    report = crawls(site)
    assert (report["documents_new"], report["versions_new"]) == (0, 0)
    assert site.sent < len(body) + 2000 and set(site.statuses) <= {304, 404}
    assert {seen for _, _, seen in crawls.query(members)} == {"2026-03-03T09:00:00+00:00"}
    newer = dossier(
        kit.agenda("12 mars 2026"), bail="Projet de bail rural. ", voeu="Voeu sur les drones de la police. "
    )
    site.answers["/telechargement/12"] = kit.Answer(newer, "application/octet-stream", headers=name)
    crawls.now = "2026-03-04T09:00+00:00"
    report = crawls(site)
    assert (report["documents_new"], report["versions_new"]) == (1, 2)  # the new member; and the archive itself
