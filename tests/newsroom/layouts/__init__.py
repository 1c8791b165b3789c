"""Article pages in the layouts that real outlets use, one function per layout."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from tests.newsroom.layouts import agencies, blogs, papers, sitebuilder
from tests.newsroom.layouts.page import Page

LAYOUTS: Final[Mapping[str, Callable[[Page], str]]] = MappingProxyType(
    {
        "jsonld": papers.jsonld,
        "opengraph": papers.opengraph,
        "consent": papers.consent,
        "paywall": papers.paywall,
        "scroll": papers.scroll,
        "wire": agencies.wire,
        "drupal": agencies.drupal,
        "rtl": agencies.right_to_left,
        "oldtable": agencies.old_table,
        "thinktank": agencies.think_tank,
        "wordpress": blogs.wordpress,
        "ghost": blogs.ghost,
        "squarespace": blogs.squarespace,
        "sitebuilder": sitebuilder.render,
    }
)
"""Each name that `Outlet.layout` may have."""

TEASER_PARAGRAPHS: Final = papers.TEASER_PARAGRAPHS

__all__ = ["LAYOUTS", "TEASER_PARAGRAPHS", "Page"]
