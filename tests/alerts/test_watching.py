"""Late agendas, the weekly message, and sources that turn blind: once each, and only where they can be stated."""

from __future__ import annotations

import email
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import policy
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

from alerts.gather import gather
from alerts.message import compose, message_key
from alerts.notice import House
from alerts.planner import Around, Plan, Settings, plan
from alerts.planning.matter import SessionFact, SourceFact
from alerts.planning.weeks import week_of
from alerts.view import view
from alerts.wording import words
from crawler.models import Alert, AlertFact, Council, Subscription

Make = Callable[..., Any]
PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)  # a Monday, after eight o'clock in Paris
BEFORE = datetime(2026, 2, 1, 9, 0, tzinfo=UTC)
TOWN = Council("ville-de-valmont", "Valmont", "commune", department="69", region="84", population=9000)
READ = NOW - timedelta(minutes=30)


def session(**values: Any) -> SessionFact:
    """A session on Friday 13 March, whose convocation is due by Saturday 7 March."""
    given: dict[str, Any] = {
        "id": "s-1", "council": TOWN, "body": "conseil municipal", "session_date": date(2026, 3, 13),
        "starts_at": datetime(2026, 3, 13, 18, 30, tzinfo=PARIS), "document_url": "https://valmont.example/agenda",
    }  # fmt: skip
    return SessionFact(**(given | values))


def source(**values: Any) -> SourceFact:
    given: dict[str, Any] = {
        "id": "ville-de-valmont/site", "council": TOWN, "label": "ville-de-valmont", "state": "ok",
        "last_crawl_at": READ, "last_success_at": READ, "state_since": READ,
    }  # fmt: skip
    return SourceFact(**(given | values))


def around(
    sessions: Sequence[SessionFact] = (), sources: Sequence[SourceFact] | None = None, since: datetime = BEFORE
) -> Around:
    all_of_them = tuple([source()] if sources is None else sources)
    return Around(
        sessions=tuple(sessions),
        sources=all_of_them,
        watching={each.council.id: each for each in all_of_them},
        since={"collectif": since},
    )


def planned(
    subscription: Subscription, known: Around, existing: Any = None, now: datetime = NOW, **settings: Any
) -> Plan:
    return plan([], [], [subscription], existing or {}, Settings(**settings), now, known)


def of_kind(found: Plan, kind: str) -> list[Alert]:
    return [alert for alert in found.new if alert.kind == kind]


def told(found: Plan, state: str = "sent") -> dict[Any, Alert]:
    return {alert.key: replace(alert, state=state) for alert in found.new}  # type: ignore[arg-type]


def written(
    ours: House, due: Sequence[Alert], facts: Sequence[AlertFact], subscriptions: Sequence[Subscription], known: Around,
    language: Any = "fr", now: datetime = NOW,
) -> list[tuple[str, str]]:  # fmt: skip
    """(subject, text) of each message."""
    gathered = gather(due, facts, [], subscriptions, Settings(), now, known)
    assert gathered.dropped == ()
    spoken, found = words(language), []
    for notice in (notice for group in gathered.sessions for notice in group):
        body = compose(view(notice, ours, spoken, now), spoken, ours, notice.address, message_key(notice), now)
        message = email.message_from_bytes(body, policy=policy.default)
        part = message.get_body(("plain",))  # type: ignore[attr-defined]
        found.append((str(message["Subject"]).replace("\u00a0", " "), re.sub(r"\s+", " ", part.get_content())))
    return found


# --------------------------------------------------------------------------- late agendas


@pytest.fixture
def here(make_subscription: Make) -> Subscription:
    return make_subscription(councils=(TOWN.id,))  # type: ignore[no-any-return]


def test_a_late_agenda_is_told_once_per_date(here: Subscription) -> None:
    first = planned(here, around([session()]))
    (alert,) = of_kind(first, "late-agenda")
    assert (alert.subject, alert.occasion, alert.session_date) == ("s-1", "2026-03-13", date(2026, 3, 13))
    assert planned(here, around([session()]), told(first)) == Plan()
    moved = session(session_date=date(2026, 3, 14), starts_at=None)
    assert [a.occasion for a in of_kind(planned(here, around([moved]), told(first)), "late-agenda")] == ["2026-03-14"]


@pytest.mark.parametrize(
    ("values", "now"),
    [
        ({"has_agenda": True}, NOW),
        ({"status": "cancelled"}, NOW),
        ({"status": "postponed"}, NOW),
        ({}, datetime(2026, 3, 7, 20, tzinfo=UTC)),  # the last day of the convocation is not over
        ({}, datetime(2026, 3, 13, 18, tzinfo=UTC)),  # it has begun
    ],
)
def test_when_no_agenda_is_missed(values: dict[str, Any], now: datetime, here: Subscription) -> None:
    known = around([session(**values)], [source(last_success_at=now)])
    assert of_kind(planned(here, known, now=now), "late-agenda") == []


