"""Every page is answered from an index: no query walks a table that grows."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.publish.browse.questions import saved_queries
from aggregator.store.browsing import followed_conflicts
from aggregator.store.conflict_page import conflict_lines, whole_conflict
from aggregator.store.daemon_state import Beat, Usage
from aggregator.store.daily_counts import count_next_day
from aggregator.store.failures import failures
from aggregator.store.front_page import Order, languages_seen, story_list
from aggregator.store.grouping import latest_ruling
from aggregator.store.health import feed_health, program_health
from aggregator.store.heartbeat import write_beat
from aggregator.store.hub_notices import first_page, our_feeds
from aggregator.store.measurements import feed_measurements, measurements
from aggregator.store.numbers import Selection, conflict_shares, day_counts, language_shares
from aggregator.store.one_feed import one_feed
from aggregator.store.published import Position, feed_identifier, published_stories
from aggregator.store.search_filter import Outlet, SearchFilter, choices, outlet_called
from aggregator.store.search_hits import Search, hits
from aggregator.store.search_terms import search_terms
from aggregator.store.source_list import source_list
from aggregator.store.story_filter import StoryFilter
from aggregator.store.story_links import earlier_stories
from aggregator.store.story_map import mapped_stories, places_of_story
from aggregator.store.story_walk import positions_of, stories_above, stories_below
from aggregator.store.vital_signs import vital_signs
from aggregator.store.whole_article import whole_article
from aggregator.store.whole_source import Window, whole_source
from aggregator.store.whole_story import current_story_id, whole_story
from tests.publish.on_the_map import put_on_the_map
from tests.publish.sample import Desk

_GROWING = "articles|entries|polls|stories|story_members|story_changes|story_conflicts|daily_counts"
_WALK = re.compile(
    rf"SCAN ({_GROWING}|article_versions|article_conflicts|revisits|story_links)\b(?!.* USING )"
)
_SINCE = datetime(2026, 3, 1, tzinfo=UTC)
_BEAT = Beat(_SINCE, _SINCE, 1, "0", 30, Usage(None, None, None), {}, {})
_YEAR = Selection(datetime.now(UTC).date() - timedelta(days=364), datetime.now(UTC).date())


def saved(sql: str) -> Callable[[Desk], object]:
    return lambda desk: desk.connection.execute(sql).fetchall()


def searched(*, in_stories: bool, closest_first: bool) -> Callable[[Desk], object]:
    asked = SearchFilter(
        conflict="velmar", language="en", kind="wire", country="NO",
        outlet=Outlet("northwire.example", ("northwire",)), since=_SINCE,
        until=_SINCE + timedelta(days=9999),
    )  # fmt: skip
    search = Search(search_terms("velmar harbour"), asked, in_stories, closest_first)
    return lambda desk: hits(desk.connection, search, limit=20, after=None)


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
        desk.connection, StoryFilter(search=search_terms("harbour").query()), limit=100
    ),
    "newest to a reader": lambda desk: stories_below(
        desk.connection,
        [
            StoryFilter(followed_only=True, since=_SINCE),
            StoryFilter(search=search_terms("harbour").query()),
        ],
        limit=100,
        bound=Position(datetime.now(UTC) + timedelta(days=8), 1),
    ),
    "oldest to a reader": lambda desk: stories_above(
        desk.connection,
        [StoryFilter(conflict="velmar", since=_SINCE)],
        limit=100,
        bound=Position(_SINCE, 1),
    ),
    "some to a reader": lambda desk: positions_of(desk.connection, [1, 2, 3]),
    "feeds of the hub": lambda desk: [
        first_page(desk.store, feed, 100, "") for feed in our_feeds(desk.store, _SINCE)[1]
    ],
    "identifier": lambda desk: feed_identifier(desk.connection),
    "conflicts": lambda desk: followed_conflicts(desk.connection, since=_SINCE),
    "front page": lambda desk: story_list(desk.connection, StoryFilter(), limit=30),
    "newest first": lambda desk: story_list(
        desk.connection, StoryFilter(), limit=30, order=Order.NEWEST
    ),
    "filtered": lambda desk: story_list(
        desk.connection,
        StoryFilter(conflict="velmar", followed_only=True, language="ar", origins=2),
        limit=30,
    ),
    "search": lambda desk: story_list(
        desk.connection, StoryFilter(search=search_terms("harbour").query()), limit=30
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
    "article": lambda desk: whole_article(desk.connection, 2),
    "source": lambda desk: whole_source(
        desk.connection, "herald.example", Window(_SINCE, _SINCE, _SINCE)
    ),
    "sources": lambda desk: source_list(desk.connection, week=_SINCE, month=_SINCE).sources,
    "choices of a search": lambda desk: choices(desk.connection),
    "outlet by its domain": lambda desk: outlet_called(desk.connection, "herald.example"),
    **{
        f"search of {'stories' if in_stories else 'reports'}, closest first {closest}": searched(
            in_stories=in_stories, closest_first=closest
        )
        for in_stories in (False, True)
        for closest in (False, True)
    },
    "search without spaces": lambda desk: hits(
        desk.connection,
        Search(search_terms("港口"), SearchFilter(language="zh")),
        limit=20,
        after=None,
    ),
    "health": lambda desk: feed_health(desk.connection, since=_SINCE),
    "program": lambda desk: program_health(desk.connection, datetime.now(UTC)),
    "vital signs": lambda desk: vital_signs(desk.connection, datetime.now(UTC), desk.path),
    "failures": lambda desk: failures(desk.connection),
    "measurements": lambda desk: measurements(desk.connection),
    "measurements of each feed": lambda desk: feed_measurements(desk.connection),
    "heartbeat": lambda desk: [write_beat(desk.store, _BEAT)],  # type: ignore[func-returns-value] # only its queries matter
    "one feed": lambda desk: one_feed(desk.connection, "herald", datetime.now(UTC)),
    "conflict list": lambda desk: conflict_lines(desk.connection, datetime.now(UTC)),
    "one conflict": lambda desk: whole_conflict(desk.connection, "velmar", datetime.now(UTC)),
    "counting": lambda desk: count_next_day(desk.store, desk.now),
    "numbers": lambda desk: (
        count_next_day(desk.store, desk.now)
        and (day_counts(desk.connection, _YEAR), language_shares(desk.connection, _YEAR))
    ),
    "numbers by conflict": lambda desk: conflict_shares(desk.connection, _YEAR) == [],
    **{name: saved(query["sql"]) for name, query in saved_queries().items()},
}


@pytest.mark.parametrize("name", list(QUESTIONS))
def test_no_query_walks_a_table_that_grows(
    desk: Desk, stories: dict[str, int], decree: int, name: str
) -> None:
    assert decree
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
