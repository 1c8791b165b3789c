"""Whether nobody can be reached: judged by what failed last, told since what failed first."""

from datetime import UTC, datetime, timedelta

from aggregator.model import FetchResult, HttpUrl, Outcome
from aggregator.pipeline.network_watch import NetworkWatch

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
UNREACHED = FetchResult(
    HttpUrl("http://a.example/"),
    Outcome.FAILED,
    BEGIN,
    error="FetchError: a.example: cannot connect to 192.0.2.1",
)


def test_a_network_that_goes_down_slowly_is_noticed() -> None:
    now = BEGIN
    watch = NetworkWatch(lambda: now)
    for publisher in range(6):
        watch.saw(str(publisher), UNREACHED)
        now += timedelta(minutes=3)
    assert not watch.is_down
    now += timedelta(hours=1)
    for publisher in range(6):
        watch.saw(str(publisher), UNREACHED)
    assert watch.down_since == BEGIN


def test_failures_of_long_ago_do_not_count() -> None:
    now = BEGIN
    watch = NetworkWatch(lambda: now)
    for publisher in range(20):
        watch.saw(str(publisher), UNREACHED)
        now += timedelta(minutes=3)
    assert not watch.is_down
