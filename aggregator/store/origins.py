"""The origins of a story as the store keeps them, worked out anew whenever the story changes.

What the rule needs of a text (its sketch, whom it credits) is read once and kept in
`article_wordings`; an article that was edited since, or was grouped by an earlier version of this
program, is read when its story next changes.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from aggregator.group.origin.credits import Credit, CreditKind, Credits, credits_of
from aggregator.group.origin.origins import origins_of
from aggregator.group.origin.printed import repeated_in
from aggregator.group.origin.publishers import Names, Publisher, publisher_of
from aggregator.group.origin.sketch import Sketch, sketch_of, unpacked
from aggregator.group.origin.standing import Standing, Telling
from aggregator.model import SourceKind
from aggregator.text.times import from_text
from aggregator.text.urls import host_of

_OTHER_TEXTS: Final = 20
"""Latest texts of a source that are searched for what it prints under every story."""
_STORIES_WITH_FURNITURE: Final = 2
"""Other stories in which a source has printed a passage when it says nothing about this one."""

_MEMBERS_SQL: Final = """
SELECT articles.id, articles.source, articles.version,
       min(coalesce(articles.published_at, articles.first_seen_at), articles.first_seen_at)
         AS reported_at,
       feeds.name AS outlet, feeds.kind, story_members.copy_of, story_members.origin_id,
       story_members.dependence, story_members.origin_reason, story_members.shared,
       story_members.shared_with, wording.version AS read_version, wording.words, wording.shingles,
       wording.credits, wording.own_reporting
