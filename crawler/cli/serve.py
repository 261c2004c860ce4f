"""``tocsin serve``: the portal."""

from __future__ import annotations

import errno
import os
import socket
import webbrowser

import click

from crawler.cli.app import App, pass_app
from crawler.errors import UsageError

TOKEN = "TOCSIN_REVIEW_TOKEN"  # noqa: S105 - the name of a variable
SHORTEST = 16  # characters


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="The port to listen on (0: any)."
)
@click.option("--public", is_flag=True, help="Strangers read it: no SQL, no whole archive, not to be indexed.")
@click.option("--review", is_flag=True, help="Flags may be reviewed by whoever has the token in $TOCSIN_REVIEW_TOKEN.")
@click.option("--open", "browser", type=click.Choice(["yes", "no"]), default="no", help="Open it in a browser.")
@pass_app
def serve(app: App, /, host: str, port: int, public: bool, review: bool, browser: str) -> int:
    """Serve the portal: votes ahead, councils, sessions, and all of the archive in Datasette.

    Reads archive.db alone, while crawls write to it. Nothing can be written through it, but by --review: the page
    /review then asks for the token and writes what is confirmed or dismissed.
    """
    config = app.config  # a mistake in it is told before the slow imports
    import uvicorn  # noqa: PLC0415 - slow to import, and only this command needs it

    from db.portal.build import build  # noqa: PLC0415
    from db.portal.site import from_config  # noqa: PLC0415

    public = public or config.portal.public
    if public and not config.operator.contact:
        raise UsageError("--public needs [operator] contact in tocsin.toml: readers must know whom to write to")
    site = from_config(app.home, config, app.now, public=public, token=_token() if review else None)
    datasette = build(site)
    listening = _listen(host, port)
    address = f"http://{_bracketed(host)}:{listening.getsockname()[1]}{site.base}/"
    settings = uvicorn.Config(
        datasette.app(), log_level="warning", lifespan="on", server_header=False, proxy_headers=True
    )
    server = uvicorn.Server(settings)
    try:
        click.echo(f"Tocsin is at {address}{' (public mode)' if public else ''}\nCtrl-C stops it.")
        if browser == "yes":
            webbrowser.open(address)
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        click.echo("stopped")
    finally:
        listening.close()
        site.close()
    return 0


def _token() -> str:
    """What opens the review. Raises UsageError where it is missing, or could be guessed."""
    token = os.environ.get(TOKEN, "").strip()
    if len(token) < SHORTEST:
        raise UsageError(f"--review needs a token of at least {SHORTEST} characters in ${TOKEN}: openssl rand -hex 16")
    return token


def _listen(host: str, port: int) -> socket.socket:
    """A socket bound before anything is said. Raises UsageError where it cannot be."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError:
        raise UsageError(f"--host: no such address: {host!r}; for example 127.0.0.1") from None
    listening = socket.socket(family, kind, proto)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(address)
        listening.listen(128)  # what asks before the server is up waits for it
    except OSError as error:
        listening.close()
        taken = error.errno == errno.EADDRINUSE
        problem = f"port {port} is taken; another one: --port {port + 1}" if taken else error.strerror
        raise UsageError(f"cannot listen on {host}: {problem}") from None
    return listening


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
