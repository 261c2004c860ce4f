"""The words of the field as frozen types; they import nothing of ours.

Three families. *Crawling* (what a spider is told and what it hands back), *claims* (what one
document says, the result of ``pipelines.read.read``), *facts* (what the claims of a council
amount to, the result of ``pipelines.reconcile``). Alerts are planned from facts.

Offsets are in characters of the original text of a page; page numbers start at 1; scores lie in
0..1; instants are aware; dates and times stated by a document are local to the council.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal, get_args
from zoneinfo import ZoneInfo

Day = date  # for classes with a field of that name
Hour = time

CouncilKind = Literal["commune", "epci", "departement", "region", "collectivite", "ept"]
SourceState = Literal["new", "ok", "quiet", "blind", "blocked", "disallowed", "paused"]
DocumentKind = Literal[
    "agenda", "convocation", "note", "draft", "annex", "deliberation", "decision", "minutes", "list", "other"
]
VersionState = Literal[
    "read", "partial", "needs-ocr", "locked", "failed", "unsupported", "too-large", "container", "error-page",
    "taken-down",
]  # fmt: skip
SessionStatus = Literal["scheduled", "moved", "postponed", "cancelled", "held", "unknown"]
VoteResult = Literal["adopted", "rejected", "withdrawn", "adjourned", "noted"]
Stance = Literal["for", "against", "unclear"]
Topic = Literal[
    "video-surveillance", "facial-recognition", "algorithmic-video", "biometrics", "audio-surveillance",
    "drones", "plate-recognition", "body-cameras", "safe-city", "police-files", "crowd-tracking",
]  # fmt: skip
AlertKind = Literal[
    "found", "reminder", "changed", "cancelled", "outcome", "unannounced", "late-agenda", "heartbeat",
    "blind", "recovered",
]  # fmt: skip
AlertState = Literal["planned", "claimed", "sent", "dropped", "failed"]
FactKind = Literal["amount", "cameras", "body-cameras", "vendor", "product", "funding", "duration"]
# Of an amount: what is paid altogether, the most and the least of a framework contract, a grant, a sum per year.
# Of cameras: to be installed, there already, all of them afterwards.
FactRole = Literal["total", "maximum", "minimum", "subsidy", "annual", "new", "existing"]
Tax = Literal["HT", "TTC"]
ChangeKind = Literal[
    "moved", "time", "place", "postponed", "cancelled",
    "item-added", "item-unlisted", "item-withdrawn", "item-retitled", "item-renumbered",
    "document-added", "document-replaced",
]  # fmt: skip

COUNCIL_KINDS: tuple[CouncilKind, ...] = get_args(CouncilKind)
DOCUMENT_KINDS: tuple[DocumentKind, ...] = get_args(DocumentKind)
TOPICS: tuple[Topic, ...] = get_args(Topic)
ALERT_KINDS: tuple[AlertKind, ...] = get_args(AlertKind)
# Under this legibility a scanned page has more than one wrong word in four: benchmarks/legibility.py, docs/quality.md.
UNCERTAIN = 0.7


def is_uncertain(legible: float | None) -> bool:
    """Whether what was recognised on a page of this legibility must be checked on the document; text never."""
    return legible is not None and legible < UNCERTAIN


@dataclass(frozen=True, slots=True)
class Council:
    """A deliberative body's territory: a row of the registry or a ``[[council]]`` of the configuration."""

    id: str
    name: str
    kind: CouncilKind
    department: str | None = None
    region: str | None = None
    timezone: str = "Europe/Paris"
    website: str | None = None
    population: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    start_urls: tuple[str, ...] = ()
    document_hosts: tuple[str, ...] = ()
    siren: str | None = None  # nine digits: how platforms name a French council
    entries: tuple[Entry, ...] = ()  # named by the operator, beside what discovery finds

    @property
    def zone(self) -> ZoneInfo:
        """The council's own time zone (La Réunion is not Paris)."""
        return ZoneInfo(self.timezone)


# --------------------------------------------------------------------------- crawling


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it stands on a page; ``score`` is the spider's, 0..1."""

    url: str
    text: str = ""
    heading: str = ""
    score: float = 0.0
    document: bool = False  # expected to be a document rather than a page


