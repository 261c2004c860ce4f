"""People named beside a vote: who was against, who took no part; lists are counted, names kept as printed."""

from __future__ import annotations

import re

from pipelines.agenda.numbers import count
from pipelines.agenda.vote_events import CIVIL, COUNT
from pipelines.agenda.words import plain

_CIVIL = re.compile(rf"\b{CIVIL}(?=\s|$)|(?<!\w){CIVIL}")
_SEVERAL = re.compile(r"(?:mm|mmes)\.?|messieurs|mesdames")  # stands before a list, not before a name
_OFFICE = re.compile(r"(?:(?:le|la|l') ?)?(?:maire|presidente?|adjointe?|rapporteure?|1ere?|premiere?|[- ]|vice)+")
_SUBJECT = re.compile(rf"(?<!\w)(?:{CIVIL}|(?:le|la) (?:maire|presidente?)\b)")
_SPLIT = re.compile(r",|;|/|&|•|\bet\b(?: de\b| d')?|\sdes?\s(?=\x01)|\s-\s|\n\s*-|\n\s*\n", re.IGNORECASE)
_CLOSED = re.compile(r"\bqui\b|[.;:](?=\s|$)|…", re.IGNORECASE)
# What comes between a name and "ne prend pas part au vote".
_ASIDE = re.compile(
    r", ?(?:(?:vice-)?presidente?|membres?|adjointe?|conseillere?) |,? ?\b(?:quitte|sort|se retire|ayant|s'etant|etant"
    r"|n'|ne |interess|concern|qui|en sa|en tant|en qualite|au titre"
    r"|pour |s'est|absent|elue? |directement|conformement|a la demande)"
)
_REPORTED = re.compile(r"\bqu'|\bque\b|\b(?:indique|annonce|precise|demande|rappelle|souhaite|explique|dit|si)\b")
_GROUP = re.compile(
    r"\b(?:groupes?|liste|elus|majorite|minorite|opposition|ensemble|union|gauche|droite|centre|alliance|rassemblement"
    r"|non[ -]inscrits?|ecolog\w*|social\w*|communist\w*|republic\w*|national\w*|democrat\w*|insoumis\w*|radica\w*"
    r"|renaissance|horizons|modem|udi|eelv|pcf|ps|lr|rn|lfi|verts|citoyen\w*|divers)\b"
)
_SIZE = re.compile(rf"\b({COUNT}) (?:(?:elu|conseiller|membre|delegue|personne)e?s?\b[^,.;]{{0,30}}|voix ?\)?)\s*$")
_ALONE = re.compile(r"(?:[A-ZÀ-Ý][\w'’\-]{1,40}\s){1,3}[A-ZÀ-Ý][\w'’\-]{1,40}\s*,?\s*$")
_SENTENCE = re.compile(r"(?<!\bm)(?<!\bmm)(?<!\bmme)(?<!\bmmes)[.;!?]\s|\n\s*\n|\n\s*[-•]|:\s|\s-\s")
_BRACKETS = re.compile(r"\([^()]{0,200}\)")
_INSIDE = re.compile(r"\(([^()]{2,200})\)\s*,?\s*$")
_OPENED = re.compile(r"\([^()]{0,200}$")
_NAME = r"(?:(?:(?:de|du|la|le|von|van)\s+|d['’])?[A-ZÀ-ÝŒ][^\s,]*(?:\s+|(?=,))){1,4}"
_AND = r"(?:,\s*(?:et\s+)?|et\s+(?:de\s+)?)"
# From one civility to the next: a name and what joins it, a list where it stands for several, or nothing ("M. le").
_JOINED = re.compile(
    rf"(?:(?i:mm\.?|mmes\.?|messieurs|mesdames)\s+(?:{_NAME}{_AND}){{1,8}}|[^\W\d_]+\.?\s+(?:{_NAME}{_AND})?)"
)
_LIST_ENDS = re.compile(
    r"\)|\n\s*\n|\b(?:le conseil|accepte|adopte|approuve|decide|abst?entions?|contre|oppositions?|pour)\b"
)
_SEEN = 240  # characters before a verb in which its subject stands


def names(text: str) -> tuple[str, ...]:
    """The people of a list, as printed; a civility for several ("MM.") is left out."""
    bare = _OPENED.sub(" ", _BRACKETS.sub(" ", text))
    cased = bare != bare.lower()
    civil: list[str] = []

    def marked(found: re.Match[str]) -> str:
        civil.append(bare[found.start() : found.end()])
        return f",\x01{len(civil) - 1}\x02"

    flat = plain(bare)
    pieces, end = [], 0
    for found in _CIVIL.finditer(flat):
        pieces += [bare[end : found.start()], marked(found)]
        end = found.end()
    listed = "".join([*pieces, bare[end:]])
    closed = [part for part in _CLOSED.split(listed) if re.search(r"[^\W\d_]{2}", part)]
    found_names: list[str] = []
    for part in _SPLIT.split(closed[0] if closed else ""):
        title = re.search(r"\x01(\d+)\x02", part)
        name = " ".join(re.sub(r"\x01\d+\x02", " ", part).split()).strip(" -–.:•’'\"")
        if not name:
            continue
        if not _is_name(name, title is not None, cased):
            if found_names:
                break
            continue
        printed = civil[int(title[1])] if title else ""
        single = printed and not _SEVERAL.fullmatch(plain(printed))
        found_names.append(f"{printed} {name}" if single else name)
    return tuple(found_names)


