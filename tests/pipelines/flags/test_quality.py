"""Floors of precision and recall, on real titles and on sentences that were written apart from the lexicon.

``unseen`` and ``sealed`` hold constructed lines: ``+`` is about the topic of its file, ``-`` is a near miss.
Each was first measured before any rule was changed for it (see the figures in ``FIRST_LOOK``).
"""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pypdfium2
import pytest

from crawler.models import TOPICS, DocumentKind, ItemClaim, PageText, SessionClaim
from pipelines.flags import flag
from pipelines.lexicon_scores import ALL, Row, labelled, score
from pipelines.lexicon_trials import topics_of
from pipelines.lexicons import load

HERE = Path(__file__).parent
LEXICON = load()
FIRST_LOOK = {"unseen": (157, 173, 4), "sealed": (101, 124, 1)}  # found, of how many, false alarms


def lines(folder: str, topic: str) -> list[tuple[bool, str]]:
    text = (HERE / folder / f"{topic}.txt").read_text(encoding="utf-8")
    return [(entry[0] == "+", entry[2:].strip()) for entry in re.split(r"\n(?=[+-] )", text.strip())]


@pytest.mark.parametrize("folder", ["unseen", "sealed"])
def test_constructed_lines_are_told_apart(folder: str) -> None:
    found = positives = false = 0
    for topic in TOPICS:
        for about, text in lines(folder, topic):
            flagged = topic in topics_of(text, LEXICON)
            positives += about
            found += about and flagged
            false += flagged and not about
    assert positives >= FIRST_LOOK[folder][1]
    assert found / positives >= 0.97
    assert found / (found + false) >= 0.97


@pytest.mark.parametrize(
    ("name", "recall", "false_per_thousand"),
    [
        ("labels/titles.jsonl", 1.0, 0),
        ("examples.jsonl", 0.94, 0),
        ("titles_montpellier.jsonl", 1.0, 2),
        ("titles_avranches_ocr.jsonl", 1.0, 2),
    ],
)
def test_real_titles(shared: Path, name: str, recall: float, false_per_thousand: float) -> None:
    rows = list(labelled((shared / "corpus" / name).read_text(encoding="utf-8").splitlines(), name))
    total = next(each for each in score(rows, LEXICON).scores if each.topic == ALL)
    assert total.recall is not None
    assert total.recall >= recall
    assert total.false <= false_per_thousand * len(rows) / 1000


def test_titles_of_prefectoral_orders_are_flagged_only_for_what_they_name(shared: Path) -> None:
    named = ("vidéo", "caméra", "captation", "aéron", "drone", "hélicoptère", "algorithm")
    with (shared / "corpus/csv/prefecture_police_arretes.csv").open(encoding="utf-8") as file:
        titles = [row["titre"] for row in csv.DictReader(file)]
    flagged = [title for title in titles if topics_of(title, LEXICON)]
    false = [title for title in flagged if not any(word in title.lower() for word in named)]
    assert len(flagged) > 700
    assert len(false) <= 2 * len(titles) / 1000


def test_titles_of_labelled_items(shared: Path) -> None:
    rows = [
        Row(0, item["title"], frozenset(item.get("title_topics", ())))
        for path in sorted((shared / "corpus/labels").glob("*.json"))
        for session in json.loads(path.read_text(encoding="utf-8"))["sessions"]
        for item in session["items"]
    ]
    total = next(each for each in score(rows, LEXICON).scores if each.topic == ALL)
    assert (total.right, total.missed, total.false) == (4, 0, 0)


def claims_of(pages: tuple[PageText, ...], titles: list[str]) -> tuple[SessionClaim, ...]:
    """Items found by their titles, in order: stands in for the reader of agendas."""
    text, places, at = pages[0].text, [], 0
    for title in titles:
        pattern = r"\W+".join(map(re.escape, re.findall(r"\w+", title)[:4]))
        for page in pages:
            text, start = page.text, at if places and places[-1][0] == page.number else 0
            if (not places or page.number >= places[-1][0]) and (hit := re.compile(pattern).search(text, start)):
                places.append((page.number, hit.start()))
                at = hit.end()
                break
    ends = [*places[1:], (pages[-1].number, len(pages[-1].text))]
    items = [
        ItemClaim(title, None, begin[0], begin, finish)
        for title, begin, finish in zip(titles, places, ends, strict=True)
    ]
    return (SessionClaim("conseil municipal", items=tuple(items)),)


def test_the_real_agenda_has_exactly_one_flagged_item(shared: Path) -> None:
    label = json.loads((shared / "corpus/labels/02_20250917_cm_odj.pdf.json").read_text(encoding="utf-8"))
    document = pypdfium2.PdfDocument(shared / "corpus" / label["path"])
    pages = tuple(
        PageText(number, page.get_textpage().get_text_bounded().replace("\r\n", "\n"))
        for number, page in enumerate(document, 1)
    )
    items = label["sessions"][0]["items"]
    sessions = claims_of(pages, [item["title"] for item in items])
    kind: DocumentKind = "agenda"
    (found,) = flag(pages, sessions, kind, LEXICON)
    assert found.item is not None
    assert items[found.item]["number"] == "27"
    assert found.topics == ("video-surveillance",)
    assert found.score >= 0.9
    span = found.matches[0].span
    assert pages[span.page - 1].text[span.start : span.end] == "vidéoprotection"
