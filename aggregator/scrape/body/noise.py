"""Which parts of a page are furniture, by the names that their makers gave them.

The lists hold words that site software and front-end frameworks use for classes, ids, roles and
data attributes. A name is split into its words first, so "nav" does not match "navy-blockade".
"""

import re
from enum import IntEnum
from functools import lru_cache
from typing import Final

NAME_LIMIT: Final = 300
"""Characters of a name that are looked at; utility frameworks write whole style sheets there."""


class Noise(IntEnum):
    """How sure it is that an element is furniture.

    LIKELY is taken back where the element holds the page's prose; SURE is not.
    """

    NONE = 0
    LIKELY = 1
    SURE = 2


def _any_of(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(phrases)})\b")


def _first_words(pattern: re.Pattern[str]) -> str:
    """Return a pattern for the words that the phrases of `pattern` begin with."""
    phrases = pattern.pattern.removeprefix(r"\b(?:").removesuffix(r")\b")
    # An optional blank may join two words into one.
    phrases = re.sub(r" \?[^|]*", r"\\w*", phrases)
    depth, keeps, kept = 0, True, []
    for character in phrases:
        depth += (character == "(") - (character == ")")
        if not depth and character in " |":
            keeps = character == "|"
        if keeps:
            kept.append(character)
    return "".join(kept)


_SURE: Final = _any_of(
    # Consent layers and other layers over the page
    r"onetrust\w*|didomi\w*|cookie\w*|consent\w*|gdpr|ccpa|cmplz|qc cmp|sp message\w*|cli modal",
    r"lightbox|interstitial",
    # For machines that read aloud
    r"skip link\w*|sr only|screen ?reader\w*|visually ?hidden|off ?screen|assistive text",
    # Conversation, and other pages
    r"comments? (?:list|section|area|form|container|wrapper|thread|body|text|content)",
    r"disqus\w*|livefyre\w*|coral talk|respond|outbrain\w*|taboola\w*|capture \w+",
    r"breadcrumbs?|pagination",
)
_LIKELY: Final = _any_of(
    # Layers over the page
    r"modal\w*|popup\w*|popover|overlay|tooltip\w*|login|signin|regwall",
    r"paywall (?:prompt|message|modal|overlay|box|offer|banner)|piano offer",
    # Ways to other pages
    r"nav|navbar|navigation|menu\w*|pager|sitemap|toc|table of contents|related\w*|recommend\w*",
    r"recirc\w*|popular\w*|trending\w*|mostread|most (?:read|viewed|popular|recent|shared)",
    r"readnext|upnext|up next|sidebar\w*|side bar|aside|rail|teaser\w*|promo\w*|carousel|slider",
    r"swiper|seealso|readmore|read (?:more|next|also|on)|see also|explore more|also like",
    r"more (?:from|on|news|stories|articles|posts|like)|you (?:may|might) (?:also )?like",
    r"(?:recent|latest|other|next|previous|prev|adjacent|similar|featured|top)"
    r" (?:posts?|news|articles?|stories|story)",
    # Conversation and sharing
    r"comments?|share|sharing|shares|social\w*|sharebar|sharedaddy|addtoany|reactions|likes|follow",
    # Selling
    r"newsletter\w*|subscri\w*|signup|sign up|donat\w*|sponsor\w*|banner|affiliate\w*|cta|offers?",
    r"advert\w*|ads|adsbygoogle|ad (?:slot|container|wrapper|unit|placeholder|label|text)",
    r"call to action|mailing list|email (?:form|capture)|membership|app (?:hint|promo|banner)",
    # Page furniture
    r"footer|masthead|disclaimer\w*|copyright\w*|toolbar|back to top|widget area|hidden print",
    r"no print|print only|print block|(?:site|global|page) (?:header|nav)|(?:bottom|top) of page",
    # About the text, or beside it
    r"caption\w*|figcaption|credits?|bylines?|authors?|bio|biography|saboxplugin|dateline",
    r"timestamp|metadata|postmeta|singlepostmeta|tags?|taglist|tagcloud|tagbox|key ?words?",
    r"categor(?:y|ies)|topics?|readtime|read time|reading time|pub ?date|publish date",
    r"(?:post|article|entry|story|page|news) (?:meta|tools|actions|footer|foot|info|nav"
    r"|navigation|navi|date|details|categories)",
    r"twitter (?:tweet|embed)|tweet (?:blockquote|embed)|instagram media|bluesky embed",
    r"(?:photo|image) (?:credit|info|source|by)",
    r"(?:image|img|photo) (?:description|desc|text)|photo ?gallery|audio player|video player",
    r"placeholder|oembed|footnotes?|references|bibliography|info ?box\w*|fact ?box|ai summary",
)
_STATES: Final = re.compile(
    r"\b(?:has|have|with|without|no|none|not|is|show|hide|enable|disable) \w+"
    r"|\b\w+ (?:enabled|disabled|open|closed|count|counter)\b"
)
_NOISE_ROLES: Final = frozenset(
    "navigation complementary contentinfo banner search dialog alertdialog menu menubar toolbar"
    " tablist tooltip".split()
)
_TEXT_ITSELF: Final = _any_of(
    r"article (?:body|content|text|main)|entry content|post (?:content|body|description|text)",
    r"story (?:body|content|text)|main content|content body|articlebody|articletext|body text",
    r"bodytext|article teaser|teaser lead|single content|text content|rich text",
    r"news (?:body|content|text)",
)
_TELLING: Final = re.compile(f"(?:{_first_words(_SURE)}|{_first_words(_LIKELY)})")
_WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def words_of_name(name: str) -> str:
    """Return the words of a class or id ("postMeta__share-btn") as "post meta share btn"."""
    return " ".join(_WORDS.findall(name[:NAME_LIMIT])).lower()


@lru_cache(maxsize=8192)
def _may_tell(word: str) -> bool:
    """Say whether a word may begin a phrase for furniture: few do, and words come again."""
    return _TELLING.fullmatch(word) is not None


def noise_of_name(words: str) -> Noise:
    """Return how surely an element whose names have these words (`words_of_name`) is furniture."""
    if not any(map(_may_tell, words.split())):
        return Noise.NONE
    telling = _STATES.sub(" ", words)
    if _SURE.search(telling):
        return Noise.SURE
    if names_text(telling):
        return Noise.NONE
    return Noise.LIKELY if _LIKELY.search(telling) else Noise.NONE


def names_text(words: str) -> bool:
    """Say whether a name with these words says that the element is the article's text."""
    return _TEXT_ITSELF.search(words) is not None


def noise_of_role(role: str) -> Noise:
    """Return how surely a WAI-ARIA role marks furniture."""
    if role in {"dialog", "alertdialog"}:
        return Noise.SURE
    return Noise.LIKELY if role in _NOISE_ROLES else Noise.NONE
