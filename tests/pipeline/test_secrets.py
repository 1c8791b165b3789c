"""P38: what feeds.yaml borrows from the environment reaches the publisher and nothing else."""

import asyncio
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from aggregator.config import load
from aggregator.daemon import poll_once
from tests.newsroom.room import Newsroom
from tests.newsroom.worlds import small_world

SECRETS = {
    "FEED_KEY": "key-4711-hush",
    "FEED_SESSION": "session-0815",
    "FEED_PASSWORD": "pass-4242",
}

LOGIN = """  - headers: {X-Key: "${FEED_KEY}"}
    cookies: {session: "${FEED_SESSION}"}
    authorization: "desk:${FEED_PASSWORD}"
    id:"""


@pytest.mark.timeout(120)
@pytest.mark.parametrize("is_set", [True, False])
def test_p38_secrets_reach_neither_log_nor_database(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    is_set: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    for name, value in SECRETS.items():
        if is_set:
            monkeypatch.setenv(name, value)
        else:
            monkeypatch.delenv(name, raising=False)
    caplog.set_level(logging.DEBUG)
    with Newsroom(small_world()) as room:
        before, _, feeds = room.feeds_yaml(extract_workers=1).partition("feeds:\n")
        path = tmp_path / "feeds.yaml"
        path.write_text(f"{before}feeds:\n{feeds.replace('  - id:', LOGIN)}", "utf-8")
        config = load(path)
        settings = replace(config.settings, feed_file=(tmp_path / "merged.atom",))
        progress = asyncio.run(poll_once(replace(config, settings=settings), tmp_path / "news.db"))
    assert progress.feeds_failed == (0 if is_set else 2)
    written = b"".join(
        file.read_bytes() for file in tmp_path.iterdir() if file.name != "feeds.yaml"
    )
    for value in SECRETS.values():
        assert value.encode() not in written
        assert value not in caplog.text
    # Who forgot a variable is told its name, and who set it sees nothing of it.
    assert is_set or any(name.encode() in written for name in SECRETS)
