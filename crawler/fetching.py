"""Fetching from a web service outside a crawl: bounded, patient, and never from a private address.

The connection goes to the address that was checked (DESIGN §1, promise 9): names are resolved here, not by the
client. Proxies of the environment are therefore not used.
"""

from __future__ import annotations

import ipaddress
import json
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from email.utils import parsedate_to_datetime
from typing import Any

import httpcore
import httpx

from crawler import addresses
from crawler.errors import ForbiddenAddress, SourceError

LARGEST = 96 * 1024 * 1024  # bytes of one answer
PATIENCE = 300.0  # seconds for one answer as a whole
TRIES = 4
LONGEST_WAIT = 60.0  # seconds between two tries; a service that asks for more is left alone
_AGAIN = frozenset([429, 500, 502, 503, 504])


class CheckedBackend(httpcore.NetworkBackend):
    """Connects to what a name resolves to, if that is an address of the open Internet."""

    def __init__(self, *, allow_private: bool) -> None:
        self.allow_private = allow_private
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:  # fmt: skip
        """Every address of the name is checked first, so that no mixture of them slips through."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore.ConnectError(f"{host} is not known: {error.strerror or error}") from error
        numbers = list(dict.fromkeys(str(each[4][0]).split("%")[0] for each in found))
        for number in numbers:
            if not self.allow_private and not addresses.is_public(ipaddress.ip_address(number)):
                raise ForbiddenAddress(f"{host} leads to a private or reserved address ({number})")
        last: Exception | None = None
        for number in numbers:
            try:
                return self._inner.connect_tcp(number, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        raise last or httpcore.ConnectError(f"{host} has no address")


class _Stream(httpx.SyncByteStream):
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def close(self) -> None:
        self._stream.close()


class CheckedTransport(httpx.BaseTransport):
    """httpx over a pool whose connections are checked; each redirect passes here too."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private
        backend = CheckedBackend(allow_private=allow_private)
        self._pool = httpcore.ConnectionPool(ssl_context=httpx.create_ssl_context(), network_backend=backend)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request, unless the address is private by its spelling already."""
        if request.url.scheme not in ("http", "https"):
            raise SourceError(f"{request.url} is neither http nor https")
        if not self._allow_private and (reason := addresses.refusal(str(request.url))):
            raise ForbiddenAddress(reason)
        url = request.url
        assert isinstance(request.stream, httpx.SyncByteStream)
        response = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(response.status, headers=response.headers, stream=_Stream(response.stream))

    def close(self) -> None:
        self._pool.close()


class Client:
    """Asks a web service politely: one request after the other, again after a pause where it says so."""

    def __init__(
        self, user_agent: str, *, allow_private: bool = False, timeout: float = 60.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        """``timeout``: seconds without a byte."""
        self._sleep = sleep
        self._client = httpx.Client(
            transport=CheckedTransport(allow_private=allow_private),
            headers={"User-Agent": user_agent, "Accept": "application/json"},
            timeout=timeout, follow_redirects=True, max_redirects=5, trust_env=False,
        )  # fmt: skip

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def json(self, url: str) -> Any:
        """The JSON at an address. Raises SourceError where it cannot be had, in words that name the address."""
        place = url.partition("?")[0]
        problem = ""
        for number in range(TRIES):
            try:
                with self._client.stream("GET", url) as response:
                    if response.status_code == 200:
                        return json.loads(_body(response, place))
                    problem, wait = f"answered {response.status_code}", _wait(response, number)
                    if response.status_code not in _AGAIN or wait > LONGEST_WAIT:
                        break
            except (
                httpx.TransportError,
                httpcore.NetworkError,
                httpcore.TimeoutException,
                httpcore.ProtocolError,
            ) as e:
                problem, wait = str(e) or type(e).__name__, 2.0**number
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise SourceError(f"{place}: {error}") from error
            except (ValueError, RecursionError) as error:
                raise SourceError(f"{place}: the answer is not JSON ({error})") from error
            if number + 1 < TRIES:
                self._sleep(wait)
        raise SourceError(f"{place}: {problem}")


def _body(response: httpx.Response, place: str) -> bytes:
    """The whole answer, decompressed, as long as it keeps within the bounds."""
    end = time.monotonic() + PATIENCE
    parts, size = [], 0
    for part in response.iter_bytes(65536):
        size += len(part)
        if size > LARGEST:
            raise SourceError(f"{place}: the answer is larger than {LARGEST // 1024 // 1024} MB")
        if time.monotonic() > end:
            raise SourceError(f"{place}: the answer took more than {PATIENCE:.0f} seconds")
        parts.append(part)
    return b"".join(parts)


def _wait(response: httpx.Response, number: int) -> float:
    """Seconds before the next try: what the server asks for, else longer each time."""
    asked = response.headers.get("Retry-After", "").strip()
    if asked.isdecimal():
        return float(asked)
    try:
        seconds = (parsedate_to_datetime(asked) - parsedate_to_datetime(response.headers["Date"])).total_seconds()
    except (KeyError, TypeError, ValueError):
        return 2.0**number
    return max(seconds, 1.0)
