"""Results of votes: to whom, once, in which words, and what can still be done."""

from __future__ import annotations

import email
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import policy
from typing import Any

import pytest

from alerts.gather import gather
from alerts.message import compose
from alerts.notice import House
from alerts.planner import Around, Plan, Settings, plan
from alerts.planning.matter import SessionFact, VoteFact
from alerts.view import view
from alerts.wording import words
from crawler.models import Alert, AlertFact, Council, Outcome, Subscription

Make = Callable[..., Any]
NOW = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)  # the Monday after the session
BEFORE = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
TOWN = Council("ville-de-valmont", "Valmont", "commune", department="69", region="84", population=9000)
ADOPTED = Outcome("adopted", 32, 7, 2)


def vote(item: str = "i-1", **values: Any) -> VoteFact:
    given: dict[str, Any] = {
        "seen_at": NOW - timedelta(hours=1), "document_url": "https://valmont.example/deliberation-7.pdf",
        "document_kind": "deliberation", "page": 2, "known_since": BEFORE,
    }  # fmt: skip
    return VoteFact(item, **(given | values))


def around(*votes: VoteFact, since: datetime | None = BEFORE, sessions: tuple[SessionFact, ...] = ()) -> Around:
    return Around(
        votes={each.item_id: each for each in votes},
        sessions=sessions,
        since={} if since is None else {"collectif": since},
    )


@pytest.fixture
def voted(make_fact: Make) -> Callable[..., AlertFact]:
    def made(item: str = "i-1", **values: Any) -> AlertFact:
        given: dict[str, Any] = {"council": TOWN, "session_status": "held", "outcome": ADOPTED}
        return make_fact(item, **(given | values))  # type: ignore[no-any-return]

    return made


def after(subscription: Subscription, facts: list[AlertFact], known: Around, existing: Any = None) -> Plan:
    return plan(facts, [], [subscription], existing or {}, Settings(), NOW, known)


def kinds(planned: Plan) -> list[str]:
    return sorted(alert.kind for alert in planned.new if alert.kind != "heartbeat")


def told(planned: Plan, state: str = "sent") -> dict[Any, Alert]:
    return {alert.key: replace(alert, state=state) for alert in planned.new}  # type: ignore[arg-type]


def test_a_subscription_older_than_the_session_hears_the_result_once(make_subscription: Make, voted: Make) -> None:
    planned = after(make_subscription(), [voted()], around(vote()))
    assert [(a.kind, a.subject, a.occasion) for a in planned.new if a.kind == "outcome"] == [
        ("outcome", "i-1", "adopted")
    ]
    counted_later = voted(outcome=Outcome("adopted", 33, 7, 2))
    again = after(make_subscription(), [counted_later], around(vote(page=9)), told(planned))
    assert again == Plan()


def test_a_different_result_is_told(make_subscription: Make, voted: Make) -> None:
    first = told(after(make_subscription(), [voted()], around(vote())))
    planned = after(make_subscription(), [voted(outcome=Outcome("rejected", 7, 32))], around(vote()), first)
    assert [(a.kind, a.occasion) for a in planned.new] == [("outcome", "rejected")]


@pytest.mark.parametrize(
    ("since", "values", "seen"),
    [
        (NOW - timedelta(days=1), {}, {}),  # made after the session
        (datetime(2026, 3, 12, 7, tzinfo=UTC), {}, {}),  # on its very day
        (None, {}, {}),
        (BEFORE, {"score": 0.2}, {}),
        (BEFORE, {"outcome": None}, {}),
        (BEFORE, {}, {"late": True}),  # a better reader is no news of the council
        (BEFORE, {}, {"seen_at": NOW - timedelta(days=31)}),
        (BEFORE, {}, {"known_since": NOW - timedelta(days=1)}),  # a council that is new to us, with all its past
        (BEFORE, {}, {"known_since": None}),
        (BEFORE, {"session_date": date(2026, 3, 20), "starts_at": None}, {}),  # not held yet: the date is misread
    ],
)
def test_who_is_not_told(
    since: datetime | None, values: dict[str, Any], seen: dict[str, Any], make_subscription: Make, voted: Make
) -> None:
    assert kinds(after(make_subscription(), [voted(**values)], around(vote(**seen), since=since))) == []


def test_who_was_told_before_hears_the_result_however_new_the_subscription(
    make_fact: Make, make_subscription: Make, voted: Make
) -> None:
    found = plan([make_fact(council=TOWN)], [], [make_subscription()], {}, Settings(), BEFORE)
    existing = told(found) | {}
    planned = after(make_subscription(), [voted(score=0.2)], around(vote(), since=NOW), existing)
    assert "outcome" in kinds(planned)
    never_sent = told(found, "dropped")
    assert "outcome" not in kinds(after(make_subscription(), [voted()], around(vote(), since=NOW), never_sent))
    elsewhere = make_subscription(topics=("drones",))  # what its owner no longer asks for
    assert "outcome" not in kinds(after(elsewhere, [voted()], around(vote(), since=NOW), existing))


def test_only_those_who_take_the_kind(make_subscription: Make, voted: Make) -> None:
    assert kinds(after(make_subscription(kinds=("found",)), [voted()], around(vote()))) == []
    assert kinds(after(make_subscription(kinds=("outcome",)), [voted()], around(vote()))) == ["outcome"]


