"""Generated reports as the rows that the program would have left, written many at a time.

It is long because nearly every table has its rows here.
"""

import hashlib
import json
import random
import sqlite3
from collections import defaultdict, deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Final

from aggregator.group.news import place_key
from aggregator.group.origin.sketch import sketch_of
from aggregator.group.origin.standing import Dependence
from aggregator.group.prominence import prominence
from aggregator.model import ChangeKind, Explanation, Feed, HttpUrl, News, NewsKind, PlainText
from aggregator.scrape.watch.edits import changes_between, in_words
from aggregator.scrape.watch.repeats import text_digest
from aggregator.store import Store
from aggregator.store.entries import index_articles
from aggregator.store.report_times import record_of
from aggregator.store.revisions import explanation_record, revision_record
from aggregator.store.story_news import news_record
from aggregator.store.story_state import beginning
from aggregator.store.versions import to_json
from aggregator.text.times import to_text
from aggregator.text.urls import page_key
from bench.big_news import Event, Told

PLACES_OF_CONFLICT: Final = 50
_BATCH: Final = 20_000
_MERGED: Final = 0.01
_TAKEN_UP: Final = 1 / 16
_EDITED: Final = 0.03
_WATCHED: Final = timedelta(days=7)

Rows = dict[str, list[dict[str, object]]]


