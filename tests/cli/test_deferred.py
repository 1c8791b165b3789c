"""Commands are loaded when they are called; the lists that stand in for them say the same."""

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from aggregator.cli.commands import cli
from aggregator.cli.deferred import DeferringGroup
from tests.running import ROOT

HEAVY = ("apscheduler", "feedparser", "httpx", "lxml", "ruamel.yaml", "sqlite_utils", "trafilatura")


def deferring_groups(group: DeferringGroup) -> Iterator[DeferringGroup]:
    yield group
    for name in group.commands:
        command = group.get_command(click.Context(group), name)
        if isinstance(command, DeferringGroup):
            yield from deferring_groups(command)


def test_a_list_says_what_the_commands_themselves_say() -> None:
    groups = list(deferring_groups(cli))
    assert [group.name for group in groups] == ["cli", "feeds", "rules"]
    for group in groups:
        context = click.Context(group)
        loaded = [group.get_command(context, name) for name in group.list_commands(context)]
        plain = click.Group(commands=[command for command in loaded if command])
        for width in (60, 100, 200):
            listed, expected = click.HelpFormatter(width=width), click.HelpFormatter(width=width)
            group.format_commands(context, listed)
            plain.format_commands(context, expected)
            assert listed.getvalue() == expected.getvalue() != ""


@pytest.mark.parametrize("words", ["--version", "--help", "feeds --help", "rules --help", "fly"])
def test_what_needs_no_command_loads_none(words: str) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "aggregator", *words.split()]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stderr
    imported = {line.rpartition("|")[2].strip() for line in told.splitlines()}
    assert "aggregator.cli.deferred" in imported
    assert imported.isdisjoint(HEAVY)
