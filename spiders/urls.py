"""Addresses of a web site: one spelling for each, and what can be told from the spelling alone."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

from w3lib.url import canonicalize_url, safe_url_string

# What pipelines.text can read, and archives that it at least names (7z, rar): a paper in one must not go unseen.
_DOCUMENTS = (
    "pdf doc docx docm dotx odt ott rtf xls xlsx xlsm ods csv ppt pptx pps ppsx odp txt tif tiff eml msg "
    "zip tar tgz gz 7z rar"
)
DOCUMENT_SUFFIXES = frozenset(_DOCUMENTS.split())
IMAGE_SUFFIXES = frozenset({"jpg", "jpeg", "png", "webp", "bmp"})
HTML_SUFFIXES = frozenset(
    {"htm", "html", "xhtml", "shtml", "php", "php3", "php5", "asp", "aspx", "jsp", "cfm", "awp", "do"}
)
# Sounds, scripts, feeds, maps and programs never hold a council's papers; images do where their link says so.
_IGNORED = (
    "gif svg ico mp3 mp4 m4a m4v avi mov wmv webm ogg ogv wav css js json xml rss atom "
    "ics woff woff2 ttf eot exe dmg apk iso vcf kml kmz gpx dwg shp psd"
)
IGNORED_SUFFIXES = frozenset(_IGNORED.split()) | IMAGE_SUFFIXES

_SESSION = re.compile(
    r"^(jsessionid|phpsessid|aspsessionid\w*|sessionid|session_id|sess|sid|cfid|cftoken|oscsid|zenid)$", re.I
)
_TRACKING = re.compile(r"^(utm_\w+|fbclid|gclid|msclkid|mc_cid|mc_eid|pk_\w+|mtm_\w+|xtor|_ga|_gl)$", re.I)
_VIEW = re.compile(
    r"^(print|imprimer|printable|replytocom|showcomment|share|partager|var_mode|nocache|no_cache)$", re.I
)
_VARIANT = re.compile(
    r"^(impression|pop|popup|contrast\w*|fontsize|taille"
    r"|sort\w*|order\w*|tri|orderby|dir|sens|backurl|return|returnurl|redirect_to|cookie\w*)$",
    re.I,
)
_PRINTED = {("tmpl", "component"), ("format", "print"), ("format", "pdf_print"), ("view", "print"), ("type", "98")}
# An absolute path without dots for folders, escapes or anything that needs one.
_PLAIN = re.compile(r"/(?!/)(?:[A-Za-z0-9_~/=&?-]|\.(?![./?]|$))*")
_INDEX_ORDERS = frozenset({"N;", "M;", "S;", "D;"})
# ";jsessionid=…", and ASP.NET's session in a segment of its own: /(S(x3lv…))/
_PATH_SESSION = re.compile(r";(jsessionid|phpsessid|sid)=[^/?#;]*|/\((?:[A-Z]\([^()/]*\))+\)(?=/|$)", re.I)
_DOWNLOAD = re.compile(
    r"(?<![a-z])(download|telecharger?|telechargement|getfile|get_file|force-download|wpdmdl|wpfd_file|attachment_id"
    r"|dodownload)(?![a-z])",
    re.I,
)
_DIGITS = re.compile(r"\d+")
_HEX = re.compile(r"\b(?=\w*\d)[0-9a-f]{12,}\b", re.I)
_MONTHS = re.compile(
    r"(?<![a-z])(janvier|fevrier|f%c3%a9vrier|mars|avril|mai|juin|juillet|aout|ao%c3%bbt|septembre|octobre|novembre"
    r"|decembre|d%c3%a9cembre|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)(?![a-z])",
    re.I,
)
_CALENDAR_KEY = re.compile(
    r"(^|[_\[-])(year|month|day|week|annee|mois|jour|semaine|date|cal|calendar|calendrier|debut|start|from"
    r"|tribe-bar-date)([_\]-]|$)",
    re.I,
)
_CALENDAR_PATH = re.compile(
    r"(calendrier|calendar|agenda|evenement|events?)(/|$|[-_.])|/(19|20)\d\d/\d\d?(/\d\d?)?/?$", re.I
)
_PAGE_NUMBER = re.compile(
    r"/page[/-]\d+|[?&](?:(?:\w+-)?page[ed]?|p|pg|start|limitstart|debut_\w+|offset|\w+(?:\[[^\]&=]*\])*\[(?:currentPage|page)\])"
    r"=[\d,]*\d|,page,\d+|[?&]updated-max=|/pages?-\d+(?:[./]|$)",
    re.I,
)
_YEAR = re.compile(r"(?<!\d)(?:19[89]\d|20\d\d)(?!\d)")
_STORES = frozenset(
    {"file", "files", "fichier", "fichiers", "document", "documents", "docs", "d", "s", "f", "dl", "ged"}
)
_INNER = frozenset({"file", "url", "src", "pdf", "doc", "document", "fichier", "source", "pdfurl", "fileurl", "path"})
_VIEWER = re.compile(
    r"(?<![a-z])(?:g?view|viewer|viewerng|embed|embeddedview|visionneuse|liseuse|flipbook|feuilletoir|pdf[-_.]?js"
    r"|reader|lecteur)(?![a-z])",
    re.I,
)


def absolute(base: str, href: str, encoding: str = "utf-8") -> str | None:
    """``href`` as a browser would resolve it against ``base``; None where it is not an http(s) address.

    As browsers do, the path is encoded in UTF-8 and the query in the page's ``encoding``.
    """
    if _PLAIN.fullmatch(href):  # most links of most pages: nothing to resolve, nothing to encode
        front = _origin(base)
        return front and front + href
    return _resolved(base, href, encoding)


@lru_cache(maxsize=4096)
def _origin(base: str) -> str | None:
    found = _resolved(base, "/", "utf-8")
    return found and found[:-1]


@lru_cache(maxsize=65536)
def _resolved(base: str, href: str, encoding: str) -> str | None:
    href = "".join(ch for ch in href.strip() if ch not in "\r\n\t")
    if "\\" in href:
        front, mark, query = href.partition("?")
        href = front.replace("\\", "/") + mark + query
    if not href or href.startswith(
        ("#", "mailto:", "tel:", "data:", "javascript:", "about:", "blob:", "callto:", "sms:")
    ):
        return None
    if href.startswith("webcal://"):
        href = f"http{href[6:]}"
    try:
        joined = urljoin(base, href)
        parts = urlsplit(joined)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            return None
        _ = parts.port  # raises where it is not a number
        return safe_url_string(urlunsplit(parts._replace(fragment="")), path_encoding="utf8", encoding=encoding)
    except (ValueError, LookupError):
        return None


@lru_cache(maxsize=65536)
def clean(url: str) -> str:
    """The address without session ids, tracking, print and sorting variants; the order of parameters is kept."""
    parts = urlsplit(url)
    path = _PATH_SESSION.sub("", parts.path) or "/"
    query = parts.query
    if query:
        kept = [
            piece
            for piece in query.split("&")
            if piece and not _droppable(*(unquote(half) for half in [*piece.split("=", 1), ""][:2]))
        ]
        query = "" if kept == ["m=1"] else "&".join(kept)  # alone it is Blogger's page for telephones, no month
    return urlunsplit((parts.scheme.lower(), _netloc(url), path, query, ""))


def _droppable(name: str, value: str) -> bool:
    if any(sign.match(name) for sign in (_SESSION, _TRACKING, _VIEW)) or (name.lower(), value.lower()) in _PRINTED:
        return True
    if name == "C" and value[:2] in _INDEX_ORDERS:  # the columns of Apache's directory listings
        return True
    # "order=12" may be an identity, "order=desc" is a view of the same page
    return bool(_VARIANT.match(name)) and not (value.isdigit() and value not in {"0", "1"})


def _netloc(url: str) -> str:
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".").lower()
    if ":" in host:
        host = f"[{host}]"
    default = {"http": 80, "https": 443}.get(parts.scheme)
    return host if parts.port in (None, default) else f"{host}:{parts.port}"


@lru_cache(maxsize=65536)
def key(url: str) -> str:
    """What is the same page to us: scheme, ``www.``, order of parameters and a final slash make no difference."""
    parts = urlsplit(canonicalize_url(clean(url)))
    path = parts.path.rstrip("/") or "/"
    return urlunsplit(("", parts.netloc.removeprefix("www."), path, parts.query, ""))


@lru_cache(maxsize=65536)
def host(url: str) -> str:
    """The host name in lower case, "" where there is none."""
    return (urlsplit(url).hostname or "").rstrip(".").lower()


@lru_cache(maxsize=65536)
def suffix(url: str) -> str:
    """The file suffix of the path in lower case, without its dot; "" where there is none."""
    last = unquote(urlsplit(url).path).rsplit("/", 1)[-1]
    stem, dot, ending = last.rpartition(".")
    return ending.lower() if dot and stem and re.fullmatch(r"[A-Za-z0-9]{1,5}", ending) else ""


@lru_cache(maxsize=65536)
def file_name(url: str) -> str:
    """The last part of the path, decoded; a name in the query (``?file=odj.pdf``) is better than a script's."""
    parts = urlsplit(url)
    last = unquote(parts.path).rsplit("/", 1)[-1]
    if suffix(url) not in DOCUMENT_SUFFIXES:
        for _, value in parse_qsl(parts.query):
            name = value.replace("\\", "/").rsplit("/", 1)[-1]
            if suffix("http://x/" + quote(name)) in DOCUMENT_SUFFIXES:
                return name
    return last


