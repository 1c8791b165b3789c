"""What each part of the grouper is worth: the labelled sets without it, one part at a time.

    python -m bench.grouping_ablation --data FOLDER [--only NAME ...] [--without PART ...]

A part is taken away by changing what the grouper gets to see, the article or its profile; the model
stays as it was trained, with all parts. So a difference tells what would be lost today, not how
well a model could do that was trained without the part. Pair F1 and x-lang F1 as in
`bench.grouping`; differences are to the first row.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from aggregator.group import profile
from aggregator.group.profile import Profile
from aggregator.group.repair import merge_bridged
from aggregator.group.second_look import look_again
from aggregator.group.stories import REPAIRS, Repair
from aggregator.model import GroupInput
from bench.grouping import score
from bench.grouping_ours import stories_of
from bench.labelled import SETS, Stream, read_stream
from bench.tables import print_head, print_row


def _article_as_it_is(article: GroupInput) -> GroupInput:
    return article


def _profile_as_it_is(seen: Profile) -> Profile:
    return seen


@dataclass(frozen=True, slots=True)
class Part:
    """How a part is taken away: from the article before it is read, or from its profile after.

    `repairs` are what looks at stories once more after each article.
    """

    article: Callable[[GroupInput], GroupInput] = _article_as_it_is
    profile: Callable[[Profile], Profile] = _profile_as_it_is
    repairs: Sequence[Repair] = REPAIRS


_SOUND: Final = "~"
"""With what the terms begin that `aggregator.group.wording.sounds` makes of names."""


def _without_sounds(seen: Profile) -> Profile:
    kept = {term: weight for term, weight in seen.text.items() if not term.startswith(_SOUND)}
    return replace(seen, text=kept)


NOTHING: Final = "nothing"

PARTS: Final[Mapping[str, Part]] = MappingProxyType(
    {
        NOTHING: Part(),
        "name sounds": Part(profile=_without_sounds),
        "names": Part(profile=lambda seen: replace(seen, names={})),
        "counts": Part(profile=lambda seen: replace(seen, counts=frozenset())),
        # The window goes with it.
        "time": Part(article=lambda article: replace(article, published=None)),
        "copies": Part(profile=lambda seen: replace(seen, shingles=frozenset())),
        "source": Part(article=lambda article: replace(article, source=None)),
        "language": Part(article=lambda article: replace(article, language=None)),
        "text": Part(article=lambda article: replace(article, text="")),
        "merging of stories": Part(repairs=[look_again]),
        "second look": Part(repairs=[merge_bridged]),
    }
)
"""The parts, by the name of the row; a new part of the grouper is a new line here."""


@contextmanager
def without(part: Part) -> Iterator[None]:
    """Let every module of the grouper read articles without a part, as long as this lasts.

    The grouper has no switch for what only a benchmark takes away; so the one function through
    which it reads an article is put behind another, wherever it has been imported.
    """
    read = profile.profile_of

    def read_without(article: GroupInput) -> Profile:
        return part.profile(read(part.article(article)))

    readers = [
        vars(module)
        for name, module in list(sys.modules.items())
        if name.startswith("aggregator.group") and vars(module).get(read.__name__) is read
    ]
    for names in readers:
        names[read.__name__] = read_without
    try:
        yield
    finally:
        for names in readers:
            names[read.__name__] = read


def grouped_without(part: Part, stream: Stream) -> dict[str, str]:
    """Return the story in which each article of a stream is at the end."""
    with without(part):
        return stories_of((article for article, _ in stream), part.repairs)


def main() -> None:
    """Print a row for each part."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with scorer and sets")
    parser.add_argument("--only", nargs="+", choices=SETS, default=list(SETS), help="sets")
    parser.add_argument("--without", nargs="+", choices=list(PARTS), default=list(PARTS))
    arguments = parser.parse_args()
    streams = {name: read_stream(arguments.data, name) for name in arguments.only}
    print_head(
        "without", "macro B3 F1", "±", "macro pair F1", "±", "x-lang F1", "articles / CPU s",
        *(f"{name} B3 / pair" for name in streams),
    )  # fmt: skip
    whole: tuple[float, float] | None = None
    for name in dict.fromkeys([NOTHING, *arguments.without]):
        began = time.process_time()
        found = {key: grouped_without(PARTS[name], stream) for key, stream in streams.items()}
        speed = sum(map(len, streams.values())) / (time.process_time() - began)
        scores = [score(arguments.data, streams[key], found[key]) for key in streams]
        macro = _mean(scores, "b3_f1"), _mean(scores, "pair_f1")
        whole = whole or macro
        print_row(_cells(name, macro, whole, scores, speed))


def _mean(scores: Sequence[Mapping[str, Any]], figure: str) -> float:
    return float(sum(one[figure] for one in scores) / len(scores))


def _cells(
    name: str,
    macro: tuple[float, float],
    whole: tuple[float, float],
    scores: Sequence[Mapping[str, Any]],
    speed: float,
) -> list[str]:
    cells = [name]
    for figure, before in zip(macro, whole, strict=True):
        cells += [f"{figure:.3f}", "" if name == NOTHING else f"{figure - before:+.3f}"]
    across = [one["xlang_f1"] for one in scores if "xlang_f1" in one]
    cells.append(f"{sum(across) / len(across):.3f}" if across else "")
    cells.append(f"{speed:,.0f}")
    return cells + [f"{one['b3_f1']:.3f} / {one['pair_f1']:.3f}" for one in scores]


if __name__ == "__main__":
    main()
