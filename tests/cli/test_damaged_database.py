"""A damaged database: each command works, or says that it is damaged and what to do."""

import random
from pathlib import Path

import pytest

from aggregator.store import open_store
from aggregator.store.feeds import sync_config
from tests.running import aggregator
from tests.seeds import seeds
from tests.store.building import (
    COURIER,
    NOW,
    config,
    entry,
    group_all,
    poll,
    poll_outcome,
    scrape_all,
)

_COMMANDS = [
    ["status"],
    ["status", "--check"],
    ["search", "bridge"],
    ["story", "1"],
    ["feeds", "list"],
    ["feeds", "health"],
    ["feeds", "show", "courier"],
    ["feeds", "resume", "courier"],
    ["alerts", "list"],
    ["archive", "show", "1"],
    ["export", "stories", "--nested"],
    ["export", "reports"],
    ["export", "feeds"],
    ["keep"],
    ["check", "--database"],
    ["check", "--database", "--repair"],
    ["upgrade"],
    ["vacuum"],
    ["backup", "copy.db"],
]

_KEPT = "feeds.yaml"

_REMEDIES = (
    "put a backup in its place",
    "go back to the latest backup",
    "`aggregator check --database` says what to do",
)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("sound") / "conflict-news.db"
    with open_store(path, now=NOW) as store:
        sync_config(store, config(COURIER), NOW)
        poll(store, poll_outcome(COURIER, *(entry(number) for number in range(1, 60))))
        scrape_all(store)
        group_all(store)
        store.checkpoint()
    return path.read_bytes()


def _damaged(sound: bytes, chance: random.Random) -> bytes:
    page_size = int.from_bytes(sound[16:18])
    content = bytearray(sound)
    pages = len(sound) // page_size
    match chance.choice(["a page", "beginnings of pages", "the end", "bytes"]):
        case "a page":
            begin = chance.randrange(1, pages) * page_size
            content[begin : begin + page_size] = chance.randbytes(page_size)
        case "beginnings of pages":
            for page in chance.sample(range(1, pages), 20):
                begin = page * page_size
                content[begin : begin + 100] = chance.randbytes(100)
        case "the end":
            del content[chance.randrange(1, pages) * page_size :]
        case _:
            for at in chance.sample(range(page_size, len(content)), 200):
                content[at] ^= chance.randrange(1, 256)
    return bytes(content)


def _assert_told(folder: Path, content: bytes, *, by_each: bool = False) -> None:
    (folder / _KEPT).write_text("feeds: []\nconflicts: []\n", encoding="utf-8")
    for command in _COMMANDS:
        for path in folder.iterdir():
            if path.name != _KEPT:
                path.unlink()
        (folder / "conflict-news.db").write_bytes(content)
        result = aggregator(*command, folder=folder)
        assert result.returncode in ((3,) if by_each else (0, 1, 3)), command
        if result.returncode == 3:
            told = result.stdout + result.stderr
            assert "conflict-news.db: " in told, command
            assert any(remedy in told for remedy in _REMEDIES), command


@pytest.mark.parametrize("seed", seeds(100))
def test_d21_each_command_works_or_says_that_the_file_is_damaged(
    seed: int, sound: bytes, tmp_path: Path
) -> None:
    _assert_told(tmp_path, _damaged(sound, random.Random(seed)))  # noqa: S311 -- one that can be repeated


def test_d21_a_damaged_schema_is_told_by_each_command(sound: bytes, tmp_path: Path) -> None:
    # SQLite quotes it in its message, which Python then cannot read.
    broken = sound.replace(b"CREATE TABLE", b"CREATE TABL\xff")
    assert broken != sound
    _assert_told(tmp_path, broken, by_each=True)
