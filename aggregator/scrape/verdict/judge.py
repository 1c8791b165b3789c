"""What kind of page it is, and what of its text may be stored.

What a page says to its visitor (to prove to be no robot, to agree to cookies, that there is no
such page) is judged before what it says of itself, since such pages keep the article's metadata.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from aggregator.model import PlainText, Verdict
from aggregator.scrape.body.scoring import HEADING_TAGS
from aggregator.scrape.verdict.consent import is_consent_text
from aggregator.scrape.verdict.findings import Findings, leads_elsewhere
from aggregator.scrape.verdict.live import is_live_blog
from aggregator.scrape.verdict.media import is_media
from aggregator.scrape.verdict.notices import (
    asks_to_log_in,
    is_title_of_log_in,
    needs_scripts,
    says_no_such_page,
    tests_for_people,
)
from aggregator.scrape.verdict.paywall import is_teaser, without_gate

_WALL_TEXT: Final = 1200
"""Visible characters of a whole page that tests its visitors; articles with menus show more."""
_WALL_LINE: Final = 120
"""Characters of a call to prove something; paragraphs that quote one are longer."""
_STUB: Final = 300
"""Visible characters beside it with which one call is enough."""
_NOTICE: Final = 700
"""Characters of text on a page that says that there is none."""
_HEADLINE: Final = 100
"""Characters of a headline that says so."""
_SHORT: Final = 250
"""Characters; below it a text is a notice, unless the page says that it is an article."""
_LISTED: Final = 6
"""Headings that lead elsewhere; related links under an article have fewer beside its text."""
_LISTED_WITHIN: Final = 3
"""The same between the first and the last paragraph."""
_TEASER_LENGTH: Final = 250
"""Characters; the paragraphs of a listing are shorter."""
_RUNNING_TEXT: Final = 1000
"""Characters; a listing whose teasers are all taken for its text has fewer without headings."""
_BLOCKS_OF_LAYER: Final = 60
_LISTING_KINDS: Final = frozenset({"CollectionPage", "SearchResultsPage"})
_CONSENT_HOST: Final = re.compile(r"^(?:guce|consent|cmp|privacy|myprivacy|zustimmung)\.|^guce-")
_HOME: Final = re.compile(r"/?(?:index\.\w{2,5}|[a-z]{2}(?:-[a-z]{2})?/?)?", re.IGNORECASE)
REFUSED: Final = frozenset(
    {Verdict.CONSENT_PAGE, Verdict.BOT_WALL, Verdict.NOT_AN_ARTICLE, Verdict.EMPTY}
)
"""Verdicts on pages whose text is no article's and is not kept."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What kind of page it is, why its text is not to be had ("" where it is), and the text."""

    verdict: Verdict
    reason: str
    body: PlainText


def judge(found: Findings) -> Judgement:
    """Return the verdict on a page. The text of a page that is refused is not kept."""
    verdict, reason = _verdict(found)
    if verdict in REFUSED:
        return Judgement(verdict, reason, PlainText(""))
    lines = without_gate(found.lines) if verdict is Verdict.PAYWALL else found.lines
    return Judgement(verdict, reason, PlainText("\n\n".join(lines)))


def _verdict(found: Findings) -> tuple[Verdict, str]:
    refused = _refused(found)
    if refused is not None:
        return refused
    if is_live_blog(found):
        return Verdict.LIVE_BLOG, ""
    if is_teaser(found):
        return Verdict.PAYWALL, "the page is behind a paywall and shows only a teaser"
    if is_media(found):
        return Verdict.GALLERY, "the page shows pictures or a film with little text"
    if _is_home(found):
        return Verdict.NOT_AN_ARTICLE, "the address leads to the site's home page"
    if not found.said.is_article and _is_listing(found):
        return Verdict.NOT_AN_ARTICLE, "the page lists other pages"
    if not found.body:
        if any(map(needs_scripts, found.notes)):
            return Verdict.EMPTY, "the page shows its text only to browsers that run its scripts"
        return Verdict.EMPTY, "no article text was found on the page"
    if not found.said.is_article and not found.dated and len(found.body) < _SHORT:
        return Verdict.NOT_AN_ARTICLE, "the page holds no article"
    return Verdict.ARTICLE, ""


