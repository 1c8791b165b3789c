"""One frame for every page of ours: who may see it, and what was wrong with the question."""

import sqlite3
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from datasette.utils.asgi import BadRequest, Request, Response
from datasette.utils.asgi import NotFound as PageNotFound
from datasette.views.index import IndexView

from aggregator.errors import Forgotten, NotFound
from aggregator.publish.browse.headers import OWN_POLICY
from aggregator.publish.browse.site import Site, site_of

if TYPE_CHECKING:
    # Datasette is still being imported when it imports its plugins.
    from datasette.app import Datasette

View = Callable[[Request, Site], Awaitable[Response]]
Route = Callable[[Request, "Datasette"], Awaitable[Response]]

_POLICY: Final = {"Content-Security-Policy": OWN_POLICY}


def answered(view: View, *, otherwise: Route | None = None) -> Route:
    """Return `view` as a Datasette route: errors become pages, HEAD has no body.

    `otherwise` answers where Datasette serves no database of ours; without it nothing is there.
    """

    async def route(request: Request, datasette: "Datasette") -> Response:
        site = await site_of(datasette)
        if site is None:
            if otherwise is None:
                raise PageNotFound("This Datasette serves no database of conflict news")
            return await otherwise(request, datasette)
        await datasette.ensure_permissions(
            request.actor, [("view-database", site.database_name), "view-instance"]
        )
        response = await _response(view, request, site)
        for name, value in _POLICY.items():
            response.headers.setdefault(name, value)
        if request.method == "HEAD":
            body = response.body if isinstance(response.body, bytes) else response.body.encode()
            response.headers["content-length"] = str(len(body))
            response.body = b""
        return response

    return route


async def datasette_index(request: Request, datasette: "Datasette") -> Response:
    """Answer with Datasette's own list of databases and tables, which stood at "/"."""
    return await IndexView(datasette).dispatch_request(request)


async def page(
    request: Request, site: Site, template: str, context: dict[str, Any], *, status: int = 200
) -> Response:
    """Return a page made from one of our templates."""
    body = await site.datasette.render_template(
        f"aggregator/{template}",
        {
            "site": site.settings,
            "database": site.database_name,
            "now": datetime.now(UTC),
            "feed_query": "",
            **context,
        },
        request=request,
    )
    return Response.html(body, status=status)


async def _response(view: View, request: Request, site: Site) -> Response:
    if request.method not in {"GET", "HEAD"}:
        return Response.text("Only GET and HEAD", status=405, headers={"Allow": "GET, HEAD"})
    try:
        return await view(request, site)
    except BadRequest as error:
        return await _problem(request, site, 400, "That address asks for nothing", str(error))
    except Forgotten as error:
        message = f"{str(error).capitalize()}."
        return await _problem(request, site, 410, "Not here any more", message)
    except NotFound as error:
        return await _problem(request, site, 404, "Not here", f"There is {error}.")
    except sqlite3.OperationalError as error:
        if str(error) != "interrupted":
            raise
        return await _problem(
            request, site, 503, "That took too long", "Ask for less, or try again in a moment."
        )


async def _problem(request: Request, site: Site, status: int, title: str, message: str) -> Response:
    if request.path.endswith(".json"):
        return Response.json({"ok": False, "error": message, "status": status}, status=status)
    if request.path.endswith((".atom", ".rss")):
        return Response.text(f"{message}\n", status=status)
    context = {"title": title, "message": message, "status": status}
    return await page(request, site, "problem.html", context, status=status)
