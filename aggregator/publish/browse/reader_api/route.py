"""The frame of every answer: who may ask, how much may be sent, and errors as one line of text."""

import json
import sqlite3
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from datasette.utils.asgi import BadRequest, Request, Response

from aggregator.publish.browse.forms import FormRefused, form_body
from aggregator.publish.browse.headers import OWN_POLICY
from aggregator.publish.browse.reader_api.asked import (
    BODY_LIMIT,
    Parameters,
    last,
    read_fields,
)
from aggregator.publish.browse.reader_api.calls import (
    NOTHING_IS_KEPT,
    REFUSED,
    Asked,
    Call,
    call_named,
    check_output,
    stream_path,
)
from aggregator.publish.browse.reader_api.login import (
    authorization_of,
    is_authorized,
    is_password,
    login_answer,
)
from aggregator.publish.browse.reader_api.subscriptions import (
    READING_LIST,
    stream_named,
    subscriptions,
)
from aggregator.publish.browse.site import Site, site_of

if TYPE_CHECKING:
    # Datasette is still being imported when it imports its plugins.
    from datasette.app import Datasette

BASE_PATH: Final = "/api/greader.php"

_API: Final = "/reader/api/0/"
_ATOM: Final = "/reader/atom/"
_LOGIN: Final = "/accounts/ClientLogin"
_METHODS: Final = ("GET", "HEAD", "POST")
_TOKEN_LENGTH: Final = 57
"""As long as Google's, which some readers check."""
_NO_HEADERS: Final = MappingProxyType[str, str]({})
_HEADERS: Final = {"Content-Security-Policy": OWN_POLICY, "Cache-Control": "no-store"}
_NOT_FOR_READERS: Final = (
    "Readers are answered by `aggregator serve`: a plain Datasette reads no feeds.yaml and does not"
    " know whether a password is wanted. Say so in its metadata, under plugins: aggregator."
)
_CHALLENGE: Final = {
    "WWW-Authenticate": 'GoogleLogin realm="conflict-news", service="reader"',
    "Google-Bad-Token": "true",
    "X-Reader-Google-Bad-Token": "true",
}


class _Refusal(Exception):
    """An answer that is no answer to the question: its status, one line, further headers."""

    def __init__(self, status: int, line: str, headers: Mapping[str, str] = _NO_HEADERS) -> None:
        super().__init__(status, line)
        self.status = status
        self.line = line
        self.headers = headers


def is_ours(datasette: "Datasette", scope: MutableMapping[str, Any]) -> bool:
    """Tell whether a request is for this interface, which takes forms from anywhere.

    Nothing is changed here, so a form that another site makes a browser send gains nothing.
    """
    path: str = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
    # A proxy may have taken the site's own place off.
    return path.startswith((f"{datasette.urls.path(BASE_PATH)}/", f"{BASE_PATH}/"))


async def reader_api(request: Request, datasette: "Datasette") -> Response:
    """Answer a reader."""
    site = await site_of(datasette)
    if site is None:
        return _text("This Datasette serves no database of conflict news.", 404)
    await datasette.ensure_permissions(
        request.actor, [("view-database", site.database_name), "view-instance"]
    )
    if not site.settings.knows_user:
        return _text(_NOT_FOR_READERS, 403)
    try:
        response = await _response(request, site)
    except _Refusal as refusal:
        response = _text(refusal.line, refusal.status, refusal.headers)
    except BadRequest as error:
        response = _text(str(error), 400)
    except sqlite3.OperationalError as error:
        if str(error) != "interrupted":
            raise
        response = _text("That took too long: ask for less, or try again in a moment.", 503)
    if request.method == "HEAD":
        response.headers["content-length"] = str(len(response.body.encode()))
        response.body = ""
    return response


async def _response(request: Request, site: Site) -> Response:
    if request.method not in _METHODS:
        allowed = ", ".join(_METHODS)
        raise _Refusal(405, f"Only {allowed}", {"Allow": allowed})
    fields = read_fields(request.query_string)
    if request.method == "POST":
        for name, values in read_fields(await _body(request)).items():
            fields[name] = [*fields.get(name, ()), *values]
    path: str = request.url_vars["call"] or ""
    if path == _LOGIN:
        return _login(request, site, fields)
    if not is_authorized(site.settings.reader_password, request.headers.get("authorization", "")):
        raise _Refusal(401, "Log in at accounts/ClientLogin first.", _CHALLENGE)
    if path.startswith(_ATOM):
        return await _atom(site, path.removeprefix(_ATOM), fields)
    name = path.removeprefix(_API).rstrip("/") if path.startswith(_API) else ""
    if name == "token":
        return _text(_authorization(site)[:_TOKEN_LENGTH])
    if name in REFUSED:
        raise _Refusal(501, NOTHING_IS_KEPT)
    found = call_named(name)
    if found is None:
        raise _Refusal(404, "Nothing is here: the documentation of the merged feed says what is.")
    check_output(fields)
    return await _called(request, site, *found, fields)


async def _called(
    request: Request, site: Site, call: Call, rest: str, fields: Parameters
) -> Response:
    base_url = site.base_url(request)
    now = datetime.now(UTC)

    # Rendered in the thread that reads, so that other pages need not wait for it.
    def ask(connection: sqlite3.Connection) -> str:
        asked = Asked(connection, site.settings.title, base_url, now, rest, fields)
        return json.dumps(call(asked), ensure_ascii=False)

    body = await site.read(ask)
    return Response(body, headers=dict(_HEADERS), content_type="application/json; charset=utf-8")


def _login(request: Request, site: Site, fields: Parameters) -> Response:
    if request.method != "POST":
        # A password has no place in an address, which servers write down.
        raise _Refusal(405, "Log in with POST", {"Allow": "POST"})
    if not last(fields, "Email") or not last(fields, "Passwd"):
        raise BadRequest("ClientLogin takes Email and Passwd, and none of them is empty.")
    password = site.settings.reader_password
    if password is not None and not is_password(password, fields["Passwd"][-1]):
        raise _Refusal(401, "Error=BadAuthentication", _CHALLENGE)
    as_json = last(fields, "output") == "json"
    body = login_answer(_authorization(site), as_json=as_json)
    form = "application/json" if as_json else "text/plain"
    return Response(body, headers=dict(_HEADERS), content_type=f"{form}; charset=utf-8")


async def _atom(site: Site, rest: str, fields: Parameters) -> Response:
    """Send on to the merged feed, which is the same in the same format."""
    title = site.settings.title

    def ask(connection: sqlite3.Connection) -> str:
        known = subscriptions(connection, title, datetime.now(UTC))
        stream = stream_named(stream_path(rest, fields), known)
        if stream.feed is None and stream.id != READING_LIST:
            raise BadRequest("reader/atom has the streams of subscription/list, and all together.")
        return (stream.feed or known[0]).path

    path = await site.read(ask)
    response = Response.redirect(str(site.datasette.urls.path(path)))
    response.headers |= _HEADERS
    return response


def _authorization(site: Site) -> str:
    return authorization_of(site.settings.reader_password or "")


async def _body(request: Request) -> str:
    try:
        body = await form_body(request.receive, BODY_LIMIT)
    except FormRefused as refused:
        raise _Refusal(refused.status, f"{refused.line}.") from refused
    return body.decode(errors="replace")


def _text(line: str, status: int = 200, headers: Mapping[str, str] = _NO_HEADERS) -> Response:
    return Response.text(f"{line}\n", status=status, headers={**_HEADERS, **headers})
