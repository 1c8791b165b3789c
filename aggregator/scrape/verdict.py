"""What kind of page it is, and why its text is not taken where it is not."""

import re
from typing import Final

from aggregator.model import Verdict
from aggregator.scrape.statements import Statements

_CONSENT: Final = re.compile(
    r"\b(?:cookies?|consent|gdpr|privacy|personal (?:data|information)|data protection"
    r"|datenschutz\w*|einwillig\w*|zustimm\w*|donn[ée]es personnelles|confidentialit[ée]"
    r"|privacidad|consentimiento|protezione dei dati|политик\w+ конфиденциальности"
    r"|персональн\w+ данн\w+|куки|файл\w* cookie|legitimate interest|vendors?|partners?"
    r"|tracking|purposes?|advertising)\b",
    re.IGNORECASE,
)
_BOT_WALL: Final = re.compile(
    r"verify (?:that )?you are (?:a )?human|checking your browser|enable javascript and cookies"
    r"|are you a robot|unusual traffic from your|^access denied|attention required|just a moment",
    re.IGNORECASE,
)
_BOT_WALL_LIMIT: Final = 600
"""Characters; articles that speak of such walls are longer."""
_SHORT: Final = 250
"""Characters; below it a text is a notice, unless the page says that it is an article."""
_TEASER: Final = 1500
"""Characters; a page that is not free and shows less than this shows its teaser."""
_LISTED: Final = 6
"""Headings that lead elsewhere; related links under an article have fewer beside its text."""
_TEASER_LENGTH: Final = 250
"""Characters; the paragraphs of a listing are shorter."""
_LISTING_KINDS: Final = frozenset({"CollectionPage", "SearchResultsPage"})
_LEAST_CONSENT_WORDS: Final = 5
_CONSENT_WORDS_IN_100: Final = 5.0


def judge(body: str, said: Statements, *, dated: bool, linked_headings: int) -> tuple[Verdict, str]:
    """Return the verdict on a page whose text is `body`, and why the text is not to be had.

    `dated` says that a time of publication was found, `linked_headings` how many headings of the
    page lead elsewhere. The reason is "" where the text is good.
    """
    structured = said.structured
    if structured.live and body:
        return Verdict.LIVE_BLOG, ""
    if _is_consent_text(body):
        return Verdict.CONSENT_PAGE, "the page shows a consent notice or a wall against robots"
    if structured.free is False and len(body) < _TEASER:
        return Verdict.PAYWALL, "the page is behind a paywall and shows only a teaser"
    if not said.is_article and _is_listing(body, said, linked_headings, dated=dated):
        return Verdict.NOT_AN_ARTICLE, "the page lists other pages"
    if not body:
        return Verdict.EMPTY, "no article text was found on the page"
    if not said.is_article and not dated and len(body) < _SHORT:
        return Verdict.NOT_AN_ARTICLE, "the page holds no article"
    return Verdict.ARTICLE, ""


def _is_listing(body: str, said: Statements, linked_headings: int, *, dated: bool) -> bool:
    if not _LISTING_KINDS.isdisjoint(said.structured.kinds) and not dated:
        return True
    longest = max(map(len, body.split("\n\n")))
    return linked_headings >= _LISTED and longest < _TEASER_LENGTH


def _is_consent_text(text: str) -> bool:
    if len(text) < _BOT_WALL_LIMIT and _BOT_WALL.search(text):
        return True
    hits = len(_CONSENT.findall(text))
    return hits >= _LEAST_CONSENT_WORDS and 100 * hits / len(text.split()) >= _CONSENT_WORDS_IN_100
