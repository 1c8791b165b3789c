"""Which report's headline stands for a story: a rule, with its reasons; no text is written.

1. Language. The first of the reader's languages in which there is a headline.
2. Worth, of those: how much of it the independent origins of the story say, in headlines and
   beginnings; less what is wrong with its wording (`sobriety`), less for a count of victims that
   later headlines have overtaken (`tolls`); a little more for agencies, less for who takes a side.
3. Of equals the earliest. The headline that stands now stays unless another is clearly better.

An origin counts once, however many print its text.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import Final

from aggregator.group.headline.sobriety import Fault, faults_of
from aggregator.group.wording.tolls import Counted, outdated, tolls_of
from aggregator.group.wording.words import terms_of, words_of
from aggregator.model import SourceKind

LEAD_LIMIT: Final = 500
"""Characters of a text that are taken for what the report says."""
CLEARLY_BETTER: Final = 0.08
"""How much more worth, of about 1, another headline needs to take the place of the present one."""
_OUTDATED: Final = 0.25
_IN_LEAD: Final = 0.5
"""What a word counts that another origin has in its text and not in a headline."""
_OWN_LEAD: Final = 0.5
"""What the report's own text counts, beside 1 for each other origin."""
_SMOOTHING: Final = 2
"""Words added to the length, so that two words that everybody has are not the best headline."""
_KINDS: Final[Mapping[SourceKind, float]] = {
    SourceKind.WIRE: 0.15,
    SourceKind.NEWSPAPER: 0.05,
    SourceKind.NGO: 0.03,
    SourceKind.THINK_TANK: 0.03,
    SourceKind.GOVERNMENT: 0.0,
    SourceKind.STATE_MEDIA: -0.05,
    SourceKind.BLOG: -0.05,
}
_PARTISAN: Final = frozenset({SourceKind.GOVERNMENT, SourceKind.STATE_MEDIA, SourceKind.BLOG})


@dataclass(frozen=True, slots=True)
class Titled:
    """A report as the choice sees it: `origin` is the article that stands for its origin."""

    article: int
    origin: int
    kind: SourceKind
    title: str
    lead: str
    language: str | None
    reported: datetime


@dataclass(frozen=True, slots=True)
class Headline:
    """The report whose headline stands, and why, in words that follow "it"."""

    article: int
    reason: str


@dataclass(frozen=True, slots=True)
class _Judged:
    report: Titled
    language: int
    worth: float
    faults: tuple[Fault, ...]
    overtaken: str | None


def choose_headline(
    reports: Sequence[Titled], languages: Sequence[str] = (), present: int | None = None
) -> Headline:
    """Return which of the `reports` of a story, at least one, gives its headline.

    `languages` are those of the reader, the dearest first; () for no preference. `present` is the
    article whose headline stands now. Independent of the order of `reports`.
    """
    overtaken = outdated(
        Counted(one.article, one.origin, one.reported, tolls_of(one.title), one.kind in _PARTISAN)
        for one in reports
    )
    said = _Said(reports)
    judged = [_judged(one, said, languages, overtaken.get(one.article)) for one in reports]
    best = min(judged, key=_precedence)
    now = next((one for one in judged if one.report.article == present), best)
    stays = now.language == best.language and best.worth < now.worth + CLEARLY_BETTER
    chosen = now if stays else best
    return Headline(chosen.report.article, _reason(chosen, best, said, languages, overtaken))


def _precedence(one: _Judged) -> tuple[int, float, datetime, int]:
    return one.language, -round(one.worth, 6), one.report.reported, one.report.article


def _judged(
    report: Titled, said: "_Said", languages: Sequence[str], overtaken: str | None
) -> _Judged:
    faults = faults_of(report.title)
    worth = said.share_of(report) + _KINDS[report.kind] - sum(fault.weight for fault in faults)
    if overtaken is not None:
        worth -= _OUTDATED
    place = len(languages)
    if report.title.strip() and report.language in languages:
        place = languages.index(report.language)
    return _Judged(report, place, worth, faults, overtaken)


class _Said:
    """What each origin of a story says, as terms: in its headlines, and in its texts."""

    def __init__(self, reports: Sequence[Titled]) -> None:
        self._titles: dict[int, set[str]] = {}
        self._leads: dict[int, set[str]] = {}
        for one in reports:
            self._titles.setdefault(one.origin, set()).update(_terms(one.title))
            self._leads.setdefault(one.origin, set()).update(_terms(one.lead[:LEAD_LIMIT]))
        self._in_titles = Counter(chain.from_iterable(self._titles.values()))
        self._in_texts = Counter(
            chain.from_iterable(lead - self._titles[one] for one, lead in self._leads.items())
        )

    @property
    def origins(self) -> int:
        """How many independent origins there are."""
        return len(self._titles)

    def share_of(self, report: Titled) -> float:
        """Return how much of a headline is said by the other origins, and by its own text."""
        terms = _terms(report.title)
        title, lead = self._titles[report.origin], self._leads[report.origin]
        total = self.origins - 1 + _OWN_LEAD
        said = 0.0
        for term in terms:
            others = self._in_titles[term] - (term in title)
            in_texts = self._in_texts[term] - (term in lead and term not in title)
            said += others + _IN_LEAD * in_texts + _OWN_LEAD * (term in lead)
        return said / total / (len(terms) + _SMOOTHING)


@lru_cache(maxsize=1 << 11)
def _terms(text: str) -> frozenset[str]:
    # A story asks for the same texts again whenever a report joins it.
    return frozenset(chain.from_iterable(map(terms_of, words_of(text))))


def _reason(
    chosen: _Judged,
    best: _Judged,
    said: _Said,
    languages: Sequence[str],
    overtaken: Mapping[int, str],
) -> str:
    report = chosen.report
    parts = []
    if chosen.language < len(languages):
        parts.append(f"is in a language that you read ({report.language})")
    elif languages:
        parts.append("is in no language that you read, as all are")
    if not (count := said.origins - 1):
        parts.append("is of the only origin")
    else:
        others = "origin" if count == 1 else f"{count} origins"
        parts.append(f"is borne out to {said.share_of(report):.0%} by the other {others}")
    parts += [f"{fault.says}, as the others are no better" for fault in chosen.faults]
    if chosen.overtaken is not None:
        parts.append(f"has an old count ({chosen.overtaken}), as nothing newer says as much")
    elif overtaken:
        parts.append("has no count that others have overtaken")
    if chosen is not best:
        parts.append("stays, as no other is clearly better")
    return "; ".join(parts)
