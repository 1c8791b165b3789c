"""What is wrong with a feed is named, with since when and what to do."""

from typing import Any

import pytest

from aggregator.model import (
    Entry,
    Outcome,
)
from aggregator.poll.health import Condition
from aggregator.poll.outcome import AppliedPoll
from tests.poll.publisher import DAY, HOUR, NOW, TAG, Publisher, busy, conditions, item


@pytest.mark.parametrize(
    ("answer", "condition"),
    [
        ({"outcome": Outcome.GONE, "status": 410}, Condition.GONE),
        ({"outcome": Outcome.BLOCKED, "status": 403}, Condition.BLOCKED),
        ({"outcome": Outcome.BLOCKED, "status": 403, "bot_wall": "a wall"}, Condition.BOT_WALL),
        ({"outcome": Outcome.LATER, "status": 429}, Condition.ASKED_TO_WAIT),
        ({"outcome": Outcome.FAILED, "status": 404}, Condition.NOT_FOUND),
        ({"outcome": Outcome.FAILED, "status": 502}, Condition.SERVER_ERROR),
        ({"outcome": Outcome.FAILED, "status": 418}, Condition.FAILING),
        ({"outcome": Outcome.FAILED, "failure": "TooSlow"}, Condition.TOO_SLOW),
        ({"outcome": Outcome.FAILED, "failure": "TooLarge"}, Condition.TOO_LARGE),
        ({"outcome": Outcome.FAILED, "failure": "FetchError"}, Condition.UNREACHABLE),
        ({"outcome": Outcome.FAILED, "failure": "BadEncoding"}, Condition.BAD_ENCODING),
        ({"outcome": Outcome.FAILED, "failure": "AddressRefused"}, Condition.ADDRESS_REFUSED),
        ({"outcome": Outcome.FAILED, "failure": "TooManyRedirects"}, Condition.REDIRECT_LOOP),
        ({"unreadable": "NotAFeed: it is a web page"}, Condition.NOT_A_FEED),
        ({"unreadable": "ForbiddenXml: it declares entities"}, Condition.FORBIDDEN_XML),
    ],
)
def test_a_failure_is_named_and_says_what_to_do(
    answer: dict[str, Any], condition: Condition
) -> None:
    publisher = busy()
    words = answer.get("unreadable", "in one line")
    error = None if "unreadable" in answer else words
    decision = publisher.poll(HOUR, error=error, **answer)
    (finding,) = decision.findings
    assert (finding.condition, finding.detail) == (condition, words)
    assert finding.remedy.endswith(".")
    assert (publisher.state.failures, publisher.state.failing_since) == (1, publisher.now)
    assert publisher.state.validators == TAG


def test_p36_after_thirty_failed_days_a_feed_is_dead_and_says_so() -> None:
    publisher = busy()
    for _ in range(32):
        decision = publisher.poll(DAY, outcome=Outcome.FAILED, status=500, error="HTTP 500")
    assert conditions(decision) == [Condition.DEAD, Condition.SERVER_ERROR]
    assert decision.schedule.next_due - publisher.now == 7 * DAY


def test_an_answer_ends_what_was_wrong() -> None:
    publisher = busy()
    publisher.poll(outcome=Outcome.FAILED, status=500, error="HTTP 500")
    decision = publisher.unchanged()
    assert decision.findings == ()
    assert (publisher.state.failures, publisher.state.failing_since) == (0, None)


def test_a_feed_that_falls_silent_is_named_when_its_own_rhythm_says_so() -> None:
    publisher = busy()
    silent_since = None
    for hours in range(1, 60):
        if Condition.SILENT in conditions(publisher.unchanged()):
            silent_since = silent_since or hours
    # An entry each two hours: ten are missing after about twenty hours; a day is the least.
    assert silent_since == 24


@pytest.mark.parametrize(
    ("entries", "condition"),
    [
        ((), Condition.EMPTY),
        ((item(1, None), item(2, None)), Condition.UNDATED),
        ((item(1, NOW - 90 * DAY), item(2, None)), Condition.OLD_ENTRIES),
    ],
)
def test_a_feed_that_says_less_than_it_seems_is_named(
    entries: tuple[Entry, ...], condition: Condition
) -> None:
    moments = tuple(entry.published for entry in entries if entry.published)
    applied = AppliedPoll(new=len(entries), moments=moments)
    assert conditions(Publisher().document(*entries, applied=applied)) == [condition]
