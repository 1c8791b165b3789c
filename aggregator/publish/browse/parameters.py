"""How many parameters an address of ours may have: Datasette reads all of them for each of them.

Five thousand keep it from answering anybody for a minute. A facet may take a fifth of a second,
as often as it is asked for.
"""

from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from aggregator.publish.browse.asgi import Application, Message, Receive, Send, refuse
from aggregator.publish.browse.reader_api.route import is_ours
from aggregator.publish.browse.site import known_site

if TYPE_CHECKING:
    # Datasette is still being imported when it imports its plugins.
    from datasette.app import Datasette

PARAMETERS_LIMIT: Final = 200
FACETS_LIMIT: Final = 5

_FACET: Final = "_facet"
_FACET_SIZE: Final = "_facet_size"


def with_bounded_parameters(application: Application, datasette: "Datasette") -> Application:
    """Return `application`, which is not asked with more parameters than it can take.

    Readers are left to the interface for them, which has a limit of its own.
    """

    async def wrapped(scope: Message, receive: Receive, send: Send) -> None:
        is_free = scope["type"] != "http" or known_site(datasette) is None
        problem = None if is_free or is_ours(datasette, scope) else _problem(scope["query_string"])
        if problem is None:
            await application(scope, receive, send)
        else:
            await refuse(send, HTTPStatus.BAD_REQUEST, problem)

    return wrapped


def _problem(query: bytes) -> str | None:
    if query.count(b"&") >= PARAMETERS_LIMIT:
        return f"An address has at most {PARAMETERS_LIMIT} parameters."
    names = [name for name, _ in parse_qsl(query.decode("latin-1"), keep_blank_values=True)]
    facets = [name for name in names if name.startswith(_FACET) and name != _FACET_SIZE]
    if len(facets) > FACETS_LIMIT:
        return f"A page has at most {FACETS_LIMIT} facets."
    return None
