"""``webhook+https://host/path``: JSON, signed as the Standard Webhooks specification asks (standardwebhooks.com).

The secret is the operator's, in $TOCSIN_WEBHOOK_SECRET alone. Several, separated by spaces, each sign: so a secret is
replaced without a message that the receiver cannot verify.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import ipaddress
import logging
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import urlsplit

import httpx

from alerts.payload import SCHEME
from alerts.plain import one_line
from crawler.errors import DeliveryError
from db.store.messages import Message

SECRET = "TOCSIN_WEBHOOK_SECRET"  # noqa: S105 - the name of a variable
PREFIX = "whsec_"
LEAST = 24  # bytes of a secret, as the specification asks
TIMEOUT = httpx.Timeout(15.0, connect=10.0)  # seconds
LONGEST_PAUSE = timedelta(hours=6)  # a receiver that asks for more is asked again after this
UNANSWERED = (httpx.ReadError, httpx.ReadTimeout, httpx.WriteError, httpx.WriteTimeout, httpx.RemoteProtocolError)
BUSY = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)


class WebhookChannel:
    """One receiver. Its path often holds a token, so the address is never named."""

    name = "webhook"

    def __init__(self, address: str, clock: Callable[[], float] = time.time) -> None:
        """``clock``: seconds since 1970 by the real clock, whatever ``--now`` says: receivers refuse an old stamp."""
        self._url = address[len(SCHEME) :]
        self._clock = clock
        self._client: httpx.Client | None = None
        logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs whole addresses

    def send(self, message: Message) -> None:
        host = checked_host(self._url)
        headers = signed(message.key, message.body, secrets(), int(self._clock()))
        if self._client is None:
            # a proxy of the environment is of no use on this machine
            self._client = httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=not is_loopback(host))
        try:
            # the answer's body is not read: the status says it all
            with self._client.stream("POST", self._url, content=message.body, headers=headers) as answer:
                self._judge(answer)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            said = one_line(str(error).replace(host, "the host"), 200)
            perhaps = isinstance(error, UNANSWERED)
            raise DeliveryError(f"{self.name}: {type(error).__name__}: {said}", perhaps=perhaps) from None

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    def _judge(self, answer: httpx.Response) -> None:
        status = answer.status_code
        if 200 <= status < 300:
            return
        reason = f"{self.name}: the receiver answered {status} {_phrase(status)}".rstrip()
        if 300 <= status < 400:
            raise DeliveryError(f"{reason}; redirects are not followed, write the address where it ends")
        if status == HTTPStatus.GONE:
            raise DeliveryError(f"{reason}: it takes no more messages", gone=True)
        pause = retry_after(answer.headers.get("Retry-After"), self._clock()) if status in BUSY else None
        raise DeliveryError(reason, retry_after=pause)


def signed(key: str, body: bytes, keys: list[bytes], seconds: int) -> dict[str, str]:
    """The headers of one attempt: the id and the body are the message's for good, the stamp is the attempt's."""
    content = b".".join((key.encode(), str(seconds).encode(), body))
    signatures = [base64.b64encode(hmac.new(each, content, hashlib.sha256).digest()).decode() for each in keys]
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Tocsin",
        "webhook-id": key,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(f"v1,{each}" for each in signatures),
    }


def secrets() -> list[bytes]:
    """The operator's secrets. Raises DeliveryError, which says what to set and never what is set."""
    found = os.environ.get(SECRET, "").split()
    if not found:
        raise DeliveryError(f"${SECRET} is not set: webhooks are signed with it; {HINT}")
    try:
        keys = [base64.b64decode(each[len(PREFIX) :], validate=True) for each in found if each.startswith(PREFIX)]
    except binascii.Error:
        keys = []
    if len(keys) < len(found) or any(len(key) < LEAST for key in keys):
        raise DeliveryError(f"${SECRET} is not a secret of {LEAST} bytes or more in the form {PREFIX}BASE64; {HINT}")
    return keys


HINT = "make one with: echo whsec_$(openssl rand -base64 32)"


def checked_host(url: str) -> str:
    """The host of a receiver; beyond this machine it must be https. Raises DeliveryError."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if not host or parts.scheme not in ("http", "https"):
        raise DeliveryError("not the address of a webhook: write webhook+https://HOST/PATH")
    if parts.scheme == "http" and not is_loopback(host):
        raise DeliveryError("a webhook beyond this machine needs https: write webhook+https://HOST/PATH")
    return host


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by its name alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def retry_after(value: str | None, seconds: float) -> timedelta | None:
    """How long ``Retry-After`` (RFC 9110 §10.2.3: seconds or a date) asks for, at most six hours."""
    if not value:
        return None
    if value.strip().isdecimal():
        return min(timedelta(seconds=min(int(value), 10**6)), LONGEST_PAUSE)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    pause = moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.fromtimestamp(seconds, UTC)
    return min(max(pause, timedelta(0)), LONGEST_PAUSE)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
