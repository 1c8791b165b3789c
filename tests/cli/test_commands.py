"""Each command through its public surface: arguments in; output, files and exit codes out."""

import gzip
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from aggregator.model import HttpUrl
from aggregator.scrape.batch import to_record
from aggregator.scrape.standin import empty_article
from tests.newsroom.room import Newsroom
from tests.newsroom.worlds import small_world
from tests.running import aggregator

pytestmark = pytest.mark.timeout(240)

PAGE = """<!doctype html><html lang="en"><head><title>Ferry resumes | Quay Post</title>
<meta property="og:title" content="Ferry resumes after nine days">
<meta property="article:published_time" content="2026-02-03T08:00:00Z">
<meta name="author" content="Ansa Pell"></head><body><nav><a href="/">Home</a></nav>
<article><h1>Ferry resumes after nine days</h1>
<p>The ferry across the lower strait sailed again on Tuesday, nine days after shells hit its
landing stage, the port office said in a short notice.</p>
<p>Forty passengers were on the first crossing. Most carried flour and paraffin for relatives on
the far bank, where shops have been shut since the end of January.</p>
<p>The harbour master said a second boat would follow once divers had checked the channel for
mines, which he expected to take until the weekend.</p></article></body></html>"""


@dataclass(frozen=True, slots=True)
class Desk:
    """A folder with feeds.yaml and a database after one poll."""

    folder: Path
    room: Newsroom


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("desk")
    with Newsroom(small_world()) as room:
        text = room.feeds_yaml(extract_workers=1, database="news.db")
        (folder / "feeds.yaml").write_text(text, encoding="utf-8")
        result = aggregator("poll", folder=folder)
        assert result.returncode == 0, result.stderr
        assert "2 feeds polled (0 failed), 2 new entries" in result.stdout
        yield Desk(folder, room)


def test_poll_says_in_json_what_it_did(desk: Desk) -> None:
    result = aggregator("poll", "--all", "--json", folder=desk.folder)
    progress = json.loads(result.stdout)
    assert (progress["feeds_done"], progress["entries_new"], progress["feeds_failed"]) == (2, 0, 0)


def test_poll_says_how_many_pages_it_looked_at_again(desk: Desk) -> None:
    assert "looked at again" not in aggregator("poll", folder=desk.folder).stdout
    with closing(sqlite3.connect(desk.folder / "news.db")) as database, database:
        database.execute("UPDATE revisits SET due_at = '2020-01-01T00:00:00Z'")
    result = aggregator("poll", folder=desk.folder)
    assert re.search(r"0 pages, [12] looked at again \(0 edited\), 0 articles", result.stdout)


def test_status_is_readable_and_is_json(desk: Desk) -> None:
    text = aggregator("status", folder=desk.folder).stdout
    assert "entries" in text
    assert "2 working" in text
    assert json.loads(aggregator("status", "--json", folder=desk.folder).stdout)["entries"] == 2


def test_search_and_story_lead_from_a_word_to_the_reasons(desk: Desk) -> None:
    word = max(desk.room.articles()[0].report.headline.split(), key=len).strip(".,:;!?'\"")
    (hit, *_) = json.loads(aggregator("search", word, "--json", folder=desk.folder).stdout)
    story = aggregator("story", str(hit["story_id"]), "--why", folder=desk.folder).stdout
    assert hit["title"] in story
    assert "score" in story
    assert "it is an own report" in story
    assert "independent origin" in story
    record = json.loads(
        aggregator("story", str(hit["story_id"]), "--json", folder=desk.folder).stdout
    )
    assert record["article_count"] == len(record["reports"])
    assert aggregator("search", "zzzyx", folder=desk.folder).stdout == "nothing found\n"
    assert aggregator("search", word, "--", f"-{word}", folder=desk.folder).stdout == (
        "nothing found\n"
    )
    refused = aggregator("search", "--", f"-{word}", folder=desk.folder)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "at least one word or number that is to be there" in refused.stderr


def test_what_is_not_there_exits_with_1_and_one_line(desk: Desk) -> None:
    missing = aggregator("story", "999999", folder=desk.folder)
    assert (missing.returncode, missing.stderr) == (1, "aggregator: no story 999999\n")


def test_check_reports_every_mistake_with_its_line_and_exits_with_2(tmp_path: Path) -> None:
    (tmp_path / "feeds.yaml").write_text(
        "feeds:\n  - nmae: Courier\n    url: ftp://courier.example/\n    kind: wires\n"
    )
    result = aggregator("check", folder=tmp_path)
    assert result.returncode == 2
    for expected in ("feeds.yaml:2:", "feeds.yaml:3:", "feeds.yaml:4:", "nmae", "name"):
        assert expected in result.stderr
    assert "Traceback" not in result.stderr


