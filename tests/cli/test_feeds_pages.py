"""What pages of a feed give, and that they have stopped giving it, on the command line."""

import json
from pathlib import Path

import pytest

from aggregator.store import open_store
from aggregator.store.feeds import sync_config
from tests.running import aggregator
from tests.store.building import COURIER, NOW, config
from tests.store.paper import Paper

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    feeds = "settings: {database: news.db}\nconflicts: []\nfeeds: []\n"
    (tmp_path / "feeds.yaml").write_text(feeds, encoding="utf-8")
    with open_store(tmp_path / "news.db", now=NOW) as store:
        sync_config(store, config(COURIER), NOW)
        paper = Paper(store)
        paper.publish(60)
        paper.publish(12, broken=True)
    return tmp_path


def test_health_and_show_tell_of_a_changed_layout(folder: Path) -> None:
    health = aggregator("feeds", "health", folder=folder).stdout
    assert health.startswith("courier: pages changed since 2026-03-03T22:00:00Z\n")
    assert "pages give no text any more: 12 of the last 12, before 0 of 100" in health
    assert "`aggregator extract --explain`, and write or mend a site rule." in health
    shown = aggregator("feeds", "show", "courier", folder=folder).stdout
    assert "pages changed since" in shown
    assert "what its pages usually give, in percent of them:" in shown
    record = json.loads(aggregator("feeds", "show", "courier", "--json", folder=folder).stdout)
    (site,) = record["pages"]
    assert (site["host"], site["pages"], site["text"]) == ("courier.example", 72, 100)
