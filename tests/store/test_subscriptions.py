import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from aggregator.model import HttpUrl
from aggregator.poll.subscription import (
    Subscription,
    SubscriptionKey,
    SubscriptionState,
    asked,
    denied,
    failed,
    push_wait,
    verified,
)
from aggregator.poll.websub import Announcement, Intent
from aggregator.store import Store, open_store, reading
from aggregator.store.feeds import due_feeds, sync_config
from aggregator.store.subscriptions import (
    RECEIPTS_KEPT,
    all_subscriptions,
    apply_intent,
    apply_push,
    change,
    count_bad_signatures,
    due_subscriptions,
    follow_poll,
    is_repeated_push,
    leave_unlisted,
    move_callbacks,
    note_push_service,
    stop_relying,
    subscription_of,
)
from tests.store.building import AGENCY, COURIER, NOW, config, entry, poll, poll_outcome

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TOPIC = HttpUrl("https://courier.example/feed")
HUB, OTHER_HUB = HttpUrl("https://hub.example/"), HttpUrl("https://other-hub.example/")
KEY = SubscriptionKey("courier", TOPIC, HUB)


def polled(
    store: Store,
    announcement: Announcement | None,
    new: int = 0,
    now: datetime = NOW,
    feed_id: str = "courier",
) -> None:
    with store.transaction() as connection:
        held = subscription_of(connection, feed_id)
        follow_poll(connection, feed_id, held, announcement, new, now)


def announce(store: Store, hub: HttpUrl | None = HUB, now: datetime = NOW) -> None:
    polled(store, Announcement(TOPIC, hub), now=now)


def ask(store: Store, key: SubscriptionKey = KEY, now: datetime = NOW) -> None:
    change(store, key, partial(asked, callback="here", now=now), now)


def activate(store: Store, lease: timedelta = 5 * DAY, now: datetime = NOW) -> None:
    announce(store, now=now)
    ask(store, now=now)
    change(store, KEY, partial(verified, lease=lease, now=now), now)


def rely(store: Store) -> None:
    """Bring the courier to where its hub is relied on and its next poll is far away."""
    poll(store, poll_outcome(COURIER, entry(1)))
    activate(store)
    apply_push(store, KEY, "digest", NOW + HOUR)
    store.connection.execute("UPDATE feeds SET next_due_at = '2026-03-01T16:00:00Z'")
    store.connection.commit()


def held(store: Store) -> Subscription:
    subscription = subscription_of(store.connection, "courier")
    assert subscription is not None
    return subscription


def due(store: Store, now: datetime) -> list[str]:
    return [one.feed.id for one in due_feeds(store, now)]


def test_a_hub_that_a_poll_announces_is_wanted_at_once_and_only_once(store: Store) -> None:
    announce(store)
    assert due_subscriptions(store, NOW, 10) == [Subscription(KEY, next_request_at=NOW)]
    written = store.connection.total_changes
    announce(store, now=NOW + HOUR)
    polled(store, None, now=NOW + HOUR)
    assert store.connection.total_changes == written


def test_every_field_of_a_subscription_survives_the_database(path: Path, store: Store) -> None:
    whole = Subscription(
        KEY,
        next_request_at=NOW + HOUR,
        state=SubscriptionState.ACTIVE,
        callback="here",
        awaits=True,
        requested_at=NOW - HOUR,
        verified_at=NOW - 2 * HOUR,
        lease_ends_at=NOW + DAY,
        last_push_at=NOW - 3 * HOUR,
        doubted_at=NOW - 4 * HOUR,
        pushes=5,
        bad_signatures=6,
        failures=7,
        last_error="why",
    )
    announce(store)
    change(store, KEY, lambda _: whole, NOW)
    with open_store(path) as again:
        assert all_subscriptions(again) == [whole]


def test_another_hub_takes_over_and_the_one_before_is_ended(store: Store) -> None:
    activate(store)
    announce(store, OTHER_HUB, now=NOW + HOUR)
    assert held(store).key.hub == OTHER_HUB
    states = {one.key.hub: one.state for one in all_subscriptions(store)}
    assert states == {HUB: SubscriptionState.LEAVING, OTHER_HUB: SubscriptionState.WANTED}
    announce(store, HUB, now=NOW + 2 * HOUR)
    assert held(store).key.hub == HUB
    assert len(all_subscriptions(store)) == 1


def test_a_hub_that_disappears_is_ended_once_and_forgotten(store: Store) -> None:
    activate(store)
    announce(store, None, now=NOW + HOUR)
    assert subscription_of(store.connection, "courier") is None
    answer = apply_intent(store, KEY, Intent("unsubscribe", TOPIC, "word"), NOW + HOUR)
    assert answer == "word"
    assert all_subscriptions(store) == []


def test_a_hub_that_never_heard_of_us_is_just_forgotten(store: Store) -> None:
    announce(store)
    announce(store, None)
    assert all_subscriptions(store) == []


def test_the_hub_of_a_feed_that_was_removed_is_ended(store: Store) -> None:
    activate(store)
    leave_unlisted(store, NOW)
    assert held(store).state is SubscriptionState.ACTIVE
    sync_config(store, config(AGENCY), NOW)
    leave_unlisted(store, NOW + HOUR)
    (ending,) = due_subscriptions(store, NOW + HOUR, 10)
    assert ending.state is SubscriptionState.LEAVING


