"""``tocsin registry refresh`` against a double of the two official services, with their quirks."""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler import fetching
from crawler.cli.main import run
from crawler.errors import ForbiddenAddress, SourceError, UsageError
from crawler.fetching import Client
from crawler.refresh import Refreshed, Sources, refresh
from db.home import Home
from spiders.registry import FILE_NAME, Registry, packed, shipped_table

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DATASET = "/api/explore/v2.1/catalog/datasets/api-lannuaire-administration"
FIELDS = {"nom", "pivot", "site_internet", "siret", "siren", "code_insee_commune", "date_modification", "telephone"}
CHANGED, VANISHED, WITHOUT, UNTOUCHED = "29003", "29021", "29013", "29019"


def nested(*sites: str) -> str:
    """As the directory writes addresses: JSON inside a string."""
    return json.dumps([{"libelle": "", "valeur": site} for site in sites]) if sites else ""


def office(code: str, site: str = "", **more: Any) -> dict[str, Any]:
    """A town hall of the directory."""
    record = {
        "nom": f"Mairie - Commune {code}",
        "pivot": json.dumps([{"type_service_local": "mairie", "code_insee_commune": [code]}]),
        "site_internet": nested(*([site] if site else [])), "siret": "", "code_insee_commune": code,
        "date_modification": "02/11/2026 10:11:12", "telephone": '[{"valeur": "00 00 00 00 00"}]',
    }  # fmt: skip
    return record | more


def body(siren: str, service: str, name: str, site: str) -> dict[str, Any]:
    """An EPCI, département or region of the directory, known by its SIRET."""
    pivot = json.dumps([{"type_service_local": service, "code_insee_commune": ["75056"]}])
    return office("75056", site, nom=name, pivot=pivot, siret=f"{siren}00015")


