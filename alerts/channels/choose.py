"""Which channel an address goes through. A new channel is one module here and one line below."""

from __future__ import annotations

from importlib import import_module

from alerts.channels.base import Channel
from alerts.channels.eml import EmlChannel
from alerts.channels.feed import FeedChannel
from alerts.channels.smtp import SmtpChannel
from alerts.payload import is_webhook
from crawler.config import Config
from db.home import Home


def lane(address: str) -> str:
    """Messages of one lane go through one channel, one after the other; lanes do not wait for each other."""
    if address == "feed":
        return "feed"
    return "mail" if address.startswith("mailto:") else address


def open_channel(lane_name: str, home: Home, config: Config) -> Channel:
    """The channel of a lane; ``mail`` goes to the configured server, else to files."""
    if lane_name == "feed":
        return FeedChannel()
    if lane_name == "mail":
        return SmtpChannel(config.alerts.smtp) if config.alerts.smtp else EmlChannel(home.outbox)
    # these take long to import and most homes never need them
    if is_webhook(lane_name):
        hook: Channel = import_module("alerts.channels.webhook").WebhookChannel(lane_name)
        return hook
    channel: Channel = import_module("alerts.channels.apprise_channel").AppriseChannel(lane_name)
    return channel