class Writer:
    """Turns reports into rows, and writes them some thousands at a time."""

    def __init__(
        self, store: Store, feeds: Sequence[Feed], names: dict[str, str], seed: int, end: datetime
    ) -> None:
        self._store = store
        self._feeds = feeds
        self._names = names
        self._source = random.Random(seed + 1)  # noqa: S311  # it has to repeat
        self._end = end
        self._rows: Rows = defaultdict(list)
        self._written = 0
        self._story_ids = count(1)
        self._open: dict[int, _Story] = {}
        self._closed: deque[int] = deque(maxlen=5000)

    def add(self, told: Told) -> None:
        """Take in the next report."""
        story = self._open.get(told.event.number)
        if story is None:
            story = self._open[told.event.number] = _Story(next(self._story_ids), told)
        self._add_article(told)
        self._add_member(story, told)
        story.add(told, self._feeds[told.outlet])
        if not told.event.left:
            self._close(self._open.pop(told.event.number))
        if told.number - self._written >= _BATCH:
            self.flush(told.number)

    def flush(self, number: int) -> None:
        """Write what has gathered in one transaction; `number` is that of the last article."""
        with self._store.transaction() as connection:
            for table, rows in self._rows.items():
                insert(connection, table, rows)
            index_articles(connection, self._written)
        self._rows.clear()
        self._written = number

    def _add_article(self, told: Told) -> None:
        feed = self._feeds[told.outlet]
        url = HttpUrl(f"https://{feed.id}.example/{told.seen:%Y/%m}/{told.number}")
        seen, read = to_text(told.seen), to_text(told.seen + timedelta(seconds=30))
        digest = text_digest(told.body)
        edited = self._source.random() < _EDITED
        common = {
            "feed_id": feed.id, "url": url, "title": told.title, "authors": '["Desk"]',
            "published_at": to_text(told.published), "language": feed.language,
            "first_seen_at": seen,
        }  # fmt: skip
        self._rows["articles"].append({
            **common, "id": told.number, "page_key": page_key(url), "source": f"{feed.id}.example",
            "site": feed.name, "body": told.body, "published_how": "json-ld",
            "image": f"{url}.jpg", "verdict": "article", "body_source": "page", "scraped_at": read,
            "version": 2 if edited else 1, "grouped": 1, "canonical_url": url,
            "updated_at": to_text(told.published), "updated_how": "json-ld", "page_digest": digest,
        })  # fmt: skip
        self._rows["entries"].append({
            **common, "identity": f"guid:{url}", "identity_kind": "guid",
            "article_id": told.number, "summary": f"<p>{told.body.partition('. ')[0]}.</p>",
            "categories": "[]", "published_how": "published",
            "content_hash": hashlib.sha256(url.encode()).hexdigest(),
        })  # fmt: skip
        self._add_versions(told, read, edited=edited)
        sketch = sketch_of(told.body)
        self._rows["article_wordings"].append({
            "article_id": told.number, "source": f"{feed.id}.example",
            "version": 2 if edited else 1, "words": sketch.words, "shingles": sketch.packed(),
            "credits": "[]", "own_reporting": 0,
        })  # fmt: skip
        watched = told.seen > self._end - _WATCHED
        self._rows["revisits"].append({
            "article_id": told.number, "source": f"{feed.id}.example",
            "due_at": to_text(self._end + timedelta(hours=1)) if watched else None,
            "looks": 1 if watched else 6, "looked_at": read, "found": "same text",
            "etag": f'"{told.number:x}"',
        })  # fmt: skip
        self._rows["article_conflicts"] += [
            {
                "article_id": told.number, "conflict_id": conflict, "score": 2.5,
                "terms": json.dumps([self._names[conflict], "shelling"]),
                "places": json.dumps([_place(self._names[conflict], told.event)]),
            }
            for conflict in told.event.conflicts
        ]  # fmt: skip

    def _add_versions(self, told: Told, read: str, *, edited: bool) -> None:
        text = {"article_id": told.number, "body_source": "page"}
        if edited:
            before = (f"{told.title} (live)", told.body.replace("\n\n", "\n\nMore soon.\n\n"))
            changes = changes_between(*before, told.title, told.body)
            self._rows["edited versions"].append({
                **text, "number": 2, "seen_at": to_text(told.seen + timedelta(hours=3)),
                "title": told.title, "body": told.body, "changes": to_json(changes),
                "summary": in_words(changes),
            })  # fmt: skip
        else:
            before = (told.title, told.body)
        self._rows["article_versions"].append(
            {**text, "number": 1, "seen_at": read, "title": before[0], "body": before[1]}
        )

    def _add_member(self, story: "_Story", told: Told) -> None:
        opens = told is story.opener
        is_own = told.dependence is Dependence.OWN
        joined = told.seen + timedelta(minutes=1)
        score = 0.0 if opens else round(self._source.uniform(0.28, 0.95), 4)
        nearest = (
            None if opens else str(told.repeats.number if told.repeats else story.opener.number)
        )
        terms = () if opens else tuple(told.title.split()[:4])
        features = {"likeness": score, "title": score / 2, "text": score / 3, "hours": 0.25}
        explanation = explanation_record(Explanation(score, 0.28, terms, features, nearest))
        moved = None
        if is_own and not opens and self._source.random() < _MERGED:
            moved = joined + timedelta(hours=1)
            explanation["revised"] = revision_record(
                ChangeKind.MERGE, "program", Explanation(0.9, 0.5)
            )
            self._end_story(story, told, joined, moved)
        else:
            kind = ChangeKind.OPEN if opens else ChangeKind.ADD
            self._change(story.id, kind, told, joined, material=is_own)
        copied = told.repeats if told.dependence is Dependence.COPY else None
        self._rows["story_members"].append({
            "story_id": story.id, "article_id": told.number,
            "copy_of": copied.number if copied else None, "score": score,
            "explanation": json.dumps(explanation, ensure_ascii=False),
            "joined_at": to_text(joined), "moved_at": to_text(moved) if moved else None,
            "origin_id": told.origin, "dependence": told.dependence,
            "origin_reason": self._reason(told), "shared": 0.98 if copied else 0.0,
            "shared_with": copied.number if copied else None,
        })  # fmt: skip
        if is_own:
            story.changed = moved or joined

    def _reason(self, told: Told) -> str:
        if told.repeats is None:
            return "is an own report"
        words = {
            Dependence.COPY: "prints the text of",
            Dependence.CITATION: "cites",
            Dependence.PUBLISHER: "has the same publisher as",
        }
        return f"{words[told.dependence]} {self._feeds[told.repeats.outlet].name}"

    def _end_story(self, story: "_Story", told: Told, opened: datetime, ended: datetime) -> None:
        """Write the story that a report had for itself until it was merged into `story`."""
        own = _Story(next(self._story_ids), told)
        own.add(told, self._feeds[told.outlet])
        own.changed = opened
        self._rows["stories"].append({**self._story_row(own), "merged_into": story.id})
        self._change(own.id, ChangeKind.OPEN, told, opened, material=True)
        for changed in (own.id, story.id):
            self._change(changed, ChangeKind.MERGE, told, ended, material=True)

    def _change(
        self, story: int, kind: ChangeKind, told: Told, moment: datetime, *, material: bool
    ) -> None:
        outlet = PlainText(self._feeds[told.outlet].name)
        what = NewsKind.OPENED if kind is ChangeKind.OPEN else NewsKind.ORIGIN
        self._rows["story_changes"].append({
            "story_id": story, "kind": kind, "article_id": told.number, "material": material,
            "changed_at": to_text(moment),
            "news": news_record([News(what, outlet)] if material else []),
        })  # fmt: skip

    def _close(self, story: "_Story") -> None:
        self._rows["stories"].append({**self._story_row(story), "merged_into": None})
        self._rows["story_conflicts"] += [
            {"story_id": story.id, "conflict_id": conflict, "article_count": story.articles}
            for conflict in story.event.conflicts
        ]
        self._rows["story_facets"] += [
            {"facet": facet, "value": value, "story_id": story.id}
            for facet, values in story.facets.items()
            for value in sorted(values)
        ]
        self._rows["story_places"] += [
            {"story_id": story.id, "place_key": place_key(place)} for place in story.places
        ]
        if self._closed and self._source.random() < _TAKEN_UP:
            self._rows["story_links"].append({
                "story_id": story.id, "earlier_story_id": self._source.choice(self._closed),
                "score": 0.8, "reason": "shares rare names with it",
            })  # fmt: skip
        self._closed.append(story.id)

    def _story_row(self, story: "_Story") -> dict[str, object]:
        first = story.opener
        names = [self._names[conflict] for conflict in story.event.conflicts]
        only = "is of the only origin"
        return {
            "id": story.id, "opened_by": first.number, "headline": first.title,
            "headline_article_id": first.number, "summary": beginning(first.body),
            "language": self._feeds[first.outlet].language,
            "opened_at": to_text(first.seen + timedelta(minutes=1)),
            "first_report_at": to_text(story.first), "last_report_at": to_text(story.last),
            "changed_at": to_text(story.changed), "article_count": story.articles,
            "origin_count": story.origins, "source_count": len(story.outlets),
            "languages": json.dumps(sorted(story.languages)),
            "countries": json.dumps(sorted(story.countries)),
            "kinds": json.dumps(sorted(story.kinds)), "conflicts": json.dumps(names),
            "places": json.dumps(story.places), "prominence": prominence(story.origin_times),
            "report_times": record_of(story.times),
            "headline_reason": only if story.origins == 1 else "is borne out by the other origins",
        }  # fmt: skip


