"""What strangers may ask our database in SQL: it is read only, bounded, and says nothing else."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from datasette.app import Datasette

from aggregator.publish.browse.bounded_reading import (
    ANSWER_LIMIT,
    COLUMN_LIMIT,
    VALUE_LIMIT,
    bound_reading,
)
from tests.hostile_texts import HOSTILE_TEXTS, OBEYED
from tests.publish.conftest import Browsing
from tests.publish.sample import Desk, fill

SETTINGS = {"allow_download": False, "sql_time_limit_ms": 1000, "max_returned_rows": 1000}
ENDLESS = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n"
BIG = VALUE_LIMIT - 1000


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browsing]:
    """Yield Datasette as `aggregator serve` starts it, by the file's name alone."""
    desk = Desk(tmp_path_factory.mktemp("serving") / "conflict-news.db", datetime.now(UTC))
    fill(desk)
    desk.store.close()
    with pytest.MonkeyPatch.context() as patched, asyncio.Runner() as runner:
        patched.chdir(desk.path.parent)
        browsing = Browsing(runner, Datasette([desk.path.name], settings=SETTINGS))
        yield browsing
        browsing.close()


def ask(served: Browsing, sql: str) -> tuple[int, str]:
    response = served.get("/conflict-news.json", params={"sql": sql, "_shape": "objects"})
    return response.status_code, response.text


@pytest.mark.parametrize(
    "statement",
    [
        "delete from stories",
        "update feeds set name = 'x'",
        "drop table entries",
        "with gone as (select 1) delete from stories",
        "attach database 'other.db' as other",
        "detach database main",
        "pragma journal_mode = delete",
        "select * from pragma_journal_mode('delete')",
        "select * from pragma_wal_checkpoint",
        "vacuum into 'copy.db'",
        "select load_extension('./x')",
        "select writefile('x', 'y')",
        "select readfile('conflict-news.db')",
        "select * from sqlite_dbpage",
        "select edit('x')",
    ],
)
def test_c15_nothing_is_written_loaded_or_read_beside_the_tables(
    served: Browsing, statement: str
) -> None:
    files = {path.name: path.read_bytes() for path in Path().iterdir()}
    status, text = ask(served, statement)
    assert status == 400
    assert "Traceback" not in text
    now = {path.name: path.read_bytes() for path in Path().iterdir()}
    assert {**files, **now} == {**now, **files}
    assert set(now) - set(files) <= {"conflict-news.db-wal", "conflict-news.db-shm"}


@pytest.mark.parametrize(
    "expression",
    [
        "randomblob(1000000000)",
        "zeroblob(900000000)",
        "hex(zeroblob(400000000))",
        "printf('%.*c', 900000000, 'x')",
        "format('%.*c', 900000000, 'x')",
        "replace(hex(zeroblob(100000)), '0', hex(zeroblob(1000000)))",
        "(select group_concat(hex(zeroblob(5000000))) from feeds)",
        "json_patch('{}', '{}')",
        "jsonb_patch('{}', '{}')",
        "unhex('00', 'x')",
    ],
)
def test_c15_no_value_is_larger_than_any_of_ours(served: Browsing, expression: str) -> None:
    status, text = ask(served, f"select {expression} as answer")
    assert status == 400
    assert len(text) < 2000


def test_c15_a_thousand_large_rows_are_refused(served: Browsing) -> None:
    rows = "with recursive n(i) as (select 1 union all select i + 1 from n limit 1000)"
    status, text = ask(served, f"{rows} select hex(zeroblob(1000000)) from n")
    assert status == 400
    assert f"longer than {ANSWER_LIMIT // 2**20} MiB" in text
    # Each statement is counted by itself.
    for _ in range(4):
        assert ask(served, "select hex(zeroblob(5000000))")[0] == 200


def test_c15_an_answer_is_counted_as_it_is_written(served: Browsing) -> None:
    faces = "select replace(hex(zeroblob(1000000)), '0', char(128512)) from feeds limit 2"
    status, text = ask(served, faces)
    assert status == 400
    assert f"longer than {ANSWER_LIMIT // 2**20} MiB" in text
    assert ask(served, faces.replace("limit 2", "limit 1"))[0] == 200


def test_c15_an_answer_has_a_hundred_columns_at_most(served: Browsing) -> None:
    columns = [f"1 as c{number}" for number in range(COLUMN_LIMIT + 1)]
    status, text = ask(served, f"select {', '.join(columns)}")
    assert status == 400
    assert "too many columns" in text
    assert ask(served, f"select {', '.join(columns[1:])}")[0] == 200


@pytest.mark.parametrize(
    "question",
    [
        ENDLESS.replace("count(*)", "json_group_array(hex(zeroblob(9999)))"),
        "select * from articles_fts(replace(hex(zeroblob(400000)), '00', 'q ') || 'q')",
    ],
)
def test_c15_no_question_fills_the_memory(served: Browsing, question: str) -> None:
    status, text = ask(served, question)
    assert status == 400
    assert "too much memory" in text
    assert served.get("/").status_code == 200


