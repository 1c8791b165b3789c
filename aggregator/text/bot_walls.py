"""Which service answered with a test for people, known by its headers and its page.

Publishers put services in front of their sites that let browsers pass and turn programs away. Their
pages come with any status, 200 among them, and look like a broken feed or an empty article. The
signs below are what the services themselves send (from their documentation and public lists of such
signs, 2026): a header, the title of their page, or the address of their script. An ordinary page
may speak of any of them in its text, and sites behind such a service load scripts of it everywhere;
so a sign counts in tags and scripts only, or as the whole title, and on an error or a page with
hardly any text.
"""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

BODY_LIMIT: Final = 64 * 1024
"""Bytes of a body that are looked at; the pages of the services, inline images and all, are less.
"""

_STUB_TEXT: Final = 1000
"""Visible characters of a page that holds a test and nothing else."""

_FIRST_ERROR: Final = 400
_HTML_START: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--[^>]{0,1000}-->\s*){0,5}"
    rb"<(?:!doctype\s+html|html|head|title|meta|body|script|style|noscript|h1)\b",
    re.IGNORECASE,
)
_CODE_ELEMENTS: Final = ("script", "style", "title")


@dataclass(frozen=True, slots=True)
class _Page:
    """An answer taken apart, in lower case, white space as single spaces.

    `code` is what stands in tags, scripts and comments, `text` is what people see.
    """

    status: int
    headers: dict[str, str]
    title: str = ""
    code: str = ""
    text: str = ""
    is_whole: bool = False

    @property
    def is_error(self) -> bool:
        return self.status >= _FIRST_ERROR

    @property
    def is_stub(self) -> bool:
        return self.is_whole and len(self.text) <= _STUB_TEXT


@dataclass(frozen=True, slots=True)
class _Sign:
    """One way to know a wall: all that is given has to be found.

    `header` is a name and what its value has to match; `title` (as a whole), `code` and `text` are
    patterns for these parts of the page, and count only on an error or a stub. `on_error` and
    `on_stub` are for signs that need that very one.
    """

    wall: str
    header: tuple[str, str] | None = None
    title: str | None = None
    code: str | None = None
    text: str | None = None
    on_error: bool = False
    on_stub: bool = False

    def is_on(self, page: _Page) -> bool:
        if (self.on_error and not page.is_error) or (self.on_stub and not page.is_stub):
            return False
        if self.header and not _found(self.header[1], page.headers.get(self.header[0], "")):
            return False
        if not (self.title or self.code or self.text):
            return True
        return (
            (page.is_error or page.is_stub)
            and (not self.title or re.fullmatch(self.title, page.title) is not None)
            and (not self.code or _found(self.code, page.code))
            and (not self.text or _found(self.text, page.text))
        )


def _found(pattern: str, text: str) -> bool:
    return re.search(pattern, text) is not None


_CLOUDFLARE: Final = "Cloudflare"
_DATADOME: Final = "DataDome"
_HUMAN: Final = "HUMAN (PerimeterX)"
_AKAMAI: Final = "Akamai"
_IMPERVA: Final = "Imperva"
_AWS: Final = "AWS WAF"
_SUCURI: Final = "Sucuri"
_DDOS_GUARD: Final = "DDoS-Guard"
_VERCEL: Final = "Vercel"
_CAPTCHA: Final = "a captcha"

