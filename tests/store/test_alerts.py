"""Each alert is decided once for each story and material change, and stored before it is sent.

The file is long because each rule about what is told, and when, has its test here.
"""

import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.config.alert_rules import Conditions, Digest, Period
from aggregator.model import News, NewsKind, PlainText
from aggregator.publish.alerts.bulletin import BulletinKind
from aggregator.store import Store
from aggregator.store.alert_deliveries import (
    begin_attempt,
    due_deliveries,
    listed_deliveries,
    note_failed,
    note_sent,
)
from aggregator.store.rulings import merge_stories
from aggregator.store.story_news import news_record
from tests.store.building import NOW
from tests.store.telling import Telling, alerting, rule

ALL = alerting(rule())


@pytest.fixture
def telling(store: Store) -> Telling:
    made = Telling(store)
    made.follow(ALL)
    return made


def test_a_story_is_told_once_for_each_material_change(telling: Telling) -> None:
    first = telling.report()
    assert telling.decide(ALL) == 1
    assert telling.decide(ALL) == 0
    telling.pass_time(minutes=5)
    telling.report(story=first)
    assert telling.decide(ALL) == 1
    told = telling.bulletins()
    assert [one.stories[0].outlets for one in told] == [1, 2]
    assert told[0].stories[0].url == "https://news.example.org/story/1"
    assert len({one.key for one in told}) == 2


def test_another_copy_is_no_news(telling: Telling) -> None:
    first = telling.report()
    telling.decide(ALL)
    telling.pass_time(minutes=5)
    telling.report(story=first, copy_of=first)
    assert telling.decide(ALL) == 0


def test_what_happened_to_a_story_between_two_rounds_is_one_alert(telling: Telling) -> None:
    first = telling.report()
    telling.report(story=first)
    telling.report(story=first)
    telling.report()
    assert telling.decide(ALL) == 2
    changes = {(row["story_id"], row["change_id"]) for row in telling.rows()}
    newest = telling.store.connection.execute(
        "SELECT story_id, max(id) FROM story_changes WHERE material GROUP BY story_id"
    )
    assert changes == {tuple(row) for row in newest}


def test_a_new_alert_tells_nothing_of_what_was_before_it(telling: Telling) -> None:
    first = telling.report()
    both = alerting(rule(), rule("Later"))
    telling.follow(both)
    assert telling.decide(both) == 1
    telling.pass_time(minutes=1)
    telling.report(story=first)
    assert telling.decide(both) == 2
    assert [row["rule"] for row in telling.rows()] == ["All", "All", "Later"]


def test_an_alert_that_is_taken_out_and_put_in_again_begins_anew(telling: Telling) -> None:
    telling.follow(alerting())
    telling.report()
    telling.follow(ALL)
    assert telling.decide(ALL) == 0


def test_what_came_while_nobody_decided_is_not_lost(telling: Telling, path: Path) -> None:
    telling.report()
    telling.follow(ALL)
    assert telling.decide(ALL) == 1
    with sqlite3.connect(path) as other:
        assert other.execute("SELECT count(*) FROM alert_deliveries").fetchone() == (1,)


def test_only_changes_that_match_are_told_each_on_every_channel(telling: Telling) -> None:
    wanted = alerting(replace(rule(least_outlets=2), email=("a@example.org",)))
    first = telling.report()
    telling.report()
    assert telling.decide(wanted) == 0
    telling.report(story=first)
    assert telling.decide(wanted) == 0  # of the same outlet as the first
    telling.report(story=first)
    assert telling.decide(wanted) == 2
    assert [row["channel"] for row in telling.rows()] == ["webhook", "email"]
    assert len({row["key"] for row in telling.rows()}) == 2


def test_a_story_that_became_part_of_another_is_told_of_there(telling: Telling) -> None:
    first, second = telling.report(), telling.report()
    merge_stories(telling.store, [1, 2], telling.now)
    assert telling.decide(ALL) == 1
    (told,) = telling.bulletins()
    assert (told.stories[0].id, told.stories[0].outlets) == (1, 2)
    assert {first, second} == {1, 2}


def test_an_alert_that_cannot_be_judged_harms_no_other(telling: Telling) -> None:
    broken = replace(rule("Broken"), conditions=Conditions(words=(None,)))  # type: ignore[arg-type]  # a bug
    telling.follow(alerting(broken, rule()))
    telling.report()
    assert telling.decide(alerting(broken, rule())) == 1
    # And it is decided when the bug is gone and its hour is over.
    assert telling.decide(alerting(rule("Broken"), rule())) == 0
    telling.pass_time(hours=1)
    assert telling.decide(alerting(rule("Broken"), rule())) == 1
    assert [row["rule"] for row in telling.rows()] == ["All", "Broken"]


