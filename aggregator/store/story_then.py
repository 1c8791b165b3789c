"""Stories as they were at a time in the past, put together from what is kept of it.

`story_changes` tells which reports came and left, and which headline another one followed;
`article_versions` has each text that a report has had. On whom a report depends is known as of
today only, and so are the names of outlets and conflicts.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice
from typing import Any, Final

from aggregator.model import ChangeKind, NewsKind, PlainText, Story
from aggregator.publish.alerts.matching import MaterialChange
from aggregator.store.browsing import REPORT_COLUMNS, Row, installation, rows
from aggregator.store.material_changes import last_change_before, news_of_changes
from aggregator.store.published import by_story, story_of
from aggregator.store.story_news import named_places, news_from
from aggregator.store.story_state import SUMMARY_LIMIT, beginning

_LEAD: Final = SUMMARY_LIMIT + 16
"""Characters of a text, which are enough for a summary."""

_AT_ONCE: Final = 100
"""Moments of which the stories are read together."""

_MATERIAL_SQL: Final = """
SELECT id, story_id, changed_at, article_id, news FROM story_changes
WHERE material = 1 AND id > :after
ORDER BY id
"""
_HISTORY_SQL: Final = """
SELECT story_changes.story_id, kind, article_id, changed_at, news
FROM json_each(:ids) AS chosen
CROSS JOIN story_changes ON story_changes.story_id = chosen.value
ORDER BY story_changes.id
"""
_REPORTS_SQL: Final = f"""
SELECT {REPORT_COLUMNS}, story_members.id AS position, articles.image,
       articles.image_details, substr(articles.body, 1, {_LEAD}) AS lead
