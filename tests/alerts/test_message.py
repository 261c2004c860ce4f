"""What a message says, in which words, and that nothing fetched can break it."""

from __future__ import annotations

import email
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import policy
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

from alerts.message import compose, message_key, recipient
from alerts.notice import House, Notice
from alerts.plain import around, one_line, web_link
from alerts.planner import Settings, plan
from alerts.view import test_view as trial_view
from alerts.view import view
from alerts.wording import typeset, words
from crawler.errors import DeliveryError
from crawler.models import AlertFact, Change, Subscription

Make = Callable[..., Any]
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")
SUBSCRIPTION = Subscription("collectif", ("mailto:veille@example.org",))
HOSTILE = (
    "Titre\r\nBcc: victime@example.org\n\n<script>alert(1)</script> \u202egnp.exe\u2066 \x00\x07\x1b[31m"
    '" onmouseover="x" {{ 7*7 }} =1+1 &amp; \ud800' + "A" * 10_000
)


def mail(
    ours: House, *facts: AlertFact, changes: tuple[Change, ...] = (), language: Any = "fr", kind: str = "found",
    now: datetime = NOW,
) -> EmailMessage:  # fmt: skip
    """The message about these facts."""
    subscription = replace(SUBSCRIPTION, language=language)
    alerts = plan(
        [replace(fact, session_status="scheduled") for fact in facts], [], [subscription], {}, Settings(), NOW
    ).new
    chosen = tuple(alert for alert in alerts if alert.kind == kind) or tuple(
        replace(alert, kind=kind, occasion="public:2") for alert in alerts[:1]
    )
    notice = Notice("mailto:veille@example.org", chosen, facts, changes, (subscription,))
    spoken = words(notice.language(ours))
    shown = view(notice, ours, spoken, now)
    body = compose(shown, spoken, ours, notice.address, message_key(notice), now)
    return email.message_from_bytes(body, policy=policy.default)  # type: ignore[return-value]


