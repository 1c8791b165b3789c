"""Decisions that are revised: stories merged and split by the program, and what the user ruled."""

from collections.abc import Iterable
from datetime import timedelta

import pytest

from aggregator.group.stories import Grouper
from aggregator.model import ChangeKind, Decision, Explanation, GroupInput
from tests.group.newsdesk import ELECTION, FLOOD, OTHER_STRIKE, STRIKE_WIRE, busy_week, report

STRIKE = report("strike", "Seven killed in rocket strike on Karsat market", STRIKE_WIRE)
DRONE = report("drone", "Drone kills two policemen at Karsat bridge", OTHER_STRIKE, hours=1)
FLOODED = report("flood", "River Imbra floods villages above Sondheven", FLOOD, hours=2)
VOTE = report("vote", "Farmers' union wins Ostrelia vote", ELECTION, hours=3)
ECHO = report("echo", "Karsat in ruins", STRIKE_WIRE, source="echo.example", hours=4)


def filled(*reports: GroupInput) -> Grouper:
    grouper = Grouper()
    for article in reports:
        grouper.add(article)
    return grouper


def moves(decisions: Iterable[Decision]) -> list[tuple[str, ChangeKind, str]]:
    return [(decision.article, decision.kind, decision.story) for decision in decisions]


def story_of(grouper: Grouper, article: str) -> str:
    held = grouper.window.held(article)
    assert held is not None
    return held.story.key


@pytest.mark.parametrize("order", [("strike", "drone"), ("drone", "strike")])
def test_a_merge_keeps_the_story_that_was_opened_first(order: tuple[str, str]) -> None:
    grouper = filled(STRIKE, DRONE)
    assert moves(grouper.merge(*order)) == [("drone", ChangeKind.MERGE, "strike")]
    assert list(grouper.window.stories) == ["strike"]
    assert grouper.merge(*order) == ()


def test_a_revision_is_explained_as_it_says() -> None:
    why = Explanation(0.8, 0.5, ("Karsat",))
    (decision,) = filled(STRIKE, DRONE).merge("strike", "drone", why)
    assert decision.explanation == why


def test_a_split_names_the_new_story_after_its_earliest_article() -> None:
    grouper = filled(STRIKE, DRONE, FLOODED, VOTE)
    grouper.merge("strike", "flood")
    grouper.merge("strike", "drone")
    grouper.merge("strike", "vote")
    assert moves(grouper.split(["vote", "flood"])) == [
        ("flood", ChangeKind.SPLIT, "flood"),
        ("vote", ChangeKind.SPLIT, "flood"),
    ]
    assert {name: story_of(grouper, name) for name in ("strike", "drone", "vote")} == {
        "strike": "strike",
        "drone": "strike",
        "vote": "flood",
    }
    assert moves(grouper.split(["drone"], into="flood")) == [("drone", ChangeKind.SPLIT, "flood")]


def test_copies_go_with_what_they_repeat() -> None:
    grouper = filled(DRONE, STRIKE, ECHO)
    assert moves(grouper.merge("drone", "strike")) == [
        ("strike", ChangeKind.MERGE, "drone"),
        ("echo", ChangeKind.MERGE, "drone"),
    ]
    (first, second) = grouper.split(["strike"])
    assert (first.copy_of, second.copy_of) == (None, "strike")
    assert story_of(grouper, "echo") == "strike"


def test_the_article_that_opened_a_story_never_leaves_it() -> None:
    grouper = filled(STRIKE, ECHO, DRONE)
    assert grouper.split(["strike"]) == ()
    assert grouper.split(["strike", "echo"]) == ()
    assert grouper.split(["echo", "drone"]) == ()
    assert grouper.split([]) == ()
    assert grouper.split(["unheard of"]) == ()
    assert grouper.split(["echo"], into="unheard of") == ()
    assert grouper.split(["echo"], into="strike") == ()
    assert story_of(grouper, "echo") == "strike"


