"""The pages cannot drift: each command, option and link that they name exists, and each command is named."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from pathlib import Path

import click
import pytest
from jsonschema import Draft202012Validator

from crawler.cli.main import COMMANDS, cli
from crawler.config_checks import target as mistake_in

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
GLOBAL = {"--home", "--now", "--help", "-h", "--version"}


def command_lines(page: Path) -> list[str]:
    """Every ``tocsin …`` of a page: in code blocks (after an optional ``$``) and between backticks."""
    text = page.read_text(encoding="utf-8")
    blocks = "\n".join(re.findall(r"^```(?:sh|bash|console|text)?\n(.*?)^```", text, re.S | re.M))
    lines = [m.group(1) for m in re.finditer(r"^(?:\$ )?(?:\S*/)?(tocsin(?: .*)?)$", blocks, re.M)]
    lines += re.findall(r"`(tocsin [^`\n]+)`", text)
    return [re.sub(r"\s+#.*", "", line) for line in lines]


def find(words: list[str]) -> tuple[click.Command, list[str]]:
    """The click command that the words name, and what follows it."""
    command: click.Command = cli
    context = click.Context(cli)
    rest = list(words)
    while isinstance(command, click.Group) and rest:
        while rest and rest[0] in GLOBAL:
            rest = rest[2:] if rest[0] in ("--home", "--now") else rest[1:]
        if not rest:
            break
        found = command.get_command(context, rest[0])
        if found is None:
            break
        command, rest = found, rest[1:]
    return command, rest


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_and_options_exist(page):
    for line in command_lines(page):
        words = shlex.split(line.split(" | ")[0].split(" && ")[0].split(" > ")[0].replace("…", ""))[1:]
        plain = [word for word in words if word not in GLOBAL]
        if not plain or plain[0].startswith("-"):
            continue
        if plain[0] not in COMMANDS and words[0] not in GLOBAL:
            pytest.fail(f"{page.name}: {line!r}: no command {plain[0]!r}")
        command, rest = find(words)
        assert command is not cli, f"{page.name}: {line!r}"
        known = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)} | GLOBAL
        for word in rest:
            if word.startswith("--"):
                assert word.split("=")[0] in known, f"{page.name}: {line!r}: no option {word}"


def test_each_command_is_documented():
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert [name for name in COMMANDS if not re.search(rf"\btocsin(?: --\S+ \S+)* {name}\b", text)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    inline = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text)
    for target in inline + re.findall(r'src="(?!https?:)([^"]+)"', text):
        assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_each_command_explains_itself():
    context = click.Context(cli)
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None and command.help, name
        assert command.name == name


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # imported by apprise
def test_the_addresses_of_channels_are_understood():
    page = (ROOT / "docs/channels.md").read_text(encoding="utf-8")
    blocks = [tomllib.loads(block) for block in re.findall(r"^```toml\n(.*?)^```", page, re.S | re.M)]
    addresses = [address for block in blocks for each in block.get("subscription", ()) for address in each["to"]]
    schemes = {address.partition(":")[0] for address in addresses}
    assert schemes >= {"mailto", "webhook+https", "matrixs", "mastodon", "signal", "ntfys", "slack", "discord"}
    assert {address: mistake_in(address) for address in addresses if mistake_in(address)} == {}


def test_the_example_of_a_webhook_fits_its_schema():
    page = (ROOT / "docs/channels.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```json\n(.*?)^```", page, re.S | re.M)
    schema = json.loads((ROOT / "alerts/channels/webhook.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    assert [error.message for error in Draft202012Validator(schema).iter_errors(json.loads(example))] == []
