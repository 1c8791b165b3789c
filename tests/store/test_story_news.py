"""What is news in a story, as the database has it: and that nothing else moves its entry."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from aggregator.config import SavedFeed
from aggregator.errors import NotFound
from aggregator.group.conflict.conflicts import ConflictMatch
from aggregator.model import (
    ChangeKind,
    Decision,
    Explanation,
    Feed,
    HttpUrl,
    Image,
    NewsKind,
    PlainText,
    Story,
)
from aggregator.publish.syndication import FeedInfo, render_atom
from aggregator.store import Store
from aggregator.store.feeds import sync_config
from aggregator.store.grouping import apply_groups, pending_reports
from aggregator.store.outcomes import GroupOutcome, PageOutcome
from aggregator.store.pages import apply_page, pending_pages
from aggregator.store.published import published_stories
from aggregator.store.rulings import merge_stories
from aggregator.store.saved_filters import saved_filter, saved_filters
from aggregator.store.story_filter import StoryFilter
from tests.store.building import (
    AGENCY,
    COURIER,
    NOW,
    config,
    entry,
    page_article,
    poll,
    poll_outcome,
)

MIRROR = replace(
    COURIER, id="mirror", name=PlainText("Mirror"), url=HttpUrl("https://mirror.example/feed")
)
CRANE = Image(HttpUrl("https://mirror.example/crane.jpg"), "image/webp", 1200, 800, 45_678)
HARBOUR = "Shells hit the harbour of Orlane, nine dead"
TEXT = (
    "Shells hit the harbour of Orlane before dawn, and nine dock workers died, the port said."
    " Two cranes fell into the basin. The ferry to the islands waited outside until noon, and"
    " customs officers carried the wounded to the chapel. Nobody has said who fired, and the"
    " mayor asked both armies to keep away from the grain stores of the town."
)
OWN = "I was on the quay when the crane fell; the water was full of grain, said a fisherman."


@pytest.fixture(autouse=True)
def _feeds(store: Store) -> None:
    sync_config(store, config(COURIER, AGENCY, MIRROR), NOW)


def at(number: int) -> datetime:
    return NOW + timedelta(hours=number)


def tell(
    store: Store,
    number: int,
    feed: Feed,
    title: str = HARBOUR,
    body: str = TEXT,
    *,
    story: int = 1,
    places: tuple[str, ...] = ("Orlane",),
    image: Image | None = None,
) -> None:
    """Let article `number` come in and join the story that `story` opened, or open it."""
    now = at(number)
    poll(store, poll_outcome(feed, entry(number, host=feed.id), etag=f'"{number}"'), now)
    (page,) = pending_pages(store, now, 10)
    article = replace(
        page_article(number, host=feed.id, body=body),
        title=PlainText(title), published=now, image=image,
    )  # fmt: skip
    apply_page(store, PageOutcome(page.article_id, article, 0, None), now)
    (pending,) = pending_reports(store, now, 10)
    kind = ChangeKind.OPEN if story == number else ChangeKind.ADD
    decision = Decision(str(number), kind, str(story), Explanation(0.9, 0.5))
    match = ConflictMatch("straits", 2.0, places, places)
    apply_groups(store, [GroupOutcome(pending, decision, (match,))], now)


def published(store: Store, number: int = 1) -> Story:
    stories = published_stories(store.connection, StoryFilter(), limit=10)
    return next(story for story in stories if story.id == number)


def news(store: Store) -> list[tuple[NewsKind, str]]:
    return [(each.kind, each.detail) for each in published(store).news]


def feed_bytes(store: Store) -> bytes:
    info = FeedInfo("News", "https://news.example/", "tag:x", "https://news.example/feed", NOW)
    return render_atom(published_stories(store.connection, StoryFilter(), limit=10), info)


def test_a_story_says_what_is_new_in_it(store: Store) -> None:
    tell(store, 1, COURIER)
    assert news(store) == [(NewsKind.OPENED, "Harbour Courier")]
    tell(store, 2, MIRROR, "Army denies shelling Orlane, 12 dead", OWN, places=("Orlane", "Osk"))
    assert published(store).updated == at(2)
    assert news(store)[:4] == [
        (NewsKind.ORIGIN, "Mirror"),
        (NewsKind.DENIAL, "Mirror"),
        (NewsKind.FIGURE, "12 dead"),
        (NewsKind.PLACE, "Osk"),
    ]
    assert published(store).places == ("Orlane", "Osk")


def test_a_copy_of_a_known_text_leaves_every_byte_as_it_was(store: Store) -> None:
    tell(store, 1, COURIER)
    before = feed_bytes(store)
    tell(store, 2, MIRROR, "Army denies shelling", image=CRANE)
    assert feed_bytes(store) == before
    assert published(store).updated == at(1)


def test_a_citation_without_news_leaves_every_byte_as_it_was(store: Store) -> None:
    tell(store, 1, AGENCY)
    before = feed_bytes(store)
    tell(store, 2, MIRROR, HARBOUR, "Nine people died in Orlane, Coast Agency reported.")
    assert feed_bytes(store) == before
    tell(store, 3, MIRROR, "Orlane: now 14 dead", "14 people died, Coast Agency reported.")
    assert published(store).updated == at(3)
    assert (NewsKind.FIGURE, "14 dead") in news(store)
    assert len(published(store).reports) == 3


def test_a_picture_comes_from_the_first_report_that_has_one(store: Store) -> None:
    tell(store, 1, COURIER)
    assert published(store).image is None
    tell(store, 2, MIRROR, HARBOUR, OWN, image=CRANE)
    assert published(store).image == CRANE


def test_what_is_declared_of_a_picture_changes_only_with_news(store: Store) -> None:
    tell(store, 1, COURIER, image=replace(CRANE, width=None, height=None))
    before = feed_bytes(store)
    assert b'type="image/webp" fileSize="45678"' in before
    page = replace(
        page_article(1, host=COURIER.id, body=TEXT),
        title=PlainText(HARBOUR), published=at(1), image=CRANE,
    )  # fmt: skip
    apply_page(store, PageOutcome(1, page, 0, None), at(2))
    assert feed_bytes(store) == before
    tell(store, 2, MIRROR, HARBOUR, OWN, image=Image(HttpUrl("https://mirror.example/quay.jpg")))
    assert published(store).image == CRANE
    assert b'type="image/webp" width="1200" height="800" fileSize="45678"' in feed_bytes(store)


def test_a_story_that_took_over_another_says_so(store: Store) -> None:
    tell(store, 1, COURIER)
    tell(store, 2, MIRROR, "Cranes fall into the basin of Orlane", OWN, story=2)
    ended = published(store, 2).entry_id
    merge_stories(store, [1, 2], at(3))
    story = published(store)
    assert story.took_over == (ended,)
    assert (NewsKind.MERGED, "Cranes fall into the basin of Orlane") in news(store)


def test_stories_are_found_by_a_place_in_any_spelling(store: Store) -> None:
    tell(store, 1, COURIER, places=("Orlane",))
    tell(store, 2, MIRROR, "Bridge closed", OWN, story=2, places=("Karsat",))
    for place, found in (("orlane", [1]), ("Орлане", [1]), ("KARSAT", [2]), ("Osk", [])):
        stories = published_stories(store.connection, StoryFilter(place=place), limit=5)
        assert [story.id for story in stories] == found
    merge_stories(store, [1, 2], at(3))
    stories = published_stories(store.connection, StoryFilter(place="Karsat"), limit=5)
    assert [story.id for story in stories] == [1]


def test_saved_feeds_are_those_of_the_configuration(store: Store) -> None:
    saved = SavedFeed("orlane", PlainText("Orlane, by two"), "origins=2&place=Orlane")
    sync_config(store, replace(config(COURIER), saved_feeds=(saved,)), NOW)
    assert saved_filter(store.connection, "orlane").query == "origins=2&place=Orlane"
    sync_config(store, config(COURIER), NOW)
    assert saved_filters(store.connection) == []
    with pytest.raises(NotFound):
        saved_filter(store.connection, "orlane")
