"""Stories that changed, built by hand, some of them by people who mean no good."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from aggregator.model import HttpUrl, News, NewsKind, PlainText, Report, Story
from aggregator.publish.alerts.bulletin import Bulletin, alert, told_story
from aggregator.publish.alerts.matching import MaterialChange

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
PAGE = "https://news.example.org/story/7"
HOSTILE = (
    "Ferry\r\nBcc: everybody@example.org\r\n\r\n<script>alert(1)</script>"
    " ${MAIL_PASSWORD} =?utf-8?q?x?= \u202egnol \u2028Click: http://evil.example/ \x1b[31m\x00"
)


def report(number: int, *, minutes: float = 10, title: str = "Ferry stopped") -> Report:
    return Report(
        article_id=number,
        url=HttpUrl(f"https://outlet-{number}.example/{number}"),
        title=PlainText(title),
        source_name=PlainText(f"Outlet {number}"),
        source_kind="newspaper",
        country="IE",
        language="en",
        published=NOW - timedelta(minutes=minutes),
        first_seen=NOW - timedelta(minutes=minutes),
        copy_of=None,
        origin=number,
    )


def change(
    *, reports: Sequence[Report] = (), conflicts: Sequence[str] = ("lorn",), **story: Any
) -> MaterialChange:
    reports = reports or (report(1), report(2))
    values: dict[str, Any] = {
        "headline": "Ferry stopped off Port Ossian",
        "summary": "The ferry was stopped at dawn.",
        "source_count": len(reports),
        "origin_count": len(reports),
        "language": "en",
        **story,
    }
    changed = Story(
        id=7,
        entry_id="tag:x,2026:story:7",
        opened=NOW - timedelta(hours=2),
        updated=NOW,
        conflicts=(PlainText("Strait of Lorn"),),
        reports=tuple(reports),
        **values,
    )
    return MaterialChange(40, changed, frozenset(conflicts))


def bulletin(headline: str = "Ferry stopped off Port Ossian", **story: Any) -> Bulletin:
    news = (News(NewsKind.FIGURE, PlainText("14 dead")), News(NewsKind.DENIAL))
    told = told_story(change(headline=headline, **{"news": news, **story}), PAGE)
    return alert("Port Ossian", "0123456789abcdef0123456789abcdef", NOW, told)