@dataclass(frozen=True, slots=True)
class KnownUrl:
    """What earlier crawls remember of an address."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    sha256: str | None = None  # of the last body
    text_hash: str | None = None  # of the main text, HTML only
    kind: Literal["page", "document"] = "page"
    links: tuple[Link, ...] = ()  # links worth following, replayed when the server answers 304
    productive: int = 0  # documents it led to in its last crawl
    last_productive_at: datetime | None = None
    fetched_at: datetime | None = None
    first_seen_at: datetime | None = None  # of the address: what is new is looked at again more often


@dataclass(frozen=True, slots=True)
class Entry:
    """A place beside the pages where a council publishes: what the spider of a platform begins with.

    Discovery finds it on the council's site, or the operator names it; it is stored, and shown by ``sources show``.
    """

    spider: str  # the name of the spider that reads it: "wordpress", "opendatasoft", …
    url: str  # where it begins: the root of an interface, a data set, a file
    why: str = ""  # the evidence in words
    found_on: str = ""  # the page that showed it


@dataclass(frozen=True, slots=True)
class CrawlPlan:
    """All that a spider is told; it asks nobody else."""

    council: Council
    crawl_id: int
    now: datetime
    known: dict[str, KnownUrl] = field(default_factory=dict)
    max_pages: int = 400
    delay: float = 1.0
    allow_private_addresses: bool = False
    user_agent: str = "Tocsin"
    entries: tuple[Entry, ...] = ()  # of this spider; the site's own begins at the home page
    since: datetime | None = None  # when this spider last succeeded with this council
    blocked: bool = False  # it was refused last time: one look, and no more where it still is


@dataclass(frozen=True, slots=True)
class PageSeen:
    """A page that was looked at: fetched (200), unchanged (304) or in error."""

    url: str
    status: int
    fetched_at: datetime
    etag: str | None = None
    last_modified: str | None = None
    sha256: str | None = None
    text_hash: str | None = None
    links: tuple[Link, ...] = ()
    documents: int = 0  # documents it lists
    bytes: int = 0
    error: str | None = None  # "error-page: …", "robots", "timeout", …


@dataclass(frozen=True, slots=True)
class Fetched:
    """Bytes that may be a document (or an HTML page that may hold an agenda) as they came."""

    url: str
    body: bytes = field(repr=False)  # never in a log: Scrapy prints the item on error
    status: int
    fetched_at: datetime
    headers: tuple[tuple[str, str], ...] = ()
    media_type: str | None = None  # as the server said; evidence only
    file_name: str | None = None  # Content-Disposition, else the last part of the path
    link_text: str = ""
    heading: str = ""
    found_on: str | None = None
    page: PageSeen | None = None  # set where the body is an HTML page of the site
    parent: str | None = None  # URL of the archive or mail that it came in


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """What one crawl did; the counts are columns of ``crawls``. Nothing that failed is missing here."""

    council_id: str
    crawl_id: int
    started_at: datetime
    finished_at: datetime
    state: Literal["ok", "failed", "interrupted"]
    source_state: SourceState
    reason: str | None = None
    requests: int = 0
    bytes: int = 0
    pages: int = 0
    not_modified: int = 0
    page_errors: int = 0
    documents_listed: int = 0
    documents_new: int = 0
    versions_new: int = 0
    documents_failed: int = 0
    item_errors: int = 0  # pipelines that raised
    robots_denied: int = 0
    log: tuple[str, ...] = ()
    spider: str = "site"


# --------------------------------------------------------------------------- claims


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known of a document before it is opened; all of it may be wrong."""

    council_id: str = ""
    council_name: str = ""
    council_kind: CouncilKind = "commune"
    url: str = ""
    file_name: str = ""
    link_text: str = ""
    heading: str = ""
    reference_date: date | None = None  # first seen; resolves dates without a year
    council_siren: str | None = None  # nine digits
    council_timezone: str = "Europe/Paris"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text with what the layout says of it; ``start`` is its offset in the page's text."""

    text: str
    page: int
    start: int
    x: float = 0.0  # left edge, points from the left (0 for HTML)
    top: float = 0.0  # points from the top of the page (0 for HTML)
    size: float = 0.0  # font size in points (0 where unknown)
    bold: bool = False
    block: Literal["p", "li", "heading", "cell", "stamp", "running"] = "p"  # running: header or footer
    level: int = 0  # heading level 1..6, or nesting of a list item
    marker: str = ""  # number of an ordered list item, where the text does not hold it
    row: int | None = None  # cells of one table row share it

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class PageText:
    """A page's original text: its lines joined by newlines."""

    number: int
    text: str
    method: Literal["text", "html", "ocr", "none"] = "text"
    confidence: float | None = None  # the recogniser's own mean, 0..1; it is often too sure
    legible: float | None = None  # share of its words that can be relied on, 0..1; the better judge of a scan