def test_a_subscription_follows_its_feed_to_another_id(store: Store) -> None:
    activate(store)
    apply_push(store, KEY, "digest", NOW)
    sync_config(store, config(replace(COURIER, id="harbour"), AGENCY), NOW)
    assert subscription_of(store.connection, "harbour") is not None
    assert is_repeated_push(store, "harbour", "digest")


def test_the_database_itself_keeps_to_one_subscription_for_a_feed(store: Store) -> None:
    activate(store)
    columns = "(feed_id, topic, hub, state, next_request_at)"

    def insert_another() -> None:
        with store.transaction() as connection:
            connection.execute(
                f"INSERT INTO subscriptions {columns} VALUES (?, ?, ?, 'wanted', ?)",
                ("courier", TOPIC, OTHER_HUB, "2026-03-01T09:00:00Z"),
            )

    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        insert_another()


def test_a_poll_that_finds_more_than_was_pushed_ends_the_reliance(store: Store) -> None:
    rely(store)
    later = NOW + 2 * HOUR
    assert push_wait(held(store), new_entries=0, now=later) is not None
    polled(store, None, new=3, now=later)
    assert push_wait(held(store), new_entries=0, now=later) is None
    # The poll itself has set the next one; there is no second at once.
    assert due(store, later) == []


def test_a_feed_whose_hub_disappears_is_polled_at_once(store: Store) -> None:
    rely(store)
    later = NOW + 2 * HOUR
    announce(store, OTHER_HUB, now=later)
    assert due(store, later) == ["courier"]


@pytest.mark.parametrize("step", ["failed", "denied"])
def test_a_feed_whose_hub_stops_is_polled_at_once(store: Store, step: str) -> None:
    rely(store)
    later = NOW + 2 * HOUR
    assert due(store, later) == []
    if step == "failed":
        ask(store, now=later)
        assert due(store, later) == []
        change(store, KEY, partial(failed, error="HTTP 500", now=later), later)
    else:
        change(store, KEY, partial(denied, reason="no", now=later), later)
    assert due(store, later) == ["courier"]
    row = store.connection.execute("SELECT next_due_reason FROM feeds WHERE id = 'courier'")
    assert row.fetchone()[0] == "now: its hub no longer pushes"


def test_feeds_left_to_their_hub_are_polled_when_nobody_listens(store: Store) -> None:
    rely(store)
    later = NOW + 2 * HOUR
    stop_relying(store, later)
    assert held(store).state is SubscriptionState.ACTIVE
    assert due(store, later) == ["courier"]
    assert push_wait(held(store), new_entries=0, now=later) is None
    apply_push(store, KEY, "another digest", later + HOUR)
    assert push_wait(held(store), new_entries=0, now=later + HOUR) is not None


def test_another_callback_begins_every_subscription_anew(store: Store) -> None:
    rely(store)
    move_callbacks(store, lambda _: "there", NOW + 2 * HOUR)
    assert held(store).state is SubscriptionState.WANTED
    assert push_wait(held(store), new_entries=0, now=NOW + 2 * HOUR) is None


def test_a_step_of_a_subscription_that_is_gone_changes_nothing(store: Store) -> None:
    assert change(store, KEY, partial(denied, reason="no", now=NOW), NOW) is None
    assert apply_intent(store, KEY, Intent("denied", TOPIC), NOW) is None
    apply_push(store, KEY, "digest", NOW)
    count_bad_signatures(store, {KEY: 1})
    assert all_subscriptions(store) == []
    assert not is_repeated_push(store, "courier", "digest")


def test_an_intent_that_is_not_ours_is_not_answered(store: Store) -> None:
    activate(store)
    before = held(store)
    assert apply_intent(store, KEY, Intent("unsubscribe", TOPIC, "word"), NOW) is None
    assert held(store) == before
    move_callbacks(store, lambda _: "here", NOW)
    assert held(store) == before


def test_pushes_and_bad_signatures_are_counted(store: Store) -> None:
    activate(store)
    apply_push(store, KEY, "one", NOW)
    apply_push(store, KEY, "two", NOW + HOUR)
    count_bad_signatures(store, {KEY: 3})
    count_bad_signatures(store, {KEY: 4})
    assert (held(store).pushes, held(store).bad_signatures) == (2, 7)
    assert held(store).last_push_at == NOW + HOUR


def test_receipts_are_known_for_long_but_not_for_ever(store: Store) -> None:
    activate(store)
    for number in range(RECEIPTS_KEPT + 1):
        apply_push(store, KEY, f"digest {number}", NOW + timedelta(minutes=number))
    assert not is_repeated_push(store, "courier", "digest 0")
    assert is_repeated_push(store, "courier", "digest 1")
    assert not is_repeated_push(store, "agency", "digest 1")


def test_status_tells_whether_push_is_on_and_how_the_subscriptions_do(store: Store) -> None:
    assert reading.status(store)["push"] == "off"
    note_push_service(store, "unusable", "the secret is not set", NOW)
    assert reading.status(store)["push"] == "unusable: the secret is not set"
    activate(store)
    polled(store, Announcement(AGENCY.url, HUB), feed_id="agency")
    note_push_service(store, "on", "", NOW)
    written = store.connection.total_changes
    note_push_service(store, "on", "", NOW + HOUR)
    assert store.connection.total_changes == written
    assert reading.status(store)["push"] == "on; 1 active, 1 wanted"
