"""Agencies, ministries, institutes and old systems: little metadata, or of another age."""

from html import escape

from tests.newsroom.layouts.page import Page, day, iso, open_graph, related


def wire(page: Page) -> str:
    """A wire's story page: a slug line, short paragraphs and a sign-off."""
    report = page.article.report
    authors = f"<p class=byline>{page.words.by} {page.byline}</p>" if page.byline else ""
    return (
        f"<!doctype html>\n<html {page.attributes}><head><meta charset=utf-8>"
        f"<title>{page.headline}</title><meta name=description "
        f'content="{escape(report.body[0][:160])}"><meta name="date" '
        f'content="{iso(page.article.published)}"></head><body><div class="wrap">'
        f'<a href="/">{page.site}</a><div class="story"><h1>{page.headline}</h1>{authors}'
        f"<p class=stamp>{day(page.article.published, page.language)}</p>"
        f'<div class="text">{"".join(page.paragraphs)}</div></div>'
        f"<ul class=next>{related(page)}</ul></div></body></html>\n"
    )


def drupal(page: Page) -> str:
    """A ministry or charity: a node with fields, breadcrumbs and a long menu."""
    menu = "".join(f'<li><a href="/section/{n}">{page.site} {n}</a></li>' for n in range(1, 12))
    return (
        f'<!DOCTYPE html>\n<html {page.attributes} prefix="dc: http://purl.org/dc/terms/"><head>'
        f'<meta charset="utf-8"><meta name="Generator" content="Drupal 9">'
        f'<link rel="canonical" href="{page.article.url}"><title>{page.headline} | {page.site}'
        f'</title></head><body class="path-node"><nav class="menu"><ul>{menu}</ul></nav>'
        '<div class="breadcrumb"><a href="/">Home</a> » <a href="/news">News</a></div>'
        f'<article role="article" class="node node--type-news"><h1 class="page-header">'
        f"<span>{page.headline}</span></h1>"
        f'<div class="field field--name-field-date"><time datetime="'
        f'{iso(page.article.published)}">{day(page.article.published, page.language)}</time></div>'
        f'<div class="field field--name-body">{"".join(page.paragraphs)}</div></article>'
        f'<div class="view-latest"><h2>{page.words.related}</h2><ul>{related(page, 6)}</ul></div>'
        f"<footer>{page.site}</footer></body></html>\n"
    )


def right_to_left(page: Page) -> str:
    """An Arabic or Hebrew paper: the page runs from right to left."""
    byline = f'<span class="writer">{page.words.by}: {page.byline}</span>' if page.byline else ""
    return (
        f"<!DOCTYPE html>\n<html {page.attributes}><head><meta charset=utf-8>"
        f"<title>{page.headline} - {page.site}</title>\n{open_graph(page)}"
        "<style>body{direction:rtl;text-align:right}</style></head><body>"
        f'<div class="header"><a href="/">{page.site}</a></div><div class="post">'
        f'<h1 class="post-title">{page.headline}</h1><div class="post-info">{byline}'
        f'<span class="post-date">{page.words.published} '
        f"{day(page.article.published, page.language)}</span></div>"
        f'<div class="post-text">{"".join(page.paragraphs)}</div>'
        f'<div class="share">{page.words.share}</div></div><div class="side"><h3>'
        f"{page.words.related}</h3><ul>{related(page)}</ul></div></body></html>\n"
    )


def old_table(page: Page) -> str:
    """A site of the year 2003: tables, line breaks for paragraphs, no metadata at all."""
    text = "<br><br>\n".join(escape(paragraph) for paragraph in page.article.report.body)
    signature = f"<br><br><i>{page.byline}</i>" if page.byline else ""
    encoding = page.article.outlet.encoding
    return (
        '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">\n<html><head>'
        f'<meta http-equiv="Content-Type" content="text/html; charset={encoding}">'
        f"<title>{page.site}: {page.headline}</title></head><body bgcolor=#ffffff>"
        f'<table width="100%"><tr><td colspan=3><font size=5>{page.site}</font></td></tr><tr>'
        f"<td width=160 valign=top><ul>{related(page, 6)}</ul></td><td valign=top>"
        f"<font size=4><b>{page.headline}</b></font><br>"
        f"<font size=1>{page.article.published:%d.%m.%Y %H:%M}</font><br><br>\n"
        f"{text}{signature}</td><td width=120 valign=top><font size=1>{page.words.newsletter}"
        "</font></td></tr></table></body></html>\n"
    )


def think_tank(page: Page) -> str:
    """An institute's backgrounder: contents, notes and the authors' lives around the text."""
    lives = "".join(
        f'<div class="expert"><b>{escape(name)}</b> is a fellow of the institute, where the '
        "programme on armed groups and borders is led.</div>"
        for name in page.article.report.authors
    )
    notes = "".join(
        f'<li id="fn{n}">Interview by telephone, name withheld, {n} of this series. '
        f'<a href="#ref{n}">↩</a></li>'
        for n in range(1, 4)
    )
    return (
        f"<!doctype html>\n<html {page.attributes}><head><meta charset=utf-8>"
        f'<title>{page.headline} | {page.site}</title><meta name="citation_title" '
        f'content="{page.headline}"><meta name="citation_publication_date" '
        f'content="{page.article.published:%Y/%m/%d}">'
        + "".join(
            f'<meta name="citation_author" content="{escape(name)}">'
            for name in page.article.report.authors
        )
        + f'</head><body><header>{page.site}</header><main class="publication">'
        f'<h1>{page.headline}</h1><p class="contributors">{page.byline}</p>'
        f"<p class=date>{page.article.published:%B %d, %Y}</p>"
        '<nav class="toc"><h4>Contents</h4><ol><li><a href="#a">The situation</a></li>'
        '<li><a href="#b">What may follow</a></li></ol></nav>'
        f'<div class="report-text">{"".join(page.paragraphs)}</div>'
        f'<section class="notes"><h4>Notes</h4><ol>{notes}</ol></section>{lives}'
        '<p class="cite">Cite this publication</p></main></body></html>\n'
    )
