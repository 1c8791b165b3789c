"""A record over which our own code fails, in each stage in turn: O33."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final, cast

import pytest

from aggregator.config import load
from aggregator.pipeline.cycle import Pipeline
from aggregator.pipeline.network import policy_of
from aggregator.store import open_store, reading
from aggregator.web.client import WebClient

POISON: Final = "Number 3"
ITEMS: Final = 6


class _Feed(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        # Another document each time, as of a feed that goes on.
        self.server.asked += 1  # type: ignore[attr-defined]  # see below
        items = "".join(
            f"<item><guid>{n}</guid><title>Number {n}</title><link>http://one.example/{n}</link>"
            f"<description>Shells fell on the pier of quarter {n} at dawn.</description></item>"
            for n in range(1, ITEMS + 1)
        )
        body = f"<rss version='2.0'><channel><title>Pier</title>{items}<!-- {self.server.asked} -->"  # type: ignore[attr-defined]  # see above
        body += "</channel></rss>"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Feed) as server:
        server.asked = 0  # type: ignore[attr-defined]  # counted by the handler
        thread = threading.Thread(target=server.serve_forever, args=[0.05])
        thread.start()
        port = server.server_port
        (tmp_path / "feeds.yaml").write_text(
            "settings:\n  allowed_networks: [127.0.0.0/8]\n  host_gap: 0s\n"
            f"  allowed_ports: [{port}]\n  extract_workers: 1\n"
            f"  feed_file: [{json.dumps(str(tmp_path / 'out.atom'))}]\n"
            "conflicts: []\nfeeds:\n"
            f"  - {{name: Pier, url: 'http://pier.localhost:{port}/', fulltext: false,"
            " interval: 10m}\n",
            encoding="utf-8",
        )
        yield tmp_path
        server.shutdown()
        thread.join()


class Failing:
    """A function of ours that fails over one record, and counts how often it did."""

    def __init__(self, works: Callable[..., Any]) -> None:
        self._works = works
        self.times = 0
        self.is_mended = False

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        if not self.is_mended and (self.is_for_all or POISON in repr(arguments)):
            self.times += 1
            raise ZeroDivisionError("a bug of ours")
        return self._works(*arguments, **named)

    is_for_all = False


async def cycles(folder: Path, moments: list[timedelta]) -> None:
    config = load(folder / "feeds.yaml")
    began = datetime.now(UTC)
    moment = began

    def now() -> datetime:
        return moment

    async with (
        WebClient(policy_of(config.settings), now=now) as web,
        Pipeline(config, lambda: open_store(folder / "news.db", now=now()), web, now) as pipeline,
    ):
        for passed in moments:
            moment = began + passed
            await pipeline.run_once()


def aside(folder: Path) -> list[tuple[str, str, int]]:
    with open_store(folder / "news.db") as store:
        return [
            (row["stage"], row["record"], row["failures"])
            for row in cast("list[dict[str, Any]]", reading.status(store)["records_set_aside"])
        ]


def count(folder: Path, table: str) -> int:
    with open_store(folder / "news.db") as store:
        return int(store.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


WHERE: Final = {
    "entry": "aggregator.store.entries._final_article_row",
    "group": "aggregator.pipeline.grouping.StoryStage._group",
    "publish": "aggregator.pipeline.group_stage.write_feed_files",
    "count": "aggregator.pipeline.day_counts.count_next_day",
}


def failing(where: str, monkeypatch: pytest.MonkeyPatch) -> Failing:
    module, _, name = where.rpartition(".")
    owner: Any = __import__("pkgutil").resolve_name(module)
    fails = Failing(getattr(owner, name))

    def failing_now_and_then(*arguments: Any, **named: Any) -> Any:
        return fails(*arguments, **named)

    # A function, since an object would not become a method.
    monkeypatch.setattr(owner, name, failing_now_and_then)
    return fails


@pytest.mark.parametrize(
    "stage",
    [pytest.param(each, marks=() if each == "entry" else pytest.mark.slow) for each in WHERE],
)
def test_o33_what_breaks_a_stage_is_set_aside_for_an_hour_and_the_others_go_on(
    stage: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails = failing(WHERE[stage], monkeypatch)
    fails.is_for_all = stage in {"publish", "count"}
    asyncio.run(cycles(folder, [timedelta(0)]))
    first = fails.times
    assert first >= 1
    ((named, record, failures),) = aside(folder)
    assert (named, failures) == (stage, 1)
    assert record in {"pier guid:3", "3", "all"}
    others = ITEMS if fails.is_for_all else ITEMS - 1
    assert count(folder, "entries") == (ITEMS - 1 if stage == "entry" else ITEMS)
    assert count(folder, "story_members") == others
    if stage != "publish":
        assert (folder / "out.atom").exists()

    asyncio.run(cycles(folder, [timedelta(minutes=59)]))
    if stage != "entry":  # it is met each time the feed is read, and costs nothing else
        assert fails.times == first
    assert aside(folder) == [(stage, record, 1)]
    asyncio.run(cycles(folder, [timedelta(minutes=75)]))
    assert fails.times > first
    assert aside(folder) == [(stage, record, 2)]
    asyncio.run(cycles(folder, [timedelta(minutes=75 + 119)]))
    assert aside(folder) == [(stage, record, 2)]

    fails.is_mended = True
    asyncio.run(cycles(folder, [timedelta(hours=6)]))
    assert aside(folder) == []
    assert count(folder, "entries") == count(folder, "story_members") == ITEMS


def test_o33_a_report_that_cannot_be_stored_does_not_put_back_the_rest_of_its_batch(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails = failing("aggregator.store.grouping._add_member", monkeypatch)
    asyncio.run(cycles(folder, [timedelta(0)]))
    assert fails.times >= 1
    assert count(folder, "story_members") == ITEMS - 1
    assert aside(folder) == [("group", "3", 1)]
    fails.is_mended = True
    asyncio.run(cycles(folder, [timedelta(hours=2)]))
    assert count(folder, "story_members") == ITEMS
    assert aside(folder) == []
