from datetime import datetime, timedelta

import pytest

from tests.newsroom import Newsroom, full_world, small_world
from tests.newsroom_tests.conftest import NOON


class _Clock:
    """Each look is a minute later."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def _live(steps: int, seed: int = 0) -> list[tuple[str, ...]]:
    with Newsroom(full_world(), port=0, now=NOON, clock=_Clock(), seed=seed, held_back=0.3) as room:
        port = f":{room.port}/"
        return [tuple(url.replace(port, "/") for url in room.advance()) for _ in range(steps)]


@pytest.mark.parametrize("seed", range(6))
def test_first_most_reports_then_the_others_until_all_are_told(seed: int) -> None:
    total = sum(len(event.reports) for event in full_world().events)
    with Newsroom(full_world(), now=NOON, clock=_Clock(), seed=seed, held_back=0.3) as room:
        assert len(room.articles()) == round(total * 0.7)
        assert not any(article.updated for article in room.articles())
        for _ in range(100):
            room.advance()
        truth = room.truth().values()
        assert sum(not t.event.startswith("live-") for t in truth) == total
        assert sum(a.updated is not None for a in room.articles()) >= 9
        corrected = [a for a in room.articles() if a.report.key == "vesk-market/meridian-wire"]
        assert "eleven" in corrected[0].report.headline


def test_live_mode_never_dries_up_and_edits_and_copies_too() -> None:
    with Newsroom(full_world(), now=NOON, clock=_Clock()) as room:
        before = set(room.truth())
        for _ in range(60):
            assert room.advance()
        invented = {url: t for url, t in room.truth().items() if url not in before}
        edited = [a for a in room.articles() if a.url in invented and a.updated]
    events = {truth.event for truth in invented.values()}
    assert len(events) >= 20
    assert {truth.conflict for truth in invented.values()} == {
        conflict.id for conflict in full_world().conflicts
    }
    assert any(truth.copy_of in invented for truth in invented.values())
    assert edited
    assert all(truth.published > NOON for truth in invented.values())


def test_the_seed_alone_decides_what_comes() -> None:
    assert _live(70) == _live(70)
    assert _live(70) != _live(70, seed=1)


def test_a_world_without_scenes_goes_on_in_plain_words() -> None:
    with Newsroom(small_world(), now=NOON, clock=_Clock()) as room:
        for _ in range(20):
            assert room.advance()
        assert {t.outlet for t in room.truth().values()} == {"meridian-wire", "harbour-courier"}
