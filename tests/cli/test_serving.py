"""`aggregator serve` gives the pages the settings, secrets by their names only."""

import socket
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.running import aggregator, started, wait_until

FEEDS = """\
settings: {reader_password: "${READERS}"}
feeds: []
conflicts: []
"""


def test_a_password_that_the_environment_lacks_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("READERS", raising=False)
    (tmp_path / "feeds.yaml").write_text(FEEDS, encoding="utf-8")
    aggregator("poll", folder=tmp_path)
    done = aggregator("serve", folder=tmp_path)
    assert done.returncode == 2
    assert "reader_password names ${READERS}, but the environment has no variable" in done.stderr


def test_readers_need_the_password_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unused_port: int
) -> None:
    monkeypatch.setenv("READERS", "grain and salt")
    (tmp_path / "feeds.yaml").write_text(FEEDS, encoding="utf-8")
    aggregator("poll", folder=tmp_path)
    site = f"http://127.0.0.1:{unused_port}"

    def status(path: str, form: bytes | None = None) -> int:
        try:
            with urllib.request.urlopen(f"{site}{path}", form, timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    with started("serve", "--port", str(unused_port), folder=tmp_path):
        wait_until(lambda: status("/feed.atom") == 200)
        assert status("/api/greader.php/reader/api/0/user-info") == 401
        login = "/api/greader.php/accounts/ClientLogin"
        assert status(login, b"Email=me&Passwd=grain") == 401
        assert status(login, b"Email=me&Passwd=grain+and+salt") == 200
        with urllib.request.urlopen(f"{site}/-/metadata.json", timeout=30) as answer:
            assert b"grain" not in answer.read()


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
