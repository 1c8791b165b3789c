"""The section `keep`: ages in days, weeks or years, sizes, and neither."""

from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.config import parse
from aggregator.config.keep import Keep
from aggregator.errors import ConfigError


def keep_of(written: str) -> Keep:
    return parse(f"keep: {{{written}}}\nfeeds: []\nconflicts: []\n", Path("feeds.yaml")).keep


def test_by_default_nothing_goes_that_a_reader_would_miss() -> None:
    keep = parse("feeds: []\nconflicts: []\n", Path("feeds.yaml")).keep
    assert (keep.articles, keep.database_size) == (None, None)
    assert (keep.polls, keep.archive) == (timedelta(days=90), timedelta(days=90))
    assert keep.archive_size == 10 * 2**30


def test_ages_and_sizes_are_read_as_they_are_written() -> None:
    written = "articles: 2y, polls: 30d, archive: 4w, archive_size: unbounded, database_size: 20GiB"
    assert keep_of(written) == Keep(
        articles=timedelta(days=730),
        polls=timedelta(days=30),
        archive=timedelta(days=28),
        archive_size=None,
        database_size=20 * 2**30,
    )
    assert keep_of("polls: forever").polls is None


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("articles: 29d", "articles must be forever, or at least 30d, such as 180d or 2y"),
        ("articles: 12h", "write a whole number and d, w or y, such as 365d or 2y"),
        ("articles: 200y", "articles must be forever"),
        ("polls: [1d]", "polls must be forever, or at least 7d, such as 180d or 2y, not a list"),
        ("database_size: 1MiB", "database_size must be unbounded, or a size from 64MiB"),
        ("entries: 1y", "is no keep key"),
    ],
)
def test_what_cannot_be_meant_is_told_with_what_to_write(written: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        keep_of(written)
    assert told in str(caught.value)