def plain(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def html(message: EmailMessage) -> str:
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def unbroken(text: str) -> str:
    """Without the line breaks of the plain text, and with ordinary spaces."""
    return re.sub(r"\s+", " ", text)


def test_a_found_item_in_french(ours: House, make_fact: Make) -> None:
    message = mail(ours, make_fact(absent_at=NOW - timedelta(days=1)))
    text = unbroken(plain(message))
    assert str(message["Subject"]).replace("\u00a0", " ") == (
        "Valmont, conseil municipal du jeudi 12 mars 2026 : vidéosurveillance"
    )
    for words_of_it in (
        "jeudi 12 mars 2026 à 18 h 30", "dans 10 jours", "Salle des mariages", "convocation datée du 6 mars 2026",
        "7. Extension du dispositif de vidéoprotection", "ordre du jour, page 3",
        "https://valmont.example/odj-2026-03-12.pdf",
        "vu en ligne pour la première fois le 2 mars 2026 à 9 h (absent le 1er mars 2026 à 10 h)",
        "SHA-256 " + "3f" * 32, "abonnement « collectif », thème : Vidéosurveillance",
        "terme repéré : « vidéoprotection »", "https://example.org/about", "seul le document d’origine fait foi",
    ):  # fmt: skip
        assert words_of_it in text
    assert "illégal" not in text


def test_headers(ours: House, make_fact: Make) -> None:
    message = mail(ours, make_fact())
    assert str(message["From"]) == "Tocsin <tocsin@example.org>"
    assert str(message["To"]) == "veille@example.org"
    assert message["Date"].datetime == NOW
    assert re.fullmatch(r"<2026-03-12-ville-de-valmont-[0-9a-f]{16}@example\.org>", str(message["Message-ID"]))
    assert str(message["Auto-Submitted"]) == "auto-generated"
    assert str(message["List-Id"]) == "Tocsin <tocsin.example.org>"
    assert message.get_content_type() == "multipart/alternative"
    assert message["Message-ID"] == mail(ours, make_fact())["Message-ID"]


def test_typography(ours: House, make_fact: Make) -> None:
    text = plain(mail(ours, make_fact(item_title="Extension", excerpt="Extension de la vidéoprotection")))
    for sign in re.findall(r"(.)[:;!?»](?=\s|$)", text.replace("https:", "")):
        assert sign == "\u00a0"
    assert not re.search(r"«[^\u00a0]", text)
    assert "18\u00a0h\u00a030" in text
    assert typeset("l'ordre : « a » !") == "l’ordre\u00a0: «\u00a0a\u00a0»\u00a0!"


def test_no_absence_seen_means_none_stated(ours: House, make_fact: Make) -> None:
    text = unbroken(plain(mail(ours, make_fact(absent_at=None))))
    assert "vu en ligne pour la première fois le 2 mars 2026 à 9 h" in text
    assert "absent" not in text


def test_no_time_is_invented(ours: House, make_fact: Make) -> None:
    text = plain(mail(ours, make_fact(starts_at=None)))
    assert "heure non communiquée" in text
    assert "8\u00a0h" not in text
    assert "0\u00a0h" not in text


def test_an_unknown_date_is_said(ours: House, make_fact: Make) -> None:
    message = mail(ours, make_fact(session_date=None, starts_at=None, convened_on=None))
    assert "date de séance inconnue" in str(message["Subject"])
    assert "date de séance inconnue" in plain(message)
    assert "convocation datée" not in plain(message)


def test_english_on_request(ours: House, make_fact: Make) -> None:
    message = mail(ours, make_fact(starts_at=None), language="en")
    assert str(message["Subject"]).strip() == "Valmont, conseil municipal, Thursday 12 March 2026: video surveillance"
    assert "time not stated" in plain(message)
    assert 'lang="en"' in html(message)
    assert str(message["Content-Language"]) == "en"


def test_a_private_document_is_quoted_only(ours: House, make_fact: Make) -> None:
    portal = replace(ours, portal="https://tocsin.example.org")
    private = make_fact(private=True, document_url="file:/home/x/projet secret.pdf")
    for part in (plain(mail(portal, private)), html(mail(portal, private))):
        assert "au titre du FIPD" in unbroken(part)
        for secret in ("projet secret", "file:", "3f3f", "SHA", "tocsin.example.org/files"):
            assert secret not in part


def test_an_ingested_public_document_has_a_hash_but_no_path(ours: House, make_fact: Make) -> None:
    text = plain(mail(ours, make_fact(document_url="file:/home/x/projet.pdf")))
    assert "3f" * 32 in text
    assert "projet.pdf" not in text
    assert "en ligne" not in text


def test_a_portal_links_to_our_copy(ours: House, make_fact: Make) -> None:
    portal = replace(ours, portal="https://tocsin.example.org")
    link = f"https://tocsin.example.org/files/{'3f' * 32}"
    assert link in plain(mail(portal, make_fact()))
    assert f'href="{link}"' in html(mail(portal, make_fact()))


@pytest.mark.parametrize(
    ("kind", "subject"), [("cancelled", "Séance annulée"), ("postponed", "Séance reportée"), ("place", "Changement")]
)
def test_what_happened_stands_first(kind: str, subject: str, ours: House, make_fact: Make, make_change: Make) -> None:
    status = kind if kind != "place" else "scheduled"
    message = mail(ours, make_fact(session_status=status), changes=(make_change(kind),), kind="changed")
    assert str(message["Subject"]).startswith(subject)
    assert "dans 10 jours" not in plain(message) or kind == "place"


def test_a_reminder_says_which(ours: House, make_fact: Make) -> None:
    text = unbroken(plain(mail(ours, make_fact(), kind="reminder", now=datetime(2026, 3, 11, 17, 30, tzinfo=UTC))))
    assert "rappel demandé 3 jours avant la séance" in text
    assert "Délai : demain" in text


@pytest.mark.parametrize(
    ("moment", "left"),
    [
        (datetime(2026, 3, 11, 23, 30, tzinfo=PARIS), "demain"),
        (datetime(2026, 3, 12, 0, 10, tzinfo=PARIS), "18 heures"),
        (datetime(2026, 3, 12, 17, 50, tzinfo=PARIS), "40 minutes"), (datetime(2026, 3, 12, 18, 40, tzinfo=PARIS), ""),
        (datetime(2026, 3, 13, 9, 0, tzinfo=PARIS), ""), (datetime(2026, 3, 10, 9, 0, tzinfo=PARIS), "dans 2 jours"),
    ],
)  # fmt: skip
def test_how_long_is_left(moment: datetime, left: str) -> None:
    starts = datetime(2026, 3, 12, 18, 30, tzinfo=PARIS)
    said = words("fr").left(date(2026, 3, 12), starts, moment, PARIS).replace("\u00a0", " ")
    assert said.endswith(left) if left else said == ""


def test_first_of_the_month_and_whole_hours() -> None:
    assert words("fr").day(date(2026, 4, 1)) == "mercredi 1er avril 2026"
    assert words("fr").day(date(2026, 4, 11)) == "samedi 11 avril 2026"
    assert words("fr").time(datetime(2026, 4, 1, 9, 0, tzinfo=PARIS)) == "9\u00a0h"
    assert words("en").day(date(2026, 4, 1)) == "Wednesday 1 April 2026"


def test_every_phrase_exists_in_both_languages() -> None:
    def keys(table: Any, prefix: str = "") -> set[str]:
        if isinstance(table, dict):
            return {key for name, each in table.items() for key in keys(each, f"{prefix}.{name}")}
        return {prefix + "|" + ",".join(sorted(set(re.findall(r"{\w+}", table)) - {"{n}"}))}

    assert keys(words("fr").phrases) == keys(words("en").phrases)


def test_hostile_text_is_harmless(ours: House, make_fact: Make, make_change: Make) -> None:
    council = replace(make_fact().council, name=HOSTILE)
    fact = make_fact(
        item_title=HOSTILE, body=HOSTILE, place=HOSTILE, phrase="script", excerpt=HOSTILE, item_number=HOSTILE,
        document_url="javascript:alert(1)", council=council,
    )  # fmt: skip
    changes = (make_change("item-retitled", before=HOSTILE, after=HOSTILE), make_change("moved", before=HOSTILE))
    message = mail(ours, fact, changes=changes, kind="changed")
    assert message["Bcc"] is None
    assert message.defects == []
    assert len(str(message["Subject"])) <= 200
    page = html(message)
    assert "<script" not in page
    assert "javascript:" not in page
    assert " onmouseover=" not in re.sub(r">[^<]*<", "><", page)  # in no tag
    assert "49" not in plain(message)
    assert len(plain(message)) < 8000
    for part in (plain(message), page):
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x1b]", part)
    etree.fromstring(page.encode(), etree.XMLParser(load_dtd=False, resolve_entities=False))  # closes what it opens


