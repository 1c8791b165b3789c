"""A database of a year and more of news, made in minutes, to measure pages, feeds and exports on.

    python -m bench.big_database OUTPUT [--articles 1000000] [--stories 200000] [--seed 1]
                                        [--end 2026-03-01T00:00Z]

Schema, views, feeds and conflicts are written by the program's own store, all other rows by bulk
SQL as the program would have left them: articles with entry, versions, page visits, conflicts and
wording; stories with members, origins, changes, merged ones and ones that take up others. What
each day brought is counted by the program itself. Texts are short (about 360 characters). The same
arguments give the same rows. Prints the time and the size.
"""

import argparse
import random
import sqlite3
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from aggregator.config import Config, Settings
from aggregator.facts.places import LocatedPlace
from aggregator.model import Conflict, Coordinates, Feed
from aggregator.store import open_store
from aggregator.store.daily_counts import count_next_day
from aggregator.store.feeds import sync_config
from aggregator.store.located_places import keep_located
from aggregator.text.times import from_text, to_text
from bench.big_news import DAYS, BigNews, conflicts, outlets, sizes
from bench.big_rows import PLACES_OF_CONFLICT, Rows, Writer, insert

_CACHE_KIB: Final = 256 * 1024
_ARTICLES_A_POLL: Final = 5
_IN_TROUBLE: Final = 0.05


def build(
    path: Path, *, articles: int, stories: int, seed: int, end: datetime
) -> Iterator[tuple[int, float]]:
    """Fill a new database; yield after each 50,000 articles how many, and the seconds so far."""
    began = time.monotonic()
    source = random.Random(seed)  # noqa: S311  # it has to repeat
    feeds, followed = outlets(source), conflicts(source)
    with open_store(path, now=end - timedelta(days=DAYS)) as store:
        connection = store.connection
        # A file that a crash spoils is made again; the links are checked when all are there.
        for pragma in ("synchronous = OFF", f"cache_size = -{_CACHE_KIB}", "foreign_keys = OFF"):
            connection.execute(f"PRAGMA {pragma}")
        config = Config(Path("feeds.yaml"), Settings(), tuple(feeds), tuple(followed))
        sync_config(store, config, end - timedelta(days=DAYS))
        keep_located(store, followed, _located(seed, followed), "generated")
        names = {conflict.id: conflict.name for conflict in followed}
        writer = Writer(store, feeds, dict(names), seed, end)
        counts = sizes(source, articles, stories)
        for told in BigNews(source, feeds, followed, counts, end):
            writer.add(told)
            if told.number % 50_000 == 0:
                yield told.number, time.monotonic() - began
        writer.flush(articles)
        with store.transaction():
            _finish_feeds(connection, feeds, articles, seed, end)
        if broken := connection.execute("PRAGMA foreign_key_check").fetchall():
            raise RuntimeError(f"{len(broken)} rows refer to nothing, such as {tuple(broken[0])}")
        while count_next_day(store, end):
            pass
        store.checkpoint()
    yield articles, time.monotonic() - began


def _located(seed: int, followed: Sequence[Conflict]) -> list[LocatedPlace]:
    """Return where the fifty places of each conflict are: within some degrees of each other."""
    source = random.Random(seed + 3)  # noqa: S311  # it has to repeat
    located = []
    for conflict in followed:
        middle = Coordinates(source.uniform(-30, 55), source.uniform(-100, 140))
        for number in range(PLACES_OF_CONFLICT):
            at = Coordinates(
                round(middle.latitude + source.uniform(-4, 4), 5),
                round(middle.longitude + source.uniform(-4, 4), 5),
            )
            place = f"{conflict.name} {number}"
            located.append(LocatedPlace(conflict.id, place, at, place, ""))
    return located


def _finish_feeds(
    connection: sqlite3.Connection, feeds: Sequence[Feed], articles: int, seed: int, end: datetime
) -> None:
    """Write how the feeds are now, and their last polls."""
    source = random.Random(seed + 2)  # noqa: S311  # it has to repeat
    connection.execute(
        "UPDATE installation SET id = ?", (f"{seed:08d}-0000-4000-8000-{articles:012d}",)
    )
    connection.execute(
        "UPDATE feeds SET title = name, format = 'RSS 2.0', etag = '\"1\"', last_polled_at = :now,"
        " last_success_at = :now, last_body_at = :now, last_outcome = 'fresh', entry_count = 30,"
        " last_new_entry_at = :now, next_due_at = :next, next_due_reason = 'its usual rhythm'",
        {"now": to_text(end), "next": to_text(end + timedelta(minutes=10))},
    )
    polls = max(1, articles // _ARTICLES_A_POLL // len(feeds))
    nothing = (
        '{"weight":0.0,"length":0,"shares":{},"verdicts":{},"log_length":0.0,"log_square":0.0}'
    )
    rows: Rows = defaultdict(list)
    for number in range(polls * len(feeds)):
        moment = end - timedelta(minutes=20) * (polls - number // len(feeds))
        rows["polls"].append({
            "feed_id": feeds[number % len(feeds)].id, "polled_at": to_text(moment),
            "outcome": "fresh", "status": 200, "took_ms": source.randint(40, 900),
            "bytes": source.randint(5_000, 90_000), "entries_seen": 30,
            "entries_new": source.randint(0, 3), "entries_changed": 0,
        })  # fmt: skip
    for feed in feeds:
        rows["page_trends"].append({
            "feed_id": feed.id, "host": f"{feed.id}.example", "pages": 40, "defeats": 0,
            "counted_at": to_text(end), "usual": nothing, "latest": "[]",
        })  # fmt: skip
        if source.random() < _IN_TROUBLE:
            rows["feed_conditions"].append({
                "feed_id": feed.id, "condition": "server error", "severity": 12,
                "since": to_text(end - timedelta(hours=5)), "detail": "HTTP 502 Bad Gateway",
                "remedy": "Wait; if it lasts, tell the publisher.",
            })  # fmt: skip
    for table, some in rows.items():
        insert(connection, table, some)


def main() -> None:
    """Build the database of the arguments."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("output", type=Path)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--stories", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--end", type=from_text, help="when the news ends, ISO 8601; default: midnight of today"
    )
    arguments = parser.parse_args()
    if arguments.output.exists():
        sys.exit(f"{arguments.output} exists: name another file, or remove that one first")
    if not 1 <= arguments.stories <= arguments.articles:
        sys.exit("--stories must be from 1 to the number of --articles")
    end = arguments.end or datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    for done, seconds in build(
        arguments.output, articles=arguments.articles, stories=arguments.stories,
        seed=arguments.seed, end=end,
    ):  # fmt: skip
        size = arguments.output.stat().st_size / 2**20
        print(f"{done:,} articles, {seconds:,.0f} s, {size:,.0f} MiB", flush=True)


if __name__ == "__main__":
    main()
