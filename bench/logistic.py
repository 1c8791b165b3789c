"""Logistic regression in plain Python: slow enough, and the same numbers everywhere."""

import math
from array import array
from collections.abc import Iterable, Sequence
from itertools import repeat
from operator import add, mul

_STEPS = 12


class Examples:
    """Rows of features with a label (0 or 1) and a weight, kept as columns."""

    def __init__(self, features: int) -> None:
        self.columns = [array("d") for _ in range(features)]
        self.labels = array("d")
        self.weights = array("d")

    def add(self, row: Iterable[float], label: bool, weight: float) -> None:  # noqa: FBT001  # data
        """Take in one row."""
        for column, value in zip(self.columns, row, strict=True):
            column.append(value)
        self.labels.append(label)
        self.weights.append(weight)

    def extend(self, other: "Examples") -> None:
        """Take in all rows of another table."""
        for column, more in zip(self.columns, other.columns, strict=True):
            column.extend(more)
        self.labels.extend(other.labels)
        self.weights.extend(other.weights)


def fit(examples: Examples, penalty: float) -> tuple[float, list[float]]:
    """Return bias and weights by Newton's method, the weights held small by a squared penalty.

    The penalty applies to features scaled to unit spread; weights are for the plain features.
    """
    total = sum(examples.weights)
    shares = [weight / total for weight in examples.weights]
    means = [sum(map(mul, shares, column)) for column in examples.columns]
    spreads = [
        math.sqrt(sum(map(mul, shares, [(x - mean) ** 2 for x in column]))) or 1.0
        for column, mean in zip(examples.columns, means, strict=True)
    ]
    scaled = [array("d", repeat(1.0, len(shares)))] + [
        array("d", [(x - mean) / spread for x in column])
        for column, mean, spread in zip(examples.columns, means, spreads, strict=True)
    ]
    solution = [0.0] * len(scaled)
    for _ in range(_STEPS):
        odds = [0.0] * len(shares)
        for weight, column in zip(solution, scaled, strict=True):
            odds = list(map(add, odds, map(mul, repeat(weight), column)))
        found = [1 / (1 + math.exp(-x)) for x in odds]
        errors = [s * (p - y) for s, p, y in zip(shares, found, examples.labels, strict=True)]
        curving = [s * p * (1 - p) for s, p in zip(shares, found, strict=True)]
        slope = [
            sum(map(mul, errors, column)) + (penalty * solution[place] if place else 0.0)
            for place, column in enumerate(scaled)
        ]
        step = _solve(_curvature(scaled, curving, penalty), slope)
        solution = [x - change for x, change in zip(solution, step, strict=True)]
    weights = [x / spread for x, spread in zip(solution[1:], spreads, strict=True)]
    return solution[0] - sum(map(mul, weights, means)), weights


def _curvature(
    columns: Sequence[Sequence[float]], curving: Sequence[float], penalty: float
) -> list[list[float]]:
    size = len(columns)
    matrix = [[0.0] * size for _ in range(size)]
    for i, column in enumerate(columns):
        curved = list(map(mul, curving, column))
        for j in range(i, size):
            matrix[i][j] = matrix[j][i] = sum(map(mul, curved, columns[j]))
        matrix[i][i] += penalty
    return matrix


def _solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Solve a symmetric positive definite system by elimination."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for i in range(size):
        for k in range(i + 1, size):
            factor = rows[k][i] / rows[i][i]
            rows[k] = [a - factor * b for a, b in zip(rows[k], rows[i], strict=True)]
    solution = [0.0] * size
    for i in reversed(range(size)):
        known = sum(rows[i][k] * solution[k] for k in range(i + 1, size))
        solution[i] = (rows[i][size] - known) / rows[i][i]
    return solution
