"""From the material and its drawn pages to what a dossier shows. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from alerts.plain import around, one_line, web_link
from alerts.views.results import result_line
from crawler.evidence.sheets import Drawn, Place, places_of
from crawler.evidence.timeline import timeline
from crawler.evidence.view import CaseView, PaperView, Quote, Rows, Sheet, VersionView, View
from crawler.evidence.wording import Words
from crawler.models import Outcome
from db.dossier import Case, Material, Paper, Version
from db.values import moment, optional_day, optional_moment

PARIS = ZoneInfo("Europe/Paris")
LABELS = (
    "toc", "passages", "facts", "timeline", "when", "what", "paper", "sheets", "documents", "headers", "no_headers",
    "private_mark", "private_document", "legend", "sheet_text", "uncertain", "file",
)  # fmt: skip
_NAME = 90  # characters of a document's name in a list


@dataclass(frozen=True, slots=True)
class Made:
    """When, by whom and of what a dossier is made."""

    now: datetime
    version: str  # of the program
    contact: str | None
    files: Mapping[str, str]  # by SHA-256: the file inside the dossier
    missing: Mapping[str, str]  # by SHA-256: why there is none


def numbered(material: Material) -> dict[str, int]:
    """Documents by the order in which they were seen, from 1."""
    papers = sorted(material.papers.values(), key=lambda paper: (paper.row["first_seen_at"], paper.row["url"]))
    return {paper.id: number for number, paper in enumerate(papers, 1)}


def compose(material: Material, drawn: Mapping[Place, Drawn], made: Made, words: Words) -> View:
    """The view in the language of ``words``."""
    composer = _Composer(material, drawn, made, words, numbered(material))
    cases = tuple(composer.case(case, f"case-{number}") for number, case in enumerate(material.cases, 1))
    papers = sorted(material.papers.values(), key=lambda paper: composer.numbers[paper.id])
    shown = tuple(composer.paper(paper) for paper in papers)
    private = any(case.private for case in material.cases) or any(paper.private for paper in shown)
    return View(
        words.language,
        words.tell("title"),
        composer.subject(),
        composer.cover(),
        words.tell("private_cover") if private else "",
        words.tell("about_title"),
        words.paragraphs("about"),
        cases,
        shown,
        {name: words.tell(name) for name in LABELS},
    )


def document_name(paper: Paper, words: Words) -> str:
    """« délibération "2026-14 Vidéoprotection" »: what it is, and what it is called where it was found."""
    kind = words.say(f"documents.{paper.kind}")
    called = one_line(paper.row["link_text"] or paper.row["file_name"] or "", _NAME)
    return f"{kind} {words.quoted(called)}" if called else kind


@dataclass(frozen=True, slots=True)
class _Composer:
    material: Material
    drawn: Mapping[Place, Drawn]
    made: Made
    words: Words
    numbers: dict[str, int]

    # ------------------------------------------------------------------ cover

    def subject(self) -> str:
        names = list(dict.fromkeys(one_line(case.council["name"]) for case in self.material.cases))
        if len(self.material.cases) == 1:
            return self.words.tell("subject_one", council=names[0], title=self._title(self.material.cases[0]))
        return self.words.listed(names, 6)

    def cover(self) -> Rows:
        words, made = self.words, self.made
        names = list(dict.fromkeys(one_line(case.council["name"]) for case in self.material.cases))
        utc = made.now.astimezone(UTC)
        local = words.instant(made.now, PARIS)
        said = words.tell("made_at", local=local, utc=f"{utc:%Y-%m-%d %H:%M:%S}")
        counted = [words.tally("contents", len(self.material.cases)), words.tally("papers", len(self.numbers))]
        rows = [
            (words.tell("council" if len(names) == 1 else "councils"), words.listed(names, 30)),
            (words.tell("holds"), ", ".join(counted)),
            (words.tell("made"), said),
            (words.tell("by"), words.tell("by_tool", version=made.version)),
        ]
        if made.contact:
            rows.append((words.tell("operator"), made.contact))
        return tuple(rows)

    # ------------------------------------------------------------------ a case

    def _title(self, case: Case) -> str:
        item = case.item
        if item is None:
            return one_line(case.flags[0]["excerpt"], 160)
        number = f"{one_line(item['number'], 20)}. " if item["number"] else ""
        return number + one_line(item["title"])

    def _context(self, case: Case) -> str:
        day = optional_day(case.session["session_date"]) if case.session else None
        when = self.words.brief(day) if day else self.words.tell("session_unknown")
        return f"{one_line(case.council['name'])}, {when}"

    def case(self, case: Case, anchor: str) -> CaseView:
        words = self.words
        papers = [self.material.papers[name] for name in case.documents if name in self.material.papers]
        names = {paper.id: document_name(paper, words) for paper in papers}
        places, left = places_of(case)
        sheets = [sheet for sheet in (self._sheet(place) for place in places) if sheet is not None]
        return CaseView(
            anchor,
            self._title(case),
            self._context(case),
            self._case_rows(case),
            tuple(self._quotes(case)),
            tuple(dict.fromkeys(self._fact(fact) for fact in case.facts)),
            timeline(case, papers, self.numbers, names, words),
            tuple(sheets),
            words.tally("sheets_left", left) if left else "",
            case.private,
        )

    def _case_rows(self, case: Case) -> Rows:
        words, item, session = self.words, case.item, case.session
        rows = [(words.tell("council"), one_line(case.council["name"]))]
        rows.append((words.tell("session"), self._when(case)))
        if session and session["place"]:
            rows.append((words.tell("place"), one_line(session["place"])))
        topics = dict.fromkeys(topic for flag in case.flags for topic in flag["topics"])
        rows.append((words.tell("topics"), words.listed([words.topic(topic) for topic in topics])))
        if item is not None:
            if item["rapporteur"]:
                rows.append((words.tell("rapporteur"), one_line(item["rapporteur"])))
            outcome = Outcome(**_outcome(item["outcome"])) if item["outcome"] else None
            said = result_line(outcome, words) if outcome else words.tell("outcome_unknown")
            rows.append((words.tell("outcome"), said))
            if item["announced"] is not None:
                rows.append((words.tell("announced"), words.tell(f"announced_{'yes' if item['announced'] else 'no'}")))
        stance = next((flag["stance"] for flag in case.flags if flag["stance"]), None)
        if stance:
            rows.append((words.tell("stance"), words.tell(f"stances.{stance}")))
        ids = [*(flag["flag_id"] for flag in case.flags), item["item_id"] if item else None]
        ids.append(session["session_id"] if session else None)
        rows.append((words.tell("ids"), ", ".join(each for each in ids if each)))
        return tuple(rows)

    def _when(self, case: Case) -> str:
        words, session = self.words, case.session
        if session is None:
            return words.tell("no_session")
        day = optional_day(session["session_date"])
        zone = ZoneInfo(case.council["timezone"])
        starts = optional_moment(session["starts_at"], zone)
        when = words.tell("session_unknown")
        if day:
            when = words.say("when", date=words.day(day), time=words.time(starts)) if starts else words.day(day)
        return f"{one_line(session['body'])}, {when} ({words.label('status', session['status'])})"

    def _quotes(self, case: Case) -> list[Quote]:
        words = self.words
        best = {flag["flag_id"]: flag for flag in case.flags}
        quotes = []
        for flag_id, flag in best.items():
            match = next((row for row in case.matches if row["flag_id"] == flag_id), None)
            before, phrase, after = around(flag["excerpt"], match["text"] if match else "")
            paper = self.material.papers.get(match["document_id"]) if match else None
            name = document_name(paper, words) if paper else words.say(f"documents.{flag['document_kind']}")
            source = words.tell("source", document=name, page=match["page"] if match else flag["page"])
            if flag["uncertain"]:
                source = f"{source} – {words.tell('uncertain')}"
            quotes.append(Quote(before, phrase, after, source, self.numbers.get(paper.id) if paper else None))
        return quotes

    def _fact(self, fact: Mapping[str, Any]) -> str:
        words = self.words
        label, paper = words.label("fact_kinds", fact["kind"]), self.material.papers.get(fact["document_id"])
        number = self.numbers.get(fact["document_id"])
        where = f" ({words.tell('document_name', number=number)}, {words.tell('page_of', page=fact['page'])})"
        parts = [words.label("funders", fact["name"]) if fact["kind"] == "funding" else one_line(fact["name"] or "")]
        if fact["kind"] not in ("amount", "cameras", "body-cameras"):
            parts.append(words.label("fact_roles", fact["role"]) if fact["role"] else "")
        said = " ".join(filter(None, parts))
        quoted = words.quoted(one_line(fact["text"], 200))
        role = words.label("fact_roles", fact["role"]) if fact["role"] and not said else ""
        about = ", ".join(filter(None, (said, role, str(fact["tax"] or ""))))
        start = words.phrase(f"{label} :") if words.language == "fr" else f"{label}:"
        return f"{start} {quoted}" + (f" – {about}" if about else "") + (where if paper else "")

    def _sheet(self, place: Place) -> Sheet | None:
        words, drawn = self.words, self.drawn.get(place)
        paper, version = self._version(place.version)
        if drawn is None or paper is None or version is None:
            return None
        key = "sheet"
        if drawn.image:
            key = "sheet_marked" if drawn.marked else "sheet" if drawn.located else "sheet_unmarked"
        caption = words.tell(key, document=document_name(paper, words), number=version.row["number"], page=place.page)
        failure = words.tell("sheet_failed", reason=one_line(drawn.failure, 200)) if drawn.failure else None
        return Sheet(
            caption, self.numbers[paper.id], drawn.image, drawn.width, drawn.height, drawn.pieces, failure
        )  # fmt: skip

    def _version(self, key: str) -> tuple[Paper | None, Version | None]:
        for paper in self.material.papers.values():
            for version in paper.versions:
                if version.key == key:
                    return paper, version
        return None, None

    # ------------------------------------------------------------------ a document

    def paper(self, paper: Paper) -> PaperView:
        words, row = self.words, paper.row
        council = next((case.council for case in self.material.cases if case.council["id"] == row["council_id"]), None)
        zone = ZoneInfo(council["timezone"]) if council else PARIS
        link = None if paper.private else web_link(row["url"])
        rows = [(words.tell("kind"), words.say(f"documents.{paper.kind}"))]
        if link:
            rows.append((words.tell("address"), link))
        if row["parent"] and not paper.private:
            rows.append((words.tell("in_archive"), one_line(row["parent"], 500)))
        first = words.stamp(moment(row["first_seen_at"]), zone)
        if link and row["absent_at"]:
            seen = words.say("seen_absent", seen=first, absent=words.stamp(moment(row["absent_at"]), zone))
            rows.append((words.tell("first_seen"), seen))
        elif link:
            rows.append((words.tell("first_seen"), words.say("seen", seen=first)))
        else:
            rows.append((words.tell("received"), first))
        gone = ""
        if link:
            said, gone = self._online(paper, zone)
            rows.append((words.tell("online"), said))
        title = f"{words.tell('document_name', number=self.numbers[paper.id])} – {document_name(paper, words)}"
        return PaperView(
            self.numbers[paper.id], title, tuple(rows), link,
            tuple(self._version_view(paper, version, zone) for version in paper.versions), gone, paper.private,
        )  # fmt: skip

    def _online(self, paper: Paper, zone: ZoneInfo) -> tuple[str, str]:
        """What is known of the address now, and the same again where the document is gone."""
        words, row = self.words, paper.row
        last = words.stamp(moment(row["last_online_at"]), zone) if row["last_online_at"] else ""
        if row["gone_since"]:
            since = words.stamp(moment(row["gone_since"]), zone)
            reason = one_line(row["gone_reason"] or "", 160)
            gone = words.tell("gone" if last else "gone_bare", since=since, reason=reason, at=last)
            return gone, gone
        return (words.tell("last_online", at=last) if last else words.tell("never_looked")), ""

    def _version_view(self, paper: Paper, version: Version, zone: ZoneInfo) -> VersionView:
        words, row = self.words, version.row
        file = self.made.files.get(row["sha256"])
        state = words.tell(f"states.{row['state']}")
        reading = f"{state} ({one_line(row['reason'], 200)})" if row["reason"] else state
        rows = [(words.tell("fetched"), words.stamp(moment(row["fetched_at"]), zone))]
        if row["seen_at"] != row["fetched_at"]:
            until = words.tell("seen_until_at", at=words.stamp(moment(row["seen_at"]), zone))
            rows.append((words.tell("seen_until"), until))
        size = words.tell("bytes", n=f"{row['size']:,}".replace(",", "\u00a0" if words.language == "fr" else ","))
        pages = words.tally("pages", row["page_count"]) if row["page_count"] else ""
        rows += [
            (words.tell("media_type"), ", ".join(filter(None, (one_line(row["media_type"] or "?", 80), size, pages)))),
            (words.tell("state"), reading),
            (words.tell("sha256"), row["sha256"]),
        ]
        if version.other_hashes:
            listed = ", ".join(version.other_hashes[:5])
            rows.append((words.tell("other_hashes"), f"{listed} – {words.tell('other_hashes_note')}"))
        if file is None:
            rows.append((words.tell("file"), self._without(row, zone)))
        headers = tuple((one_line(name, 80), one_line(value, 400)) for name, value in version.headers[:60])
        return VersionView(words.tell("version", number=row["number"]), tuple(rows), row["sha256"], file, headers)

    def _without(self, row: Mapping[str, Any], zone: ZoneInfo) -> str:
        """Why a version's bytes are not in the dossier."""
        if row["taken_at"]:
            at = self.words.stamp(moment(row["taken_at"]), zone)
            return self.words.tell("file_taken", at=at, reason=one_line(row["taken_reason"], 200))
        return self.words.tell("file_missing", reason=self.made.missing.get(row["sha256"], "?"))


def _outcome(row: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of an exported outcome as those of ``Outcome``."""
    return {("for_" if name == "for" else name): value for name, value in row.items()}