_SIGNS: Final = (
    _Sign(_CLOUDFLARE, header=("cf-mitigated", "^challenge")),
    _Sign(_CLOUDFLARE, code=r"\b_cf_chl_opt\b|\bcf-browser-verification\b|\bjschl-answer\b"),
    _Sign(_CLOUDFLARE, title=r"attention required! \| cloudflare"),
    _Sign(_CLOUDFLARE, title=r"access denied \| .{1,200} used cloudflare to restrict access"),
    _Sign(
        _CLOUDFLARE,
        header=("server", "^cloudflare"),
        text=r"^error code: 10[012]\d$",
        on_error=True,
    ),
    _Sign(_DATADOME, header=("x-dd-b", "."), on_error=True),
    _Sign(_DATADOME, code=r"\bcaptcha-delivery\.com\b"),
    _Sign(_HUMAN, code=r"\bid ?= ?[\"']?px-captcha\b|//captcha\.px-(?:cdn|cloud)\.net/"),
    _Sign(_HUMAN, title=r"access to this page has been denied\.?"),
    _Sign(_HUMAN, code=r"\"blockscript\" ?:", text=r"\"appid\" ?: ?\"px", on_error=True),
    _Sign(_AKAMAI, title="access denied", text=r"reference ?#[0-9a-f.]{10,}", on_error=True),
    _Sign(_AKAMAI, code=r"\bsec-if-cpt-container\b|/_sec/(?:cp_challenge/|verify\?)|\bbm-verify="),
    _Sign(_IMPERVA, text=r"^request unsuccessful\. incapsula incident id"),
    _Sign(_IMPERVA, title="pardon our interruption"),
    # Imperva writes its script into ordinary pages too; the test has neither title nor text.
    _Sign(_IMPERVA, title=r"\s*", code=r"/_incapsula_resource\?", text=r"^$", on_stub=True),
    # So do these.
    _Sign("Kasada", title=r"\s*", code=r"\bwindow\.kpsdk\b", text=r"^$", on_stub=True),
    _Sign("Reblaze", title=r"\s*", code=r"\bwindow\.rbzns\b", text=r"^$", on_stub=True),
    _Sign(_AWS, header=("x-amzn-waf-action", "^(?:challenge|captcha)")),
    _Sign(_AWS, code=r"\bwindow\.gokuprops\b|\.captcha\.awswaf\.com/"),
    _Sign(
        _AWS,
        title="error: the request could not be satisfied",
        text=r"\brequest blocked\.",
        on_error=True,
    ),
    _Sign(_SUCURI, header=("x-sucuri-block", "."), on_error=True),
    _Sign(_SUCURI, title=r"sucuri website firewall - .{0,40}access denied"),
    _Sign(_SUCURI, code=r"\bsucuri_cloudproxy_js\b"),
    _Sign(_DDOS_GUARD, title="ddos-guard"),
    _Sign(_DDOS_GUARD, code=r"//check\.ddos-guard\.net/|/\.well-known/ddos-guard/"),
    _Sign(_VERCEL, header=("x-vercel-mitigated", "^(?:challenge|deny)")),
    _Sign(_VERCEL, title="vercel security checkpoint"),
    _Sign("SiteGround", header=("sg-captcha", "^challenge")),
    _Sign("SiteGround", code=r"/\.well-known/sgcaptcha/"),
    _Sign("Radware", code=r"//(?:validate|captcha)\.perfdrive\.com/"),
    _Sign("Kasada", header=("x-kpsdk-ct", "."), on_error=True),
    _Sign("F5", text=r"^please enable javascript to view the page content\.? your support id"),
    _Sign("F5", title="request rejected", text=r"\bsupport id\b"),
    _Sign("Qrator", code=r"/__qrator/(?:qauth|validate)"),
    _Sign("Fastly", title="client challenge", code=r"/_fs-ch-"),
    _Sign("Wordfence", text=r"\bgenerated by wordfence\b"),
    _Sign("Anubis", code=r"\bid ?= ?[\"']?anubis_challenge\b"),
    _Sign(
        _CAPTCHA,
        title=r"(?:.{0,80}\b)?(?:captcha|are you (?:a )?(?:human|robot)|robot check"
        r"|human verification|security (?:check|verification)"
        r"|verif(?:y|ying|ication)\b.{0,40}\bhuman)\b.{0,80}",
        code=r"\bg-recaptcha\b|\bh-captcha\b|\bcf-turnstile\b|\bsmart-captcha\b|\bgeetest\b"
        r"|\bhcaptcha\.com/|\bsmartcaptcha\.yandexcloud\.net/|/recaptcha/(?:api|enterprise)\.js"
        r"|\bfrc-captcha\b|\baltcha-widget\b|\.arkoselabs\.com/|\.friendlycaptcha\.",
        on_stub=True,
    ),
)


def looks_like_html(body: bytes) -> bool:
    """Tell whether the first bytes of a body begin a web page rather than a feed."""
    return _HTML_START.match(body[:BODY_LIMIT]) is not None


def bot_wall(status: int, headers: Iterable[tuple[str, str]], body: bytes) -> str | None:
    """Return the name of the service whose test for people an answer is, else None.

    `headers` have names in lower case. Of `body` the first `BODY_LIMIT` bytes are looked at; it
    may be empty when only the headers are to be judged.
    """
    page = _page(status, {name: value.lower() for name, value in headers}, body)
    return next((sign.wall for sign in _SIGNS if sign.is_on(page)), None)


def _page(status: int, headers: dict[str, str], body: bytes) -> _Page:
    is_whole = len(body) < BODY_LIMIT
    if status < _FIRST_ERROR and not is_whole:
        # Neither an error nor a stub: no sign on the page itself counts.
        return _Page(status, headers)
    document = body[:BODY_LIMIT].decode("latin-1").lower()
    is_markup = document.removeprefix("\xef\xbb\xbf").lstrip().startswith("<")
    if is_markup and not looks_like_html(body):
        return _Page(status, headers)
    # JSON and plain words are code and text in one, and no page.
    parts = _parted(document) if is_markup else _Parts(code=[document], text=[document])
    return _Page(
        status=status,
        headers=headers,
        title=_plain(parts.title),
        code=" ".join("".join(parts.code).split()),
        text=_plain(" ".join(parts.text)),
        is_whole=is_markup and is_whole,
    )


def _plain(text: str) -> str:
    return " ".join(html.unescape(text).lower().split())


@dataclass(slots=True)
class _Parts:
    title: str = ""
    code: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)


def _parted(document: str) -> _Parts:
    """Part the title, then tags, scripts, styles and comments, from the text between them."""
    parts = _Parts()
    position = 0
    while (start := document.find("<", position)) >= 0:
        parts.text.append(document[position:start])
        name = next((n for n in _CODE_ELEMENTS if document.startswith(n, start + 1)), "")
        position = _end_of_code(document, start, name)
        if name == "title":
            parts.title = parts.title or document[start:position].partition(">")[2].split("<")[0]
        else:
            parts.code.append(document[start:position])
    parts.text.append(document[position:])
    return parts


def _end_of_code(document: str, start: int, element: str) -> int:
    """Return where a tag or comment ends, or the whole of an element whose content is no text."""
    if document.startswith("<!--", start):
        end = document.find("-->", start)
        return end + 3 if end >= 0 else len(document)
    closing = document.find(f"</{element}", start) if element else start
    end = document.find(">", closing) if closing >= 0 else -1
    return end + 1 if end >= 0 else len(document)
