"""Fail when the extractor gets worse on the pages of our own.

    python -m bench.gate            compare with the recorded scores; exit code 1 when one fell
    python -m bench.gate --record   write the scores down, unless one fell
    python -m bench.gate --lower    write them down although one fell: say why in the commit

Each page has up to seven scores from 0 to 1: its body's F1 (`bench.shingles`), whether what must
stay out stayed out, the F1 of its authors, and whether title, day, language and verdict are right.
Recorded are those below 1; what is not recorded is 1. The gate closes when the mean of a score over
all pages falls, so that a change may lose a little on one page if it wins more on others. The
tests demand pages without a known shortcoming whole.
"""

import argparse
import json
import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from aggregator.model import Article
from bench.corpus import CORPUS, Case, Extractor, extracted, field, read_cases
from bench.shingles import overlap

RECORD: Final = CORPUS.with_name("gate.json")

_ROUNDED_TO: Final = 4
"""Digits of a recorded score; a mean that falls by less than half of the last has not fallen."""

Scores = Mapping[str, float]
"""A page's or the corpus's scores by their name."""


def scores_of(case: Case, article: Article) -> dict[str, float]:
    """Return the scores of a page, those only whose truth is given."""
    return {name: round(score, _ROUNDED_TO) for name, score in _scores(case, article)}


def _scores(case: Case, article: Article) -> Iterator[tuple[str, float]]:
    expected = case.expected
    if "body" in expected:
        yield "body", overlap("\n\n".join(expected["body"]), article.body).f1
    if case.without:
        kept_out = [text not in article.body for text in case.without]
        yield "without", statistics.fmean(kept_out)
    if "authors" in expected:
        yield "authors", _authors_f1(set(expected["authors"]), set(article.authors))
    if "published" in expected:
        yield "day", _day(field(article, "published")) == _day(expected["published"])
    for name in ("title", "language", "verdict"):
        if name in expected:
            yield name, field(article, name) == expected[name]


def _authors_f1(true: set[str], found: set[Any]) -> float:
    total = len(true) + len(found)
    return 2 * len(true & found) / total if total else 1.0


def _day(moment: str | None) -> str | None:
    return moment and moment.partition("T")[0]


def means(pages: Mapping[str, Scores]) -> dict[str, float]:
    """Return the mean of each score over the pages that have it."""
    names = sorted({name for scores in pages.values() for name in scores})
    return {
        name: statistics.fmean(scores[name] for scores in pages.values() if name in scores)
        for name in names
    }


def recorded_scores(pages: Mapping[str, Scores], record: Mapping[str, Scores]) -> dict[str, Scores]:
    """Return what was recorded for each score of each page: 1 where nothing was."""
    return {
        page: {name: record.get(page, {}).get(name, 1.0) for name in scores}
        for page, scores in pages.items()
    }


def fallen(now: Scores, floors: Scores) -> list[str]:
    """Return the names of the scores whose mean fell."""
    slack = 0.5 * 10**-_ROUNDED_TO
    return [name for name, floor in floors.items() if now[name] < floor - slack]


def below_one(pages: Mapping[str, Scores]) -> dict[str, dict[str, float]]:
    """Return what is to be recorded."""
    short = {page: {n: s for n, s in scores.items() if s < 1} for page, scores in pages.items()}
    return {page: scores for page, scores in short.items() if scores}


def main(
    arguments: Sequence[str] | None = None,
    extractor: Extractor = extracted,
    record: Path = RECORD,
) -> int:
    """Run the gate and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--record", action="store_true", help="write the scores down")
    parser.add_argument("--lower", action="store_true", help="write down lower ones too")
    options = parser.parse_args(arguments)
    pages = {case.name: scores_of(case, extractor(case)) for case in read_cases()}
    recorded = recorded_scores(pages, json.loads(record.read_text(encoding="utf-8")))
    now, floors = means(pages), means(recorded)
    _report(pages, recorded)
    if (fell := fallen(now, floors)) and not options.lower:
        for name in fell:
            print(f"gate: {name} fell from {floors[name]:.4f} to {now[name]:.4f}", file=sys.stderr)
        print(
            "gate: mend the pages named above; `python -m bench.gate --lower` gives in",
            file=sys.stderr,
        )
        return 1
    if options.record or options.lower:
        text = json.dumps(below_one(pages), indent=1, sort_keys=True)
        record.write_text(f"{text}\n", encoding="utf-8")
    elif below_one(pages) != below_one(recorded):
        print("gate: the scores moved; `python -m bench.gate --record` writes them down")
    return 0


def _report(pages: Mapping[str, Scores], recorded: Mapping[str, Scores]) -> None:
    for page, scores in pages.items():
        for name, score in scores.items():
            if (before := recorded[page][name]) != score:
                word = "fell" if score < before else "rose"
                print(f"gate: {page}: {name} {word} from {before:.4f} to {score:.4f}")
    shown = ", ".join(f"{name} {score:.4f}" for name, score in means(pages).items())
    print(f"gate: {len(pages)} pages: {shown}")


if __name__ == "__main__":
    sys.exit(main())
