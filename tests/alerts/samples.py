"""The samples in docs/samples: each kind of message as it arrives, made by the code itself from invented facts.

    python tests/alerts/samples.py --write          the texts, and the messages as pages
    python tests/alerts/samples.py --screenshots    pictures of the pages too; needs Chromium

The clock is fixed and nothing is read from a disk or the net, so the same code writes the same bytes.
"""

from __future__ import annotations

import argparse
import email
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from email import policy
from pathlib import Path
from typing import Any

from sample_facts import (
    AHEAD,
    CAMERAS,
    COLLECTIVE,
    DRONE,
    FOUND,
    MONDAY,
    NEXT,
    NOTE,
    OPERATOR,
    OUT,
    PLATES,
    PORT,
    READER,
    SITE,
    SMART,
    TOWN,
    VALLEY,
    VILLAGE,
    WEBHOOK,
    change,
    paris,
    source,
    vote,
)  # fmt: skip

from alerts.atom import Entries, atom
from alerts.calendar import Events, calendar
from alerts.checklist import NotePage, check
from alerts.gather import Told, gather
from alerts.message import compose
from alerts.notes import checkable
from alerts.notice import Family, House, Notice
from alerts.outbox import to_digest, to_message
from alerts.planner import Around, Settings, plan
from alerts.subscriptions import house
from alerts.view import test_view as trial_view
from alerts.views.undelivered import undelivered_view
from alerts.wording import words
from crawler.browser_installed import find_browser
from crawler.config import Alerts, Config, Operator, Portal
from crawler.models import Alert, AlertFact, Change, Outcome, Subscription

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "samples"
# --------------------------------------------------------------------------- from facts to messages


def ours(language: Any = "fr") -> House:
    """What an operator configured."""
    return house(
        Config(
            operator=Operator(contact="https://tocsin.example.org/a-propos", language=language),
            alerts=Alerts(sender="Tocsin <tocsin@example.org>"), portal=Portal(url="https://tocsin.example.org"),
        )
    )  # fmt: skip


@dataclass
class Reader:
    """Somebody who subscribed on Monday 2 March: facts in, messages out, by the planner and all that follows it."""

    subscription: Subscription = COLLECTIVE
    language: Any = "fr"
    note: str = NOTE  # what the note on the cameras says
    existing: dict[tuple[str, str, str, str], Alert] = field(default_factory=dict)

    def hears(
        self,
        now: datetime,
        facts: Sequence[AlertFact] = (),
        changes: Sequence[Change] = (),
        families: Sequence[Family] = ("ahead", "late", "after", "sources"),
        **around: Any,
    ) -> list[bytes]:
        """What leaves at ``now``, of these families."""
        settings, asked = Settings(), [self.subscription]
        known = Around(**({"since": {self.subscription.name: MONDAY - timedelta(days=7)}} | around))
        planned = plan(facts, changes, asked, self.existing, settings, now, known)
        gone = {alert_id for alert_id, _ in planned.dropped}
        self.existing |= {alert.key: alert for alert in planned.new}
        waiting = [each for each in self.existing.values() if each.state == "planned" and each.id not in gone]
        due = [each for each in waiting if each.due_at <= now]
        found = gather(due, facts, changes, asked, settings, now, known, Told())
        notices = [self.noted(notice) for group in found.sessions for notice in group if notice.family in families]
        digests = [replace(each, notices=tuple(map(self.noted, each.notices))) for each in found.digests]
        left = {alert.key for each in (*notices, *digests) for alert in each.alerts}
        self.existing |= {key: replace(self.existing[key], state="sent") for key in left}
        told = ours(self.language)
        return [to_message(each, told, now).body for each in notices] + [
            to_digest(each, told, now).body for each in digests
        ]

    def noted(self, notice: Notice) -> Notice:
        """The same with what the note on the cameras says."""
        read = check((NotePage(self.note, 4, f"{SITE}/conseil/2026/note-de-synthese.pdf"),))
        return replace(notice, checks={item: read for item in checkable(notice) if item == CAMERAS.item_id})


def told_of(*facts: AlertFact, **reader: Any) -> Reader:
    """A reader who was told of these before."""
    somebody = Reader(**reader)
    for now in (FOUND, paris("2026-03-05T18:31")):  # found, and reminded of a week before
        somebody.hears(now, facts)
    return somebody


def _found(*facts: AlertFact, **reader: Any) -> bytes:
    return Reader(**reader).hears(FOUND, facts)[0]


def _reminder() -> bytes:
    return told_of(CAMERAS).hears(paris("2026-03-09T18:30"), (CAMERAS,))[0]


def _changed(now: datetime, *changes: Change, **fact: Any) -> bytes:
    return told_of(CAMERAS).hears(now, (replace(CAMERAS, **fact),), changes)[0]