def test_what_was_never_announced_says_so_under_its_condition(make_subscription: Make, voted: Make) -> None:
    read = datetime(2026, 3, 6, 9, tzinfo=UTC)
    never = vote(announced=False, agenda_read_at=read)
    assert kinds(after(make_subscription(), [voted()], around(never))) == ["outcome", "unannounced"]
    assert kinds(after(make_subscription(), [voted()], around(vote(announced=None, agenda_read_at=read)))) == [
        "outcome"
    ]
    assert kinds(after(make_subscription(), [voted()], around(vote(announced=False)))) == ["outcome"]
    first = told(after(make_subscription(), [voted()], around(never)))
    assert after(make_subscription(), [voted()], around(never), first) == Plan()


def test_a_planned_result_that_changes_before_it_leaves_is_replaced(make_subscription: Make, voted: Make) -> None:
    waiting = told(after(make_subscription(), [voted()], around(vote())), "planned")
    planned = after(make_subscription(), [voted(outcome=Outcome("withdrawn"))], around(vote()), waiting)
    assert [a.occasion for a in planned.new] == ["withdrawn"]
    assert [why for _, why in planned.dropped] == ["the result is no longer stated, or no news"]


# --------------------------------------------------------------------------- words


def written(
    ours: House, subscription: Subscription, facts: list[AlertFact], known: Around, language: Any = "fr"
) -> tuple[str, str]:
    """(subject, text) of the only message."""
    planned = after(subscription, facts, known)
    due = [alert for alert in planned.new if alert.kind in ("outcome", "unannounced")]
    gathered = gather(due, facts, [], [subscription], Settings(), NOW, known)
    assert gathered.dropped == ()
    ((notice,),) = gathered.sessions
    spoken = words(language)
    shown = view(notice, ours, spoken, NOW)
    message = email.message_from_bytes(compose(shown, spoken, ours, notice.address, "k", NOW), policy=policy.default)
    part = message.get_body(("plain",))  # type: ignore[attr-defined]
    return str(message["Subject"]).replace("\u00a0", " "), re.sub(r"\s+", " ", part.get_content())


def test_a_result_in_french(ours: House, make_subscription: Make, voted: Make) -> None:
    following = SessionFact("s-9", TOWN, "conseil municipal", date(2026, 4, 9))
    subject, text = written(ours, make_subscription(), [voted()], around(vote(), sessions=(following,)))
    assert subject == "Adopté (32 à 7) : Valmont, conseil municipal du jeudi 12 mars 2026 : vidéosurveillance"
    for said in (
        "Le résultat d’un vote", "Résultat : adopté par 32 voix contre 7, 2 abstentions",
        "résultat lu dans : délibération, page 2", "https://valmont.example/deliberation-7.pdf",
        "si l’acte a été publié le 16 mars 2026, jour où nous en avons vu le résultat en ligne, le délai de deux mois "
        "s’achève le 18 mai 2026 (CJA, art. R421-1)",
        "Le préfet peut déférer l’acte", "au plus tard le 19 mars 2026 (CGCT, art. L2121-25)",
        "s’il est arrêté à la séance du 9 avril 2026, il est à publier au plus tard le 16 avril 2026",
        "(CGCT, art. L2121-26)", "Information, pas un conseil juridique.",
    ):  # fmt: skip
        assert said in text, said
    assert "avant le vote" not in text
    assert "illégal" not in text


def test_a_rejected_item_has_nothing_to_appeal_against(ours: House, make_subscription: Make, voted: Make) -> None:
    subject, text = written(ours, make_subscription(), [voted(outcome=Outcome("rejected", 1, 20, 1))], around(vote()))
    assert subject.startswith("Rejeté (1 à 20) : ")
    assert "rejeté par 20 voix contre 1, 1 abstention" in text
    assert "tribunal" not in text
    assert "peut revenir" in text


def test_several_results_of_one_session_are_one_message(ours: House, make_subscription: Make, voted: Make) -> None:
    second = voted("i-2", item_number="8", outcome=Outcome("adopted", unanimous=True))
    subject, text = written(ours, make_subscription(), [voted(), second], around(vote(), vote("i-2")))
    assert subject.startswith("Résultats : Valmont")
    assert "Les résultats de 2 votes" in text
    assert "adopté à l’unanimité" in text


def test_an_unannounced_item_names_the_agenda_that_was_read(ours: House, make_subscription: Make, voted: Make) -> None:
    never = vote(announced=False, agenda_read_at=datetime(2026, 3, 6, 9, tzinfo=UTC))
    subject, text = written(ours, make_subscription(), [voted()], around(never))
    assert subject.startswith("Voté sans que nous l’ayons trouvé à l’ordre du jour : Valmont")
    assert "nous ne l’avons pas trouvé à l’ordre du jour lu le 6 mars 2026" in text


def test_a_result_from_a_private_paper_names_neither_it_nor_a_day(
    ours: House, make_subscription: Make, voted: Make
) -> None:
    handed = vote(private=True, document_url="file:/srv/depot/pv.pdf")
    _, text = written(ours, make_subscription(), [voted(private=True, document_url="file:/srv/x.pdf")], around(handed))
    assert "/srv" not in text
    assert "si l’acte a été publié" not in text
    assert "deux mois à compter de la publication de l’acte, dont nous ne connaissons pas la date" in text


def test_a_result_in_english(ours: House, make_subscription: Make, voted: Make) -> None:
    subject, text = written(ours, make_subscription(), [voted()], around(vote()), "en")
    assert subject.startswith("Adopted (32 to 7): Valmont")
    assert "adopted by 32 votes to 7, 2 abstentions" in text
    assert "Information, no legal advice." in text


def test_no_deadline_that_has_passed(ours: House, make_subscription: Make, voted: Make) -> None:
    old = voted(session_date=date(2026, 3, 2), starts_at=None)
    _, text = written(ours, make_subscription(), [old], around(vote(), since=BEFORE - timedelta(days=9)))
    assert "Liste des délibérations" not in text
