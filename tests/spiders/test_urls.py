"""One spelling for each address, and what the spelling tells."""

from __future__ import annotations

from datetime import date

import pytest

from spiders import urls
from spiders.disposition import disposition_name


@pytest.mark.parametrize(
    ("href", "wanted"),
    [
        ("../docs/Séance du 12 mars.pdf", "http://v.example/docs/S%C3%A9ance%20du%2012%20mars.pdf"),
        ("?page=2#haut", "http://v.example/a/b?page=2"),
        ("//cdn.example/x.pdf", "http://cdn.example/x.pdf"),
        ("x\n.pdf", "http://v.example/a/x.pdf"),
        ("mailto:a@v.example", None),
        ("javascript:void(0)", None),
        ("#top", None),
        ("http://[::1", None),
        ("http://v.example:port/", None),
        ("ftp://v.example/x", None),
    ],
)
def test_absolute(href, wanted):
    assert urls.absolute("http://v.example/a/b", href) == wanted


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("http://V.example:80/x;jsessionid=9A?PHPSESSID=1&id=3&utm_source=n&print=1", "http://v.example/x?id=3"),
        ("http://v.example/x?order=desc&page=2", "http://v.example/x?page=2"),
        ("http://v.example/x?order=12", "http://v.example/x?order=12"),
        ("https://v.example", "https://v.example/"),
        ("http://v.example/x?tmpl=component&id=4", "http://v.example/x?id=4"),
        ("http://v.example/?a=%26b&c", "http://v.example/?a=%26b&c"),
    ],
)
def test_clean(url, wanted):
    assert urls.clean(url) == wanted == urls.clean(urls.clean(url))


def test_key_folds_what_makes_no_difference():
    same = {
        urls.key(url)
        for url in (
            "http://www.v.example/x/?b=2&a=1",
            "https://v.example/x?a=1&b=2",
            "http://v.example/x?b=2&sid=4&a=1",
        )
    }
    assert len(same) == 1
    assert urls.key("http://v.example/x?a=1") != urls.key("http://v.example/x?a=2")


@pytest.mark.parametrize(
    ("url", "document"),
    [
        ("http://v.example/a.PDF", True), ("http://v.example/a.pdf?v=2", True),
        ("http://v.example/get.php?file=odj.pdf", True),
        ("http://v.example/a.html", False), ("http://v.example/a", False), ("http://v.example/v1.2/page", False),
    ],
)  # fmt: skip
def test_looks_like_document(url, document):
    assert urls.looks_like_document(url) is document


def test_downloads_have_no_suffix():
    assert urls.looks_like_download("http://v.example/telecharger/12") and urls.looks_like_download(
        "http://v.example/?wpdmdl=4"
    )
    assert not urls.looks_like_download("http://v.example/telechargements-utiles-mairie/x")


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("http://v.example/pdfjs/viewer.html?file=%2Fd%2Fodj.pdf", "http://v.example/d/odj.pdf"),
        ("https://docs.example/gview?url=http%3A%2F%2Fv.example%2Fodj.pdf&embedded=1", "http://v.example/odj.pdf"),
        ("http://v.example/page?file=12", None),
    ],
)
def test_viewers(url, wanted):
    assert urls.inner(url, "http://v.example/") == wanted


def test_families_and_calendars():
    assert urls.pattern("http://v.example/agenda/2026/03?x=1") == urls.pattern(
        "http://www.v.example/agenda/2019/11?x=4"
    )
    assert urls.is_calendar("http://v.example/agenda/2026/03") and urls.is_calendar("http://v.example/?mois=3")
    assert not urls.is_calendar("http://v.example/conseil?page=3")


def test_traps():
    today = date(2026, 3, 2)
    assert urls.is_trap("http://v.example/a/b/a/b/a/b", today)
    assert urls.is_trap("http://v.example/calendrier/2031/05", today)
    assert not urls.is_trap("http://v.example/calendrier/2026/05", today)
    assert urls.is_trap("http://v.example/" + "x" * 1200, today)


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        (b'attachment; filename="CR du 12 mars.pdf"', "CR du 12 mars.pdf"),
        (
            b"attachment; filename*=UTF-8''Ordre%20du%20jour%20d%27avril.pdf; filename=x.pdf",
            "Ordre du jour d'avril.pdf",
        ),
        ("inline; filename=Délibération.pdf".encode("latin-1"), "Délibération.pdf"),
        ("inline; filename=Délibération.pdf".encode(), "Délibération.pdf"),
        (b'attachment; filename="..\\\\..\\\\etc/passwd"', "passwd"),
        (b"attachment", None),
        (None, None),
    ],
)
def test_disposition(header, wanted):
    assert disposition_name(header) == wanted


@pytest.mark.parametrize(
    "tail", ["/page/3/", "?paged=2", "?page=1", "?start=20", "?debut_articles=10", "?tx_news_pi1%5BcurrentPage%5D=2"]
)
def test_page_numbers_of_the_usual_systems(tail):
    assert urls.is_page_number("http://v.example/actes" + tail) and not urls.is_page_number(
        "http://v.example/actes?id=3"
    )
