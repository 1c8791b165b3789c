"""What is told, once decided: a value that is stored as JSON and sent in the same bytes each time.

The JSON is what a webhook gets; mail and push are written from it.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from aggregator.model import Report, Story
from aggregator.publish.alerts.matching import MaterialChange
from aggregator.publish.coverage import counted, coverage_in_words, first_report, origins
from aggregator.text.clean import plain_line
from aggregator.text.language import language_tag
from aggregator.text.times import to_text
from aggregator.text.urls import http_url

LISTED_REPORTS: Final = 10
"""Reports of one story, one for each origin; its page has the rest."""

LISTED_STORIES: Final = 200
"""Stories of one bulletin; what is more is counted in its note."""


class BulletinKind(StrEnum):
    """Why something is told."""

    ALERT = "alert"
    FOLDED = "folded"
    DIGEST = "digest"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class ToldNews:
    """One piece of news, see `model.News`."""

    kind: str
    detail: str


@dataclass(frozen=True, slots=True)
class ToldReport:
    """One report that stands for its origin."""

    title: str
    url: str
    outlet: str
    kind: str
    language: str | None
    published_at: str


@dataclass(frozen=True, slots=True)
class ToldStory:
    """One story as it was after the change; `url` is its page, `entry_id` that in the feed."""

    id: int
    entry_id: str
    url: str
    headline: str
    language: str | None
    summary: str
    coverage: str
    outlets: int
    origins: int
    opened_at: str
    changed_at: str
    conflicts: tuple[str, ...]
    places: tuple[str, ...]
    news: tuple[ToldNews, ...]
    reports: tuple[ToldReport, ...]


@dataclass(frozen=True, slots=True)
class Bulletin:
    """One message: `name` is that of the alert or digest, `key` the same in each repetition.

    `note` is a line for people about the bulletin itself.
    """

    kind: BulletinKind
    name: str
    key: str
    made_at: str
    note: str
    stories: tuple[ToldStory, ...]


def stable_key(*parts: object) -> str:
    """Return what tells one message from every other, the same whenever it is made again."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:32]


def told_story(change: MaterialChange, page: str) -> ToldStory:
    """Return a story as it is told; `page` is the address of its page."""
    story = change.story
    listed = [_told_report(origin.report) for origin in origins(story.reports)[:LISTED_REPORTS]]
    return ToldStory(
        id=story.id,
        entry_id=story.entry_id,
        url=page,
        headline=plain_line(story.headline) or "(no headline)",
        language=language_tag(story.language),
        summary=plain_line(story.summary),
        coverage=_coverage(story),
        outlets=story.source_count,
        origins=story.origin_count,
        opened_at=to_text(story.opened),
        changed_at=to_text(story.updated),
        conflicts=tuple(map(plain_line, story.conflicts)),
        places=tuple(map(plain_line, story.places)),
        news=tuple(ToldNews(str(news.kind), plain_line(news.detail)) for news in story.news),
        reports=tuple(listed),
    )


def _coverage(story: Story) -> str:
    first = first_report(story.reports)
    return plain_line(coverage_in_words(story.source_count, story.origin_count, first))


def _told_report(report: Report) -> ToldReport:
    return ToldReport(
        title=plain_line(report.title) or "(no headline)",
        url=http_url(report.url) or "",
        outlet=plain_line(report.source_name),
        kind=plain_line(report.source_kind),
        language=language_tag(report.language),
        published_at=to_text(report.published or report.first_seen),
    )


def alert(name: str, key: str, made_at: datetime, story: ToldStory) -> Bulletin:
    """Return what tells one change of one story."""
    return Bulletin(BulletinKind.ALERT, name, key, to_text(made_at), "", (story,))


def folded_alerts(
    name: str, key: str, made_at: datetime, stories: Sequence[ToldStory], limit: int
) -> Bulletin:
    """Return the one message for all changes that came after the limit of an hour was reached."""
    latest = {story.id: story for story in stories}
    note = (
        f"{counted(len(stories), 'more change')} of {counted(len(latest), 'story', 'stories')},"
        f" held back since {limit} messages had been sent within an hour, or waited to be"
    )
    return _listed(BulletinKind.FOLDED, name, key, made_at, note, list(latest.values()))


def digest(name: str, key: str, made_at: datetime, stories: Sequence[ToldStory]) -> Bulletin:
    """Return the digest of stories that changed, each as it was after its last change."""
    note = f"{counted(len(stories), 'story', 'stories')} with news"
    return _listed(BulletinKind.DIGEST, name, key, made_at, note, stories)


def trial(name: str, key: str, made_at: datetime) -> Bulletin:
    """Return a message that only shows that a channel works."""
    note = "This is a test: the channel works. No story has changed."
    return Bulletin(BulletinKind.TEST, name, key, to_text(made_at), note, ())


def _listed(
    kind: BulletinKind,
    name: str,
    key: str,
    made_at: datetime,
    note: str,
    stories: Sequence[ToldStory],
) -> Bulletin:
    if len(stories) > LISTED_STORIES:
        note += f"; the last {LISTED_STORIES} are listed"
    listed = (replace(story, reports=()) for story in stories[-LISTED_STORIES:])
    return Bulletin(kind, name, key, to_text(made_at), note, tuple(listed))


def to_json(bulletin: Bulletin) -> str:
    """Return a bulletin as the JSON document that is stored and sent."""
    return json.dumps(asdict(bulletin), ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Bulletin:
    """Return the bulletin that `to_json` has written."""
    record: dict[str, Any] = json.loads(text)
    stories = tuple(_story_of(story) for story in record.pop("stories"))
    return Bulletin(**{**record, "kind": BulletinKind(record["kind"])}, stories=stories)


def _story_of(record: dict[str, Any]) -> ToldStory:
    lists: dict[str, Any] = {
        "conflicts": tuple(record["conflicts"]),
        "places": tuple(record["places"]),
        "news": tuple(ToldNews(**news) for news in record["news"]),
        "reports": tuple(ToldReport(**report) for report in record["reports"]),
    }
    return ToldStory(**{**record, **lists})
