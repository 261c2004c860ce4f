"""What ``tocsin doctor`` asks of a home: files and modes, configuration, databases, what waits, who watches."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote, urlsplit

from alerts.channels.smtp import PASSWORD
from alerts.channels.webhook import secrets
from alerts.payload import is_webhook
from crawler.cli.app import App
from crawler.cli.check import Check, good, problem, warning
from crawler.cli.ocr_hint import ready, remedy
from crawler.cli.setup import home_option
from crawler.cli.status import watch_runs
from crawler.cli.tables import plural
from crawler.config import Config, load_config, require_contact
from crawler.errors import ArchiveError, ConfigError, DeliveryError
from crawler.means import means_here
from crawler.models import Subscription
from crawler.subscribed import reach_of
from db.connection import SCHEMAS, Kind, connect_read_only
from db.home import Home
from db.queries import Reader
from db.store.criteria import from_row

SAMPLE = 200  # archived files that are looked for, the newest ones
LARGE = 4_000_000_000  # bytes of a database whose check would take minutes


def home_checks(app: App) -> list[Check]:
    """All that there is to say of the home; one line where there is none."""
    if not app.home.config.exists():
        return [warning("home", f"no home in {app.home.root}", f"tocsin init{home_option(app)}")]
    checks = [_folder(app.home), *_modes(app.home), *_configured(app)]
    databases = list(_databases(app.home))
    checks += databases
    if all(check.state != "problem" for check in databases):
        checks += [_clock(app), _files(app.home), *_waiting(app)]
    return [*checks, _watch(app)]


def _configured(app: App) -> list[Check]:
    try:
        config = load_config(Path(os.environ.get("TOCSIN_CONFIG") or app.home.config))
    except ConfigError as error:
        return [problem("configuration", " / ".join(str(error).splitlines()), "correct the line named")]
    by_command = _by_command(app.home)
    addresses = {address for each in (*config.subscriptions, *by_command) for address in each.to}
    return [
        _configuration(config, app),
        _contact(config, app.home),
        _mail(config, addresses),
        *_subscriptions(config, by_command),
        *_webhooks(addresses),
    ]


def _by_command(home: Home) -> list[Subscription]:
    with contextlib.suppress(ArchiveError), contextlib.closing(connect_read_only(home.desk, "desk")) as db:
        rows = db.query("SELECT * FROM subscriptions WHERE origin = 'desk' AND ended_at IS NULL ORDER BY name")
        return [from_row(row) for row in rows]
    return []  # what is wrong with the database is told there


def _folder(home: Home) -> Check:
    probe = home.root / f".doctor-{os.getpid()}"
    try:
        probe.touch(mode=0o600)
        probe.unlink()
    except OSError as error:
        return problem("home", f"{home.root} cannot be written to: {error.strerror}", _owner(home.root))
    strangers = [path.name for path in home.root.iterdir() if path.stat().st_uid != os.geteuid()]
    if strangers and os.geteuid() != 0:
        text = f"{home.root}: {', '.join(sorted(strangers)[:5])} belong to another user"
        return warning("home", text, _owner(home.root))
    return good("home", str(home.root))


def _owner(root: Path) -> str:
    return f"as root: chown -R {os.geteuid()} {root}, and run every command as that user"


def _modes(home: Home) -> Iterator[Check]:
    """Who subscribes, and what was taken in privately, is for nobody else to read."""
    secret = [home.config, home.private, home.desk, home.ocr_cache]
    open_ones = [path for path in secret if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077]
    if open_ones:
        names = ", ".join(path.relative_to(home.root).as_posix() for path in open_ones)
        command = f"chmod go= {' '.join(map(str, open_ones))}"
        yield problem("modes", f"{names} can be read by other users of this machine", command)
    else:
        yield good("modes", "configuration, private archive and desk are closed to other users")


def _configuration(config: Config, app: App) -> Check:
    found = f"{plural(len(config.councils), 'council')}, {plural(len(config.subscriptions), 'subscription')}"
    if not config.councils:
        return warning("configuration", found, f"tocsin add NAME{home_option(app)}")
    return good("configuration", found)


def _contact(config: Config, home: Home) -> Check:
    try:
        require_contact(config, home.config, config.councils)
    except ConfigError as error:
        return problem("contact", error.problem, error.remedy)
    return good("contact", config.operator.contact or "none needed: no council beyond this machine")


def _mail(config: Config, addresses: Collection[str]) -> Check:
    """As configured; nothing is connected to."""
    if config.alerts.smtp is None:
        mailed = any(address.startswith("mailto:") for address in addresses)
        text = "no mail server: messages are written to outbox/"
        return warning("mail", text, 'under [alerts] write smtp = "smtp://…"') if mailed else good("mail", text)
    server = urlsplit(config.alerts.smtp)
    if server.username and not os.environ.get(PASSWORD):
        return warning("mail", f"{server.hostname} asks for a password, and ${PASSWORD} is not set here")
    return good("mail", f"{server.scheme}://{server.hostname}, from {config.alerts.sender}")


def _webhooks(addresses: Collection[str]) -> Iterator[Check]:
    """Whether they can be signed, where anybody has one."""
    if not any(map(is_webhook, addresses)):
        return
    try:
        secrets()
    except DeliveryError as error:
        found, _, remedy = str(error).partition("; ")
        yield problem("webhooks", found, remedy)
    else:
        yield good("webhooks", "a secret to sign them is set")


def _subscriptions(config: Config, by_command: Sequence[Subscription]) -> Iterator[Check]:
    """Who expects alerts and would wait for ever."""
    silent = False
    for each in (*config.subscriptions, *by_command):
        for said in reach_of(each, config.councils).warnings if config.councils else ():
            found, _, mend = said.partition(": ")
            yield warning("subscription", f"{each.name}: {found}", mend)
            silent = True
    if not silent:
        yield good("subscriptions", f"{len(config.subscriptions)} in the file, {len(by_command)} by command")


def _databases(home: Home) -> Iterator[Check]:
    """Each opens, is ours, and passes SQLite's own quick check; nothing is written."""
    kinds: tuple[tuple[Path, Kind], ...] = ((home.archive, "archive"), (home.private, "archive"), (home.desk, "desk"))
    for path, kind in kinds:
        if not path.exists():
            yield good(path.name, "not made yet")
            continue
        try:
            yield _database(path, kind)
        except sqlite3.Error as error:
            yield problem(path.name, f"damaged or locked: {error}", "stop tocsin, then restore a backup")


