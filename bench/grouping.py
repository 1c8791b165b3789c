"""How well, and how fast, the grouper groups: on labelled news outside the repository.

    python -m bench.grouping --data FOLDER [--only NAME ...]

FOLDER holds the labelled sets and `cluster_metrics.py`. For each set, and as the mean over sets:
B-cubed F1, F1 over pairs, F1 over pairs of two languages, clusters found and true, stories per CPU
second, peak memory; for the grouper, and in the same run for the plain baseline that anyone would
try first: cosine of TF-IDF vectors to the centroids of the last seven days' clusters.
"""

import argparse
import heapq
import json
import math
import re
import resource
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from aggregator.group.stories import group
from aggregator.model import GroupInput
from bench.labelled import SETS, read_stream, scorer

_WORD: Final = re.compile(r"\w+")
_WINDOW: Final = timedelta(days=7)
_THRESHOLD: Final = 0.2
_HEAVIEST: Final = 60


@dataclass(slots=True)
class Cluster:
    """A cluster of the baseline: the sum of its vectors."""

    sums: dict[str, float] = field(default_factory=dict)
    square: float = 0.0


def tfidf_centroid(articles: Iterable[GroupInput]) -> Iterator[str]:
    """Yield a cluster for each article: the nearest centroid of at least 0.20, else a new one."""
    reports_with: Counter[str] = Counter()
    held: dict[int, tuple[GroupInput, dict[str, float], str]] = {}
    postings: defaultdict[str, dict[int, float]] = defaultdict(dict)
    clusters: dict[str, Cluster] = {}
    for number, article in enumerate(articles):
        vector = _vector(article, reports_with, number + 1)
        _forget(held, postings, article)
        dots: defaultdict[int, float] = defaultdict(float)
        for term, weight in vector.items():
            entries = postings[term]
            if len(entries) <= max(100, len(held) / 8):
                for other, other_weight in entries.items():
                    dots[other] += weight * other_weight
        best, score = article.id, _THRESHOLD
        for key in dict.fromkeys(
            held[other][2] for other in heapq.nlargest(60, dots, key=dots.__getitem__)
        ):
            cluster = clusters[key]
            dot = sum(weight * cluster.sums.get(term, 0.0) for term, weight in vector.items())
            if dot / math.sqrt(cluster.square) >= score:
                best, score = key, dot / math.sqrt(cluster.square)
        cluster = clusters.setdefault(best, Cluster())
        for term, weight in vector.items():
            before = cluster.sums.get(term, 0.0)
            cluster.sums[term] = before + weight
            cluster.square += weight * (2 * before + weight)
            postings[term][number] = weight
        held[number] = article, vector, best
        yield best


def _vector(article: GroupInput, reports_with: Counter[str], reports: int) -> dict[str, float]:
    tally = Counter(_WORD.findall(article.text[:2500].lower()))
    for word in _WORD.findall(article.title.lower()):
        tally[word] += 3
    reports_with.update(tally.keys())
    weights = {
        word: (1 + math.log(count)) * math.log((reports + 1) / (reports_with[word] + 0.5))
        for word, count in tally.items()
    }
    heaviest = heapq.nlargest(_HEAVIEST, weights.items(), key=lambda item: item[1])
    length = math.sqrt(sum(weight * weight for _, weight in heaviest)) or 1.0
    return {word: weight / length for word, weight in heaviest}


def _forget(
    held: dict[int, tuple[GroupInput, dict[str, float], str]],
    postings: dict[str, dict[int, float]],
    article: GroupInput,
) -> None:
    for number, (old, vector, _) in list(held.items()):
        if not (old.published and article.published):
            break
        if article.published - old.published < _WINDOW:
            break
        for term in vector:
            del postings[term][number]
        del held[number]


def grouper(articles: Iterable[GroupInput]) -> Iterator[str]:
    """Yield the story in which each article is after the last decision."""
    found = {decision.article: decision.story for decision in group(articles)}
    return iter(found.values())


METHODS: Final[dict[str, Callable[[Iterable[GroupInput]], Iterator[str]]]] = {
    "tfidf": tfidf_centroid,
    "grouper": grouper,
}


def measure(folder: Path, method: str, name: str) -> dict[str, Any]:
    """Run a method on a set, and return its scores and costs."""
    stream = read_stream(folder, name)
    articles = [article for article, _ in stream]
    before, start = _memory(), time.process_time()
    clusters = list(METHODS[method](articles))
    took = time.process_time() - start
    identities = [article.id for article in articles]
    scores = scorer(folder).score(
        {article.id: event for article, event in stream},
        dict(zip(identities, clusters, strict=True)),
        {article.id: article.language for article in articles},
    )
    scores.update(speed=len(articles) / took, memory=_memory() - before)
    return dict(scores)


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Run the command; each measurement in a process of its own, for its memory."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--method", choices=sorted(METHODS), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.method:
        print(json.dumps(measure(arguments.data, arguments.method, arguments.only[0])))
        return
    print("| method | set | B3 F1 | pair F1 | x-lang F1 | clusters (true) | per CPU s | MiB |")
    print("|---|---|---|---|---|---|---|---|")
    for method in METHODS:
        results = []
        for name in arguments.only:
            command = [sys.executable, "-m", "bench.grouping", "--data", str(arguments.data)]
            command += ["--only", name, "--method", method]
            answer = subprocess.run(command, check=True, capture_output=True, text=True)
            results.append(json.loads(answer.stdout))
            _print_row(method, name, results[-1])
        b_cubed = sum(r["b3_f1"] for r in results) / len(results)
        pair = sum(r["pair_f1"] for r in results) / len(results)
        stories = sum(r["stories"] for r in results)
        speed = stories / sum(r["stories"] / r["speed"] for r in results)
        print(f"| {method} | **macro** | **{b_cubed:.3f}** | **{pair:.3f}** | | | {speed:,.0f} | |")


def _print_row(method: str, name: str, scores: dict[str, Any]) -> None:
    across = f"{scores['xlang_f1']:.3f}" if "xlang_f1" in scores else ""
    print(
        f"| {method} | {name} | {scores['b3_f1']:.3f} | {scores['pair_f1']:.3f} | {across} |"
        f" {scores['clusters']:,} ({scores['events']:,}) | {scores['speed']:,.0f} |"
        f" {scores['memory']:.0f} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