@dataclass(frozen=True, slots=True)
class Extracted:
    """Bytes turned into text and layout; no meaning yet."""

    media_type: str
    state: VersionState
    pages: tuple[PageText, ...] = ()
    lines: tuple[Line, ...] = ()
    page_count: int = 0
    image_hashes: tuple[str, ...] = ()
    reason: str | None = None
    method: str = ""  # engine, e.g. "pdfium", "pdfminer", "html", "text"
    title: str = ""  # <title> or PDF title; a hint, often wrong
    waiting: tuple[int, ...] = ()  # pages whose text only optical recognition can give, and has not given
    parts: int = 0  # documents inside it (members of an archive, attachments): see pipelines.text.unpack


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of original text on one page."""

    page: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class VoteClaim:
    """A vote as printed; a number that is not printed is None, never deduced."""

    result: VoteResult
    for_: int | None = None
    against: int | None = None
    abstain: int | None = None
    unanimous: bool = False
    span: Span | None = None
    not_voting: int | None = None  # who took no part in it, counted as printed
    not_voting_names: tuple[str, ...] = ()  # as printed


@dataclass(frozen=True, slots=True)
class ItemClaim:
    """A point with its own heading; ``begin``..``finish`` is the part of the document that belongs to it."""

    title: str
    number: str | None = None  # as printed, without the sign after it
    page: int | None = None
    begin: tuple[int, int] = (1, 0)  # (page, offset) of the heading
    finish: tuple[int, int] = (1, 0)  # (page, offset) where the next one begins
    rapporteur: str | None = None
    theme: str | None = None  # rubric above it
    minor: bool = False  # opening formality, "questions diverses"
    withdrawn: bool = False  # the text says it was withdrawn or adjourned
    votes: tuple[VoteClaim, ...] = ()
    parent: int | None = None  # index of the item of which it is a line: the report on delegated decisions
    decided: bool = False  # was decided before the session, by delegation (CGCT L2122-22, L5211-10, L3211-2, L4221-5)


@dataclass(frozen=True, slots=True)
class SessionClaim:
    """What a document says of one session. ``order`` tells sessions of one body and day apart."""

    body: str  # canonical, lower case French: "conseil municipal"
    date: Day | None = None
    time: Hour | None = None
    place: str | None = None
    convened_on: Day | None = None
    status: SessionStatus = "scheduled"
    order: int = 1
    complete: bool = False  # a whole agenda was read, so absence from it means something
    moved_from: Day | None = None  # "initialement prévue le …"
    items: tuple[ItemClaim, ...] = ()
    last_day: Day | None = None  # of a session over several days
    body_printed: bool = True  # False: nothing names the body, it is the council's usual one


@dataclass(frozen=True, slots=True)
class Match:
    """One term of the lexicon found in the original text."""

    topic: Topic
    term: str  # id of the lexicon entry
    span: Span
    score: float
    text: str = ""  # the original words
    version_id: str | None = None  # in facts: the version it stands in, where that is not the flag's


@dataclass(frozen=True, slots=True)
class FactClaim:
    """A figure or a name that a document states of a flagged item; left out where the rules are not sure."""

    kind: FactKind
    span: Span
    text: str  # the original words
    value: float | None = None  # euros, cameras, months; of funding: euros, where stated
    name: str = ""  # of a vendor or product; of funding: fipd, detr, dsil, region, departement, etat, europe
    role: FactRole | None = None
    tax: Tax | None = None  # None: not printed
    rate: float | None = None  # of funding, per cent
    version_id: str | None = None  # in facts: the version it stands in
    main: bool = False  # in facts: the one to show, since nothing contradicts it


@dataclass(frozen=True, slots=True)
class FlagClaim:
    """One item (or unattached passage) found relevant; the matches are the evidence."""

    score: float
    matches: tuple[Match, ...]
    excerpt: str  # the sentence or title around the best match
    page: int
    session: int | None = None  # index into Reading.sessions
    item: int | None = None  # index into that session's items; None: unattached passage
    stance: Stance | None = None
    decided: bool = False  # a line of the report on delegated decisions
    legible: float | None = None  # of the page of its best match, where that was recognised from an image
    facts: tuple[FactClaim, ...] = ()  # of its item, in reading order

    @property
    def topics(self) -> tuple[Topic, ...]:
        """Distinct topics, best first."""
        best: dict[Topic, float] = {}
        for match in self.matches:
            best[match.topic] = max(match.score, best.get(match.topic, 0.0))
        return tuple(sorted(best, key=lambda topic: (-best[topic], topic)))


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of reading one version of one document, alone."""

    media_type: str
    state: VersionState
    kind: DocumentKind = "other"
    pages: tuple[PageText, ...] = ()
    page_count: int = 0
    sessions: tuple[SessionClaim, ...] = ()
    flags: tuple[FlagClaim, ...] = ()
    text_hash: str = ""  # of the normalised text; see DESIGN §4 on equal versions
    image_hashes: tuple[str, ...] = ()
    characters: int = 0
    reason: str | None = None
    method: str = ""
    waiting: tuple[int, ...] = ()  # pages that still need optical recognition
    parts: int = 0  # documents inside it, to be unpacked
    recogniser: str = ""  # the engine that was asked for pages without text; "later": it will be, "": there is none
    reader_version: str = ""
    lexicon_version: str = ""
    calendar: bool = False  # a page that lists days of sittings ahead under a heading of its own