def test_check_reads_the_good_file(desk: Desk) -> None:
    assert "2 feeds" in aggregator("check", folder=desk.folder).stdout
    assert json.loads(aggregator("check", "--json", folder=desk.folder).stdout)["feeds"] == 2


def test_a_missing_database_exits_with_3_and_says_how_to_make_one(tmp_path: Path) -> None:
    result = aggregator("--database", "absent.db", "status", folder=tmp_path)
    assert result.returncode == 3
    assert "aggregator poll" in result.stderr


def test_feeds_are_listed_added_and_removed(desk: Desk, tmp_path: Path) -> None:
    listed = aggregator("feeds", "list", folder=desk.folder).stdout
    assert "working" in listed
    (tmp_path / "feeds.yaml").write_text("# mine\nfeeds: []\nconflicts: []\n")
    add = ("feeds", "add", "https://quay.example/rss", "--name", "Quay Post", "--no-check")
    assert aggregator(*add, folder=tmp_path).returncode == 0
    text = (tmp_path / "feeds.yaml").read_text()
    assert "# mine" in text
    assert "https://quay.example/rss" in text
    assert aggregator(*add, folder=tmp_path).returncode == 2
    assert "quay-post" in aggregator("feeds", "list", folder=tmp_path).stdout
    assert aggregator("feeds", "remove", "quay-post", folder=tmp_path).returncode == 0
    assert "quay.example" not in (tmp_path / "feeds.yaml").read_text()
    assert aggregator("feeds", "remove", "quay-post", folder=tmp_path).returncode == 1


def test_extract_prints_one_json_object(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    url = "https://quay.example/ferry"
    result = aggregator("extract", "page.html", "--url", url, "--json", folder=tmp_path)
    record = json.loads(result.stdout)
    assert list(record) == list(to_record(empty_article(HttpUrl(url), "")))
    assert record["url"] == url
    assert record["title"] == "Ferry resumes after nine days"
    assert record["authors"] == ["Ansa Pell"]
    assert record["published"].startswith("2026-02-03T08:00:00")
    assert record["language"] == "en"
    assert record["verdict"] == "article"
    assert record["body"].startswith("The ferry across")
    assert "Home" not in record["body"]


def test_extract_batch_writes_a_line_for_each_line(tmp_path: Path) -> None:
    (tmp_path / "one.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "two.html.gz").write_bytes(gzip.compress(b"<html><body></body></html>"))
    names = ("one.html", "two.html.gz", "absent.html")
    lines = [
        json.dumps({"id": str(number), "url": f"https://quay.example/{number}", "path": name})
        for number, name in enumerate(names)
    ]
    (tmp_path / "list.jsonl").write_text("\n".join(lines) + "\n")
    result = aggregator(
        "extract", "--batch", "list.jsonl", "--output", "out.jsonl", folder=tmp_path
    )
    assert result.returncode == 0
    assert "absent.html" in result.stderr
    found = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [record["id"] for record in found] == ["0", "1", "2"]
    assert found[0]["body"]
    assert found[1]["body"] == found[2]["body"] == ""


def test_group_writes_a_cluster_for_each_article(tmp_path: Path) -> None:
    told = "Shelling hit the grain depot at Orlane overnight, killing four dock workers"
    articles = [
        {"id": "a", "title": told, "source": "one.example", "published": "2026-03-01T08:00:00Z"},
        {"id": "b", "title": told + ", port says", "source": "two.example",
         "published": "2026-03-01T09:00:00Z"},
        {"id": "c", "title": "Rowing club wins the regatta on the upper lake",
         "source": "one.example", "published": "2026-03-01T10:00:00Z"},
    ]  # fmt: skip
    lines = [json.dumps({"text": "", "url": None, "lang": "en", **article}) for article in articles]
    (tmp_path / "in.jsonl").write_text("\n".join(lines) + "\n")
    assert aggregator("group", "in.jsonl", "--output", "out.jsonl", folder=tmp_path).returncode == 0
    found = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    clusters = {record["id"]: record["cluster"] for record in found}
    assert clusters["a"] == clusters["b"] != clusters["c"]


def test_wrong_options_exit_with_2_and_help_with_0(tmp_path: Path) -> None:
    assert aggregator("extract", folder=tmp_path).returncode == 2
    assert aggregator("fly", folder=tmp_path).returncode == 2
    assert "Exit codes" in aggregator("--help", folder=tmp_path).stdout
