"""Pages per second of one crawling process, beside ``scrapy bench``, and what a second crawl costs.

    python benchmarks/crawl.py [--sites 6] [--pages 60] [--documents 20] [--no-scrapy]

Invented sites on loopback, served by another process: each page has 40 links, a menu and 200 words; listings link to
text documents. Everything of a real crawl is done: robots.txt, parsing, scoring, reading in workers, archiving and
settling; only the delay is 0.

On a machine that does other things too, compare the processor seconds: they are those of the one crawling process (its
readers are processes of their own), as ``scrapy bench`` is given its own.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import re
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread

WORDS = "le village et la mairie vous informent des travaux de la place ainsi que des horaires de la saison prochaine"


def site(pages: int, documents: int) -> dict[str, tuple[str, bytes]]:
    """The answers of one site: path -> (type, body)."""
    found: dict[str, tuple[str, bytes]] = {}
    menu = "".join(f"<li><a href='/r{number}'>Rubrique {number}</a></li>" for number in range(10))
    per_listing = 10
    listings = max(1, documents // per_listing)

    def page(path: str, title: str, links: str) -> None:
        text = f"<p>{' '.join([WORDS] * 10)}</p>"
        html = f"<html><head><title>{title}</title></head><body><nav><ul>{menu}"
        html += "<li><a href='/l0'>Conseil municipal</a></li>"
        html += f"</ul></nav><main><h1>{title}</h1>{text}<ul>{links}</ul></main></body></html>"
        found[path] = ("text/html; charset=utf-8", html.encode())

    sessions = "".join(
        f"<li><a href='/s{number}'>Séance du conseil numéro {number}</a></li>" for number in range(pages)
    )
    page("/", "Commune inventée", "")
    for number in range(10):
        page(f"/r{number}", f"Rubrique {number}", "")
    for number in range(listings):
        papers = "".join(
            f"<li><a href='/d{number * per_listing + index}.txt'>Ordre du jour du {index + 1} mars 2026</a></li>"
            for index in range(per_listing)
        )
        following = f"<li><a href='/l{number + 1}'>Page suivante</a></li>" if number + 1 < listings else ""
        page(f"/l{number}", "Conseil municipal", papers + following + (sessions if number == 0 else ""))
    for number in range(pages):
        others = "".join(
            f"<li><a href='/s{(number + index) % pages}'>Séance {number + index}</a></li>" for index in range(1, 31)
        )
        page(f"/s{number}", f"Séance du conseil numéro {number}", others)
    for number in range(listings * per_listing):
        points = "\n".join(
            f"{point}. Affaire numéro {point} de la commune, document {number}" for point in range(1, 25)
        )
        text = f"CONSEIL MUNICIPAL\nSéance du {number % 28 + 1} mars 2026 à 18 h 30\nORDRE DU JOUR\n\n{points}\n"
        found[f"/d{number}.txt"] = ("text/plain; charset=utf-8", text.encode())
    return found


def serve(sites: int, answers: dict[str, tuple[str, bytes]], ready: Connection) -> None:
    """Serve the same answers on ``sites`` addresses until killed; tells their URLs."""
    tags = {path: f'"{hashlib.sha256(body).hexdigest()[:16]}"' for path, (_, body) in answers.items()}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def do_GET(self) -> None:
            kind, body = answers.get(self.path, ("text/plain", b""))
            known = self.path in answers
            same = known and self.headers.get("If-None-Match") == tags[self.path]
            self.send_response(304 if same else 200 if known else 404)
            if known:
                self.send_header("ETag", tags[self.path])
            if not same:
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if not same:
                self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    urls = []
    for number in range(sites):
        server = ThreadingHTTPServer((f"127.0.70.{number + 1}", 0), Handler)
        Thread(target=server.serve_forever, daemon=True).start()
        urls.append(f"http://127.0.70.{number + 1}:{server.server_address[1]}/")
    ready.send(urls)
    time.sleep(3600)


CRAWL = """
import json, resource, sys, time
from datetime import UTC, datetime
from pathlib import Path
from crawler.config import load_config
from crawler.run import crawl
from db.home import Home
home = Home(Path(sys.argv[1]))
config = load_config(home.config)
def used():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
began, before = time.perf_counter(), used()
reports = crawl(home, config, config.councils, lambda: datetime.now(UTC))
seconds = time.perf_counter() - began
assert all(report.state == "ok" for report in reports), reports
counts = {"requests": "requests", "bytes": "bytes", "unchanged": "not_modified", "documents": "documents_new"}
sums = {name: sum(getattr(report, field) for report in reports) for name, field in counts.items()}
print(json.dumps({"seconds": seconds, "cpu": used() - before} | sums))
"""

BENCH = """
import atexit, resource, sys
from scrapy.cmdline import execute
before = resource.getrusage(resource.RUSAGE_SELF)
def used():
    after = resource.getrusage(resource.RUSAGE_SELF)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print("used", seconds, file=sys.stderr)