# --------------------------------------------------------------------------- facts


@dataclass(frozen=True, slots=True)
class Evidence:
    """A current reading of a council's document, as ``reconcile`` sees it."""

    version_id: str  # unique over both archives: "public:12", "private:3"
    document_id: str
    url: str
    kind: DocumentKind
    number: int  # of the version, from 1
    first_seen_at: datetime  # of the document
    fetched_at: datetime  # of this version
    sessions: tuple[SessionClaim, ...]
    flags: tuple[FlagClaim, ...]
    private: bool = False
    superseded: bool = False  # an older version of the same document: only for comparing
    record: bool = False  # a platform's own answer about one thing, under the address of that thing


@dataclass(frozen=True, slots=True)
class Vote:
    result: VoteResult
    for_: int | None
    against: int | None
    abstain: int | None
    unanimous: bool
    version_id: str
    page: int | None
    not_voting: int | None = None  # as in VoteClaim
    not_voting_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """``result`` is "mixed" where the votes of an item differ."""

    result: VoteResult | Literal["mixed"]
    for_: int | None = None
    against: int | None = None
    abstain: int | None = None
    unanimous: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """The part of one version that belongs to an item: from (page, offset) to (page, offset)."""

    version_id: str
    begin: tuple[int, int]
    finish: tuple[int, int]


@dataclass(frozen=True, slots=True)
class AgendaItem:
    id: str
    session_id: str
    position: int
    title: str
    number: str | None
    page: int | None
    version_id: str  # evidence shown for it
    first_seen_at: datetime
    listed: bool = True  # False: in no newer complete version of the agenda
    withdrawn: bool = False
    votes: tuple[Vote, ...] = ()
    versions: tuple[str, ...] = ()  # every version that speaks of it
    outcome: Outcome | None = None
    rapporteur: str | None = None
    theme: str | None = None
    parts: tuple[Part, ...] = ()  # where each version speaks of it: drafts, reports, minutes; best word first
    parent_id: str | None = None  # the report of which it is a line
    decided: bool = False  # as in ItemClaim
    # True: on an agenda that we read; False: voted, and not on the complete agenda that we read last; None: not known.
    announced: bool | None = None


@dataclass(frozen=True, slots=True)
class Flag:
    id: str
    session_id: str | None
    item_id: str | None
    score: float
    matches: tuple[Match, ...]
    topics: tuple[Topic, ...]
    excerpt: str
    page: int
    version_id: str
    first_seen_at: datetime
    stance: Stance | None = None
    legible: float | None = None  # as in FlagClaim
    private: bool = False  # its only evidence is private
    facts: tuple[FactClaim, ...] = ()  # what the documents state of its item, best word first


