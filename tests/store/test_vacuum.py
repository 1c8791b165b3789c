"""Vacuum: smaller and complete afterwards, and refused where it would not fit."""

import shutil
import tempfile
from pathlib import Path

import pytest

from aggregator.errors import StoreFull
from aggregator.store import Store
from aggregator.store.backup import vacuum
from aggregator.store.invariants import violations
from aggregator.store.room import SPARE_BYTES
from tests.store.test_backup import contents
from tests.store.test_upgrade_safety import Usage

MEMORY = Path("/dev/shm")  # noqa: S108 -- a folder of its own is made there


def test_d24_vacuum_gives_room_back_and_keeps_every_row(told: Store, path: Path) -> None:
    with told.transaction() as connection:
        connection.execute("CREATE TABLE ballast AS SELECT zeroblob(5000000) AS x")
    with told.transaction() as connection:
        connection.execute("DROP TABLE ballast")
    rows = sorted(contents(path))
    done = vacuum(told)
    assert done.before > 5_000_000 > done.after == path.stat().st_size
    assert sorted(contents(path)) == rows
    assert violations(told.connection) == []


@pytest.mark.skipif(not MEMORY.is_dir(), reason="needs a second disk")
def test_d24_vacuum_asks_for_room_where_its_temporary_copy_is_written(
    told: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tempfile.TemporaryDirectory(dir=MEMORY) as scratch:
        if Path(scratch).stat().st_dev == path.stat().st_dev:
            pytest.skip("needs a second disk")
        monkeypatch.setenv("SQLITE_TMPDIR", scratch)
        for full, named in ((scratch, Path(scratch)), (str(path.parent), path)):
            free = {full: SPARE_BYTES}
            monkeypatch.setattr(
                shutil, "disk_usage", lambda at, free=free: Usage(0, 0, free.get(str(at), 2**40))
            )
            with pytest.raises(StoreFull, match="vacuum needs") as refused:
                vacuum(told)
            assert refused.value.path == named
        # On each of the two disks there is room for one copy only.
        free_on_each = SPARE_BYTES + path.stat().st_size * 3 // 2
        monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(0, 0, free_on_each))
        told.checkpoint()
        vacuum(told)


def test_d24_vacuum_is_refused_without_room(
    told: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = path.read_bytes()
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(2**30, 0, SPARE_BYTES))
    with pytest.raises(StoreFull, match="vacuum needs"):
        vacuum(told)
    assert path.read_bytes() == before