atexit.register(used)
execute(["scrapy", "bench", "-s", "CLOSESPIDER_TIMEOUT=6", "-s", "LOGSTATS_INTERVAL=1"])
"""


def crawl_once(home: Path) -> dict[str, float]:
    """One crawl of everything, in a process of its own; figures over all sites."""
    done = subprocess.run([sys.executable, "-c", CRAWL, str(home)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def scrapy_bench() -> tuple[float, float]:
    """Pages a second of ``scrapy bench``, and a processor second (no parsing but links, no pipeline)."""
    with tempfile.TemporaryDirectory() as elsewhere:
        command = [sys.executable, "-c", BENCH]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=elsewhere)
    crawled = max((int(number) for number in re.findall(r"Crawled (\d+) pages", done.stderr)), default=0)
    used = re.search(r"^used ([\d.]+)", done.stderr, re.MULTILINE)
    if not crawled or not used:
        raise SystemExit(f"scrapy bench failed:\n{done.stderr[-2000:]}")
    return crawled / 6, crawled / float(used[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sites", type=int, default=6)
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--documents", type=int, default=20)
    parser.add_argument("--no-scrapy", action="store_true")
    wanted = parser.parse_args()

    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    server = context.Process(
        target=serve, args=(wanted.sites, site(wanted.pages, wanted.documents), there), daemon=True
    )
    server.start()
    folder = Path(tempfile.mkdtemp(prefix="tocsin-bench-"))
    try:
        blocks = ["[crawl]\ndelay = 0\nmax_pages = 100000\nallow_private_addresses = true\n"]
        for number, url in enumerate(here.recv()):
            blocks.append(f'[[council]]\nid = "c{number}"\nname = "C{number}"\nkind = "commune"\nwebsite = "{url}"\n')
        (folder / "tocsin.toml").write_text("\n".join(blocks))
        print(
            f"{wanted.sites} sites of {wanted.pages} pages and {wanted.documents} documents,"
            f" {datetime.now(UTC):%Y-%m-%d}"
        )
        first, second = crawl_once(folder), crawl_once(folder)
    finally:
        server.kill()
        shutil.rmtree(folder)
    for name, run in (("first crawl", first), ("second crawl", second)):
        rate = run["requests"] / run["seconds"]
        print(
            f"{name:13} {run['requests']:6.0f} requests {run['seconds']:7.1f} s {rate:7.1f}/s"
            f" {run['cpu']:6.1f} s of processor {run['bytes'] / 1000:9.1f} kB {run['unchanged']:6.0f} unchanged"
            f" {run['documents']:5.0f} new documents"
        )
    print(
        f"second/first  {second['requests'] / first['requests']:.1%} of the requests,"
        f" {second['bytes'] / first['bytes']:.1%} of the bytes, {second['seconds'] / first['seconds']:.1%} of the time"
    )
    if not wanted.no_scrapy:
        by_clock, by_processor = scrapy_bench()
        ours, lean = first["requests"] / first["seconds"], first["requests"] / first["cpu"]
        print(
            f"scrapy bench  {by_clock:.1f} pages/s, {by_processor:.1f} a processor second;"
            f" ours is {ours / by_clock:.0%} and {lean / by_processor:.0%} of it"
        )


if __name__ == "__main__":
    main()
