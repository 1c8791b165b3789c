"""An article compared with a whole story: the input of the second half of the decision."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from aggregator.group.decision.pairs import Pair, logarithm_of_days, stands_out, usual
from aggregator.group.index import ActiveStory, Held, Index, Question, Surroundings
from aggregator.group.profile import Profile
from aggregator.group.wording.sounds import is_sound

NAMES: Final = (
    "text_like_story",
    "names_like_story",
    "headline_covered_by_story",
    "nearest_headline_covered_by_article",
    "stands_out_from_other_stories",
    "days_from_story",
    "time_unknown",
    "same_outlet",
    "same_counts",
    "other_counts",
    "same_dead",
    "fewer_dead_than_before",
    "more_dead",
    "one_looks_back",
    "single_report",
    "reports_held",
    "nearest_report_matches",
    "reports_match_on_average",
    "reports_that_match",
)
"""Shares and cosines in 0..1, but for logarithms: `stands_out_...` of a ratio of cosines,
`days_from_story` of 1 + days, `reports_held` of 1 + the reports in the window,
`nearest_report_matches` of the odds, `reports_match_on_average` of a probability, and
`reports_that_match` of 1 + the expected number of reports of the same event."""

_SUPPORT_REPORTS: Final = 5
_OTHERS: Final = slice(3, 13)
_FLOOR: Final = 0.02
_MOST_CANDIDATES: Final = 6
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A story near an article, with features in the order of `NAMES`.

    `support` is the mean probability, over the best five of its reports (over all of a smaller
    story), that the report tells of the article's event; `days` is the time between the article
    and the story's reports; `shared` is how many words or sounds it has in common with the nearest.
    """

    story: ActiveStory
    nearest: Held
    support: float
    days: float
    shared: int
    row: tuple[float, ...]


def candidates_of(
    index: Index,
    question: Question,
    around: Surroundings,
    pairs: Sequence[Pair],
    odds: Sequence[float],
    held: int,
    *,
    unrelated: float = 0.0,
) -> list[Candidate]:
    """Return the stories of the pairs; `odds` are the logarithms of the odds of each pair.

    `unrelated` is the cosine to reports that a small window does not hold yet.
    """
    by_story: dict[str, list[tuple[float, Pair]]] = {}
    for pair, odd in zip(pairs, odds, strict=True):
        by_story.setdefault(pair.held.story.key, []).append((odd, pair))
    return [
        _candidate(index, question, around, matches, held, unrelated)
        for matches in list(by_story.values())[:_MOST_CANDIDATES]
    ]


def _candidate(
    index: Index,
    question: Question,
    around: Surroundings,
    matches: list[tuple[float, Pair]],
    held: int,
    unrelated: float,
) -> Candidate:
    article, pair = question.profile, matches[0][1]
    story, nearest = pair.held.story, pair.held.profile
    odds = sorted((odd for odd, _ in matches), reverse=True)
    probabilities = [1 / (1 + math.exp(-odd)) for odd in odds]
    asked = min(len(story.reports), _SUPPORT_REPORTS)
    support = sum(probabilities[:asked]) / asked
    single = len(story.reports) == 1
    text, names = pair.cosines if single else index.to_story(question, story)
    near = zip(around.nearest, around.text_of_nearest, strict=True)
    others = (cosine for report, cosine in near if report.story is not story)
    days = _days_from(story, article.published) if pair.dated else pair.days
    row = (
        text,
        names,
        _headline_covered(index, article, story),
        len(nearest.headline.keys() & article.text.keys()) / (len(nearest.headline) or 1),
        stands_out(pair.cosines[0], usual(list(islice(others, _OTHERS.stop)), _OTHERS, unrelated)),
        logarithm_of_days(days),
        0.0 if pair.dated else 1.0,
        1.0 if article.source is not None and article.source in story.sources else 0.0,
        pair.feature("same_counts"),
        pair.feature("other_counts"),
        *_dead(article, story),
        1.0 if article.looks_back != nearest.looks_back else 0.0,
        1.0 if single else 0.0,
        math.log1p(held),
        odds[0],
        math.log(support + _FLOOR),
        math.log1p(sum(probabilities)),
    )
    return Candidate(story, pair.held, support, days, _shared(article, nearest), row)


def _shared(article: Profile, nearest: Profile) -> int:
    common = article.text.keys() & nearest.text.keys()
    sounds = sum(map(is_sound, common))
    return max(sounds, len(common) - sounds)


def _headline_covered(index: Index, article: Profile, story: ActiveStory) -> float:
    rarity_of = index.rarity.of
    known = sum([rarity_of[term] for term in article.headline.keys() & story.sums[0].keys()])
    return known / (sum([rarity_of[term] for term in article.headline]) or 1)


def _dead(article: Profile, story: ActiveStory) -> tuple[float, float, float]:
    """Return whether an article counts as many dead as a report of a story, fewer, or more.

    More is news of an event. Fewer than the same outlet has counted before is another event: few
    take their dead back.
    """
    if article.dead is None or not story.dead:
        return 0.0, 0.0, 0.0
    told = {dead for _, dead in story.dead}
    if article.dead in told:
        return 1.0, 0.0, 0.0
    known = article.source is not None
    own = [dead for source, dead in story.dead if known and source == article.source]
    if article.published and story.first and article.published < story.first:
        return 0.0, float(bool(own) and article.dead > max(own)), float(article.dead < min(told))
    return 0.0, float(bool(own) and article.dead < min(own)), float(article.dead > max(told))


def _days_from(story: ActiveStory, published: datetime | None) -> float:
    if not (published and story.first and story.last):
        return 0.0
    return max((published - story.last) / _DAY, (story.first - published) / _DAY, 0.0)
