"""Which addresses may be reached, in every spelling."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from crawler.addresses import is_public, literal, refusal

PRIVATE = [
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0x7f.0.0.1", "10.1.2.3", "172.16.0.9",
    "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "0.0.0.0", "0", "224.0.0.1", "255.255.255.255", "198.18.0.1", "[::1]", "[::]",
    "[fe80::1]",
    "[fd00::8]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::127.0.0.1]",
    "[ff02::1]",
    "localhost", "LOCALHOST", "a.localhost", "localhost.", "printer.local", "db.internal", "127.0.0.1.",
]  # fmt: skip
PUBLIC = [
    "1.1.1.1",
    "93.184.216.34",
    "[2606:4700::1111]",
    "www.une-ville.fr",
    "[::ffff:1.1.1.1]",
    "10.fr",
    "0x.fr",
    "localhost.fr",
]


@pytest.mark.parametrize("host", PRIVATE)
def test_private_addresses_are_refused(host):
    assert refusal(f"http://{host}/x") and refusal(f"https://{host}:8080/")


@pytest.mark.parametrize("host", PUBLIC)
def test_public_addresses_pass(host):
    assert refusal(f"http://{host}/x") is None


@pytest.mark.parametrize(
    "url",
    ["ftp://une-ville.fr/", "file:///etc/passwd", "data:text/html,x", "http:///x", "gopher://1.1.1.1/", "http://[::1/"],
)
def test_other_schemes_and_no_host(url):
    assert refusal(url)


def test_literal_reads_every_notation():
    assert {str(literal(host)) for host in ("2130706433", "0x7f.1", "127.1", "%31%32%37.0.0.1")} == {"127.0.0.1"}
    assert literal("une-ville.fr") is None and literal("999.1.1.1") is None


def test_what_an_ipv6_address_carries_counts():
    assert is_public(ip_address("2001:4860:4860::8888"))
    assert not is_public(ip_address("2002:a00:1::")) and not is_public(ip_address("64:ff9b::a00:1"))
