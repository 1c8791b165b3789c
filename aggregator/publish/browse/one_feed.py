"""/feeds/<id> and /feeds/<id>.json: why one feed is as it is."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from datasette.utils.asgi import Request, Response

from aggregator.publish.browse.answers import page
from aggregator.publish.browse.site import Site
from aggregator.publish.browse.wording import duration_in_words
from aggregator.store.browsing import moment
from aggregator.store.one_feed import OneFeed, one_feed
from aggregator.text.times import to_text

_TIMES = ("last_polled_at", "last_success_at", "last_new_entry_at", "next_due_at")


async def one_feed_page(request: Request, site: Site) -> Response:
    """Answer with all that is known of a feed."""
    feed_id = request.url_vars["feed"]
    now = datetime.now(UTC)
    found = await site.read(lambda connection: one_feed(connection, feed_id, now))
    if request.url_vars.get("format") == "json":
        return Response.json(_as_json(found))
    record: dict[str, Any] = found.record
    context = {
        "feed": found,
        "record": record,
        "times": {name: moment(record[name]) for name in _TIMES},
        "wrong": [{**wrong, "since": moment(wrong["since"])} for wrong in record["wrong_with_it"]],
        "polls": [
            {**poll, "polled_at": moment(poll["polled_at"])} for poll in record["latest_polls"]
        ],
        "usual_pause": duration_in_words(found.pauses.usual) if found.pauses else "",
        "longest_pause": duration_in_words(found.pauses.longest) if found.pauses else "",
    }
    return await page(request, site, "feed.html", context)


def _as_json(found: OneFeed) -> dict[str, Any]:
    pauses = found.pauses
    return {
        **found.record,
        "seconds_between_reports": {
            "reports": pauses.reports,
            "median": round(pauses.usual.total_seconds()),
            "longest": round(pauses.longest.total_seconds()),
        }
        if pauses
        else None,
        "newest_reports": [
            {**asdict(report), "reported": to_text(report.reported)} for report in found.reports
        ],
    }
