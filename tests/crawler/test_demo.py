"""The demo's world and sites by themselves: invented, deterministic, readable, honest about what changed."""

from __future__ import annotations

import ast
import errno
import http.client
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pypdfium2
import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.config import load_config
from crawler.demo import home as demo_home
from crawler.demo import paper, sites
from crawler.demo.server import Servers
from crawler.demo.shelf import Resource
from crawler.demo.sites import HOSTS, Site
from crawler.demo.world import World, known_changes, region, towns
from crawler.errors import UsageError
from db.home import Home
from spiders.registry import Registry, plain

BEGAN = date(2026, 3, 2)
ADDRESSES = {host: f"http://127.0.10.{number}:8800" for number, host in enumerate(HOSTS, 1)}


def build(changes: frozenset[str] = frozenset(), today: date = BEGAN) -> dict[str, Site]:
    return {site.host: site for site in sites.build(World.make(BEGAN, today, changes), ADDRESSES)}


@pytest.fixture(scope="module")
def plain_sites() -> dict[str, Site]:
    return build()


def bodies(built: dict[str, Site]) -> dict[str, bytes]:
    """Every answer of every site that is not made afresh, by its address."""
    return {
        ADDRESSES[host] + path: resource.body
        for host, site in built.items()
        for path, resource in site.shelf.resources.items()
        if not resource.fresh
    }


