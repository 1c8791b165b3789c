"""Wires, papers and institutes that write about everybody."""

from typing import Final

from tests.newsroom.world import FeedFormat, Outlet

ABROAD: Final = (
    Outlet(
        "meridian-wire", "Meridian Wire", "wire", "en", "XI", "wire", page_path="/story/{number}"
    ),
    Outlet(
        "continental-press",
        "Continental Press Agency",
        "wire",
        "en",
        "XA",
        format=FeedFormat.ATOM,
        feed_path="/atom.xml",
        page_path="/world/{slug}-{number}",
        validators=frozenset({"etag"}),
    ),
    Outlet("lowland-post", "The Lowland Post", "newspaper", "en", "XA", feed_path="/rss"),
    Outlet(
        "northgate-gazette",
        "The Northgate Gazette",
        "newspaper",
        "en",
        "XA",
        "paywall",
        page_path="/news/world/{slug}-{number}",
        validators=frozenset({"modified"}),
    ),
    Outlet(
        "globe-ledger",
        "Globe Ledger",
        "newspaper",
        "en",
        "XA",
        "consent",
        full_content=True,
        page_path="/{year}/{month}/{slug}.html",
        opaque_guids=True,
    ),
    Outlet(
        "closed-door-review",
        "The Closed Door Review",
        "newspaper",
        "en",
        "XA",
        "opengraph",
        disallowed=True,
    ),
    Outlet(
        "bureau-brief",
        "Bureau Brief",
        "newspaper",
        "en",
        "XA",
        "opengraph",
        full_content=True,
        fulltext=False,
        page_path="/brief/{number}",
    ),
    Outlet(
        "border-studies",
        "Institute for Border Studies",
        "thinktank",
        "en",
        "XI",
        "thinktank",
        FeedFormat.ATOM,
        feed_path="/backgrounder/atom.xml",
        page_path="/backgrounder/{slug}",
        full_content=True,
    ),
    Outlet(
        "relief-watch",
        "Relief Watch",
        "ngo",
        "en",
        "XI",
        "drupal",
        FeedFormat.RDF,
        feed_path="/index.rdf",
        page_path="/node/{number}",
        validators=frozenset({"modified"}),
    ),
)
