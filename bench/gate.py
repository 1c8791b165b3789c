"""Fail when the extractor gets worse on the pages of our own.

    python -m bench.gate            compare with the recorded scores; exit code 1 when one fell
    python -m bench.gate --record   write the scores down, unless one fell
    python -m bench.gate --lower    write them down although one fell: say why in the commit

Each page has up to seven scores from 0 to 1: its body's F1 (`bench.shingles`), the share of what
must stay out that did, the F1 of its authors, and whether title, day, language and verdict are
right. Recorded are the scores below 1. The gate closes when the mean of a score over all pages
falls, so that a change may lose a little on one page if it wins more on others; pages without a
known shortcoming are demanded whole by the tests. A new page with one is recorded first.
"""

import argparse
import json
import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from aggregator.model import Article
from aggregator.scrape.site_rules.trial import value_of
from bench.corpus import CORPUS, Case, Extractor, extracted, read_cases
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
        yield "day", _day(value_of(article, "published")) == _day(expected["published"])
    for name in ("title", "language", "verdict"):
        if name in expected:
            yield name, value_of(article, name) == expected[name]


def _authors_f1(true: set[str], found: set[Any]) -> float:
    total = len(true) + len(found)
    return 2 * len(true & found) / total if total else 1.0


def _day(moment: object) -> str:
    return str(moment or "").partition("T")[0]


def means(pages: Mapping[str, Scores]) -> dict[str, float]:
    """Return the mean of each score over the pages that have it."""
    names = sorted({name for scores in pages.values() for name in scores})
    return {
        name: statistics.fmean(scores[name] for scores in pages.values() if name in scores)
        for name in names
    }


def fallen(now: Scores, floors: Scores) -> list[str]:
    """Return the names of the scores whose mean fell."""
    slack = 0.5 * 10**-_ROUNDED_TO
    return [name for name, floor in floors.items() if now[name] < floor - slack]


def to_record(pages: Mapping[str, Scores], known: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return what is to be recorded: scores below 1, and every page of a known shortcoming."""
    short = {page: {n: s for n, s in scores.items() if s < 1} for page, scores in pages.items()}
    return {page: scores for page, scores in short.items() if scores or page in known}


def main(
    arguments: Sequence[str] | None = None,
    extractor: Extractor = extracted,
    record: Path = RECORD,
    corpus: Path = CORPUS,
) -> int:
    """Run the gate and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--record", action="store_true", help="write the scores down")
    parser.add_argument("--lower", action="store_true", help="write down lower ones too")
    options = parser.parse_args(arguments)
    cases = read_cases(corpus)
    pages = {case.name: scores_of(case, extractor(case)) for case in cases}
    now = to_record(pages, [case.name for case in cases if case.known_shortcomings])
    before: dict[str, dict[str, float]] = json.loads(record.read_text(encoding="utf-8"))
    new = [case.name for case in cases if case.known_shortcomings and case.name not in before]
    floors = {
        page: {name: before.get(page, {}).get(name, 1.0) for name in scores}
        for page, scores in pages.items()
    } | {page: pages[page] for page in new}
    _report(pages, floors)
    if problems := [] if options.lower else _problems(means(pages), means(floors)):
        print("\n".join(problems), file=sys.stderr)
        return 1
    if options.record or options.lower:
        record.write_text(f"{json.dumps(now, indent=1, sort_keys=True)}\n", encoding="utf-8")
        return 0
    if now != before:
        names = f" for the first time: {', '.join(new)}" if new else ""
        print(f"gate: `python -m bench.gate --record` writes down what moved{names}")
    return 1 if new else 0


def _problems(now: Scores, floors: Scores) -> list[str]:
    lines = [f"gate: {n} fell from {floors[n]:.4f} to {now[n]:.4f}" for n in fallen(now, floors)]
    if lines:
        lines.append("gate: mend the pages named above; `python -m bench.gate --lower` gives in")
    return lines


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
