"""Feeds of ours that the user has named: each is what the address of a feed could ask for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from aggregator.config.kinds import boolean, choice, duration, integer, text
from aggregator.config.options import COUNTRY, IDENTIFIER, LANGUAGE, Option
from aggregator.model import PlainText, SourceKind

SAVED_FEED: Final = (
    Option("name", text(200), "What the feed is called for readers.", required=True),
    Option(
        "id",
        IDENTIFIER,
        "Part of its address, `/feed/ID.atom`; keep it when you change the name.",
        default_text="made from the name",
    ),
    Option(
        "all",
        boolean(),
        "Stories of no followed conflict, too.",
        default=False,
    ),
    Option("conflict", IDENTIFIER, "Only stories of the conflict with this id."),
    Option("place", text(200), "Only stories that name this place of a conflict."),
    Option(
        "words",
        text(200),
        "Only stories with all these words, written as for a search; the newest 2,000 reports.",
    ),
    Option("language", LANGUAGE, "Only stories that are reported in this language."),
    Option("country", COUNTRY, "Only stories that are reported from this country."),
    Option("kind", choice(SourceKind), "Only stories that this kind of source reports."),
    Option("outlets", integer(1, 1000), "Only stories of at least so many outlets.", 1),
    Option("origins", integer(1, 1000), "Only stories of at least so many independent origins.", 1),
    Option(
        "one_sided",
        boolean(),
        "Only what several outlets report that all sit in one country.",
        default=False,
    ),
    Option(
        "since",
        duration(timedelta(hours=1), timedelta(days=365)),
        "Only stories that changed within this time.",
    ),
)
"""The keys of a feed of ours that the user has named."""


_HOUR: Final = timedelta(hours=1)
_PARAMETERS: Final = {"words": "q"}


@dataclass(frozen=True, slots=True)
class SavedFeed:
    """A feed that the user has named: `query` is the part of an address behind `?`."""

    id: str
    name: PlainText
    query: str


def saved_feed(values: Mapping[str, Any]) -> SavedFeed:
    """Return the saved feed that the values of its options mean."""
    asked = {
        _PARAMETERS.get(name, name): _written(value)
        for name, value in values.items()
        if name not in {"id", "name"} and value not in {None, False, 1}
    }
    # True is 1, and yet it is asked for.
    asked |= {name: "1" for name, value in values.items() if value is True}
    return SavedFeed(values["id"], values["name"], urlencode(sorted(asked.items())))


def _written(value: object) -> str:
    if isinstance(value, timedelta):
        return f"{value // _HOUR}h"
    return str(value)
