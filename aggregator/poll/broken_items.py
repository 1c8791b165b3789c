"""Items over which this program fails: each is left out alone, and named as its feed names it."""

import hashlib
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple, TypeVar

from aggregator.model import IdentityKind

Raw = TypeVar("Raw")
Read = TypeVar("Read")

PARSE: Final = "parse"
"""What reading one item is called in `set_aside`; its record is the feed and the item's name."""

_NAME_LIMIT: Final = 300
"""Characters; a longer name ends in its hash."""


class Label(NamedTuple):
    """What a feed calls an item: **hostile text**, which no code that may fail has touched."""

    guid: str
    link: str
    title: str


class BrokenItem(NamedTuple):
    """An item over which this program failed, and the exception."""

    label: Label
    error: str


def read_each(
    raw: Iterable[Raw], read: Callable[[Raw], Read], label: Callable[[Raw], Label]
) -> tuple[list[Read], list[BrokenItem]]:
    """Return what `read` makes of each, and those over which it raises."""
    good: list[Read] = []
    broken: list[BrokenItem] = []
    for each in raw:
        try:
            good.append(read(each))
        except Exception as error:  # noqa: BLE001 -- a bug harms one item only
            broken.append(BrokenItem(label(each), f"{type(error).__name__}: {error}"))
    return good, broken


def name_of(label: Label, by: IdentityKind) -> str:
    """Return an item's name, printable and the same at each poll; `by` says what does not change.

    Guid and address together, since the items of some feeds share one of them.
    """
    guid, link, title = label
    parts = {
        IdentityKind.GUID: (guid, link) if guid != link else (guid,),
        IdentityKind.LINK: (link,),
        IdentityKind.CONTENT: (title,),
    }[by]
    name = _printable(" ".join(parts)) or _printable(title) or "without guid, address and title"
    if len(name) <= _NAME_LIMIT:
        return name
    return f"{name[:_NAME_LIMIT]}... {hashlib.sha256(name.encode()).hexdigest()}"


def _printable(text: str) -> str:
    return "".join(sign for sign in " ".join(text.split()) if sign.isprintable())
