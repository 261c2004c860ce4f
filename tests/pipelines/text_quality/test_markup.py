"""HTML as council sites have it: saved by Word, styled by hand, escaped twice, hidden, framed, nested without end."""

from __future__ import annotations

import pytest

from pipelines.text.html import extract_html
from pipelines.text.mhtml import extract_mhtml
from pipelines.text.sniff import media_type

HEAD = "<h1>Conseil municipal du 12 mars 2026</h1><p>La séance aura lieu à 18 h 30, salle du conseil.</p>"
POINTS = ("Approbation du procès-verbal", "Extension de la vidéoprotection", "Budget primitif")
AGENDA = HEAD + "<ol>" + "".join(f"<li>{point}</li>" for point in POINTS) + "</ol>"


def page(content: str, head: str = "") -> bytes:
    return f"<!doctype html><html><head><title>V</title>{head}</head><body>{content}</body></html>".encode()


def shape(content: str) -> list[tuple[str, str, str]]:
    done = extract_html(page(HEAD + content))
    return [(line.block, line.marker, line.text) for line in done.lines[2:]]


def word(*marks: str) -> str:
    return "".join(
        f"<p class=MsoListParagraph style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]>"
        f"<span style='mso-list:Ignore'>{mark}<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp; </span></span>"
        f"<![endif]>{point}<o:p></o:p></p>"
        for mark, point in zip(marks, POINTS, strict=True)
    )


@pytest.mark.parametrize(
    ("marks", "markers"),
    [(("1.", "2.", "3."), ["1", "2", "3"]), (("a)", "b)", "c)"), ["a", "b", "c"]), (("·", "§", "o"), ["", "", ""])],
)
def test_lists_that_word_saved_as_paragraphs(marks: tuple[str, ...], markers: list[str]) -> None:
    assert shape(word(*marks)) == [("li", marker, point) for marker, point in zip(markers, POINTS, strict=True)]


def test_bullets_in_a_font_of_signs() -> None:
    content = "<p><span style='font-family:Wingdings'>Ø</span> Budget</p>"
    assert shape(content) == [("p", "", "• Budget")]


def test_bold_by_style() -> None:
    done = extract_html(page("<p><span style='font-weight:700'>1. Budget</span></p><p>Le maire propose.</p>"))
    assert [line.bold for line in done.lines] == [True, False]


def test_small_print_below_a_title_is_not_the_title() -> None:
    content = "<ol><li>Budget <small>Le budget est voté par chapitre et par nature.</small></li></ol>"
    assert shape(content) == [("li", "1", "Budget"), ("p", "", "Le budget est voté par chapitre et par nature.")]
    assert shape("<p>Le 1<small>er</small> mars, au prix de 12 <small>euros</small></p>")[0][2] == (
        "Le 1er mars, au prix de 12 euros"
    )


def test_elements_that_touch_are_two_words() -> None:
    assert shape("<p><b>Extension</b><span>La commune pose</span> l'<b>É</b>cole, <b>1</b>er</p>")[0][2] == (
        "Extension La commune pose l'École, 1er"
    )
    assert shape("<ul><li><b>Budget</b><span style='display:block'>Voté.</span></li></ul>")[0] == ("li", "", "Budget")


def test_words_for_screen_readers_alone() -> None:
    link = "<p><a href=x.pdf>Budget <span class=sr-only>(nouvelle fenêtre)</span></a> (annexe)</p>"
    assert shape(link) == [("p", "", "Budget (annexe)")]


@pytest.mark.parametrize(
    "wrapper",
    [
        "<details><summary>Points</summary>{}</details>",
        "<div role=tabpanel hidden>{}</div>",
        "<div class=panel style='display:none'>{}</div>",
        "<div aria-hidden=true>{}</div>",
    ],
)
def test_what_a_click_would_show_is_read(wrapper: str) -> None:
    found = extract_html(page(wrapper.format(AGENDA))).pages[0].text
    assert all(point in found for point in POINTS)


@pytest.mark.parametrize(
    "notice",
    [
        "<div style='display:none'>Nous utilisons des cookies et des caméras. Accepter. Refuser.</div>",
        "<section hidden>Gestion des cookies : paramétrer les cookies et caméras</section>",
        "<template><p>caméras</p></template>",
        "<noscript>caméras</noscript>",
    ],
)
def test_hidden_notices_are_not(notice: str) -> None:
    assert "caméras" not in extract_html(page(AGENDA + notice)).pages[0].text


def test_frames_say_where_the_text_stands() -> None:
    done = extract_html(
        b"<frameset><frame src=menu.html><frame src=odj.html><noframes>Pas de cadres</noframes></frameset>"
    )
    assert (done.state, done.pages) == ("failed", ())
    assert done.reason is not None and "menu.html, odj.html" in done.reason


def test_escapes_made_twice() -> None:
    twice = AGENDA.replace("é", "&amp;eacute;").replace("è", "&amp;egrave;").replace(" du", "&amp;nbsp;du")
    assert extract_html(page(twice)).pages[0].text.replace("\xa0", " ") == extract_html(page(AGENDA)).pages[0].text
    shown = AGENDA.replace("<", "&lt;").replace(">", "&gt;")
    assert [line.marker for line in extract_html(page(f"<div>{shown}</div>")).lines if line.block == "li"] == [
        "1",
        "2",
        "3",
    ]
    assert (
        "<b>" in extract_html(page("<p>On écrit &lt;b&gt; et &lt;i&gt; et encore &lt;b&gt; en HTML.</p>")).pages[0].text
    )


@pytest.mark.parametrize(
    "tag", ["div", "ul><li", "table><tr><td", "b", "header", "div class=menu><a href=x>a</a", "font"]
)
def test_nesting_without_end_is_read_all_the_same(tag: str, full: bool) -> None:
    """Parsers are quadratic in the depth: 200,000 levels would take minutes."""
    body = f"<{tag}>" * (200_000 if full else 30_000) + "<p>Au fond : vidéoprotection"
    done = extract_html(body.encode())
    assert done.pages[0].text.endswith("Au fond : vidéoprotection")


def test_deep_markup_of_scripts_and_comments_does_not_count() -> None:
    script = "<script>var a = '" + "<div>" * 20_000 + "';</script><!--" + "<div>" * 20_000 + "-->"
    assert [line.text for line in extract_html(page(script + AGENDA)).lines][2:] == list(POINTS)


def test_a_page_saved_as_one_file() -> None:
    body = page(AGENDA).decode().replace("é", "=C3=A9").replace("è", "=C3=A8").replace("à", "=C3=A0")
    saved = (
        "From: <Saved by a browser>\r\nSubject: Conseil\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; type="text/html"; boundary="x"\r\n\r\n'
        "--x\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        f"{body.replace('charset=', 'charset=3D')}\r\n--x\r\nContent-Type: image/gif\r\n\r\nGIF89a\r\n--x--\r\n"
    ).encode()
    assert media_type(saved, "conseil.mht") == "multipart/related"
    assert [line.text for line in extract_mhtml(saved).lines][2:] == list(POINTS)
    assert extract_mhtml(b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\nnothing").state == "failed"
