"""The ``tocsin`` command: finds each subcommand in a module of its own, and turns errors into exit codes.

Exit codes (DESIGN §6): 0 done, 1 a source is blind or something failed, 2 wrong usage or configuration.
"""

from __future__ import annotations

import signal
import sys
from importlib import import_module

import click

from crawler.cli.app import App
from crawler.errors import TocsinError, UsageError

# name -> module of crawler.cli that defines a click command of that name; imported only when asked for.
COMMANDS = {
    "init": "setup",
    "demo": "demo",
    "add": "setup",
    "registry": "registry",
    "sources": "sources",
    "crawl": "crawl",
    "ingest": "ingest",
    "reprocess": "reprocess",
    "watch": "watch",
    "alerts": "alerts",
    "subscribe": "subscriptions",
    "unsubscribe": "subscriptions",
    "subscriptions": "subscriptions",
    "upcoming": "listings",
    "flagged": "listings",
    "search": "search",
    "show": "show",
    "letter": "letter",
    "export": "export",
    "review": "review",
    "dossier": "dossier",
    "revalidate": "revalidate",
    "backup": "backup",
    "takedown": "takedown",
    "lexicon": "lexicon",
    "serve": "serve",
    "status": "status",
    "doctor": "doctor",
}
HOISTED = ("--home", "--now")


class Commands(click.Group):
    """A group that imports a command's module only when it is used: ``tocsin --help`` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(f"crawler.cli.{COMMANDS[cmd_name]}"), cmd_name)
        assert isinstance(command, click.Command)
        return command


def hoist(arguments: list[str]) -> list[str]:
    """Move ``--home`` and ``--now`` in front of the command: they may stand before or after it."""
    front: list[str] = []
    rest: list[str] = []
    queue = iter(arguments)
    for word in queue:
        if word == "--":
            rest += [word, *queue]
        elif word in HOISTED:
            front += [word, *[value for value in [next(queue, None)] if value is not None]]
        elif word.startswith(tuple(f"{name}=" for name in HOISTED)):
            front.append(word)
        else:
            rest.append(word)
    return front + rest


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="--home and --now may also stand after the command.",
)
@click.option("--home", metavar="DIR", help="The home folder [default: $TOCSIN_HOME, else ./tocsin-home].")
@click.option("--now", metavar="ISO-8601", help="Fix the clock (without offset: Europe/Paris).")
@click.version_option(package_name="tocsin", prog_name="tocsin")
@click.pass_context
def cli(ctx: click.Context, home: str | None, now: str | None) -> None:
    """Watch French local democracy: find the votes on surveillance technology before they are held."""
    ctx.obj = App.make(home, now)


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code; errors become one line on standard error."""
    try:
        result = cli.main(args=hoist(arguments), prog_name="tocsin", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return 130
    except UsageError as error:
        click.echo(f"tocsin: {error}", err=True)
        return 2
    except TocsinError as error:
        click.echo(f"tocsin: {error}", err=True)
        return 1
    return result if isinstance(result, int) else 0


def _ended(signum: int, _frame: object) -> None:
    """SIGTERM unwinds as Ctrl-C does: else copies of private documents would stay in the temporary folder."""
    raise SystemExit(128 + signum)


def main() -> None:
    """Entry point of the console script; ``crawl`` and ``watch`` heed SIGTERM in ways of their own."""
    signal.signal(signal.SIGTERM, _ended)
    sys.exit(run(sys.argv[1:]))
