"""The files of the lexicon: shipped ones are sound, and mistakes are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.models import TOPICS
from pipelines.lexicon_files import compile_files
from pipelines.lexicon_trials import count, failures
from pipelines.lexicons import build, load, shipped

BEST = ("video-surveillance", "facial-recognition", "algorithmic-video", "drones")


def test_every_topic_has_a_label_and_examples() -> None:
    lexicon = load()
    assert set(lexicon.topics) == set(TOPICS)
    for topic in lexicon.topics.values():
        least = 12 if topic.id in BEST else 5
        assert len(topic.positive) >= least, topic.id
        assert len(topic.negative) >= least, topic.id
        assert topic.label["fr"] and topic.label["en"]


def test_every_example_is_judged_as_its_file_says() -> None:
    assert list(failures(load())) == []


def test_every_entry_and_every_false_friend_has_its_examples() -> None:
    lexicon = load()
    rows = [row for topic in lexicon.topics.values() for row in (*topic.entries, *topic.exclusions)]
    assert all(row.examples.on for row in (*rows, *lexicon.exclusions))
    assert count(lexicon) > 600


FAILING = [
    ('"Un drone relèvera les dépôts sauvages"', '"Un drone de bois"', "weak drone-on-a-mission", "would need mission"),
    ('"Les drones chargés de filmer la foule"', '"Une toiture"', "weak drone-on-a-mission", "are not found"),
    (
        'near = ["Un drone pour le clocher',
        'near = ["Un drone survolera la plage',
        "weak drone-on-a-mission",
        "counts here",
    ),
    ('"Les toitures seront contrôlées. Un drone sera loué."', '"Un drone"', "exclude shows-and-roofs", "voids nothing"),
    ('near = ["Les abords seront contrôlés.', 'near = ["Les toitures.', "exclude shows-and-roofs", "voids a hit here"),
]


def test_an_example_that_fails_names_its_entry() -> None:
    files = shipped()
    text = files["drones.toml"].decode()
    for before, after, _, _ in FAILING:
        assert before in text
        text = text.replace(before, after, 1)
    files["drones.toml"] = text.encode()
    failed = list(failures(build(files)))
    for _, _, entry, problem in FAILING:
        assert any((each.file, each.entry) == ("drones.toml", entry) and problem in each.problem for each in failed)


def test_the_version_follows_the_data() -> None:
    files = shipped()
    assert build(files).version == load().version
    files["drones.toml"] += b"\n# a remark\n"
    assert build(files).version != load().version


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('terms = ["drone"]', 'terms = ["drone (police"]', ["drones.toml", "weak drone", "unbalanced"]),
        ('terms = ["drone"]', 'terms = ["d"]', ["drones.toml", "weak drone", "'d' has no word to look for"]),
        ('needs = ["watch"]', 'needs = ["wacht"]', ["drones.toml", "'wacht'", "one of"]),
        ('id = "drone"\n', 'id = "drone"\nscroe = 1\n', ["drones.toml", "weak drone", "unknown key 'scroe'"]),
        ('id = "drone"\n', 'id = "drone"\nalone = 9\n', ["drones.toml", "weak drone", "between 0 and 1"]),
        ('id = "drone"\n', 'id = "helicopter"\n', ["drones.toml", "helicopter", "used twice"]),
        ('en = "Drones"', "", ["drones.toml", "label", "fr and en"]),
        ("[label]", "[label", ["drones.toml", "is not TOML"]),
        ('id = "drones"', 'id = "dronse"', ["drones.toml", "'dronse'"]),
        ('scope = "sentence"', 'scope = "page"', ["drones.toml", "exclude shows", "'page'"]),
        (
            'examples = ["Un drone relèvera les dépôts sauvages", "Les drones chargés de filmer la foule"]',
            "",
            ["drones.toml", "drone-on-a-mission", "no examples"],
        ),
        ('pardon = ["purpose"]', 'pardon = ["porpoise"]', ["drones.toml", "shows-and-roofs", "'porpoise'"]),
        ('all = ["mission"]', 'all = ["missions"]', ["drones.toml", "flying-device", "all", "'missions'"]),
        ('id = "drone"\n', 'id = "drone"\nyields = ["dogs"]\n', ["drones.toml", "weak drone", "'dogs'"]),
        (
            'near = ["Un drone", "Inspection des toitures par drone"]',
            'near = "dogs"',
            ["weak drone", "near is not a list"],
        ),
        ('terms = ["UAS", "UAV", "RPAS"]', 'terms = ["U.A.S"]', ["drones.toml", "acronym UAS", "letters and digits"]),
    ],
)
def test_a_mistake_is_told_with_file_entry_and_problem(before: str, after: str, told: list[str]) -> None:
    files = shipped()
    text = files["drones.toml"].decode()
    assert before in text
    changed = {"drones.toml": text.replace(before, after, 1).encode(), "markers.toml": files["markers.toml"]}
    lexicon, problems = compile_files(changed)
    assert lexicon is None
    assert any(all(part in str(problem) for part in told) for problem in problems), problems


def test_all_mistakes_are_listed() -> None:
    files = shipped()
    del files["biometrics.toml"]
    files["drones.toml"] = b"id ="
    lexicon, problems = compile_files(files)
    assert lexicon is None
    assert {problem.path for problem in problems} == {"biometrics.toml", "drones.toml"}


def test_a_topic_without_examples_is_refused(tmp_path: Path) -> None:
    files = shipped()
    text = files["drones.toml"].decode()
    files["drones.toml"] = text[: text.index("[examples]")].encode()
    _, problems = compile_files(files)
    assert [problem.key for problem in problems] == ["examples.positive", "examples.negative"]
