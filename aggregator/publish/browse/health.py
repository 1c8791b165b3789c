"""/-/health: whether the daemon is well, for those who ask every minute.

Anybody may ask, as a load balancer or an uptime monitor does, so it names no path, no address and
no feed. The answer comes from a few small rows, also while the daemon writes.
"""

import sqlite3
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from datasette.utils.asgi import NotFound, Request, Response

from aggregator.publish.browse.site import Site, site_of
from aggregator.store.diagnosis import Health, Reason, Status, judge
from aggregator.store.vital_signs import vital_signs
from aggregator.text.times import to_text

if TYPE_CHECKING:
    # Datasette is still being imported when it imports its plugins.
    from datasette.app import Datasette

NEVER_KEPT: Final = {"Cache-Control": "no-store"}


async def health_answer(request: Request, datasette: "Datasette") -> Response:
    """Answer with JSON: 200 for a daemon that works or was stopped, 503 for one that fails."""
    if request.method not in {"GET", "HEAD"}:
        allowed = {"Allow": "GET, HEAD", **NEVER_KEPT}
        return Response.text("Only GET and HEAD", status=405, headers=allowed)
    site = await site_of(datasette)
    if site is None:
        raise NotFound("This Datasette serves no database of conflict news")
    found = await health_of(site)
    is_failing = found.status is Status.FAILING
    status = HTTPStatus.SERVICE_UNAVAILABLE if is_failing else HTTPStatus.OK
    response = Response.json(as_json(found), status=status, headers=dict(NEVER_KEPT))
    if request.method == "HEAD":
        response.headers["content-length"] = str(len(response.body))
        response.body = ""
    return response


async def health_of(site: Site) -> Health:
    """Return how the daemon is; a database that cannot be read is a failure of its own."""
    now = datetime.now(UTC)
    database = site.datasette.get_database(site.database_name)
    path = Path(database.path) if database.path else None
    try:
        signs = await site.read(lambda connection: vital_signs(connection, now, path))
    except sqlite3.Error:
        text = "The database cannot be read; see the log of the server."
        return Health(
            Status.FAILING, None, (Reason("database unreadable", Status.FAILING, None, text),)
        )
    return judge(signs, now)


def as_json(health: Health) -> dict[str, Any]:
    """Return it as JSON has it."""
    return {
        "status": health.status,
        "since": to_text(health.since) if health.since else None,
        "reasons": [
            {
                "name": reason.name,
                "status": reason.status,
                "since": to_text(reason.since) if reason.since else None,
                "text": reason.text,
            }
            for reason in health.reasons
        ],
    }
