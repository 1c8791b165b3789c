"""What polls come to over time: checks of 304, moves and identity."""

from dataclasses import replace

from aggregator.model import (
    DueFeed,
    FetchResult,
    HttpUrl,
    IdentityKind,
    Outcome,
    ParsedFeed,
    PlainText,
    Validators,
)
from aggregator.poll.decide import decide
from aggregator.poll.health import Condition
from aggregator.poll.outcome import AppliedPoll, PollOutcome
from aggregator.poll.requests import WHOLE_DOCUMENT_AFTER, request_for
from tests.poll.publisher import (
    DAY,
    FEED,
    HOUR,
    LIMITS,
    NEW_URL,
    NOW,
    TAG,
    URL,
    Publisher,
    busy,
    conditions,
    item,
)


def test_p37_every_re_poll_is_conditional_but_for_the_check() -> None:
    publisher = busy()
    for _ in range(20):
        assert not publisher.asks_for_all
        publisher.unchanged()
    publisher.unchanged(5 * HOUR)
    # A day without a document where twelve entries are usual.
    assert publisher.asks_for_all


def test_p37_a_slow_feed_is_asked_for_all_of_it_once_a_week_only() -> None:
    publisher = Publisher()
    moments = tuple(NOW - n * 20 * DAY for n in range(3))
    publisher.document(*map(item, range(3)), applied=AppliedPoll(new=3, moments=moments))
    for _ in range(6):
        publisher.unchanged(DAY)
        assert not publisher.asks_for_all
    publisher.unchanged(DAY)
    assert publisher.now - NOW - HOUR >= WHOLE_DOCUMENT_AFTER
    assert publisher.asks_for_all


def test_a_server_that_says_304_for_ever_is_found_out_and_no_longer_believed() -> None:
    publisher = busy()
    publisher.unchanged(25 * HOUR)
    assert publisher.asks_for_all
    decision = publisher.document(item(500), digest="2", applied=AppliedPoll(new=1))
    assert Condition.ALWAYS_UNCHANGED in conditions(decision)
    assert publisher.asks_for_all
    decision = publisher.poll(digest="2", validators=TAG)
    assert Condition.ALWAYS_UNCHANGED in conditions(decision)


def test_new_validators_do_not_excuse_entries_that_were_there_all_along() -> None:
    publisher = busy()
    publisher.unchanged(25 * HOUR)
    old = tuple(publisher.now - n * HOUR for n in range(3, 9))
    decision = publisher.document(
        *map(item, range(500, 506)),
        digest="2",
        validators=Validators('"b"'),
        applied=AppliedPoll(new=6, moments=old),
    )
    assert Condition.ALWAYS_UNCHANGED in conditions(decision)


def test_an_honest_server_passes_the_check() -> None:
    publisher = busy()
    publisher.unchanged(25 * HOUR)
    decision = publisher.poll(digest="1", validators=Validators('"b"'))
    assert Condition.ALWAYS_UNCHANGED not in conditions(decision)
    assert publisher.state.validators == Validators('"b"')
    publisher.unchanged(25 * HOUR)
    decision = publisher.document(
        item(501),
        digest="3",
        validators=Validators('"c"'),
        applied=AppliedPoll(new=1, moments=(publisher.now,)),
    )
    assert not publisher.asks_for_all
    assert Condition.ALWAYS_UNCHANGED not in conditions(decision)


def test_p37_a_redirect_that_lasts_is_followed_and_the_old_address_kept() -> None:
    publisher = Publisher()
    for polls in (1, 2):
        decision = publisher.document(item(1), permanent_url=NEW_URL, final_url=NEW_URL)
        assert publisher.asks_at() == URL, polls
        assert Condition.MOVED not in conditions(decision)
    decision = publisher.document(item(1), permanent_url=NEW_URL, final_url=NEW_URL)
    assert Condition.MOVED in conditions(decision)
    assert publisher.asks_at() == URL
    publisher.now += DAY
    decision = publisher.document(item(1), permanent_url=NEW_URL, final_url=NEW_URL)
    assert publisher.asks_at() == NEW_URL
    assert FEED.url == URL
    decision = publisher.document(item(1), final_url=NEW_URL)
    assert conditions(decision) == [Condition.MOVED]


def test_a_redirect_that_passes_leaves_no_trace() -> None:
    publisher = Publisher()
    publisher.document(item(1), permanent_url=NEW_URL)
    publisher.document(item(1), permanent_url=HttpUrl("https://elsewhere.example/"))
    assert publisher.moves_seen() == 1
    decision = publisher.document(item(1))
    assert publisher.moves_seen() == 0
    assert conditions(decision) == []


def test_a_new_address_that_does_not_work_is_given_up() -> None:
    publisher = Publisher()
    for _ in range(4):
        publisher.now += DAY
        publisher.document(item(1), permanent_url=NEW_URL)
    assert publisher.asks_at() == NEW_URL
    for _ in range(3):
        publisher.poll(outcome=Outcome.FAILED, status=404, error="HTTP 404 Not Found")
    assert publisher.asks_at() == URL


def test_an_announced_address_is_shown_and_not_followed() -> None:
    publisher = Publisher()
    decision = publisher.document(item(1), says={"new_url": NEW_URL})
    (finding,) = decision.findings
    assert finding.condition is Condition.MOVED
    assert NEW_URL in finding.detail
    assert request_for(DueFeed(FEED, publisher.state), NOW).url == URL


def test_two_polls_of_new_guids_and_addresses_are_the_identity() -> None:
    publisher = Publisher()
    publisher.document(*map(item, range(10)))
    publisher.document(*map(item, range(10)), digest="2", applied=AppliedPoll(renamed=10))
    assert publisher.identifies_by() is IdentityKind.GUID
    publisher.document(*map(item, range(10)), digest="3", applied=AppliedPoll(renamed=2))
    publisher.document(*map(item, range(10)), digest="4", applied=AppliedPoll(renamed=9))
    assert publisher.identifies_by() is IdentityKind.LINK


def test_a_push_brings_entries_and_says_nothing_of_the_document() -> None:
    publisher = busy()
    before = publisher.state
    due = DueFeed(FEED, before)
    now = publisher.now + HOUR
    result = FetchResult(URL, Outcome.FRESH, now, body=b"part")
    parsed = ParsedFeed("atom10", PlainText("Peak"), (item(900, now),))
    outcome = PollOutcome(
        FEED.id, request_for(due, now), result, "part", parsed, (), None, is_push=True
    )
    applied = AppliedPoll(new=1, moments=(now,))
    state = decide(due, outcome, applied, now=now, limits=LIMITS).state
    assert state.last_new_entry_at == now
    assert (
        replace(state, last_new_entry_at=before.last_new_entry_at, rhythm=before.rhythm) == before
    )
