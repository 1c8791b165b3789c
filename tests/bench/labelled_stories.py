"""A small folder of labelled reports, with a scorer that looks at every pair of them."""

import gzip
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from aggregator.model import GroupInput

SCORER = """
from itertools import combinations

def score(gold, found, lang=None):
    def pairs(groups):
        return {pair for pair in combinations(sorted(gold), 2)
                if groups[pair[0]] == groups[pair[1]]}
    true, told = pairs(gold), pairs(found)
    both = len(true & told)
    p, r = (both / len(told) if told else 1.0), (both / len(true) if true else 1.0)
    f1 = 2 * p * r / (p + r) if both else 0.0
    scores = {"stories": len(gold), "events": len(set(gold.values()))}
    scores |= {"clusters": len(set(found.values()))}
    for kind in ("b3", "pair"):
        scores |= {kind + "_p": p, kind + "_r": r, kind + "_f1": f1}
    if lang and len(set(lang.values())) > 1:
        scores["xlang_f1"] = 0.25
    return scores
"""

BEGIN = datetime(2026, 3, 1, 6, tzinfo=UTC)
EVENTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "ferry": (
            "Ferry runs aground off Old Senna",
            (
                "The ferry Marelda ran aground off Old Senna in fog with 214 passengers. Tugs "
                "from Velmora took them off, and the harbour office closed the strait to all "
                "ships until the Marelda could be towed. Two of her crew broke an arm each. "
            ),
        ),
        "bridge": (
            "Bridge of Karsat closed after cracks are found",
            (
                "Engineers closed the Tolvey bridge in Karsat when a diver found cracks in 3 of "
                "its pillars. Lorries must go round by Imbra, which takes 5 hours more. The grain "
                "market of Karsat expects its carts to be late for all of the week. "
            ),
        ),
    }
)


def report(number: int, event: str, *, hours: float | None = 0.0) -> GroupInput:
    """Return a report of an event in words that are half its own."""
    title, text = EVENTS[event]
    sentences = text.split(". ")
    return GroupInput(
        id=f"{event}-{number}",
        title=f"{title}, report {number}",
        text=". ".join(sentences[number % 2 :]),
        url=f"https://paper-{number}.example/{event}",
        source=f"paper-{number}.example",
        language="en",
        published=None if hours is None else BEGIN + timedelta(hours=hours),
    )


def write_set(folder: Path, name: str, reports: Mapping[GroupInput, str]) -> Path:
    """Write a labelled set and the scorer into a folder, and return the folder."""
    folder.mkdir(exist_ok=True)
    lines = [
        {
            "id": one.id,
            "event_id": event,
            "title": one.title,
            "text": one.text,
            "url": one.url,
            "source": one.source,
            "lang": one.language,
            "published": one.published.isoformat() if one.published else None,
        }
        for one, event in reports.items()
    ]
    packed = gzip.compress("".join(json.dumps(line) + "\n" for line in lines).encode())
    (folder / f"{name}_dev.jsonl.gz").write_bytes(packed)
    (folder / "cluster_metrics.py").write_text(SCORER, encoding="utf-8")
    return folder


def two_events(reports_of_each: int = 3) -> dict[GroupInput, str]:
    """Return reports of two events, an hour apart, in turn."""
    found = {}
    for number in range(reports_of_each):
        for event in EVENTS:
            found[report(number, event, hours=float(number))] = event
    return found
