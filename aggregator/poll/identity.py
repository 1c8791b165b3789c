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
from functools import lru_cache
from typing import Final
from urllib.parse import urldefrag

from aggregator.model import Entry, HttpUrl, IdentityKind
from aggregator.text.clean import plain_line
from aggregator.text.urls import URL_LIMIT, http_url, page_key

_KEY_LIMIT: Final = 500
"""Characters; a longer key is replaced by its hash."""
_LONGEST: Final = 2
"""Steps by which an identity may be lengthened."""
_NEVER: Final = datetime(1, 1, 1, tzinfo=UTC)
_SCHEME_WITHIN: Final = re.compile(r"\bhttps?://(?:www\.)?", re.IGNORECASE)

# The members of an enumeration are slow to reach.
_GUID: Final = IdentityKind.GUID
_LINK: Final = IdentityKind.LINK
_CONTENT: Final = IdentityKind.CONTENT
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
    """An entry and its place in the feed."""

    position: int
    entry: Entry


def first_identity(
    guid: str, url: HttpUrl | None, texts: tuple[str, ...], by: IdentityKind
) -> tuple[str, IdentityKind]:
    """Return the shortest identity of an item and of which kind it is; others may have the same.

    `by` is the first kind to be tried: with LINK guids are ignored, with CONTENT addresses too.
    """
    if by is _GUID and (key := guid_key(guid)):
        return f"guid:{key}", _GUID
    if by is not _CONTENT and url:
        return f"link:{_short(address_key(url))}", _LINK
    return f"content:{digest_of_text(*texts)}", _CONTENT


def identified(entries: Iterable[Entry]) -> list[Entry]:
    """Return entries that have their first identity with one that is unique among them.

    Items of one identity that also share address and title are versions of one item: the newest
    stays. Otherwise they are different items whose publisher repeats a guid or an address, and the
    address, then the text, tells them apart.
    """
    by_identity: dict[str, list[_Candidate]] = {}
    for position, entry in enumerate(entries):
        by_identity.setdefault(entry.identity, []).append(_Candidate(position, entry))
    settled: list[_Candidate] = []
    for group in by_identity.values():
        if len(group) == 1:
            settled += group
        else:
            copies = _grouped(group, _LONGEST).values()
            settled += _settled([_newest(candidates) for candidates in copies], 0)
    return [candidate.entry for candidate in sorted(settled, key=lambda found: found.position)]


def _settled(candidates: list[_Candidate], length: int) -> Iterator[_Candidate]:
    for identity, group in _grouped(candidates, length).items():
        pages = {_page(candidate.entry) for candidate in group}
        if len(group) == 1 or (len(pages) == 1 and None not in pages):
            newest = _newest(group)
            yield replace(newest, entry=replace(newest.entry, identity=identity))
        else:
            yield from _settled(group, length + 1)


def _grouped(candidates: Iterable[_Candidate], length: int) -> dict[str, list[_Candidate]]:
    groups: defaultdict[str, list[_Candidate]] = defaultdict(list)
    for candidate in candidates:
        groups[_identity(candidate.entry, length)].append(candidate)
    return groups


def _identity(entry: Entry, length: int) -> str:
    """Return the first identity, lengthened by address and text; the longest tells all apart."""
    if entry.identity_kind is IdentityKind.CONTENT or not length:
        return entry.identity
    content = f"content:{digest_of_text(entry.title, entry.summary, entry.content)}"
    if entry.identity_kind is IdentityKind.LINK:
        return f"{entry.identity} {content}"
    link = f"link:{_short(address_key(entry.url))}" if entry.url else ""
    lengthened = f"{entry.identity} {link}"
    return lengthened if length < _LONGEST else f"{lengthened} {content}"


def rule_in_force(entries: Iterable[Entry], by: IdentityKind = IdentityKind.GUID) -> str:
    """Return in words by what these entries, as `identified` left them, are known again.

    "guid", "address: the feed has no guids" and the like; "" without entries.
    """
    kind_of_each = {entry.identity: entry.identity_kind for entry in entries}
    kinds = sorted(set(kind_of_each.values()), key=list(IdentityKind).index)
    names = [_NAMES[kind] for kind in kinds]
    if by is not IdentityKind.GUID:
        reason = _CHANGING[by]
    elif any(
        kind is IdentityKind.GUID and (" link:" in identity or " content:" in identity)
        for identity, kind in kind_of_each.items()
    ):
        names[0], reason = "guid and address", "its guids repeat"
    elif len(kinds) > 1:
        reason = f"not every item has {_ONE[kinds[0]]}"
    else:
        reason = _WITHOUT[kinds[0]] if kinds else ""
    return f"{', else '.join(names)}: {reason}" if names and reason else "".join(names)


def guid_key(guid: str) -> str:
    """Return what the spellings of one guid have in common; "" for an empty one."""
    url = http_url(guid)
    if url:
        return _short(address_key(url))
    # Drupal's guids are "12 at http://..." and change when a site moves to https.
    return _short(_SCHEME_WITHIN.sub("", plain_line(guid, limit=URL_LIMIT)))


@lru_cache(maxsize=4096)
def address_key(url: HttpUrl) -> str:
    """Return `page_key` with the fragment, which tells the posts of a live page apart."""
    if "#" not in url:
        return page_key(url)
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
