"""The daemon for a quarter of an hour on a newsroom that keeps changing: SIGTERM, kill -9, go on.

    python -m bench.endurance [--minutes 15]

The real command runs in a process of its own, with the pages served. After two fifths of the time
it gets SIGTERM and is started again, after two thirds `kill -9` and is started again. At the end
the newsroom stands still until every feed was polled once more; then every published report must
be stored exactly once, in exactly one story, in its newest wording.
"""

import argparse
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from tests.newsroom.room import Newsroom
from tests.newsroom.worlds import demo_world

_STEP_SECONDS = 10
_SETTLE_SECONDS = 150


class Daemon:
    """The command `aggregator run --serve` in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = (folder / "daemon.log").open("ab")
        self.start()

    def start(self) -> None:
        """Start the command."""
        command = ["--config", "feeds.yaml", "--database", "news.db", "run", "--serve"]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "aggregator", *command], cwd=self._folder, stderr=self._log
        )

    def end(self, number: int) -> tuple[float, int]:
        """Send a signal; return how many seconds the end took and the exit code."""
        began = time.monotonic()
        self._process.send_signal(number)
        code = self._process.wait()
        return time.monotonic() - began, code

    def peak_memory(self) -> int:
        """Return the peak resident memory of the daemon itself in MB (Linux), else 0."""
        try:
            lines = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        except OSError:
            return 0
        (line,) = [line for line in lines.splitlines() if line.startswith("VmHWM")]
        return int(line.split()[1]) // 1024


def main() -> None:
    """Run the exercise and print what was seen; exit 1 when anything was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--minutes", type=float, default=15.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, Newsroom(demo_world(), held_back=0.4) as room:
        folder = Path(scratch)
        settings = room.feeds_yaml(
            poll_interval_minimum="1m", poll_interval_maximum="1m", poll_tick="5s", serve_port=8017
        )
        (folder / "feeds.yaml").write_text(settings, encoding="utf-8")
        sys.exit(_exercise(room, folder, options.minutes * 60))


def _exercise(room: Newsroom, folder: Path, seconds: float) -> int:
    daemon = Daemon(folder)
    begun = time.monotonic()
    signals = {0.4: signal.SIGTERM, 0.67: signal.SIGKILL}
    while (passed := time.monotonic() - begun) < seconds - _SETTLE_SECONDS:
        time.sleep(_STEP_SECONDS)
        room.advance()
        for share in [share for share in signals if passed > share * seconds]:
            number = signals.pop(share)
            memory = daemon.peak_memory()
            took, code = daemon.end(number)
            print(
                f"after {passed:.0f} s: {number.name}, ended in {took:.2f} s with code {code};"
                f" peak memory {memory} MB"
            )
            daemon.start()
    if signals:
        print(f"too short: {', '.join(number.name for number in signals.values())} was never sent")
    time.sleep(_SETTLE_SECONDS)
    took, code = daemon.end(signal.SIGTERM)
    print(f"at the end: SIGTERM, ended in {took:.2f} s with code {code}")
    return _audit(room, folder / "news.db") or int(bool(signals))


def _audit(room: Newsroom, database: Path) -> int:
    published = {article.url: article for article in room.articles()}
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        rows = connection.execute(
            "SELECT articles.url, articles.title, count(story_members.id)"
            " FROM articles LEFT JOIN story_members ON story_members.article_id = articles.id"
            " GROUP BY articles.id"
        ).fetchall()
        entries = connection.execute("SELECT count(*) FROM entries").fetchone()[0]
        broken = connection.execute("PRAGMA integrity_check").fetchone()[0]
        foreign = len(connection.execute("PRAGMA foreign_key_check").fetchall())
        edited = connection.execute("SELECT count(*) FROM edited_articles").fetchone()[0]
        stories = connection.execute("SELECT count(*) FROM stories").fetchone()[0]
    stored = [row[0] for row in rows]
    lost = published.keys() - set(stored)
    doubled = len(stored) - len(set(stored))
    storyless = sum(row[2] != 1 for row in rows)
    print(
        f"reports published {len(published)}, entries {entries}, articles {len(stored)},"
        f" stories {stories}, edits kept {edited}"
    )
    print(f"lost {len(lost)}, doubled {doubled}, not in exactly one story {storyless}")
    for url in sorted(lost)[:10]:
        print(f"  lost: {url}")
    print(f"integrity {broken}, foreign key violations {foreign}")
    return int(bool(lost or doubled or storyless or foreign or broken != "ok"))


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    main()
