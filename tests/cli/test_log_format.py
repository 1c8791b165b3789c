"""Who calls a command chooses how its log looks."""

import logging
import os
from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from aggregator.cli.commands import cli
from aggregator.cli.context import log_to_stderr


@pytest.fixture(autouse=True)
def as_it_was(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AGGREGATOR_LOG", "")
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    logging.captureWarnings(False)
    root.handlers[:] = handlers
    root.setLevel(level)


def logged(capsys: pytest.CaptureFixture[str]) -> str:
    log_to_stderr()
    logging.getLogger("aggregator").info("group articles=%d", 2)
    return capsys.readouterr().err


def test_the_option_reaches_the_processes_that_are_started_too(
    capsys: pytest.CaptureFixture[str],
) -> None:
    CliRunner().invoke(cli, ["--log-format", "text", "search", "--help"])
    assert os.environ["AGGREGATOR_LOG"] == "text"
    assert logged(capsys).endswith(" INFO group articles=2\n")


def test_the_environment_chooses_as_the_option_does(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGGREGATOR_LOG", "json")
    assert logged(capsys).startswith('{"time": "')


def test_another_format_is_refused() -> None:
    refused = CliRunner().invoke(cli, ["--log-format", "xml", "status"])
    assert refused.exit_code == 2
    assert "'xml' is not one of 'text', 'json'" in refused.output
