"""What a second crawl makes of a site that changed, went silent, or was never well."""

from __future__ import annotations

from itertools import count

import pytest

NAV = "<nav><a href='/'>Accueil</a><a href='/conseil'>Conseil municipal</a></nav>"


def small(site, kit, *days: str, note: str = "") -> None:
    """A home page, one page of sessions, one PDF a day."""
    site.page("/", NAV + "<main><h1>Bienvenue</h1><p>Commune de 900 habitants.</p></main>")
    papers = "".join(
        f"<li><a href='/f/{number}.pdf'>Ordre du jour du {day}</a></li>" for number, day in enumerate(days)
    )
    site.page(
        "/conseil",
        NAV
        + "<main><h1>Conseil municipal</h1><p>Les séances du conseil municipal sont publiques."
        + f" {note}</p><ul>{papers}</ul></main>",
    )
    for number, day in enumerate(days):
        site.pdf(f"/f/{number}.pdf", kit.agenda(day))


def test_changed_agenda_under_the_same_url(site, crawls, kit):
    small(site, kit, "12 mars 2026", "5 février 2026")
    crawls(site)
    site.pdf("/f/0.pdf", kit.agenda("12 mars 2026", *kit.ITEMS, "Acquisition de drones pour la police municipale"))
    crawls.now = "2026-03-03T09:00+00:00"
    report = crawls(site)
    assert (report["documents_new"], report["versions_new"], report["state"]) == (0, 1, "ok")
    assert crawls.query("SELECT max(number) FROM versions") == [(2,)]


def test_bytes_that_change_with_each_download(site, crawls, kit):
    small(site, kit, "12 mars 2026")
    turn = count()
    body = site.answers["/f/0.pdf"].body
    del site.answers["/f/0.pdf"]
    site.fallback = lambda path: (
        kit.Answer(body + b"\n%% produced at %d" % next(turn), "application/pdf", validators=False)
        if path == "/f/0.pdf"
        else None
    )
    crawls(site)
    crawls.now = "2026-03-03T09:00+00:00"
    report = crawls(site)
    assert next(turn) == 2 and report["versions_new"] == 0 and crawls.versions() == 1


def test_new_document_on_an_old_page(site, crawls, kit):
    small(site, kit, "12 mars 2026")
    crawls(site)
    small(site, kit, "12 mars 2026", "9 avril 2026")
    crawls.now = "2026-03-20T09:00+00:00"
    site.forget()
    report = crawls(site)
    assert report["documents_new"] == 1
    assert site.asked[1] == "/conseil"  # robots.txt, then the page that was productive


def test_redesign_turns_blind(site, crawls, kit):
    small(site, kit, "12 mars 2026", "5 février 2026")
    crawls(site)
    site.answers.clear()
    site.page(
        "/", "<main><h1>Bienvenue</h1><p>Notre nouveau site est en ligne.</p><a href='/decouvrir'>Découvrir</a></main>"
    )
    site.page("/decouvrir", "<main><h1>Découvrir</h1><p>Randonnées et patrimoine.</p></main>")
    site.page("/conseil", "<main><h1>Randonnées</h1><p>Trois boucles balisées.</p></main>")
    report = crawls(site)
    assert (report["state"], report["source_state"]) == ("failed", "blind")
    assert "2" in report["reason"] and "/conseil" in report["reason"]
    assert crawls.query("SELECT count(*) FROM documents") == [(2,)]
    assert crawls.query("SELECT count(*) FROM sessions WHERE superseded_at IS NULL") == [(2,)]
    assert crawls.query("SELECT state FROM source_health") == [("blind",)]


@pytest.mark.parametrize(
    ("day", "page_stays", "state"),
    [("2026-08-12", True, "quiet"), ("2026-08-12", False, "blind"), ("2026-11-12", True, "blind")],
)
def test_august_recess_is_not_blindness(site, crawls, kit, day, page_stays, state):
    small(site, kit, "25 juin 2026")
    crawls.now = "2026-06-20T09:00+02:00"
    crawls(site)
    small(site, kit, note="Prochaine réunion à la rentrée.")
    if not page_stays:
        del site.answers["/conseil"]
    crawls.now = f"{day}T09:00+02:00"
    report = crawls(site)
    assert (report["source_state"], report["state"]) == (state, "ok" if state == "quiet" else "failed"), report


