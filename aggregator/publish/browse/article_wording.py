"""What the page of an article says in words: how a time is known, what waits, whose text it is."""

from typing import Final

from aggregator.publish.coverage import counted, moment_in_words
from aggregator.store.whole_article import RelatedArticle, WholeArticle

BODY_SOURCES: Final = {
    "page": "the text of its page",
    "feed": "what its feed says of it",
    "none": "no text",
}
"""What the stored text is, by `body_source`."""

_EVIDENCE: Final = {
    "rule": "by the rule for this site",
    "json-ld": "from the page's own data",
    "meta": "from a meta tag of the page",
    "time element": "from the time given by the headline",
    "url": "the day in its address",
    "text": "from a line by the headline",
    "feed": "from the feed",
    "htmldate": "found somewhere on the page",
    "missing": "",
}
_STAGES: Final = {
    "scrape": "reading its page",
    "revisit": "looking at its page again",
    "group": "finding its story",
}


def evidence_in_words(how: str) -> str:
    """Return where a time was found, in words; what is not known by name stays as it is."""
    kind, _, detail = how.partition(":")
    words = _EVIDENCE.get(kind.strip(), kind.strip())
    return f"{words} ({detail.strip()})" if detail.strip() and words else words


def state_in_words(whole: WholeArticle) -> list[str]:
    """Return what is not as usual with an article: what it waits for, failed at, or has lost."""
    told = [
        f"The program failed at {_STAGES.get(aside.stage, aside.stage)}"
        f" ({counted(aside.failures, 'time')} since {moment_in_words(aside.since)});"
        f" it tries again on {moment_in_words(aside.retry)}."
        for aside in whole.aside
    ]
    if whole.detail.is_gone:
        when = f", as was found on {moment_in_words(whole.looked)}" if whole.looked else ""
        told.append(f"Its page is not there any more{when}; this is what it was.")
    if whole.version == 0:
        due = ""
        if whole.scrape_due:
            due = f", which is to be asked for on {moment_in_words(whole.scrape_due)}"
        told.append(f"It waits for its page{due}; until then only its feed speaks.")
    if whole.story is None:
        told.append("It is in no story yet.")
    return told


def standing_in_words(whole: WholeArticle) -> list[tuple[str, RelatedArticle | None]]:
    """Return what it is to its story, as sentences that end with the article they speak of."""
    report, detail = whole.detail.report, whole.detail
    told: list[tuple[str, RelatedArticle | None]] = []
    original = whole.related.get(report.copy_of) if report.copy_of is not None else None
    origin = whole.related.get(report.origin) if report.origin is not None else None
    shares = whole.related.get(detail.shared_with) if detail.shared_with is not None else None
    if original:
        told.append(("Its text repeats that of", original))
    if origin and origin != original:
        told.append(("The origin that it counts under is", origin))
    if shares and detail.shared > 0:
        told.append((f"{detail.shared:.0%} of its text was printed before by", shares))
    if not told and whole.story is not None:
        told.append(("It counts as an origin of its own.", None))
    return told
