"""Days are counted a few at a time beside the other work, and a failure only puts them off."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.errors import StoreError
from aggregator.pipeline.day_counts import DAYS_A_STEP, count_days
from aggregator.store.feeds import sync_config
from tests.pipeline.conftest import Polled
from tests.store.building import COURIER, NOW, config, failed_outcome, poll
from tests.store.fresh import fresh_store


def test_a_cycle_counts_what_it_brought(whole: Polled) -> None:
    (found,) = whole.rows(
        "SELECT sum(articles) AS articles, sum(origins) AS origins, sum(copies) AS copies"
        " FROM daily_counts WHERE conflict_id = '*' AND language = '*'"
    )
    (plain,) = whole.rows(
        "SELECT (SELECT count(*) FROM articles) AS articles,"
        " (SELECT count(*) FROM story_members WHERE origin_id = article_id) AS origins,"
        " (SELECT count(*) FROM story_members WHERE dependence IN ('copy', 'largely copied'))"
        " AS copies"
    )
    assert dict(found) == dict(plain)
    (of_conflicts,) = whole.rows("SELECT count(DISTINCT conflict_id) AS known FROM daily_counts")
    assert int(str(of_conflicts["known"])) > 2


def test_many_days_are_counted_over_several_steps(tmp_path: Path) -> None:
    with fresh_store(tmp_path / "news.db", NOW) as store:
        sync_config(store, config(COURIER), NOW)
        for past in range(DAYS_A_STEP + 5):
            poll(store, failed_outcome(COURIER), NOW - timedelta(days=past))

        async def stored(count: Callable[..., date | None], now: datetime) -> date | None:
            return count(store, now)

        def waiting() -> int:
            sql = "SELECT count(*) FROM counted_days WHERE is_stale = 1"
            return int(store.connection.execute(sql).fetchone()[0])

        asyncio.run(count_days(stored, lambda: NOW))
        assert waiting() == 5
        asyncio.run(count_days(stored, lambda: NOW))
        assert waiting() == 0


def test_what_cannot_be_stored_is_told_and_comes_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[object] = []

    async def full(count: object, _: datetime) -> date | None:
        asked.append(count)
        raise StoreError(tmp_path / "news.db", "no room left")

    asyncio.run(count_days(full, lambda: NOW))
    assert len(asked) == 1
    assert "no room left" in caplog.text
