"""Blogs and small papers on ready-made systems."""

from html import escape

from tests.newsroom.layouts.page import Page, day, iso, json_ld, open_graph, related


def wordpress(page: Page) -> str:
    """A common theme: widgets, sharing buttons inside the entry, comments below it."""
    author = f'<span class="author vcard"><a class="url fn n">{page.byline}</a></span>'
    comments = "".join(
        f'<li class="comment"><cite class="fn">reader{n}</cite><p>{page.words.share}! {n}</p></li>'
        for n in (1, 2)
    )
    return (
        f"<!DOCTYPE html>\n<html {page.attributes}><head><meta charset=UTF-8>"
        f'<title>{page.headline} &#8211; {page.site}</title><meta name="generator" '
        f'content="WordPress 6.4">{open_graph(page)}</head><body class="single single-post">'
        f'<header id="masthead"><p class="site-title"><a href="/">{page.site}</a></p></header>'
        '<div id="primary"><main><article class="post type-post hentry"><header '
        f'class="entry-header"><h1 class="entry-title">{page.headline}</h1><div '
        f'class="entry-meta"><time class="entry-date published" '
        f'datetime="{iso(page.article.published)}">{day(page.article.published, page.language)}'
        f"</time>{author if page.byline else ''}</div></header>\n"
        f'<div class="entry-content">{"".join(page.paragraphs)}'
        f'<div class="sharedaddy"><h3>{page.words.share}:</h3><ul><li>Facebook</li><li>X</li></ul>'
        f'</div><div id="jp-relatedposts"><h3>{page.words.related}</h3><ul>{related(page, 3)}</ul>'
        f'</div></div></article><section id="comments"><ol>{comments}</ol></section></main></div>'
        f'<aside id="secondary"><section class="widget"><h2>{page.words.related}</h2><ul>'
        f"{related(page, 6)}</ul></section></aside></body></html>\n"
    )


def ghost(page: Page) -> str:
    """A newsletter blog: reading time, an author card, a call to subscribe."""
    return (
        f"<!DOCTYPE html>\n<html {page.attributes}><head><meta charset=utf-8>"
        f"<title>{page.headline}</title>{open_graph(page)}{json_ld(page, 'Article')}"
        '<meta name="generator" content="Ghost 5.7"></head><body class="post-template">'
        f'<header class="gh-head"><a href="/">{page.site}</a></header><main class="gh-main">'
        f'<article class="gh-article post"><header class="gh-article-header"><h1 '
        f'class="gh-article-title">{page.headline}</h1><div class="gh-article-meta"><h4 '
        f'class="gh-article-author-name">{page.byline}</h4><time class="gh-article-meta-date" '
        f'datetime="{page.article.published:%Y-%m-%d}">{page.article.published:%d %b %Y}</time> '
        f'<span class="gh-article-meta-length">— 3 min read</span></div></header><section '
        f'class="gh-content gh-canvas">{"".join(page.paragraphs)}'
        '<div class="kg-card kg-signup-card"><h2>Never miss a post</h2><p>Sign up for free and '
        "get each letter in your inbox.</p></div></section></article></main>"
        f'<aside class="gh-readmore"><h3>Read next</h3><ul>{related(page, 3)}</ul></aside>'
        "</body></html>\n"
    )


def squarespace(page: Page) -> str:
    """A site kit whose paragraphs lie in nested blocks with generated names."""
    blocks = "".join(
        f'<div class="sqs-block html-block" id="block-yui_3_17_2_{number}"><div '
        f'class="sqs-block-content"><div class="sqs-html-content"><p class="" '
        f'style="white-space:pre-wrap;">{escape(text)}</p></div></div></div>'
        for number, text in enumerate(page.article.report.body)
    )
    author = f'<span class="blog-author-name">{page.byline}</span>' if page.byline else ""
    return (
        f"<!doctype html>\n<html {page.attributes}><head><meta charset=utf-8>"
        f'<title>{page.headline} — {page.site}</title><meta itemprop="name" '
        f'content="{page.headline}"><meta itemprop="datePublished" '
        f'content="{iso(page.article.published)}"></head><body><div id="siteWrapper"><header>'
        f'<a href="/">{page.site}</a></header><main><article class="blog-item"><h1 '
        f'class="entry-title">{page.headline}</h1>{author}<time class="dt-published" '
        f'datetime="{page.article.published:%Y-%m-%d}">{day(page.article.published, page.language)}'
        f'</time><div class="blog-item-content e-content">{blocks}</div></article>'
        f'<section class="item-pagination"><ul>{related(page, 2)}</ul></section></main>'
        f"<footer><p>{page.words.newsletter}</p></footer></div></body></html>\n"
    )