def test_a_vanished_page_erases_nothing(site, crawls, kit):
    small(site, kit, "12 mars 2026")
    crawls(site)
    before = crawls.query("SELECT url, etag, links, productive FROM urls WHERE url LIKE '%/conseil'")
    kept = site.answers.pop("/conseil")
    crawls(site)
    assert crawls.query("SELECT url, etag, links, productive FROM urls WHERE url LIKE '%/conseil'") == before
    site.answers["/conseil"] = kept
    report = crawls(site)
    assert (report["source_state"], report["documents_listed"]) == ("ok", 1)


def test_pdf_that_redirects_to_a_page(site, crawls, kit):
    small(site, kit, "12 mars 2026", "5 février 2026")
    crawls(site)
    site.answers["/f/0.pdf"] = kit.Answer(status=302, headers={"Location": "/"})
    report = crawls(site)
    assert crawls.versions() == 2 and report["versions_new"] == 0
    assert any("/f/0.pdf" in line and "page instead" in line for line in report["log"])


ERROR_PAGES = {
    "suspended": (
        "<h1>Account Suspended</h1><p>This account has been suspended. Contact your hosting provider.</p>",
        "blind",
    ),
    "maintenance": ("<h1>Site en maintenance</h1><p>Nous revenons bientôt.</p>", "blind"),
    "captcha": (
        "<h1>Vérification de sécurité</h1><p>Verify you are human.</p><div class='h-captcha'></div>",
        "blocked",
    ),
}


@pytest.mark.parametrize("name", ERROR_PAGES)
def test_error_page_with_status_200(site, crawls, kit, name):
    small(site, kit, "12 mars 2026")
    crawls(site)
    text, state = ERROR_PAGES[name]
    site.answers.clear()
    site.fallback = lambda path: (
        kit.Answer(f"<html><body>{text}</body></html>".encode()) if path != "/robots.txt" else None
    )
    report = crawls(site)
    assert (report["state"], report["source_state"]) == ("failed", state), report
    assert crawls.versions() == 1


def test_503(site, crawls, kit):
    small(site, kit, "12 mars 2026")
    crawls(site)
    site.answers.clear()
    site.fallback = lambda path: kit.Answer(b"down", status=503) if path != "/robots.txt" else None
    report = crawls(site)
    assert (report["state"], report["source_state"]) == ("failed", "blind") and "503" in report["reason"]


def test_robots_txt_that_answers_503_forbids_all(site, crawls, kit):
    small(site, kit, "12 mars 2026")
    site.answers["/robots.txt"] = kit.Answer(b"down", status=503)
    report = crawls(site)
    assert set(site.asked) == {"/robots.txt"}
    assert report["source_state"] == "blind" and "robots.txt" in report["reason"]


def test_403_is_blocked_and_not_fought(site, crawls, kit):
    site.fallback = lambda path: kit.Answer(b"no", status=403) if path != "/robots.txt" else None
    report = crawls(site)
    assert report["source_state"] == "blocked" and len(site.asked) == 2


def test_robots_forbids_everything(site, crawls, kit):
    small(site, kit, "12 mars 2026")
    site.answers["/robots.txt"] = kit.Answer(b"User-agent: *\nDisallow: /\n", "text/plain")
    report = crawls(site)
    assert set(site.asked) == {"/robots.txt"}
    assert (report["source_state"], report["robots_denied"], report["state"]) == ("disallowed", 1, "failed")


def test_robots_forbids_a_part_for_us_alone(site, crawls, kit):
    small(site, kit, "12 mars 2026", "5 février 2026")
    site.answers["/robots.txt"] = kit.Answer(
        b"User-agent: Tocsin\nDisallow: /f/1.pdf\n\nUser-agent: *\nAllow: /\n", "text/plain"
    )
    report = crawls(site)
    assert "/f/1.pdf" not in site.asked and "/f/0.pdf" in site.asked
    assert (report["source_state"], report["robots_denied"]) == ("ok", 1)