@pytest.mark.parametrize(
    "sources",
    [
        [], [source(state="blind", failures=3)], [source(state="blocked")], [source(state="paused")],
        [source(last_success_at=None)], [source(last_success_at=datetime(2026, 3, 7, 9, tzinfo=UTC))],
    ],
)  # fmt: skip
def test_nothing_is_said_of_what_we_did_not_look_at(sources: list[SourceFact], here: Subscription) -> None:
    assert of_kind(planned(here, around([session()], sources)), "late-agenda") == []


def test_an_agenda_of_that_day_may_be_its(here: Subscription) -> None:
    other = session(id="s-2", body="conseil", has_agenda=True)
    assert of_kind(planned(here, around([session(), other])), "late-agenda") == []


def test_only_for_subscriptions_that_name_a_place_and_the_body(make_subscription: Make) -> None:
    known = around([session()])
    assert of_kind(planned(make_subscription(), known), "late-agenda") == []
    assert of_kind(planned(make_subscription(departments=("69",)), known), "late-agenda")
    assert of_kind(planned(make_subscription(regions=("11",)), known), "late-agenda") == []
    assert of_kind(planned(make_subscription(regions=("84",), bodies=("bureau",)), known), "late-agenda") == []


def test_without_a_rule_the_usual_day_counts(here: Subscription) -> None:
    unknown = replace(TOWN, population=None)
    soon = session(council=unknown, session_date=date(2026, 3, 11), starts_at=None)
    assert of_kind(planned(here, around([soon], [source(council=unknown)])), "late-agenda")
    later = session(council=unknown)
    assert of_kind(planned(here, around([later], [source(council=unknown)])), "late-agenda") == []


def test_an_agenda_that_appears_before_the_message_leaves_silences_it(here: Subscription) -> None:
    waiting = told(planned(here, around([session()])), "planned")
    known = around([session(has_agenda=True)])
    again = planned(here, known, waiting)
    assert ("an agenda was found, or the session is no longer ahead") in [why for _, why in again.dropped]
    due = [alert for alert in waiting.values() if alert.kind == "late-agenda"]
    assert gather(due, [], [], [here], Settings(), NOW, known).sessions == ()


def test_a_late_agenda_in_words(ours: House, here: Subscription) -> None:
    known = around([session()])
    due = of_kind(planned(here, known), "late-agenda")
    ((subject, text),) = written(ours, due, [], [here], known)
    assert subject.startswith("Pas d’ordre du jour trouvé : Valmont, conseil municipal du vendredi 13 mars 2026")
    for said in (
        "Nous n’avons pas trouvé d’ordre du jour pour cette séance. Dernière lecture réussie du site : le 9 mars 2026 "
        "à 9 h 30.",
        "5 jours francs au moins avant la séance, soit le samedi 7 mars 2026 au plus tard, sauf urgence "
        "(CGCT, art. L2121-12 ; loi n° 2015-991 du 7 août 2015)",
        "non pour la mise en ligne", "Information, pas un conseil juridique.", "https://valmont.example/agenda",
        "dans 4 jours", "abonnement « collectif »",
    ):  # fmt: skip
        assert said in text, said
    assert "publié" not in text
    ((_, english),) = written(ours, due, [], [here], known, "en")
    assert "We found no agenda for this session." in english


# --------------------------------------------------------------------------- the week


@pytest.mark.parametrize(
    ("now", "week"),
    [
        (NOW, "2026-W11"),
        (datetime(2026, 3, 9, 6, 59, tzinfo=UTC), "2026-W10"),
        (datetime(2026, 3, 15, 23, tzinfo=UTC), "2026-W11"),
        (datetime(2027, 1, 3, 12, tzinfo=UTC), "2026-W53"),
        (datetime(2026, 3, 30, 6, 0, tzinfo=UTC), "2026-W14"),  # eight o'clock in summer time
    ],
)
def test_which_week_it_is(now: datetime, week: str) -> None:
    assert week_of(now)[0] == week


def test_a_heartbeat_each_week_however_often_one_looks(make_subscription: Make) -> None:
    existing: dict[Any, Alert] = {}
    for hours in range(0, 24 * 28, 7):
        existing |= told(planned(make_subscription(), around(), existing, now=NOW + timedelta(hours=hours)))
    beats = [alert.occasion for alert in existing.values()]
    assert beats == ["2026-W11", "2026-W12", "2026-W13", "2026-W14"]


