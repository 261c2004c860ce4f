"""Erasing a person from ``desk.db``, its bytes included, and from ``outbox/`` (DESIGN §7); under the sender's lock."""

from __future__ import annotations

import email
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from email import policy
from email.utils import getaddresses
from pathlib import Path

from alerts.message import recipient
from crawler.errors import DeliveryError
from crawler.models import Subscription
from db.store.desk import Desk


@dataclass(frozen=True, slots=True)
class Erased:
    """How many messages lost their address and text, and how many files are gone."""

    messages: int = 0
    files: int = 0


def forget_name(desk: Desk, outbox: Path, name: str, configured: Iterable[Subscription]) -> Erased:
    """Erase a subscription that has ended, what it alone carried, and the addresses that nobody else names.

    Files first: a run that is killed is repeated by the same command.
    """
    asked = next(each for each in desk.every_subscription() if each.name == name)
    others = {to.strip() for each in (*desk.subscriptions(), *configured) for to in each.to}
    gone = [each for each in (to.strip() for to in asked.to) if each not in others and each != "feed"]
    keys = {*desk.carried_only_by(name), *(key for address in gone for key in desk.sent_to(address))}
    files = _remove(outbox, keys, gone)
    desk.forget_subscription(name)
    for address in gone:
        desk.forget_address(address, living=False)
    desk.scrub()
    return Erased(len(keys), files)


def forget_address(desk: Desk, outbox: Path, address: str, configured: Collection[str]) -> Erased:
    """Erase an address from all subscriptions but those ``configured``, whose queued messages are still sent."""
    spellings = desk.spellings(address)
    keys = {key for each in spellings for key in desk.sent_to(each)}
    queued = {message.key for message in desk.outbox()} if configured else set[str]()
    files = _remove(outbox, keys - queued, [address])
    for each in spellings:
        for name in desk.named(each):
            if name not in configured and not desk.leave_out(name, each):
                desk.forget_subscription(name)
        desk.forget_address(each, living=bool(configured))
    desk.scrub()
    return Erased(len(keys - queued), files)


def _remove(outbox: Path, keys: Collection[str], addresses: Sequence[str]) -> int:
    """Remove the files of messages, and every other one to these addresses: texts are forgotten before files are."""
    people = {found for each in addresses if (found := _person(each))}
    removed = 0
    for path in sorted(outbox.iterdir()) if outbox.is_dir() else ():
        if path.is_file() and (path.stem in keys or not people.isdisjoint(_recipients(path))):
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _person(address: str) -> str | None:
    if not address.casefold().startswith("mailto:"):
        return None
    try:
        return recipient(address).addr_spec.casefold()
    except DeliveryError:
        return None


def _recipients(path: Path) -> set[str]:
    message = email.message_from_bytes(path.read_bytes(), policy=policy.compat32)
    fields = [str(value) for name in ("To", "Cc", "Bcc", "Delivered-To") for value in message.get_all(name, [])]
    return {spec.casefold() for _, spec in getaddresses(fields)}
