"""Which methods are answered: Datasette 0.65 fails with 500 on those that its pages do not take.

It is decided before Datasette is asked, so that whatever fails behind remains an error.
"""

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from datasette.utils import tilde_decode

from aggregator.publish.browse.asgi import (
    Application,
    Message,
    Receive,
    Send,
    path_below,
    refuse,
)
from aggregator.publish.browse.forms import FormRefused, checked_form
from aggregator.publish.browse.reader_api.route import is_ours
from aggregator.publish.browse.site import known_site

if TYPE_CHECKING:
    # Datasette is still being imported when it imports its plugins.
    from datasette.app import Datasette

_ALLOWED: Final = (b"allow", b"GET, HEAD")
_KNOWN: Final = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
"""Methods that Datasette has an answer to, if only 405."""
_IN_A_DATABASE: Final = re.compile(r"/(?P<database>[^/.]+)/(?P<name>[^/.]+)(?:\.\w+)?$")
_MESSAGES: Final = "/-/messages"
"""A page for those who develop Datasette, which fails on a form that is not its own."""


def with_answered_methods(application: Application, datasette: "Datasette") -> Application:
    """Return `application`, which is asked only what it can answer where it shows our database."""

    async def wrapped(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or known_site(datasette) is None:
            await application(scope, receive, send)
        elif not await _is_answered(scope, datasette):
            await refuse(send, HTTPStatus.METHOD_NOT_ALLOWED, "Only GET and HEAD", [_ALLOWED])
        elif scope["method"] in {"GET", "HEAD"} or is_ours(datasette, scope):
            await application(scope, receive, send)
        else:
            try:
                checked = await checked_form(scope, receive)
            except FormRefused as refused:
                await refuse(send, refused.status, refused.line)
            else:
                await application(scope, checked, _naming_methods(send))

    return wrapped


async def _is_answered(scope: Message, datasette: "Datasette") -> bool:
    """Return whether Datasette has an answer to the method of a request.

    It takes a POST in a database for saved queries that write, which only its user can add.
    """
    if scope["method"] != "POST":
        return scope["method"] in _KNOWN
    path = path_below(datasette.setting("base_url"), scope)
    site, asked = known_site(datasette), _IN_A_DATABASE.match(path)
    if site is None or asked is None or path == _MESSAGES:
        return path != _MESSAGES
    if tilde_decode(asked["database"]) != datasette.get_database(site.database_name).route:
        return True
    name = tilde_decode(asked["name"])
    query = await datasette.get_canned_query(site.database_name, name, scope.get("actor"))
    return bool(query and query.get("write"))


def _naming_methods(send: Send) -> Send:
    """Return `send`, which says with 405 what is answered: Datasette does not (RFC 9110)."""

    async def named(message: Message) -> None:
        if message.get("status") == HTTPStatus.METHOD_NOT_ALLOWED:
            headers = list(message.get("headers", []))
            if not any(name.lower() == b"allow" for name, _ in headers):
                headers.append(_ALLOWED)
            message = {**message, "headers": headers}
        await send(message)

    return named
