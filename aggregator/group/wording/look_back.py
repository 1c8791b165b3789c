"""Whether a report looks back at an event of years ago: an anniversary is not the strike."""

import re
from typing import Final

from aggregator.group.wording.words import fold

READ: Final = 200
"""Characters of the body that count; further down, anything may be said to be years ago."""

_ANNIVERSARY: Final = re.compile(
    r"\b(?:anniversar|aniversar|jahrestag|годовщин|річниц|роковин|rocznic|yildonum|سالگرد)"
    r"|\bذكري\b|יום השנה|周年|週年"
)
_YEARS_AGO: Final = re.compile(
    r"\b(?:years?|decades?) (?:ago|after|on|since|later)\b"
    r"|\bhace (?:un|\w+) anos?\b|\banos? (?:despues|depois)\b|\bha (?:um|\w+) anos?\b"
    r"|\bil y a \w+ ans?\b|\bans? apres\b|\bvor \w+ jahr(?:en)?\b|\bjahre? nach\b"
    r"|\bann[oi] (?:fa|dopo)\b|\b(?:год|года|лет) (?:назад|спустя)\b"
    r"|\b(?:рік|роки|років) (?:тому|по)\b|\b(?:rok|lata|lat) (?:temu|po)\b|\byil once\b"
    r"|\b(?:قبل|منذ) (?:عام|عامين|سنه|سنوات)\b|\bלפני (?:שנה|שנתיים)\b"
)


def looks_back(headline: str, text: str, *, counts_dead: bool) -> bool:
    """Return whether a report remembers an old event.

    That is: headline or beginning speak of an anniversary, or the headline of what was years ago;
    or the beginning does so of an event whose dead are counted (`counts_dead`).
    """
    headline, beginning = fold(headline), fold(text[:READ])
    return bool(
        _ANNIVERSARY.search(headline)
        or _ANNIVERSARY.search(beginning)
        or _YEARS_AGO.search(headline)
        or (counts_dead and _YEARS_AGO.search(beginning))
    )
