"""Newspapers: metadata of every kind, and everything that stands in and around the text."""

from html import escape
from typing import Final

from tests.newsroom.layouts.page import Page, day, iso, json_ld, open_graph, related

TEASER_PARAGRAPHS: Final = 2
"""What the paywalled page shows of an article."""

_STYLE: Final = (
    "<style>body{font:18px/1.5 Georgia,serif;max-width:44rem;margin:auto;padding:1rem}"
    "nav a{margin:0 1rem}aside,footer{color:#555;font-size:.8em}</style>"
)


def jsonld(page: Page) -> str:
    """A large paper: JSON-LD, a related box and a newsletter form between the paragraphs."""
    words, paragraphs = page.words, page.paragraphs
    middle = max(1, len(paragraphs) // 2)
    byline = f'<div class="byline">{words.by} <a rel="author">{page.byline}</a></div>'
    boxes = (
        f'<aside class="related-box" data-component="related"><h3>{words.related}</h3>'
        f"<ul>{related(page)}</ul></aside>"
        f'<div class="newsletter-signup"><form action="/newsletter"><p>{words.newsletter}</p>'
        '<input type="email" placeholder="e-mail"><button>OK</button></form></div>'
    )
    return (
        f"<!doctype html>\n<html {page.attributes}><head><meta charset=utf-8>\n"
        f"<title>{page.headline} | {page.site}</title>\n"
        f'<link rel="canonical" href="{page.article.url}">\n{json_ld(page)}\n'
        f"{open_graph(page)}\n{_STYLE}</head><body>\n"
        f"<header><nav>{page.site} {_sections(page)}</nav></header>\n<main><article>"
        f"<h1>{page.headline}</h1>{byline if page.byline else ''}"
        f'<time datetime="{iso(page.article.published)}">{_when(page)}</time>'
        f'<figure><img src="{page.image}" alt=""><figcaption>{page.site}</figcaption></figure>\n'
        f'<div class="article-body">{"".join(paragraphs[:middle])}{boxes}'
        f"{''.join(paragraphs[middle:])}</div>\n</article>"
        f'<div class="share-bar">{words.share}: <a href="#x">X</a> <a href="#f">F</a></div></main>'
        f"<section><h2>{words.related}</h2><ul>{related(page, 8)}</ul></section>"
        f"{_footer(page)}</body></html>\n"
    )


def opengraph(page: Page) -> str:
    """A paper that describes itself with Open Graph only; the byline is plain text."""
    byline = f'<p class="author">{page.words.by} {page.byline}</p>' if page.byline else ""
    return (
        f'<!doctype html>\n<html {page.attributes} prefix="og: https://ogp.me/ns#"><head>'
        f'<meta charset="utf-8"><title>{page.headline} - {page.site}</title>\n{open_graph(page)}\n'
        f"{_STYLE}</head><body><div id=top><div class=logo>{page.site}</div>"
        f"{_sections(page)}</div>\n"
        f'<div class="content"><h1 class="title">{page.headline}</h1>{byline}'
        f'<div class="meta"><span class="date">{day(page.article.published, page.language)}</span>'
        f"</div>\n{''.join(page.paragraphs)}\n</div>"
        f'<div class="more"><h4>{page.words.related}</h4><ul>{related(page)}</ul></div>'
        f"{_footer(page)}</body></html>\n"
    )


def consent(page: Page) -> str:
    """A paper whose consent dialogue stands before the text and is as long as an article."""
    purposes = "".join(
        f"<li><strong>Purpose {number}</strong><p>We and our {number * 37} partners would like to "
        "store and read information on your device in order to measure audiences, select content "
        "and improve our services. You may withdraw your choice whenever you wish.</p></li>"
        for number in range(1, 8)
    )
    banner = (
        '<div id="consent-overlay" class="cmp-container" role="dialog" aria-modal="true">'
        "<h2>Your privacy is important to us</h2><p>Before you go on to our site we ask for your "
        f"agreement to the use of cookies.</p><ul>{purposes}</ul><button>Accept all</button>"
        "<button>Reject all</button><a href='/privacy'>Privacy policy</a></div>"
    )
    byline = f'<span itemprop="author">{page.byline}</span>' if page.byline else ""
    data = json_ld(page, "Article", articleBody=" ".join(page.article.report.body))
    return (
        f"<!doctype html>\n<html {page.attributes} class='cmp-open'><head><meta charset=utf-8>"
        f"<title>{page.headline}</title>\n{open_graph(page)}\n{data}\n"
        f"{_STYLE}</head><body>{banner}<header>{page.site} {_sections(page)}</header>\n"
        f'<article itemscope itemtype="https://schema.org/Article"><h1>{page.headline}</h1>{byline}'
        f'<div itemprop="articleBody">{"".join(page.paragraphs)}</div></article>'
        f"<aside><h3>Most read</h3><ol>{related(page, 5)}</ol></aside>{_footer(page)}"
        "</body></html>\n"
    )


def paywall(page: Page) -> str:
    """A paper that shows the first paragraphs and says so in its metadata."""
    teaser = "".join(page.paragraphs[:TEASER_PARAGRAPHS])
    data = json_ld(
        page,
        isAccessibleForFree=False,
        hasPart={
            "@type": "WebPageElement",
            "isAccessibleForFree": False,
            "cssSelector": ".paywalled",
        },
    )
    byline = f'<address>{page.words.by} <a rel="author">{page.byline}</a></address>'
    return (
        f"<!doctype html>\n<html {page.attributes}><head><meta charset=utf-8>"
        f"<title>{page.headline} | {page.site}</title>\n{data}\n{open_graph(page)}\n{_STYLE}</head>"
        f"<body><header>{page.site} {_sections(page)}</header>\n<article><h1>{page.headline}</h1>"
        f"{byline if page.byline else ''}<section class='teaser'>{teaser}</section>"
        '<section class="paywalled"><h2>Subscribe to continue reading</h2><p>This article is for '
        "subscribers. Try a month for one crown, and cancel whenever you like.</p>"
        "<a href='/subscribe'>See all offers</a> <a href='/login'>Log in</a></section></article>"
        f"{_footer(page)}</body></html>\n"
    )


def scroll(page: Page) -> str:
    """A paper that appends the next article to the page, as its scrolling readers see it."""
    following = "".join(_one_of_many(Page(other, ())) for other in page.others[:1])
    return (
        f"<!doctype html>\n<html {page.attributes}><head><meta charset=utf-8>"
        f"<title>{page.headline} — {page.site}</title>\n{json_ld(page)}\n{_STYLE}</head>"
        f"<body><header>{page.site} {_sections(page)}</header>"
        f'<div class="infinite-feed" data-next="/api/next">{_one_of_many(page)}{following}</div>'
        f"{_footer(page)}</body></html>\n"
    )


def _one_of_many(page: Page) -> str:
    byline = f'<div class="authors">{page.byline}</div>' if page.byline else ""
    return (
        f'<article class="topic" data-url="{page.article.url}"><h1>{page.headline}</h1>{byline}'
        f'<time datetime="{iso(page.article.published)}">'
        f"{day(page.article.published, page.language)}</time>"
        f'<div class="topic-body">{"".join(page.paragraphs)}</div></article>\n'
    )


def _when(page: Page) -> str:
    article, words = page.article, page.words
    text = f"{words.published} {day(article.published, page.language)}"
    if article.updated:
        text += f" · {words.updated} {day(article.updated, page.language)}"
    return text


def _sections(page: Page) -> str:
    return "".join(f'<a href="/section/{number}">§{number}</a> ' for number in range(1, 7)) + (
        f'<a href="/">{escape(page.article.outlet.name)}</a>'
    )


def _footer(page: Page) -> str:
    return (
        f"<footer><p>© {page.article.published.year} {page.site}</p>"
        '<ul><li><a href="/about">About</a></li><li><a href="/terms">Terms</a></li>'
        '<li><a href="/privacy">Privacy</a></li></ul></footer>'
    )