def readable(url: str) -> str:
    """The last part of the path and the query as words, for telling what they name."""
    parts = urlsplit(url)
    return unquote(f"{parts.path.rstrip('/').rsplit('/', 1)[-1]} {parts.query}")


def looks_like_document(url: str) -> bool:
    """Whether the address ends as a document does, or names one in its query."""
    ending = suffix(url)
    return ending in DOCUMENT_SUFFIXES or (
        ending in HTML_SUFFIXES | {""} and suffix("http://x/" + quote(file_name(url))) in DOCUMENT_SUFFIXES
    )


def looks_like_download(url: str) -> bool:
    """Whether the address speaks of downloading, though it has no suffix."""
    parts = urlsplit(url)
    return bool(_DOWNLOAD.search(f"{parts.path}?{parts.query}"))


def looks_like_store(url: str) -> bool:
    """Whether the address is that of one file in a store: ``/files/5012``, ``/s/Hq3x…/``, ``download?id=12``."""
    if suffix(url) in HTML_SUFFIXES:
        return False
    segments = [part for part in unquote(urlsplit(url).path).lower().split("/") if part]
    kept_apart = any(part in _STORES for part in segments[:-1]) and bool(_DIGITS.search(segments[-1]))
    return kept_apart or (looks_like_download(url) and bool(_DIGITS.search(url.split("//", 1)[-1].partition("/")[2])))


