"""Pages that are made to take time or room: each pattern fills a page to a given size."""

import json
from collections.abc import Callable, Iterator
from itertools import count
from typing import Final

TITLE: Final = "Ferry sails again"
TEXT: Final = (
    "The ferry to Dalen sails again on Monday, after the harbour office cleared the second of two"
    " mines from the channel and let the pilots test it for a night and a day."
)
MORE: Final = (
    "Pilots will go in pairs until the buoys are back, the office said, and no ship may enter the"
    " channel between dusk and dawn without a tug beside it."
)
PARAGRAPHS: Final = f"<p>{TEXT}</p><p>{MORE}</p>"
MEBIBYTE: Final = 1 << 20

Pattern = Callable[[int], str]
"""Returns a page of about as many characters as it is told."""


def repeated(unit: str, size: int) -> str:
    return unit * (size // len(unit))


def numbered(unit: str, size: int) -> str:
    """Return a unit again and again, each "#" in it another number."""

    def units() -> Iterator[str]:
        written = 0
        for number in count():
            piece = unit.replace("#", str(number))
            written += len(piece)
            if written > size:
                return
            yield piece

    return "".join(units())


def page(*, head: str = "", content: str = "", before: str = "") -> str:
    return (
        f"<html><head><title>{TITLE}</title>{head}</head><body>{before}<h1>{TITLE}</h1>"
        f"{PARAGRAPHS}{content}</body></html>"
    )


def shell(head: str) -> str:
    return f"<html><head><title>{TITLE}</title>{head}</head><body><h1>{TITLE}</h1></body></html>"


def structured(name: str, value: str) -> str:
    data = f'{{"@type":"NewsArticle","headline":"{TITLE}","{name}":{value}}}'
    return f'<script type="application/ld+json">{data}</script>'


def after(unit: str) -> Pattern:
    return lambda size: page(content=numbered(unit, size) if "#" in unit else repeated(unit, size))


def before(unit: str) -> Pattern:
    return lambda size: page(before=repeated(unit, size))


def in_head(unit: str) -> Pattern:
    return lambda size: page(head=numbered(unit, size) if "#" in unit else repeated(unit, size))


def in_meta(name: str, unit: str) -> Pattern:
    return lambda size: page(head=f"<meta property='{name}' content='x{repeated(unit, size)}y'>")


def in_structured(name: str, unit: str) -> Pattern:
    return lambda size: page(head=structured(name, f'"{repeated(unit, size)}"'))


def in_state(start: str, unit: str, end: str = "") -> Pattern:
    return lambda size: shell(f"<script>{start}{numbered(unit, size)}{end}</script>")


def in_tag(unit: str) -> Pattern:
    return lambda size: page(before=f"<div {numbered(unit, size)}>")


def in_list(name: str, unit: str) -> Pattern:
    return lambda size: page(head=structured(name, f"[{numbered(unit, size)}{{}}]"))


def in_data(start: str, unit: str, end: str = "") -> Pattern:
    return lambda size: page(
        head=f"<script type=application/ld+json>{start}{repeated(unit, size)}{end}</script>"
    )


SENTENCE: Final = "The ferry number # sails on Monday, and no other ship does, the office said."
ROW: Final = json.dumps(json.dumps(["$", "p", None, {"children": SENTENCE}]))[1:-1]
MARKUP: Final[dict[str, Pattern]] = {
    f"markup {unit}": after(unit)
    for unit in (
        "<div>", "</div>", "<p>a", "<b><i>", "<font>", "<", "<!", "<!--", "<!-- x -->", "<![CDATA[",
        "<?php ", "<a ", "<a b='", "<div class='", "<script>", "<script></script>", "<style>",
        "<svg>", "<noscript>", "<noscript><p>x</p></noscript>", "<template>",
        "<template shadowrootmode=open>", "<iframe srcdoc='<p>x'>", "<select><option>", "<form>",
        "<x-y>", "<table>", "<table><tr><td>", "<ul><li>", "<ul><li><a href=x>x</a>", "<article>",
        "<title>Ferry | Post</title>", "<textarea>", "<h1>x", "a<br>", "<img src=a.jpg alt='x'>",
    )
}  # fmt: skip
TEXTS: Final[dict[str, Pattern]] = {
    f"text {unit!r}": after(unit)
    for unit in (
        "word ", "word# and ", "x", " ", "\n", " | ", "-", "9", "12/", "12 March 2026 ",
        "2026-01-01 ", '"', "[{", "{{", "&amp;", "&amp", "&#1;", "&#xD800;", "&#xFFFE;", "\u202e",
        "\ufffe", "\x85", "\u0600",
    )
}  # fmt: skip
ELEMENTS: Final[dict[str, Pattern]] = {
    "paragraphs": after(f"<p>{SENTENCE}</p>"),
    "one paragraph again and again": after(f"<p>{TEXT}</p>"),
    "tiny paragraphs": after("<p>w#.</p>"),
    "lines": after(f"{SENTENCE}<br>"),
    "articles": after(f"<article><p>{TEXT}</p></article>"),
    "headlines": after(f"<h1>{TITLE}</h1>"),
    "cards": after("<h2><a href='/#'>A story that is somewhere else</a></h2><p>A teaser.</p>"),
    "cards in a list": after(
        "<div class=c><h3><a href=/#>Another story, number #</a></h3><p>And words of it.</p></div>"
    ),
    "headings over other pages": after("<div><h2>Read also</h2><p>Some words.</p></div>"),
    "cells of one row": lambda size: page(
        content=f"<table><tr>{repeated('<td>123', size)}</table>"
    ),
    "boxes beside paragraphs": after(f"<p>{TEXT}</p><div><section><p>Words.</p></section></div>"),
    "dates by the headline": lambda size: (
        f"<title>{TITLE}</title><h1>{TITLE}</h1>{repeated('<i class=date>1 May</i>', size)}"
    ),
    "captions": after("<p>Photo: aaaa aaaa aaaa aaaa aaaa aaaa aaaa aaaa #.</p>"),
    "links": after("<a href='/#'>word</a> "),
    "times": after("<time datetime='2026-01-01T00:00:00Z'>a</time>"),
    "times that are none": after("<time datetime='x'>x</time>"),
    "authors": after("<span class=author>By Ada Morrow</span>"),
    "bylines": after("<div class=byline><a href=/author/x>Ada Morrow</a></div>"),
    "author links": after("<a rel=author href=/a>Ada Morrow</a>"),
    "nested authors": after("<p itemprop=author>"),
    "comments of readers": after("<div class=comment><p>hello there</p></div>"),
    "names": after("<div class='c#-author-name share'>x</div>"),
    "posts": after("<div class='live-post' id=p#><time>12:00</time><p>It sails.</p></div>"),
    "pictures": after("<figure><img src=x><figcaption>#/99</figcaption></figure>"),
    "calls": after("<div class=paywall><p>Subscribe to continue reading.</p></div>"),
    "consent": after("<p>We and our partners use cookies. You can accept all or reject all.</p>"),
    "dated lines": after("<div>updated 12.03.2026 #</div>"),
    "authors deep down": lambda size: page(
        before="<div class=comment>" * 190 + repeated("<p class=author>Ada Morrow</p>", size)
    ),
    "times deep down": lambda size: page(
        before="<div class=x>" * 190 + repeated("<time datetime=2026>a</time>", size)
    ),
    "attributes": in_tag("a#=1 "),
    "attributes in quotes": in_tag("a#='>' "),
    "attributes with tags": in_tag("a#='<b' "),
    "attributes after a title": lambda size: page(
        head=f"<title><a b='</title><i {numbered('a#=1 ', size)}>"
    ),
    "a long attribute": lambda size: page(before=f"<div class='{repeated('share nav ', size)}'>"),
    "a long name": lambda size: page(before=f"<div class='{'a' * size}'>"),
    "a long tag": lambda size: page(before=f"<{'a' * size}>"),
    "a long headline": lambda size: page(before=f"<h1>{repeated('Ferry sails | ', size)}</h1>"),
    "a headline of dashes": lambda size: page(before=f"<h1>{repeated('- ', size)}</h1>"),
}
HEADS: Final[dict[str, Pattern]] = {
    "metas": in_head("<meta name=author content='Ada Morrow'>"),
    "dates in metas": in_head("<meta property=article:published_time content='2026-01-01 x'>"),
    "links in the head": in_head("<link rel=alternate href=/#>"),
    "scripts of data": in_head(
        '<script type=application/ld+json>{"@type":"Article","headline":"Ferry #"}</script>'
    ),
    "a long title": lambda size: f"<title>{repeated('Ferry | ', size)}</title>{page()}",
    "a charset": in_head("<meta charset=x "),
    "og:title": in_meta("og:title", "Ferry sails | "),
    "og:title, blanks": in_meta("og:title", " "),
    "og:description": in_meta("og:description", "word "),
    "og:image": in_meta("og:image", "/../"),
    "author": in_meta("author", "Ada, "),
    "author, blanks": in_meta("author", " "),
    "date": in_meta("article:published_time", "1"),
    "canonical": lambda size: page(head=f"<link rel=canonical href='{repeated('/../', size)}'>"),
}
DATA: Final[dict[str, Pattern]] = {
    "brackets": in_data("", "["),
    "objects": in_data("", '{"a":'),
    "commas": in_data("[", ",          "),
    "blanks": in_data("{,", " ", "x"),
    "body": in_structured("articleBody", "word and "),
    "body of elements": in_structured("articleBody", "<p>a b"),
    "body of depth": in_structured("articleBody", "<div>"),
    "headline": in_structured("headline", " | a"),
    "headline of references": in_structured("headline", "&amp;"),
    "author": in_structured("author", "Ada, "),
    "author of elements": in_structured("author", "<b>"),
    "authors": in_list("author", '{"@type":"Person","name":"Ada Morrow #"},'),
    "updates": in_list("liveBlogUpdate", '{"@type":"LiveBlogPosting","url":"#p-#"},'),
}
STATE: Final[dict[str, Pattern]] = {
    "texts": in_state('window.__STATE__={"a":[', f'{{"text":"{SENTENCE}"}},', "{}]}"),
    "keys": in_state("window.__STATE__={", f'"k#":"{SENTENCE}",', '"a":1}'),
    "depth": in_state("window.__STATE__=", '{"a":['),
    "spans": in_state('window.__STATE__={"children":[', '{"text":"word #, and "},', "{}]}"),
    "JSON in strings": in_state('window.__STATE__={"a":[', '"[[[[[[[[[[' + " " * 90 + '",', "1]}"),
    "markup": in_state('window.__STATE__={"a":"', "<p>", '"}'),
    "less than": in_state('window.__STATE__={"a":"', "<", '"}'),
    "a flat table": in_state(
        'window.__STATE__=[{"a":1},[', "#,", f'1],"{SENTENCE}"]'
    ),
    "a stream": lambda size: shell(
        numbered(f'<script>self.__next_f.push([1,"#:{ROW}\\n"])</script>', size)
    ),
    "a stream of brackets": in_state('self.__next_f.push([1,"', "1:[[[[", '"])'),
    "a stream of colons": in_state('self.__next_f.push([1,"', ":", '"])'),
    "a stream of texts": in_state('self.__next_f.push([1,"', "1:T1,a", '"])'),
    "pushes": in_state("", "self.__next_f.push([1,"),
    "a function": in_state("window.__NUXT__=(function(a){return {", f'k#:"{SENTENCE}",', "}}())"),
    "objects": in_state("window.__NUXT__=", "{a:"),
    "assignments": in_state("window.__NUXT__=", "a={};"),
    "broken assignments": in_state("window.__NUXT__={};", "a=[1,2,"),
    "quotes": in_state("window.__NUXT__={a:", '"'),
    "backslashes": in_state('window.__NUXT__={a:"', "\\"),
    "escaped quotes": in_state('window.__NUXT__={a:"', '\\"'),
    "names": in_state("window.__NUXT__={a:", "a" * 40 + "   "),
}  # fmt: skip
PATTERNS: Final[dict[str, Pattern]] = {
    **MARKUP,
    **TEXTS,
    **ELEMENTS,
    **{f"head: {name}": pattern for name, pattern in HEADS.items()},
    **{f"structured: {name}": pattern for name, pattern in DATA.items()},
    **{f"state: {name}": pattern for name, pattern in STATE.items()},
    "before the text <div>": before("<div>"),
    "before the text <!--": before("<!--"),
}


def written(name: str, size: int) -> bytes:
    """Return the page of a pattern in at most `size` bytes."""
    return PATTERNS[name](size - 2000).encode("utf-8", "surrogatepass")[:size]
