"""What is new in a story since the entry last changed, as one English line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from aggregator.model import HttpUrl, NewsKind, PlainText, Report, Story
from aggregator.publish.coverage import first_report
from aggregator.text.clean import plain_line
from aggregator.text.urls import http_url

LISTED_DETAILS: Final = 5
"""Names or figures of one kind of news that the line has at most; the rest are counted."""

_DETAIL_LIMIT: Final = 120


@dataclass(frozen=True, slots=True)
class _Wording:
    """How one piece of news is told, how several are, and one of which no more is known."""

    one: str
    several: str
    bare: str


_WORDINGS: Final = {
    NewsKind.OPENED: _Wording("first report, by {}", "first reports, by {}", "first report"),
    NewsKind.ORIGIN: _Wording(
        "an independent report by {}", "independent reports by {}", "an independent report"
    ),
    NewsKind.DENIAL: _Wording("a denial ({})", "denials ({})", "a denial"),
    NewsKind.CONFIRMATION: _Wording("a confirmation ({})", "confirmations ({})", "a confirmation"),
    NewsKind.FIGURE: _Wording("{}", "{}", "another figure"),
    NewsKind.PLACE: _Wording("another place ({})", "other places ({})", "another place"),
    NewsKind.CONFLICT: _Wording(
        "another conflict ({})", "other conflicts ({})", "another conflict"
    ),
    NewsKind.HEADLINE: _Wording("another headline", "another headline", "another headline"),
    NewsKind.MERGED: _Wording(
        "joined by another story ({})", "joined by other stories ({})", "joined by another story"
    ),
    NewsKind.LEFT: _Wording(
        "a report taken out ({})", "reports taken out ({})", "a report taken out"
    ),
}
_OUTLET_STANDS_IN: Final = frozenset({NewsKind.ORIGIN, NewsKind.DENIAL, NewsKind.CONFIRMATION})


@dataclass(frozen=True, slots=True)
class _Detail:
    text: PlainText
    url: HttpUrl | None

    def as_html(self) -> str:
        # The words may be of any script, and must not turn those around them.
        name = f'<b dir="auto">{escape(self.text)}</b>'
        return f'<a href="{escape(self.url)}">{name}</a>' if self.url else name


def news_in_words(story: Story) -> str:
    """Return "New: an independent report by X; 14 dead; a denial (Y)." or "" without news."""
    return _line(
        wording.replace("{}", _enumerated([each.text for each in details]))
        for wording, details in _told(story)
    )


def news_as_html(story: Story) -> str:
    """Return the same line as HTML, what a report brought linked with it."""
    return _line(
        wording.replace("{}", _enumerated([each.as_html() for each in details]))
        for wording, details in _told(story)
    )


def _line(pieces: Iterable[str]) -> str:
    told = "; ".join(pieces)
    return f"New: {told}." if told else ""


def _told(story: Story) -> list[tuple[str, list[_Detail]]]:
    """Return the wording and the details of each kind of news, in the order of the story."""
    reports = {report.article_id: report for report in story.reports}
    by_kind: dict[NewsKind, dict[str, _Detail]] = {}
    for news in story.news:
        report = reports.get(news.article) if news.article is not None else None
        details = by_kind.setdefault(news.kind, {})
        text = plain_line(news.detail, limit=_DETAIL_LIMIT)
        if not text:
            text = _stand_in(news.kind, report, story)
        if text:
            url = http_url(report.url) if report else None
            details.setdefault(text, _Detail(text, url))
    return [
        (_wording(_WORDINGS[kind], len(details)), list(details.values()))
        for kind, details in by_kind.items()
    ]


def _stand_in(kind: NewsKind, report: Report | None, story: Story) -> PlainText:
    """Return the outlet that brought the news, where that is what one wants to know."""
    if kind is NewsKind.OPENED:
        report = report or first_report(story.reports)
    elif kind not in _OUTLET_STANDS_IN:
        return PlainText("")
    return plain_line(report.source_name, limit=_DETAIL_LIMIT) if report else PlainText("")


def _wording(wording: _Wording, count: int) -> str:
    if count == 0:
        return wording.bare
    return wording.one if count == 1 else wording.several


def _enumerated(texts: Sequence[str]) -> str:
    """Return "A", "A and B", "A, B and C", or the first of many and how many more there are."""
    listed = list(texts[:LISTED_DETAILS])
    if (more := len(texts) - LISTED_DETAILS) > 0:
        listed.append(f"{more:,} more")
    return f"{', '.join(listed[:-1])} and {listed[-1]}" if len(listed) > 1 else "".join(listed)
