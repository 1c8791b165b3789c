"""The user's rulings on stories, made by another process while the pipeline works."""

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from aggregator.config import Config, Settings
from aggregator.model import GroupInput
from aggregator.pipeline.cycle import Pipeline
from aggregator.pipeline.network import policy_of
from aggregator.store import Store, open_store
from aggregator.store.rulings import merge_stories, release_articles, split_story
from aggregator.web.client import WebClient
from tests.group.newsdesk import (
    ELECTION,
    FLOOD,
    MORNING,
    STRIKE_PARAPHRASE,
    STRIKE_WIRE,
    busy_week,
    report,
)
from tests.newsroom.room import Newsroom
from tests.newsroom.worlds import full_world, small_world
from tests.pipeline.conftest import polled
from tests.publish.sample import Desk
from tests.running import aggregator, started, wait_until

pytestmark = pytest.mark.timeout(240)

STRIKE = report("strike", "Seven killed in rocket strike on Karsat market", STRIKE_WIRE)
OTHER = report("other", "Rockets kill seven at Karsat market", STRIKE_PARAPHRASE,
               source="courier.example", hours=2)  # fmt: skip
FLOODED = report("flood", "River Imbra floods villages above Sondheven", FLOOD, hours=3)
VOTE = report("vote", "Farmers' union wins Ostrelia vote", ELECTION, hours=4)
TRIAL = report(
    "trial", "Karsat market strike: officer Dorun Velbat on trial in Tolvey",
    "An officer of the Velmoran army, Dorun Velbat, went on trial in Tolvey on Monday over the"
    " rockets that killed seven people in the vegetable market of Karsat. The trader Ovel Dintari,"
    " who lost his stall at the northern gate, was the first to speak.", hours=24 * 40,
)  # fmt: skip


class Press:
    """A database into which articles come, read and ready to be grouped."""

    def __init__(self, path: Path) -> None:
        self.desk = Desk(path, MORNING + timedelta(days=30))
        self.desk.feed("herald", "Velmar Herald")
        self.path = path
        self.numbers: dict[str, int] = {}
        self.now = MORNING

    @property
    def store(self) -> Store:
        return self.desk.store

    def bring(self, *articles: GroupInput) -> None:
        for article in articles:
            moment = (article.published or MORNING).isoformat()
            self.now = max(self.now, article.published or self.now)
            self.numbers[article.id] = self.desk.article(
                "herald", article.title, minutes=0, body=article.text, source=article.source,
                published_at=moment, first_seen_at=moment,
            )  # fmt: skip

    def stories(self) -> list[set[str]]:
        names = {number: name for name, number in self.numbers.items()}
        found: dict[int, set[str]] = {}
        for row in self.desk.connection.execute("SELECT * FROM story_members ORDER BY id"):
            found.setdefault(row["story_id"], set()).add(names[row["article_id"]])
        return list(found.values())

    def story(self, name: str) -> int:
        row = self.desk.connection.execute(
            "SELECT story_id FROM story_members WHERE article_id = ?", (self.numbers[name],)
        ).fetchone()
        return int(row["story_id"])

    def merge(self, *names: str) -> None:
        with open_store(self.path, now=MORNING) as other:
            merge_stories(other, [self.story(name) for name in names], MORNING)

    def split(self, *names: str) -> None:
        with open_store(self.path, now=MORNING) as other:
            split_story(
                other, self.story(names[0]), [self.numbers[name] for name in names], MORNING
            )

    def release(self, *names: str) -> None:
        with open_store(self.path, now=MORNING) as other:
            release_articles(
                other, self.story(names[0]), [self.numbers[name] for name in names], MORNING
            )


@pytest.fixture
def press(tmp_path: Path) -> Iterator[Press]:
    press = Press(tmp_path / "news.db")
    yield press
    press.desk.store.close()


def working(
    press: Press,
    *steps: Callable[[], object],
    now: Callable[[], datetime] | None = None,
    window: timedelta = timedelta(days=7),
) -> None:
    """Do each step and group what it brought, all in one run of the pipeline."""

    async def work() -> None:
        config = Config(press.path.with_name("feeds.yaml"), Settings(story_window=window), (), ())
        async with (
            WebClient(policy_of(config.settings)) as web,
            Pipeline(
                config,
                lambda: open_store(press.path, now=MORNING),
                web,
                now or (lambda: press.now),
            ) as pipeline,
        ):
            for step in steps:
                step()
                await pipeline.group_pending()

    asyncio.run(work())


def test_articles_that_come_after_a_ruling_go_where_it_put_their_like(press: Press) -> None:
    working(
        press,
        lambda: press.bring(STRIKE, FLOODED),
        lambda: press.merge("strike", "flood"),
        lambda: press.bring(OTHER, VOTE),
        lambda: press.split("flood"),
        lambda: press.bring(
            report("late", "River Imbra still high above Sondheven", FLOOD[:200], hours=5,
                   source="courier.example")
        ),
    )  # fmt: skip
    assert press.stories() == [{"strike", "other"}, {"flood", "late"}, {"vote"}]


