"""Stories that are older than the policy go, wholly, and do not come back.

The file is long because a story is tied to most tables, each in its own way.
"""

import json
import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from aggregator.config.keep import Keep
from aggregator.errors import Forgotten, NotFound
from aggregator.model import HttpUrl, PlainText
from aggregator.store import Store
from aggregator.store.daily_counts import count_next_day
from aggregator.store.forgetting import OF_ARTICLES, OF_STORIES
from aggregator.store.invariants import violations
from aggregator.store.kept import articles_past, kept, youngest_past
from aggregator.store.poll_retention import ALWAYS_KEPT, forget_identities, forget_polls
from aggregator.store.retention import Step, forget_step, past_age, past_window, used_bytes
from aggregator.store.rulings import merge_stories, split_story
from aggregator.store.whole_article import whole_article
from aggregator.store.whole_story import current_story_id, whole_story
from aggregator.text.times import to_text
from tests.store.building import (
    AGENCY,
    COURIER,
    NOW,
    entry,
    failed_outcome,
    group_all,
    poll,
    poll_outcome,
    scrape_all,
)

WINDOW = timedelta(days=7)
HALF_A_YEAR = Keep(articles=timedelta(days=180))
LATER = NOW + timedelta(days=200)

UNSENT = """
INSERT INTO alert_deliveries (rule, channel, kind, story_id, key, content, state, decided_at)
VALUES ('r', 'email', 'alert', 1, 'k', '{}', 'pending', :old)
"""

TIED_BY_HAND = {"ruled_articles", "story_rulings", "alert_deliveries", "stories"}
"""Tables that refer to stories or articles and are dealt with in statements of their own."""


