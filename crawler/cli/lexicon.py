"""``tocsin lexicon``: check the word lists, try them on a text, score them on labelled lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from crawler.cli.app import App
from crawler.cli.tables import plural, print_rows
from crawler.errors import UsageError
from crawler.models import FlagClaim
from db.store.reviews import Reviews
from pipelines.lexicon_files import compile_files
from pipelines.lexicon_reviews import TermScore, labelled_reviews, term_scores
from pipelines.lexicon_scores import KINDS, Report, Score, Wrong, interval, item_flag, labelled, score
from pipelines.lexicon_trials import ALERT, count, explain, failures
from pipelines.lexicon_types import Lexicon
from pipelines.lexicons import load, shipped
from pipelines.matching import Hit, judged


@click.group()
def lexicon() -> None:
    """Check the word lists that flag items, or try them on a text."""


@lexicon.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(as_json: bool) -> int:
    """Validate every file and run the examples of every entry; exit 1 when one fails."""
    compiled, problems = compile_files(shipped())
    rows = [{"file": p.path, "entry": p.key, "problem": f"{p.problem}; {p.remedy}"} for p in problems]
    if compiled:
        rows += [
            {"file": failure.file, "entry": failure.entry, "problem": f"{failure.problem}: {failure.text}"}
            for failure in failures(compiled)
        ]
    examples = count(compiled) if compiled else 0
    version = compiled.version if compiled else None
    if as_json:
        summary = {"version": version, "topics": len(compiled.topics) if compiled else 0, "examples": examples}
        click.echo(json.dumps({**summary, "problems": rows}, ensure_ascii=False, indent=2))
    elif rows:
        print_rows(rows, as_json=False)
    else:
        topics = len(compiled.topics) if compiled else 0
        click.echo(f"lexicon {version}: {topics} topics, {examples} examples, all as expected")
    return 1 if rows else 0


@lexicon.command("try")
@click.argument("text")
@click.option("--title", help="The title above TEXT, which is then the body of an item.")
@click.option("--kind", type=click.Choice(KINDS), default="draft", show_default=True, help="Of the document.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def try_text(text: str, title: str | None, kind: Any, as_json: bool) -> None:
    """Show what TEXT would match as the title of an item: topic, term, words, score and why.

    With --title, TEXT is what stands below it in a document of that kind.
    """
    words = load()
    found = judged(text, words, above=title or "")
    claim = item_flag(title or text, text if title else "", kind if title else "agenda", words)
    if as_json:
        print_rows([_row(hit, text, words) for hit in found], as_json=True)
        return
    for hit in found:
        score = "0" if hit.excluded else f"{hit.score:.2f}"
        click.echo(
            f"{score:>4}  {hit.topic} · {hit.kind} {hit.term} · « {' '.join(text[hit.start : hit.end].split())} »"
        )
        click.echo(f"      {explain(hit, words)}")
    if not found:
        click.echo("no term of the lexicon")
    click.echo(f"\n{_verdict(claim)}")


def _row(hit: Hit, text: str, words: Lexicon) -> dict[str, object]:
    return {
        "topic": hit.topic,
        "term": hit.term,
        "kind": hit.kind,
        "words": text[hit.start : hit.end],
        "start": hit.start,
        "end": hit.end,
        "score": 0.0 if hit.excluded else hit.score,
        "excluded": hit.excluded or None,
        "missing": [list(group) for group in hit.missing],
        "markers": list(hit.markers),
        "why": explain(hit, words),
    }


def _verdict(claim: FlagClaim | None) -> str:
    """What an item with this title, or with this body, would get."""
    if claim is None:
        return "not flagged"
    topics = ", ".join(claim.topics)
    if claim.score < ALERT:
        return f"not flagged: only hints ({topics}, {claim.score:.2f}), shown from {ALERT:.2f} on"
    stance = f", stance: {claim.stance}" if claim.stance else ""
    return f"flagged: {topics} ({claim.score:.2f}{stance})"


@lexicon.command("score")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option("--reviews", is_flag=True, help="What this home's reviewers said of flags, instead of FILE or beside it.")
@click.option("--errors", is_flag=True, help="List the texts that were judged wrongly.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def score_file(context: click.Context, file: Path | None, reviews: bool, errors: bool, as_json: bool) -> None:
    """Precision, recall and F1 by topic on FILE, with counts and 95 % Wilson intervals.

    FILE has one JSON object a line, with "topics" and either "text" (a title) or "title", "body" and "kind" (an item).
    With --reviews, flags that were dismissed count as about nothing, confirmed ones as about their topics; and each
    term is listed with how often it was right.
    """
    if file is None and not reviews:
        raise UsageError("lexicon score: name a FILE of labelled texts, or say --reviews")
    lines = file.read_bytes().decode("utf-8-sig", "replace").splitlines() if file else []
    said = _reviews(context.find_object(App)) if reviews else []
    report = score([*labelled(lines, str(file)), *labelled_reviews(said)], load())
    terms = term_scores(said)
    if as_json:
        wrong = {"errors": [_error(each) for each in report.wrong]} if errors else {}
        rows = [_numbers(each) for each in report.scores]
        summary = {"texts": report.texts, "about_nothing": report.plain, "false_flags": report.false_flags}
        counted = {"reviews": len(said), "terms": [_term_numbers(each) for each in terms]} if reviews else {}
        click.echo(json.dumps({**summary, "scores": rows, **counted, **wrong}, ensure_ascii=False, indent=2))
        return
    print_rows([_cells(each) for each in report.scores], as_json=False)
    click.echo(f"\n{_false(report)}")
    if reviews:
        _print_terms(terms, len(said))
    for each in report.wrong if errors else ():
        told = [f"missed {topic}" for topic in each.missed] + [
            f"false {topic} ({each.found[topic]})" for topic in each.false
        ]
        click.echo(f"line {each.row.line}: {', '.join(told)}: {each.row.title[:90]}")


def _reviews(app: App | None) -> list[dict[str, Any]]:
    """The reviews that hold in the home, each with its evidence. Raises UsageError where there is no home."""
    if app is None or not app.home.desk.exists():
        raise UsageError("--reviews: no home with reviews here; name it with --home DIR")
    with Reviews(app.home) as reviews:
        return reviews.last()


def _print_terms(terms: list[TermScore], reviews: int) -> None:
    click.echo(f"\n{plural(reviews, 'flag')} reviewed; terms by how often they were right:\n")
    rows = [
        {"topic": each.topic, "term": each.term, "precision": _share(each.confirmed, each.confirmed + each.dismissed)}
        for each in terms
    ]
    print_rows(rows, as_json=False, empty="no term yet: tocsin review list")


def _term_numbers(each: TermScore) -> dict[str, object]:
    total = each.confirmed + each.dismissed
    return {
        "topic": each.topic,
        "term": each.term,
        "confirmed": each.confirmed,
        "dismissed": each.dismissed,
        "precision": round(each.precision, 3),
        "precision_interval": [round(end, 3) for end in interval(each.confirmed, total)],
    }


def _numbers(each: Score) -> dict[str, object]:
    rates = {"precision": each.precision, "recall": each.recall, "f1": each.f1}
    return {
        "topic": each.topic,
        "right": each.right,
        "false": each.false,
        "missed": each.missed,
        **{name: None if rate is None else round(rate, 3) for name, rate in rates.items()},
        "precision_interval": [round(end, 3) for end in interval(each.right, each.right + each.false)],
        "recall_interval": [round(end, 3) for end in interval(each.right, each.right + each.missed)],
    }


def _cells(each: Score) -> dict[str, object]:
    return {
        "topic": each.topic,
        "precision": _share(each.right, each.right + each.false),
        "recall": _share(each.right, each.right + each.missed),
        "f1": "–" if each.f1 is None else f"{each.f1:.3f}",
    }


def _share(right: int, total: int) -> str:
    if not total:
        return "–"
    low, high = interval(right, total)
    return f"{100 * right / total:.1f} % ({right}/{total}; {100 * low:.0f}–{100 * high:.0f})"


def _false(report: Report) -> str:
    if not report.plain:
        return f"{report.texts} texts, each about a topic"
    rate = 1000 * report.false_flags / report.plain
    return f"false flags: {report.false_flags} in {report.plain} texts about nothing, {rate:.1f} per 1,000"


def _error(each: Wrong) -> dict[str, object]:
    return {
        "line": each.row.line,
        "title": each.row.title,
        "missed": list(each.missed),
        "false": {topic: each.found[topic] for topic in each.false},
    }
