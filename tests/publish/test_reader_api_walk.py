"""A walk through a stream loses no story and repeats none, while stories change and open."""

from typing import Any

import pytest

from aggregator.text.times import to_text
from tests.publish.conftest import Browsing
from tests.publish.reader_client import ALL, asked, numbers
from tests.publish.sample import Desk


@pytest.fixture
def many(desk: Desk, stories: dict[str, int]) -> list[int]:
    """Return further stories, the oldest first; three at a time changed in one second."""
    assert stories
    return [
        desk.story(
            [desk.article("herald", f"Skirmish number {n} near Osk", minutes=500 - n)],
            conflicts=["velmar"],
            changed_minutes=400 - n // 3,
        )
        for n in range(20)
    ]


def walked(browsing: Browsing, call: str, moves: Any = None, **parameters: Any) -> list[list[int]]:
    """Return the parts of a walk; `moves` is called between two of them."""
    parts, continuation = [], None
    while True:
        asked_for = {**parameters, **({"c": continuation} if continuation else {})}
        answer = asked(browsing, call, **asked_for)
        parts.append(numbers(answer))
        continuation = answer.get("continuation")
        if continuation is None:
            return parts
        if moves:
            moves(len(parts))


def joined(parts: list[list[int]]) -> list[int]:
    return [story for part in parts for story in part]


@pytest.mark.parametrize("call", ["stream/items/ids", "stream/contents"])
def test_a_walk_meets_each_story_once(browsing: Browsing, many: list[int], call: str) -> None:
    (whole,) = walked(browsing, call, s=ALL, n=100)
    assert len(whole) == len(many) + 4
    assert whole[4:] == many[::-1]
    for size in (1, 7, 24):
        for order in ({}, {"r": "n"}):
            parts = walked(browsing, call, s=ALL, n=size, **order)
            assert joined(parts) == whole
            assert {len(part) for part in parts[:-1]} <= {size}
        assert joined(walked(browsing, call, s=ALL, n=size, r="o")) == whole[::-1]


def test_stories_that_move_are_met_where_they_went(
    browsing: Browsing, desk: Desk, many: list[int]
) -> None:
    unseen, seen = many[2], many[-1]
    opened: list[int] = []

    def moves(part: int) -> None:
        if part == 2:
            now = to_text(desk.now)
            desk.change("UPDATE stories SET changed_at = ? WHERE id IN (?, ?)", now, unseen, seen)
            report = desk.article("herald", "A new front opens near Osk", minutes=0)
            opened.append(desk.story([report], conflicts=["velmar"], changed_minutes=0))

    parts = walked(browsing, "stream/items/ids", moves, s=ALL, n=6)
    # What moved or opened comes with the next part, the story that was told already once more.
    assert parts[2][:3] == [*opened, seen, unseen]
    told = joined(parts)
    assert set(told) == set(numbers(asked(browsing, "stream/items/ids", s=ALL, n=99)))
    assert [story for story in set(told) if told.count(story) > 1] == [seen]


def test_more_moves_than_a_part_holds_are_all_met(
    browsing: Browsing, desk: Desk, many: list[int]
) -> None:
    def moves(part: int) -> None:
        if part == 1:
            for minutes, story in enumerate(many[:9]):
                desk.change(
                    "UPDATE stories SET changed_at = ? WHERE id = ?", desk.ago(9 - minutes), story
                )

    parts = walked(browsing, "stream/items/ids", moves, s=ALL, n=4)
    told = joined(parts)
    assert len(told) == len(set(told)) == len(many) + 4
    assert parts[1] == many[3::-1]


def test_a_walk_from_the_oldest_ends_with_what_moved(
    browsing: Browsing, desk: Desk, many: list[int]
) -> None:
    def moves(part: int) -> None:
        if part == 1:
            desk.change("UPDATE stories SET changed_at = ? WHERE id = ?", desk.ago(0), many[9])

    told = joined(walked(browsing, "stream/items/ids", moves, s=ALL, n=5, r="o"))
    assert told[-1] == many[9]
    assert len(told) == len(set(told)) == len(many) + 4


def test_a_walk_within_times_stays_within(browsing: Browsing, desk: Desk, many: list[int]) -> None:
    until = int(desk.now.timestamp()) - 60 * 395

    def moves(_: int) -> None:
        desk.change("UPDATE stories SET changed_at = ? WHERE id = ?", desk.ago(0), many[0])

    for order in ("n", "o"):
        told = joined(walked(browsing, "stream/items/ids", moves, s=ALL, n=4, nt=until, r=order))
        assert set(told) >= set(many[3:18])
        assert not set(told) & set(many[18:])
        desk.change("UPDATE stories SET changed_at = ? WHERE id = ?", desk.ago(400), many[0])


def test_a_walk_through_several_feeds_meets_a_story_once(
    browsing: Browsing, desk: Desk, many: list[int]
) -> None:
    desk.insert("saved_filters", name="port", title="Port", query="q=harbour")
    desk.insert("saved_filters", name="all", title="All", query="all=1")
    for order in ("n", "o"):
        stream = "user/-/label/Saved feeds"
        told = joined(walked(browsing, "stream/items/ids", s=stream, n=3, r=order))
        assert len(told) == len(set(told)) == len(many) + 5


def test_a_merge_in_a_walk_tells_of_the_other_story(
    browsing: Browsing, desk: Desk, many: list[int]
) -> None:
    def moves(part: int) -> None:
        if part == 1:
            desk.change("UPDATE stories SET merged_into = ? WHERE id = ?", many[1], many[0])
            desk.change("UPDATE stories SET changed_at = ? WHERE id = ?", desk.ago(0), many[1])

    told = joined(walked(browsing, "stream/items/ids", moves, s=ALL, n=9))
    assert many[0] not in told
    assert told.count(many[1]) == 1
