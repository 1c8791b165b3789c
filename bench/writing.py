"""Writes into a database as the daemon does, for as long as it is let: something to read beside.

    python -m bench.writing big.db [--pause 0.5]

Each round is a poll that brings five articles, the looks at their pages, and their grouping into
stories of the last day: seven transactions through the program's own store, each synced to disk.
Prints how many articles were written when it is told to stop.
"""

import argparse
import signal
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Final

from aggregator.group.conflict.conflicts import ConflictMatch
from aggregator.model import ChangeKind, Decision, Explanation, Feed, PlainText
from aggregator.store import Store, open_store
from aggregator.store.feeds import due_feed
from aggregator.store.grouping import apply_groups, pending_reports
from aggregator.store.outcomes import GroupOutcome, PageOutcome
from aggregator.store.pages import apply_page, pending_pages
from tests.store.building import entry, page_article, poll, poll_outcome

_ENTRIES: Final = 5
_RECENT_STORIES: Final = 200


class Daemon:
    """What one round after the other adds to a database."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rounds = count(int(time.time()) * 10)
        rows = store.connection.execute("SELECT id FROM feeds WHERE listed = 1 ORDER BY id")
        self._feeds = [row["id"] for row in rows]
        (self._conflict,) = store.connection.execute("SELECT min(id) FROM conflicts").fetchone()

    def round(self) -> int:
        """Bring some articles through every stage; return how many."""
        number = next(self._rounds)
        now = datetime.now(UTC).replace(microsecond=0)
        due = due_feed(self._store, self._feeds[number % len(self._feeds)])
        if due is None:
            return 0
        self._poll(due.feed, number, now)
        for page in pending_pages(self._store, now, _ENTRIES):
            article = page_article(page.article_id, host=due.feed.id)
            article = replace(article, url=page.entry.url or article.url, published=now)
            apply_page(self._store, PageOutcome(page.article_id, article, 0, None), now)
        return self._group(now)

    def _poll(self, feed: Feed, number: int, now: datetime) -> None:
        entries = [
            replace(entry(number * _ENTRIES + each, host=feed.id), published=now)
            for each in range(_ENTRIES)
        ]
        poll(self._store, poll_outcome(feed, *entries, etag=f'"{number}"'), now)

    def _group(self, now: datetime) -> int:
        recent = self._store.connection.execute(
            "SELECT opened_by FROM stories WHERE merged_into IS NULL"
            " ORDER BY last_report_at DESC LIMIT ?",
            (_RECENT_STORIES,),
        ).fetchall()
        outcomes = []
        for report in pending_reports(self._store, now, _ENTRIES):
            opener = str(recent[report.article_id % len(recent)]["opened_by"])
            why = Explanation(0.8, 0.5, ("report", "number"), {"likeness": 0.7}, opener, None)
            decision = Decision(str(report.article_id), ChangeKind.ADD, opener, why, None)
            match = ConflictMatch(self._conflict, 1.0, ("report",), (PlainText("Velmar"),))
            outcomes.append(GroupOutcome(report, decision, (match,)))
        apply_groups(self._store, outcomes, now)
        return len(outcomes)


def main() -> None:
    """Write until SIGTERM."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("database", type=Path)
    parser.add_argument("--pause", type=float, default=0.5, help="seconds between rounds")
    arguments = parser.parse_args()
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: stopped.append(number))
    began, written = time.monotonic(), 0
    with open_store(arguments.database, now=datetime.now(UTC)) as store:
        daemon = Daemon(store)
        while not stopped:
            written += daemon.round()
            time.sleep(arguments.pause)
    span = timedelta(seconds=round(time.monotonic() - began))
    print(f"{written} articles written in {span}")


if __name__ == "__main__":
    main()
