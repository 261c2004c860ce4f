"""Where a crawl must not go, and where it must not stay."""

from __future__ import annotations

import re
from datetime import date, timedelta

NAV = "<nav><a href='/'>Accueil</a><a href='/conseil'>Conseil municipal</a><a href='/agenda'>Agenda</a></nav>"


def council_page(site, kit, extra: str = "") -> None:
    site.page("/", NAV + "<main><h1>Bienvenue</h1></main>")
    site.page(
        "/conseil",
        NAV + f"<main><h1>Conseil municipal</h1><a href='/odj.pdf'>Ordre du jour du 12 mars 2026</a>{extra}</main>",
    )
    site.pdf("/odj.pdf", kit.agenda("12 mars 2026"))


def test_calendar_without_end_is_bounded(site, crawls, kit):
    council_page(site, kit, "<a href='/agenda/2026/03'>Calendrier des séances</a>")

    def calendar(path):
        found = re.fullmatch(r"/agenda(?:/(\d{4})/(\d\d)(?:/(\d\d))?)?", path)
        if not found:
            return None
        month = date(int(found[1] or 2026), int(found[2] or 3), 1)
        before, after = month - timedelta(days=1), month + timedelta(days=40)
        days = "".join(f"<td><a href='/agenda/{month:%Y/%m}/{day:02}'>{day}</a></td>" for day in range(1, 29))
        html = f"""<title>Agenda du conseil municipal</title>{NAV}<main><h1>Séances et réunions</h1>
            <a href='/agenda/{before:%Y/%m}'>Mois précédent</a><a href='/agenda/{after:%Y/%m}'>Mois suivant</a>
            <table><tr>{days}</tr></table></main>"""
        return kit.Answer(html.encode())

    site.fallback = calendar
    report = crawls(site)
    assert crawls.documents() == {"/odj.pdf"} and report["state"] == "ok"
    assert len([path for path in site.asked if path.startswith("/agenda/")]) <= 25


def test_a_year_archive_is_read_to_its_end(site, crawls, kit):
    years = range(2006, 2026)
    links = "".join(f"<a href='/conseil?annee={year}'>{year}</a> " for year in years)
    council_page(site, kit, f"<p>Archives : {links}</p>")
    for year in years:
        site.page(
            f"/conseil?annee={year}",
            NAV + f"<main><h1>Conseil municipal</h1><h2>{year}</h2><a href='/pv-{year}.pdf'>PV</a></main>",
        )
        site.pdf(f"/pv-{year}.pdf", kit.agenda(f"3 mai {year}"))
    crawls(site)
    assert crawls.documents() == {"/odj.pdf"} | {f"/pv-{year}.pdf" for year in years}


def test_session_ids_and_print_variants_are_one_page(site, crawls, kit):
    links = "".join(
        f"<a href='/seances;jsessionid={n}?sid=a{n}&amp;utm_source=x{n}&amp;print={n % 2}'>Séances du conseil</a>"
        for n in range(30)
    )
    council_page(site, kit, links)
    site.page("/seances", NAV + f"<main><h1>Séances du conseil</h1>{links}</main>")
    crawls(site)
    assert [path for path in site.asked if "seances" in path] == ["/seances"]


def test_paths_that_nest_into_themselves(site, crawls, kit):
    council_page(site, kit, "<a href='archives/'>Archives du conseil</a>")
    site.fallback = lambda path: (
        kit.Answer(b"<h1>Archives du conseil municipal</h1><a href='archives/'>Archives</a>")
        if "archives" in path
        else None
    )
    crawls(site)
    assert len(site.asked) <= 8


def test_max_pages_bounds_every_request(site, crawls, kit):
    links = "".join(f"<li><a href='/s{n}'>Séance du conseil numéro {n}</a></li>" for n in range(40))
    council_page(site, kit, links)
    for number in range(40):
        site.answers[f"/s{number}"] = kit.Answer(status=302, headers={"Location": f"/t{number}"})
        site.page(f"/t{number}", "<h1>Séance du conseil</h1>")
    crawls.max_pages = 12
    report = crawls(site)
    assert len([path for path in site.asked if path != "/robots.txt"]) == 12
    assert any("max_pages = 12" in line for line in report["log"])


def test_documents_of_other_hosts_but_not_their_pages(make_site, crawls, kit):
    site, shelf, stranger = make_site(), make_site(), make_site()
    council_page(
        site,
        kit,
        f"""<a href='{shelf.url}get/odj-avril.pdf'>Ordre du jour du 9 avril 2026</a>
        <a href='{stranger.url}conseil'>Conseil municipal de la ville voisine</a>""",
    )
    shelf.pdf("/get/odj-avril.pdf", kit.agenda("9 avril 2026"))
    crawls(site)
    assert crawls.documents() == {"/odj.pdf", "/get/odj-avril.pdf"}
    assert not stranger.asked