@dataclass(frozen=True, slots=True)
class Change:
    """A difference between two versions of evidence (never of our code)."""

    kind: ChangeKind
    session_id: str
    item_id: str | None
    before: str | None
    after: str | None
    version_id: str  # the version that brought it; with session_id the occasion of an alert
    seen_at: datetime
    document_kind: DocumentKind | None = None  # of that version's paper, where alerts are planned
    document_url: str | None = None  # None also where the paper is private


@dataclass(frozen=True, slots=True)
class Session:
    id: str
    council_id: str
    body: str
    date: Day | None
    starts_at: datetime | None  # aware; None where no document states a time
    place: str | None
    status: SessionStatus
    convened_on: Day | None
    order: int
    first_seen_at: datetime
    items: tuple[AgendaItem, ...] = ()
    flags: tuple[Flag, ...] = ()
    versions: tuple[str, ...] = ()  # every version that contributed
    agenda_version: str | None = None
    aliases: tuple[str, ...] = ()  # ids that were merged into this one
    private: bool = False  # its only evidence is private
    last_day: Day | None = None  # of a session over several days


@dataclass(frozen=True, slots=True)
class Facts:
    """What the claims of one council amount to."""

    council_id: str
    sessions: tuple[Session, ...] = ()
    loose_flags: tuple[Flag, ...] = ()  # passages of documents without a session
    changes: tuple[Change, ...] = ()


# --------------------------------------------------------------------------- alerts


@dataclass(frozen=True, slots=True)
class Near:
    """A circle on the map. ``place`` is how its owner named it."""

    latitude: float  # degrees, WGS 84
    longitude: float
    kilometres: float
    place: str = ""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From ``begin`` to ``end`` of each day, over midnight where ``end`` comes first; Europe/Paris."""

    begin: time
    end: time


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who wants to hear of what. Empty tuples mean: everything."""

    name: str
    to: tuple[str, ...]
    councils: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    kinds: tuple[AlertKind, ...] = ()
    bodies: tuple[str, ...] = ()
    minimum_score: float | None = None
    language: Literal["fr", "en"] | None = None
    near: tuple[Near, ...] = ()  # as councils and territories do, it adds places
    digest: Literal["daily", "weekly"] | None = None  # None: each message at once
    quiet_hours: QuietHours | None = None
    origin: Literal["config", "desk"] = "config"


@dataclass(frozen=True, slots=True)
class AlertFact:
    """One flagged item (or flagged passage) with all that a message may say of it."""

    flag_id: str
    council: Council
    session_id: str | None
    item_id: str | None
    body: str | None
    session_date: date | None
    starts_at: datetime | None
    place: str | None
    session_status: SessionStatus
    convened_on: date | None
    item_number: str | None
    item_title: str
    item_listed: bool
    item_withdrawn: bool
    topics: tuple[Topic, ...]
    score: float
    phrase: str  # the matched words as printed
    excerpt: str
    page: int | None
    document_id: str
    document_url: str
    document_kind: DocumentKind
    sha256: str
    document_first_seen_at: datetime
    absent_at: datetime | None  # last successful crawl that saw its page without it
    first_seen_at: datetime
    private: bool
    outcome: Outcome | None = None
    scanned: bool = False  # the page shown was recognised from an image
    legible: float | None = None  # as in FlagClaim; None also where a document with text says the same
    last_day: date | None = None  # of a session over several days

    @property
    def uncertain(self) -> bool:
        """Whether the reading must be checked on the document."""
        return is_uncertain(self.legible)

    @property
    def subject(self) -> str:
        """What "one item, one alert" counts: the item, else the passage."""
        return self.item_id or self.flag_id


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert is a row before it is a message; unique by (subscription, kind, subject, occasion)."""

    id: str
    kind: AlertKind
    subscription: str
    council_id: str
    subject: str
    occasion: str
    session_id: str | None
    session_date: date | None
    item_title: str
    due_at: datetime
    created_at: datetime
    state: AlertState = "planned"
    reason: str | None = None
    sent_at: datetime | None = None
    message_id: str | None = None

    @property
    def key(self) -> tuple[str, str, str, str]:
        return (self.subscription, self.kind, self.subject, self.occasion)
