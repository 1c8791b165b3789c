"""Rulings that the user has taken back."""

import pytest

from aggregator.errors import NotFound, RulingRefused
from aggregator.store import Store
from aggregator.store.grouping import latest_ruling
from aggregator.store.rulings import (
    RulingKind,
    merge_stories,
    release_articles,
    released_articles,
    ruled_places,
    split_story,
)
from tests.store.building import NOW
from tests.store.test_revisions import members, pointers, three_stories


def test_a_release_takes_back_the_rulings_of_one_story_and_moves_nothing(store: Store) -> None:
    three_stories(store)
    merge_stories(store, [2, 3], NOW)
    split_story(store, 1, [2], NOW)
    before = members(store)
    ruling = release_articles(store, 3, [], NOW)
    assert (ruling.kind, ruling.story_id, ruling.articles) == (RulingKind.RELEASED, 2, (3, 4, 5))
    assert (members(store), pointers(store)[3]) == (before, 2)
    assert ruled_places(store) == [("1", "1"), ("2", "2")]
    assert released_articles(store, since=2) == ["3", "4", "5"]
    assert latest_ruling(store.connection) == 3
    release_articles(store, 1, [1], NOW)
    assert ruled_places(store) == [("2", "2")]


def test_a_later_ruling_holds_for_what_was_released_before(store: Store) -> None:
    three_stories(store)
    merge_stories(store, [2, 3], NOW)
    release_articles(store, 2, [3, 4], NOW)
    split_story(store, 2, [5], NOW)
    assert ruled_places(store) == [("3", "3"), ("4", "3"), ("5", "5")]
    assert released_articles(store) == []


def test_what_no_ruling_holds_for_cannot_be_released(store: Store) -> None:
    three_stories(store)
    with pytest.raises(RulingRefused, match="no ruling holds for any article of story 1"):
        release_articles(store, 1, [], NOW)
    merge_stories(store, [2, 3], NOW)
    release_articles(store, 2, [5], NOW)
    with pytest.raises(RulingRefused, match="no ruling holds for these articles of story 2"):
        release_articles(store, 2, [5], NOW)
    with pytest.raises(RulingRefused, match="article 1 is not in story 2"):
        release_articles(store, 2, [1, 5], NOW)
    with pytest.raises(NotFound, match="no story 99"):
        release_articles(store, 99, [], NOW)
    assert latest_ruling(store.connection) == 2
