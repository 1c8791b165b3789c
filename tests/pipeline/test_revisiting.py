"""Pages looked at again over real sockets, on a clock that runs ahead of the wall.

No feed is polled a second time within these hours, so that only the looks can find an edit.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aggregator.config import load
from aggregator.pipeline import scraping
from aggregator.pipeline.cycle import Pipeline
from aggregator.pipeline.network import policy_of
from aggregator.pipeline.progress import Progress
from aggregator.store import open_store
from aggregator.web.client import WebClient
from tests.newsroom.room import Newsroom
from tests.newsroom.world import Fault
from tests.newsroom.worlds import small_world

pytestmark = pytest.mark.timeout(240)

HOUR = timedelta(hours=1)


@dataclass
class Desk:
    """A newsroom, a database, and a clock that is set ahead by hand."""

    room: Newsroom
    folder: Path
    settings: dict[str, str | bool] = field(default_factory=dict)
    ahead: timedelta = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def run(self, *runs: Callable[[], object]) -> list[Progress]:
        """Run a cycle after each of `runs`, in one life of the program."""
        text = self.room.feeds_yaml(
            extract_workers=1,
            poll_interval_minimum="1d",
            poll_interval_maximum="7d",
            **self.settings,
        )
        path = self.folder / "feeds.yaml"
        path.write_text(text, encoding="utf-8")
        return asyncio.run(self._cycles(path, runs))

    async def _cycles(self, path: Path, runs: tuple[Callable[[], object], ...]) -> list[Progress]:
        config = load(path)
        async with (
            WebClient(policy_of(config.settings), now=self.now) as web,
            Pipeline(
                config,
                lambda: open_store(self.folder / "news.db", now=self.now()),
                web,
                self.now,
            ) as pipeline,
        ):
            progress = []
            for prepare in runs:
                prepare()
                progress.append(await pipeline.run_once())
            return progress

    def later(self, span: timedelta) -> None:
        self.ahead += span

    def rows(self, sql: str) -> list[dict[str, Any]]:
        with closing(sqlite3.connect(self.folder / "news.db")) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(sql)]


def newsroom() -> Newsroom:
    """Return a newsroom whose two reports appeared some hours ago."""
    return Newsroom(small_world(), now=datetime.now(UTC) + timedelta(hours=55))


def nothing() -> None:
    """Prepare nothing."""


def test_an_edit_that_the_feed_did_not_announce_is_found_and_told(tmp_path: Path) -> None:
    with newsroom() as room:
        desk = Desk(room, tmp_path)
        url = room.articles()[0].url
        before = room.truth()[url]

        def edit() -> None:
            desk.later(HOUR)
            note = "Correction: an earlier version of this report gave another number."
            room.correct(
                url,
                headline=f"{before.headline}, officials now say",
                body=[*before.body.split("\n\n"), "In all 4711 crates were lost.", note],
            )

        first, second = desk.run(nothing, edit)
        assert (first.pages_done, first.looks) == (2, 0)
        assert (second.feeds, second.looks, second.edits) == (0, 2, 1)
    (told,) = desk.rows("SELECT * FROM edited_articles")
    assert told["url"] == url
    assert told["title_after"] == f"{before.headline}, officials now say"
    assert told["figures_added"] == '["4711"]'
    assert "with a correction note" in told["summary"]
    found = {row["article_id"]: row["found"] for row in desk.rows("SELECT * FROM revisits")}
    assert found.pop(told["article_id"]) == "edited"
    assert set(found.values()) <= {"unchanged", "same text"}


def test_a_page_that_did_not_change_costs_a_304_or_nothing_but_the_page(tmp_path: Path) -> None:
    with newsroom() as room:
        desk = Desk(room, tmp_path)
        with_tags = {f"{o.id}.localhost" for o in room.outlets if "etag" in o.validators}
        desk.run(nothing, lambda: desk.later(HOUR))
        paths = {article.path for article in room.articles()}
        again = [r for r in room.requests if r.path in paths and r.conditional]
        assert {request.host for request in again} == with_tags
        assert with_tags
        assert {request.status for request in again} == {304}
    assert len(desk.rows("SELECT * FROM article_versions")) == 2
    (row,) = desk.rows("SELECT min(looks) AS least, max(looks) AS most FROM revisits")
    assert (row["least"], row["most"]) == (1, 1)


def test_looks_end_after_two_days_and_make_up_for_those_missed(tmp_path: Path) -> None:
    with newsroom() as room:
        desk = Desk(room, tmp_path)
        desk.run(nothing, *[lambda: desk.later(5 * HOUR)] * 4)
        rows = desk.rows("SELECT looks, due_at FROM revisits")
        assert [row["looks"] for row in rows] == [3, 3]
        desk.later(60 * HOUR)
        desk.run(nothing)
    rows = desk.rows("SELECT looks, due_at FROM revisits")
    assert [(row["looks"], row["due_at"]) for row in rows] == [(4, None), (4, None)]


def test_a_page_that_is_gone_is_left_alone_and_its_text_stays(tmp_path: Path) -> None:
    with newsroom() as room:
        desk = Desk(room, tmp_path)
        url = room.articles()[0].url

        def take_down() -> None:
            desk.later(HOUR)
            room.take_down(url)

        desk.run(nothing, take_down, lambda: desk.later(3 * HOUR))
        asked = [r for r in room.requests if url.endswith(r.path) and r.path != "/"]
    assert [request.status for request in asked] == [200, 404]
    (row,) = desk.rows(
        "SELECT articles.*, revisits.found, revisits.due_at FROM articles"
        f" JOIN revisits ON revisits.article_id = articles.id WHERE url = '{url}'"
    )
    assert (row["found"], row["due_at"], row["body_source"]) == ("gone", None, "page")
    assert row["body"]


def test_nothing_is_looked_at_again_where_feeds_yaml_says_so(tmp_path: Path) -> None:
    with newsroom() as room:
        desk = Desk(room, tmp_path, {"revisit": False})
        _, second = desk.run(nothing, lambda: desk.later(HOUR))
        assert second.looks == 0
    assert desk.rows("SELECT * FROM revisits") == []


def test_a_page_that_defeats_the_extractor_leaves_the_feeds_text_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scraping, "PAGE_LIMIT", timedelta(milliseconds=1))
    with newsroom() as room:
        desk = Desk(room, tmp_path)
        first, second = desk.run(nothing, lambda: desk.later(HOUR))
    assert (first.pages_defeating, first.grouped, second.pages) == (2, 2, 0)
    rows = desk.rows("SELECT * FROM articles")
    assert all("defeats the extractor" in row["body_reason"] for row in rows)
    assert {row["body_source"] for row in rows} == {"feed"}
    assert all(row["body"] and row["scrape_due_at"] is None for row in rows)
    assert desk.rows("SELECT * FROM set_aside") == []
    assert desk.rows("SELECT sum(defeats) AS n FROM page_trends") == [{"n": 2}]


def test_o33_a_page_over_which_the_program_fails_keeps_the_feeds_text_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No limit at all is what the worker cannot take.
    monkeypatch.setattr(scraping, "PAGE_LIMIT", timedelta(seconds=-1))
    with newsroom() as room:
        desk = Desk(room, tmp_path)
        desk.run(nothing)
        rows = desk.rows("SELECT * FROM articles")
        assert {row["body_source"] for row in rows} == {"feed"}
        assert all("the program failed over its page" in row["body_reason"] for row in rows)
        aside = desk.rows("SELECT stage, failures FROM set_aside")
        assert aside == [{"stage": "scrape", "failures": 1}] * 2
        monkeypatch.undo()
        desk.run(nothing)
        assert {row["body_source"] for row in desk.rows("SELECT * FROM articles")} == {"feed"}
        desk.later(HOUR)
        desk.run(nothing)
    assert {row["body_source"] for row in desk.rows("SELECT * FROM articles")} == {"page"}
    assert desk.rows("SELECT * FROM set_aside") == []


@pytest.mark.parametrize("is_announced", [True, False])
def test_o33_the_last_look_over_which_the_program_fails_is_made_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_announced: bool
) -> None:
    with newsroom() as room:
        desk = Desk(room, tmp_path)
        desk.run(nothing)

        def edit() -> None:
            desk.later(60 * HOUR)
            for article in room.articles():
                room.correct(article.url, body=["Nothing of it was true.", "In all 47 were lost."])
            for outlet in () if is_announced else room.outlets:
                room.break_feed(outlet.id, Fault.SERVER_ERROR)

        with monkeypatch.context() as patched:
            patched.setattr(scraping, "PAGE_LIMIT", timedelta(seconds=-1))
            desk.run(edit)
        aside = [row["stage"] for row in desk.rows("SELECT stage FROM set_aside ORDER BY stage")]
        assert aside == ["revisit"] * 2 + ["scrape"] * 2 * is_announced
        desk.later(HOUR)
        desk.run(nothing)
    assert desk.rows("SELECT * FROM set_aside") == []
    assert {row["due_at"] for row in desk.rows("SELECT due_at FROM revisits")} == {None}