def test_nothing_ever_found_is_no_success(site, crawls, kit):
    site.page("/", "<main><h1>Bienvenue</h1><p>Un village au bord de l'eau.</p></main>")
    report = crawls(site)
    assert (report["state"], report["source_state"]) == ("failed", "blind") and "nothing was ever found" in report[
        "reason"
    ]


def test_site_that_moved(make_site, crawls, kit):
    old, new = make_site(), make_site()
    small(new, kit, "12 mars 2026")
    old.fallback = lambda path: kit.Answer(status=301, headers={"Location": new.url}) if path != "/robots.txt" else None
    report = crawls(old)
    assert report["documents_new"] == 1 and report["source_state"] == "ok"
    assert new.url in report["reason"]


def test_unreadable_pdf_fails_the_crawl_and_costs_itself_alone(site, crawls, kit):
    small(site, kit, "12 mars 2026", "5 février 2026")
    site.answers["/f/1.pdf"] = kit.Answer(b"%PDF-1.4 nothing of what follows is a PDF", "application/pdf")
    report = crawls(site)
    assert (report["state"], report["source_state"], report["documents_failed"]) == ("failed", "ok", 1)
    assert report["documents_new"] == 2 and any("/f/1.pdf" in line for line in report["log"])
    again = crawls(site)
    assert (again["state"], again["documents_failed"]) == ("ok", 0)


def test_pipeline_that_raises(site, crawls, kit):
    small(site, kit, "12 mars 2026", "5 février 2026")
    crawls.patch = """
from pipelines.archive import ArchivePipeline
record = ArchivePipeline._record
def broken(self, item, reading):
    if item.fetched.url.endswith("/f/1.pdf"):
        raise ZeroDivisionError("broken on purpose")
    record(self, item, reading)
ArchivePipeline._record = broken
"""
    report = crawls(site)
    assert (report["state"], report["source_state"], report["item_errors"]) == ("failed", "blind", 1)
    assert report["documents_new"] == 1 and "1 items were lost" in report["reason"]
    assert any("broken on purpose" in line and "/f/1.pdf" in line for line in report["log"])
    assert crawls.query("SELECT state, item_errors FROM crawls") == [("failed", 1)]
    crawls.patch = ""
    again = crawls(site)
    assert (again["documents_new"], again["source_state"]) == (1, "ok")  # nothing took it for known


def test_kill_between_a_page_and_its_documents(site, crawls, kit):
    """The page answers 304 the next time, and its unread document is fetched all the same."""
    small(site, kit, "12 mars 2026", "5 février 2026")
    crawls.patch = """
import os
from pipelines.archive import ArchivePipeline
record = ArchivePipeline._record
def killed(self, item, reading):
    if item.fetched.url.endswith(".pdf"):
        os._exit(9)
ArchivePipeline._record = killed
"""
    with pytest.raises(AssertionError):
        crawls(site)
    assert crawls.versions() == 0
    crawls.patch = ""
    site.forget()
    crawls.now = "2026-03-02T16:00+00:00"  # the dead crawl's lease has run out
    report = crawls(site)
    assert (report["documents_new"], report["state"]) == (2, "ok")
    assert crawls.query("SELECT state FROM crawls ORDER BY id") == [("interrupted",), ("ok",)]


def test_user_agent_is_honest(site, crawls, kit):
    small(site, kit, "12 mars 2026")
    crawls.extra = '\n[operator]\ncontact = "https://veille.example/contact"\n'
    crawls(site)
    (agent,) = site.agents
    assert agent.startswith("Tocsin/") and agent.endswith("(+https://veille.example/contact)")


def test_contact_is_required_beyond_loopback(crawls):
    with pytest.raises(AssertionError, match=r"operator\.contact"):
        crawls("https://www.ville-inventee.example/")
