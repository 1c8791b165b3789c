"""A database with an invented war between Velmar and Osk, told in five scripts.

It is long because each part of it is there for a case that some page must show.
"""

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from aggregator.group.news import place_key
from aggregator.group.prominence import prominence
from aggregator.scrape.watch.edits import changes_between, in_words
from aggregator.store.daily_counts import count_next_day
from aggregator.store.entries import index_articles
from aggregator.store.report_times import record_of
from aggregator.store.versions import to_json
from aggregator.text.times import from_text, to_text
from tests.store.fresh import fresh_store

HOSTILE_TITLE = "<script>alert('owned')</script> <img src=x onerror=alert(1)> & \"quotes\""
ARABIC_TITLE = "قصف ميناء ڤيلمار للمرة الثالثة خلال أسبوع"
HEBREW_TITLE = "הגשר ליד אוסק נפגע בלילה"
BURNT = "Grain stores burn after strike"
TOLL = "Two dockers were killed and 9 hurt, the port said.\n\nThe fires were out by noon."
CORRECTED_TOLL = (
    "Two dockers were killed and 14 hurt, the port said.\n\nThe fires were out by noon."
    "\n\nCorrection: an earlier version gave a lower number of <b>wounded</b>."
)
CHINESE_TITLE = "韦尔马港口再次遭到炮击"


class Desk:
    """Writes rows as the pipeline would, by plain SQL."""

    def __init__(self, path: Path, now: datetime) -> None:
        self.path = path
        self.now = now.replace(microsecond=0)
        self.store = fresh_store(path, self.now - timedelta(days=30))
        self.connection: sqlite3.Connection = self.store.connection
        # Nobody needs these rows after a power cut.
        self.connection.execute("PRAGMA synchronous = OFF")

    def insert(self, table: str, **values: object) -> int:
        columns = ", ".join(values)
        marks = ", ".join("?" * len(values))
        with self.store.transaction() as connection:
            cursor = connection.execute(
                f"INSERT INTO {table} ({columns}) VALUES ({marks})",
                tuple(values.values()),
            )
            if table == "articles":
                index_articles(connection, after=(cursor.lastrowid or 1) - 1)
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def change(self, sql: str, *parameters: object) -> None:
        with self.store.transaction() as connection:
            connection.execute(sql, parameters)

    def ago(self, minutes: float) -> str:
        return to_text(self.now - timedelta(minutes=minutes))

    def feed(
        self,
        id: str,  # noqa: A002 -- the column's name
        name: str,
        *,
        kind: str = "newspaper",
        language: str = "en",
        country: str = "GB",
        **more: object,
    ) -> str:
        values: dict[str, object] = {
            "url": f"https://{id}.example/feed",
            "homepage": f"https://{id}.example/",
            "added_at": self.ago(43200),
            "last_polled_at": self.ago(5),
            "last_success_at": self.ago(5),
            "last_new_entry_at": self.ago(20),
            "last_outcome": "fresh",
            "next_due_at": self.ago(-10),
            "next_due_reason": "its usual rhythm",
            **more,
        }
        self.insert(
            "feeds", id=id, name=name, kind=kind, language=language, country=country, **values
        )
        return id

    def conflict(self, id: str, name: str) -> str:  # noqa: A002 -- the column's name
        self.insert("conflicts", id=id, name=name)
        return id

    def article(self, feed: str, title: str, *, minutes: float, **more: object) -> int:
        number = self.connection.execute("SELECT count(*) FROM articles").fetchone()[0] + 1
        language = self.connection.execute(
            "SELECT language FROM feeds WHERE id = ?", (feed,)
        ).fetchone()[0]
        values: dict[str, object] = {
            "page_key": f"{feed}.example/{number}",
            "url": f"https://{feed}.example/{number}",
            "source": f"{feed}.example",
            "body": f"{title}. More is not known yet.",
            "published_at": self.ago(minutes),
            "published_how": "json-ld",
            "language": language,
            "verdict": "article",
            "body_source": "page",
            "first_seen_at": self.ago(minutes - 2),
            "version": 1,
            **more,
        }
        return self.insert("articles", feed_id=feed, title=title, **values)

    def story(
        self,
        articles: Sequence[int],
        *,
        copies: dict[int, int] | None = None,
        conflicts: Sequence[str] = (),
        changed_minutes: float | None = None,
        summary: str | None = None,
    ) -> int:
        copies = copies or {}
        found = {
            row["id"]: row
            for row in self.connection.execute(
                "SELECT articles.*, feeds.kind, feeds.country FROM articles"
                " JOIN feeds ON feeds.id = articles.feed_id WHERE articles.id IN"
                f" ({','.join(map(str, articles))})"
            )
        }
        rows = [found[article] for article in articles]
        seen = sorted(row["first_seen_at"] for row in rows)
        changed = self.ago(changed_minutes) if changed_minutes is not None else seen[-1]
        story_id = self.insert(
            "stories",
            opened_by=rows[0]["id"],
            headline=rows[0]["title"],
            headline_article_id=rows[0]["id"],
            summary=rows[0]["body"] if summary is None else summary,
            language=rows[0]["language"],
            opened_at=rows[0]["first_seen_at"],
            first_report_at=min(row["published_at"] or row["first_seen_at"] for row in rows),
            last_report_at=max(row["published_at"] or row["first_seen_at"] for row in rows),
            changed_at=changed,
            article_count=len(rows),
            origin_count=len(rows) - len(copies),
            source_count=len({row["source"] for row in rows}),
            languages=json.dumps(sorted({row["language"] for row in rows})),
            countries=json.dumps(sorted({row["country"] for row in rows})),
            kinds=json.dumps(sorted({row["kind"] for row in rows})),
            conflicts=json.dumps([self._conflict_name(known) for known in conflicts]),
            report_times=record_of(
                from_text(row["published_at"] or row["first_seen_at"]) for row in rows
            ),
            prominence=prominence(
                from_text(row["published_at"] or row["first_seen_at"])
                for row in rows
                if row["id"] not in copies
            ),
        )
        for row in rows:
            self.join(
                story_id, row["id"], joined=row["first_seen_at"], copy_of=copies.get(row["id"])
            )
        for facet in ("language", "country", "kind"):
            for value in sorted({row[facet] for row in rows}):
                self.insert("story_facets", facet=facet, value=value, story_id=story_id)
        for known in conflicts:
            self.insert(
                "story_conflicts", story_id=story_id, conflict_id=known, article_count=len(rows)
            )
        return story_id

    def join(
        self, story_id: int, article_id: int, *, joined: str, copy_of: int | None = None
    ) -> None:
        explanation = {
            "score": 0.62,
            "threshold": 0.35,
            "terms": ["harbour", "Velmar"],
            "features": {"title": 0.71, "text": 0.55},
            "nearest": None,
            "runner_up": None,
            "runner_up_score": 0.0,
        }
        self.insert(
            "story_members",
            story_id=story_id,
            article_id=article_id,
            copy_of=copy_of,
            score=0.62,
            explanation=json.dumps(explanation),
            joined_at=joined,
        )

    def _conflict_name(self, known: str) -> str:
        row = self.connection.execute(
            "SELECT name FROM conflicts WHERE id = ?", (known,)
        ).fetchone()
        return str(row["name"])