def test_weeks_that_were_missed_are_not_made_up_for(make_subscription: Make) -> None:
    first = told(planned(make_subscription(), around()), "planned")
    later = planned(make_subscription(), around(), first, now=NOW + timedelta(days=24))
    assert [alert.occasion for alert in later.new] == ["2026-W14"]
    assert [why for _, why in later.dropped] == ["the week is over"]


def test_who_has_no_heartbeat(make_subscription: Make) -> None:
    assert planned(make_subscription(), around(since=NOW - timedelta(days=1))).new == ()
    assert planned(make_subscription(kinds=("found",)), around()).new == ()
    assert planned(make_subscription(to=("feed",)), around()).new == ()
    assert planned(make_subscription(kinds=("heartbeat",)), around()).new != ()


def test_one_message_per_address_names_what_is_blind(ours: House, make_fact: Make, make_subscription: Make) -> None:
    other = Council("autre-ville", "Autreville", "commune", department="01", region="84")
    deaf = source(
        id="autre-ville/site", council=other, label="autre-ville", state="blind", failures=4,
        last_success_at=datetime(2026, 2, 20, 9, tzinfo=UTC),
    )  # fmt: skip
    known = around([session(flagged=2)], [source(), deaf])
    known = replace(known, since={"un": BEFORE, "deux": BEFORE})
    both = [make_subscription("un", councils=(TOWN.id,)), make_subscription("deux", councils=(other.id, "personne"))]
    due = [alert for alert in plan([], [], both, {}, Settings(), NOW, known).new if alert.kind == "heartbeat"]
    facts = [
        make_fact(council=TOWN),
        make_fact("i-2", council=TOWN, first_seen_at=NOW - timedelta(days=9)),
        make_fact("i-3", council=TOWN, session_date=date(2025, 2, 3), starts_at=None),  # old minutes, read this week
    ]
    ((subject, text),) = written(ours, due, facts, both, known)
    assert subject == "Bilan de la semaine : 2 conseils suivis, 1 séance à venir, 1 sans nouvelles"
    for said in (
        "Conseils suivis : 2", "Sans nouvelles : 1", "Points repérés cette semaine : 1",
        "vendredi 13 mars 2026 à 18 h 30 : Valmont, conseil municipal (2 points repérés)",
        "Autreville : nous n’y lisons plus rien (lu le 20 février 2026 à 10 h)", "Valmont : lu le 9 mars 2026 à 9 h 30",
        "que personne ne suit : personne.", "abonnement « un » ; bilan hebdomadaire",
        "Valmont, 12 mars 2026 : 7. Extension du dispositif",
    ):  # fmt: skip
        assert said in text, said
    assert text.index("Autreville") < text.index("Valmont : lu le")


def test_a_source_that_nobody_read_for_a_week_is_no_silence(ours: House, make_subscription: Make) -> None:
    known = around([], [source(last_success_at=NOW - timedelta(days=8))])
    due = planned(make_subscription(), known).new
    ((subject, text),) = written(ours, due, [], [make_subscription()], known)
    assert subject.endswith("1 sans nouvelles")
    assert "Valmont : sans nouvelles depuis plus d’une semaine (lu le 1er mars 2026 à 10 h)" in text
    beside = source(id="x/scdl", label="x/scdl", state="blind", decides=False)  # publishes after votes only
    known = around([], [source(), beside])
    ((subject, text),) = written(ours, planned(make_subscription(), known).new, [], [make_subscription()], known)
    assert "sans nouvelles" not in subject
    assert "scdl, nous n’y lisons plus rien" in text


def test_a_week_in_which_nothing_happened(ours: House, make_subscription: Make) -> None:
    known = around([], [])
    due = planned(make_subscription(), known).new
    ((subject, text),) = written(ours, due, [], [make_subscription()], known, "en")
    assert subject == "The week: 0 councils watched, 0 sessions ahead"
    assert "nothing can be told" in text


# --------------------------------------------------------------------------- outages


@pytest.fixture
def operator(make_subscription: Make) -> Subscription:
    return make_subscription(kinds=("blind", "recovered"))  # type: ignore[no-any-return]


LAST = datetime(2026, 3, 8, 9, tzinfo=UTC)


def test_blind_once_per_outage_and_recovered_once(operator: Subscription) -> None:
    def known(**values: Any) -> Around:
        return around([], [source(**({"last_success_at": LAST} | values))])

    assert planned(operator, known(state="blind", failures=1)).new == ()
    out = planned(operator, known(state="blind", failures=2))
    assert [alert.kind for alert in out.new] == ["blind"]
    existing = told(out)
    worse = known(state="blocked", failures=9, state_since=NOW + timedelta(days=1))
    assert planned(operator, worse, existing, now=NOW + timedelta(days=2)) == Plan()
    back = known(last_success_at=NOW + timedelta(days=2), state_since=NOW + timedelta(days=2))
    recovered = planned(operator, back, existing, now=NOW + timedelta(days=2, hours=1))
    assert [alert.kind for alert in recovered.new] == ["recovered"]
    existing |= told(recovered)
    assert planned(operator, back, existing, now=NOW + timedelta(days=2, hours=9)) == Plan()
    again = known(state="blind", failures=2, last_success_at=NOW + timedelta(days=2))
    second = planned(operator, again, existing, now=NOW + timedelta(days=4))
    assert [alert.kind for alert in second.new] == ["blind"]


