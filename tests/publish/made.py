"""Stories and reports made by hand, for tests of what is rendered from them."""

import dataclasses
from datetime import UTC, datetime, timedelta

from aggregator.model import HttpUrl, Image, News, NewsKind, PlainText, Report, Story
from aggregator.publish.syndication import FeedFormat, FeedInfo, Pages

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
BRIDGE = Image(HttpUrl("https://herald.example/bridge.JPG?w=800"), "image/webp", 800, 533, 61_234)
"""A picture whose publisher says all of it, and of another type than its address does."""
INFO = FeedInfo(
    title="Conflict news",
    base_url="https://news.example.org/",
    feed_id="tag:7c1d.conflict-news.invalid,2026-02-01:stories",
    self_url="https://news.example.org/feed.atom",
    created=datetime(2026, 2, 1, tzinfo=UTC),
)


def report(number: int, **changes: object) -> Report:
    made = Report(
        article_id=number,
        url=HttpUrl(f"https://herald.example/{number}"),
        title=PlainText(f"Bridge at Osk closed, report {number}"),
        source_name=PlainText(f"Outlet {number}"),
        source_kind="newspaper",
        country="UA",
        language="en",
        published=NOON + timedelta(minutes=number),
        first_seen=NOON + timedelta(minutes=number + 2),
        copy_of=None,
    )
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]  # any field may change


def story(number: int = 1, *reports: Report, **changes: object) -> Story:
    members = reports or (report(1), report(2, copy_of=1), report(3))
    made = Story(
        id=number,
        entry_id=f"tag:7c1d.conflict-news.invalid,2026-03-01:story:{number}",
        headline=PlainText("Bridge at Osk closed after explosion"),
        opened=NOON,
        updated=NOON + timedelta(hours=number),
        source_count=len({member.source_name for member in members}),
        origin_count=sum(member.copy_of is None for member in members),
        conflicts=(PlainText("Velmar and Osk"),),
        reports=tuple(members),
        summary=PlainText("The bridge at Osk was closed on Sunday after an explosion."),
        language="en",
    )
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]  # any field may change


EVERYTHING_INFO = dataclasses.replace(
    INFO,
    hubs=("https://hub.example.org/",),
    formats={known: f"https://news.example.org/feed.{known}" for known in FeedFormat},
    pages=Pages(
        first="https://news.example.org/feed?page=1",
        previous="https://news.example.org/feed?page=1",
        next="https://news.example.org/feed?page=3",
        prev_archive="https://news.example.org/archive/7",
        next_archive="https://news.example.org/archive/9",
        current="https://news.example.org/feed",
    ),
)


def everything() -> list[Story]:
    """Return two stories; the first says all that an entry can say."""
    first = story(
        1,
        image=BRIDGE,
        places=(PlainText("Osk"), PlainText("ڤيلمار")),
        news=(
            News(NewsKind.ORIGIN, PlainText("Outlet 3"), 3),
            News(NewsKind.FIGURE, PlainText("14 dead"), 3),
            News(NewsKind.DENIAL, article=1),
        ),
        took_over=("tag:7c1d.conflict-news.invalid,2026-03-01:story:9",),
        language="uk",
    )
    return [first, story(2, image=Image(HttpUrl("https://herald.example/picture")))]
