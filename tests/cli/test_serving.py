"""`aggregator serve` gives the pages the settings, secrets by their names only."""

import socket
import sys
import urllib.error
import urllib.request
from pathlib import Path

import httpx
import pytest
from bs4 import BeautifulSoup

from aggregator.config.options import FEED_ENTRIES_LIMIT
from tests.running import aggregator, started, wait_until
from tests.store.building import NOW
from tests.store.fresh import fresh_store

FEEDS = f"""\
settings:
  reader_password: "${{READERS}}"
  base_url: "https://news.example.org/news/"
  feed_entries: {FEED_ENTRIES_LIMIT}
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


@pytest.mark.parametrize("name", ["n#1.db", "n?x.db", "n%41.db"])
@pytest.mark.parametrize("command", [["serve"], ["run", "--serve"]], ids=" ".join)
def test_a_file_that_would_be_opened_by_another_name_is_refused(
    tmp_path: Path, name: str, command: list[str]
) -> None:
    (tmp_path / "feeds.yaml").write_text("feeds: []\nconflicts: []\n", encoding="utf-8")
    fresh_store(tmp_path / name, NOW).close()
    before = sorted(path.name for path in tmp_path.iterdir())
    done = aggregator("--database", name, *command, folder=tmp_path)
    assert done.returncode == 3
    assert f"no pages can be served from a file with {name[1]} in its name" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == before


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
        check_names(site)
        check_links(site)
        check_what_is_told(site, tmp_path)


@pytest.mark.parametrize(
    ("base_url", "status"), [("http://localhost:8001/", 421), ("http://news.example.org/", 200)]
)
def test_c15_where_only_this_machine_is_let_in_no_other_name_is_answered(
    tmp_path: Path, unused_port: int, base_url: str, status: int
) -> None:
    settings = f"settings: {{serve_host: 0.0.0.0, base_url: '{base_url}'}}"
    (tmp_path / "feeds.yaml").write_text(
        f"{settings}\nfeeds: []\nconflicts: []\n", encoding="utf-8"
    )
    aggregator("poll", folder=tmp_path)
    site = f"http://127.0.0.1:{unused_port}"

    def status_as(name: str) -> int:
        try:
            return httpx.get(f"{site}/-/health", headers={"Host": name}).status_code
        except httpx.TransportError:
            return 0

    with started("serve", "--port", str(unused_port), folder=tmp_path):
        wait_until(lambda: status_as("127.0.0.1:8001") == 200)
        assert status_as("localhost:8001") == 200
        assert status_as("evil.example:8001") == status


def check_names(site: str) -> None:
    """Assert C15: a page that has pointed its own name at this machine reads nothing."""
    port = site.rpartition(":")[2]
    for own in (f"localhost:{port}", f"127.0.0.1:{port}", f"[::1]:{port}", "news.example.org"):
        assert httpx.get(f"{site}/feed.json", headers={"Host": own}).status_code == 200, own
    for other in (f"evil.example:{port}", "localhost.evil.example", "127.0.0.1.evil.example"):
        answer = httpx.get(f"{site}/feed.json", headers={"Host": other})
        assert answer.status_code == 421, other
        assert "set base_url in feeds.yaml" in answer.text
        assert answer.headers["content-security-policy"]


def check_links(site: str) -> None:
    """Assert that pages stay under the path of base_url, and are there without it as well."""
    for path in ("/", "/search", "/-/tables", "/news/", "/news/search", "/news/-/tables"):
        page = BeautifulSoup(httpx.get(f"{site}{path}").raise_for_status().text, "html.parser")
        named = page.select("[href], [src], form[action]")
        links = {str(each.get("href") or each.get("src") or each.get("action")) for each in named}
        own = {link for link in links if link.startswith("/")}
        assert own
        assert all(link.startswith("/news/") for link in own), (path, own)
        for link in own:
            assert httpx.get(f"{site}{link}").status_code == 200, link
    assert 'href="https://news.example.org/news/feed.atom"' in httpx.get(f"{site}/feed.atom").text


def check_what_is_told(site: str, folder: Path) -> None:
    """Assert C15: the settings are ours, and neither the folder nor another address is served."""
    (database,) = httpx.get(f"{site}/-/databases.json").json()
    assert database["path"] == "conflict-news.db"
    assert database["is_mutable"] is True
    settings = httpx.get(f"{site}/-/settings.json").json()
    for name in ("allow_download", "trace_debug", "template_debug"):
        assert settings[name] is False, name
    assert settings["sql_time_limit_ms"] == 1000
    assert settings["max_returned_rows"] == 1000
    files = "/conflict-news.json?sql=select+*+from+pragma_database_list"
    for path in (files, "/-/plugins.json", "/-/metadata.json"):
        assert str(folder) not in httpx.get(f"{site}{path}").text
    if sys.platform == "linux":
        # The whole of 127.0.0.0/8 is this machine: who listens everywhere would answer here too.
        with socket.socket() as other:
            assert other.connect_ex(("127.0.0.2", int(site.rpartition(":")[2]))) != 0


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
