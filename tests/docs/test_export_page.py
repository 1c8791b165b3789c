"""docs/export.md names each column of an export."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aggregator.group.origin.standing import Dependence
from aggregator.publish.export.columns import FEED_COLUMNS, report_columns, story_columns
from aggregator.publish.export.parquet import ROWS_A_GROUP
from tests.publish.sample import Desk, fill
from tests.running import ROOT

PAGE = (ROOT / "docs/export.md").read_text(encoding="utf-8")


def test_the_page_names_each_column_and_no_other() -> None:
    for title, columns in (
        ("Stories", (*story_columns(), *story_columns(nested=True))),
        ("Reports", report_columns(with_text=True)),
        ("Feeds", FEED_COLUMNS),
    ):
        section = PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
        told = re.findall(
            r"`([a-z_]+)`", "".join(re.findall(r"^\| (`[^|]*) \|", section, re.MULTILINE))
        )
        assert sorted(told) == sorted({column.name for column in columns})


def test_the_page_names_each_way_to_depend() -> None:
    (line,) = re.findall(r"^\| `dependence`.*", PAGE, re.MULTILINE)
    assert set(re.findall(r'"([^"]+)"', line)) == set(Dependence)


def test_the_page_says_how_many_records_parquet_holds_at_a_time() -> None:
    assert f"in Parquet {ROWS_A_GROUP:,} at a time" in PAGE


def test_the_snippet_prints_the_stories_of_a_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (snippet,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    desk = Desk(tmp_path / "conflict-news.db", datetime.now(UTC))
    fill(desk)
    monkeypatch.chdir(tmp_path)
    exec(snippet.replace("origins=3", "origins=2"), {})  # noqa: S102 -- our own page
    desk.store.close()
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]+Z .+ \d+", line) for line in lines)
