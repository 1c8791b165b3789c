"""/conflicts and /conflict/<id>, both as JSON too: what happened today, and who says so."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

from datasette.utils.asgi import Request, Response

from aggregator.model import NewsKind
from aggregator.publish.browse.answers import page
from aggregator.publish.browse.charts import chart
from aggregator.publish.browse.numbers import day_column, day_series
from aggregator.publish.browse.site import Site
from aggregator.publish.names import country_name, kind_name
from aggregator.store.conflict_page import (
    Claim,
    ConflictLine,
    StoryLine,
    WholeConflict,
    conflict_lines,
    whole_conflict,
)
from aggregator.text.times import to_text

_CLAIM_WORDS: Final = {
    NewsKind.DENIAL: "denies",
    NewsKind.CONFIRMATION: "confirms",
    NewsKind.FIGURE: "gives a figure",
}


async def conflicts_page(request: Request, site: Site) -> Response:
    """Answer with the followed conflicts, those of which most is told first."""
    now = datetime.now(UTC)
    found = await site.read(lambda connection: conflict_lines(connection, now))
    if request.url_vars.get("format") == "json":
        base_url = site.base_url(request)
        return Response.json({"conflicts": [_line_as_json(line, base_url) for line in found]})
    return await page(request, site, "conflicts.html", {"conflicts": found})


async def conflict_page(request: Request, site: Site) -> Response:
    """Answer with one conflict."""
    conflict_id = request.url_vars["conflict"]
    now = datetime.now(UTC)
    found = await site.read(lambda connection: whole_conflict(connection, conflict_id, now))
    if request.url_vars.get("format") == "json":
        return Response.json(_as_json(found, site.base_url(request)))
    return await page(request, site, "conflict.html", _context(found, now))


def _context(found: WholeConflict, now: datetime) -> dict[str, Any]:
    columns = [day_column(day, now.date()) for day in found.days]
    series = day_series(found.days, {"articles": "Reports", "origins": "Independent origins"})
    return {
        "whole": found,
        "conflict": found.conflict,
        "chart": chart("reports", "Reports", "First seen on that day.", columns, series)
        if columns
        else None,
        "query": f"?{urlencode({'conflict': found.conflict.id})}",
        "feed_query": f"?{urlencode({'conflict': found.conflict.id})}",
        "claim_words": _CLAIM_WORDS,
        "countries": [
            (country_name(side.key) or "not known", "", (side.stories, side.reports))
            for side in found.countries
        ],
        "kinds": [
            (kind_name(side.key, side.stories), "", (side.stories, side.reports))
            for side in found.kinds
        ],
        "places": [(place, "", (stories,)) for place, stories in found.places],
    }


def _as_json(found: WholeConflict, base_url: str) -> dict[str, Any]:
    lists = ("today", "week", "newest", "one_sided")
    return {
        "id": found.conflict.id,
        "name": found.conflict.name,
        "url": f"{base_url}/conflict/{found.conflict.id}",
        "keywords": found.conflict.keywords,
        "places": found.conflict.places,
        "parties": found.conflict.parties,
        "stories_today": found.today_count,
        "stories_this_week": found.week_count,
        **{
            name: [_story_as_json(line, base_url) for line in getattr(found, name)]
            for name in lists
        },
        "claims": [_claim_as_json(claim, base_url) for claim in found.claims],
        "places_named": [{"place": place, "stories": count} for place, count in found.places],
        "countries": [asdict(side) for side in found.countries],
        "kinds": [asdict(side) for side in found.kinds],
        "days": [
            {"day": day.day.isoformat(), "reports": day.articles, "origins": day.origins}
            for day in found.days
        ],
    }


def _line_as_json(line: ConflictLine, base_url: str) -> dict[str, Any]:
    return {
        "id": line.id,
        "name": line.name,
        "url": f"{base_url}/conflict/{line.id}",
        "stories_today": line.today_count,
        "stories_this_week": line.week_count,
        "last_story": _story_as_json(line.last, base_url) if line.last else None,
    }


def _story_as_json(line: StoryLine, base_url: str) -> dict[str, Any]:
    return {
        "id": line.id,
        "url": f"{base_url}/story/{line.id}",
        "headline": line.headline,
        "language": line.language,
        "first_report_at": to_text(line.first_report),
        "last_report_at": to_text(line.last_report),
        "independent_origins": line.origin_count,
        "outlets": line.source_count,
        "countries": line.countries,
    }


def _claim_as_json(claim: Claim, base_url: str) -> dict[str, Any]:
    return {
        "kind": claim.kind,
        "detail": claim.detail,
        "at": to_text(claim.at),
        "story": f"{base_url}/story/{claim.story_id}",
        "outlet": claim.outlet,
        "title": claim.title,
        "url": claim.url,
    }
