"""Secrets in the addresses of webhooks and topics reach the receiver, and nothing else."""

import asyncio
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from aggregator.config import load
from aggregator.daemon import poll_once
from aggregator.store import open_store
from aggregator.store.feeds import sync_config
from aggregator.text.secrets import without_secrets
from tests.running import aggregator
from tests.serving import serving
from tests.store.building import AGENCY, COURIER
from tests.store.building import config as feeds_config
from tests.store.telling import Telling

pytestmark = pytest.mark.timeout(240)

TOKEN, TOPIC = "t0ken-4711-hush", "topic-0815-hush"
GONE = "gone-2342-hush"


class Receiver(ThreadingHTTPServer):
    """Takes what is posted, or answers `status` with the address in its phrase and headers."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.paths: list[str] = []
        self.status = 200


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.server.paths.append(self.path)
        self.send_response(self.server.status, f"No {self.path}")
        self.send_header("X-Asked", self.path)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with serving(Receiver()) as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Path:
    port = receiver.server_port
    monkeypatch.setenv("HOOK_SECRET", "a secret of more than sixteen bytes")
    monkeypatch.setenv("TOKEN", TOKEN)
    monkeypatch.setenv("TOPIC_URL", f"http://127.0.0.1:{port}/{TOPIC}")
    monkeypatch.setenv("GONE_URL", f"http://{GONE}.invalid/hook")
    (tmp_path / "feeds.yaml").write_text(
        f"""\
settings:
  database: news.db
  allowed_networks: [127.0.0.0/8]
  allowed_ports: [80, 443, {port}]
feeds: []
conflicts: []
alerts:
  - name: Hook
    least_outlets: 1
    webhook:
      url: http://127.0.0.1:{port}/in/${{TOKEN}}?key=${{TOKEN}}
      secret: ${{HOOK_SECRET}}
    push: {{url: "${{TOPIC_URL}}"}}
  - name: Gone
    least_outlets: 1
    webhook: {{url: "${{GONE_URL}}", secret: "${{HOOK_SECRET}}"}}
""",
        encoding="utf-8",
    )
    assert aggregator("poll", folder=tmp_path).returncode == 0  # the alerts are first seen
    now = datetime.now(UTC)
    with open_store(tmp_path / "news.db", now=now) as store:
        sync_config(store, feeds_config(COURIER, AGENCY), now)
        Telling(store, now).report()
    return tmp_path


@pytest.mark.parametrize("status", [404, pytest.param(200, marks=pytest.mark.slow)])
def test_p38_they_reach_no_log_no_file_and_no_output(
    folder: Path, receiver: Receiver, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    caplog.set_level(logging.DEBUG)
    receiver.status = status
    asyncio.run(poll_once(load(folder / "feeds.yaml"), folder / "news.db"))
    assert set(receiver.paths) == {f"/in/{TOKEN}?key={TOKEN}", f"/{TOPIC}"}
    written = caplog.text
    for command in (
        ["status"],
        ["status", "--json"],
        ["check"],
        ["alerts", "list"],
        ["alerts", "list", "--json"],
        ["alerts", "preview"],
        ["alerts", "preview", "--json"],
        ["alerts", "test", "Hook"],
        ["alerts", "test", "Gone", "--json"],
    ):
        told = aggregator(*command, folder=folder)
        written += told.stdout + told.stderr
    for file in folder.iterdir():
        if file.name != "feeds.yaml":
            written += file.read_bytes().decode("latin-1")
    assert "Report number 1" in written
    assert "cannot connect to ${GONE_URL}" in written  # of the receiver that is gone
    for secret in (TOKEN, TOPIC, GONE):
        assert secret not in written


def test_a_variable_that_is_missing_or_no_address_is_named_and_not_shown(
    folder: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOPIC_URL", f"ftp://{TOPIC}")
    monkeypatch.delenv("TOKEN")
    told = aggregator("alerts", "test", "Hook", folder=folder)
    assert told.returncode == 1
    assert "the environment has no variable TOKEN: set it" in told.stdout
    assert "${TOPIC_URL} is no http or https address: look at the variables" in told.stdout
    assert TOPIC not in told.stdout + told.stderr
    assert receiver.paths == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no answer from hooks.example: reset", "no answer from ${URL}: reset"),
        ("HTTP 404 for /T0ken12/a%20b%20c%20d?q", "HTTP 404 for /${URL}/${URL}?q"),
        ("https://hooks.example:8443/T0ken12/a b c d", "${URL}"),
        ("HTTP 500", "HTTP 500"),
    ],
)
def test_a_text_shows_names_in_the_place_of_what_they_mean(text: str, expected: str) -> None:
    environment = {"URL": "https://hooks.example:8443/T0ken12/a b c d", "OTHER": "HTTP"}
    assert without_secrets(text, "${URL}?x=${MISSING}", environment) == expected