def test_more_than_the_limit_of_an_hour_is_held_back_and_told_in_one_message(
    telling: Telling,
) -> None:
    few = alerting(rule(hourly_limit=3))
    for _ in range(5):
        telling.report()
        telling.decide(few)
        telling.take()
        telling.pass_time(minutes=1)
    assert telling.states() == ["sent"] * 3 + ["held"] * 2
    telling.pass_time(minutes=50)
    assert telling.decide(few) == 0
    telling.pass_time(minutes=10)
    late = telling.report()
    assert telling.decide(few) == 2
    assert telling.states() == ["sent"] * 3 + ["folded"] * 2 + ["pending"] * 2
    (folded,) = telling.bulletins("kind = 'folded'")
    assert folded.note.startswith("2 more changes of 2 stories, held back since 3 messages")
    assert [story.id for story in folded.stories] == [4, 5]
    assert (
        telling.rows(where="kind = 'folded'")[0]["id"]
        == telling.rows("DISTINCT folded_into AS f, id", "folded_into")[0]["f"]
    )
    assert telling.rows(where="kind = 'alert'")[-1]["story_id"] == late


def test_no_hour_has_more_messages_than_the_limit_and_no_change_is_lost(telling: Telling) -> None:
    few = alerting(rule(hourly_limit=4))
    for _ in range(60):
        telling.report()
        telling.decide(few)
        telling.take()
        telling.pass_time(minutes=3)
    for _ in range(30):
        telling.decide(few)
        telling.take()
        telling.pass_time(minutes=3)
    sent = telling.rows("decided_at", "state = 'sent'")
    times = [row["decided_at"] for row in sent]
    for at in times:
        hour_later = f"{int(at[11:13]) + 1:02}{at[13:]}"
        within = [t for t in times if at <= t < at[:11] + hour_later]
        assert len(within) <= 4
    told = {story.id for one in telling.bulletins("state = 'sent'") for story in one.stories}
    assert told == set(range(1, 61))


def test_what_waits_for_a_receiver_counts_until_an_hour_after_it_was_taken(
    telling: Telling,
) -> None:
    few = alerting(rule(hourly_limit=3))
    for _ in range(5):
        telling.report()
        telling.decide(few)
        telling.pass_time(hours=2)
    assert telling.states() == ["pending"] * 3 + ["held"] * 2
    telling.take()
    telling.pass_time(minutes=59)
    assert telling.decide(few) == 0
    telling.pass_time(minutes=1)
    assert telling.decide(few) == 1
    assert telling.states() == ["sent"] * 3 + ["folded"] * 2 + ["pending"]


def test_what_waits_for_an_alert_or_channel_that_has_gone_is_withdrawn(telling: Telling) -> None:
    both = alerting(replace(rule(), email=("a@example.org",)))
    telling.report()
    telling.decide(both)
    telling.follow(ALL)
    assert telling.states() == ["pending", "withdrawn"]
    telling.follow(alerting())
    assert telling.states() == ["withdrawn", "withdrawn"]


def test_a_digest_tells_at_its_hour_what_changed_since_the_last(store: Store) -> None:
    telling = Telling(store, NOW.replace(hour=5, minute=10))
    daily = alerting(
        digests=(Digest(name="Morning", conditions=Conditions(), at=6, email=("a@b.org",)),)
    )
    telling.report()
    telling.follow(daily)
    first = telling.report()
    telling.pass_time(minutes=20)
    telling.report(story=first)
    telling.report()
    assert telling.decide(daily) == 0
    telling.pass_time(minutes=40)  # 06:10
    telling.report()
    assert telling.decide(daily) == 1
    (morning,) = telling.bulletins()
    assert (morning.kind, morning.made_at) == (BulletinKind.DIGEST, "2026-03-01T06:00:00Z")
    assert morning.note == "2 stories with news"
    assert sorted((story.id, story.outlets) for story in morning.stories) == [(2, 2), (3, 1)]
    telling.pass_time(hours=23)
    assert telling.decide(daily) == 0
    telling.pass_time(hours=1)
    assert telling.decide(daily) == 1
    assert [story.id for story in telling.bulletins()[-1].stories] == [4]
    telling.pass_time(days=1)
    assert telling.decide(daily) == 0  # nothing happened