def test_a_ruling_that_comes_between_a_decision_and_its_storing_is_followed(press: Press) -> None:
    working(press, lambda: press.bring(STRIKE, FLOODED))
    calls = iter(range(100))

    def now() -> datetime:
        # The second time that it is asked, the batch has been decided and is not stored yet.
        if next(calls) == 1:
            press.split("other")
        return MORNING

    working(press, lambda: press.bring(OTHER))
    working(press, lambda: press.bring(VOTE), now=now)
    assert press.stories() == [{"strike"}, {"flood"}, {"other"}, {"vote"}]


def test_restarts_and_rulings_in_between_change_nothing_that_comes_later(tmp_path: Path) -> None:
    reports = busy_week()
    lasting, stopped = Press(tmp_path / "lasting.db"), Press(tmp_path / "stopped.db")
    with closing(lasting.desk.store), closing(stopped.desk.store):
        steps = {press: steps_of(press, reports) for press in (lasting, stopped)}
        working(lasting, *steps[lasting], window=timedelta(days=2))
        for step in steps[stopped]:
            working(stopped, step, window=timedelta(days=2))
        assert lasting.stories() == stopped.stories()
        assert len(lasting.stories()) >= 5


def steps_of(press: Press, reports: list[GroupInput]) -> list[Callable[[], object]]:
    return [
        lambda: press.bring(*reports[:40], STRIKE, FLOODED),
        lambda: press.merge("week-3", "week-4", "week-7"),
        lambda: press.bring(*reports[40:80]),
        lambda: press.split("week-7"),
        lambda: press.release("week-4", "week-3"),
        lambda: press.merge("week-60", "week-3"),
        lambda: press.bring(*reports[80:120]),
        lambda: press.split("week-60"),
        lambda: press.bring(*reports[120:]),
    ]


def test_a_follow_up_after_weeks_is_linked_to_the_story_that_it_takes_up(press: Press) -> None:
    working(press, lambda: press.bring(*busy_week(-200), STRIKE, OTHER, FLOODED))
    working(press, lambda: press.bring(TRIAL))
    (link,) = press.desk.connection.execute("SELECT * FROM story_links").fetchall()
    assert (link["story_id"], link["earlier_story_id"]) == (press.story("trial"),
                                                            press.story("strike"))  # fmt: skip
    assert "Dintari" in link["reason"]


def test_polls_keep_what_the_user_ruled_and_the_feed_file_follows(tmp_path: Path) -> None:
    with Newsroom(full_world()) as room:
        whole = polled(room, tmp_path, feed_file=str(tmp_path / "merged.atom"), database="news.db")
        assert whole.config.settings.feed_file is not None
        (path,) = whole.config.settings.feed_file
        before = path.read_text(encoding="utf-8")
        (first, second) = (
            row["id"] for row in whole.rows(
                "SELECT id FROM stories WHERE id IN (SELECT story_id FROM story_conflicts)"
                " ORDER BY changed_at DESC, id DESC LIMIT 2"
            )
        )  # fmt: skip
        result = aggregator("story", "merge", str(first), str(second), "--json", folder=tmp_path)
        assert result.returncode == 0, result.stderr
        (ended,) = json.loads(result.stdout)["merged_stories"]
        progress = whole.poll()
        assert (progress.entries_new, progress.grouped) == (0, 0)
    after = path.read_text(encoding="utf-8")
    entries, kept = (
        set(re.findall(r"<entry .*?</entry>", text, re.DOTALL)) for text in (before, after)
    )
    assert f":story:{ended}<" not in after
    # The survivor changed, the other went, and no other entry is touched.
    assert len(entries - kept) == 2
    assert len(kept - entries) == 1


def test_a_running_daemon_takes_a_ruling_up(tmp_path: Path) -> None:
    feed = tmp_path / "merged.atom"
    with Newsroom(small_world()) as room:
        text = room.feeds_yaml(
            extract_workers=1, poll_tick="1s", database="news.db", feed_file=str(feed)
        )
        (tmp_path / "feeds.yaml").write_text(text, encoding="utf-8")
        with started("run", folder=tmp_path):

            def entries() -> int:
                return feed.read_text(encoding="utf-8").count("</entry>")

            wait_until(lambda: entries() > 0)
            found = aggregator("search", "depot", "--json", folder=tmp_path).stdout
            articles = {hit["article_id"]: hit["story_id"] for hit in json.loads(found)}
            assert len(articles) == 2
            stories = sorted(set(articles.values()))
            if len(stories) == 1:
                split = aggregator("story", "split", "1", str(max(articles)), folder=tmp_path)
                assert split.returncode == 0, split.stderr
                wait_until(lambda: entries() == 2)
            else:
                merge = aggregator("story", "merge", *map(str, stories), folder=tmp_path)
                assert merge.returncode == 0, merge.stderr
                wait_until(lambda: entries() == 1)
