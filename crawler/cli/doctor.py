"""``tocsin doctor``: a line per thing that must be right, and the remedy where it is not."""

from __future__ import annotations

from dataclasses import asdict

import click

from crawler.cli.app import App, clean, pass_app, print_json
from crawler.cli.check import Check
from crawler.cli.check_home import home_checks
from crawler.cli.check_machine import disk_check, machine_checks
from crawler.cli.filters import json_option
from crawler.cli.tables import plural, wrapped

NAMES, WIDTH = 13, 99
COLOURS = {"ok": "green", "warning": "yellow", "problem": "red"}


@click.command()
@json_option
@pass_app
def doctor(app: App, as_json: bool) -> int:
    """Look at the machine and the home, and say what is missing and how to put it right.

    Nothing is changed and nobody is connected to. Exit code 1 where there is a problem.
    """
    checks = [*machine_checks(app.now()), disk_check(app.home.root), *home_checks(app)]
    problems = sum(check.state == "problem" for check in checks)
    if as_json:
        print_json({"ok": not problems, "checks": [asdict(check) for check in checks]})
        return int(bool(problems))
    for check in checks:
        _show(check)
    warnings = sum(check.state == "warning" for check in checks)
    told = [plural(number, word) for number, word in ((problems, "problem"), (warnings, "warning")) if number]
    click.echo(f"\n{', '.join(told) or 'all is well'}")
    return int(bool(problems))


def _show(check: Check) -> None:
    margin = " " * (10 + NAMES + 1)
    text = wrapped(check.found, margin, WIDTH).lstrip()
    state = click.style(f"{check.state:9}", fg=COLOURS[check.state])
    click.echo(f"{state} {check.name:{NAMES}} {text}")
    if check.remedy and check.state != "ok":
        click.echo(f"{margin}→ {clean(check.remedy)}")  # never wrapped: it is there to be copied
