"""How well, and how fast, the grouper groups: on labelled news, beside plain baselines.

    make bench-grouping [ARGS="--only gva wikinews --method grouper tfidf"]
    python -m bench.grouping --data FOLDER --method grouper

FOLDER holds the labelled sets and `cluster_metrics.py` (the scorer, run as it is). Each method
streams each set in a process of its own, with one setting for all sets; scored is where each
article is at the end. The shipped model was trained on these same sets and the thresholds of the
baselines were chosen on them: `bench.train_grouping --leave-one-out` gives the grouper's figures on
sets that it never saw. x-lang is F1 over pairs of reports in two languages; speed is in articles a
second of processor time; memory is what the peak lies above the articles, imports included.

Beside it: `bench.grouping_ablation` (what each part is worth), `bench.grouping_order` (what the
order of arrival changes), `bench.grouping_follow_ups`, `bench.grouping_origins` and
`bench.grouping_scale` (a million articles).
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.extraction_systems import PEERS_PYTHON, ROOT
from bench.grouping_systems import METHODS
from bench.labelled import SETS, Stream, read_stream, scorer
from bench.tables import print_head, print_row


@dataclass(frozen=True, slots=True)
class Result:
    """A method on a set: what the scorer says, and what it cost."""

    method: str
    version: str | None
    scores: dict[str, Any]
    seconds: float
    peak_bytes: int

    @property
    def name(self) -> str:
        """The method, with the version of what it stands on if that is not this project."""
        return f"{self.method} {self.version}" if self.version else self.method


def main() -> None:
    """Print the figures of each method on each set, and their means."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with scorer and sets")
    parser.add_argument("--only", nargs="+", choices=SETS, default=list(SETS), help="sets")
    parser.add_argument(
        "--method", nargs="+", choices=list(METHODS), default=list(METHODS), help="default: all"
    )
    arguments = parser.parse_args()
    for name in arguments.method:
        if METHODS[name].distribution and not PEERS_PYTHON.exists():
            parser.error(f"{name} is not installed; run make bench-grouping, or leave it out")
    print_head(
        "method", "set", "B3 P", "B3 R", "B3 F1", "pair P", "pair R", "pair F1", "x-lang F1",
        "clusters (true)", "articles / CPU s", "peak MiB",
    )  # fmt: skip
    for name in arguments.method:
        results = []
        for set_name in arguments.only:
            results.append(measure(arguments.data, name, set_name))
            print_row(_cells(results[-1], set_name))
        print_row(_macro_cells(results))


def measure(folder: Path, name: str, set_name: str) -> Result:
    """Run a method on a set in a process of its own, and score it."""
    method = METHODS[name]
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "report.json"
        words = ["bench.grouping_worker", name, str(folder.resolve()), set_name, str(report)]
        subprocess.run(
            # -P: what lies in the current folder is not imported.
            [str(PEERS_PYTHON if method.distribution else sys.executable), "-P", "-m", *words],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            check=True,
        )
        figures = json.loads(report.read_text(encoding="utf-8"))
    scores = score(folder, read_stream(folder, set_name), figures.pop("clusters"))
    return Result(method=name, scores=scores, **figures)


def score(folder: Path, stream: Stream, clusters: dict[str, str]) -> dict[str, Any]:
    """Return what the scorer beside the data says of the clusters of a stream."""
    events = {article.id: event for article, event in stream}
    languages = {article.id: article.language for article, _ in stream}
    return dict(scorer(folder).score(events, clusters, languages))


def _cells(result: Result, set_name: str) -> list[str]:
    scores = result.scores
    figures = ("b3_p", "b3_r", "b3_f1", "pair_p", "pair_r", "pair_f1", "xlang_f1")
    return [
        result.name,
        set_name,
        *(f"{scores[name]:.3f}" if name in scores else "" for name in figures),
        f"{scores['clusters']:,} ({scores['events']:,})",
        f"{scores['stories'] / result.seconds:,.0f}",
        f"{result.peak_bytes / 2**20:.0f}",
    ]


def _macro_cells(results: Sequence[Result]) -> list[str]:
    figures = ("b3_p", "b3_r", "b3_f1", "pair_p", "pair_r", "pair_f1")
    means = (sum(one.scores[name] for one in results) / len(results) for name in figures)
    articles = sum(one.scores["stories"] for one in results)
    speed = articles / sum(one.seconds for one in results)
    return [
        results[0].name,
        "**macro**",
        *(f"**{mean:.3f}**" for mean in means),
        "",
        "",
        f"{speed:,.0f}",
        f"{max(one.peak_bytes for one in results) / 2**20:.0f}",
    ]


if __name__ == "__main__":
    main()
