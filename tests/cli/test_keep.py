"""`aggregator keep`: the policy, and what would go, before anything does."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aggregator.store import open_store
from tests.publish.sample import Desk, fill
from tests.running import aggregator


def test_what_would_go_is_shown_and_nothing_is_changed(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "conflict-news.db", datetime.now(UTC))
    fill(desk)
    long_ago = desk.ago(60 * 24 * 100)
    with desk.store.transaction() as connection:
        connection.execute("UPDATE stories SET last_report_at = ? WHERE id = 1", (long_ago,))
        before = connection.execute("SELECT count(*) FROM articles").fetchone()[0]
    desk.store.close()
    policy = "keep: {articles: 60d, database_size: 64MiB}\nfeeds: []\nconflicts: []\n"
    (tmp_path / "feeds.yaml").write_text(policy, encoding="utf-8")
    shown = aggregator("keep", folder=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert "articles       60d" in shown.stdout
    assert "archive_size   10GiB" in shown.stdout
    assert "Would go: 1 stories with" in shown.stdout
    record = json.loads(aggregator("keep", "--json", folder=tmp_path).stdout)
    assert record["policy"]["database_size"] == "64MiB"
    assert record["would_go"]["stories"] == 1
    assert [story["id"] for story in record["would_go"]["newest"]] == [1]
    boundary = datetime.fromisoformat(record["would_go"]["before"])
    assert abs(boundary - (datetime.now(UTC) - timedelta(days=60))) < timedelta(days=2)
    assert record["bytes"]["too_many"] == 0
    assert record["forgotten"] == {"stories": 0, "articles": 0, "last_at": None}
    with open_store(tmp_path / "conflict-news.db") as store:
        kept = store.connection.execute("SELECT count(*) FROM articles").fetchone()[0]
    assert kept == before
