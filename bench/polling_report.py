"""The table of the benchmark of polling, and the ratios that matter."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bench.load_counts import Counts

ROUNDS: Final = ("cold", "warm", "changed")
"""Nothing is known yet; nothing has changed; some feeds have new entries on top."""

_TABLE: Final = (
    "feeds", "peer", "round", "CPU s", "CPU ms a feed", "wall s", "peak memory MB", "disk MB",
    "entries stored", "answers 200 / 304", "MB received", "connections", "in flight, one host",
    "violations",
)  # fmt: skip
_VIOLATIONS: Final = ("together", "too_soon", "no_user_agent", "no_gzip", "unconditional")


@dataclass(frozen=True, slots=True)
class Row:
    """One round of one peer; `entries` is None for a peer that stores none."""

    feeds: int
    peer: str
    round: str
    code: int
    cpu_seconds: float
    wall_seconds: float
    peak_bytes: int
    disk_bytes: int
    entries: int | None
    counts: Counts

    @property
    def violations(self) -> dict[str, int]:
        """What was impolite, by name; empty for nothing."""
        seen = {name: getattr(self.counts, name) for name in _VIOLATIONS}
        return {name.replace("_", " "): count for name, count in seen.items() if count}

    def cells(self) -> tuple[str, ...]:
        """Return the row as it is printed."""
        stores = self.entries is not None
        troubles = [f"{name} {count}" for name, count in self.violations.items()]
        if self.counts.too_soon:
            troubles.append(f"shortest gap {self.counts.shortest_gap:.2f} s")
        troubles += [f"refused {self.counts.refused}"] if self.counts.refused else []
        troubles += [f"exit code {self.code}"] if self.code else []
        return (
            str(self.feeds),
            self.peer,
            self.round,
            f"{self.cpu_seconds:.2f}",
            f"{1000 * self.cpu_seconds / self.feeds:.2f}",
            f"{self.wall_seconds:.1f}",
            f"{self.peak_bytes / 1e6:.0f}",
            f"{self.disk_bytes / 1e6:.1f}" if stores else "-",
            str(self.entries) if stores else "-",
            f"{self.counts.fresh} / {self.counts.unchanged}",
            f"{self.counts.body_bytes / 1e6:.1f}",
            str(self.counts.connections),
            str(self.counts.peak_on_a_host),
            ", ".join(troubles) or "none",
        )


def table(rows: Sequence[Row]) -> str:
    """Return the rows as a Markdown table."""
    lines = [_TABLE, ("---",) * len(_TABLE), *[row.cells() for row in rows]]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def ratios(rows: Sequence[Row]) -> Iterator[str]:
    """Yield a line for each comparison of this project with a peer that ran too."""
    by_name = {(row.peer, row.round): row for row in rows}
    for title in ROUNDS:
        ours = by_name.get(("ours", title))
        if ours is None:
            continue
        for peer in ("reader", "reader-search", "httpx", "aiohttp"):
            theirs = by_name.get((peer, title))
            if theirs is not None:
                yield (
                    f"{title}, ours / {peer}:"
                    f" CPU {ours.cpu_seconds / theirs.cpu_seconds:.2f}"
                    f" ({ours.cpu_seconds:.2f} s / {theirs.cpu_seconds:.2f} s),"
                    f" peak memory {ours.peak_bytes / theirs.peak_bytes:.2f}"
                )
    for peer in dict.fromkeys(row.peer for row in rows):
        total = sum(sum(row.violations.values()) for row in rows if row.peer == peer)
        yield f"violations of {peer} in all rounds: {total}"
