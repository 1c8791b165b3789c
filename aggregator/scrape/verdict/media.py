"""Pages that show pictures or a film, with hardly any text."""

import re
from typing import Final
from urllib.parse import urlsplit

from aggregator.scrape.verdict.findings import Findings

_TEXT_WORDS: Final = 150
"""Words; with more of them it is an article, whatever is shown beside."""
_TEXT_LETTERS: Final = 900
"""Characters, the same for scripts that do not set words apart."""
_LITTLE_WORDS: Final = 60
_ADDRESS: Final = re.compile(
    r"/(?:videos?|watch|clips?|tv|mediathek|videotheek|galler(?:y|ies)|galeri[ae]s?|galleri|galerie"
    r"|photo-?galler(?:y|ies)|photos?|pictures?|in-pictures|slideshows?|diaporamas?|fotostrecken?"
    r"|bildergalerien?|bilderstrecken?|fotogalerien?|fotogaler[ií]as?|fotos?|foto|fotogallery"
    r"|fotoreportage|photogallery|media-?gallery|multimedia)(?:[/-]|$)",
    re.IGNORECASE,
)
_MEDIA_KINDS: Final = frozenset({"ImageGallery", "MediaGallery"})
_VIDEO_KINDS: Final = frozenset({"VideoObject", "VideoGallery", "Clip", "Movie", "TVEpisode"})
_COUNTER: Final = re.compile(
    r"\W*(?:\w+ )?(\d{1,3}) ?(?:/|of|von|sur|de|di|of the|из|з|av|af|van|z|från|/ ?) ?(\d{1,3})\W*",
    re.IGNORECASE,
)
_COUNTER_LENGTH: Final = 24
_LEAST_PICTURES: Final = 3


def is_media(found: Findings) -> bool:
    """Say whether a page is a gallery or a film rather than a text.

    A report of a few lines stays a report where the page says that it is one, unless its address
    or its type says that it is about the pictures.
    """
    if found.words > _TEXT_WORDS or len(found.body) > _TEXT_LETTERS:
        return False
    kinds = found.said.structured.kinds
    named = _ADDRESS.search(urlsplit(found.url).path) is not None
    kind = found.said.meta("og:type").lower()
    if kind.startswith("video") or not _MEDIA_KINDS.isdisjoint(kinds):
        return True
    if _counted(found) >= _LEAST_PICTURES:
        return True
    if not _VIDEO_KINDS.isdisjoint(kinds):
        return named or not found.said.structured.is_article or not found.body
    plays = bool(found.said.meta("og:video", "og:video:url", "og:video:secure_url"))
    plays = plays or found.said.meta("twitter:card").lower() == "player"
    return named and (plays or found.words < _LITTLE_WORDS)


def _counted(found: Findings) -> int:
    """Return how many pictures are numbered ("3/12") on the page."""
    totals: dict[str, set[str]] = {}
    for block in found.page.blocks:
        if len(block.text) <= _COUNTER_LENGTH and (match := _COUNTER.fullmatch(block.text)):
            totals.setdefault(match[2], set()).add(match[1])
    return max(map(len, totals.values()), default=0)
