"""/story/<id> and /story/<id>.json: who reports one event, when, and why it is one story."""

import json
import re
import sqlite3
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from datasette.utils.asgi import Request, Response

from aggregator.errors import NotFound
from aggregator.group.life_cycle import life_cycle
from aggregator.group.origin.standing import Dependence
from aggregator.model import Report
from aggregator.publish.browse.answers import page
from aggregator.publish.browse.site import Site
from aggregator.publish.browse.sparkline import sparkline
from aggregator.publish.browse.story_map import story_map
from aggregator.publish.browse.wording import why_in_words
from aggregator.publish.coverage import (
    Side,
    first_report,
    kinds,
    origins,
    repeated_in_words,
    reported_at,
    sides,
)
from aggregator.publish.syndication import FeedFormat
from aggregator.store.related_stories import RelatedStory
from aggregator.store.story_edits import Edit
from aggregator.store.story_links import LinkedStory
from aggregator.store.versions import to_json
from aggregator.store.whole_story import (
    StoryReport,
    WholeStory,
    current_story_id,
    whole_story,
)
from aggregator.text.times import to_text

_STORY_ID: Final = re.compile(r"[0-9]{1,18}")
_AN_UPDATE: Final = timedelta(minutes=1)
_TEXTS: Final = {
    "page": "Not its full text",
    "feed": "Not its full text, but what the feed says of it",
    "none": "Without its text",
}


@dataclass(frozen=True, slots=True)
class ShownReport:
    """A report with what the page says about it."""

    detail: StoryReport
    why: list[str]
    edits: list[Edit]

    @property
    def report(self) -> Report:
        """Return the report itself."""
        return self.detail.report

    @property
    def names_its_source(self) -> bool:
        """Return whether it is no origin of its own because of whom it names, not of its text."""
        return self.report.dependence in (Dependence.CREDIT, Dependence.CITATION)

    @property
    def is_updated(self) -> bool:
        """Return whether its publisher says that it was changed after it appeared."""
        updated, published = self.detail.updated, self.report.published
        return updated is not None and (published is None or updated - published >= _AN_UPDATE)

    @property
    def what_text(self) -> str:
        """Return what the text is where it is not, or not all of, that of the page."""
        return _TEXTS.get(self.detail.body_source, _TEXTS["none"])


@dataclass(frozen=True, slots=True)
class ShownOrigin:
    """An independent report, those that depend on it, and what they are in words."""

    head: ShownReport
    copies: list[ShownReport]
    summary: str


async def story_page(request: Request, site: Site) -> Response:
    """Answer with a story; one that was merged sends on to the story that it became part of."""
    asked = request.url_vars["story"]
    if not _STORY_ID.fullmatch(asked):
        raise NotFound("story", asked)
    story_id = int(asked)
    as_json = request.url_vars.get("format") == "json"

    def ask(connection: sqlite3.Connection) -> WholeStory | int:
        current = current_story_id(connection, story_id)
        return whole_story(connection, story_id) if current == story_id else current

    found = await site.read(ask)
    if isinstance(found, int):
        target = f"/story/{found}{'.json' if as_json else ''}"
        return Response.redirect(str(site.datasette.urls.path(target)))
    shown = _shown_reports(found)
    if as_json:
        return Response.json(_as_json(found, shown, site.base_url(request)))
    return await page(request, site, "story.html", _context(found, shown))


def _shown_reports(whole: WholeStory) -> dict[int, ShownReport]:
    by_id = {detail.report.article_id: detail.report for detail in whole.reports}
    edits: dict[int, list[Edit]] = {}
    for edit in whole.edits:
        edits.setdefault(edit.article_id, []).append(edit)
    shown = {}
    for detail in whole.reports:
        report = detail.report
        original = by_id.get(report.copy_of) if report.copy_of is not None else None
        why = why_in_words(
            detail,
            opened=report.article_id == whole.opened_by,
            original=original.source_name if original else None,
        )
        shown[report.article_id] = ShownReport(detail, why, edits.get(report.article_id, []))
    return shown


