"""Stories that take up an earlier one: candidates from the search index, and what is kept."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.group.follow_ups import COMMON_NAME, FollowUp
from aggregator.store.name_search import name_query
from aggregator.store.rulings import merge_stories
from aggregator.store.story_links import add_link, earlier_stories, followed, followers
from tests.publish.sample import Desk

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
WINDOW = timedelta(days=7)
DAY = 24 * 60


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "news.db", NOW)
    desk.feed("herald", "Velmar Herald")
    yield desk
    desk.store.close()


def story(desk: Desk, title: str, days: float) -> int:
    return desk.story([desk.article("herald", title, minutes=days * DAY)])


def found(desk: Desk, *names: str) -> dict[int, dict[str, int]]:
    earlier = earlier_stories(desk.connection, names, NOW, WINDOW)
    return {each.id: dict(each.names) for each in earlier}


def test_only_stories_that_have_ended_and_not_long_ago_are_found(desk: Desk) -> None:
    story(desk, "Tolvey trial adjourned", 100)
    ended = story(desk, "Tolvey bridge blown up", 40)
    story(desk, "Tolvey bridge guarded", 2)
    assert found(desk, "Tolvey", "Karsat") == {ended: {"Tolvey": 2}}


def test_the_stories_with_the_rarest_names_come_first_and_common_names_say_nothing(
    desk: Desk,
) -> None:
    plain = story(desk, "Dockers of Imbra strike", 30)
    rich = story(desk, "Dintari of Imbra arrested in Velmar", 30)
    for number in range(COMMON_NAME):
        story(desk, f"Velmar day {number}", 20)
    earlier = earlier_stories(desk.connection, ["Velmar", "Imbra", "Dintari"], NOW, WINDOW)
    assert [each.id for each in earlier] == [rich, plain]
    assert earlier[0].names == {"Imbra": 2, "Dintari": 1}
    assert earlier[0].text == "Dintari of Imbra arrested in Velmar. More is not known yet."


def test_old_reports_of_a_feed_that_is_new_hide_nothing(desk: Desk) -> None:
    ended = story(desk, "Tolvey bridge blown up", 40)
    late = desk.article("herald", "Old news", minutes=80 * DAY, first_seen_at=desk.ago(60))
    desk.story([late])
    assert set(found(desk, "Tolvey")) == {ended}


def test_a_merged_story_is_not_found(desk: Desk) -> None:
    kept, ended = (story(desk, f"Tolvey bridge {word}", 40) for word in ("mined", "blown up"))
    merge_stories(desk.store, [kept, ended], NOW)
    assert set(found(desk, "Tolvey")) == {kept}


def test_an_empty_database_knows_no_earlier_story(desk: Desk) -> None:
    assert found(desk, "Tolvey") == {}


@pytest.mark.parametrize("name", ['"', "a AND", "col:x", "(((", "* NEAR/3", "\0", "-", "", "AND'"])
def test_no_name_is_query_syntax(desk: Desk, name: str) -> None:
    story(desk, "Tolvey bridge", 40)
    assert found(desk, name) == {}


def test_a_name_is_searched_in_its_forms() -> None:
    assert name_query("Tolvey's") == '"Tolvey"'
    assert name_query("Калиновский") == '"Калинов"*'


def test_links_are_read_from_both_ends_and_outlive_merges(desk: Desk) -> None:
    strike, inquiry, trial, verdict = (
        story(desk, title, days)
        for title, days in (("Strike", 40), ("Inquiry", 30), ("Trial", 1), ("Verdict", 1))
    )
    with desk.store.transaction() as connection:
        add_link(connection, trial, FollowUp(strike, 0.8, "both name Tolvey"))
        add_link(connection, verdict, FollowUp(inquiry, 0.9, "both name Imbra"))
    (link,) = followed(desk.connection, trial)
    assert (link.id, link.headline, link.score, link.reason) == (
        strike, "Strike", 0.8, "both name Tolvey",
    )  # fmt: skip
    assert [link.id for link in followers(desk.connection, strike)] == [trial]
    merge_stories(desk.store, [trial, verdict], NOW)
    assert [link.id for link in followed(desk.connection, trial)] == [inquiry, strike]
    merge_stories(desk.store, [strike, inquiry], NOW)
    assert [link.id for link in followed(desk.connection, trial)] == [strike]
    assert [link.id for link in followers(desk.connection, strike)] == [trial]
    merge_stories(desk.store, [strike, trial], NOW)
    assert followed(desk.connection, strike) == followers(desk.connection, strike) == ()
