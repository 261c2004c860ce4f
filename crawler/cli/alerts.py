"""``tocsin alerts``: what was planned and sent, what would be, and sending it now."""

from __future__ import annotations

import dataclasses
from collections import Counter

import click

from alerts import feeds
from alerts.outbox import deliver, plan_and_store
from alerts.scheduler import told
from alerts.timing import PARIS
from alerts.trial import preview, send_test
from crawler.cli.app import App, clean, pass_app, print_json
from crawler.cli.tables import Column, moment, plural, print_table
from db.store.desk import Desk

COLUMNS = (
    Column("id", "alert_id", 12),
    Column("kind", "kind", 11),
    Column("for", "subscription", 11),
    Column("council", "council_id", 10),
    Column("session", "session_date", 10),
    Column("item", "item_title", 13),
    Column("due", lambda row: moment(row["due_at"]), 10),
    Column("state", lambda row: f"{row['state']} {moment(row['sent_at'])}", 10),
)
STATES = ("planned", "claimed", "sent", "dropped", "failed")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(invoke_without_command=True)
@as_json
@click.pass_context
def alerts(ctx: click.Context, as_json: bool) -> None:
    """Alerts: list them (as without a subcommand), send, preview, test."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_alerts, as_json=as_json)


@alerts.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only those in this state.")
@as_json
@pass_app
def list_alerts(app: App, as_json: bool, state: str | None = None) -> None:
    """Every alert, in the order in which they fall due."""
    _ = app.config  # a home must exist
    with Desk(app.home) as desk:
        rows = [row for row in desk.alert_rows() if state in (None, row["state"])]
        undelivered = desk.undelivered()
    if as_json:
        print_json(rows)
    elif not rows:
        click.echo("no alert yet")
    else:
        print_table(rows, COLUMNS)
    if not as_json:
        planned = [row for row in rows if row["state"] == "planned" and row["reason"]]
        for (name, reason), number in sorted(Counter((row["subscription"], row["reason"]) for row in planned).items()):
            click.echo(clean(f"{name}: {plural(number, 'alert')}: {reason}"), err=True)
        for row in undelivered:
            what = "given up" if row["state"] == "failed" else f"waits, next attempt {row['next_attempt_at']}"
            click.echo(clean(f"{what}: {row['subject']} ({row['error']})"), err=True)


@alerts.command()
@as_json
@pass_app
def send(app: App, as_json: bool) -> int:
    """Plan, send what is due now, and write the feeds. Exit code 1 where a message was not accepted."""
    now = app.now()
    plan_and_store(app.home, app.config, now)
    summary = deliver(app.home, app.config, now)
    written = feeds.write(app.home, app.config, now)
    if as_json:
        print_json(dataclasses.asdict(summary) | {"feeds": written})
    else:
        for line in told(summary) or ["nothing is due"]:
            click.echo(clean(line))
    return 1 if summary.failed else 0


@alerts.command("preview")
@as_json
@pass_app
def show_preview(app: App, as_json: bool) -> None:
    """Show what would be sent now, to whom and why, and what waits (for its digest, for the end of quiet hours) and
    until when; nothing is sent. With --now: at another time."""
    found = preview(app.home, app.config, app.now())
    if as_json:
        print_json([dataclasses.asdict(each) for each in found])
        return
    if not found:
        click.echo("nothing would be sent")
    for each in found:
        click.echo(f"To: {clean(each.address)}")
        click.echo(
            f"Because of: {clean(', '.join(each.subscriptions)) or 'a message that waits'} ({', '.join(each.kinds)})"
        )
        if each.leaves_at is not None:
            local = each.leaves_at.astimezone(PARIS)
            click.echo(f"Leaves: {local:%Y-%m-%d %H:%M} Europe/Paris (waits for {clean(each.waits_for or '')})")
        click.echo(f"Subject: {clean(each.subject)}\n")
        click.echo("\n".join(clean(line) for line in each.text.splitlines()))
        click.echo("=" * 76)


@alerts.command()
@click.argument("subscription")
@pass_app
def test(app: App, subscription: str) -> int:
    """Send a marked test message to every address of SUBSCRIPTION."""
    results = send_test(app.home, app.config, subscription, app.now())
    for address, error in results:
        click.echo(clean(f"{address}: {error or 'accepted'}"))
    return 1 if any(error for _, error in results) else 0
