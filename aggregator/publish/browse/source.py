"""/source/<domain or feed> and its .json: what one source published, and how much is its own."""

import re
import sqlite3
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import quote, unquote

from datasette.utils.asgi import Request, Response

from aggregator.errors import NotFound
from aggregator.publish.browse.answers import page
from aggregator.publish.browse.site import Site
from aggregator.publish.browse.wording import HowItIs, how_it_is
from aggregator.store.health import FeedHealth, feed_health
from aggregator.store.source_habits import JUDGED_REPORTS, OtherSource
from aggregator.store.whole_source import LatestReport, WholeSource, Window, whole_source
from aggregator.text.times import to_text

MONTH: Final = timedelta(days=30)
WEEK: Final = timedelta(days=7)
_DAY: Final = timedelta(days=1)
_SOURCE: Final = re.compile(r"[^/\s]{1,260}")
_UNTOLD: Final = {"own report": "", "same publisher": "more on its story"}


@dataclass(frozen=True, slots=True)
class _Found:
    whole: WholeSource
    health: list[FeedHealth]


async def source_page(request: Request, site: Site) -> Response:
    """Answer with a source; the id of a feed sends on to the source that it is of."""
    asked = unquote(request.url_vars["source"])
    if not _SOURCE.fullmatch(asked):
        raise NotFound("source", asked)
    now = datetime.now(UTC)
    window = Window(now - _DAY, now - WEEK, now - MONTH)

    def ask(connection: sqlite3.Connection) -> _Found:
        whole = whole_source(connection, asked, window)
        feeds = [feed.id for feed in whole.feeds]
        return _Found(whole, feed_health(connection, since=window.day, only=feeds))

    found = await site.read(ask)
    as_json = request.url_vars.get("format") == "json"
    if found.whole.source != asked:
        target = f"/source/{quote(found.whole.source, safe='')}{'.json' if as_json else ''}"
        return Response.redirect(str(site.datasette.urls.path(target)))
    if as_json:
        return Response.json(_as_json(found, now, site.base_url(request)))
    return await page(request, site, "source.html", _context(found, now))


def _context(found: _Found, now: datetime) -> dict[str, Any]:
    whole = found.whole
    main = whole.feeds[0] if whole.feeds else None
    listed = {feed.feed_id for feed in found.health}
    return {
        "whole": whole,
        "main": main,
        "languages": sorted({feed.language for feed in whole.feeds if feed.language}),
        "feeds": [(feed, how_it_is(feed, now)) for feed in found.health],
        "unlisted": [feed for feed in whole.feeds if feed.id not in listed],
        "shares": _shares(whole),
        "judged_limit": JUDGED_REPORTS,
        "sorts": {report.id: _sort(report) for report in whole.latest},
    }


def _shares(whole: WholeSource) -> list[tuple[str, int, float]]:
    """Return what its reports are, each with how many and what share of those in a story."""
    habits = whole.habits
    sorts = (
        ("Own reports", habits.own),
        ("More of it on a story that it has", habits.later),
        ("Copies of others", habits.copies),
        ("Reports that cite or credit others", habits.citations),
    )
    return [(name, count, count / habits.placed) for name, count in sorts if habits.placed]


def _sort(report: LatestReport) -> str:
    return _UNTOLD.get(report.dependence or "own report", report.dependence or "")


def _as_json(found: _Found, now: datetime, base_url: str) -> dict[str, Any]:
    whole = found.whole
    return {
        "source": whole.source,
        "page": f"{base_url}/source/{quote(whole.source, safe='')}",
        "feeds": [
            {
                "id": feed.id,
                "name": feed.name,
                "kind": feed.kind,
                "country": feed.country,
                "language": feed.language,
                "listed": feed.is_listed,
            }
            for feed in whole.feeds
        ],
        "health": [_health_as_json(feed, how_it_is(feed, now)) for feed in found.health],
        "reports": {"day": whole.day, "week": whole.week, "30_days": whole.month},
        "habits": {"days": MONTH.days, "of_the_latest": JUDGED_REPORTS, **asdict(whole.habits)},
        "repeats": [_other_as_json(other) for other in whole.repeats],
        "repeated_by": [_other_as_json(other) for other in whole.repeated_by],
        "latest": [
            {
                "article_id": report.id,
                "page": f"{base_url}/article/{report.id}",
                "title": report.title,
                "language": report.language,
                "reported_at": to_text(report.reported),
                "dependence": report.dependence,
                "story_id": report.story_id,
                "story": report.story_headline,
                "versions": report.version,
            }
            for report in whole.latest
        ],
        "edited_headlines": [
            {
                "article_id": edit.article_id,
                "edited_at": to_text(edit.edited),
                "title_before": edit.title_before,
                "title_after": edit.title_after,
            }
            for edit in whole.edited
        ],
    }


def _health_as_json(feed: FeedHealth, how: HowItIs) -> dict[str, Any]:
    return {
        "feed_id": feed.feed_id,
        "how_it_is": how.group,
        "health": feed.health,
        "detail": feed.detail,
        "remedy": feed.remedy,
        "last_new_entry_at": to_text(feed.last_new_entry) if feed.last_new_entry else None,
    }


def _other_as_json(other: OtherSource) -> dict[str, Any]:
    return {
        "source": other.source,
        "name": other.name,
        "copies": other.copies,
        "citations": other.citations,
    }
