"""What every test relies on: a clean environment and no network but loopback."""

import socket
from typing import Any

import pytest
from hypothesis import settings

# How long one example takes says more about the machine than about the program.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

_PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = ("AGGREGATOR_CONFIG", "AGGREGATOR_DATABASE", "AGGREGATOR_LOG", "JOURNAL_STREAM")
    for name in (*_PROXY_VARIABLES, *ours):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test that reaches for the internet, whatever library does it."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not (
            address[0].startswith("127.") or address[0] in {"::1", "localhost"}
        ):
            pytest.fail(f"a test tried to connect to {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