def _moved() -> bytes:
    return _changed(
        paris("2026-03-09T09:05"),
        change("moved", "2026-03-12", "2026-03-19"),
        change("place", CAMERAS.place, "Gymnase Jean-Moulin"),
        session_date=date(2026, 3, 19), starts_at=paris("2026-03-19T18:30"), place="Gymnase Jean-Moulin",
        session_status="moved", convened_on=date(2026, 3, 9),
    )  # fmt: skip


def _note_replaced() -> bytes:
    note = f"{SITE}/conseil/2026/note-de-synthese.pdf"
    paper = {"item_id": CAMERAS.item_id, "document_kind": "note", "document_url": note}
    before, after = "installer 12 nouvelles caméras", "installer 40 nouvelles caméras"
    added = "Une analyse automatisée des images pourra être activée ultérieurement."
    changes = (change("document-replaced", before, after, **paper), change("document-replaced", None, added, **paper))
    reader = told_of(CAMERAS)
    reader.note = NOTE.replace("12 nouvelles caméras", "40 nouvelles caméras")
    return reader.hears(paris("2026-03-09T09:05"), (CAMERAS,), changes)[0]


def _cancelled() -> bytes:
    return _changed(paris("2026-03-09T09:05"), change("cancelled", None, None), session_status="cancelled")


def _outcome(**reader: Any) -> bytes:
    voted = replace(CAMERAS, outcome=Outcome("adopted", 27, 6, 2), session_status="held")
    around = {"votes": {"i-cameras": vote("i-cameras", announced=True)}, "sessions": (NEXT,)}
    return told_of(CAMERAS, **reader).hears(paris("2026-03-16T09:00"), (voted,), **around)[0]


def _unannounced() -> bytes:
    voted = replace(
        PLATES, scanned=False, legible=None, outcome=Outcome("adopted", unanimous=True), session_status="held",
        item_number="18", document_kind="list", document_first_seen_at=paris("2026-03-16T08:40"), absent_at=None,
        first_seen_at=paris("2026-03-16T08:40"), page=3,
        document_url=f"{SITE}/conseil/2026/liste-des-deliberations-12-mars-2026.pdf",
    )  # fmt: skip
    seen = vote("i-plates", announced=False, agenda_read_at=paris("2026-03-12T06:41"))
    return Reader().hears(paris("2026-03-16T09:00"), (voted,), votes={"i-plates": seen})[0]


def _late(**session: Any) -> bytes:
    late = replace(AHEAD[2], **session)
    read = source(VALLEY, last_success_at=paris("2026-03-11T08:24"))
    return Reader().hears(paris("2026-03-11T08:35"), sessions=(late,), watching={VALLEY.id: read})[0]


def _heartbeat(**reader: Any) -> bytes:
    sources = (source(TOWN), source(PORT), source(VALLEY), source(VILLAGE, **OUT))
    somebody = told_of(CAMERAS, **reader)
    return somebody.hears(
        paris("2026-03-09T08:00"), (CAMERAS, DRONE), families=("week",), sessions=AHEAD, sources=sources
    )[0]


def _digest(rhythm: Any, now: datetime) -> bytes:
    reader = Reader(replace(COLLECTIVE, digest=rhythm))
    parts = (CAMERAS, DRONE)
    sources = (source(TOWN), source(PORT), source(VALLEY), source(VILLAGE, **OUT))
    reader.hears(FOUND, parts, sessions=AHEAD, sources=sources)
    return reader.hears(now, parts, sessions=AHEAD, sources=sources)[-1]


def _operator(now: datetime, *before: dict[str, Any], **now_is: Any) -> bytes:
    reader = Reader(OPERATOR)
    for each in before:
        reader.hears(now - timedelta(days=1), sources=(source(VILLAGE, **each),))
    return reader.hears(now, sources=(source(VILLAGE, **now_is),))[0]


def _recovered() -> bytes:
    now = paris("2026-03-09T09:05")
    return _operator(now, OUT, last_success_at=now - timedelta(minutes=20), state_since=now - timedelta(minutes=20))


def _undelivered() -> bytes:
    told, now = ours(), paris("2026-03-12T18:45")
    subject = "Castelvieux-sur-Orvence, conseil municipal du jeudi 12 mars 2026 : vidéosurveillance"
    lost = [{"subject": subject, "attempts": 9, "error": "smtp: connection refused"}]
    shown = undelivered_view(OPERATOR, lost, told, words("fr"), now)
    return compose(shown, words("fr"), told, OPERATOR.to[0], "undelivered-2026-03-12-sample", now)


def _test() -> bytes:
    shown = trial_view(COLLECTIVE, ours(), words("fr"))
    return compose(shown, words("fr"), ours(), READER, "test-sample", FOUND, test=True)


