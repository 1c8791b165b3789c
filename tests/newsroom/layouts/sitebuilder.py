"""A blog made with a site builder, in the shape that such pages have when saved from a browser.

The text is cut into spans, a heavy load of settings stands before it, the date has no year, and
the cards of other posts below it carry bylines of their own.
"""

import json
from datetime import datetime
from html import escape
from typing import Final

from tests.newsroom.layouts.page import Page, json_ld
from tests.newsroom.world import Published, number_of

_MENU: Final = ("Home", "About", "Dispatches", "Maps", "Contact")
_LOAD: Final = 210_000
"""Characters of style and settings, as measured on pages of this kind: more than 200 KB."""


def render(page: Page) -> str:
    """Return the whole page, from "top of page" to "bottom of page"."""
    menu = "".join(
        f'<li class="{_name(word)}"><a href="/{word}"><p>{word}</p></a></li>' for word in _MENU
    )
    cards = "".join(_card(other) for other in page.others[:3])
    edited = page.article.updated
    updated = f"<li><span>Updated: {_short(edited)}</span></li>" if edited else ""
    return (
        f'<!DOCTYPE html>\n<html {page.attributes}><head><meta charset="utf-8">'
        f"<title>{page.headline}</title>{_without_body(page)}<style>{_style()}</style>"
        f'<script type="application/json" id="wix-warmup-data">{_settings()}</script></head><body>'
        '<div id="SITE_CONTAINER"><span id="SCROLL_TO_TOP" tabindex="-1">top of page</span>'
        f'<header><nav aria-label="Site"><ul>{menu}</ul></nav>{page.site}</header>'
        '<div id="PAGES_CONTAINER"><div data-hook="post-page"><div data-hook="post">'
        f'<ul class="post-metadata"><li><span data-hook="user-name" title="{page.byline}">Writer: '
        f'{page.byline}</span></li><li><span data-hook="time-ago" class="post-metadata__date">'
        f"{_short(page.article.published)}</span></li><li><span "
        f'data-hook="time-to-read">2 min read</span></li>{updated}</ul>'
        f'<h1 data-hook="post-title"><span class="blog-post-title-font">{page.headline}</span></h1>'
        f'<section data-hook="post-description"><div class="{_name("viewer")}">{_text(page)}</div>'
        '</section><div data-hook="post-footer"><button>0 comments</button></div></div>'
        f'<section data-hook="related-posts"><div>Recent Posts</div><a href="/blog">See All</a>'
        f"{cards}</section></div></div>"
        f"<footer>{page.site}<p>©{page.article.published.year} by {page.site}. Proudly made with a "
        "site builder.</p></footer><span>bottom of page</span></div></body></html>\n"
    )


def _text(page: Page) -> str:
    picture = (
        f'<div data-hook="image-viewer"><img src="{page.image}" alt="ree" '
        'data-pin-url="" fetchpriority="high"></div>'
    )
    blocks = [
        f'<div data-breakout="normal"><p class="{_name("p")}" dir="auto"><span '
        f'class="{_name("s")}">{_cut(text)}</span></p></div><div data-breakout="normal"><p '
        f'class="{_name("p")}"><span><br role="presentation"></span></p></div>'
        for text in page.article.report.body
    ]
    blocks.insert(1, picture)
    return "".join(blocks)


def _cut(text: str) -> str:
    """Cut a word of the text in two spans, as editors of this kind leave it."""
    middle = len(text) // 2
    while middle < len(text) - 2 and not (text[middle - 1].isalpha() and text[middle].isalpha()):
        middle += 1
    return f"<span>{escape(text[:middle])}</span><span>{escape(text[middle:])}</span>"


def _card(other: Published) -> str:
    author = escape(", ".join(other.report.authors))
    return (
        f'<article class="post-list-item"><a href="{other.path}"><div><img alt="ree" '
        f'src="/media{other.path}.png"></div></a><ul><li>{author}</li>'
        f"<li>{_short(other.published)}</li><li>3 min read</li></ul>"
        f"<h2>{escape(other.report.headline)}</h2><div>{escape(other.report.body[0][:140])}..."
        "</div></article>"
    )


def _short(moment: datetime) -> str:
    return f"{moment:%b} {moment.day}"


def _without_body(page: Page) -> str:
    return json_ld(page, "BlogPosting") + (
        f'<meta property="og:title" content="{page.headline}"/><meta property="og:type" '
        f'content="article"/><meta property="og:image" content="{page.image}"/>'
    )


def _name(word: str) -> str:
    return f"wixui-{number_of(word):x}"


def _style() -> str:
    return "".join(
        f".comp-{number:x}{{--alpha-bg:{number % 7};--pos:{number}px;inset:{number % 90}px}}\n"
        for number in range(_LOAD // 2 // 52)
    )


def _settings() -> str:
    entries = {
        f"platform-{number:05}": {"version": f"1.{number}.0", "enabled": bool(number % 3)}
        for number in range(_LOAD // 2 // 56)
    }
    return json.dumps(entries)