def to_news(kind: str, detail: str) -> str:
    return json.dumps([[kind, detail]])


def fill(desk: Desk) -> dict[str, int]:
    """Write the invented war; return the stories by what they are about."""
    desk.feed("northwire", "North Wire", kind="wire", country="NO")
    desk.feed("herald", "Velmar Herald", country="UA")
    desk.feed("state", "Voice of Osk", kind="state media", country="RU", language="ru")
    desk.feed("ministry", "Osk Ministry of Defence", kind="government", country="RU", language="ru")
    desk.feed("mina", "صوت الميناء", country="LB", language="ar")
    desk.feed("gesher", "הגשר", country="IL", language="he")
    desk.feed("gang", "港口日报", country="CN", language="zh")
    desk.feed(
        "broken",
        "Broken Bulletin",
        failures=7,
        failing_since=desk.ago(600),
        last_outcome="failed",
        last_error="the server answered 502",
        last_new_entry_at=desk.ago(900),
    )
    desk.insert(
        "feed_conditions", feed_id="broken", condition="server error", severity=12,
        since=desk.ago(600), detail="the server answered 502", remedy="Wait.",
    )  # fmt: skip
    desk.feed("quiet", "Quiet Quarterly", kind="thinktank", last_new_entry_at=desk.ago(60000))
    desk.insert(
        "feed_conditions", feed_id="quiet", condition="silent", severity=17,
        since=desk.ago(30000), detail="nothing new for long", remedy="Open its homepage.",
    )  # fmt: skip
    desk.feed(
        "gone", "Gone Gazette", paused=1, last_outcome="gone", last_error="410: it is gone",
        failures=1, failing_since=desk.ago(90000),
    )  # fmt: skip
    velmar = desk.conflict("velmar", "Velmar and Osk")
    desk.conflict("highlands", "Highlands insurgency")

    shelling = [
        desk.article(
            "northwire",
            "Shells hit Velmar harbour for a third night, port authority says",
            minutes=190,
            body="Shells hit the harbour of Velmar on Sunday night, setting two grain stores on"
            " fire, the port authority said. Nobody claimed the attack. Ships were told to wait"
            " outside the bay until the fires were out.",
        ),
        desk.article("herald", "Grain stores burn after strike on the harbour", minutes=170),
        desk.article(
            "state",
            "Минобороны Оска сообщило об ударе по складам в порту Велмара",
            minutes=150,
            body_source="feed",
            body_reason="robots.txt does not allow the page",
        ),
        desk.article("mina", ARABIC_TITLE, minutes=120),
        desk.article("gang", CHINESE_TITLE, minutes=100),
        desk.article("ministry", "Сводка: удар по порту Велмара", minutes=95),
        desk.article("herald", "Shells hit Velmar harbour for a third night", minutes=60),
    ]
    stories = {
        "shelling": desk.story(
            shelling,
            copies={shelling[5]: shelling[2], shelling[6]: shelling[0]},
            conflicts=[velmar],
            changed_minutes=97,
        )
    }
    changes = changes_between(BURNT, TOLL, f"{BURNT} <i>& ships</i>", CORRECTED_TOLL)
    desk.insert(
        "article_versions", article_id=shelling[1], number=3, seen_at=desk.ago(90),
        title=f"{BURNT} <i>& ships</i>", body=CORRECTED_TOLL, body_source="page",
        changes=to_json(changes), summary=in_words(changes),
    )  # fmt: skip
    for number, title in enumerate(("Fire at the harbour", "Grain stores burn after strike"), 1):
        desk.insert(
            "article_versions", article_id=shelling[1], number=number,
            seen_at=desk.ago(170 - number), title=title, body="x" * 100 * number,
            body_source="page",
        )  # fmt: skip
    stories["bridge"] = desk.story(
        [
            desk.article("gesher", HEBREW_TITLE, minutes=45),
            desk.article("herald", "Bridge near Osk damaged overnight", minutes=30),
        ],
        conflicts=[velmar],
    )
    stories["arabic"] = desk.story(
        [desk.article("mina", "هدنة قصيرة لإجلاء الجرحى من المرفأ", minutes=80)],
        conflicts=[velmar],
    )
    stories["hostile"] = desk.story(
        [
            desk.article(
                "herald", HOSTILE_TITLE, minutes=25, url="https://herald.example/?a=1&b=<x>"
            )
        ],
        conflicts=[velmar],
    )
    stories["sport"] = desk.story(
        [desk.article("herald", "Osk Rovers win the cup on penalties", minutes=10)]
    )
    stories["merged"] = desk.story(
        [desk.article("northwire", "Fire reported in Velmar port", minutes=180)],
        conflicts=[velmar],
    )
    desk.change(
        "UPDATE stories SET places = '[\"Velmar\"]', image = 'https://herald.example/port.jpg',"
        """ image_details = '{"media_type": "image/webp", "width": 900, "bytes": 81234}'"""
        " WHERE id = ?",
        stories["shelling"],
    )
    desk.insert("story_places", place_key=place_key("Velmar"), story_id=stories["shelling"])
    desk.insert(
        "story_changes", story_id=stories["shelling"], kind="add", article_id=shelling[4],
        material=1, changed_at=desk.ago(97), news=to_news("figure", "2 hurt"),
    )  # fmt: skip
    desk.insert(
        "story_changes", story_id=stories["shelling"], kind="add", article_id=shelling[2],
        material=1, changed_at=desk.ago(150), news=to_news("denial", "Voice of Osk"),
    )  # fmt: skip
    desk.insert(
        "alert_rules", name="strikes", kind="alert", first_seen_at=desk.ago(900), decided_change=0
    )
    desk.insert(
        "alert_deliveries", rule="strikes", channel="webhook", kind="alert",
        key="a key", content="{}", state="pending", decided_at=desk.ago(30), attempts=4,
        next_attempt_at=desk.ago(-20), last_error="HTTP 503",
    )  # fmt: skip
    desk.insert(
        "saved_filters", name="confirmed", title="Confirmed by two", query="all=1&origins=2"
    )
    desk.change(
        "UPDATE stories SET merged_into = ? WHERE id = ?", stories["shelling"], stories["merged"]
    )
    return stories


def add_what_strains_a_page(desk: Desk) -> None:
    """Add a long word, a long error and a conflict to count, and count every day."""
    desk.article("herald", "W" * 90, minutes=3 * 24 * 60)
    for article in (1, 2, 9):
        desk.change(
            "INSERT OR IGNORE INTO article_conflicts (article_id, conflict_id, score, terms)"
            " VALUES (?, 'velmar', 3, '[]')",
            article,
        )
    desk.insert(
        "polls", feed_id="broken", polled_at=desk.ago(5), outcome="failed", status=502,
        took_ms=1200, bytes=0, entries_seen=0, entries_new=0, entries_changed=0,
        error="x" * 200,
    )  # fmt: skip
    while count_next_day(desk.store, desk.now):
        pass
