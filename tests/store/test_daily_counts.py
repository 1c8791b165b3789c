"""The counts of each day are what counting the rows anew gives, whatever happened to them."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from aggregator.errors import RulingRefused
from aggregator.group.conflict.conflicts import ConflictMatch
from aggregator.model import ChangeKind, Decision, Explanation, PlainText
from aggregator.scrape.watch.edits import changes_between
from aggregator.store import Store
from aggregator.store.daily_counts import (
    ALL,
    UNFINISHED_WAIT,
    SeenArticle,
    SeenEdit,
    count_next_day,
    tallies,
)
from aggregator.store.feeds import sync_config
from aggregator.store.grouping import apply_groups, pending_reports
from aggregator.store.outcomes import GroupOutcome, PageOutcome
from aggregator.store.pages import apply_page
from aggregator.store.rulings import merge_stories, split_story
from tests.store.building import (
    AGENCY,
    COURIER,
    NOW,
    config,
    entry,
    failed_outcome,
    group_all,
    page_article,
    poll,
    poll_outcome,
    scrape_all,
)
from tests.store.fresh import fresh_store

SURE = Explanation(0.9, 0.5, ("Orlane",))

# As plainly as the meaning of each column can be said, and without any of the program's own SQL.
PLAIN = {
    "articles": "SELECT count(*) FROM articles a WHERE a.first_seen_at LIKE :day || '%' AND {of_a}",
    "sources": "SELECT count(DISTINCT a.source) FROM articles a"
    " WHERE a.first_seen_at LIKE :day || '%' AND {of_a}",
    "languages": "SELECT count(DISTINCT coalesce(a.language, 'und')) FROM articles a"
    " WHERE a.first_seen_at LIKE :day || '%' AND {of_a}",
    "conflicts": "SELECT count(DISTINCT c.conflict_id) FROM articles a"
    " JOIN article_conflicts c ON c.article_id = a.id"
    " WHERE a.first_seen_at LIKE :day || '%' AND {of_a}",
    "stories": "SELECT count(DISTINCT m.story_id) FROM articles a JOIN story_members m"
    " ON m.article_id = a.id WHERE a.first_seen_at LIKE :day || '%' AND {of_a}",
    "new_stories": "SELECT count(*) FROM articles a JOIN stories s ON s.opened_by = a.id"
    " WHERE s.merged_into IS NULL AND a.first_seen_at LIKE :day || '%' AND {of_a}",
    "origins": "SELECT count(*) FROM articles a JOIN story_members m ON m.article_id = a.id"
    " WHERE m.origin_id = a.id AND a.first_seen_at LIKE :day || '%' AND {of_a}",
    "copies": "SELECT count(*) FROM articles a JOIN story_members m ON m.article_id = a.id"
    " WHERE m.dependence IN ('copy', 'largely copied')"
    " AND a.first_seen_at LIKE :day || '%' AND {of_a}",
    "edits": "SELECT count(*) FROM article_versions v JOIN articles a ON a.id = v.article_id"
    " WHERE v.number > 1 AND v.seen_at LIKE :day || '%' AND {of_a}",
}
OF_ARTICLE = (
    "(:conflict = '*' OR EXISTS (SELECT 1 FROM article_conflicts x WHERE x.article_id = a.id"
    " AND x.conflict_id = :conflict)) AND (:language = '*'"
    " OR coalesce(a.language, 'und') = :language)"
)


def count_all(store: Store, now: datetime) -> list[date]:
    days = []
    while (day := count_next_day(store, now)) is not None:
        days.append(day)
    return days


def assert_counted(store: Store) -> None:
    connection = store.connection
    days = [row["day"] for row in connection.execute("SELECT day FROM counted_days")]
    seen = connection.execute(
        "SELECT DISTINCT substr(first_seen_at, 1, 10) FROM articles"
        " UNION SELECT substr(polled_at, 1, 10) FROM polls"
    )
    assert {row[0] for row in seen} <= set(days)
    for day in days:
        for conflict in (ALL, "straits", "hills"):
            for language in (ALL, "en", "fr", "und"):
                of = {"day": day, "conflict": conflict, "language": language}
                kept = connection.execute(
                    "SELECT * FROM daily_counts WHERE day = :day AND conflict_id = :conflict"
                    " AND language = :language",
                    of,
                ).fetchone()
                for column, sql in PLAIN.items():
                    plain = connection.execute(sql.format(of_a=OF_ARTICLE), of).fetchone()[0]
                    assert (kept[column] if kept else 0) == plain, (column, of)
        polls = connection.execute(
            "SELECT polls, (SELECT count(*) FROM polls WHERE polled_at LIKE :day || '%') AS plain"
            " FROM daily_counts WHERE day = :day AND conflict_id = '*' AND language = '*'",
            {"day": day},
        ).fetchone()
        assert polls["polls"] == polls["plain"]


class Newsroom:
    """One database, to which everything happens that can change what a day's counts are."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = NOW
        self.reports = 0

    def ids(self, sql: str) -> list[int]:
        return [row[0] for row in self.store.connection.execute(sql)]

    def report(self, number: int) -> None:
        self.reports += 1
        feed = (COURIER, AGENCY)[number % 2]
        made = entry(self.reports, host=feed.id)
        poll(self.store, poll_outcome(feed, made, etag=f'"{self.reports}"'), self.now)

    def read(self, number: int) -> None:
        waiting = self.ids("SELECT id FROM articles WHERE version = 0 ORDER BY id")
        if waiting:
            language = ("en", "fr", None)[number % 3]
            body = f"Text {number % 4} of the strait. " * 40
            article = replace(page_article(waiting[0], body=body), language=language)
            apply_page(self.store, PageOutcome(waiting[0], article, 0, None), self.now)

    def edit(self, number: int) -> None:
        known = self.store.connection.execute(
            "SELECT id, title, body, version FROM articles WHERE version > 0"
        ).fetchall()
        if known:
            row = known[number % len(known)]
            article = replace(
                page_article(row["id"], body=f"{row['body']} {number} more."),
                title=PlainText(f"{row['title']}, again"),
                language=("en", "fr")[number % 2],
            )
            changes = changes_between(row["title"], row["body"], article.title, article.body)
            outcome = PageOutcome(
                row["id"], article, 0, None, changes=changes, compared_with=row["version"]
            )
            apply_page(self.store, outcome, self.now)

    def group(self, number: int) -> None:
        for report in pending_reports(self.store, self.now, 1):
            openers = self.ids("SELECT opened_by FROM stories ORDER BY id")
            joins = openers[number % len(openers)] if openers and number % 3 else None
            key = str(joins or report.article_id)
            kind = ChangeKind.ADD if joins else ChangeKind.OPEN
            copy_of = key if joins and number % 2 else None
            conflicts = (("straits",), ("straits", "hills"), ())[number % 3]
            matches = tuple(ConflictMatch(each, 1.0, ("Orlane",)) for each in conflicts)
            decision = Decision(str(report.article_id), kind, key, SURE, copy_of)
            apply_groups(self.store, [GroupOutcome(report, decision, matches)], self.now)

    def merge(self, number: int) -> None:
        stories = self.ids("SELECT id FROM stories ORDER BY id")
        if len(stories) > 1:
            with suppress(RulingRefused):
                chosen = [stories[number % len(stories)], stories[number // 7 % len(stories)]]
                merge_stories(self.store, chosen, self.now)

    def split(self, number: int) -> None:
        for row in self.store.connection.execute(
            "SELECT story_id, max(article_id) AS article FROM story_members GROUP BY story_id"
            f" HAVING count(*) > 1 ORDER BY story_id LIMIT 1 OFFSET {number % 2}"
        ).fetchall():
            with suppress(RulingRefused):
                split_story(self.store, row["story_id"], [row["article"]], self.now)

    def fail(self, number: int) -> None:
        poll(self.store, failed_outcome((COURIER, AGENCY)[number % 2]), self.now)

    def wait(self, number: int) -> None:
        self.now += timedelta(hours=number % 40)

    def count(self, number: int) -> None:
        for _ in range(number % 3):
            count_next_day(self.store, self.now)


HAPPENINGS: tuple[Callable[[Newsroom, int], None], ...] = (
    Newsroom.report,
    Newsroom.read,
    Newsroom.group,
    Newsroom.edit,
    Newsroom.merge,
    Newsroom.split,
    Newsroom.fail,
    Newsroom.wait,
    Newsroom.count,
)


# To shrink a failure takes longer than to read it.
@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    st.lists(st.tuples(st.sampled_from(HAPPENINGS), st.integers(0, 999)), min_size=20, max_size=60)
)
def test_counts_are_those_of_the_rows_whatever_happens(
    tmp_path_factory: pytest.TempPathFactory,
    happenings: list[tuple[Callable[[Newsroom, int], None], int]],
) -> None:
    with fresh_store(tmp_path_factory.mktemp("days") / "news.db", NOW) as store:
        conflicts = tuple(
            replace(config().conflicts[0], id=each, name=PlainText(each))
            for each in ("straits", "hills")
        )
        sync_config(store, config(COURIER, AGENCY, conflicts=conflicts), NOW)
        store.connection.execute("PRAGMA synchronous = OFF")
        newsroom = Newsroom(store)
        for happens, number in happenings:
            happens(newsroom, number)
        count_all(store, newsroom.now + timedelta(days=1))
        assert newsroom.ids("SELECT count(*) FROM counted_days WHERE is_stale = 1") == [0]
        assert_counted(store)


def test_a_day_is_counted_anew_only_after_it_changed(store: Store) -> None:
    poll(store, poll_outcome(COURIER, entry(1)))
    later = NOW + timedelta(days=1)
    assert count_all(store, later) == [NOW.date()]
    assert count_all(store, later) == []
    scrape_all(store, later)
    group_all(store, now=later)
    assert count_all(store, later) == [NOW.date()]
    assert_counted(store)


def test_the_day_that_goes_on_is_counted_every_few_minutes(store: Store) -> None:
    poll(store, poll_outcome(COURIER, entry(1)))
    assert count_all(store, NOW) == [NOW.date()]
    poll(store, poll_outcome(COURIER, entry(2), etag='"2"'))
    assert count_all(store, NOW + UNFINISHED_WAIT / 2) == []
    assert count_all(store, NOW + UNFINISHED_WAIT) == [NOW.date()]
    poll(store, poll_outcome(COURIER, entry(3), etag='"3"'))
    assert count_all(store, NOW - timedelta(hours=2)) == [NOW.date()], "the clock was set back"


def test_finished_days_do_not_wait_for_the_one_that_goes_on(store: Store) -> None:
    poll(store, poll_outcome(COURIER, entry(1)))
    tomorrow = NOW + timedelta(days=1)
    poll(store, poll_outcome(COURIER, entry(2), etag='"2"'), tomorrow)
    assert count_all(store, tomorrow) == [tomorrow.date(), NOW.date()]
    poll(store, poll_outcome(COURIER, entry(3), etag='"3"'), tomorrow)
    scrape_all(store, tomorrow)
    group_all(store, now=tomorrow)
    assert count_all(store, tomorrow) == [NOW.date()]


def test_an_edit_counts_for_its_own_day_and_for_what_its_article_turns_out_to_be(
    store: Store,
) -> None:
    newsroom = Newsroom(store)
    newsroom.report(0)
    newsroom.read(0)
    newsroom.wait(30)
    count_all(store, newsroom.now)
    newsroom.edit(0)
    assert count_all(store, newsroom.now) == [newsroom.now.date()]
    newsroom.wait(30)
    newsroom.group(0)
    assert len(count_all(store, newsroom.now)) == 2
    assert_counted(store)
    assert newsroom.ids(
        "SELECT edits FROM daily_counts WHERE conflict_id = 'straits' AND language = '*'"
        " ORDER BY day"
    ) == [0, 1]


def test_an_empty_database_has_no_day_to_count(store: Store) -> None:
    assert count_next_day(store, NOW) is None


def test_an_article_counts_for_each_of_its_conflicts_and_once_for_all() -> None:
    article = SeenArticle("a.example", "en", ("straits", "hills"), story=1, is_origin=True)
    found = tallies([article], [SeenEdit("fr", ("hills",))])
    assert {cell: (tally.articles, tally.edits) for cell, tally in found.items()} == {
        ("*", "*"): (1, 1),
        ("*", "en"): (1, 0),
        ("straits", "*"): (1, 0),
        ("straits", "en"): (1, 0),
        ("hills", "*"): (1, 1),
        ("hills", "en"): (1, 0),
        ("*", "fr"): (0, 1),
        ("hills", "fr"): (0, 1),
    }
