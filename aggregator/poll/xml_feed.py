"""RSS 0.9x to 2.0, RDF, Atom 0.3 and 1.0: the only module that knows feedparser."""

import io
from dataclasses import replace

import feedparser

from aggregator.errors import NotAFeed, ParseError
from aggregator.poll import limits, repair, wishes
from aggregator.poll.items import RawFeed
from aggregator.poll.nodes import Node, plain_node, raw_feed
from aggregator.poll.prolog import Document, without_prolog
from aggregator.poll.vocabulary import Unusual
from aggregator.poll.well_formed import read_well_formed


def read_xml(text: str, utf8: bytes | None = None) -> RawFeed:
    """Return the feed in `text`; raises NotAFeed or ForbiddenXml, and what feedparser raises.

    `utf8` is the same in UTF-8, if it is at hand.
    """
    document = without_prolog(text)
    try:
        return by_libxml2(document, _without_as_much(text, document, utf8))
    except Unusual:
        return by_feedparser(document)
    except ParseError:
        raise
    except Exception as error:  # noqa: BLE001 -- a bug in the fast way costs time, not the feed
        feed = by_feedparser(document)
        defect = f"the fast way fails over it: {type(error).__name__}: {error}"
        return replace(feed, defects=(*feed.defects, defect))


def read_xml_quickly(text: str, utf8: bytes | None = None) -> RawFeed:
    """Return what `read_xml` would; raises Unusual where that takes feedparser."""
    document = without_prolog(text)
    return by_libxml2(document, _without_as_much(text, document, utf8))


def _without_as_much(text: str, document: Document, utf8: bytes | None) -> bytes | None:
    prolog = text[: len(text) - len(document.text)]
    return utf8 and utf8[len(prolog.encode()) :]


def by_libxml2(document: Document, utf8: bytes | None = None) -> RawFeed:
    """Return what feedparser would, only faster; raises Unusual where that is not certain."""
    return read_well_formed(
        document.text,
        utf8 or document.text.encode("utf-8", "replace"),
        defects=document.defects,
        looks_like_html=feedparser.api.StrictFeedParser.looks_like_html,
    )


def by_feedparser(document: Document) -> RawFeed:
    """Return the feed in any document; raises NotAFeed, and what feedparser raises."""
    body, repairs = _well_formed(document.text)
    parsed: Node = feedparser.parse(
        io.BytesIO(body),
        # The text is ours by now. No content-location: feedparser would resolve guids against it.
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    version = parsed["version"]
    return raw_feed(
        feedparser.api.SUPPORTED_VERSIONS.get(version, "unknown"),
        plain_node(parsed["feed"]),
        [plain_node(entry) for entry in parsed["entries"]],
        is_atom=version.startswith("atom"),
        defects=(*document.defects, *repairs),
        skips=wishes.skips(body),
    )


def _well_formed(document: str) -> tuple[bytes, tuple[str, ...]]:
    body = document.encode("utf-8", "replace")
    try:
        limits.check(body)
    except limits.NotWellFormedError as slip:
        defect = f"not well-formed: {slip}"
    else:
        return body, ()
    document = repair.with_legal_characters(document)
    body = document.encode("utf-8")
    try:
        limits.check(body)
    except limits.NotWellFormedError:
        body = repair.with_balanced_tags(repair.without_cut_item(document))
    else:
        return body, (defect,)
    try:
        limits.check(body)
    except limits.NotWellFormedError as slip:
        raise NotAFeed(f"it is no XML, not even after repair: {slip}") from slip
    return body, (defect,)
