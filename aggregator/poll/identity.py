"""By what an item is known again at the next poll.

Its guid, else its address, else its text; a title alone never. For a feed whose guids change from
poll to poll, its address comes first. What differs only by scheme, "www." or tracking parameters
is the same guid and the same address. The order of a feed does not matter.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urldefrag

from aggregator.model import Entry, HttpUrl, IdentityKind
from aggregator.text.clean import plain_line
from aggregator.text.urls import URL_LIMIT, http_url, page_key

_KEY_LIMIT: Final = 500
"""Characters; a longer key is replaced by its hash."""
_NEVER: Final = datetime(1, 1, 1, tzinfo=UTC)
_SCHEME_WITHIN: Final = re.compile(r"\bhttps?://(?:www\.)?", re.IGNORECASE)
_LENGTHENED_GUID: Final = re.compile(r"guid:.* (?:link:|content:)")

_NAMES: Final = {
    IdentityKind.GUID: "guid", IdentityKind.LINK: "address", IdentityKind.CONTENT: "text",
}  # fmt: skip
_ONE: Final = {IdentityKind.GUID: "a guid", IdentityKind.LINK: "an address"}
_WITHOUT: Final = {
    IdentityKind.GUID: "",
    IdentityKind.LINK: "the feed has no guids",
    IdentityKind.CONTENT: "it has neither guids nor addresses",
}
_CHANGING: Final = {
    IdentityKind.LINK: "its guids change",
    IdentityKind.CONTENT: "its guids and its addresses change",
}


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An entry and its possible identities, the shortest first; the last one is unique to it."""

    position: int
    entry: Entry
    identities: tuple[str, ...]


def identified(
    items: Iterable[tuple[str, Entry]], by: IdentityKind = IdentityKind.GUID
) -> list[Entry]:
    """Return the entries of (guid, entry) pairs with identities that are unique among them.

    `by` is the first to be tried: with LINK guids are ignored, with CONTENT addresses too. Items of
    one identity that also share address and title are versions of one item: the newest stays.
    Otherwise they are different items whose publisher repeats a guid or an address, and the
    address, then the text, tells them apart.
    """
    candidates = [
        _Candidate(position, entry, _identities(guid, entry, by))
        for position, (guid, entry) in enumerate(items)
    ]
    copies = _grouped(candidates, -1).values()
    settled = sorted(
        _settled([_newest(group) for group in copies], 0), key=lambda found: found[1].position
    )
    return [
        replace(
            candidate.entry,
            identity=identity,
            identity_kind=IdentityKind(identity.partition(":")[0]),
        )
        for identity, candidate in settled
    ]


def _settled(candidates: list[_Candidate], length: int) -> Iterator[tuple[str, _Candidate]]:
    for identity, group in _grouped(candidates, length).items():
        pages = {_page(candidate.entry) for candidate in group}
        if len(group) == 1 or (len(pages) == 1 and None not in pages):
            yield identity, _newest(group)
        else:
            yield from _settled(group, length + 1)


def _grouped(candidates: Iterable[_Candidate], length: int) -> dict[str, list[_Candidate]]:
    groups: defaultdict[str, list[_Candidate]] = defaultdict(list)
    for candidate in candidates:
        last = len(candidate.identities) - 1
        groups[candidate.identities[min(length, last)]].append(candidate)
    return groups


def rule_in_force(entries: Iterable[Entry], by: IdentityKind = IdentityKind.GUID) -> str:
    """Return in words by what these entries, as `identified` left them, are known again.

    "guid", "address: the feed has no guids" and the like; "" without entries.
    """
    entries = tuple(entries)
    kinds = [kind for kind in IdentityKind if any(e.identity_kind is kind for e in entries)]
    names = [_NAMES[kind] for kind in kinds]
    if by is not IdentityKind.GUID:
        reason = _CHANGING[by]
    elif any(_LENGTHENED_GUID.match(entry.identity) for entry in entries):
        names[0], reason = "guid and address", "its guids repeat"
    elif len(kinds) > 1:
        reason = f"not every item has {_ONE[kinds[0]]}"
    else:
        reason = _WITHOUT[kinds[0]] if kinds else ""
    return f"{', else '.join(names)}: {reason}" if names and reason else "".join(names)


def _identities(guid: str, entry: Entry, by: IdentityKind) -> tuple[str, ...]:
    content = f"content:{digest_of_text(entry.title, entry.summary, entry.content)}"
    if by is IdentityKind.CONTENT:
        return (content,)
    link = f"link:{_short(address_key(entry.url))}" if entry.url else ""
    key = guid_key(guid) if by is IdentityKind.GUID else ""
    if key:
        return f"guid:{key}", f"guid:{key} {link}", f"guid:{key} {link} {content}"
    return (link, f"{link} {content}") if link else (content,)


def guid_key(guid: str) -> str:
    """Return what the spellings of one guid have in common; "" for an empty one."""
    url = http_url(guid)
    if url:
        return _short(address_key(url))
    # Drupal's guids are "12 at http://..." and change when a site moves to https.
    return _short(_SCHEME_WITHIN.sub("", plain_line(guid, limit=URL_LIMIT)))


def address_key(url: HttpUrl) -> str:
    """Return `page_key` with the fragment, which tells the posts of a live page apart."""
    address, fragment = urldefrag(url)
    # A fragment may hold tracking parameters too ("#xtor=RSS-1").
    kept = fragment and page_key(HttpUrl(f"http://fragment/?{fragment}")).partition("?")[2]
    return f"{page_key(HttpUrl(address))}#{fragment}" if kept else page_key(HttpUrl(address))


def digest_of_text(*texts: str) -> str:
    """Return a hash of texts that does not change with the scheme of the addresses in them."""
    joined = "\x1f".join(texts).replace("http://", "https://")
    return hashlib.sha256(joined.encode()).hexdigest()


def _short(key: str) -> str:
    return key if len(key) <= _KEY_LIMIT else hashlib.sha256(key.encode()).hexdigest()


def _page(entry: Entry) -> tuple[str, str] | None:
    return (address_key(entry.url), entry.title) if entry.url and entry.title else None


def _newest(group: list[_Candidate]) -> _Candidate:
    # Where no time decides the text does, so that the order of the feed does not.
    return max(
        group,
        key=lambda candidate: (
            candidate.entry.updated or candidate.entry.published or _NEVER,
            candidate.entry.content_hash_source(),
        ),
    )
