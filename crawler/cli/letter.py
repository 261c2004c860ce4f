"""``tocsin letter``: a draft to the council about one flag, with the facts filled in."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import click

from alerts.checklist import NotePage, check
from alerts.letters import LetterKind, as_docx, as_text
from alerts.letters import letter as draft_of
from crawler.cli.app import App, pass_app
from crawler.errors import UsageError
from crawler.models import AlertFact
from db.notes import Notes
from db.queries import Reader

NOTICE = "A draft to read over and sign: information, no legal advice. What stands in [brackets] is yours to fill in."


@click.command()
@click.argument("kind", type=click.Choice(("documents", "postponement")))
@click.argument("flag", metavar="FLAG")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it to FILE.docx or FILE.txt.")
@click.option(
    "--language", type=click.Choice(("fr",)), default="fr", show_default=True, help="Councils are written to in French."
)
@pass_app
def letter(app: App, kind: str, flag: str, out: Path | None, language: str) -> None:
    """Draft a letter about FLAG (f-… of tocsin flagged): ask for the documents, or that the item be postponed.

    Before the vote, drafts are asked for as a courtesy; afterwards, the documents are asked for by right. A request to
    postpone is offered for an item on video surveillance whose note was read and lacks what a court has asked for.
    """
    _ = language  # the one there is
    if out is not None and out.suffix.lower() not in (".docx", ".txt"):
        raise UsageError(f"{out}: the name must end in .docx or .txt")
    fact = _fact(app, flag)
    with Notes(app.home, private=False) as notes:
        rows = notes.notes(fact.item_id) if fact.item_id else []
    pages = [NotePage(row["text"], row["page"], row["url"]) for row in rows]
    draft = draft_of(cast(LetterKind, kind), fact, check(pages), app.now())
    if out is None:
        click.echo(as_text(draft), nl=False)
    else:
        try:
            out.write_bytes(as_docx(draft) if out.suffix.lower() == ".docx" else as_text(draft).encode())
        except OSError as error:
            raise UsageError(f"cannot write {out}: {error.strerror}") from None
        click.echo(f"wrote {out}")
    click.echo(NOTICE, err=True)


def _fact(app: App, flag: str) -> AlertFact:
    _ = app.config  # says so where there is no home
    with Reader(app.home) as reader:
        found = next((fact for fact in reader.alert_facts() if fact.flag_id == flag.strip()), None)
    if found is None:
        raise UsageError(f"no flag has the id {flag!r}; ids stand in tocsin flagged")
    return found
