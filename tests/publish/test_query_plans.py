"""Every page is answered from an index: no query walks a table that grows."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.publish.browse.questions import saved_queries
from aggregator.store.browsing import followed_conflicts
from aggregator.store.front_page import languages_seen, story_list
from aggregator.store.grouping import latest_ruling
from aggregator.store.health import feed_health
from aggregator.store.published import feed_identifier, published_stories
from aggregator.store.search_words import search_query
from aggregator.store.story_filter import StoryFilter
from aggregator.store.story_links import earlier_stories
from aggregator.store.story_map import mapped_stories, places_of_story
from aggregator.store.whole_story import current_story_id, whole_story
from tests.publish.on_the_map import put_on_the_map
from tests.publish.sample import Desk

_GROWING = "articles|entries|polls|stories|story_members|story_changes|story_conflicts"
_WALK = re.compile(
    rf"SCAN ({_GROWING}|article_versions|article_conflicts|revisits|story_links)\b(?!.* USING )"
)
_SINCE = datetime(2026, 3, 1, tzinfo=UTC)


def saved(sql: str) -> Callable[[Desk], object]:
    return lambda desk: desk.connection.execute(sql).fetchall()


QUESTIONS: dict[str, Callable[[Desk], object]] = {
    "feed": lambda desk: published_stories(
        desk.connection, StoryFilter(followed_only=True), limit=100
    ),
    "feed of a conflict": lambda desk: published_stories(
        desk.connection, StoryFilter(conflict="velmar"), limit=100
    ),
    "feed of everything": lambda desk: published_stories(desk.connection, StoryFilter(), limit=100),
    "feed of a place": lambda desk: published_stories(
        desk.connection, StoryFilter(place="Velmar", origins=2, kind="wire"), limit=100
    ),
    "feed of a search": lambda desk: published_stories(
        desk.connection, StoryFilter(search=search_query("harbour")), limit=100
    ),
    "identifier": lambda desk: feed_identifier(desk.connection),
    "conflicts": lambda desk: followed_conflicts(desk.connection, since=_SINCE),
    "front page": lambda desk: story_list(desk.connection, StoryFilter(), limit=30),
    "filtered": lambda desk: story_list(
        desk.connection,
        StoryFilter(conflict="velmar", followed_only=True, language="ar", origins=2),
        limit=30,
    ),
    "search": lambda desk: story_list(
        desk.connection, StoryFilter(search=search_query("harbour")), limit=30
    ),
    "languages": lambda desk: languages_seen(desk.connection),
    "story": lambda desk: whole_story(desk.connection, current_story_id(desk.connection, 1)),
    "earlier stories": lambda desk: earlier_stories(
        desk.connection, ["Velmar", "Osk"], datetime.now(UTC) + timedelta(days=8), timedelta(days=7)
    ),
    "map": lambda desk: mapped_stories(desk.connection, StoryFilter(), since=_SINCE).stories,
    "map of a conflict": lambda desk: (
        (
            mapped_stories(desk.connection, StoryFilter(conflict="velmar", origins=2), since=_SINCE)
        ).stories
    ),
    "places of a story": lambda desk: places_of_story(desk.connection, 1),
    "rulings": lambda desk: latest_ruling(desk.connection) == 0,
    "health": lambda desk: feed_health(desk.connection, since=_SINCE),
    **{name: saved(query["sql"]) for name, query in saved_queries().items()},
}


@pytest.mark.parametrize("name", list(QUESTIONS))
def test_no_query_walks_a_table_that_grows(desk: Desk, stories: dict[str, int], name: str) -> None:
    put_on_the_map(desk, stories)
    asked: list[str] = []
    desk.connection.set_trace_callback(asked.append)
    assert QUESTIONS[name](desk)
    desk.connection.set_trace_callback(None)
    assert asked
    for sql in asked:
        if not sql.startswith("--"):
            plan = [row[3] for row in desk.connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
            assert not [step for step in plan if _WALK.search(step)], "\n".join([sql, *plan])


def test_the_check_notices_a_walk(desk: Desk) -> None:
    plan = desk.connection.execute("EXPLAIN QUERY PLAN SELECT * FROM stories WHERE headline = 'x'")
    assert [row for row in plan if _WALK.search(row[3])]
