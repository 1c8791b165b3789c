"""By what an item is known again at the next poll.

Its guid, else its address, else its text; a title alone never. What differs only by scheme,
"www." or tracking parameters is the same guid and the same address. The order of a feed does not
matter.
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


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An entry and its possible identities, the shortest first; the last one is unique to it."""

    position: int
    entry: Entry
    identities: tuple[str, ...]


def identified(items: Iterable[tuple[str, Entry]]) -> list[Entry]:
    """Return the entries of (guid, entry) pairs with identities that are unique among them.

    Items of one identity that also share address and title are versions of one item: the newest
    stays. Otherwise they are different items whose publisher repeats a guid or an address, and
    the address, then the text, tells them apart.
    """
    candidates = [
        _Candidate(position, entry, _identities(guid, entry))
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


def _identities(guid: str, entry: Entry) -> tuple[str, ...]:
    text = f"{entry.title}\x1f{entry.summary}\x1f{entry.content}"
    content = f"content:{hashlib.sha256(text.encode()).hexdigest()}"
    link = f"link:{_short(address_key(entry.url))}" if entry.url else ""
    key = guid_key(guid)
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