def _database(path: Path, kind: Kind) -> Check:
    size = path.stat().st_size
    with contextlib.closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=10)) as db:
        version, known = db.execute("PRAGMA user_version").fetchone()[0], len(SCHEMAS[kind])
        if version > known:
            return problem(path.name, f"schema {version}, this Tocsin knows {known}", "install the newer Tocsin")
        found = f"schema {version}, {size / 1_000_000:.1f} MB"
        if size > LARGE:
            return good(path.name, f"{found}; too large for a quick check: PRAGMA quick_check in sqlite3")
        told = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if told != "ok":
        return problem(path.name, f"damaged: {told}", "stop tocsin, then restore a backup")
    return good(path.name, f"{found}, sound")


def _clock(app: App) -> Check:
    """A clock that stands behind what the archive has seen would send nothing, or too late."""
    with Reader(app.home) as reader:
        rows = [row for each in reader.archives for row in each.db.query("SELECT max(fetched_at) AS at FROM versions")]
    last = max((row["at"] for row in rows if row["at"]), default=None)
    if last and datetime.fromisoformat(last) > app.now() + timedelta(days=1):
        return problem("clock", f"behind the archive, whose last document is of {last}", "set the clock")
    return good("clock", f"last document of {last}" if last else "no document yet")


def _files(home: Home) -> Check:
    """The newest files of the archive are where it says."""
    with Reader(home) as reader:
        query = (
            "SELECT sha256 FROM files WHERE sha256 NOT IN (SELECT sha256 FROM takedowns)"  # noqa: S608  our number
            f" ORDER BY first_seen_at DESC LIMIT {SAMPLE}"
        )
        shas = {row["sha256"] for archive in reader.archives for row in archive.db.query(query)}
    missing = [sha for sha in shas if not _kept(home.files, sha)]
    if missing:
        text = f"{len(missing)} of the last {len(shas)} files are missing, such as {sorted(missing)[0][:12]}…"
        return problem("files", text, "restore files/ from a backup")
    return good("files", f"the last {len(shas)} are there" if shas else "none yet")


def _kept(folder: Path, sha: str) -> bool:
    plain = folder / sha[:2] / sha[2:]
    return plain.exists() or plain.with_name(plain.name + ".gz").exists()


def _waiting(app: App) -> Iterator[Check]:
    try:
        with Reader(app.home) as reader:
            found = reader.waiting(means_here())
    except ArchiveError as error:
        yield problem("waiting", str(error))
        return
    if found.recognition:
        text = f"{plural(found.recognition, 'document')} waiting for OCR"
        yield (warning if ready() else problem)("scans", text, remedy(app))
    else:
        given_up = f"; of {plural(found.given_up, 'document')} it could not read some pages" if found.given_up else ""
        yield good("scans", f"none waits for OCR{given_up}")
    if found.older or found.unsettled:
        text = f"{plural(found.older, 'document')} read by older code or with another lexicon"
        yield warning("readings", text, f"tocsin reprocess{home_option(app)}")
    else:
        yield good("readings", "all made by this version")


def _watch(app: App) -> Check:
    if watch_runs(app.home):
        return good("watch", "running")
    return warning("watch", "not running, unless cron does it with --once", f"tocsin watch{home_option(app)}")
