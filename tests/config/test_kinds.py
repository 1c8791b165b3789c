"""Durations and sizes: how they are written, and how their limits are told."""

from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.config import Settings, parse
from aggregator.config.kinds import duration, size


def settings_of(text: str) -> Settings:
    return parse(f"settings:\n{text}\nfeeds: []\nconflicts: []\n", Path("feeds.yaml")).settings


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("90", 90), ("90s", 90), ("5m", 300), ('"5m"', 300), ("1.5h", 5400), ("2 d", 172_800)],
)
def test_durations(written: str, seconds: int) -> None:
    assert settings_of(
        f"  poll_interval_maximum: {written}\n  poll_interval_minimum: 1s"
    ) == Settings(
        poll_interval_maximum=timedelta(seconds=seconds),
        poll_interval_minimum=timedelta(seconds=1),
    )


@pytest.mark.parametrize(
    ("written", "size"), [("4096", 4096), ("4096B", 4096), ("4KiB", 4096), ("2 MiB", 2 << 20)]
)
def test_sizes(written: str, size: int) -> None:
    assert settings_of(f"  feed_limit: {written}").feed_limit == size


def test_limits_are_told_in_the_unit_that_fits() -> None:
    assert size(1000, 3 << 30).wanted == "a size from 1000 to 3GiB"
    assert duration(timedelta(0), timedelta(seconds=90.5)).wanted == "a duration from 0s to 90.5s"
