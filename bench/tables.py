"""Markdown tables, printed row by row while a benchmark runs."""

from collections.abc import Iterable


def print_head(*cells: str) -> None:
    """Begin a table."""
    print_row(cells)
    print_row("---" for _ in cells)


def print_row(cells: Iterable[str]) -> None:
    """Add a row."""
    print(f"| {' | '.join(cells)} |", flush=True)
