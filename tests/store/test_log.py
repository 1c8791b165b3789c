"""D23: one connection writes, its log stays small, and a faulty SQLite is named."""

import ast
import asyncio
import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from aggregator.pipeline.database_watch import LOG_TROUBLE, WARNED_BYTES, bound_log, name_sqlite
from aggregator.pipeline.trouble_desk import TroubleDesk
from aggregator.store import Store
from aggregator.store.connection import LOG_LIMIT_BYTES, sqlite_warning
from tests.running import ROOT
from tests.store.building import COURIER, NOW, entry, poll, poll_outcome

MIB = 2**20


def log_bytes(path: Path) -> int:
    return path.with_name(f"{path.name}-wal").stat().st_size


class Watch:
    """What the end of each cycle does, and the troubles that are known then."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._desk = TroubleDesk(stored=self._stored, now=lambda: NOW)

    async def _stored(self, function: Callable[..., Any], /, *arguments: object) -> Any:
        return function(self._store, *arguments)

    def look(self) -> list[tuple[str, str]]:
        asyncio.run(bound_log(self._stored, self._desk))
        return list(map(tuple, self._store.connection.execute("SELECT name, detail FROM troubles")))


def grow(store: Store, first: int, last: int) -> None:
    for batch in range(first, last, 500):
        entries = [entry(number) for number in range(batch, batch + 500)]
        poll(store, poll_outcome(COURIER, *entries, etag=f'"{batch}"'))


def test_d23_the_log_is_bounded_and_warned_about_while_a_reader_holds_it(
    store: Store, path: Path
) -> None:
    watch = Watch(store)
    with closing(sqlite3.connect(path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM entries").fetchone()
        grow(store, 0, 10_000)
        # Texts of pages are larger than what feeds say.
        while log_bytes(path) < WARNED_BYTES:
            assert watch.look() == []
            with store.transaction() as connection:
                connection.execute(
                    "UPDATE entries SET content = hex(randomblob(4000)) WHERE id <= 2000"
                )
        ((name, detail),) = watch.look()
        assert name == LOG_TROUBLE
        assert "cannot be cut" in detail
        # The reader still sees what it saw, and nobody has waited for it.
        assert reader.execute("SELECT count(*) FROM entries").fetchone()[0] == 0
    assert watch.look() == []
    assert log_bytes(path) <= LOG_LIMIT_BYTES == 4 * MIB
    assert store.connection.execute("SELECT count(*) FROM entries").fetchone()[0] == 10_000


def test_d23_a_small_log_is_left_alone(store: Store, path: Path) -> None:
    grow(store, 0, 500)
    before = log_bytes(path)
    assert Watch(store).look() == []
    assert log_bytes(path) == before > 0


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    for file in sorted((ROOT / "aggregator").rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)) if f"{name}(" in text else ():
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(name):
                yield str(file.relative_to(ROOT / "aggregator")), node


def test_d23_one_place_opens_a_connection_that_writes_to_the_database() -> None:
    found = [(file, "mode=ro" in ast.unparse(call)) for file, call in calls("sqlite3.connect")]
    assert sorted(found) == [
        ("store/connection.py", False),
        ("store/connection.py", True),
        # A file that nobody else knows yet: the copy.
        ("store/copies.py", False),
        ("store/copies.py", True),
    ]
    opened = [ast.unparse(call) for _, call in calls("Database")]
    assert all("memory=True" in call or "(connection" in call for call in opened), opened


def test_d23_nothing_maps_the_file_into_memory_or_takes_it_for_immutable() -> None:
    for file in (ROOT / "aggregator").rglob("*.py"):
        text = file.read_text(encoding="utf-8").lower()
        assert "mmap_size" not in text
        assert "immutable=" not in text
    ((_, start),) = calls("Datasette")
    given = {keyword.arg: ast.unparse(keyword.value) for keyword in start.keywords}
    assert given["files"] == "[database.name]"
    assert "immutables" not in given
    assert not start.args


def test_d23_the_start_names_sqlite_and_warns_of_versions_with_the_fault(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert sqlite_warning((3, 51, 3)) is None
    warning = sqlite_warning((3, 51, 2))
    assert warning is not None
    assert "3.51.2" in warning
    assert "backup" in warning
    with caplog.at_level(logging.INFO, "aggregator"):
        name_sqlite()
    assert f"sqlite version={sqlite3.sqlite_version}" in caplog.text
    assert ("WAL reset" in caplog.text) is (sqlite3.sqlite_version_info < (3, 51, 3))