def _refused(found: Findings) -> tuple[Verdict, str] | None:
    """Return the verdict on a page that speaks to its visitor instead of showing an article."""
    if _is_robot_test(found):
        return Verdict.BOT_WALL, "the page asks its visitor to prove to be no robot"
    if _is_consent_page(found):
        return Verdict.CONSENT_PAGE, "the page asks for consent to cookies and shows no article"
    if found.states_article and len(found.body) > _SHORT:
        return None
    if _is_no_such_page(found):
        return Verdict.NOT_AN_ARTICLE, "the page says that there is no such page"
    if _is_log_in(found):
        return Verdict.NOT_AN_ARTICLE, "the page asks its visitor to log in"
    if found.body and len(found.body) < _SHORT and all(map(needs_scripts, found.lines)):
        return Verdict.EMPTY, "the page shows its text only to browsers that run its scripts"
    return None


def _is_robot_test(found: Findings) -> bool:
    if found.visible > _WALL_TEXT or found.states_article:
        return False
    lines = {*(block.text for block in found.page.blocks), *found.notes}
    if not any(headline in found.said.title for headline in found.said.headlines):
        lines.add(found.said.title)
    calls = [line for line in lines if len(line) <= _WALL_LINE and tests_for_people(line)]
    beside = found.visible - sum(map(len, calls))
    return len(calls) > (0 if beside <= _STUB else 1)


def _is_consent_page(found: Findings) -> bool:
    if is_consent_text(found.body):
        return True
    if len(found.body) >= _SHORT:
        return False
    own = urlsplit(found.own_address or found.url).hostname or ""
    if _CONSENT_HOST.search(own) and not found.states_article:
        return True
    # The text of the layer is furniture by its names, so that it is not the page's text.
    shown = "\n".join(block.text for block in found.page.blocks[:_BLOCKS_OF_LAYER])
    return is_consent_text(shown)


def _is_no_such_page(found: Findings) -> bool:
    if len(found.body) > _NOTICE:
        return False
    titles = (found.title, found.said.title, *found.said.headlines)
    if any(len(title) <= _HEADLINE and says_no_such_page(title) for title in titles):
        return True
    return bool(found.lines) and len(found.body) < _SHORT and says_no_such_page(found.lines[0])


def _is_log_in(found: Findings) -> bool:
    if len(found.body) > _SHORT:
        return False
    titles = (found.title, *found.said.headlines)
    return any(map(is_title_of_log_in, titles)) or any(map(asks_to_log_in, found.lines))


def _is_home(found: Findings) -> bool:
    """Say whether an article's address has led to the home page: the page says so, and lists."""
    if not found.own_address or found.states_article:
        return False
    own, asked = urlsplit(found.own_address), urlsplit(found.url)
    if own.query or not _HOME.fullmatch(own.path) or _HOME.fullmatch(asked.path):
        return False
    return found.linked_headings >= _LISTED_WITHIN and _longest(found) < _TEASER_LENGTH


def _is_listing(found: Findings) -> bool:
    if not _LISTING_KINDS.isdisjoint(found.said.structured.kinds) and not found.dated_by_page:
        return True
    if _longest(found) >= _TEASER_LENGTH:
        return False
    within = sum(b.tag in HEADING_TAGS and leads_elsewhere(b) for b in found.within)
    if within >= _LISTED_WITHIN and 3 * within >= len(found.spots):
        return True
    return found.linked_headings >= _LISTED and len(found.body) < _RUNNING_TEXT


def _longest(found: Findings) -> int:
    return max(map(len, found.lines), default=0)
