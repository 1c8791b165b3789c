"""The headline of a page, chosen by agreement of what calls itself one."""

import html
import re
from collections.abc import Iterable
from typing import Final

from aggregator.model import PlainText
from aggregator.scrape.statements import Statements
from aggregator.scrape.words import squeezed
from aggregator.text.clean import line_of_html, plain_line
from aggregator.text.urls import host_of

_WORD: Final = re.compile(r"\w+")
_SEPARATOR: Final = re.compile(r"\s+[|–—\-»«·•:/]{1,2}\s+|\s*\|\s*|:: ")
_LEAST_TITLE: Final = 12
_WORDS_OF_HEADLINE: Final = range(3, 30)
_LEAST_AGREEMENT: Final = 0.3
"""Share of the words of an h1 and of what else calls itself a title that both have."""


def headline_of(said: Statements, url: str, entry_title: str = "") -> PlainText:
    """Return the headline, "" where the page has none.

    The h1 that shares most words with the other titles (og:title, JSON-LD headline, <title>, the
    feed's entry) wins, with or without its kicker ("Border talks: Bridge reopens") as most of the
    others have it; else the JSON-LD headline, og:title and <title> without the site's name.
    """
    site = site_of(said, url)
    titles = [
        without_site(_clean(text), site, url)
        for text in (
            said.structured.headline,
            said.meta("og:title"),
            said.meta("twitter:title", "dc.title", "parsely-title", "sailthru.title"),
            said.title,
            entry_title,
        )
    ]
    declared = [text for text in titles if text]
    best = max(said.headlines, key=lambda text: _agreement(text, declared), default="")
    alone = said.is_article and len(said.headlines) == 1 and len(best.split()) in _WORDS_OF_HEADLINE
    if (
        best
        and not _names_site(best, _site_names(site, url))
        and (alone or not declared or _agreement(best, declared) >= _LEAST_AGREEMENT)
    ):
        return plain_line(_with_agreed_kicker(without_site(best, site, url), declared))
    return plain_line(declared[0]) if declared else PlainText("")


def _with_agreed_kicker(headline: str, declared: list[str]) -> str:
    wanted = squeezed(headline)
    for text in declared:
        if len(wanted) > len(squeezed(text)) > _LEAST_TITLE and wanted.endswith(squeezed(text)):
            return text
    same = [text for text in declared if squeezed(text) == wanted]
    if same:
        # The same letters without the stray blanks that markup leaves in an h1.
        return min((headline, *same), key=len)
    longer = [text for text in declared if squeezed(text).endswith(wanted)]
    agreed = [text for text in longer if [squeezed(t) for t in longer].count(squeezed(text)) > 1]
    return agreed[0] if agreed else headline


def _clean(text: str) -> str:
    return line_of_html(html.unescape(text)) if text else ""


def _agreement(text: str, others: Iterable[str]) -> float:
    words = _words(text)
    if not words:
        return 0.0
    return max((_overlap(words, _words(other)) for other in others), default=0.0)


def _overlap(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))


def site_of(said: Statements, url: str) -> PlainText:
    """Return the publisher's name as the page gives it, else its host."""
    name = said.meta("og:site_name", "application-name", "twitter:app:name:iphone")
    name = _clean(name) or said.structured.publisher
    return plain_line(name) or plain_line(host_of(url))


def without_site(title: str, site: str, url: str) -> str:
    """Return a title without the site's name at its end or start ("Bridge reopens | The Post")."""
    separators = list(_SEPARATOR.finditer(title))
    if not separators:
        return title
    names = _site_names(site, url)
    start, end = 0, len(title)
    while separators and _names_site(title[separators[-1].end() : end], names):
        end = separators.pop().start()
    if separators and _names_site(title[start : separators[0].start()], names):
        start = separators[0].end()
    return title[start:end].strip() or title


def _site_names(site: str, url: str) -> set[str]:
    host = host_of(url)
    return {squeezed(name) for name in (site, host, host.split(".")[0])} - {""}


def _names_site(part: str, names: set[str]) -> bool:
    letters = squeezed(part)
    if not letters:
        return False
    return any(
        letters == name
        or (len(letters) > 3 and letters in name)  # noqa: PLR2004 - "News" of "Harrow News"
        or (name in letters and len(letters) < 2 * len(name))
        for name in names
    )
