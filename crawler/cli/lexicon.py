"""``tocsin lexicon``: check the word lists, try them on a text, score them on labelled lines."""

from __future__ import annotations

import json
from pathlib import Path

import click

from crawler.cli.app import print_rows
from pipelines.lexicon_files import compile_files
from pipelines.lexicon_trials import explain, failures, labelled, score, topics_of
from pipelines.lexicons import load, shipped
from pipelines.matching import judged


@click.group()
def lexicon() -> None:
    """Check the word lists that flag items, or try them on a text."""


@lexicon.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(as_json: bool) -> int:
    """Validate every file and run its examples; exit 1 when one fails."""
    compiled, problems = compile_files(shipped())
    rows = [{"file": p.path, "entry": p.key, "problem": f"{p.problem}; {p.remedy}"} for p in problems]
    if compiled:
        rows += [
            {
                "file": f"{failure.topic}.toml",
                "entry": "examples",
                "problem": f"{'not flagged' if failure.expected else f'flagged ({failure.score})'}: {failure.text}",
            }
            for failure in failures(compiled)
        ]
    examples = sum(len(t.positive) + len(t.negative) for t in compiled.topics.values()) if compiled else 0
    version = compiled.version if compiled else None
    if as_json:
        summary = {"version": version, "topics": len(compiled.topics) if compiled else 0, "examples": examples}
        click.echo(json.dumps({**summary, "problems": rows}, ensure_ascii=False, indent=2))
    elif rows:
        print_rows(rows, as_json=False)
    else:
        count = len(compiled.topics) if compiled else 0
        click.echo(f"lexicon {version}: {count} topics, {examples} examples, all as expected")
    return 1 if rows else 0


@lexicon.command("try")
@click.argument("text")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def try_text(text: str, as_json: bool) -> None:
    """Show what TEXT would match as the title of an item: topic, term, words, score and why."""
    words = load()
    rows = [
        {
            "topic": hit.topic,
            "term": hit.term,
            "words": text[hit.start : hit.end],
            "start": hit.start,
            "end": hit.end,
            "score": 0.0 if hit.excluded else hit.score,
            "why": explain(hit),
        }
        for hit in judged(text, words)
    ]
    print_rows(
        rows, as_json=as_json, columns=("topic", "term", "words", "score", "why"), empty="no term of the lexicon"
    )
    if not as_json:
        found = ", ".join(f"{topic} ({best})" for topic, best in topics_of(text, words).items())
        click.echo(f"\nflagged: {found}" if found else "\nnot flagged")


@lexicon.command("score")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def score_file(file: Path, as_json: bool) -> None:
    """Precision, recall and F1 by topic on FILE: one JSON object a line, with "text" and "topics"."""
    lines = file.read_bytes().decode("utf-8-sig", "replace").splitlines()
    scores = score(labelled(lines, str(file)), load())
    rows = [
        {
            "topic": each.topic,
            "right": each.right,
            "false": each.false,
            "missed": each.missed,
            "precision": _rate(each.precision),
            "recall": _rate(each.recall),
            "f1": _rate(each.f1),
        }
        for each in scores
    ]
    print_rows(rows, as_json=as_json)


def _rate(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