def test_configured_document_host_may_serve_without_suffix(make_site, crawls, kit):
    site, shelf = make_site(), make_site()
    council_page(site, kit, f"<a href='{shelf.url}download/seance-d-avril'>Ordre du jour du 9 avril 2026</a>")
    shelf.pdf("/download/seance-d-avril", kit.agenda("9 avril 2026"))
    crawls(site)
    assert not shelf.asked
    crawls(site, document_hosts=[shelf.host])
    assert "/download/seance-d-avril" in crawls.documents()


def test_redirects_to_private_addresses_are_refused(make_site, crawls, kit):
    """The site itself is let through by an exception for its address; what it redirects to is not."""
    site, inside = make_site(), make_site()
    council_page(
        site,
        kit,
        f"""<a href='/a'>Séance du conseil A</a><a href='/b'>Séance du conseil B</a><a href='/c.pdf'>Délibération C</a>
        <a href='http://2130706433:{inside.server.server_address[1]}/d.pdf'>Délibération D</a>
        <a href='http://localhost:{inside.server.server_address[1]}/e.pdf'>Délibération E</a>""",
    )
    site.answers["/a"] = kit.Answer(status=302, headers={"Location": inside.url})
    site.answers["/b"] = kit.Answer(status=301, headers={"Location": "http://169.254.169.254/latest/meta-data/"})
    site.answers["/c.pdf"] = kit.Answer(status=302, headers={"Location": inside.url + "c.pdf"})
    crawls.private = False
    crawls.extra = '\n[operator]\ncontact = "https://veille.example/contact"\n'
    crawls.patch = f"""
import ipaddress
from crawler import addresses
strict = addresses.is_public
addresses.is_public = lambda address: str(address) == "{site.host}" or strict(address)
"""
    report = crawls(site)
    assert crawls.documents() == {"/odj.pdf"}
    assert not inside.asked
    assert any("refused" in line and "169.254.169.254" in line for line in report["log"]), report["log"]
    assert any("private addresses were refused" in line for line in report["log"])


def test_a_private_home_page_is_refused_and_said(site, crawls, kit):
    council_page(site, kit)
    crawls.private = False
    report = crawls(site)
    assert not site.asked
    assert report["source_state"] == "blind" and "allow_private_addresses" in report["reason"]


def test_names_are_checked_after_resolution(site, crawls, kit):
    """A public name that leads to loopback, as a rebinding server would have it."""
    council_page(site, kit)
    port = site.server.server_address[1]
    crawls.private = False
    crawls.extra = '\n[operator]\ncontact = "https://veille.example/contact"\n'
    crawls.patch = f"import socket\nsocket.gethostbyname = lambda name: {site.host!r}"
    report = crawls(f"http://mairie-inventee.example:{port}/")
    assert not site.asked and report["source_state"] == "blind", report
    assert "private or reserved" in report["reason"]


def test_retry_after_is_waited_for(site, crawls, kit):
    council_page(site, kit)
    turns = iter([kit.Answer(b"busy", status=503, headers={"Retry-After": "1"})])
    page = site.answers.pop("/conseil")
    site.fallback = lambda path: next(turns, page) if path == "/conseil" else None
    report = crawls(site)
    assert crawls.documents() == {"/odj.pdf"} and not any("503" in line for line in report["log"])
    assert site.asked.count("/conseil") == 2


def test_retry_after_of_an_hour_ends_the_crawl(site, crawls, kit):
    council_page(site, kit)
    site.answers["/conseil"] = kit.Answer(b"busy", status=429, headers={"Retry-After": "3600"})
    report = crawls(site)
    assert site.asked[-1] == "/conseil" and site.asked.count("/conseil") == 1
    assert any("asks to wait 3600" in line or "429" in line for line in report["log"])


def test_too_large_a_body_is_given_up(site, crawls, kit):
    council_page(site, kit, "<a href='/huge.pdf'>Délibération 2</a>")
    site.answers["/huge.pdf"] = kit.Answer(b"%PDF-1.4" + b"0" * 400_000, "application/pdf")
    crawls.overrides = {"DOWNLOAD_MAXSIZE": 200_000}
    report = crawls(site)
    assert crawls.documents() == {"/odj.pdf"}
    assert any(line.startswith("too-large") for line in report["log"])


def test_several_councils_in_one_run(make_site, crawls, kit):
    sites = [make_site() for _ in range(3)]
    for site in sites:
        council_page(site, kit)
    sites[1].answers.clear()
    reports = crawls.all(*sites)
    assert [(report["council_id"], report["source_state"]) for report in reports] == [
        ("c0", "ok"),
        ("c1", "blind"),
        ("c2", "ok"),
    ]


def test_a_leased_source_is_left_to_its_holder(site, crawls, kit):
    council_page(site, kit)
    crawls.configure(site)
    crawls(site)
    from sqlite3 import connect

    db = connect(crawls.home.archive)
    with db:
        db.execute("UPDATE sources SET lease_owner = 'somebody', lease_until = '2099-01-01T00:00:00+00:00'")
    db.close()
    site.forget()
    report = crawls(site)
    assert report["state"] == "failed" and "another process" in report["reason"] and not site.asked
