"""`aggregator story`: shown by default, merged, split; through the real command."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from aggregator.group.follow_ups import FollowUp
from aggregator.store.story_links import add_link
from tests.publish.sample import Desk, fill
from tests.running import aggregator

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "conflict-news.db", datetime.now(UTC))
    yield desk
    desk.store.close()


@pytest.fixture
def stories(desk: Desk) -> dict[str, int]:
    return fill(desk)


def told(folder: Path, *arguments: object) -> str:
    result = aggregator("story", *map(str, arguments), folder=folder)
    assert result.returncode == 0, result.stderr
    return result.stdout


def record(folder: Path, *arguments: object) -> Any:
    return json.loads(told(folder, *arguments, "--json"))


def articles(folder: Path, story: int) -> list[int]:
    return [report["article_id"] for report in record(folder, story)["reports"]]


def test_an_id_alone_shows_the_story_wherever_its_options_stand(
    tmp_path: Path, stories: dict[str, int]
) -> None:
    shown = told(tmp_path, stories["shelling"], "--why")
    assert told(tmp_path, "--why", stories["shelling"]) == shown
    assert told(tmp_path, "show", stories["shelling"], "--why") == shown
    assert "growing; 7 reports" in shown
    assert "score 0.62" in shown
    assert "merge" in told(tmp_path, "--help")


def test_merged_stories_are_one_and_the_ended_id_leads_to_it(
    tmp_path: Path, stories: dict[str, int]
) -> None:
    shelling, bridge = stories["shelling"], stories["bridge"]
    before = articles(tmp_path, shelling), articles(tmp_path, bridge)
    assert told(tmp_path, "merge", bridge, shelling) == (
        f"story {shelling} now has the 2 articles of {bridge}\n"
    )
    assert articles(tmp_path, shelling) == sorted(before[0] + before[1])
    shown = told(tmp_path, bridge, "--why")
    assert shown.startswith(f"story {bridge} was merged into story {shelling}:\n")
    assert "\nthis headline is " in shown
    assert shown.count("moved here later: merge by the user") == 2


def test_a_split_says_where_the_articles_are_and_a_merge_undoes_it(
    tmp_path: Path, stories: dict[str, int]
) -> None:
    shelling = stories["shelling"]
    own = articles(tmp_path, shelling)
    ruling = record(tmp_path, "split", shelling, own[2], own[3])
    # The sixth is a copy of the third.
    assert ruling["moved_articles"] == [own[2], own[3], own[5]]
    assert (ruling["ruling"], ruling["story_id"]) == ("apart", shelling)
    (new,) = ruling["new_stories"]
    assert articles(tmp_path, new) == [own[2], own[3], own[5]]
    assert record(tmp_path, new)["origin_count"] == 2
    undone = record(tmp_path, "merge", new, shelling)
    assert undone == {
        "ruling": "together",
        "story_id": shelling,
        "merged_stories": [new],
        "moved_articles": [own[2], own[3], own[5]],
    }
    assert articles(tmp_path, shelling) == own


def test_a_ruling_that_was_taken_back_moves_nothing(
    tmp_path: Path, stories: dict[str, int]
) -> None:
    shelling, bridge = stories["shelling"], stories["bridge"]
    told(tmp_path, "merge", bridge, shelling)
    own = articles(tmp_path, shelling)
    assert record(tmp_path, "release", bridge, own[0], own[1]) == {
        "ruling": "released",
        "story_id": shelling,
        "released_articles": own[:2],
    }
    rest = ", ".join(map(str, own[2:]))
    assert told(tmp_path, "release", bridge) == (
        f"the program may move these articles of story {shelling} again: {rest}\n"
    )
    assert articles(tmp_path, shelling) == own


def test_a_split_in_words(tmp_path: Path, stories: dict[str, int]) -> None:
    first, second = articles(tmp_path, stories["bridge"])
    text = told(tmp_path, "split", stories["bridge"], first)
    assert text.endswith(f"now has 1 article of {stories['bridge']}: {second}\n")


def test_what_cannot_be_done_exits_with_1_and_says_why(
    tmp_path: Path, stories: dict[str, int]
) -> None:
    bridge, arabic = stories["bridge"], stories["arabic"]
    own, (stranger,) = articles(tmp_path, bridge), articles(tmp_path, arabic)
    complaints = {
        ("merge", bridge, 999): "no story 999",
        ("merge", bridge, bridge): f"story {bridge} already",
        ("split", 999, own[0]): "no story 999",
        ("split", bridge, stranger): f"article {stranger} is not in story {bridge};",
        ("split", bridge, *own): f"these are all 2 articles of story {bridge}",
        ("release", bridge): f"no ruling holds for any article of story {bridge}",
        ("release", bridge, stranger): f"article {stranger} is not in story {bridge};",
        ("split", arabic, stranger): f"this is the only article of story {arabic}",
    }
    for arguments, complaint in complaints.items():
        result = aggregator("story", *map(str, arguments), folder=tmp_path)
        assert result.returncode == 1, arguments
        assert result.stderr.startswith("aggregator: ")
        assert complaint in result.stderr
        assert result.stderr.count("\n") == 1
    assert articles(tmp_path, bridge) == own
    assert aggregator("story", "merge", str(bridge), folder=tmp_path).returncode == 2
    assert aggregator("story", "split", str(bridge), folder=tmp_path).returncode == 2
    assert aggregator("story", "seventeen", folder=tmp_path).returncode == 2


def test_a_ruling_makes_no_database(tmp_path: Path) -> None:
    result = aggregator("story", "merge", "1", "2", folder=tmp_path)
    assert result.returncode == 3
    assert "aggregator poll" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_story_names_those_it_follows_and_those_that_follow_it(
    tmp_path: Path, desk: Desk, stories: dict[str, int]
) -> None:
    shelling, bridge = stories["shelling"], stories["bridge"]
    with desk.store.transaction() as connection:
        add_link(connection, bridge, FollowUp(shelling, 0.9, "both name Velmar, Osk"))
    headline = record(tmp_path, shelling)["headline"]
    line = f"follows story {shelling}: {headline} (both name Velmar, Osk)"
    assert line in told(tmp_path, bridge)
    assert f"followed by story {bridge}: " in told(tmp_path, shelling)
    (link,) = record(tmp_path, bridge)["follows"]
    assert (link["story_id"], link["score"]) == (shelling, 0.9)