def test_after_how_many_failures_is_configured(operator: Subscription) -> None:
    known = around([], [source(state="blind", failures=3)])
    assert planned(operator, known, blind_after=4).new == ()
    assert planned(operator, known, blind_after=3).new != ()


def test_watchers_are_not_told_of_outages(make_subscription: Make) -> None:
    known = around([], [source(state="blind", failures=5)], since=NOW)
    assert planned(make_subscription(), known).new == ()


def test_who_begins_later_hears_of_no_recovery_of_long_ago(operator: Subscription) -> None:
    out = told(planned(operator, around([], [source(state="blind", failures=2, last_success_at=LAST)])))
    back = around([], [source(last_success_at=NOW, state_since=NOW)])
    assert planned(operator, back, out, now=NOW + timedelta(days=30)) == Plan()


def test_an_outage_that_ends_before_the_message_leaves_is_no_news(operator: Subscription) -> None:
    waiting = told(planned(operator, around([], [source(state="blind", failures=2, last_success_at=LAST)])), "planned")
    back = planned(operator, around(), waiting)
    assert back.new == ()
    assert [why for _, why in back.dropped] == ["the source works again"]


def test_many_outages_are_one_message(ours: House, operator: Subscription) -> None:
    towns = [Council(f"ville-{n}", f"Ville {n}", "commune") for n in range(30)]
    deaf = [
        source(
            id=f"{town.id}/site", council=town, label=town.id, state="blind", failures=2, last_success_at=LAST,
            reason="nothing found\r\nBcc: victime@example.org",
        )
        for town in towns
    ]  # fmt: skip
    known = around([], deaf)
    due = planned(operator, known).new
    ((subject, text),) = written(ours, due, [], [operator], known)
    assert subject == "30 sources aveugles : Ville 0, Ville 1, Ville 10 et 27 autres".replace(" et 27", ", et 27")
    read = "nous n’y lisons plus rien (lu le 8 mars 2026 à 10 h)"
    assert f"Ville 7 (ville-7) : {read} ; 2 échecs de suite ; nothing found Bcc" in text
    assert "ne prouve rien" in text


# --------------------------------------------------------------------------- hostile texts

HOSTILE = (
    "Titre\r\nBcc: victime@example.org\n\n<script>alert(1)</script> \u202egnp.exe\u2066 \x00\x07\x1b[31m"
    '" onmouseover="x" {{ 7*7 }} =1+1 &amp; ' + "A" * 10_000
)


@pytest.mark.parametrize("kind", ["late-agenda", "heartbeat", "blind"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_nothing_fetched_breaks_a_message(
    kind: str, language: Any, ours: House, make_fact: Make, make_subscription: Make
) -> None:
    town = replace(TOWN, name=HOSTILE)
    bad = session(council=town, body=HOSTILE, place=HOSTILE, document_url="javascript:alert(1)")
    deaf = source(council=town, state="ok" if kind == "late-agenda" else "blind", failures=3, reason=HOSTILE)
    known = around([bad], [deaf])
    reader = make_subscription(councils=(TOWN.id,), kinds=(kind,))
    facts = [make_fact(council=town, item_title=HOSTILE, first_seen_at=NOW - timedelta(days=2))]
    due = planned(reader, known).new
    ((notice,),) = gather(due, facts, [], [reader], Settings(), NOW, known).sessions
    spoken = words(language)
    body = compose(view(notice, ours, spoken, NOW), spoken, ours, notice.address, message_key(notice), NOW)
    message = email.message_from_bytes(body, policy=policy.default)
    assert "Bcc" not in message
    assert "\n" not in str(message["Subject"])
    page = message.get_body(("html",)).get_content()  # type: ignore[attr-defined]
    tree = etree.fromstring(page.partition(">")[2].strip())  # without its doctype
    assert not tree.xpath("//script")
    assert not tree.xpath("//@onmouseover")
    assert not tree.xpath("//a[starts-with(@href, 'javascript')]")
    text = message.get_body(("plain",)).get_content()  # type: ignore[attr-defined]
    for sign in "\x00\x07\x1b\u202e\u2066":
        assert sign not in page + text
    assert max(map(len, text.splitlines())) < 400