def is_ignored(url: str) -> bool:
    """Images, sounds, scripts and other files that never hold a council's papers."""
    return suffix(url) in IGNORED_SUFFIXES


def is_image(url: str) -> bool:
    """Whether the address is that of a picture."""
    return suffix(url) in IMAGE_SUFFIXES


def inner(url: str, base: str) -> str | None:
    """The document shown by a viewer: ``viewer.html?file=/doc/odj.pdf``, ``gview?url=https%3A…``; else None.

    What it shows needs no suffix where the address says that it is a viewer. A hash may tell it as well: ``#file=…``
    is cut off before; ``viewer.html?/doc/odj.pdf`` has no name for it.
    """
    parts = urlsplit(url)
    if not parts.query:
        return None
    told = [value for name, value in parse_qsl(parts.query) if name.lower() in _INNER and value]
    told += [unquote(parts.query)] if "=" not in parts.query else []
    for value in told:
        found = absolute(url if "://" not in value else base, value)
        if found is None or found == url:
            continue
        if suffix(found) in DOCUMENT_SUFFIXES or ("/" in value and _VIEWER.search(f"{host(url)}{parts.path}")):
            return clean(found)
    return None


@lru_cache(maxsize=65536)
def pattern(url: str) -> str:
    """The family an address belongs to: numbers, dates and values of its parameters taken out."""
    parts = urlsplit(url)
    path = _DIGITS.sub("#", _HEX.sub("#", _MONTHS.sub("#", parts.path)))
    names = sorted({_DIGITS.sub("#", name) for name, _ in parse_qsl(parts.query, keep_blank_values=True)})
    bare = _DIGITS.sub("#", parts.query) if parts.query and "=" not in parts.query else ""
    return f"{host(url).removeprefix('www.')}{path.rstrip('/')}?{'&'.join(names) or bare}"


@lru_cache(maxsize=65536)
def is_calendar(url: str) -> bool:
    """Whether the address looks like a page of a calendar or of a dated archive."""
    parts = urlsplit(url)
    names = [name for name, _ in parse_qsl(parts.query, keep_blank_values=True)]
    return any(_CALENDAR_KEY.search(name) for name in names) or bool(_CALENDAR_PATH.search(parts.path))


@lru_cache(maxsize=65536)
def is_page_number(url: str) -> bool:
    """Whether the address names a page of a list, as the usual systems do (DOMAIN.md 3.9)."""
    return bool(_PAGE_NUMBER.search(unquote(url)))


def years(text: str) -> list[int]:
    """Years from 1980 on that stand in a text or an address, as they come."""
    return [int(found) for found in _YEAR.findall(text)]


def is_trap(url: str, today: date) -> bool:
    """Addresses that nest into themselves, are absurdly long, or belong to a calendar's far past or future."""
    if len(url) > 1000:
        return True
    segments = [part for part in urlsplit(url).path.lower().split("/") if part]
    if len(segments) > 12 or any(segments.count(part) > 2 for part in set(segments) if not part.isdigit()):
        return True
    if not is_calendar(url):
        return False
    named = years(unquote(url))
    return bool(named) and (max(named) > today.year + 2 or max(named) < today.year - 25)


def with_query(url: str, /, **values: str) -> str:
    """The address with these parameters set."""
    parts = urlsplit(url)
    pairs = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in values]
    return urlunsplit(parts._replace(query=urlencode(pairs + list(values.items()))))