def _context(whole: WholeStory, shown: dict[int, ShownReport]) -> dict[str, Any]:
    reports = whole.story.reports
    return {
        "feed_query": f"?story={whole.story.id}",
        "whole": whole,
        "story": whole.story,
        "life_cycle": life_cycle(whole.latest, datetime.now(UTC)),
        "first": first_report(reports),
        "kinds": kinds(reports),
        "languages": sorted({report.language for report in reports if report.language}),
        "countries": sorted({report.country for report in reports if report.country}),
        "origins": [
            ShownOrigin(
                shown[origin.report.article_id],
                [shown[copy.article_id] for copy in origin.copies],
                repeated_in_words(origin),
            )
            for origin in origins(reports)
        ],
        "sides": sides(reports),
        "map": story_map(whole.located),
        "sparkline": sparkline(Counter(map(reported_at, reports)), datetime.now(UTC)),
        "unlisted": whole.article_count - len(reports),
    }


def _as_json(whole: WholeStory, shown: dict[int, ShownReport], base_url: str) -> dict[str, Any]:
    story = whole.story
    return {
        "id": story.id,
        "entry_id": story.entry_id,
        "url": f"{base_url}/story/{story.id}",
        "headline": story.headline,
        "headline_article_id": whole.headline_article,
        "headline_reason": whole.headline_reason,
        "summary": story.summary,
        "language": story.language,
        "first_report_at": to_text(whole.first_report),
        "last_report_at": to_text(whole.last_report),
        "changed_at": to_text(story.updated),
        "life_cycle": life_cycle(whole.latest, datetime.now(UTC)),
        "follows": [_link_as_json(linked, base_url) for linked in whole.follows],
        "followed_by": [_link_as_json(linked, base_url) for linked in whole.followed_by],
        "related": [_related_as_json(related, base_url) for related in whole.related],
        "places": list(story.places),
        "located_places": [
            {"name": place.name, "at": [place.at.latitude, place.at.longitude]}
            for place in whole.located
        ],
        "feeds": {form: f"{base_url}/feed.{form}?story={story.id}" for form in FeedFormat},
        "outlets": story.source_count,
        "independent_origins": story.origin_count,
        "articles": whole.article_count,
        "conflicts": [{"id": known.id, "name": known.name} for known in whole.conflicts],
        "sides": [_side_as_json(side) for side in sides(story.reports)],
        "reports": [_report_as_json(report) for report in shown.values()],
    }


def _link_as_json(linked: LinkedStory, base_url: str) -> dict[str, Any]:
    return {
        "id": linked.id,
        "url": f"{base_url}/story/{linked.id}",
        "headline": linked.headline,
        "last_report_at": to_text(linked.last_report),
        "score": linked.score,
        "reason": linked.reason,
    }


def _related_as_json(related: RelatedStory, base_url: str) -> dict[str, Any]:
    return {
        "id": related.id,
        "url": f"{base_url}/story/{related.id}",
        "headline": related.headline,
        "last_report_at": to_text(related.last_report),
        "outlets": related.source_count,
        "independent_origins": related.origin_count,
        "shared_places": related.shared,
    }


def _side_as_json(side: Side) -> dict[str, Any]:
    return {
        "country": side.country,
        "outlets": list(side.outlets),
        "kinds": dict(side.kinds),
        "reports": side.reports,
        "independent_reports": side.own,
        "first_report_at": to_text(side.first),
    }


def _report_as_json(shown: ShownReport) -> dict[str, Any]:
    report, detail = shown.report, shown.detail
    return {
        "article_id": report.article_id,
        "url": report.url if detail.has_page else None,
        "title": report.title,
        "outlet": report.source_name,
        "kind": report.source_kind,
        "country": report.country,
        "language": report.language,
        "published_at": to_text(report.published) if report.published else None,
        "updated_at": to_text(detail.updated) if detail.updated else None,
        "first_seen_at": to_text(report.first_seen),
        "copy_of": report.copy_of,
        "origin": report.origin,
        "dependence": report.dependence,
        "origin_reason": report.origin_reason,
        "shared": detail.shared,
        "shared_with": detail.shared_with,
        "verdict": detail.verdict,
        "body_source": detail.body_source,
        "body_reason": detail.body_reason,
        "page_is_gone": detail.is_gone,
        "why": shown.why,
        "score": detail.explanation.score,
        "threshold": detail.explanation.threshold,
        "terms": list(detail.explanation.terms),
        "edits": [
            {
                "edited_at": to_text(edit.edited),
                "title_before": edit.title_before,
                "title_after": edit.title_after,
                "characters_added": edit.characters_added,
                "summary": edit.summary,
                "changes": json.loads(to_json(edit.changes)) if edit.changes else None,
            }
            for edit in shown.edits
        ],
    }