def test_c17_a_refused_question_forges_no_line_of_the_log(
    served: Browsing, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    for text in HOSTILE_TEXTS:
        name = text.replace("\0", "").encode("utf-8", "ignore").decode().replace('"', '""')
        assert ask(served, f'select "{name}"(1)')[0] == 400
    assert capfd.readouterr().err == ""
    told = [record.getMessage() for record in caplog.records if record.name == "aggregator"]
    assert len(told) == len(HOSTILE_TEXTS)
    assert not [line for line in told if not OBEYED.isdisjoint(line) or "\n" in line]


def test_what_datasette_fails_at_is_told_in_the_log_alone(
    served: Browsing, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    assert served.get("/conflict-news/articles?_timelimit=x").status_code == 500
    assert capfd.readouterr().err == ""
    (told,) = [record for record in caplog.records if record.exc_info]
    assert told.getMessage() == "page failed"


def test_c15_an_endless_query_is_cut_and_no_more_than_a_thousand_rows_come(
    served: Browsing,
) -> None:
    status, text = ask(served, ENDLESS)
    assert status == 400
    assert "SQL query took too long" in text
    rows = "with recursive n(i) as (select 1 union all select i + 1 from n limit 5000)"
    answer = served.get("/conflict-news.json", params={"sql": f"{rows} select i from n"}).json()
    assert answer["truncated"] is True
    assert len(answer["rows"]) == 1000


@pytest.mark.parametrize(
    "path",
    [
        "/conflict-news.json?sql=select+*+from+pragma_database_list",
        "/conflict-news.json?sql=select+*+from+pragma_database_list()",
        "/conflict-news.json?sql=select+file+from+main.pragma_database_list",
        "/-/databases.json",
        "/-/metadata.json",
        "/-/plugins.json?all=1",
        "/-/threads.json",
        "/-/versions.json",
        "/-/settings.json",
        "/conflict-news.json?sql=select+nothing+from+nowhere",
        "/conflict-news/reports?_next=x",
        "/conflict-news/nothing",
    ],
)
def test_c15_where_the_file_lies_is_told_nowhere(served: Browsing, path: str) -> None:
    text = served.get(path).text
    assert str(Path.cwd()) not in text
    assert "Traceback" not in text
    assert "site-packages" not in text


def test_c15_the_file_itself_is_not_handed_out(served: Browsing) -> None:
    assert served.get("/conflict-news.db").status_code == 403
    own = "/-/static-plugins/conflict-news-aggregator"
    for folder in ("/-/static", own):
        for way in (
            "../../conflict-news.db",
            "%2e%2e/headers.py",
            "..%2fheaders.py",
            "//etc/hosts",
        ):
            assert served.get(f"{folder}/{way}").status_code in {302, 403, 404}, way


def test_c15_the_feed_is_there_while_queries_hang(served: Browsing) -> None:
    async def together() -> list[int]:
        client = served.datasette.client
        endless = [client.get("/conflict-news.json", params={"sql": ENDLESS}) for _ in range(2)]
        answers = await asyncio.gather(*endless, client.get("/feed.atom"))
        return [answer.status_code for answer in answers]

    assert served.runner.run(together()) == [400, 400, 200]


@pytest.fixture
def bounded() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        bound_reading(connection)
        yield connection


@pytest.mark.parametrize("function", ["instr", "replace", "trim", "ltrim", "rtrim"])
def test_c15_our_functions_answer_as_those_of_sqlite(
    bounded: sqlite3.Connection, function: str
) -> None:
    values = ["NULL", "''", "'Порт Orlane'", "'t'", "'Orlane'", "' '", "12", "1.5", "x'6f72'"]
    with closing(sqlite3.connect(":memory:")) as plain:
        for text in values:
            for part in values:
                for third in [f", {by}" for by in values] if function == "replace" else [""]:
                    sql = f"SELECT {function}({text}, {part}{third})"
                    ours, theirs = (c.execute(sql).fetchone()[0] for c in (bounded, plain))
                    assert ours == theirs, sql


def test_c15_searching_a_long_text_for_a_long_one_takes_no_longer_than_reading_both(
    bounded: sqlite3.Connection,
) -> None:
    half = BIG // 2
    (found,) = bounded.execute(
        "SELECT instr(hex(zeroblob(?)), hex(zeroblob(?)) || '1')", (half // 2, half // 4)
    ).fetchone()
    assert found == 0
    with pytest.raises(sqlite3.DatabaseError):
        bounded.execute("SELECT 'x' LIKE ?", ("%a" * 400,)).fetchone()


def test_c15_other_databases_keep_their_own_limits(runner: asyncio.Runner, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "birds.db")) as connection:
        connection.execute("CREATE TABLE birds (name TEXT)")
    browsing = Browsing(runner, Datasette([str(tmp_path / "birds.db")]))
    answer = browsing.get("/birds.json", params={"sql": "select printf('%d', 3) as n"}).json()
    browsing.close()
    assert answer["rows"] == [["3"]]