@dataclass
class Double:
    """Both services on one port; ``records`` and ``communes`` are what they would answer."""

    records: list[dict[str, Any]]
    communes: list[dict[str, Any]]
    epcis: list[dict[str, Any]]
    refusals: int = 0  # so many answers are 429 first
    broken: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)  # path -> answer
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    url: str = ""

    def answer(self, target: str, agent: str) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(target)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        self.asked.append((parts.path, query))
        self.agents.add(agent)
        if self.refusals:
            self.refusals -= 1
            return 429, {"Retry-After": "7"}, b'{"error": "too many requests"}'
        if parts.path in self.broken:
            return self.broken[parts.path]
        if parts.path == "/communes":
            return self._json(self.communes)
        if parts.path == "/epcis":
            return self._json(self.epcis)
        if parts.path.startswith(DATASET):
            return self._catalogue(parts.path.removeprefix(DATASET), query)
        return 404, {}, b"{}"

    def _catalogue(self, path: str, query: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        wanted = query.get("select", "nom").split(",")
        if unknown := set(wanted) - FIELDS:
            return 400, {}, json.dumps({"error_code": "ODSQLError", "message": f"Unknown field: {unknown}"}).encode()
        service = query["where"].removeprefix('pivot LIKE "').removesuffix('"')
        found = [{name: each[name] for name in wanted} for each in self.records if service in each["pivot"]]
        if path == "/exports/json":
            return self._json(found)
        limit, offset = int(query.get("limit", 10)), int(query.get("offset", 0))
        if limit > 100 or offset + limit > 10_000:
            message = f"Invalid value for offset+limit API parameter: {offset + limit} was found but <= 10000 expected."
            return 400, {}, json.dumps({"error_code": "InvalidRESTParameterError", "message": message}).encode()
        return self._json({"total_count": len(found), "results": found[offset : offset + limit]})

    @staticmethod
    def _json(value: object) -> tuple[int, dict[str, str], bytes]:
        return 200, {"Content-Encoding": "gzip"}, gzip.compress(json.dumps(value).encode(), 1)


@contextlib.contextmanager
def served(double: Double) -> Iterator[Double]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, content = double.answer(self.path, self.headers["User-Agent"])
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    double.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield double
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def described(rows: list[dict[str, str]]) -> tuple[list[Any], list[Any], list[Any]]:
    """The same councils as the two services would describe them."""
    records, communes, epcis = [], [], []
    for row in rows:
        if row["kind"] == "commune":
            communes.append({
                "nom": row["name"], "code": row["code"], "siren": row["siren"], "codeEpci": row["epci_siren"],
                "codeDepartement": row["department_code"], "codeRegion": row["region_code"],
                "population": int(row["population"]), "centre": {"type": "Point", "coordinates": [-4.5, 48.25]},
            })  # fmt: skip
            records.append(office(row["code"], row["website"]))
        elif row["id"].startswith("epci-"):
            epcis.append({"nom": row["name"], "code": row["siren"], "population": int(row["population"])})
            records.append(body(row["siren"], "epci", row["name"], row["website"]))
        elif row["siren"]:
            service = "cr" if row["kind"] == "region" else "cg"
            records.append(body(row["siren"], service, row["name"], row["website"]))
    return records, communes, epcis


@pytest.fixture
def double(home: Home, request: pytest.FixtureRequest) -> Iterator[Double]:
    """The services, and a home that knows what they know: one region, or all of France."""
    whole = getattr(request, "param", None) == "all of France"
    table = Registry(shipped_table(), {})
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    if not whole:
        rows = [row for row in rows if row["region_code"] == "53"]
        text = io.StringIO()
        writer = csv.DictWriter(text, table.columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        (home.root / FILE_NAME).write_bytes(packed(text.getvalue(), {"refreshed": "2026-10-01"}))
    with served(Double(*described(rows))) as running:
        yield running


def patient(waits: list[float] | None = None) -> Client:
    return Client("Tocsin/test", allow_private=True, sleep=(waits if waits is not None else []).append)


def refreshed(home: Home, double: Double, **options: Any) -> Refreshed:
    with patient(**options) as client:
        return refresh(home.root, client, NOW, Sources(double.url, double.url), lambda line: None)


def put(records: list[dict[str, Any]], code: str, **change: Any) -> None:
    place = next(at for at, each in enumerate(records) if each["code_insee_commune"] == code and not each["siret"])
    records[place] = records[place] | change


def cells(home: Home, council_id: str) -> dict[str, str]:
    return Registry.load(home.root).cells(council_id)


@pytest.mark.parametrize("double", ["all of France"], indirect=True)
def test_a_list_longer_than_the_catalogue_hands_out_by_pages_is_read_whole(home: Home, double: Double) -> None:
    done = refreshed(home, double)
    assert len(double.communes) > 30_000
    assert done.councils == 36_345
    assert done.diff.sites_confirmed > 23_000
    assert not (done.diff.new or done.diff.gone or done.diff.sites_new or done.diff.sites_changed)


def test_what_the_sources_say_is_taken_and_what_they_leave_out_is_kept(home: Home, double: Double) -> None:
    before = {code: Registry.load().cells(f"commune-{code}") for code in (CHANGED, VANISHED, UNTOUCHED)}
    put(double.records, CHANGED, site_internet=nested("www.nouvelle-adresse-29003.bzh"))
    put(double.records, VANISHED, site_internet="")
    put(double.records, WITHOUT, site_internet=nested("https://facebook.com/commune", "http://www.enfin-29013.bzh/"))
    # the town hall of a commune déléguée carries the code of its commune, here in front of the real one
    double.records.insert(0, office(UNTOUCHED, "https://www.deleguee.bzh/", nom="Mairie déléguée - Quelque-Part"))
    double.records.append(office(UNTOUCHED, "https://www.annexe.bzh/", nom="Mairie annexe - Commune 29019"))
    double.communes.append({"nom": "Une Déléguée", "code": UNTOUCHED, "population": 12, "codeDepartement": "29"})
    double.communes.append(
        {"nom": "Commune-Nouvelle", "code": "29998", "codeDepartement": "29", "codeRegion": "53", "population": 4321}
    )
    double.communes[:] = [one for one in double.communes if one["code"] != "29004"]
    double.refusals = 2
    waits: list[float] = []
    done = refreshed(home, double, waits=waits)
    assert waits == [7, 7]
    assert double.agents == {"Tocsin/test"}
    assert {path for path, _ in double.asked} == {"/communes", "/epcis", f"{DATASET}/exports/json"}
    assert done.diff.new == ["commune-29998"]
    assert done.diff.gone == ["commune-29004"]
    assert [one for one, *_ in done.diff.sites_changed] == ["commune-29003"]
    assert done.diff.sites_new == [("commune-29013", "http://www.enfin-29013.bzh/")]
    changed = cells(home, "commune-29003")
    assert changed["website"] == "https://www.nouvelle-adresse-29003.bzh/"
    assert (changed["website_source"], changed["website_seen"]) == ("annuaire-2026-11", "2026-11")
    assert changed["website_confidence"] == "medium"
    assert cells(home, "commune-29021") == before[VANISHED]
    assert cells(home, "commune-29019")["website"] == before[UNTOUCHED]["website"]
    assert cells(home, "commune-29019")["website_seen"] == "2026-11"
    assert cells(home, "commune-29019")["name"] == "Brest"
    new = cells(home, "commune-29998")
    assert (new["department_name"], new["timezone"], new["population"]) == ("Finistère", "Europe/Paris", "4321")
    assert "n'est plus" in cells(home, "commune-29004")["legal_form"]
    assert Registry.load(home.root).about["refreshed"] == "2026-11-22"
    assert [each.id for each in Registry.load(home.root).find("commune nouvelle (29)")] == ["commune-29998"]


def test_a_second_refresh_of_the_same_answers_changes_nothing(home: Home, double: Double) -> None:
    refreshed(home, double)
    first = (home.root / FILE_NAME).read_bytes()
    done = refreshed(home, double)
    assert (home.root / FILE_NAME).read_bytes() == first
    assert not (done.diff.new or done.diff.gone or done.diff.sites_new or done.diff.sites_changed or done.diff.updated)


def test_platforms_and_sites_of_others_are_no_site_of_a_commune(home: Home, double: Double) -> None:
    bare = ["29012", "29013", "29036", "29116", "29123", "29126"]
    assert not any(cells(home, f"commune-{code}")["website"] for code in bare)
    for code in bare[:3]:
        put(double.records, code, site_internet=nested("https://mairies-ensemble.example.bzh/accueil"))
    put(double.records, "29116", site_internet=nested(cells(home, "epci-242900553")["website"] + "communes/29116"))
    put(double.records, "29123", site_internet=nested("https://www.facebook.com/mairie"))
    put(double.records, "29126", site_internet="www.propre-29126.bzh")  # not JSON, now and then
    done = refreshed(home, double)
    assert done.diff.sites_new == [("commune-29126", "https://www.propre-29126.bzh/")]


def test_an_old_record_does_not_undo_newer_evidence(home: Home, double: Double) -> None:
    put(double.records, UNTOUCHED, site_internet=nested("https://www.mairie-brest.example.fr"),
        date_modification="03/05/2021 08:00:00")  # fmt: skip
    done = refreshed(home, double)
    assert done.diff.sites_changed == []
    assert cells(home, "commune-29019")["website"] == "https://brest.fr/"


@pytest.mark.parametrize("part", ["communes", "records"])
def test_half_an_answer_is_refused(home: Home, double: Double, part: str) -> None:
    del getattr(double, part)[: len(getattr(double, part)) * 2 // 3]
    before = (home.root / FILE_NAME).read_bytes()
    with pytest.raises(SourceError, match="not complete"):
        refreshed(home, double)
    assert (home.root / FILE_NAME).read_bytes() == before


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((500, {}, b"oops"), "answered 500"),
        ((404, {}, b"{}"), "answered 404"),
        ((429, {"Retry-After": "3600"}, b""), "answered 429"),
        ((200, {}, b"<html>maintenance"), "not JSON"),
        ((200, {}, b'{"error": 1}'), "not a list"),
        ((302, {"Location": "ftp://example.org/"}, b""), "ftp"),
    ],
)
def test_a_service_that_fails_changes_nothing(
    home: Home, double: Double, answer: tuple[int, dict[str, str], bytes], said: str
) -> None:
    before = (home.root / FILE_NAME).read_bytes()
    double.broken["/epcis"] = answer
    with pytest.raises(SourceError, match=said):
        refreshed(home, double)
    assert (home.root / FILE_NAME).read_bytes() == before
    assert [path.name for path in home.root.iterdir()] == [FILE_NAME]


def test_an_answer_without_end_is_cut(home: Home, double: Double, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "LARGEST", 1000)
    with pytest.raises(SourceError, match="larger"):
        refreshed(home, double)


def test_nobody_listens(home: Home, double: Double) -> None:
    with patient() as client, pytest.raises(SourceError, match=r"127\.0\.0\.1"):
        refresh(home.root, client, NOW, Sources("http://127.0.0.1:9", "http://127.0.0.1:9"), lambda line: None)


@pytest.mark.parametrize("url", ["{}/x", "http://localhost:{port}/x"])
def test_a_private_address_is_refused_unless_allowed(double: Double, url: str) -> None:
    address = url.format(double.url, port=urlsplit(double.url).port)
    with Client("Tocsin/test") as client, pytest.raises(ForbiddenAddress, match="private"):
        client.json(address)
    assert double.asked == []


def test_a_name_that_leads_to_a_private_address_is_refused(double: Double, monkeypatch: pytest.MonkeyPatch) -> None:
    port = urlsplit(double.url).port or 0
    monkeypatch.setattr(
        "socket.getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("127.0.0.1", port)), (2, 1, 6, "", ("192.0.2.1", port))]
    )
    with Client("Tocsin/test") as client, pytest.raises(ForbiddenAddress, match=r"annuaire\.example\.org leads to"):
        client.json(f"http://annuaire.example.org:{port}/x")
    assert double.asked == []


def test_the_command_tells_what_changed_and_add_sees_it(
    home: Home, double: Double, capsys: pytest.CaptureFixture[str]
) -> None:
    option = ["--home", str(home.root)]
    assert run([*option, "init"]) == 0
    home.config.write_text("[crawl]\nallow_private_addresses = true\n")
    put(double.records, CHANGED, site_internet=nested("https://www.nouvelle-adresse-29003.bzh"))
    urls = ["--directory-url", double.url, "--geo-url", f"{double.url}/"]
    capsys.readouterr()
    assert run([*option, "--now", "2026-11-22T09:00", "registry", "refresh", *urls]) == 0
    told = capsys.readouterr().out
    assert "1 changed" in told
    assert "nouvelle-adresse-29003" in told
    assert run([*option, "add", "Audierne"]) == 0
    assert "nouvelle-adresse-29003" in capsys.readouterr().out
    assert run([*option, "registry"]) == 0
    told = capsys.readouterr().out
    assert "refreshed 2026-11-22" in told
    assert "Licence Ouverte" in told
    double.broken["/communes"] = (503, {"Retry-After": "0"}, b"")
    before = (home.root / FILE_NAME).read_bytes()
    assert run([*option, "registry", "refresh", *urls]) == 1
    captured = capsys.readouterr()
    assert len(captured.err.splitlines()) == 1
    assert "nothing was changed" in captured.err
    assert (home.root / FILE_NAME).read_bytes() == before


def test_without_a_contact_nobody_is_asked(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--home", str(home.root), "init"]) == 0
    capsys.readouterr()
    assert run(["--home", str(home.root), "registry", "refresh"]) == 2
    captured = capsys.readouterr()
    assert "operator.contact" in captured.err
    assert len(captured.err.splitlines()) == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"not gzip", gzip.compress(b"id,name\nx,y\n"), packed("", {"refreshed": "x"})],
    ids=["empty", "not packed", "another table", "no rows"],  # packed bytes hold the time: no name for a test
)
def test_a_damaged_table_says_what_to_do(home: Home, content: bytes) -> None:
    (home.root / FILE_NAME).write_bytes(content)
    with pytest.raises(UsageError, match="remove it"):
        Registry.load(home.root)


def test_a_home_without_a_table_has_the_shipped_one(tmp_path: Path) -> None:
    assert Registry.load(tmp_path) is Registry.load()
