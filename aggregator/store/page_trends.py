"""What the pages of each site usually give, and what is wrong with feeds whose pages changed."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from aggregator.model import Article
from aggregator.poll.health import Condition, Finding, finding_of
from aggregator.scrape.watch.trend import Degradation, Reading, Trend, Usual, observed, reading_of
from aggregator.store.conditions import PAGE_CONDITIONS, replace_conditions
from aggregator.store.outcomes import PageAnswer
from aggregator.text.times import from_text, to_text

_SHARE_DIGITS: Final = 4


def follow_page(
    connection: sqlite3.Connection,
    site: tuple[str, str],
    article_id: int,
    article: Article,
    answer: PageAnswer,
    now: datetime,
) -> None:
    """Count a new page of a site, a feed's id and a host, and say what is wrong with its pages."""
    before, defeats = _trend(connection, site)
    reading = reading_of(article_id, article, now, had=answer is not PageAnswer.REFUSED)
    after = observed(before, reading)
    _keep(connection, site, after, defeats + (answer is PageAnswer.DEFEATED))
    if before.alarms or after.alarms:
        _say(connection, site[0])


@dataclass(frozen=True, slots=True)
class SiteReading:
    """What the pages of one host usually give: shares of them (0 to 1), and characters."""

    host: str
    pages: int
    defeats: int
    usual: dict[str, float]
    usual_length: int


def site_readings(connection: sqlite3.Connection, feed_id: str) -> list[SiteReading]:
    """Return how the pages of each host of a feed are read, the host with most pages first."""
    rows = connection.execute(
        "SELECT * FROM page_trends WHERE feed_id = ? ORDER BY pages DESC, host", (feed_id,)
    )
    return [
        SiteReading(
            row["host"],
            row["pages"],
            row["defeats"],
            dict(trend.usual.shares),
            trend.usual.length,
        )
        for row in rows
        for trend in (_trend_of(row),)
    ]


def _trend(connection: sqlite3.Connection, site: tuple[str, str]) -> tuple[Trend, int]:
    row = connection.execute(
        "SELECT * FROM page_trends WHERE feed_id = ? AND host = ?", site
    ).fetchone()
    return (_trend_of(row), row["defeats"]) if row else (Trend(), 0)


def _keep(
    connection: sqlite3.Connection, site: tuple[str, str], trend: Trend, defeats: int
) -> None:
    assert trend.counted_at is not None
    connection.execute(
        "INSERT INTO page_trends (feed_id, host, pages, defeats, counted_at, usual, latest,"
        " degraded) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (feed_id, host) DO UPDATE SET"
        " pages = excluded.pages, defeats = excluded.defeats, counted_at = excluded.counted_at,"
        " usual = excluded.usual, latest = excluded.latest, degraded = excluded.degraded",
        (
            *site,
            trend.pages,
            defeats,
            to_text(trend.counted_at),
            _written(_usual_record(trend.usual)),
            _written([_reading_record(reading) for reading in trend.latest]),
            _written([_degradation_record(found) for found in trend.degraded]),
        ),
    )


def _say(connection: sqlite3.Connection, feed_id: str) -> None:
    """Make the conditions of a feed say what is wrong with the pages of its sites."""
    refused: list[tuple[datetime, str]] = []
    changed: list[tuple[datetime, str]] = []
    for row in connection.execute(
        "SELECT * FROM page_trends WHERE feed_id = ? AND degraded <> '[]'"
        " ORDER BY pages DESC, host",
        (feed_id,),
    ):
        if found := _trend_of(row).alarms:
            where = refused if found[0].part == "page" else changed
            where.append(_told(connection, row["host"], found))
    kinds = ((Condition.PAGES_REFUSED, refused), (Condition.PAGES_CHANGED, changed))
    findings: list[tuple[datetime, Finding]] = []
    for condition, told in kinds:
        if told:
            detail = "; ".join(text for _, text in told)
            finding = finding_of(condition, detail, feed_id=feed_id, url="")
            findings.append((min(since for since, _ in told), finding))
    replace_conditions(connection, feed_id, findings, PAGE_CONDITIONS)


def _told(
    connection: sqlite3.Connection, host: str, found: tuple[Degradation, ...]
) -> tuple[datetime, str]:
    details = ", ".join(degradation.detail for degradation in found)
    example = connection.execute(
        "SELECT id, coalesce(url, title) AS shown FROM articles WHERE id = ?", (found[0].example,)
    ).fetchone()
    where = f"; see article {example['id']}, {example['shown']}" if example else ""
    return min(degradation.since for degradation in found), f"{host}: {details}{where}"


def _trend_of(row: sqlite3.Row) -> Trend:
    return Trend(
        pages=row["pages"],
        counted_at=from_text(row["counted_at"]),
        usual=_usual(json.loads(row["usual"])),
        latest=tuple(_reading(record) for record in json.loads(row["latest"])),
        degraded=tuple(
            Degradation(r["part"], from_text(r["since"]), r["detail"], r["example"], r["certain"])
            for r in json.loads(row["degraded"])
        ),
    )


def _usual(record: dict[str, Any]) -> Usual:
    return Usual(
        record["weight"],
        record["shares"],
        record["log_length"],
        record["log_square"],
        record["verdicts"],
    )


def _usual_record(usual: Usual) -> dict[str, object]:
    return {
        "weight": round(usual.weight, _SHARE_DIGITS),
        "length": usual.length,
        "shares": _rounded(usual.shares.items()),
        "verdicts": _rounded(usual.verdicts.items()),
        "log_length": usual.log_length,
        "log_square": usual.log_square,
    }


def _rounded(shares: Iterable[tuple[str, float]]) -> dict[str, float]:
    return {name: round(share, _SHARE_DIGITS) for name, share in shares}


def _reading(record: dict[str, Any]) -> Reading:
    return Reading(
        record["article"],
        from_text(record["at"]),
        record["length"],
        record["title"],
        frozenset(record["parts"]),
        record["verdict"],
        record["reason"],
        record.get("rule", ""),
    )


def _reading_record(reading: Reading) -> dict[str, object]:
    return {
        "article": reading.article_id,
        "at": to_text(reading.at),
        "length": reading.length,
        "title": reading.title,
        "parts": sorted(reading.parts),
        "verdict": reading.verdict,
        "reason": reading.reason,
        "rule": reading.rule,
    }


def _degradation_record(found: Degradation) -> dict[str, object]:
    return {
        "part": found.part,
        "since": to_text(found.since),
        "detail": found.detail,
        "example": found.example,
        "certain": found.is_certain,
    }


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
