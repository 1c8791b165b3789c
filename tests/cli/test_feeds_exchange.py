"""Lists of feeds in and out of feeds.yaml."""

import json
import shutil
from pathlib import Path

import pytest

from aggregator.config import load
from aggregator.poll.opml import opml_feed, read_opml
from tests.running import ROOT, aggregator

pytestmark = pytest.mark.timeout(120)

EMPTY = "# mine\nfeeds: []\nconflicts: []\n"
REPEATED = "http://www.quay.example/rss/?utm_source=list"
BAD = "javascript:alert(1)"
LIST = f"""<?xml version="1.0"?>
<opml version="1.0"><body>
<outline text="Coast">
  <outline text="Quay &amp; Pier" xmlUrl="https://quay.example/rss" type="rss"/>
  <outline text="Портова газета" xmlUrl="feed://port.example/rss" language="uk-UA"/>
</outline>
<outline text="Quay" xmlUrl="{REPEATED}"/>
<outline text="Quay &amp; Pier" xmlUrl="https://other.example/rss"/>
<outline text="Bad" xmlUrl="{BAD}"/>
</body></opml>"""


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "feeds.yaml").write_text(EMPTY, encoding="utf-8")
    (tmp_path / "list.opml").write_text(LIST, encoding="utf-8")
    return tmp_path


def test_a_list_is_imported_with_what_was_left_out(desk: Path) -> None:
    result = aggregator("feeds", "import", "list.opml", folder=desk)
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == [
        "added  Quay & Pier  https://quay.example/rss",
        "added  Портова газета  http://port.example/rss",
        "added  Quay & Pier  https://other.example/rss",
        f"line 7: Quay left out, the same feed as in line 4  {REPEATED}",
        f"line 9: Bad left out, its address is not http or https, or is too long  {BAD}",
        "3 added, 1 listed already, 1 refused",
    ]
    feeds = load(desk / "feeds.yaml").feeds
    assert [feed.id for feed in feeds] == ["quay-pier", "port-example", "quay-pier-2"]
    assert [feed.tags for feed in feeds] == [("Coast",), ("Coast",), ()]
    assert [feed.language for feed in feeds] == [None, "uk", None]
    assert (desk / "feeds.yaml").read_text(encoding="utf-8").startswith("# mine\n")


def test_a_second_import_adds_nothing(desk: Path) -> None:
    aggregator("feeds", "import", "list.opml", folder=desk)
    before = (desk / "feeds.yaml").read_bytes()
    result = aggregator("feeds", "import", "list.opml", folder=desk)
    assert result.returncode == 0
    assert "listed already, as quay-pier: Quay & Pier  https://quay.example/rss" in result.stdout
    assert "0 added, 4 listed already, 1 refused" in result.stdout
    assert (desk / "feeds.yaml").read_bytes() == before


def test_a_dry_run_says_the_same_and_changes_nothing(desk: Path) -> None:
    result = aggregator("feeds", "import", "list.opml", "--dry-run", folder=desk)
    assert "would add  Quay & Pier  https://quay.example/rss" in result.stdout
    assert (desk / "feeds.yaml").read_text(encoding="utf-8") == EMPTY
    command = ("feeds", "import", "list.opml", "--json")
    dry = json.loads(aggregator(*command, "--dry-run", folder=desk).stdout)
    done = json.loads(aggregator(*command, folder=desk).stdout)
    assert dry == {**done, "dry_run": True}
    assert [feed["id"] for feed in done["added"]] == ["quay-pier", "port-example", "quay-pier-2"]
    assert [each["line"] for each in done["left_out"]] == [7, 9]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "it is empty"),
        ("<html>", "it is a web page"),
        ('<!DOCTYPE opml [<!ENTITY x "y">]><opml/>', "delete <!DOCTYPE"),
        ('<rss version="2.0"/>', "it is a feed and no list"),
    ],
)
def test_a_file_that_is_no_list_exits_with_1_and_its_name(
    body: str, reason: str, desk: Path
) -> None:
    (desk / "list.opml").write_text(body, encoding="utf-8")
    result = aggregator("feeds", "import", "list.opml", folder=desk)
    assert result.returncode == 1
    assert result.stderr.startswith("aggregator: list.opml: ")
    assert reason in result.stderr
    assert (desk / "feeds.yaml").read_text(encoding="utf-8") == EMPTY


def test_a_list_without_feeds_exits_with_1_and_a_missing_file_with_2(desk: Path) -> None:
    (desk / "list.opml").write_text("<opml><body></body></opml>", encoding="utf-8")
    assert aggregator("feeds", "import", "list.opml", folder=desk).returncode == 1
    assert aggregator("feeds", "import", "absent.opml", folder=desk).returncode == 2
    (desk / "feeds.yaml").write_text("feeds: [\n", encoding="utf-8")
    (desk / "list.opml").write_text(LIST, encoding="utf-8")
    assert aggregator("feeds", "import", "list.opml", folder=desk).returncode == 2


def test_a_broken_list_gives_what_can_be_read_and_says_so(desk: Path) -> None:
    (desk / "list.opml").write_text(LIST[: LIST.index('<outline text="Bad')], encoding="utf-8")
    result = aggregator("feeds", "import", "list.opml", folder=desk)
    assert "3 added" in result.stdout
    assert "not well-formed" in result.stderr


def test_the_shipped_feeds_survive_export_and_import(tmp_path: Path) -> None:
    shutil.copy(ROOT / "feeds.yaml", tmp_path / "feeds.yaml")
    feeds = load(tmp_path / "feeds.yaml").feeds
    printed = aggregator("feeds", "export", folder=tmp_path).stdout
    told = aggregator("feeds", "export", "all.opml", folder=tmp_path).stdout
    assert told == f"{len(feeds)} feeds written to all.opml\n"
    written = (tmp_path / "all.opml").read_bytes()
    assert read_opml(printed.encode()) == read_opml(written)
    (tmp_path / "feeds.yaml").write_text(EMPTY, encoding="utf-8")
    result = aggregator("feeds", "import", "all.opml", folder=tmp_path)
    assert f"{len(feeds)} added, 0 listed already, 0 refused" in result.stdout
    back = load(tmp_path / "feeds.yaml").feeds
    assert sorted(back, key=lambda feed: feed.id) == sorted(feeds, key=lambda feed: feed.id)


def test_export_as_json_lists_what_the_file_holds(desk: Path) -> None:
    aggregator("feeds", "import", "list.opml", folder=desk)
    record = json.loads(aggregator("feeds", "export", "all.opml", "--json", folder=desk).stdout)
    assert record["file"] == "all.opml"
    written = read_opml((desk / "all.opml").read_bytes())
    assert {feed["url"] for feed in record["feeds"]} == {feed.url for feed in written}
    assert set(map(opml_feed, load(desk / "feeds.yaml").feeds)) == set(written)
    assert json.loads(aggregator("feeds", "export", "--json", folder=desk).stdout)["file"] is None
