"""/sources and /sources.json: all sources in one table, filtered and ordered by the address."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote, urlencode

from datasette.utils import MultiParams
from datasette.utils.asgi import BadRequest, Request, Response

from aggregator.publish.browse.answers import page
from aggregator.publish.browse.site import Site
from aggregator.publish.browse.source import MONTH, WEEK
from aggregator.publish.names import country_name, kind_name
from aggregator.store.source_list import (
    LISTED_SOURCES,
    SAMPLED_REPORTS,
    ListedSource,
    SourceList,
    source_list,
)

_Order = Callable[[ListedSource], tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Question:
    """What the address asks for; "" for any kind and country."""

    kind: str = ""
    country: str = ""
    sort: str = "name"

    def address(self, **changes: str) -> str:
        """Return the query string of this question with some parts changed, "" for none."""
        parts = {**asdict(self), **changes}
        asked = {name: value for name, value in parts.items() if value and (name, value) != _USUAL}
        return f"?{urlencode(asked)}" if asked else ""


_USUAL: Final = ("sort", "name")
_ORDERS: Final[dict[str, tuple[str, _Order]]] = {
    "name": ("Name", lambda source: (source.name.casefold(), source.source)),
    "kind": ("Kind", lambda source: (kind_name(source.kind), source.name.casefold())),
    "country": (
        "Country",
        lambda source: (
            source.country is None,
            country_name(source.country),
            source.name.casefold(),
        ),
    ),
    "reports": ("Reports of 7 days", lambda source: (-source.week, source.name.casefold())),
    "own": (
        "Own reports",
        lambda source: (
            source.own_share is None,
            -(source.own_share or 0),
            source.name.casefold(),
        ),
    ),
}
"""What the table can be ordered by: the name of its column, and the order."""


async def sources_page(request: Request, site: Site) -> Response:
    """Answer with the table of all sources."""
    now = datetime.now(UTC)
    question = _order_of(request.args)
    found = await site.read(
        lambda connection: source_list(connection, week=now - WEEK, month=now - MONTH)
    )
    kinds = sorted({source.kind for source in found.sources}, key=kind_name)
    countries = sorted(
        {source.country for source in found.sources if source.country}, key=country_name
    )
    if question.kind and question.kind not in kinds:
        raise BadRequest(
            f"kind is one of {', '.join(kinds) or 'none, for no source is known yet'}."
        )
    if question.country and question.country not in countries:
        raise BadRequest("country is the code of a country in which a source sits, such as GB.")
    shown = _asked_for(found.sources, question)
    if request.url_vars.get("format") == "json":
        return Response.json(_as_json(found, shown, site.base_url(request)))
    return await page(
        request,
        site,
        "sources.html",
        {
            "question": question,
            "sources": shown,
            "total": found.total,
            "listed_limit": LISTED_SOURCES,
            "sampled": SAMPLED_REPORTS,
            "kinds": kinds,
            "countries": countries,
            "columns": {name: title for name, (title, _) in _ORDERS.items()},
        },
    )


def _order_of(arguments: MultiParams) -> Question:
    sort = arguments.get("sort") or "name"
    if sort not in _ORDERS:
        raise BadRequest(f"sort is one of {', '.join(_ORDERS)}.")
    return Question(
        kind=arguments.get("kind") or "",
        country=(arguments.get("country") or "").upper(),
        sort=sort,
    )


def _asked_for(sources: Sequence[ListedSource], question: Question) -> list[ListedSource]:
    kept = [
        source
        for source in sources
        if question.kind in ("", source.kind) and question.country in ("", source.country)
    ]
    _, order = _ORDERS[question.sort]
    return sorted(kept, key=order)


def _as_json(found: SourceList, shown: list[ListedSource], base_url: str) -> dict[str, Any]:
    return {
        "total": found.total,
        "sources": [
            {
                "source": source.source,
                "page": f"{base_url}/source/{quote(source.source, safe='')}",
                "name": source.name,
                "kind": source.kind,
                "country": source.country,
                "languages": list(source.languages),
                "reports_7_days": source.week,
                "reports_30_days": source.month,
                "own_share": source.own_share,
                "feeds": source.feed_count,
                "failing_feeds": source.failing_count,
            }
            for source in shown
        ],
    }