def test_the_page_loads_nothing(ours: House, make_fact: Make) -> None:
    page = html(mail(ours, make_fact()))
    assert not re.search(r"<(img|link|script|style|iframe)\b|url\(|@import", page)
    assert 'lang="fr"' in page


def test_a_test_message_says_so(ours: House) -> None:
    shown = trial_view(SUBSCRIPTION, ours, words("fr"))
    message = email.message_from_bytes(
        compose(shown, words("fr"), ours, "mailto:veille@example.org", "test-1", NOW), policy=policy.default
    )
    assert str(message["Subject"]).startswith("[ESSAI]")
    assert "n’annonce aucun vote" in unbroken(plain(message))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "address", ["mailto:", "mailto:nobody", "mailto:a@b,c@d", "mailto:a@b%0ABcc:c@d", "mailto:a b@c", "mailto:@c"]
)
def test_addresses_that_are_none(address: str) -> None:
    with pytest.raises(DeliveryError):
        recipient(address)


def test_an_address_with_a_password_is_not_named(ours: House) -> None:
    shown = trial_view(SUBSCRIPTION, ours, words("fr"))
    assert b"s3cret" not in compose(shown, words("fr"), ours, "ntfys://user:s3cret@host/topic", "test-1", NOW)


def test_one_line_and_around() -> None:
    assert one_line(" a\n\tb\u200b \u202ec ") == "a b c"
    assert len(one_line("x" * 999)) == 300
    before, phrase, after = around("mot " * 400 + "Vidéo-Protection" + " fin" * 400, "vidéo-protection", 100)
    assert (phrase, len(before + phrase + after) <= 102) == ("Vidéo-Protection", True)
    assert before.startswith("…")
    assert after.endswith("…")
    assert around("rien ici", "absent") == ("rien ici", "", "")


@pytest.mark.parametrize(
    ("url", "fine"),
    [
        ("https://a.example/x.pdf", True), ("http://a.example/é", True), ("javascript:x", False), ("file:/x", False),
        ("https://", False), ("https://a.example/x y", False), ("https://a.example/\u202e", False), ("//a/b", False),
        (None, False), ("https://[", False),
    ],
)  # fmt: skip
def test_links_that_may_be_shown(url: str | None, fine: bool) -> None:
    assert web_link(url) == (url if fine else None)


def test_a_long_subject_with_accents_reads_with_single_spaces(ours: House, make_fact: Make) -> None:
    topics = ("algorithmic-video", "video-surveillance", "plate-recognition")
    subject = str(mail(ours, make_fact(topics=topics))["Subject"])
    assert subject.endswith("plate-recognition")
    assert "  " not in subject.replace("\u00a0", " ")


def test_an_item_that_a_later_version_brought_was_not_seen_before(ours: House, make_fact: Make) -> None:
    fact = make_fact(document_first_seen_at=NOW - timedelta(days=2), first_seen_at=NOW)
    text = unbroken(plain(mail(ours, fact)))
    assert "première fois le 28 février 2026" in text
    assert "ce point y a été lu pour la première fois le 2 mars 2026" in text
