"""The daemon for an hour among every kind of bad feed, on the wall clock.

    python -m bench.hostile_hour [--minutes 60]

The newsroom publishes and edits every half minute; beside its good outlets it has one feed for
each way in which feeds go wrong, slow ones among them. At the end `aggregator status --json` must
name each bad feed with what is wrong and no good one, and every good report older than the last
round of polls must be stored.
"""

import argparse
import json
import os
import signal
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from bench.endurance import Daemon
from tests.newsroom.diagnosis import conditions_of
from tests.newsroom.room import Newsroom
from tests.newsroom.worlds import full_world
from tests.running import aggregator

_STEP_SECONDS = 30
_SETTLE_SECONDS = 420


def main() -> None:
    """Run the exercise and print what was seen; exit 1 when a feed is misjudged or late."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--minutes", type=float, default=60.0)
    options = parser.parse_args()
    world = full_world(hostile=True)
    with tempfile.TemporaryDirectory() as scratch, Newsroom(world) as room:
        folder = Path(scratch)
        settings = room.feeds_yaml(
            database="news.db", poll_interval_minimum="1m", poll_interval_maximum="5m",
            serve_port=8018, feed_limit="2MiB", request_deadline="20s",
        )  # fmt: skip
        (folder / "feeds.yaml").write_text(settings, encoding="utf-8")
        daemon = Daemon(folder)
        end = time.monotonic() + options.minutes * 60
        while time.monotonic() < end - _SETTLE_SECONDS:
            time.sleep(_STEP_SECONDS)
            room.advance()
        time.sleep(max(end - time.monotonic(), 0))
        memory = daemon.peak_memory()
        failed = _judge(room, folder)
        took, code = daemon.end(signal.SIGTERM)
        print(f"peak memory {memory} MB; SIGTERM, ended in {took:.2f} s with code {code}")
        sys.exit(failed or code)


def _judge(room: Newsroom, folder: Path) -> int:
    status = json.loads(aggregator("status", "--json", folder=folder).stdout)
    found: dict[str, set[str]] = {}
    for row in status["feeds_in_trouble"]:
        found.setdefault(row["feed_id"], set()).add(row["condition"])
        print(f"{row['feed_id']:24} {row['condition']:18} {row['detail'][:90]}")
    misjudged = [
        outlet.id for outlet in room.outlets if found.get(outlet.id, set()) != conditions_of(outlet)
    ]
    with closing(sqlite3.connect(f"file:{folder}/news.db?mode=ro", uri=True)) as connection:
        stored = {row[0] for row in connection.execute("SELECT url FROM entries")}
        set_aside = connection.execute("SELECT count(*) FROM set_aside").fetchone()[0]
    good = {outlet.id for outlet in room.outlets if outlet.fault is None}
    missing = [a.url for a in room.articles() if a.outlet.id in good and a.url not in stored]
    print(f"feeds {len(room.outlets)}, good {len(good)}, misjudged {misjudged}")
    print(f"reports of good feeds missing {len(missing)}, records set aside {set_aside}")
    return int(bool(misjudged or missing or set_aside))


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    main()
