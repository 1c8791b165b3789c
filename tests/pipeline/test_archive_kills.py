"""D18 for the archive: a real `poll`, killed at random moments."""

import random
from contextlib import suppress
from pathlib import Path
from subprocess import TimeoutExpired

import pytest

from aggregator.archive.folder import archive_files
from aggregator.store import open_store
from tests.archive.captured import read_independently
from tests.newsroom.room import Newsroom
from tests.newsroom.worlds import small_world
from tests.running import aggregator, started, wait_until

pytestmark = pytest.mark.timeout(240)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_d18_kill_9_leaves_every_kept_answer_readable(tmp_path: Path, seed: int) -> None:
    moment = random.Random(seed)  # noqa: S311 -- repeatable, not secret
    with Newsroom(small_world()) as room:
        text = room.feeds_yaml(archive=True, extract_workers=1, database="news.db")
        (tmp_path / "feeds.yaml").write_text(text, encoding="utf-8")
        with started("poll", folder=tmp_path) as process:
            folder = tmp_path / "news-archive"
            wait_until(lambda: bool(archive_files(folder)))
            with suppress(TimeoutExpired):
                process.wait(moment.uniform(0, 1.5))
            process.kill()
            process.wait()
        assert aggregator("archive", "verify", folder=tmp_path).returncode == 0
        aggregator("poll", "--all", folder=tmp_path)
    assert aggregator("archive", "verify", folder=tmp_path).returncode == 0
    for path in archive_files(folder):
        read_independently(path)
    with open_store(tmp_path / "news.db") as store:
        articles = store.connection.execute(
            "SELECT count(*) FROM articles WHERE body_source = 'page' AND NOT EXISTS ("
            "SELECT 1 FROM archived_responses WHERE article_id = articles.id)"
        ).fetchone()
    assert articles[0] == 0
