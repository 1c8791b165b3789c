"""The tables of the extraction benchmark."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final

from bench.extraction_data import PageSet, Predictions, Truth
from bench.extraction_running import Run
from bench.extraction_spread import Spread
from bench.extraction_systems import YARDSTICK

_COLUMNS: Final = (
    "system", "body F1", "P", "R", "page F1", "page F1 < 0.5", "segments F1", "title exact",
    "title normalised", "authors F1", "same day",
)  # fmt: skip
_COSTS: Final = ("raised", "pages / CPU s", "× trafilatura", "peak MiB")


@dataclass(frozen=True, slots=True)
class Scored:
    """One system on one set: what it cost and what the scorer says of it."""

    system: str
    run: Run
    figures: Mapping[str, Any]
    pages: Sequence[Mapping[str, Any]]
    spread: Spread | None

    @property
    def name(self) -> str:
        """The system, with its version if it is not this project."""
        return f"{self.system} {self.run.version}" if self.run.version else self.system


def quality_cells(figures: Mapping[str, Any], predictions: Predictions) -> list[str]:
    """Return the figures as they are printed; "-" for what is not scored or never given."""
    body, page = figures.get("body", {}), figures.get("body_page", {})
    f1 = _figure(body.get("f1"))
    if body.get("f1_err"):
        f1 += f" ±{body['f1_err']:.3f}"
    title = figures.get("title", {})
    authors = figures.get("authors", {}) if _ever(predictions, "authors") else {}
    published = figures.get("published", {}) if _ever(predictions, "published") else {}
    shares = (
        body.get("precision"),
        body.get("recall"),
        page.get("f1"),
        page.get("below_0.5"),
        figures.get("segments", {}).get("f1"),
        title.get("exact"),
        title.get("normalised"),
        authors.get("f1"),
        published.get("same_day"),
    )
    return [f1, *map(_figure, shares)]


def _ever(predictions: Predictions, field: str) -> bool:
    return any(record.get(field) for record in predictions.values())


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def set_table(scored: Sequence[Scored]) -> str:
    """Return all figures of one set, a row a system, as a Markdown table."""
    yardstick = next((s.run.pages_per_second for s in scored if s.system == YARDSTICK), None)
    rows = []
    for one in scored:
        speed = one.run.pages_per_second
        costs = [
            str(len(one.run.errors)),
            f"{speed:.1f}" if speed else "-",
            f"{speed / yardstick:.2f}" if speed and yardstick else "-",
            f"{one.run.peak_bytes / 2**20:.0f}",
        ]
        rows.append([one.name, *quality_cells(one.figures, one.run.predictions), *costs])
    return _table((*_COLUMNS, *_COSTS), rows)


def by_language(
    truths: Sequence[Truth], predictions: Predictions, scorer: ModuleType
) -> dict[str, Any]:
    """Return the figures of each language of the truth, the most frequent first."""
    groups: dict[str, list[Truth]] = defaultdict(list)
    for truth in truths:
        if truth.get("lang"):
            groups[truth["lang"]].append(truth)
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    return {language: scorer.evaluate(some, predictions, 0)[0] for language, some in ordered}


def language_table(pages: PageSet, scored: Sequence[Scored], scorer: ModuleType) -> str | None:
    """Return a row a language and system; None for a set of one language."""
    rows = []
    for one in scored:
        for language, figures in by_language(pages.truths, one.run.predictions, scorer).items():
            cells = quality_cells(figures, one.run.predictions)
            rows.append([language, str(figures["pages"]), one.name, *cells])
    order = list(dict.fromkeys(row[0] for row in rows))
    if len(order) <= 1:
        return None
    rows.sort(key=lambda row: order.index(row[0]))
    return _table(("language", "pages", *_COLUMNS), rows)


def worst_pages(scored: Scored, count: int) -> list[Mapping[str, Any]]:
    """Return the pages whose body came out worst, the worst first."""
    bodies = [page for page in scored.pages if page.get("body_f1") is not None]
    return sorted(bodies, key=lambda page: float(page["body_f1"]))[:count]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
