"""What another site's page may have a browser ask for: to go to a page, and nothing to measure.

No site can read what we answer. Yet it can tell how long that took, and a question in SQL takes as
long as its answer says: that way a page that the user has open elsewhere would read the database,
one yes or no after the other. Browsers say who asks and what for (https://www.w3.org/TR/fetch-metadata/).
"""

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from aggregator.publish.browse.asgi import (
    Application,
    Message,
    Receive,
    Send,
    path_below,
    refuse,
)
from aggregator.publish.browse.reader_api.route import is_ours
from aggregator.publish.browse.site import known_site

if TYPE_CHECKING:
    # Datasette is still being imported when it imports its plugins.
    from datasette.app import Datasette

_OTHERS: Final = frozenset({b"cross-site", b"same-site"})
_FOR_ANYBODY: Final = ("/feed.", "/feed/", "/-/static/", "/-/static-plugins/", "/favicon.ico")
"""Feeds and icons, which readers within a browser show."""
_REASON: Final = "Another site's page may lead here, but not ask in the background or in a frame."


def without_other_sites(application: Application, datasette: "Datasette") -> Application:
    """Return `application`, which is not asked by pages of other sites unless one goes to it.

    Whoever has Datasette answer other sites (`--cors`) is not kept from it.
    """

    async def wrapped(scope: Message, receive: Receive, send: Send) -> None:
        is_free = scope["type"] != "http" or datasette.cors or known_site(datasette) is None
        if is_free or not _is_anothers(scope) or _is_for_anybody(scope, datasette):
            await application(scope, receive, send)
        else:
            await refuse(send, HTTPStatus.FORBIDDEN, _REASON)

    return wrapped


def _is_anothers(scope: Message) -> bool:
    """Return whether a browser asks for a page of another site, without going there."""
    said = {name.lower(): value for name, value in scope["headers"]}
    goes_there = (said.get(b"sec-fetch-mode"), said.get(b"sec-fetch-dest"))
    return said.get(b"sec-fetch-site") in _OTHERS and goes_there != (b"navigate", b"document")


def _is_for_anybody(scope: Message, datasette: "Datasette") -> bool:
    path = path_below(datasette.setting("base_url"), scope)
    return path.startswith(_FOR_ANYBODY) or is_ours(datasette, scope)