def pdf_text(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


# ------------------------------------------------------------------ the world


def test_names_are_invented() -> None:
    registry = Registry.load()
    shipped = {plain(row[2]) for row in registry.rows}
    told = [region()["name"], *region()["departments"].values(), *(town.name for town in towns())]
    assert [name for name in told if plain(name) in shipped] == []


@pytest.mark.parametrize("step", range(0, 371, 7))
def test_the_next_sittings_are_two_to_twenty_days_ahead(step: int) -> None:
    began = BEGAN + timedelta(days=step + step // 7 % 7)
    world = World.make(began, began)
    for town in towns():
        following = min(sitting.day for sitting in world.sittings[town.id] if sitting.day >= began)
        assert 2 <= (following - began).days <= 20
        assert following.weekday() < 5


def test_a_past_sitting_has_its_list_then_its_minutes() -> None:
    for town in towns():
        latest, *_ = [sitting for sitting in World.make(BEGAN, BEGAN).sittings[town.id] if sitting.index == -1]
        assert latest.has_list(BEGAN)
        assert not latest.has_minutes(BEGAN)
        assert latest.following is not None
        assert latest.has_minutes(latest.following + timedelta(days=3))


def test_a_day_has_one_world(plain_sites: dict[str, Site]) -> None:
    assert bodies(build()) == bodies(plain_sites)


def test_numbers_run_from_one() -> None:
    for sittings in World.make(BEGAN, BEGAN, frozenset(known_changes())).sittings.values():
        for sitting in sittings:
            assert [point.number for point in sitting.points] == list(range(1, len(sitting.points) + 1))


def test_votes_add_up() -> None:
    for town in towns():
        for sitting in World.make(BEGAN, BEGAN).sittings[town.id]:
            for tally in (point.tally for point in sitting.points):
                if tally.for_ is not None:
                    assert tally.for_ + (tally.against or 0) + (tally.abstain or 0) <= town.members
                if tally.result == "adopted":
                    assert (tally.for_ or 0) > (tally.against or 0)
                if tally.result == "rejected":
                    assert (tally.for_ or 0) < (tally.against or 0)


# ------------------------------------------------------------------ what changes tomorrow


@pytest.mark.parametrize("change", known_changes())
def test_a_change_keeps_every_address_and_touches_one_council(plain_sites: dict[str, Site], change: str) -> None:
    before, after = bodies(plain_sites), bodies(build(frozenset([change])))
    assert before.keys() == after.keys()
    touched = {url for url in before if before[url] != after[url]}
    hosts = {url.rpartition(":8800")[0] for url in touched}
    lissieres = {ADDRESSES[host].rpartition(":")[0] for host in HOSTS[-2:]}
    assert touched
    assert len(hosts) == 1 or hosts == lissieres


def test_a_changed_agenda_says_what_changed() -> None:
    changes = frozenset(known_changes())
    before, after = bodies(build()), bodies(build(changes))
    agendas = [url for url in before if before[url] != after[url] and after[url].startswith(b"%PDF")]
    words = " ".join(" ".join(pdf_text(after[url]) for url in agendas).split())
    assert "Expérimentation d’un logiciel de détection automatique" in words
    assert "initialement prévue le jeudi 5 mars 2026" in words
    assert re.search(r"conseil communautaire qui se tiendra le \w+ \d+ mars 2026 à 19h00", words)


def test_a_changed_page_without_tag_has_a_newer_date(plain_sites: dict[str, Site]) -> None:
    changed = build(frozenset(["villebrume-retrait"]))["villebrume"].shelf.resources
    for path, resource in plain_sites["villebrume"].shelf.resources.items():
        assert resource.modified is not None
        if resource.body != changed[path].body:
            assert changed[path].modified > resource.modified


# ------------------------------------------------------------------ documents and pages


def test_every_pdf_can_be_read_and_names_its_council(plain_sites: dict[str, Site]) -> None:
    read = 0
    for url, body in bodies(plain_sites).items():
        if body.startswith(b"%PDF"):
            assert len(pdf_text(body)) > 80, url
            read += 1
    assert read > 200


def test_a_paper_breaks_its_pages_and_keeps_odd_letters() -> None:
    text = "L’œuvre (n° 3) coûte 5 € \\ « tout compris » – fin"
    blocks = [paper.Text(text), *[paper.Text("ligne " * 40, label="1.", indent=24)] * 30]
    data = paper.pdf(blocks, paper.Look("serif", footer="Mairie"), "Été", paper.datetime(2026, 1, 1))
    document = pypdfium2.PdfDocument(data)
    assert len(document) > 1
    assert text in pdf_text(data).replace("\r\n", " ")
    assert document.get_metadata_dict()["Title"] == "Été"
    assert data == paper.pdf(blocks, paper.Look("serif", footer="Mairie"), "Été", paper.datetime(2026, 1, 1))


def test_a_letter_outside_the_encoding_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        paper.pdf([paper.Text("漢字")], paper.Look(), "", paper.datetime(2026, 1, 1))


def links(body: bytes, base: str) -> Iterator[str]:
    for node in LexborHTMLParser(body).css("a[href], iframe[src], frame[src]"):
        target = urljoin(base, node.attributes.get("href") or node.attributes.get("src") or "")
        yield target.partition("#")[0]


def test_links_lead_somewhere(plain_sites: dict[str, Site]) -> None:
    hosts = {urlsplit(address).netloc: host for host, address in ADDRESSES.items()}
    forbidden = ("/recherche", "/espace-elus", "/user/", "?tri=")
    dead = set()
    for url, body in bodies(plain_sites).items():
        if body.startswith(b"%PDF"):
            continue
        for target in links(body, url):
            parts = urlsplit(target)
            asked = parts.path + (f"?{parts.query}" if parts.query else "")
            known = parts.netloc in hosts and plain_sites[hosts[parts.netloc]].shelf.find(asked)
            if parts.netloc in hosts and not known and not any(word in asked for word in forbidden):
                dead.add((url, target))
    assert dead == set()


def test_every_page_and_paper_can_be_reached_from_its_home_page(plain_sites: dict[str, Site]) -> None:
    hosts = {urlsplit(address).netloc: host for host, address in ADDRESSES.items()}
    todo = [f"{address}/" for address in ADDRESSES.values()]
    seen: set[str] = set()
    while todo:
        url = todo.pop()
        parts = urlsplit(url)
        asked = parts.path + (f"?{parts.query}" if parts.query else "")
        if url in seen or parts.netloc not in hosts or "mois=" in asked:
            continue
        seen.add(url)
        found = plain_sites[hosts[parts.netloc]].shelf.find(asked)
        if found is not None:
            todo += [urljoin(url, found.headers["Location"])] if "Location" in found.headers else links(found.body, url)
    papers = {url for url, body in bodies(plain_sites).items() if body.startswith(b"%PDF")}
    assert papers - seen == set()


def test_the_calendar_has_no_end_but_the_years_do(plain_sites: dict[str, Site]) -> None:
    shelf = plain_sites["cc-pays-de-lissieres"].shelf
    assert shelf.find("/temps-forts?mois=2931-07") is not None
    assert shelf.find("/temps-forts?mois=2931-13") is None
    assert shelf.find("/temps-forts?mois=9999-12") is None
    assert shelf.find("/la-communaute/assemblees?page=99") is None


def test_the_old_site_is_in_latin_1_and_says_so_in_the_page_only(plain_sites: dict[str, Site]) -> None:
    page = plain_sites["villebrume"].shelf.resources["/ecole.htm"]
    assert page.media_type == "text/html"
    assert "L'école du Moulin-à-Vent" in page.body.decode("iso-8859-1")
    with pytest.raises(UnicodeDecodeError):
        page.body.decode("utf-8")


def test_downloads_are_named_by_their_header_alone(plain_sites: dict[str, Site]) -> None:
    files: dict[str, Resource] = {
        path: resource
        for path, resource in plain_sites["port-maurelle"].shelf.resources.items()
        if path.startswith("/telechargement/")
    }
    assert len(files) > 50
    for path, resource in files.items():
        assert "." not in path
        assert resource.media_type == "application/octet-stream"
        assert ".pdf" in resource.headers["Content-Disposition"]


def test_one_subject_hides_in_a_report_only(plain_sites: dict[str, Site]) -> None:
    texts = [pdf_text(r.body) for p, r in plain_sites["port-maurelle"].shelf.resources.items() if "/tele" in p]
    bland = [" ".join(text.split()) for text in texts if "Halcyon Littoral" in text]
    assert sorted("vidéosurveillance des quais" in text for text in bland) == [False, True]


# ------------------------------------------------------------------ the server


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    with Servers(port=0) as running:
        running.show(sites.build(World.make(BEGAN, BEGAN), running.addresses))
        yield running


def ask(
    servers: Servers, host: str, path: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(urlsplit(servers.addresses[host]).netloc, timeout=10)
    try:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize("host", HOSTS)
def test_an_unchanged_resource_answers_304(servers: Servers, host: str) -> None:
    shelf = next(s.shelf for s in sites.build(World.make(BEGAN, BEGAN), servers.addresses) if s.host == host)
    asked = 0
    for path in [path for path, resource in shelf.resources.items() if resource.status == 200][::9]:
        status, headers, body = ask(servers, host, path)
        assert status == 200
        assert int(headers["content-length"]) == len(body)
        conditions = {}
        if "etag" in headers:
            conditions["If_None_Match"] = headers["etag"]
        if "last-modified" in headers:
            conditions["If_Modified_Since"] = headers["last-modified"]
        if conditions:
            status, _, body = ask(servers, host, path, **conditions)
            assert (status, body) == (304, b"")
            asked += 1
    assert asked


def test_the_tag_goes_before_the_date(servers: Servers) -> None:
    _, headers, _ = ask(servers, "port-maurelle", "/accueil")
    later = "Fri, 01 Jan 2100 00:00:00 GMT"
    assert ask(servers, "port-maurelle", "/accueil", If_None_Match='"old"', If_Modified_Since=later)[0] == 200
    assert ask(servers, "port-maurelle", "/accueil", If_None_Match=f'"old", W/{headers["etag"]}')[0] == 304


def test_a_page_made_afresh_differs_and_has_no_validator(servers: Servers) -> None:
    first, second = (ask(servers, "cc-pays-de-lissieres", "/") for _ in range(2))
    assert first[2] != second[2]
    assert not {"etag", "last-modified"} & first[1].keys()


def test_head_redirects_and_absent_pages(servers: Servers) -> None:
    status, headers, body = ask(servers, "port-maurelle", "/accueil", "HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) > 100
    assert ask(servers, "port-maurelle", "/")[1]["location"] == "/accueil"
    assert ask(servers, "saint-aubrin-les-etangs", "/mairie")[0] == 301
    assert ask(servers, "villebrume", "/rien.htm")[0] == 404
    assert ask(servers, "villebrume", "/menu.htm", If_Modified_Since="nonsense")[0] == 200


def test_a_new_version_is_served_under_the_same_address() -> None:
    with Servers(port=0) as running:
        answers = []
        for changes in (frozenset[str](), frozenset(["castelvieux-point"])):
            running.show(sites.build(World.make(BEGAN, BEGAN, changes), running.addresses))
            answers.append(ask(running, "castelvieux-sur-orvence", "/documents/assemblee/2026/20260309_ODJ.pdf"))
        (_, old, _), (_, new, body) = answers
        assert old["etag"] != new["etag"]
        assert old["last-modified"] != new["last-modified"]
        assert "attroupements" in pdf_text(body)
        assert running.statuses() == {200: 2}


def test_addresses_that_are_taken_are_said_to_be(servers: Servers) -> None:
    with pytest.raises(UsageError, match="taken"):
        Servers(servers.addresses)


def test_a_port_in_use_is_passed_over(servers: Servers) -> None:
    taken = urlsplit(servers.addresses[HOSTS[0]]).port
    assert taken is not None
    with Servers(port=taken) as others:
        ports = {urlsplit(address).port for address in others.addresses.values()}
        assert len(ports) == 1
        assert taken not in ports


def test_one_address_serves_where_the_system_has_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Servers, port: int) -> None:
        raise OSError(errno.EADDRNOTAVAIL, "Can't assign requested address")

    monkeypatch.setattr(Servers, "_bind_apart", refuse)
    with Servers() as running:
        running.show(sites.build(World.make(BEGAN, BEGAN), running.addresses))
        assert len(set(running.addresses.values())) == len(HOSTS)
        assert {urlsplit(address).hostname for address in running.addresses.values()} == {"127.0.0.1"}
        assert ask(running, "villebrume", "/menu.htm")[0] == 200


# ------------------------------------------------------------------ the home


def test_the_configuration_is_read_as_it_is_meant(tmp_path: Path) -> None:
    home = Home(tmp_path / "demo")
    demo_home.save(home, demo_home.State(BEGAN, ADDRESSES))
    config = load_config(home.config)
    assert [council.id for council in config.councils] == list(HOSTS[:5])
    assert {council.kind for council in config.councils} == {"commune", "epci"}
    assert {council.region for council in config.councils} == {region()["code"]}
    assert config.crawl.allow_private_addresses
    assert config.subscriptions[0].to == (f"mailto:{demo_home.WATCHER}",)


def test_a_home_is_remembered(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert demo_home.load(home) is None
    state = demo_home.State(BEGAN, ADDRESSES, frozenset(["villebrume-retrait"]))
    demo_home.save(home, state)
    assert demo_home.load(home) == state


@pytest.mark.parametrize("marker", [None, "", "[]", "{}", '{"made_by": "somebody", "began": "2026-03-02"}'])
def test_a_folder_of_somebody_else_is_refused(tmp_path: Path, marker: str | None) -> None:
    (tmp_path / "archive.db").write_bytes(b"precious")
    if marker is not None:
        (tmp_path / demo_home.MARKER).write_text(marker, "utf-8")
    with pytest.raises(UsageError, match="not a home that the demo made"):
        demo_home.load(Home(tmp_path))
    assert (tmp_path / "archive.db").read_bytes() == b"precious"


def test_clearing_leaves_what_is_not_ours(tmp_path: Path) -> None:
    home = Home(tmp_path)
    demo_home.save(home, demo_home.State(BEGAN, ADDRESSES))
    for name in ("archive.db", "archive.db-wal", "notes.txt"):
        (tmp_path / name).write_text("x", "utf-8")
    (tmp_path / "outbox").mkdir()
    (tmp_path / "outbox" / "a.eml").write_text("x", "utf-8")
    demo_home.clear(home)
    assert sorted(path.name for path in tmp_path.iterdir()) == [demo_home.MARKER, "notes.txt"]


def test_the_generator_knows_nothing_of_what_reads_it() -> None:
    """No code or word list is shared: only the run at the end touches the rest of the program."""
    folder = Path(demo_home.__file__).parent
    for path in folder.rglob("*.py"):
        if path.name in ("run.py", "report.py", "home.py"):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            strangers = [n for n in names if n.partition(".")[0] in ("spiders", "pipelines", "alerts", "db")]
            assert strangers == [], path
