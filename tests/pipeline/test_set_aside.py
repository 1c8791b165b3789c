"""A record over which our own code fails, in each stage in turn: O33."""

import asyncio
import json
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
from tests.serving import serving

POISON: Final = "Number 3"
ITEMS: Final = 6


class Pier(ThreadingHTTPServer):
    """One feed and its pages: another document each time, as of a feed that goes on, or one."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.asked = 0
        self.is_still = False

    def feed(self) -> str:
        self.asked += not self.is_still
        items = "".join(
            f"<item><guid>{n}</guid><title>Number {n}</title>"
            f"<link>http://pier-{n}.localhost:{self.server_port}/{n}</link>"
            f"<description>Shells fell on the pier of quarter {n} at dawn.</description></item>"
            for n in range(1, ITEMS + 1)
        )
        return (
            f"<rss version='2.0'><channel><title>Pier</title>{items}<!-- {self.asked} -->"
            "</channel></rss>"
        )

    def page(self, number: str) -> str:
        text = "".join(
            f"<p>Shells fell on the pier of quarter {number} at dawn, said line {line}.</p>"
            for line in range(9)
        )
        return f"<html><title>Number {number}</title><article>{text}</article></html>"


class _Answer(BaseHTTPRequestHandler):
    server: Pier

    def do_GET(self) -> None:
        number = self.path.strip("/")
        if number == "robots.txt":
            self.send_error(404)
            return
        body = self.server.page(number) if number else self.server.feed()
        tag = f'"{number}-{self.server.asked}"'
        if self.headers["If-None-Match"] == tag:
            self.send_response(304)
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("ETag", tag)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def pier() -> Iterator[Pier]:
    with serving(Pier()) as server:
        yield server


@pytest.fixture
def folder(pier: Pier, tmp_path: Path) -> Path:
    return configured(tmp_path, pier.server_port)


def configured(folder: Path, port: int, *, fulltext: bool = False) -> Path:
    (folder / "feeds.yaml").write_text(
        "settings:\n  allowed_networks: [127.0.0.0/8]\n  host_gap: 0s\n"
        f"  allowed_ports: [{port}]\n  extract_workers: 1\n"
        f"  feed_file: [{json.dumps(str(folder / 'out.atom'))}]\n"
        "conflicts: []\nfeeds:\n"
        f"  - {{name: Pier, url: 'http://pier.localhost:{port}/', fulltext: {json.dumps(fulltext)},"
        " interval: 10m}\n",
        encoding="utf-8",
    )
    return folder


class Failing:
    """A function of ours that fails over one record, and counts how often it did."""

    def __init__(self, works: Callable[..., Any]) -> None:
        self._works = works
        self.times = 0
        self.is_mended = False

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        given = repr(arguments)
        is_meant = self.is_for_all or all(word in given for word in self.words)
        if is_meant and not self.is_mended:
            self.times += 1
            raise ZeroDivisionError("a bug of ours")
        return self._works(*arguments, **named)

    is_for_all = False
    words: tuple[str, ...] = (POISON,)


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
    "parse": "aggregator.poll.parse.entry_of",
    "entry": "aggregator.store.entries._final_article_row",
    "group": "aggregator.pipeline.grouping.StoryStage._group",
    "publish": "aggregator.pipeline.publishing.write_feed_files",
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
    [
        pytest.param(each, marks=() if each in {"parse", "entry"} else pytest.mark.slow)
        for each in WHERE
    ],
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
    assert record.split(" http")[0] in {"pier 3", "pier guid:3", "3", "all"}
    others = ITEMS if fails.is_for_all else ITEMS - 1
    assert count(folder, "entries") == (ITEMS - 1 if stage in {"parse", "entry"} else ITEMS)
    assert count(folder, "story_members") == others
    if stage != "publish":
        assert (folder / "out.atom").exists()

    asyncio.run(cycles(folder, [timedelta(minutes=59)]))
    assert fails.times == first
    assert aside(folder) == [(stage, record, 1)]
    asyncio.run(cycles(folder, [timedelta(minutes=75)]))
    assert fails.times > first
    assert aside(folder) == [(stage, record, 2)]
    second = fails.times
    asyncio.run(cycles(folder, [timedelta(minutes=75 + 119)]))
    assert fails.times == second
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


@pytest.mark.parametrize("where", [WHERE["parse"], "aggregator.poll.nodes._item", WHERE["entry"]])
def test_o33_an_item_is_tried_in_its_time_though_its_feed_never_changes_again(
    where: str, pier: Pier, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pier.is_still = True
    fails = failing(where, monkeypatch)
    if where.endswith("_item"):
        fails.words = ("'Number 3'",)
    asyncio.run(cycles(folder, [timedelta(0)]))
    assert count(folder, "entries") == ITEMS - 1
    fails.is_mended = True
    asyncio.run(cycles(folder, [timedelta(minutes=59)]))
    assert count(folder, "entries") == ITEMS - 1
    asyncio.run(cycles(folder, [timedelta(minutes=75)]))
    assert count(folder, "entries") == ITEMS
    assert aside(folder) == []


@pytest.mark.slow
def test_o33_the_way_of_an_item_to_the_longest_wait(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails = failing(WHERE["parse"], monkeypatch)
    tries = []
    for hour in (0, 1, 2, 3, 6, 7, 14, 15, 30, 31, 54, 55, 78, 79):
        before = fails.times
        asyncio.run(cycles(folder, [timedelta(hours=hour, minutes=hour / 10)]))
        tries += [hour] * (fails.times - before)
    assert tries == [0, 1, 3, 7, 15, 31, 55, 79]


@pytest.mark.slow
def test_o33_a_page_over_which_its_reading_fails_waits_and_the_others_are_read(
    pier: Pier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = configured(tmp_path, pier.server_port, fulltext=True)
    fails = failing("aggregator.pipeline.page_stage.scrape_one", monkeypatch)
    read = "articles WHERE body_source = 'page'"
    for passed, tries in ((0, 1), (59, 1), (75, 2), (75 + 119, 2)):
        asyncio.run(cycles(folder, [timedelta(minutes=passed)]))
        assert fails.times == tries
        assert aside(folder) == [("scrape", "3", tries)]
        assert count(folder, read) == ITEMS - 1
        assert count(folder, "story_members") == ITEMS
    fails.is_mended = True
    asyncio.run(cycles(folder, [timedelta(hours=6)]))
    assert count(folder, read) == ITEMS
    assert aside(folder) == []


@pytest.mark.slow
def test_o33_a_look_that_fails_waits_and_the_other_pages_are_looked_at(
    pier: Pier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = configured(tmp_path, pier.server_port, fulltext=True)
    fails = failing("aggregator.pipeline.page_stage.scrape_one", monkeypatch)
    fails.words = (POISON, "is_revisit=True")
    asyncio.run(cycles(folder, [timedelta(0)]))
    assert aside(folder) == []
    for passed, tries in ((60, 1), (119, 1), (180, 2), (299, 2)):
        asyncio.run(cycles(folder, [timedelta(minutes=passed)]))
        assert fails.times == tries
        assert aside(folder) == [("revisit", "3", tries)]
        assert count(folder, "revisits WHERE found NOT IN ('first text', 'failed')") == ITEMS - 1
    fails.is_mended = True
    asyncio.run(cycles(folder, [timedelta(hours=9)]))
    assert count(folder, "articles WHERE body_source = 'page'") == ITEMS
    assert aside(folder) == []