def _is_name(name: str, titled: bool, cased: bool) -> bool:
    low = plain(name)
    if not re.search(r"[a-z]{2}", low) or len(low.split()) > 5:
        return False
    if _OFFICE.fullmatch(low):
        return titled or low.startswith(("le ", "la "))
    return not cased or (name[:1].isupper() if not titled else any(word[:1].isupper() for word in name.split()))


def count_names(text: str) -> int | None:
    """How many people a list names ("Mme Roc, MM. Vidalin, Ormont et Sorbier" is 4)."""
    return len(names(text)) or None


def listed(text: str, low: str, begin: int) -> tuple[int | None, tuple[str, ...]]:
    """What stands after "Abstentions :", over the lines that continue the list: how many, and who.

    Groups count what is printed beside them ("groupe A, groupe B (32)"), never what they are known to have.
    """
    lines = low[begin : begin + 900].split("\n")
    taken = len(lines[0])
    for line in lines[1:8]:
        so_far = low[begin : begin + taken].rstrip()
        if not (so_far.endswith((",", " et", "-")) or (not so_far.strip() and _CIVIL.match(line.strip(" -•")))):
            break
        taken += 1 + len(line)
    said = low[begin : begin + taken]
    if re.match(r"\s*(?:neant|aucune?|/|-|0)\s*(?:$|[.,;/]|-|\s(?=pour|contre|abst))", said):
        return 0, ()
    cut = re.search(r"\b(?:pour|contre|abst?entions?|nppv|oppositions?)\b[^,\n]{0,12}[:=]", said)
    said = said[: cut.start()] if cut else said
    people = bool(_CIVIL.search(said))
    closed = re.split(r"[.;](?=\s|$)", said)[0] if not people else said
    sizes = re.findall(r"\((\d{1,3})(?: (?:voix|elus?|votes?|membres?|conseillers?))?\)", closed)
    if sizes and not people:
        return sum(map(int, sizes)), ()
    if not people and (_GROUP.search(said) or ("," not in closed and not _two_words(text, begin, closed))):
        return None, ()
    who = names(text[begin : begin + len(said)])
    return len(who) or None, who


def _two_words(text: str, begin: int, closed: str) -> bool:
    """Whether a list of one is a person: a first name and a surname, one of them in capitals."""
    words = text[begin : begin + len(closed)].split()
    return 2 <= len(words) <= 4 and all(word[:1].isupper() for word in words) and any(map(str.isupper, words))


def after(text: str, low: str, begin: int) -> tuple[str, ...]:
    """The people named right after a position ("abstention de Mme Roc et de M. Vidalin")."""
    stretch = low[begin : begin + 240]
    stop = _LIST_ENDS.search(stretch)
    return names(text[begin : begin + (stop.start() if stop else len(stretch))])


def subject(text: str, low: str, verb: int, begin: int = 0, *, strict: bool) -> tuple[int | None, tuple[str, ...]]:
    """Who does what the verb at ``verb`` says: how many, and their names. ``strict``: nothing may come between.

    Nothing before ``begin`` is looked at.
    """
    begin = max(begin, verb - _SEEN)
    ends = [found.end() for found in _SENTENCE.finditer(low, begin, verb)]
    begin = max([begin, *(end for end in ends if low[end:verb].strip())])
    return _who(text[begin:verb], low[begin:verb], strict=strict)


def _who(text: str, low: str, *, strict: bool) -> tuple[int | None, tuple[str, ...]]:
    if size := _SIZE.search(low.rstrip(" )\n")):
        return count(size[1]), ()
    if strict and _REPORTED.search(low):
        return None, ()
    inside = _INSIDE.search(low)
    if inside and not _SUBJECT.search(low[: inside.start()]):
        who = names(text[inside.start(1) : inside.end(1)])
        return (len(who), who) if who else (None, ())
    low, text = _unbracketed(low), _unbracketed(text)
    first = _SUBJECT.search(low)
    if first is None:
        alone = _ALONE.search(text)
        if alone is None or _GROUP.search(low) or re.search(r"\b(?:conseil|assemblee|bureau|commission)\b", low):
            return None, ()
        return 1, (" ".join(alone[0].strip(" ,\n").split()),)
    begin = _nearest(text, low, first.start())
    low, text = low[begin:], text[begin:]
    aside = _ASIDE.search(low)
    if strict and aside and not low[aside.start() :].strip(" ,").startswith(("qui", "ayant", "s'etant")):
        return None, ()
    who = names(text[: aside.start()] if aside else text)
    return len(who) or None, who


def _unbracketed(text: str) -> str:
    """Brackets and what they hold as spaces: every offset stays valid."""
    return _BRACKETS.sub(lambda found: " " * len(found[0]), text)


def _nearest(text: str, low: str, first: int) -> int:
    """Where the list of people begins that stands last: "sous la présidence de Mme A, M. B ne prend pas part"."""
    starts = [found.start() for found in _SUBJECT.finditer(low, first)]
    begin = starts.pop()
    while starts and _JOINED.fullmatch(text, starts[-1], begin):
        begin = starts.pop()
    return begin
