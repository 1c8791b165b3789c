"""What is news in a story's latest changes, noted beside each; and the places that it names.

The rule is `aggregator.group.news`; here it is asked about the changes that nobody has judged yet.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from aggregator.group.news import Told, news_of, place_key
from aggregator.group.origin.standing import Dependence
from aggregator.model import ChangeKind, News, NewsKind, PlainText
from aggregator.text.times import to_text

MOST_PLACES: Final = 12
"""Places kept of a story, those that most of its reports name."""

_TOLD_SQL: Final = """
SELECT articles.id, articles.title, feeds.name AS outlet,
       iif(story_members.copy_of IS NULL, story_members.dependence, 'copy') AS dependence,
       (SELECT json_group_array(places) FROM article_conflicts
        WHERE article_id = articles.id) AS places
FROM story_members
JOIN articles ON articles.id = story_members.article_id
JOIN feeds ON feeds.id = articles.feed_id
WHERE story_members.story_id = ?
ORDER BY story_members.id
"""

_TAKEN_OVER_SQL: Final = """
SELECT opened_by, headline FROM stories
WHERE merged_into = :story AND opened_by IN (
  SELECT article_id FROM story_changes WHERE story_id = :story AND news IS NULL AND kind = 'merge')
"""


def note_news(connection: sqlite3.Connection, story_id: int, told: Sequence[Told]) -> bool:
    """Judge the changes of a story that are new; return whether any of them is material.

    `told` are its reports (see `reports_told`), whose dependence must be up to date.
    """
    changes = connection.execute(
        "SELECT id, kind, article_id FROM story_changes WHERE story_id = ? AND news IS NULL"
        " ORDER BY id",
        (story_id,),
    ).fetchall()
    if not changes:
        return False
    found = news_of(told)
    taken_over = {
        row["opened_by"]: PlainText(row["headline"])
        for row in connection.execute(_TAKEN_OVER_SQL, {"story": story_id})
    }
    material = False
    for change in changes:
        article = change["article_id"]
        news = found.get(article, ())
        if article in taken_over and change["kind"] == ChangeKind.MERGE:
            news = (News(NewsKind.MERGED, taken_over[article], article), *news)
        material = material or bool(news)
        connection.execute(
            "UPDATE story_changes SET news = ?, material = ? WHERE id = ?",
            (news_record(news), bool(news), change["id"]),
        )
    return material


def add_change(
    connection: sqlite3.Connection, story_id: int, kind: str, news: News, now: datetime
) -> None:
    """Note a material change that is known to be one."""
    connection.execute(
        "INSERT INTO story_changes (story_id, kind, article_id, material, changed_at, news)"
        " VALUES (?, ?, ?, 1, ?, ?)",
        (story_id, kind, news.article, to_text(now), news_record([news])),
    )


def news_record(news: Iterable[News]) -> str:
    """Return what is kept of news: a JSON list of pairs, kind and detail."""
    return json.dumps([[each.kind, each.detail] for each in news], ensure_ascii=False)


def news_from(record: str | None, article: int | None) -> tuple[News, ...]:
    """Return the news of a stored change; none where nobody has judged it."""
    pairs = json.loads(record) if record else ()
    return tuple(News(NewsKind(kind), PlainText(detail), article) for kind, detail in pairs)


def keep_places(connection: sqlite3.Connection, story_id: int, told: Sequence[Told]) -> None:
    """Keep which places the reports of a story name, those first that most of them name."""
    places = named_places(report.places for report in told)
    connection.execute(
        "UPDATE stories SET places = ? WHERE id = ?",
        (json.dumps(list(places.values()), ensure_ascii=False), story_id),
    )
    connection.execute("DELETE FROM story_places WHERE story_id = ?", (story_id,))
    connection.executemany(
        "INSERT INTO story_places (place_key, story_id) VALUES (?, ?)",
        [(key, story_id) for key in places],
    )


def named_places(reports: Iterable[Iterable[PlainText]]) -> dict[str, PlainText]:
    """Return the places that most reports name, by their keys; of each report its places."""
    named: Counter[str] = Counter()
    spelt: dict[str, PlainText] = {}
    for places in reports:
        for place in places:
            named[place_key(place)] += 1
            spelt.setdefault(place_key(place), place)
    return {key: spelt[key] for key, _ in named.most_common(MOST_PLACES)}


def reports_told(connection: sqlite3.Connection, story_id: int) -> Sequence[Told]:
    """Return what each report of a story tells, in order of arrival."""
    return [
        Told(
            article=row["id"],
            outlet=PlainText(row["outlet"]),
            headline=row["title"],
            dependence=Dependence(row["dependence"]) if row["dependence"] else None,
            places=_places(row["places"]),
        )
        for row in connection.execute(_TOLD_SQL, (story_id,))
    ]


def _places(record: str) -> tuple[PlainText, ...]:
    lists = (json.loads(places) for places in json.loads(record))
    return tuple(dict.fromkeys(PlainText(place) for places in lists for place in places))