def test_a_digest_that_nobody_made_in_time_tells_all_of_it_once(store: Store) -> None:
    telling = Telling(store)
    hourly = alerting(
        digests=(
            Digest(
                name="Wall", conditions=Conditions(), every=Period.HOURLY, file=Path("wall.txt")
            ),
        )
    )
    telling.follow(hourly)
    telling.report()
    telling.pass_time(hours=3)
    telling.report()
    telling.pass_time(hours=5)
    telling.follow(hourly)  # as after a start
    assert telling.decide(hourly) == 1
    assert telling.decide(hourly) == 0
    assert len(telling.bulletins()[0].stories) == 2


@pytest.mark.parametrize("ahead", [2, 30, 365 * 50])
def test_d26_digests_go_on_when_the_clock_was_ahead(store: Store, ahead: int) -> None:
    telling = Telling(store, NOW.replace(hour=5))
    daily = alerting(
        digests=(Digest(name="Morning", conditions=Conditions(), at=6, email=("a@b.org",)),)
    )
    telling.follow(daily)
    telling.pass_time(days=ahead)
    telling.report()
    telling.pass_time(days=-ahead)
    telling.follow(daily)  # as the daemon does when the clock was set
    telling.report()
    telling.pass_time(days=1, hours=2)
    telling.decide(daily)
    told = [story.id for one in telling.bulletins() for story in one.stories]
    assert told == [1, 2]


def test_d26_alerts_go_on_when_the_clock_was_ahead(telling: Telling) -> None:
    few = alerting(rule(hourly_limit=3))
    telling.pass_time(days=30)
    for _ in range(3):
        telling.report()
        telling.decide(few)
        telling.take()
    telling.pass_time(days=-30)
    telling.report()
    telling.decide(few)
    assert telling.states() == ["sent"] * 3 + ["pending"]


def test_a_message_is_begun_once_and_again_after_its_wait(telling: Telling) -> None:
    telling.report()
    telling.decide(ALL)
    (due,) = due_deliveries(telling.store, telling.now, 10)
    begun = begin_attempt(telling.store, due.id, telling.now)
    assert begun is not None
    assert begun.attempts == 1
    # As after a crash: noted as begun, so not at once, but surely again and with the same key.
    assert due_deliveries(telling.store, telling.now, 10) == []
    assert begin_attempt(telling.store, due.id, telling.now) is None
    telling.pass_time(seconds=30)
    (again,) = due_deliveries(telling.store, telling.now, 10)
    assert again.content == due.content
    note_sent(telling.store, due.id, None, telling.now)
    telling.pass_time(days=1)
    assert due_deliveries(telling.store, telling.now, 10) == []


def test_a_message_is_given_up_after_a_day_and_the_reason_stays_to_be_seen(
    telling: Telling,
) -> None:
    telling.report()
    telling.decide(ALL)
    begin = telling.now
    attempts = 0
    while due := due_deliveries(telling.store, telling.now, 10):
        delivery = begin_attempt(telling.store, due[0].id, telling.now)
        assert delivery is not None
        note_failed(telling.store, delivery, "HTTP 500", telling.now)
        attempts += 1
        (row,) = telling.rows()
        if row["next_attempt_at"]:
            telling.now = max(
                telling.now, NOW.fromisoformat(row["next_attempt_at"].replace("Z", "+00:00"))
            )
    (row,) = telling.rows()
    assert (row["state"], row["last_error"], row["attempts"]) == ("failed", "HTTP 500", attempts)
    assert timedelta(days=1) <= telling.now - begin <= timedelta(hours=26)
    assert 15 <= attempts <= 25
    (listed,) = listed_deliveries(telling.store.connection, 10, failures_only=True)
    assert (listed["state"], listed["headline"]) == ("failed", "Report number 1")


def test_news_is_told_where_the_changes_say_it(telling: Telling) -> None:
    first = telling.report()
    telling.report(story=first)
    record = news_record([News(NewsKind.DENIAL, PlainText("by the port"))])
    telling.store.connection.execute("UPDATE story_changes SET news = ?", (record,))
    telling.store.connection.commit()
    telling.decide(ALL)
    (told,) = telling.bulletins()
    (story,) = told.stories
    assert {(one.kind, one.detail) for one in story.news} == {(NewsKind.DENIAL, "by the port")}
