"""When a page is looked at again, and what it may not take away."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from aggregator.model import Article, BodySource, HttpUrl, PlainText, Verdict
from aggregator.scrape.watch.revisit import (
    AFTER_EDIT,
    LEAST_PAUSE,
    LIVE_FOR,
    LIVE_PAUSE,
    LOOKS,
    KnownText,
    Watched,
    is_poorer,
    next_look,
)

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
REPORT = Watched("https://courier.example/1", NOW, NOW - HOUR, Verdict.ARTICLE)
TEXT = "The ferry ran aground at dawn, the harbour office said, and all on board were safe.\n\n" * 6


def looks(watched: Watched, *, edited: bool = False, limit: int = 100) -> list[timedelta]:
    """Return the times of all looks, each made when it was due."""
    made: list[timedelta] = []
    due = next_look(watched, watched.first_seen)
    while due is not None and len(made) < limit:
        made.append(due - watched.first_seen)
        watched = replace(watched, looks=len(made))
        due = next_look(watched, due, edited=edited)
    return made


def test_a_page_is_looked_at_ever_more_seldom_for_two_days() -> None:
    made = looks(REPORT)
    assert len(made) == len(LOOKS)
    assert all(look <= at <= 1.1 * look for look, at in zip(LOOKS, made, strict=True))
    pauses = [later - earlier for earlier, later in pairwise(made)]
    assert pauses == sorted(pauses)


def test_pages_that_were_seen_together_are_looked_at_apart() -> None:
    pages = [replace(REPORT, page=f"https://courier.example/{n}") for n in range(30)]
    assert len({next_look(page, NOW) for page in pages}) == 30
    assert next_look(REPORT, NOW) == next_look(REPORT, NOW)


def test_a_live_blog_is_looked_at_more_often_while_it_is_young() -> None:
    made = looks(replace(REPORT, verdict=Verdict.LIVE_BLOG))
    young = [look for look in made if look <= LIVE_FOR]
    assert 20 <= len(young) <= 26
    assert len(made) - len(young) <= 4
    assert made[1] - made[0] <= LIVE_PAUSE


def test_after_an_edit_the_next_look_comes_soon_but_not_for_ever() -> None:
    first = next_look(REPORT, NOW + 7 * HOUR)
    assert first is not None
    assert first > NOW + 11 * HOUR
    assert next_look(REPORT, NOW + 7 * HOUR, edited=True) == NOW + 7 * HOUR + AFTER_EDIT
    assert len(looks(REPORT, edited=True)) <= 20


def test_looks_that_were_missed_are_made_up_for_by_one() -> None:
    late = NOW + 11 * HOUR
    due = next_look(REPORT, late)
    assert due is not None
    assert due >= late + LEAST_PAUSE
    assert next_look(REPORT, NOW + 60 * HOUR) is None


@pytest.mark.parametrize(
    "watched",
    [
        replace(REPORT, published=NOW - 49 * HOUR),
        replace(REPORT, verdict=Verdict.PAYWALL),
        replace(REPORT, verdict=Verdict.CONSENT_PAGE),
        replace(REPORT, verdict=Verdict.BOT_WALL),
    ],
)
def test_archives_and_walls_are_left_alone(watched: Watched) -> None:
    assert next_look(watched, NOW) is None


def test_what_does_not_say_when_it_appeared_is_watched() -> None:
    assert next_look(replace(REPORT, published=None), NOW) is not None


KNOWN = KnownText(PlainText("Ferry aground"), PlainText(TEXT), BodySource.PAGE, Verdict.ARTICLE, 1)


def found(
    body: str = TEXT,
    verdict: Verdict = Verdict.ARTICLE,
    source: BodySource = BodySource.PAGE,
) -> Article:
    return Article(
        HttpUrl("https://courier.example/1"),
        PlainText("Ferry aground"),
        PlainText(body),
        verdict,
        body_source=source,
    )


@pytest.mark.parametrize(
    "article",
    [
        found(""),
        found(TEXT, Verdict.PAYWALL),
        found(TEXT, Verdict.CONSENT_PAGE),
        found(TEXT, Verdict.BOT_WALL),
        found(TEXT, Verdict.NOT_AN_ARTICLE),
        found(TEXT, source=BodySource.FEED),
        found("", Verdict.EMPTY, BodySource.NONE),
        found(TEXT[:100]),
    ],
)
def test_less_than_we_have_never_takes_its_place(article: Article) -> None:
    assert is_poorer(KNOWN, article)


@pytest.mark.parametrize(
    "article",
    [
        found(TEXT.replace("dawn", "noon")),
        found(TEXT[: len(TEXT) * 2 // 3]),
        found(TEXT * 2),
        found(TEXT[:60], Verdict.LIVE_BLOG),
        found("This article has been withdrawn: the ferry was not aground."),
    ],
)
def test_an_edit_takes_the_place_of_what_it_edits(article: Article) -> None:
    assert not is_poorer(KNOWN, article)


def test_the_feeds_text_gives_way_and_may_shrink() -> None:
    known = replace(KNOWN, body_source=BodySource.FEED, verdict=Verdict.EMPTY)
    assert not is_poorer(known, found(TEXT[:50]))
    assert not is_poorer(known, found(TEXT[:50], source=BodySource.FEED))
    assert is_poorer(known, found("", source=BodySource.NONE))
