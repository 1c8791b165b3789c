"""What was forgotten answers 410 with a sentence, so that nobody looks for it again."""

from datetime import timedelta

import pytest

from aggregator.store.daily_counts import count_next_day
from aggregator.store.retention import Boundary, forget_step
from tests.publish.conftest import Browsing
from tests.publish.sample import Desk
from tests.running import aggregator


@pytest.fixture
def gone(desk: Desk, stories: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """Forget the story of the shelling; return it and one of its articles."""
    # A busy machine is to end no step early.
    monkeypatch.setattr("aggregator.store.retention.STEP_SECONDS", 60.0)
    story = stories["shelling"]
    article = desk.connection.execute(
        "SELECT min(article_id) FROM story_members WHERE story_id = ?", (story,)
    ).fetchone()[0]
    later = desk.now + timedelta(days=30)
    while count_next_day(desk.store, later):
        pass
    with desk.store.transaction() as connection:
        connection.execute("UPDATE alert_deliveries SET finished_at = decided_at")
    forget_step(desk.store, Boundary(later), lambda _: False, later)
    return story, article


def test_a_forgotten_story_and_article_are_gone_and_say_why(
    browsing: Browsing, gone: tuple[int, int]
) -> None:
    story, article = gone
    for path, what in ((f"/story/{story}", "Story"), (f"/article/{article}", "Article")):
        answer = browsing.get(path)
        assert answer.status_code == 410
        assert f"{what} {path.rsplit('/', 1)[1]} was forgotten on 20" in answer.text
        assert "the setting keep says how long" in answer.text
        record = browsing.get(f"{path}.json")
        assert (record.status_code, record.json()["status"]) == (410, 410)
    answer = browsing.get(f"/article/{article}.warc.gz")
    assert (answer.status_code, "was forgotten on 20" in answer.text) == (410, True)
    assert browsing.get("/story/999999").status_code == 404
    assert browsing.get("/article/999999.warc.gz").status_code == 404
    assert browsing.get("/article/999999").status_code == 404


@pytest.mark.parametrize("command", [("show",), ("export", "--output", "new.warc.gz")])
def test_the_archive_says_that_an_article_was_forgotten(
    desk: Desk, gone: tuple[int, int], command: tuple[str, ...]
) -> None:
    database = ("--database", str(desk.path))
    result = aggregator(*database, "archive", *command, str(gone[1]), folder=desk.path.parent)
    assert result.returncode == 1
    assert f"article {gone[1]} was forgotten on 20" in result.stderr


def test_every_other_page_goes_on_without_it(browsing: Browsing, gone: tuple[int, int]) -> None:
    assert gone
    for path in ("/", "/feed.atom", "/numbers", "/search?q=harbour", "/sources", "/feeds", "/map"):
        assert browsing.get(path).status_code == 200, path