def _place(name: str, event: Event) -> str:
    return f"{name} {event.number % PLACES_OF_CONFLICT}"


class _Story:
    """What is counted of a story until its last report."""

    def __init__(self, number: int, opener: Told) -> None:
        self.id = number
        self.opener = opener
        self.event: Event = opener.event
        self.changed = self.first = self.last = opener.published
        self.times: list[datetime] = []
        self.origin_times: list[datetime] = []
        self.outlets: set[int] = set()
        self.languages: set[str] = set()
        self.countries: set[str] = set()
        self.kinds: set[str] = set()

    @property
    def articles(self) -> int:
        """Return how many reports it has."""
        return len(self.times)

    @property
    def origins(self) -> int:
        """Return how many of its reports are independent."""
        return len(self.origin_times)

    @property
    def places(self) -> list[str]:
        """Return the one place of its conflict that a story names: they have fifty each."""
        return [_place(name, self.event) for name in self.event.conflicts]

    @property
    def facets(self) -> dict[str, set[str]]:
        return {"language": self.languages, "country": self.countries, "kind": self.kinds}

    def add(self, told: Told, feed: Feed) -> None:
        self.times.append(told.published)
        if told.origin == told.number:
            self.origin_times.append(told.published)
        self.first, self.last = min(self.first, told.published), max(self.last, told.published)
        self.outlets.add(told.outlet)
        self.languages.add(feed.language or "")
        self.countries.add(feed.country or "")
        self.kinds.add(feed.kind)


def insert(connection: sqlite3.Connection, table: str, rows: Sequence[dict[str, object]]) -> None:
    """Insert rows that all have the same columns."""
    if not rows:
        return
    # One table has rows of two shapes.
    name = "article_versions" if table == "edited versions" else table
    columns, marks = ", ".join(rows[0]), ", ".join("?" * len(rows[0]))
    connection.executemany(
        f"INSERT INTO {name} ({columns}) VALUES ({marks})",  # noqa: S608  # names of ours
        (tuple(row.values()) for row in rows),
    )
