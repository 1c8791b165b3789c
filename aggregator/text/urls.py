"""Addresses: the only maker of `HttpUrl`, and when two addresses mean the same page."""

import re
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

from publicsuffixlist import PublicSuffixList

from aggregator.model import HttpUrl

URL_LIMIT: Final = 4096
"""Characters; longer addresses are refused (browsers and servers stop at 2,000 to 8,000)."""

_CONTROL_OR_SPACE: Final = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_NEVER_IN_A_HOST: Final = re.compile(r"[\x00-\x20\x7f-\x9f<>\"'`\\^{}|]")
_AS_WE_SPELL_IT: Final = re.compile(
    r"https?://[a-z0-9.-]+/[\w.~%/:=&+!$,'@()*|-]*"
    r"(?:\?[\w.~%/:=&?+!$,'@()*|-]+)?(?:#[\w.~%/:=&?+!$,'@()*|-]+)?",
    re.ASCII,
)
"""Addresses that nothing is to be changed about; the usual case."""
_OTHER_SCHEME: Final = re.compile(r"(?!https?:)[a-z][a-z0-9+.-]*:", re.IGNORECASE | re.ASCII)
"""The beginning of what is no web address, whatever it is relative to; many guids are such."""
_EXTRA_SLASHES: Final = re.compile(r"^(https?://)/+", re.IGNORECASE | re.ASCII)
"""More slashes than two, which browsers and feedparser take for two, so that a host follows.

Source: https://url.spec.whatwg.org/#special-authority-ignore-slashes-state
"""
_PLAIN_QUERY: Final = re.compile(r"[\w.~-]+(?:=[\w.~-]*)?(?:&[\w.~-]+(?:=[\w.~-]*)?)*", re.ASCII)
"""Parameters that are spelt the same way after decoding and encoding."""
_WITH_MORE_THAN_A_PATH: Final = re.compile(r"[%?#]")
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_UNSAFE_IN_PATH: Final = "%/:=&?~#+!$,;'@()*[]|"

# Parameters that say how a reader came to a page and never which page it is.
_TRACKING_PARAMETER: Final = re.compile(
    r"^(?:utm_\w+|mc_[ce]id|fbclid|gclid|dclid|yclid|msclkid|twclid|igshid|_ga|_gl|_hs(?:enc|mi)"
    r"|at_(?:medium|campaign|custom\d|link_\w+|format|ptr_name)|ns_(?:campaign|mchannel|source)"
    r"|cmpid|cmp|ocid|smid|traffic_source|ref_?src|xtor|wt_mc|sr_share|maca|from_rss"
    r"|__twitter_impression|guccounter)$",
    re.IGNORECASE,
)


def http_url(raw: str | None, base: str | None = None) -> HttpUrl | None:
    """Return `raw`, resolved against `base`, as an absolute http(s) address, else None.

    Refuses every other scheme however it is spelt, addresses without a host, credentials,
    backslashes and addresses beyond `URL_LIMIT`.
    """
    if not raw or len(raw) > URL_LIMIT or _OTHER_SCHEME.match(raw):
        return None
    return HttpUrl(raw) if _AS_WE_SPELL_IT.fullmatch(raw) else _http_url(raw, base)


def is_as_we_spell_it(raw: str) -> bool:
    """Return whether `http_url` returns `raw` itself whatever the base, as is quick to see."""
    return len(raw) <= URL_LIMIT and _AS_WE_SPELL_IT.fullmatch(raw) is not None


@lru_cache(maxsize=1024)
def _http_url(raw: str, base: str | None) -> HttpUrl | None:
    # Browsers drop tabs and line breaks anywhere in an address; so "java\nscript:" is a scheme.
    text = re.sub(r"[\t\r\n]", "", raw).strip("".join(map(chr, range(0x21))))
    if _CONTROL_OR_SPACE.search(text):
        text = "".join(quote(c) if c == " " else c for c in text)
        if _CONTROL_OR_SPACE.search(text):
            return None
    text = _EXTRA_SLASHES.sub(r"\1", text, count=1) if "///" in text else text
    try:
        parts = urlsplit(urljoin(base, text) if base else text)
        port = parts.port
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not host or "@" in parts.netloc:
        return None
    if "\\" in text or _NEVER_IN_A_HOST.search(unquote(host)):
        return None
    try:
        ascii_host = host.encode("idna").decode("ascii") if not host.isascii() else host
    except UnicodeError:
        return None
    netloc = f"[{ascii_host}]" if ":" in ascii_host else ascii_host.lower()
    if port is not None and port != _DEFAULT_PORTS[parts.scheme]:
        netloc = f"{netloc}:{port}"
    path = quote(parts.path, safe=_UNSAFE_IN_PATH) or "/"
    query = quote(parts.query, safe=_UNSAFE_IN_PATH)
    fragment = quote(parts.fragment, safe=_UNSAFE_IN_PATH)
    return HttpUrl(urlunsplit((parts.scheme, netloc, path, query, fragment)))


@lru_cache(maxsize=8192)
def page_key(url: HttpUrl) -> str:
    """Return what two addresses of the same page have in common.

    Scheme, a leading "www.", the fragment, tracking parameters, the order of the others and a
    final slash do not make another page. The result is a key, not an address to fetch.
    """
    if not _WITH_MORE_THAN_A_PATH.search(url):
        key = url.partition("://")[2].removeprefix("www.").rstrip("/")
        return key if "/" in key else f"{key}/"
    parts = urlsplit(url)
    plain = _PLAIN_QUERY.fullmatch(parts.query)
    pairs = sorted(
        (name, value)
        for name, value in (
            (pair.partition("=")[::2] for pair in parts.query.split("&"))
            if plain
            else parse_qsl(parts.query, keep_blank_values=True)
        )
        if not _TRACKING_PARAMETER.match(name)
    )
    path = unquote(parts.path).rstrip("/") or "/"
    encoded = "&".join([f"{name}={value}" for name, value in pairs]) if plain else urlencode(pairs)
    return f"{parts.netloc.removeprefix('www.')}{path}{f'?{encoded}' if encoded else ''}"


def host_of(url: str) -> str:
    """Return the host of an address in lower case, without a leading "www."; "" without one."""
    try:
        return (urlsplit(url).hostname or "").lower().removeprefix("www.")
    except ValueError:
        return ""


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def registrable_domain(host: str) -> str:
    """Return the part of a host that one party registers ("bbc.co.uk"), else the host itself.

    An address in numbers is its own. Source of the rules: the Public Suffix List as shipped in the
    publicsuffixlist package.
    """
    if ":" in host or host.rpartition(".")[2].isdigit():
        return host
    return _suffixes().privatesuffix(host) or host