BOTH = (CAMERAS, SMART, PLATES)
MESSAGES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "found": ("un point repéré", lambda: _found(CAMERAS)),
    "found-several": ("plusieurs points d'une séance", lambda: _found(*BOTH)),
    "found-no-time": ("un point repéré, heure non communiquée", lambda: _found(DRONE)),
    "reminder": ("rappel", _reminder),
    "changed-moved": ("séance déplacée", _moved),
    "changed-note": ("note de synthèse remplacée", _note_replaced),
    "cancelled": ("séance annulée", _cancelled),
    "outcome": ("résultat d'un vote", _outcome),
    "unannounced": ("voté sans que nous l'ayons trouvé à l'ordre du jour", _unannounced),
    "late-agenda": ("pas d'ordre du jour trouvé", _late),
    "late-unread": ("pièces que nous n'avons pas pu lire", lambda: _late(unread=2)),
    "heartbeat": ("bilan de la semaine", _heartbeat),
    "digest-daily": ("résumé du jour", lambda: _digest("daily", paris("2026-03-06T08:00"))),
    "digest-weekly": ("résumé de la semaine", lambda: _digest("weekly", paris("2026-03-09T08:00"))),
    "blind": ("opérateur : une source ne donne plus rien", lambda: _operator(paris("2026-03-08T09:05"), **OUT)),
    "recovered": ("opérateur : une source donne de nouveau", _recovered),
    "undelivered": ("opérateur : message non remis", _undelivered),
    "test": ("essai", _test),
    "found-en": ("en anglais : un point repéré", lambda: _found(CAMERAS, language="en")),
    "outcome-en": ("en anglais : résultat d'un vote", lambda: _outcome(language="en")),
}


# --------------------------------------------------------------------------- files


def files() -> dict[str, str]:
    """Every text of docs/samples, by its name."""
    made: dict[str, str] = {}
    for name, (_, write) in MESSAGES.items():
        made |= {f"{name}.txt": "", f"{name}.html": ""}
        made[f"{name}.txt"], made[f"{name}.html"] = parts(write())
    hook = _found(CAMERAS, subscription=Subscription("collectif-orvence", (WEBHOOK,)))
    made["webhook.json"] = json.dumps(json.loads(hook), ensure_ascii=False, indent=2) + "\n"
    spoken, facts = words("fr"), (CAMERAS,)
    entries, events = Entries(ours(), spoken, {}), Events(ours(), spoken, {})
    title = spoken.say("feed.title_council", name=TOWN.name)
    feed_id, url = f"urn:tocsin:feed:{TOWN.id}", f"https://tocsin.example.org/feeds/{TOWN.id}.atom"
    made["feed.atom"] = atom(title, feed_id, facts, entries, url=url).decode()
    made["calendar.ics"] = calendar(title, (facts,), events).decode().replace("\r\n", "\n")
    return made | {"README.md": index()}


def parts(data: bytes) -> tuple[str, str]:
    """(what a program without HTML shows, the page) of an e-mail."""
    message = email.message_from_bytes(data, policy=policy.default)
    plain, page = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None and page is not None
    heads = [f"{name}: {message[name]}" for name in ("From", "To", "Subject")]
    text, html = (str(each.get_content()).replace("\r\n", "\n") for each in (plain, page))
    return "\n".join([*heads, "", text]), html


def index() -> str:
    """The page that lists them."""
    rows = [
        f"| {title[0].upper()}{title[1:]} | [texte]({name}.txt) | [page]({name}.html) "
        f"| [téléphone]({name}-phone.png) | [ordinateur]({name}-desk.png) |"
        for name, (title, _) in MESSAGES.items()
    ]
    return HEAD.format(rows="\n".join(rows))


HEAD = """\
# Les messages de Tocsin, tels qu’ils arrivent

Chaque sorte de message, écrite par le programme lui-même à partir de faits inventés : aucun de ces conseils n’existe.
Pour les lire pas à pas : [Veiller avec Tocsin](../veille.md).

| Message | en texte | en HTML | sur un téléphone | sur un ordinateur |
|---|---|---|---|---|
{rows}

Pour les programmes : un [appel signé (webhook)](webhook.json), un [flux Atom](feed.atom) et un
[calendrier](calendar.ics) d’un conseil.

These files are written by `python tests/alerts/samples.py --write`, the pictures by `--screenshots`, which needs
Chromium; a test compares the texts and pages with what the code makes now.
"""


def main() -> None:
    """Write the samples."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--write", action="store_true")
    reader.add_argument("--screenshots", action="store_true")
    reader.add_argument("--only", nargs="*", default=[], help="pictures of these alone")
    asked = reader.parse_args()
    FOLDER.mkdir(exist_ok=True)
    if asked.write:
        for name, text in files().items():
            (FOLDER / name).write_text(text, "utf-8")
    if asked.screenshots:
        from sample_shots import shoot

        shoot(FOLDER, asked.only or list(MESSAGES), find_browser().path)


if __name__ == "__main__":
    main()