@pytest.fixture(autouse=True)
def ample_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is to end no step early."""
    monkeypatch.setattr("aggregator.store.retention.STEP_SECONDS", 60.0)


def report(store: Store, number: int, now: datetime = NOW, **grouped: int | None) -> None:
    """Bring one report in, at `now`, and put it into a story."""
    new = replace(entry(number), published=now - timedelta(hours=1))
    poll(store, poll_outcome(COURIER, new), now)
    scrape_all(store, now)
    with store.transaction() as connection:
        connection.execute(
            "UPDATE articles SET published_at = ? WHERE first_seen_at = ?",
            (to_text(now), to_text(now)),
        )
    group_all(store, now=now, **grouped)


def counted(store: Store, now: datetime) -> None:
    while count_next_day(store, now):
        pass


def forget(store: Store, now: datetime = LATER, held: tuple[int, ...] = ()) -> Step:
    counted(store, now)
    boundary = past_age(HALF_A_YEAR, WINDOW, now, now)
    assert boundary is not None
    return forget_step(store, boundary, lambda article: article in held, now)


def count(store: Store, table: str) -> int:
    row = store.connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0])


def assert_whole(store: Store) -> None:
    """Nothing dangles, and the indexes hold what the tables do."""
    assert store.connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert store.connection.execute("PRAGMA foreign_key_check").fetchall() == []
    for table in ("articles_fts", "stories_fts"):
        # With rank 1 the index is compared with the table, too.
        store.connection.execute(
            f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)"
        )
        store.connection.commit()
    assert violations(store.connection) == []


def test_an_old_story_goes_with_everything_that_belongs_to_it(store: Store) -> None:
    report(store, 1)
    report(store, 2, opened_by=1, copy_of=1)
    report(store, 3, NOW + timedelta(days=150))
    step = forget(store)
    assert (step.stories, step.articles, step.after) == (1, 2, None)
    assert [row[0] for row in store.connection.execute("SELECT id FROM articles")] == [3]
    for table, column in (*OF_ARTICLES, *OF_STORIES):
        rows = store.connection.execute(f"SELECT {column} FROM {table}")
        assert {row[0] for row in rows} <= {2 if column == "story_id" else 3}
    assert_whole(store)


def test_every_table_that_refers_to_a_story_or_an_article_is_thought_of(store: Store) -> None:
    tables = [
        row[0]
        for row in store.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    ]
    dealt_with = {table for table, _ in (*OF_ARTICLES, *OF_STORIES)} | TIED_BY_HAND
    referring = {
        table
        for table in tables
        for row in store.connection.execute(f"PRAGMA foreign_key_list({table})")
        if row["table"] in {"articles", "stories", "entries", "story_changes"}
        and row["on_delete"] == "NO ACTION"
    }
    assert referring == dealt_with


def test_a_story_stays_while_anything_about_it_is_newer(store: Store) -> None:
    report(store, 1)
    report(store, 2, NOW + timedelta(days=100), opened_by=1)
    assert forget(store).stories == 0
    assert forget(store, NOW + timedelta(days=290)).articles == 2


@pytest.mark.parametrize(
    "newer",
    [
        "UPDATE article_versions SET seen_at = :now",
        "UPDATE story_changes SET changed_at = :now",
        "UPDATE story_members SET moved_at = :now",
        "UPDATE articles SET scrape_due_at = :now",
        UNSENT,
    ],
)
def test_what_is_new_or_waits_keeps_an_old_story(store: Store, newer: str) -> None:
    report(store, 1)
    moments = {"now": "2026-09-10T00:00:00Z", "old": "2026-03-01T00:00:00Z"}
    with store.transaction() as connection:
        connection.execute(newer, moments)
    assert forget(store).stories == 0


def test_what_the_grouper_holds_stays(store: Store) -> None:
    report(store, 1)
    assert forget(store, held=(1,)).stories == 0


def test_a_silent_year_or_a_wrong_clock_forgets_nothing() -> None:
    boundary = past_age(HALF_A_YEAR, WINDOW, NOW, NOW + timedelta(days=365))
    assert boundary is not None
    assert boundary.before == NOW - timedelta(days=180)
    assert past_age(HALF_A_YEAR, WINDOW, None, NOW) is None
    assert past_age(Keep(), WINDOW, NOW, NOW) is None


def test_no_story_goes_that_may_still_be_joined() -> None:
    boundary = past_age(Keep(articles=timedelta(days=30)), timedelta(days=90), NOW, NOW)
    assert boundary is not None
    assert boundary.before <= NOW - timedelta(days=90)


def test_stories_that_ended_in_an_old_one_go_with_it(store: Store) -> None:
    report(store, 1)
    report(store, 2)
    merge_stories(store, [1, 2], NOW)
    assert forget(store).stories == 2
    for story in (1, 2):
        with pytest.raises(Forgotten, match=f"story {story} was forgotten on 2026-09-17"):
            current_story_id(store.connection, story)
    assert_whole(store)


def test_what_the_user_ruled_lately_stays_with_all_that_it_is_about(store: Store) -> None:
    report(store, 1)
    report(store, 2, opened_by=1)
    split_story(store, 1, [2], NOW + timedelta(days=120))
    assert forget(store).stories == 0
    assert forget(store, NOW + timedelta(days=310)).articles == 2
    assert count(store, "ruled_articles") == count(store, "story_rulings") == 0
    assert_whole(store)


def test_for_want_of_room_a_ruled_story_never_goes(store: Store) -> None:
    report(store, 1)
    report(store, 2)
    report(store, 3)
    merge_stories(store, [1, 2], NOW)
    counted(store, LATER)
    boundary = past_window(WINDOW, LATER, LATER)
    assert boundary is not None
    step = forget_step(store, boundary, lambda _: False, LATER, down_to=0)
    assert (step.stories, step.articles) == (1, 1)


def test_for_want_of_room_no_more_goes_than_must(store: Store) -> None:
    for number in range(1, 13):
        report(store, number)
    with store.transaction() as connection:
        connection.execute("UPDATE articles SET body = hex(randomblob(8000))")
    counted(store, LATER)
    boundary = past_window(WINDOW, LATER, LATER)
    assert boundary is not None
    limit = used_bytes(store.connection) * 9 // 10
    after: tuple[str, int] | None = ("", 0)
    while after is not None:
        after = forget_step(store, boundary, lambda _: False, LATER, after, down_to=limit).after
    assert used_bytes(store.connection) <= limit
    assert 0 < count(store, "stories") < 12
    assert (
        store.connection.execute("SELECT max(story_id) FROM forgotten_stories").fetchone()[0] < 39
    )


def test_a_copy_in_another_story_keeps_the_story_of_its_text(store: Store) -> None:
    report(store, 1)
    report(store, 2, NOW + timedelta(days=100), copy_of=1)
    assert count(store, "stories") == 2
    assert forget(store).stories == 0
    assert forget(store, NOW + timedelta(days=290)).stories == 2
    assert_whole(store)


def test_what_other_stories_say_of_it_is_taken_back(store: Store) -> None:
    report(store, 1)
    report(store, 2, NOW + timedelta(days=150))
    with store.transaction() as connection:
        connection.execute("INSERT INTO story_links VALUES (2, 1, 0.9, 'both name a bridge')")
        connection.execute("UPDATE story_changes SET article_id = 1 WHERE story_id = 2")
        connection.execute(
            "INSERT INTO alert_deliveries (rule, channel, kind, story_id, change_id, key, content,"
            " state, decided_at, finished_at) SELECT 'r', 'email', 'alert', 1, id, 'k', '{}',"
            " 'sent', :old, :old FROM story_changes WHERE story_id = 1",
            {"old": "2026-03-01T00:00:00Z"},
        )
        connection.execute(
            "INSERT INTO set_aside VALUES ('revisit', '1', 1, :old, :old, 'broken')",
            {"old": "2026-03-01T00:00:00Z"},
        )
    assert forget(store).stories == 1
    assert count(store, "story_links") == count(store, "set_aside") == 0
    assert count(store, "alert_deliveries") == 1
    assert whole_story(store.connection, 2).follows == ()
    assert_whole(store)


@pytest.mark.parametrize("identity", ["guid:courier-1", "guid:another"])
def test_a_feed_that_lists_an_old_entry_for_ever_does_not_bring_it_back(
    store: Store, identity: str
) -> None:
    report(store, 1)
    old = replace(entry(1), identity=identity, published=NOW - timedelta(hours=1))
    forget(store)
    for day in range(0, 800, 40):
        now = LATER + timedelta(days=day)
        new = replace(entry(100 + day), published=now)
        assert poll(store, poll_outcome(COURIER, old, new), now).new == 1
        assert forget_identities(store) == "courier"
    assert count(store, "forgotten_entries") == 1
    assert count(store, "articles") == 20


@pytest.mark.parametrize(
    "again",
    [
        replace(entry(1), identity="guid:another"),
        replace(entry(1), summary=entry(2).summary, title=PlainText("A corrected headline")),
        replace(entry(1), url=HttpUrl("http://www.courier.example/1?utm_source=rss")),
    ],
    ids=["another guid", "an edit", "another spelling of its address"],
)
def test_an_old_entry_is_known_under_another_guid_and_edited(store: Store, again: object) -> None:
    report(store, 1)
    forget(store)
    assert poll(store, poll_outcome(COURIER, again), LATER).new == 0  # type: ignore[arg-type]


def test_another_feed_does_not_bring_it_back_either(store: Store) -> None:
    report(store, 1)
    forget(store)
    again = replace(entry(1), identity="guid:agency-1", published=NOW - timedelta(hours=1))
    assert poll(store, poll_outcome(AGENCY, again), LATER).new == 0


def test_a_name_that_is_used_again_for_news_is_news(store: Store) -> None:
    report(store, 1)
    forget(store)
    recycled = replace(
        entry(1),
        title=PlainText("Quite another thing"),
        published=LATER + timedelta(hours=1),
        url=entry(9).url,
    )
    assert poll(store, poll_outcome(COURIER, recycled), LATER).new == 1


def test_an_identity_goes_a_year_after_its_feed_last_listed_it(store: Store) -> None:
    report(store, 1)
    forget(store)
    report(store, 2, LATER + timedelta(days=364))
    assert forget_identities(store) == "courier"
    assert forget_identities(store, "courier") is None
    assert count(store, "forgotten_entries") == 1
    report(store, 3, LATER + timedelta(days=366))
    forget_identities(store)
    assert count(store, "forgotten_entries") == 0


def test_numbers_are_never_given_again(store: Store) -> None:
    report(store, 1)
    report(store, 2)
    assert forget(store).articles == 2
    assert count(store, "articles") == 0
    report(store, 3, LATER)
    assert store.connection.execute("SELECT id, opened_by FROM stories").fetchone()[:] == (3, 3)
    with pytest.raises(Forgotten, match="article 1 was forgotten on 2026-09-17"):
        whole_article(store.connection, 1)
    with pytest.raises(NotFound, match="no article 99"):
        whole_article(store.connection, 99)
    assert_whole(store)


def test_a_page_that_was_being_read_meanwhile_changes_nothing(store: Store) -> None:
    from aggregator.store.outcomes import PageOutcome  # noqa: PLC0415 -- of this test alone
    from aggregator.store.pages import apply_page  # noqa: PLC0415 -- of this test alone
    from tests.store.building import page_article  # noqa: PLC0415 -- of this test alone

    report(store, 1)
    forget(store)
    outcome = PageOutcome(1, page_article(1), 0, None, is_revisit=True)
    assert apply_page(store, outcome, LATER) is False


def numbers_of(store: Store) -> list[tuple[object, ...]]:
    rows = store.connection.execute(
        "SELECT * FROM daily_counts ORDER BY day, conflict_id, language"
    )
    return [tuple(row) for row in rows]


def test_the_numbers_of_a_day_stand_when_its_articles_and_polls_go(store: Store) -> None:
    report(store, 1)
    report(store, 2, opened_by=1)
    report(store, 3)
    poll(store, failed_outcome(COURIER))
    counted(store, LATER)
    before = numbers_of(store)
    with store.transaction() as connection:
        connection.execute(
            "UPDATE articles SET scrape_due_at = '2026-09-16T00:00:00Z' WHERE id = 3"
        )
    assert forget(store).stories == 1
    for number in range(20):
        poll(store, failed_outcome(COURIER), NOW + timedelta(days=199, minutes=number))
    assert forget_polls(store, timedelta(days=90), LATER)[0] == 4
    with store.transaction() as connection:
        connection.execute("UPDATE articles SET language = 'fr'")
    counted(store, LATER)
    day = str(NOW.date())
    assert [row for row in numbers_of(store) if row[2] == day] == before


def test_nothing_of_a_day_goes_before_it_is_counted(store: Store) -> None:
    report(store, 1)
    boundary = past_age(HALF_A_YEAR, WINDOW, LATER, LATER)
    assert boundary is not None
    assert forget_step(store, boundary, lambda _: False, LATER).stories == 0
    assert forget_polls(store, timedelta(days=90), LATER) == (0, None)


def test_the_last_polls_of_a_feed_stay(store: Store) -> None:
    for number in range(ALWAYS_KEPT + 5):
        poll(store, failed_outcome(COURIER), NOW + timedelta(minutes=number))
    poll(store, failed_outcome(AGENCY))
    counted(store, LATER)
    assert forget_polls(store, timedelta(days=90), LATER) == (5, None)
    rows = store.connection.execute("SELECT feed_id, count(*) FROM polls GROUP BY feed_id")
    assert dict(map(tuple, rows)) == {"courier": ALWAYS_KEPT, "agency": 1}


def test_steps_go_on_where_the_last_one_ended(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aggregator.store.retention.STORIES_LOOKED_AT", 2)
    for number in range(1, 8):
        report(store, number)
    counted(store, LATER)
    boundary = past_age(HALF_A_YEAR, WINDOW, LATER, LATER)
    assert boundary is not None
    after: tuple[str, int] | None = None
    steps: list[int] = []
    while not steps or after is not None:
        step = forget_step(store, boundary, lambda article: article == 2, LATER, after)
        steps.append(step.stories)
        after = step.after
    assert steps == [1, 2, 2, 1]
    assert [row[0] for row in store.connection.execute("SELECT id FROM articles")] == [2]


def test_a_step_that_breaks_off_leaves_everything(store: Store) -> None:
    report(store, 1)
    report(store, 2)
    counted(store, LATER)
    boundary = past_age(HALF_A_YEAR, WINDOW, LATER, LATER)
    assert boundary is not None

    def break_off(article: int) -> bool:
        if article == 2:
            raise RuntimeError("torn")
        return False

    with pytest.raises(RuntimeError, match="torn"):
        forget_step(store, boundary, break_off, LATER)
    assert [count(store, table) for table in ("articles", "forgotten_entries")] == [2, 0]
    assert_whole(store)


def test_a_story_that_the_database_does_not_let_go_stays_whole(store: Store) -> None:
    report(store, 1)
    report(store, 2)
    counted(store, LATER)
    with store.transaction() as connection:
        connection.execute(
            "CREATE TRIGGER torn BEFORE DELETE ON articles WHEN old.id = 2"
            " BEGIN SELECT raise(ABORT, 'torn'); END"
        )
    step = forget(store)
    assert (step.stories, step.refused) == (1, ((2, "torn"),))
    assert [count(store, table) for table in ("articles", "entries", "forgotten_entries")] == [
        1
    ] * 3
    with store.transaction() as connection:
        connection.execute("DROP TRIGGER torn")
    assert_whole(store)
    assert forget(store).stories == 1


def test_what_would_go_is_told_before(store: Store) -> None:
    report(store, 1)
    report(store, 2, opened_by=1)
    report(store, 3, LATER)
    found = kept(store.connection, HALF_A_YEAR, WINDOW, LATER)
    assert (found.stories, found.polls, found.over) == (1, 2, 0)
    assert articles_past(store.connection, found.before) == 2
    assert [story.story_id for story in youngest_past(store.connection, found.before)] == [1]
    assert found.last_forgotten is None
    forget(store)
    found = kept(store.connection, replace(HALF_A_YEAR, database_size=1), WINDOW, LATER)
    assert (found.stories, found.forgotten_stories, found.forgotten_articles) == (0, 1, 2)
    assert (found.last_forgotten, found.over) == (LATER, found.used - 1)
    nothing = kept(store.connection, Keep(), WINDOW, LATER)
    assert (nothing.before, nothing.stories) == (None, 0)
    assert youngest_past(store.connection, None) == ()


_GROWING = {
    "articles", "article_conflicts", "article_versions", "article_wordings", "entries", "revisits",
    "story_members", "story_changes", "story_links", "story_facets", "story_places", "stories",
    "alert_deliveries", "polls", "forgotten_entries", "forgotten_stories", "forgotten_articles",
}  # fmt: skip


def test_no_statement_of_forgetting_walks_a_table_that_grows(store: Store) -> None:
    report(store, 1)
    report(store, 2, copy_of=1)
    report(store, 3, LATER)
    merge_stories(store, [1, 2], NOW)
    counted(store, LATER)
    asked: list[str] = []
    store.connection.set_trace_callback(asked.append)
    assert forget(store).stories == 2
    forget_polls(store, timedelta(days=90), LATER)
    poll(store, poll_outcome(COURIER, entry(1), entry(2)), LATER)
    forget_identities(store)
    store.connection.set_trace_callback(None)
    plain = [sql for sql in asked if sql.startswith(("SELECT", "\nSELECT", "DELETE", "\nUPDATE"))]
    assert len(plain) > 30
    for sql in plain:
        steps = [row["detail"] for row in plan_of(store.connection, sql)]
        walks = [s for s in steps if s.startswith("SCAN") and s.split()[1] in _GROWING]
        assert not [walk for walk in walks if "INDEX" not in walk], (sql, steps)


def plan_of(connection: sqlite3.Connection, sql: str) -> list[sqlite3.Row]:
    return connection.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()


def test_the_tables_of_parents_are_found_by_an_index_when_a_row_goes(store: Store) -> None:
    """A foreign key without an index would walk its table for each row that goes."""
    lacking = []
    tables = store.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    for (table,) in tables.fetchall():
        for key in store.connection.execute(f"PRAGMA foreign_key_list({table})").fetchall():
            if key["table"] in {"articles", "stories", "story_changes"}:
                where = f"SELECT 1 FROM {table} WHERE {key['from']} = 1"
                steps = [row["detail"] for row in plan_of(store.connection, where)]
                if not all(step.startswith("SEARCH") for step in steps):
                    lacking.append((table, key["from"]))
    assert json.dumps(lacking) == "[]"
