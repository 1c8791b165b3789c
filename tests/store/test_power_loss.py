"""What a power cut leaves of the write-ahead log opens at a commit, the last or an earlier one."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from aggregator.store import open_store
from aggregator.store.feeds import sync_config
from tests.invariants import violations
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
from tests.store.fresh import fresh_store

POLLS = 12
CUTS_OF_A_SEED = 5


@dataclass(frozen=True)
class Written:
    """A file and its log as a crash leaves them: how long the log was after how many polls."""

    file: bytes
    log: bytes
    ends: tuple[int, ...]

    def survivors(self, intact: int) -> int:
        """Return how many polls stand when the log is good for so many bytes."""
        return sum(end <= intact for end in self.ends)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    path = tmp_path_factory.mktemp("written") / "news.db"
    log = path.with_name("news.db-wal")
    ends = []
    with fresh_store(path, NOW) as store:
        sync_config(store, config(COURIER), NOW)
        store.checkpoint()
        for number in range(1, POLLS + 1):
            poll(store, poll_outcome(COURIER, entry(number), etag=f'"{number}"'))
            ends.append(log.stat().st_size)
            scrape_all(store)
            group_all(store)
        return Written(path.read_bytes(), log.read_bytes(), tuple(ends))


def cut(log: bytes, at: int) -> bytes:
    return log[:at]


def flip(log: bytes, at: int) -> bytes:
    return log[:at] + bytes([log[at] ^ 0xFF]) + log[at + 1 :]


@pytest.mark.parametrize("damage", [cut, flip])
@pytest.mark.parametrize("seed", seeds(60))
def test_d20_a_log_that_is_cut_or_damaged_opens_at_a_commit(
    seed: int, damage: Callable[[bytes, int], bytes], tmp_path: Path, written: Written
) -> None:
    chance = random.Random(seed)  # noqa: S311 -- repeatable, not secret
    for number in range(CUTS_OF_A_SEED):
        at = chance.randrange(len(written.log))
        path = tmp_path / f"{number}.db"
        path.write_bytes(written.file)
        path.with_name(f"{number}.db-wal").write_bytes(damage(written.log, at))
        with open_store(path, now=NOW) as store:
            (count,) = store.connection.execute("SELECT count(*) FROM entries").fetchone()
            (etag,) = store.connection.execute("SELECT etag FROM feeds").fetchone()
            broken = violations(store.connection)
        # A commit counts when its last byte is there; more of the log may be good than that.
        assert count == written.survivors(at), f"seed {seed}: byte {at} of {len(written.log)}"
        assert etag == (f'"{count}"' if count else None)
        assert broken == []