FROM json_each(:ids) AS chosen
CROSS JOIN story_members ON story_members.article_id = chosen.value
JOIN articles ON articles.id = story_members.article_id
JOIN feeds ON feeds.id = articles.feed_id
"""  # noqa: S608 -- columns and a number of ours
_VERSIONS_SQL: Final = f"""
SELECT article_id, seen_at, title, substr(body, 1, {_LEAD}) AS lead
FROM json_each(:ids) AS chosen
CROSS JOIN article_versions ON article_versions.article_id = chosen.value
ORDER BY article_id, number
"""  # noqa: S608 -- a number of ours
_CONFLICTS_SQL: Final = """
SELECT article_id, conflict_id, name, article_conflicts.places
FROM json_each(:ids) AS chosen
CROSS JOIN article_conflicts ON article_conflicts.article_id = chosen.value
JOIN conflicts ON conflicts.id = conflict_id
"""
_MOVES: Final = frozenset(ChangeKind)


def changes_as_they_were(
    connection: sqlite3.Connection, since: datetime
) -> Iterator[MaterialChange]:
    """Yield each material change since a time, in order, with its story as that left it.

    What happened to a story at one time is one change. A story that has become part of another
    since then is told of as itself.
    """
    after = last_change_before(connection, 0, since)
    groups: dict[tuple[int, str], list[Row]] = {}
    for row in rows(connection, _MATERIAL_SQL, {"after": after}):
        groups.setdefault((row["story_id"], row["changed_at"]), []).append(row)
    moments = iter(sorted(groups.values(), key=lambda group: int(group[-1]["id"])))
    while some := list(islice(moments, _AT_ONCE)):
        archive = _archive(connection, {group[-1]["story_id"] for group in some})
        for group in some:
            if (change := archive.change(group)) is not None:
                yield change


@dataclass(frozen=True, slots=True)
class _Step:
    """What one row of `story_changes` says of a story; `article` is 0 where it names none."""

    at: str
    article: int
    joins: bool
    leaves: bool
    headline_before: PlainText | None


@dataclass(frozen=True, slots=True)
class _Archive:
    """What is kept of some stories and of every report that was ever in them."""

    installation: str
    stories: Mapping[int, Row]
    history: Mapping[int, Sequence["_Step"]]
    reports: Mapping[int, Row]
    versions: Mapping[int, Sequence[Row]]
    conflicts: Mapping[int, Sequence[Row]]

    def change(self, group: Sequence[Row]) -> MaterialChange | None:
        """Return the change that happened at one time; None where no report was left."""
        last = group[-1]
        story_id, moment = last["story_id"], last["changed_at"]
        present = self._present(story_id, moment)
        if not present:
            return None
        found = self._conflicts(present)
        counts = Counter(row["conflict_id"] for row in found)
        names = {row["conflict_id"]: row["name"] for row in found}
        order = sorted(counts, key=lambda known: (-counts[known], names[known]))
        places = named_places(
            tuple(PlainText(place) for row in each for place in json.loads(row["places"]))
            for each in (self.conflicts.get(article, ()) for article in present)
        )
        row = {
            **self._published(story_id, moment, present),
            "id": story_id,
            "opened_at": self.stories[story_id]["opened_at"],
            "changed_at": moment,
            "conflicts": json.dumps([names[known] for known in order]),
            "places": json.dumps(list(places.values())),
        }
        story = self._story(row, present, group)
        return MaterialChange(id=last["id"], story=story, conflicts=frozenset(counts))

    def _story(self, row: Row, present: Sequence[int], group: Sequence[Row]) -> Story:
        members = [
            {**self.reports[article], "title": self._text(article, row["changed_at"])["title"]}
            for article in present
        ]
        return story_of(row, members, self.installation, news_of_changes(group))

    def _present(self, story_id: int, moment: str) -> list[int]:
        """Return the reports that were in a story, in order of arrival."""
        there: set[int] = set()
        for step in self.history[story_id]:
            if step.at <= moment and step.leaves:
                there.discard(step.article)
            elif step.at <= moment and step.joins:
                there.add(step.article)
        return sorted(there & self.reports.keys(), key=lambda one: self.reports[one]["position"])

    def _published(self, story_id: int, moment: str, present: Sequence[int]) -> dict[str, Any]:
        """Return the headline that a story had, and what came with it."""
        story = self.stories[story_id]
        turns = [step for step in self.history[story_id] if step.headline_before is not None]
        later = next((step for step in turns if step.at > moment), None)
        if later is None or later.headline_before is None:
            headline, speaker = story["headline"], story["headline_article_id"]
        else:
            headline = later.headline_before
            earlier = [step.article for step in turns if step.at <= moment]
            speaker = earlier[-1] if earlier else self._speaker(headline, present)
        report = self.reports[speaker]
        reports = (self.reports[one] for one in (speaker, *present))
        pictured = next((each for each in reports if each["image"]), report)
        return {
            "headline": headline,
            "summary": beginning(self._text(speaker, moment)["lead"]),
            "language": report["language"],
            "image": pictured["image"],
            "image_details": pictured["image_details"],
        }

    def _speaker(self, headline: str, present: Sequence[int]) -> int:
        """Return which report has or had a headline, the first where none is found."""
        for article in present:
            if any(row["title"] == headline for row in self.versions.get(article, ())):
                return article
        return present[0]

    def _text(self, article: int, moment: str) -> Row:
        """Return the text that a report had, its first where that came later."""
        versions = self.versions.get(article, ())
        earlier = [version for version in versions if version["seen_at"] <= moment]
        if earlier:
            return earlier[-1]
        return versions[0] if versions else self.reports[article]

    def _conflicts(self, present: Iterable[int]) -> list[Row]:
        return [row for article in present for row in self.conflicts.get(article, ())]


def _archive(connection: sqlite3.Connection, story_ids: set[int]) -> _Archive:
    ids = {"ids": json.dumps(sorted(story_ids))}
    sql = "SELECT * FROM stories WHERE id IN (SELECT value FROM json_each(:ids))"
    stories = {row["id"]: row for row in rows(connection, sql, ids)}
    changes = by_story(stories, rows(connection, _HISTORY_SQL, ids))
    history = {story: [_step(change) for change in some] for story, some in changes.items()}
    articles = {step.article for steps in history.values() for step in steps if step.article}
    articles |= {row["headline_article_id"] for row in stories.values()}
    wanted = {"ids": json.dumps(sorted(articles))}
    return _Archive(
        installation=installation(connection)[0],
        stories=stories,
        history=history,
        reports={row["article_id"]: row for row in rows(connection, _REPORTS_SQL, wanted)},
        versions=_by_article(rows(connection, _VERSIONS_SQL, wanted)),
        conflicts=_by_article(rows(connection, _CONFLICTS_SQL, wanted)),
    )


def _by_article(found: Iterable[Row]) -> dict[int, list[Row]]:
    return {
        article: list(some) for article, some in groupby(found, key=lambda row: row["article_id"])
    }


def _step(change: Row) -> "_Step":
    news = {each.kind: each.detail for each in news_from(change["news"], None)}
    is_move = change["kind"] in _MOVES and change["article_id"] is not None
    return _Step(
        at=change["changed_at"],
        article=change["article_id"] or 0,
        joins=is_move and NewsKind.LEFT not in news,
        leaves=is_move and NewsKind.LEFT in news,
        headline_before=news.get(NewsKind.HEADLINE),
    )