FROM story_members
JOIN articles ON articles.id = story_members.article_id
JOIN feeds ON feeds.id = articles.feed_id
LEFT JOIN article_wordings AS wording ON wording.article_id = articles.id
WHERE story_members.story_id = ?
ORDER BY articles.id
"""

_OTHER_TEXTS_SQL: Final = """
SELECT story_members.story_id, article_wordings.shingles
FROM article_wordings
JOIN story_members ON story_members.article_id = article_wordings.article_id
WHERE article_wordings.source = ? AND story_members.story_id <> ?
ORDER BY article_wordings.article_id DESC
LIMIT ?
"""

# Who is cited is a medium; a ministry or an aid group that is named is a witness.
_MEDIA: Final = (
    SourceKind.WIRE,
    SourceKind.NEWSPAPER,
    SourceKind.STATE_MEDIA,
    SourceKind.BLOG,
)


@dataclass(frozen=True, slots=True)
class _Wording:
    sketch: Sketch
    credits: Credits


def refresh_origins(
    connection: sqlite3.Connection, story_id: int, names: Callable[[], Names]
) -> int:
    """Work out on whom each report of a story depends, keep it, and return how many origins.

    `names` gives those of `known_names`, which take a while where there are thousands of feeds: it
    is called only if there is a text to read.
    """
    members = connection.execute(_MEMBERS_SQL, (story_id,)).fetchall()
    wordings = {row["id"]: _kept(row) for row in members if row["read_version"] == row["version"]}
    unread = [row for row in members if row["id"] not in wordings]
    if unread:
        wordings |= {row["id"]: _read(connection, row, names()) for row in unread}
    furniture = _furniture(connection, story_id, members, wordings)
    standings = origins_of(
        _telling(row, wordings[row["id"]], furniture.get(row["source"], frozenset()))
        for row in members
    )
    _keep(connection, members, standings)
    return len({standing.origin for standing in standings.values()})


def _kept(row: sqlite3.Row) -> _Wording:
    named = tuple(
        Credit(one["publisher"], one["name"], CreditKind(one["kind"]))
        for one in json.loads(row["credits"])
    )
    return _Wording(
        Sketch(unpacked(row["shingles"]), row["words"]), Credits(named, bool(row["own_reporting"]))
    )


def _read(connection: sqlite3.Connection, row: sqlite3.Row, names: Names) -> _Wording:
    article = connection.execute(
        "SELECT title, body, authors FROM articles WHERE id = ?", (row["id"],)
    ).fetchone()
    authors = [str(author) for author in json.loads(article["authors"])]
    sketch = sketch_of(article["body"])
    found = credits_of(article["title"], article["body"], authors, _publisher(row), names)
    credits_json = [
        {"publisher": one.publisher, "name": one.name, "kind": one.kind} for one in found.named
    ]
    connection.execute(
        "INSERT OR REPLACE INTO article_wordings"
        " (article_id, source, version, words, shingles, credits, own_reporting)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            row["id"], row["source"], row["version"], sketch.words, sketch.packed(),
            json.dumps(credits_json, ensure_ascii=False), found.own_reporting,
        ),
    )  # fmt: skip
    return _Wording(sketch, found)


def _publisher(row: sqlite3.Row) -> Publisher:
    return publisher_of(row["source"], row["outlet"], is_agency=row["kind"] == SourceKind.WIRE)


def known_names(connection: sqlite3.Connection) -> Names:
    """Return the publishers that a report may credit or cite: the listed ones and the feeds."""
    feeds = connection.execute(
        "SELECT name, kind, coalesce(homepage, url) AS url FROM feeds ORDER BY id"
    )
    media = ((row["name"], row["kind"], host_of(row["url"])) for row in feeds)
    return _names_of(tuple(one for one in media if one[1] in _MEDIA))


@lru_cache(maxsize=2)
def _names_of(outlets: tuple[tuple[str, str, str], ...]) -> Names:
    return Names(
        publisher_of(host, name, is_agency=kind == SourceKind.WIRE) for name, kind, host in outlets
    )


def _furniture(
    connection: sqlite3.Connection,
    story_id: int,
    members: Sequence[sqlite3.Row],
    wordings: Mapping[int, _Wording],
) -> dict[str, frozenset[int]]:
    """Return, by source, the passages that it prints under other stories as well.

    Only those are asked for that two reports of the story share, and could be taken for copies.
    """
    repeated = repeated_in(wording.sketch.shingles for wording in wordings.values())
    shared: dict[str, set[int]] = defaultdict(set)
    for row in members:
        shared[row["source"]] |= repeated & wordings[row["id"]].sketch.shingles
    found = {}
    for source, passages in shared.items():
        if passages:
            others = connection.execute(_OTHER_TEXTS_SQL, (source, story_id, _OTHER_TEXTS))
            found[source] = frozenset(_of_many_stories(others, passages))
    return found


def _of_many_stories(texts: Iterable[sqlite3.Row], passages: AbstractSet[int]) -> set[int]:
    """Return which of the passages stand under several stories."""
    stories: dict[int, set[int]] = defaultdict(set)
    for row in texts:
        for shingle in passages & unpacked(row["shingles"]):
            stories[shingle].add(row["story_id"])
    return {shingle for shingle, ids in stories.items() if len(ids) >= _STORIES_WITH_FURNITURE}


def _telling(row: sqlite3.Row, wording: _Wording, furniture: frozenset[int]) -> Telling:
    return Telling(
        article=row["id"],
        reported=from_text(row["reported_at"]),
        publisher=_publisher(row),
        shingles=wording.sketch.shingles - furniture,
        words=wording.sketch.words,
        credits=wording.credits,
        copy_of=row["copy_of"],
    )


def _keep(
    connection: sqlite3.Connection,
    members: Sequence[sqlite3.Row],
    standings: Mapping[int, Standing],
) -> None:
    stored = ("origin_id", "dependence", "origin_reason", "shared", "shared_with")
    changed = []
    for row in members:
        new = standings[row["id"]]
        values = (new.origin, new.dependence, new.reason, new.shared, new.shared_with)
        if values != tuple(row[column] for column in stored):
            changed.append((*values, row["id"]))
    connection.executemany(
        "UPDATE story_members SET origin_id = ?, dependence = ?, origin_reason = ?, shared = ?,"
        " shared_with = ? WHERE article_id = ?",
        changed,
    )
