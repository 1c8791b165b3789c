"""The calls that other programs make."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aggregator
from aggregator.model import Decision, GroupInput
from aggregator.store import open_store
from aggregator.store.feeds import sync_config
from tests.store.building import COURIER, config

BEGIN = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
TOLD = "Shells hit the ferry landing at Orlane before dawn and sank two barges"


def test_a_page_goes_in_and_an_article_comes_out() -> None:
    page = b"<html lang='en'><body><article><h1>Ferry stopped</h1>" + b"".join(
        b"<p>The ferry at the lower landing was stopped on day %d, and nobody crossed.</p>" % day
        for day in range(1, 9)
    )
    article = aggregator.extract(page + b"</article></body></html>", "https://quay.example/1")
    assert article.title == "Ferry stopped"
    assert article.body.startswith("The ferry at the lower landing")


def test_articles_go_in_and_decisions_come_out() -> None:
    articles = [
        GroupInput("a", TOLD, "", source="one.example", language="en", published=BEGIN),
        GroupInput(
            "b", f"{TOLD}, port says", "", source="two.example", language="en",
            published=BEGIN + timedelta(hours=1),
        ),
    ]  # fmt: skip
    group = getattr(aggregator, "group")  # noqa: B009 -- a package that can be called
    decisions: list[Decision] = list(group(articles))
    assert [decision.story for decision in decisions] == ["a", "a"]


def test_what_is_stored_comes_out_as_records(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    with open_store(path, now=BEGIN) as store:
        sync_config(store, config(COURIER), BEGIN)
    (feed,) = aggregator.export(path, "feeds")
    assert (feed["feed_id"], feed["article_count"]) == ("courier", 0)
    assert list(aggregator.export(path, "stories")) == []


def test_the_public_names_are_these() -> None:
    assert aggregator.__all__ == ["__version__", "export", "extract", "group"]
    assert all(hasattr(aggregator, name) for name in aggregator.__all__)


def test_importing_the_package_loads_nothing_heavy() -> None:
    program = "import aggregator, sys; print('lxml' in sys.modules or 'sqlite3' in sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "False"