def test_what_the_user_ruled_stays() -> None:
    grouper = filled(STRIKE, DRONE, FLOODED, VOTE)
    grouper.place([("strike", "strike"), ("drone", "strike")])
    assert list(grouper.window.stories) == ["strike", "flood", "vote"]
    assert grouper.split(["drone"]) == ()
    grouper.place([("flood", "flood"), ("vote", "flood")])
    strike, flood = (grouper.window.stories[key] for key in ("strike", "flood"))
    assert not grouper.window.may_merge(strike, flood)
    assert grouper.merge("strike", "flood") == ()


def test_a_story_that_the_user_ruled_about_takes_over_an_older_one() -> None:
    grouper = filled(STRIKE, DRONE)
    grouper.place([("drone", "drone")])
    assert moves(grouper.merge("strike", "drone")) == [("strike", ChangeKind.MERGE, "drone")]


def test_the_inverse_ruling_undoes_a_ruling() -> None:
    grouper = filled(STRIKE, DRONE)
    grouper.place([("strike", "strike"), ("drone", "strike")])
    grouper.place([("strike", "strike"), ("drone", "drone")])
    assert story_of(grouper, "drone") == "drone"
    assert grouper.merge("strike", "drone") == ()


def test_what_was_released_may_be_moved_by_the_program_again() -> None:
    grouper = filled(STRIKE, DRONE, FLOODED)
    grouper.place([("strike", "strike"), ("drone", "drone"), ("flood", "drone")])
    grouper.release(["flood", "unknown"])
    assert story_of(grouper, "flood") == "drone"
    assert grouper.merge("strike", "drone") == ()
    assert moves(grouper.split(["flood"], into="strike")) == [("flood", ChangeKind.SPLIT, "strike")]
    grouper.release(["drone"])
    assert moves(grouper.merge("drone", "strike")) == [("drone", ChangeKind.MERGE, "strike")]
    grouper.place([("drone", "drone")])
    assert grouper.merge("drone", "strike") == ()


def test_a_ruling_outlives_the_articles_that_it_names() -> None:
    reports = busy_week()
    grouper = Grouper(window=timedelta(days=2))
    for article in reports[:60]:
        grouper.add(article)
    grouper.place([("week-1", "week-1"), ("week-2", "week-2")])
    for article in reports[60:]:
        grouper.add(article)
    assert grouper.window.held("week-1") is None
    grouper.place([(reports[-1].id, "week-1"), (reports[-2].id, "week-2")])
    one, other = (grouper.window.stories[key] for key in ("week-1", "week-2"))
    assert not grouper.window.may_merge(one, other)


def test_a_story_that_is_older_than_the_window_does_not_end() -> None:
    grouper = Grouper(window=timedelta(days=2), repairs=())
    reports = busy_week()
    for article in reports:
        grouper.add(article)
    stories = grouper.window.stories.values()
    old = [story for story in stories if grouper.window.held(story.key) is None]
    young = next(story for story in stories if grouper.window.held(story.key) is not None)
    assert len(old) >= 2
    assert grouper.merge(old[0].key, old[1].key) == ()
    assert {decision.story for decision in grouper.merge(young.key, old[0].key)} == {old[0].key}


def test_a_repair_pass_is_asked_after_each_article_and_speaks_after_its_decision() -> None:
    def repair(grouper: Grouper, decision: Decision) -> tuple[Decision, ...]:
        return grouper.merge("strike", decision.story)

    grouper = Grouper(repairs=[repair])
    assert moves(grouper.add(STRIKE)) == [("strike", ChangeKind.OPEN, "strike")]
    assert moves(grouper.add(FLOODED)) == [
        ("flood", ChangeKind.OPEN, "flood"),
        ("flood", ChangeKind.MERGE, "strike"),
    ]
    assert moves(grouper.add(FLOODED)) == [("flood", ChangeKind.ADD, "strike")]
