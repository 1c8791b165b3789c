"""Stories that are merged and split: what the tables, the feed and the grouper see of it."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest

from aggregator.errors import NotFound, RulingRefused
from aggregator.group.conflict.conflicts import ConflictMatch
from aggregator.model import ChangeKind, Decision, Explanation, Story
from aggregator.store import Store, reading
from aggregator.store.front_page import story_list
from aggregator.store.grouping import apply_groups, latest_ruling, pending_reports, window_members
from aggregator.store.outcomes import GroupOutcome
from aggregator.store.published import published_stories
from aggregator.store.rulings import RulingKind, merge_stories, ruled_places, split_story
from aggregator.store.story_filter import StoryFilter
from aggregator.store.whole_story import current_story_id, whole_story
from tests.store.building import AGENCY, COURIER, NOW, entry, poll, poll_outcome, scrape_all

LATER = NOW + timedelta(hours=1)
SURE = Explanation(0.9, 0.5, ("Orlane",))


def report_of(store: Store, number: int, *, story: int | None = None, copy_of: int | None = None,
              revisions: Iterable[Decision] = (), now: datetime = NOW) -> None:  # fmt: skip
    """Let article `number` come in: it opens a story, or joins the one that `story` opened."""
    feed = AGENCY if copy_of else COURIER
    poll(store, poll_outcome(feed, entry(number, host=feed.id), etag=f'"{number}"'), now)
    scrape_all(store, now)
    (report,) = pending_reports(store, now, 10)
    assert report.article_id == number
    kind = ChangeKind.OPEN if story is None else ChangeKind.ADD
    decision = Decision(str(number), kind, str(story or number), SURE,
                        str(copy_of) if copy_of else None)  # fmt: skip
    conflicts = (ConflictMatch("straits", 1.0, ("Orlane",)),)
    assert apply_groups(store, [GroupOutcome(report, decision, conflicts, tuple(revisions))], now)


def moved(kind: ChangeKind, story: int, *articles: int) -> list[Decision]:
    return [Decision(str(article), kind, str(story), SURE) for article in articles]


def members(store: Store) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for row in store.connection.execute("SELECT * FROM story_members ORDER BY id"):
        found.setdefault(row["story_id"], []).append(row["article_id"])
    return found


def pointers(store: Store) -> dict[int, int | None]:
    rows = store.connection.execute("SELECT id, merged_into FROM stories")
    return {row["id"]: row["merged_into"] for row in rows}


def published(store: Store) -> dict[int, Story]:
    return {
        story.id: story for story in published_stories(store.connection, StoryFilter(), limit=100)
    }


def three_stories(store: Store) -> None:
    """Story 1 has articles 1 and 2, story 2 has 3 and its copy 4, story 3 has 5."""
    report_of(store, 1)
    report_of(store, 2, story=1)
    report_of(store, 3)
    report_of(store, 4, story=3, copy_of=3)
    report_of(store, 5)


def test_a_merge_takes_all_members_over_and_leaves_a_pointer(store: Store) -> None:
    three_stories(store)
    before = published(store)
    report_of(store, 6, story=1, revisions=moved(ChangeKind.MERGE, 1, 3, 4), now=LATER)
    assert members(store) == {1: [1, 2, 3, 4, 6], 3: [5]}
    assert pointers(store) == {1: None, 2: 1, 3: None}
    after = published(store)
    assert set(after) == {1, 3}
    assert after[3] == before[3]
    assert (after[1].entry_id, after[1].updated) == (before[1].entry_id, LATER)
    assert [report.article_id for report in after[1].reports] == [1, 2, 3, 4, 6]
    assert (after[1].origin_count, after[1].source_count) == (2, 2)
    assert whole_story(store.connection, 1).story.origin_count == 2


def test_both_stories_keep_the_history_of_a_merge_and_conflicts_follow(store: Store) -> None:
    three_stories(store)
    report_of(store, 6, story=1, revisions=moved(ChangeKind.MERGE, 1, 3, 4))
    changes = store.connection.execute(
        "SELECT story_id, article_id, material FROM story_changes WHERE kind = 'merge'"
    )
    assert {tuple(change) for change in changes} == {(2, 3, 1), (1, 3, 1), (2, 4, 1), (1, 4, 0)}
    counted = store.connection.execute("SELECT story_id, article_count FROM story_conflicts")
    assert {tuple(row) for row in counted} == {(1, 5), (3, 1)}
    copies = store.connection.execute("SELECT article_id, copy_of FROM story_members")
    assert dict(map(tuple, copies))[4] == 3


def test_a_merged_story_is_nowhere_and_its_id_leads_to_the_other(store: Store) -> None:
    three_stories(store)
    report_of(store, 6, story=1, revisions=moved(ChangeKind.MERGE, 1, 3))
    cards = story_list(store.connection, StoryFilter(search='"Report"'), limit=10).cards
    assert {card.id for card in cards} == {1, 3}
    assert current_story_id(store.connection, 2) == 1
    record = reading.story(store, 2, NOW)
    assert (record["id"], record["article_count"]) == (1, 5)
    assert reading.status(store)["stories"] == 2
    report_of(store, 7, story=3)
    assert members(store)[1][-1] == 7


def test_pointers_never_lead_to_a_story_that_has_ended(store: Store) -> None:
    three_stories(store)
    report_of(store, 6, revisions=moved(ChangeKind.MERGE, 3, 5))
    assert pointers(store) == {1: None, 2: None, 3: 2, 4: None}
    report_of(store, 7, story=1, revisions=moved(ChangeKind.MERGE, 1, 3, 4, 5))
    assert pointers(store) == {1: None, 2: 1, 3: 1, 4: None}


def test_a_split_opens_a_story_like_any_other(store: Store) -> None:
    three_stories(store)
    report_of(store, 6, story=1, revisions=moved(ChangeKind.SPLIT, 2, 2), now=LATER)
    assert members(store) == {1: [1, 6], 4: [2], 2: [3, 4], 3: [5]}
    after = published(store)
    assert after[4].opened == after[4].updated == after[1].updated == LATER
    assert [report.article_id for report in after[4].reports] == [2]
    assert [report.article_id for report in after[1].reports] == [1, 6]
    assert after[4].conflicts == ("The straits",)
    (opened_by,) = store.connection.execute("SELECT opened_by FROM stories WHERE id = 4").fetchone()
    assert opened_by == 2


def test_a_report_may_go_to_another_known_story(store: Store) -> None:
    three_stories(store)
    report_of(store, 6, story=1, revisions=moved(ChangeKind.SPLIT, 5, 2))
    assert members(store)[3] == [2, 5]


def test_what_was_merged_comes_back_under_its_own_id(store: Store) -> None:
    three_stories(store)
    entry_id = published(store)[2].entry_id
    report_of(store, 6, story=1, revisions=moved(ChangeKind.MERGE, 1, 3, 4))
    report_of(store, 7, story=1, revisions=moved(ChangeKind.SPLIT, 3, 3, 4), now=LATER)
    assert members(store) == {1: [1, 2, 6, 7], 2: [3, 4], 3: [5]}
    assert pointers(store)[2] is None
    assert (published(store)[2].entry_id, published(store)[2].updated) == (entry_id, LATER)


def test_a_merge_takes_along_what_the_grouper_does_not_hold_any_more(store: Store) -> None:
    three_stories(store)
    report_of(store, 6, story=1, revisions=moved(ChangeKind.MERGE, 1, 3))
    assert members(store)[1] == [1, 2, 3, 4, 6]


def test_several_revisions_of_one_report_are_applied_in_their_order(store: Store) -> None:
    three_stories(store)
    revisions = [
        *moved(ChangeKind.MERGE, 1, 3, 4),
        *moved(ChangeKind.SPLIT, 2, 2, 3),
        *moved(ChangeKind.MERGE, 1, 5),
    ]
    report_of(store, 6, story=1, revisions=revisions)
    assert members(store) == {1: [1, 4, 5, 6], 4: [2, 3]}
    assert pointers(store) == {1: None, 2: 4, 3: 1, 4: None}


def test_why_a_report_moved_is_kept_beside_why_it_joined(store: Store) -> None:
    three_stories(store)
    report_of(store, 6, story=1, revisions=moved(ChangeKind.MERGE, 1, 3, 4))
    reports = whole_story(store.connection, 1).reports
    (copy,) = (report for report in reports if report.report.article_id == 4)
    assert copy.revised is not None
    assert (copy.revised.kind, copy.revised.by, copy.revised.score) == ("merge", "program", 0.9)
    assert copy.explanation.terms == ("Orlane",)
    assert reports[0].revised is None


def test_a_copy_without_its_original_is_an_origin_once(store: Store) -> None:
    three_stories(store)
    report_of(store, 6, story=3, copy_of=3)
    report_of(store, 7, story=1, revisions=moved(ChangeKind.SPLIT, 4, 4, 6), now=LATER)
    (counts,) = store.connection.execute(
        "SELECT article_count, origin_count FROM stories WHERE opened_by = 4"
    )
    assert tuple(counts) == (2, 1)
    assert published(store)[4].origin_count == 1


def test_the_window_comes_back_in_order_of_arrival_whatever_moved(store: Store) -> None:
    three_stories(store)
    report_of(store, 6, story=1, revisions=moved(ChangeKind.MERGE, 1, 3, 4), now=LATER)
    found = [(article.id, key) for article, key, _ in window_members(store, timedelta(days=7))]
    assert found == [("1", "1"), ("2", "1"), ("3", "1"), ("4", "1"), ("5", "5"), ("6", "1")]


def test_the_user_merges_and_splits_back(store: Store) -> None:
    three_stories(store)
    before = published(store)
    ruling = merge_stories(store, [3, 1, 2], LATER)
    assert (ruling.kind, ruling.story_id, ruling.others) == (RulingKind.TOGETHER, 1, (2, 3))
    assert ruling.moved == (3, 4, 5)
    assert members(store) == {1: [1, 2, 3, 4, 5]}
    assert published(store)[1].updated == LATER
    back = split_story(store, 1, [3], LATER)
    assert (back.kind, back.story_id, back.others, back.moved) == (
        RulingKind.APART, 1, (2,), (3, 4),
    )  # fmt: skip
    assert members(store) == {1: [1, 2, 5], 2: [3, 4]}
    assert published(store)[2].entry_id == before[2].entry_id


def test_rulings_pin_every_article_of_their_stories_where_it_is_now(store: Store) -> None:
    three_stories(store)
    assert (latest_ruling(store.connection), ruled_places(store)) == (0, [])
    merge_stories(store, [2, 3], NOW)
    assert ruled_places(store) == [("3", "3"), ("4", "3"), ("5", "3")]
    split_story(store, 1, [2], NOW)
    assert latest_ruling(store.connection) == 2
    assert ruled_places(store, since=1) == [("1", "1"), ("2", "2")]
    report_of(store, 6, story=1)
    split_story(store, 2, [5], NOW)
    assert ruled_places(store) == [("1", "1"), ("2", "2"), ("3", "3"), ("4", "3"), ("5", "5")]


def test_the_part_with_the_opening_article_keeps_the_story(store: Store) -> None:
    three_stories(store)
    ruling = split_story(store, 1, [1], NOW)
    assert (ruling.story_id, ruling.moved) == (1, (2,))
    assert members(store)[1] == [1]


def test_a_merged_id_stands_for_the_story_that_it_leads_to(store: Store) -> None:
    three_stories(store)
    merge_stories(store, [1, 2], NOW)
    assert merge_stories(store, [2, 3], NOW).story_id == 1
    assert split_story(store, 3, [5], NOW).story_id == 1
    with pytest.raises(RulingRefused, match="story 1 already"):
        merge_stories(store, [1, 2], NOW)


def test_what_cannot_be_ruled_is_refused_and_nothing_changes(store: Store) -> None:
    three_stories(store)
    before = members(store)
    with pytest.raises(NotFound, match="no story 99"):
        merge_stories(store, [1, 99], NOW)
    with pytest.raises(NotFound, match="no story 99"):
        split_story(store, 99, [1], NOW)
    with pytest.raises(RulingRefused, match="article 5 is not in story 1"):
        split_story(store, 1, [2, 5], NOW)
    with pytest.raises(RulingRefused, match="all 2 articles of story 1"):
        split_story(store, 1, [1, 2], NOW)
    with pytest.raises(RulingRefused, match="all 2 articles of story 2"):
        split_story(store, 2, [3], NOW)
    assert split_story(store, 2, [4], NOW).moved == (4,)
    assert merge_stories(store, [2, 4], NOW).moved == (4,)
    assert members(store) == before


def test_outcomes_decided_before_a_ruling_are_not_stored(store: Store) -> None:
    three_stories(store)
    poll(store, poll_outcome(COURIER, entry(6), etag='"6"'))
    scrape_all(store)
    (report,) = pending_reports(store, NOW, 10)
    outcome = GroupOutcome(report, Decision("6", ChangeKind.ADD, "3", SURE), ())
    known = latest_ruling(store.connection)
    merge_stories(store, [1, 2], NOW)
    assert not apply_groups(store, [outcome], NOW, ruling=known)
    assert [pending.article_id for pending in pending_reports(store, NOW, 10)] == [6]
    assert apply_groups(store, [outcome], NOW, ruling=latest_ruling(store.connection))
    assert members(store)[1] == [1, 2, 3, 4, 6]


def test_a_ruling_is_explained_as_the_users(store: Store) -> None:
    three_stories(store)
    merge_stories(store, [1, 2], NOW)
    (explanation,) = store.connection.execute(
        "SELECT explanation FROM story_members WHERE article_id = 3"
    ).fetchone()
    assert json.loads(explanation)["revised"] == {"kind": "merge", "by": "user"}
