"""/feed.atom: the merged feed, and "not modified" for those who have it already."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Final
from urllib.parse import urlencode

from datasette.utils import MultiParams
from datasette.utils.asgi import BadRequest, Request, Response

from aggregator.publish.browse.site import Site
from aggregator.publish.syndication import MEDIA_TYPE, FeedInfo, entity_tag, render_atom
from aggregator.store import browsing

_PARAMETERS: Final = frozenset({"conflict", "all"})
_CACHE_CONTROL: Final = "max-age=60"


@dataclass(frozen=True, slots=True)
class _Question:
    conflict: str | None
    everything: bool


async def merged_feed(request: Request, site: Site) -> Response:
    """Answer with the stories of followed conflicts, of one (`conflict`), or all (`all=1`)."""
    question = _question(request.args)
    base_url = site.base_url(request)

    # Rendered in the thread that reads, so that other pages need not wait for it.
    def ask(connection: sqlite3.Connection) -> tuple[bytes, datetime]:
        name = _conflict_name(connection, question.conflict)
        stories = browsing.published_stories(
            connection,
            limit=site.settings.entries,
            conflict=question.conflict,
            with_conflict_only=not question.everything,
        )
        info = _info(connection, site, base_url, question, name)
        updated = max((story.updated for story in stories), default=info.created)
        return render_atom(stories, info), updated

    body, updated = await site.read(ask)
    headers = {
        "ETag": entity_tag(body),
        "Last-Modified": format_datetime(updated, usegmt=True),
        "Cache-Control": _CACHE_CONTROL,
    }
    if is_known(request.headers, headers["ETag"], updated):
        return Response(b"", status=304, headers=headers, content_type=MEDIA_TYPE)
    return Response(body, headers=headers, content_type=MEDIA_TYPE)


def _question(arguments: MultiParams) -> _Question:
    if unknown := sorted(set(arguments) - _PARAMETERS):
        raise BadRequest(
            f"Unknown parameter {unknown[0]!r}; this feed knows conflict=ID and all=1."
        )
    everything = arguments.get("all", "0")
    if everything not in {"0", "1"}:
        raise BadRequest(f"all is 0 or 1, not {everything!r}.")
    return _Question(arguments.get("conflict") or None, everything == "1")


def _conflict_name(connection: sqlite3.Connection, conflict: str | None) -> str:
    if conflict is None:
        return ""
    names = {known.id: known.name for known in browsing.followed_conflicts(connection)}
    if conflict not in names:
        known = ", ".join(sorted(names)) or "none is followed"
        raise BadRequest(f"No conflict {conflict!r}; known are: {known}.")
    return names[conflict]


def is_known(headers: Mapping[str, str], etag: str, updated: datetime) -> bool:
    """Return whether a request's validators say that the client has this state (RFC 9110)."""
    if asked := headers.get("if-none-match"):
        tags = {tag.strip().removeprefix("W/") for tag in asked.split(",")}
        return etag in tags or "*" in tags
    try:
        since = parsedate_to_datetime(headers.get("if-modified-since", ""))
    except ValueError:
        return False
    since = since.replace(tzinfo=UTC) if since.tzinfo is None else since
    return updated.replace(microsecond=0) <= since


def _info(
    connection: sqlite3.Connection, site: Site, base_url: str, question: _Question, name: str
) -> FeedInfo:
    _, created = browsing.installation(connection)
    query = {"conflict": question.conflict} if question.conflict else {}
    if question.everything:
        query["all"] = "1"
    return FeedInfo(
        title=f"{site.settings.title}: {name}" if name else site.settings.title,
        base_url=f"{base_url}/",
        feed_id=browsing.feed_identifier(
            connection, conflict=question.conflict, everything=question.everything
        ),
        self_url=f"{base_url}/feed.atom{'?' if query else ''}{urlencode(query)}",
        created=created,
    )
