"""The headline of a page, chosen by agreement of what calls itself one."""

import html
import re
from collections.abc import Iterable
from itertools import islice
from typing import Final

from aggregator.model import PlainText
from aggregator.scrape.statements import Statements
from aggregator.scrape.words import squeezed
from aggregator.text.clean import line_of_html, plain_line
from aggregator.text.urls import host_of

_WORD: Final = re.compile(r"\w+")
_SEPARATOR: Final = re.compile(r"\s+[|–—\-»«·•:/]{1,2}\s+|\s*\|\s*|:: ")
_PART_SEPARATOR: Final = re.compile(r"\s*[|ㅣ–—»«·•:/]+\s*|\s-\s|-(?=[^\s-]{2,20}$)")
_PARTS_LIMIT: Final = 20
_WORDS_OF_KICKER: Final = 5
_LEAST_SHOWN: Final = 6
"""Letters of a headline in any script."""
_LEAST_TITLE: Final = 12
_WORDS_OF_HEADLINE: Final = range(3, 30)
_LEAST_AGREEMENT: Final = 0.3
"""Share of the words of an h1 and of what else calls itself a title that both have."""


def headline_of(
    said: Statements, url: str, entry_title: str = "", shown: Iterable[str] = ()
) -> PlainText:
    """Return the headline, "" where the page has none.

    The h1 that shares most words with the other titles (og:title, JSON-LD headline, <title>, the
    feed's entry) wins, with or without its kicker ("Border talks: Bridge reopens") as most of the
    others have it; else the JSON-LD headline, og:title and <title> without the site's name.

    `shown` are further lines that may be it: where the page's h1 is the site's name, or where it
    has none, the part of <title> that is one of them is the headline.
    """
    site = site_of(said, url)
    part = _shown_part(said.title, shown)
    if part and _names_the_rest(said, part):
        return plain_line(part)
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


def _shown_part(title: str, shown: Iterable[str]) -> str:
    """Return the longest part of a title, before or behind a separator, that the page shows."""
    cuts = list(islice(_PART_SEPARATOR.finditer(title), _PARTS_LIMIT))
    if not cuts:
        return ""
    lines = {squeezed(line) for line in shown if len(line) <= len(title)}
    parts = [part for cut in cuts for part in (title[: cut.start()], title[cut.end() :])]
    held = [part for part in parts if len(squeezed(part)) >= _LEAST_SHOWN]
    return max((part for part in held if squeezed(part) in lines), key=len, default="")


def _names_the_rest(said: Statements, part: str) -> bool:
    """Say whether the page's only h1, if it has one, is what <title> has beside this part."""
    if not said.headlines:
        return True
    headline = squeezed(said.headlines[0])
    return (
        len(said.headlines) == 1
        and headline not in squeezed(part)
        and squeezed(said.title) in {headline + squeezed(part), squeezed(part) + headline}
    )


def _with_agreed_kicker(headline: str, declared: list[str]) -> str:
    wanted = squeezed(headline)
    for text in declared:
        if len(wanted) > len(squeezed(text)) > _LEAST_TITLE and wanted.endswith(squeezed(text)):
            return text
    same = [text for text in declared if squeezed(text) == wanted]
    if same:
        # The same letters without the stray blanks that markup leaves in an h1.
        return min((headline, *same), key=len)
    for text in declared:
        if under := _same_under_other_kicker(headline, text):
            return under
    longer = [text for text in declared if squeezed(text).endswith(wanted)]
    agreed = [text for text in longer if [squeezed(t) for t in longer].count(squeezed(text)) > 1]
    return agreed[0] if agreed else headline


def _same_under_other_kicker(one: str, other: str) -> str:
    """Return the headline that both have under different kickers, "" where there is none."""
    cuts = (_PART_SEPARATOR.search(one), _PART_SEPARATOR.search(other))
    if cuts[0] is None or cuts[1] is None:
        return ""
    headline, same = one[cuts[0].end() :], other[cuts[1].end() :]
    if len(one[: cuts[0].start()].split()) > _WORDS_OF_KICKER:
        return ""
    long_enough = len(squeezed(headline)) > _LEAST_TITLE
    return headline if long_enough and squeezed(headline) == squeezed(same) else ""


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
