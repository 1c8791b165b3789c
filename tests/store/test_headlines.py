"""The headline of a story as pages, feed and tables have it, and the languages that you read."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from aggregator.config import Settings
from aggregator.model import ChangeKind, Decision, Explanation, Feed, HttpUrl, PlainText
from aggregator.store import Store, reading
from aggregator.store.feeds import sync_config
from aggregator.store.front_page import story_list
from aggregator.store.grouping import apply_groups, pending_reports
from aggregator.store.outcomes import GroupOutcome, PageOutcome
from aggregator.store.pages import apply_page, pending_pages
from aggregator.store.published import published_stories
from aggregator.store.rulings import merge_stories, split_story
from aggregator.store.story_filter import StoryFilter
from aggregator.store.whole_story import whole_story
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

MAYAK = replace(COURIER, id="mayak", name=PlainText("Маяк"), url=HttpUrl("https://mayak.example/feed"),
                language="uk")  # fmt: skip
MINA = replace(COURIER, id="mina", name=PlainText("الميناء"), url=HttpUrl("https://mina.example/feed"),
               language="ar")  # fmt: skip
ENGLISH = "Ferry sunk by mine off Orlane, nine dead"
UPDATED = "Ferry sunk by mine off Orlane, 14 dead"
UKRAINIAN = "Біля Орлана пором підірвався на міні, 9 загиблих"
ARABIC = "مقتل 9 أشخاص في غرق عبارة بلغم قبالة أورلان"
FEEDS = (COURIER, AGENCY, MAYAK, MINA)


def follow(store: Store, *languages: str, feeds: Sequence[Feed] = FEEDS) -> None:
    sync_config(store, replace(config(*feeds), settings=Settings(languages=languages)), NOW)


def report(store: Store, number: int, feed: Feed, title: str, *, story: int = 1) -> None:
    """Let article `number` come in and join the story that `story` opened, or open it."""
    now = NOW + timedelta(hours=number)
    poll(store, poll_outcome(feed, entry(number, host=feed.id), etag=f'"{number}"'), now)
    for page in pending_pages(store, now, 10):
        article = replace(
            page_article(number, host=feed.id, body=f"{title}. Divers search the wreck."),
            title=PlainText(title), language=feed.language, published=now,
        )  # fmt: skip
        apply_page(store, PageOutcome(page.article_id, article, 0, None), now)
    (pending,) = pending_reports(store, now, 10)
    assert pending.article_id == number
    kind = ChangeKind.OPEN if story == number else ChangeKind.ADD
    decision = Decision(str(number), kind, str(story), Explanation(0.9, 0.5))
    apply_groups(store, [GroupOutcome(pending, decision, ())], now)


def told(store: Store, languages: Sequence[str]) -> str:
    follow(store, *languages)
    report(store, 1, MAYAK, UKRAINIAN)
    report(store, 2, COURIER, ENGLISH)
    report(store, 3, MINA, ARABIC)
    return str(reading.story(store, 1, NOW)["headline"])


@pytest.mark.parametrize(
    ("languages", "headline"),
    [
        (["en"], ENGLISH),
        (["uk", "en"], UKRAINIAN),
        (["fr", "ar"], ARABIC),
        # Nothing said: half of the feeds are in English, which is not most of them.
        ([], UKRAINIAN),
    ],
)
def test_the_headline_is_in_your_language(
    store: Store, languages: list[str], headline: str
) -> None:
    assert told(store, languages) == headline


def test_without_a_wish_it_is_in_the_language_of_most_feeds(store: Store) -> None:
    follow(store, feeds=(COURIER, AGENCY, MAYAK))
    report(store, 1, MAYAK, UKRAINIAN)
    report(store, 2, COURIER, ENGLISH)
    assert reading.story(store, 1, NOW)["headline"] == ENGLISH


def test_every_surface_shows_the_same_headline_with_its_reason(store: Store) -> None:
    told(store, ["en"])
    whole = whole_story(store.connection, 1)
    assert (whole.story.headline, whole.headline_article) == (ENGLISH, 2)
    assert whole.story.language == "en"
    assert whole.story.summary.startswith("Ferry sunk")
    assert "a language that you read (en)" in whole.headline_reason
    record = reading.story(store, 1, NOW)
    assert (record["headline"], record["headline_reason"]) == (ENGLISH, whole.headline_reason)
    (row,) = store.connection.execute("SELECT headline, headline_reason FROM current_stories")
    assert tuple(row) == (ENGLISH, whole.headline_reason)
    (published,) = published_stories(store.connection, StoryFilter(), limit=10)
    assert (published.headline, published.language) == (ENGLISH, "en")
    (card,) = story_list(store.connection, StoryFilter(), limit=10).cards
    assert card.headline == ENGLISH


def test_a_newer_count_takes_over_and_is_a_material_change(store: Store) -> None:
    told(store, ["en"])
    report(store, 4, AGENCY, UPDATED)
    record = reading.story(store, 1, NOW)
    assert (record["headline"], record["headline_article_id"]) == (UPDATED, 4)
    assert record["changed_at"] == "2026-03-01T13:00:00Z"


def test_a_headline_goes_with_its_article_and_comes_back(store: Store) -> None:
    told(store, ["en"])
    split_story(store, 1, [2], NOW)
    assert reading.story(store, 1, NOW)["headline"] == UKRAINIAN
    assert reading.story(store, 2, NOW)["headline"] == ENGLISH
    merge_stories(store, [1, 2], NOW)
    assert reading.story(store, 1, NOW)["headline"] == ENGLISH


def test_a_change_of_languages_holds_from_the_next_report_on(store: Store) -> None:
    told(store, ["en"])
    follow(store, "uk")
    assert reading.story(store, 1, NOW)["headline"] == ENGLISH
    report(store, 4, AGENCY, UPDATED)
    assert reading.story(store, 1, NOW)["headline"] == UKRAINIAN
