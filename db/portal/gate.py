"""Who may review: one token of the operator's, a session in memory for whoever gave it, a word against forged forms."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl

from datasette.utils.asgi import Request

COOKIE = "tocsin_review"
LASTING = timedelta(hours=12)
WRONG_MINUTE = 5  # wrong tokens in a minute; then nobody is let in for the rest of it
LARGEST = 16 * 1024  # bytes of a form


@dataclass(frozen=True, slots=True)
class Session:
    """A reviewer who gave the token; ``word`` stands in each of their forms."""

    word: str
    until: datetime


@dataclass
class Gate:
    """The sessions of one portal."""

    token: str = field(repr=False)
    sessions: dict[str, Session] = field(default_factory=dict, repr=False)
    _wrong: list[datetime] = field(default_factory=list, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def enter(self, given: str, now: datetime) -> str | None:
        """A new session for whoever knows the token; None for anybody else, in the same time."""
        with self._lock:
            self._wrong = [each for each in self._wrong if timedelta(0) <= now - each < timedelta(minutes=1)]
            right = hmac.compare_digest(_digest(given), _digest(self.token))
            if not right or len(self._wrong) >= WRONG_MINUTE:
                self._wrong.append(now)
                return None
            self.sessions = {key: each for key, each in self.sessions.items() if each.until > now}
            key = secrets.token_urlsafe(32)
            self.sessions[_name(key)] = Session(secrets.token_urlsafe(32), now + LASTING)
            return key

    def session(self, request: Request, now: datetime) -> Session | None:
        """The session of a request's cookie."""
        found = self.sessions.get(_name(_cookie(request)))
        return found if found is not None and found.until > now else None

    def leave(self, request: Request) -> None:
        """End the session of a request."""
        self.sessions.pop(_name(_cookie(request)), None)


def cookie(key: str, path: str, *, secure: bool) -> str:
    """The header that keeps a session in the browser, for this page alone; an empty key ends it."""
    lasts = int(LASTING.total_seconds()) if key else 0
    return f"{COOKIE}={key}; Path={path}; Max-Age={lasts}; HttpOnly; SameSite=Strict{'; Secure' if secure else ''}"


async def form(request: Request) -> dict[str, str] | None:
    """The fields of a posted form; None where it is larger than a form of ours can be, or none."""
    body = b""
    more = True
    while more:
        message = await request.receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LARGEST:
            return None
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=20))
    except ValueError:
        return None


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors="replace")).digest()


def _name(key: str) -> str:
    """Sessions are remembered by a hash of their key: looking one up tells nothing of the others by its time."""
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()


def _cookie(request: Request) -> str:
    try:
        found = SimpleCookie(request.headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""
