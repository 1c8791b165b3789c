"""Datasette: what it escapes, and what it does not say or bound by itself."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from datasette.app import Datasette
from datasette.plugins import pm

from tests.assumptions.telling import ours
from tests.publish.conftest import Browsing

HEADERS = "aggregator/publish/browse/headers.py"


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browsing]:
    """Yield Datasette without our plugin."""
    path = tmp_path_factory.mktemp("bare") / "news.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE notes (text TEXT)")
        connection.execute("INSERT INTO notes VALUES ('<script>x()</script>')")
        connection.execute("INSERT INTO notes VALUES ('javascript:x()')")
        connection.commit()
    plugin = pm.get_plugin("aggregator")
    pm.unregister(plugin)
    try:
        with asyncio.Runner() as runner:
            browsing = Browsing(runner, Datasette([str(path)]))
            yield browsing
            browsing.close()
    finally:
        pm.register(plugin, "aggregator")


def test_m15_cells_are_escaped_and_scripts_no_links(bare: Browsing) -> None:
    page = bare.get("/news/notes").text
    assert "<script>x()" not in page, "Datasette escapes cells no longer: do not serve with it"
    assert 'href="javascript:' not in page.lower()


@pytest.mark.parametrize(
    "name", ["content-security-policy", "x-content-type-options", "x-frame-options"]
)
def test_m15_it_sends_no_header_that_protects(bare: Browsing, name: str) -> None:
    assert name not in bare.get("/news/notes").headers, ours(HEADERS)


def test_m15_a_pragma_tells_where_the_file_is(bare: Browsing) -> None:
    told = bare.get("/news.json?sql=select+file+from+pragma_database_list").text
    assert "/news.db" in told.replace("\\\\", "/"), ours("publish/browse/bounded_reading.py")


def test_m15_one_value_may_be_of_any_size(bare: Browsing) -> None:
    answer = bare.get("/news.json?sql=select+length(zeroblob(99000000))")
    assert answer.json()["rows"] == [[99_000_000]], ours("publish/browse/bounded_reading.py")


def test_m15_a_request_that_names_another_host_is_answered(bare: Browsing) -> None:
    answer = bare.get("/news/notes", headers={"Host": "evil.example"})
    assert answer.status_code == 200, ours("publish/browse/hosts.py")


def test_m15_a_reader_opens_the_file_read_only_and_not_frozen(bare: Browsing) -> None:
    database = bare.datasette.get_database("news")
    assert database.is_mutable
    with (
        pytest.raises(sqlite3.OperationalError, match="readonly"),
        closing(database.connect()) as connection,
    ):
        connection.execute("DELETE FROM notes")
    assert Path(database.path).exists()
