"""/article/<id>: one report, what its publisher changed, where it stands; as JSON, and as evidence.

/article/<id>.warc.gz hands out what servers answered, which is hostile HTML: always as a file to
keep, of a type that no browser shows.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from datasette.utils.asgi import Request, Response

from aggregator.errors import NotFound
from aggregator.model import HttpUrl
from aggregator.publish.browse.answers import page
from aggregator.publish.browse.article_wording import (
    BODY_SOURCES,
    evidence_in_words,
    standing_in_words,
    state_in_words,
)
from aggregator.publish.browse.evidence import evidence_file
from aggregator.publish.browse.site import Site
from aggregator.publish.browse.wording import why_in_words
from aggregator.store.archived import ArchivedResponse
from aggregator.store.versions import to_json
from aggregator.store.whole_article import Version, WholeArticle, whole_article
from aggregator.text.times import to_text
from aggregator.text.urls import http_url

SHOWN_CHARACTERS: Final = 60_000
"""Characters of a text that its page shows at most; longer ones are read in the database."""

_ARTICLE_ID: Final = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class _Text:
    paragraphs: list[str]
    left_out: int


async def article_page(request: Request, site: Site) -> Response:
    """Answer with an article."""
    asked = request.url_vars["article"]
    if not _ARTICLE_ID.fullmatch(asked):
        raise NotFound("article", asked)
    if request.url_vars.get("format") == "warc.gz":
        return await evidence_file(site, int(asked))
    found = await site.read(lambda connection: whole_article(connection, int(asked)))
    if request.url_vars.get("format") == "json":
        return Response.json(_as_json(found, site.base_url(request)))
    text = _bounded(found.body)
    return await page(
        request,
        site,
        "article.html",
        {
            "whole": found,
            "detail": found.detail,
            "report": found.detail.report,
            "address": _address(found),
            "body_source": BODY_SOURCES.get(found.detail.body_source, found.detail.body_source),
            "published_how": evidence_in_words(found.published_how),
            "updated_how": evidence_in_words(found.updated_how),
            "states": state_in_words(found),
            "standing": standing_in_words(found),
            "why": _why(found),
            "paragraphs": text.paragraphs,
            "left_out": text.left_out,
            "edits": [version for version in found.versions if version.number > 1],
        },
    )


def _address(found: WholeArticle) -> HttpUrl | None:
    """Return the address of its page, if it has one that a browser may be sent to."""
    return http_url(found.detail.report.url) if found.detail.has_page else None


def _why(found: WholeArticle) -> list[str]:
    if found.story is None:
        return []
    copied = found.detail.report.copy_of
    original = found.related.get(copied) if copied is not None else None
    return why_in_words(
        found.detail,
        opened=found.story.is_opener,
        original=original.outlet if original else None,
    )


def _bounded(body: str) -> _Text:
    shown = body
    if len(body) > SHOWN_CHARACTERS:
        # At the end of a paragraph, where one ends in the second half of what is shown.
        end = body.rfind("\n\n", SHOWN_CHARACTERS // 2, SHOWN_CHARACTERS)
        shown = body[: end if end > 0 else SHOWN_CHARACTERS]
    paragraphs = [text.strip() for text in shown.split("\n\n")]
    return _Text([text for text in paragraphs if text], len(body) - len(shown))


def _as_json(found: WholeArticle, base_url: str) -> dict[str, Any]:
    detail, report = found.detail, found.detail.report
    return {
        "id": report.article_id,
        "page": f"{base_url}/article/{report.article_id}",
        "url": _address(found),
        "title": report.title,
        "language": report.language,
        "outlet": report.source_name,
        "source": found.source,
        "feed_id": found.feed_id,
        "kind": report.source_kind,
        "country": report.country,
        "authors": list(found.authors),
        "published_at": to_text(report.published) if report.published else None,
        "published_how": found.published_how,
        "updated_at": to_text(detail.updated) if detail.updated else None,
        "updated_how": found.updated_how,
        "first_seen_at": to_text(report.first_seen),
        "verdict": detail.verdict,
        "body": found.body,
        "body_source": detail.body_source,
        "body_reason": detail.body_reason,
        "page_is_gone": detail.is_gone,
        "state": state_in_words(found),
        "story": _story_as_json(found, base_url),
        "conflicts": [
            {
                "id": conflict.id,
                "name": conflict.name,
                "score": conflict.score,
                "terms": list(conflict.terms),
                "places": list(conflict.places),
            }
            for conflict in found.conflicts
        ],
        "feeds": [
            {"id": feed.feed_id, "name": feed.name, "first_seen_at": to_text(feed.since)}
            for feed in found.feeds
        ],
        "feed_edits": [
            {
                "feed": entry.feed,
                "edited_at": to_text(entry.edited),
                "title_before": entry.title_before,
                "title_after": entry.title_after,
                "summary_before": entry.summary_before,
                "summary_after": entry.summary_after,
            }
            for entry in found.edited_entries
        ],
        "evidence_count": found.evidence_count,
        "evidence": [_evidence_as_json(kept) for kept in found.evidence],
        "version": found.version,
        "versions": [_version_as_json(version) for version in found.versions],
    }


def _story_as_json(found: WholeArticle, base_url: str) -> dict[str, Any] | None:
    if found.story is None:
        return None
    detail, report = found.detail, found.detail.report
    return {
        "id": found.story.id,
        "url": f"{base_url}/story/{found.story.id}",
        "headline": found.story.headline,
        "articles": found.story.article_count,
        "opened_by_this_article": found.story.is_opener,
        "origin": report.origin,
        "dependence": report.dependence,
        "origin_reason": report.origin_reason,
        "copy_of": report.copy_of,
        "shared": detail.shared,
        "shared_with": detail.shared_with,
        "score": detail.explanation.score,
        "threshold": detail.explanation.threshold,
        "terms": list(detail.explanation.terms),
        "why": _why(found),
    }


def _evidence_as_json(kept: ArchivedResponse) -> dict[str, Any]:
    return {
        "id": kept.id,
        "what": "feed" if kept.article_id is None else "page",
        "version": kept.version,
        "url": kept.url,
        "asked_url": kept.asked_url,
        "fetched_at": to_text(kept.fetched),
        "status": kept.status,
        "content_type": kept.content_type,
        "sha256": kept.payload_digest,
        "bytes": kept.payload_bytes,
        "record_id": kept.record_id,
        "file": kept.file,
        "offset": kept.offset,
    }


def _version_as_json(version: Version) -> dict[str, Any]:
    return {
        "number": version.number,
        "seen_at": to_text(version.seen),
        "title": version.title,
        "body_source": version.body_source,
        "characters": version.length,
        "summary": version.summary,
        "changes": json.loads(to_json(version.changes)) if version.changes else None,
    }
