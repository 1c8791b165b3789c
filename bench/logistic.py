"""Logistic regression with a weight for each example, by Newton's method."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

_STEPS = 15


@dataclass(frozen=True, slots=True)
class Examples:
    """Rows of features, each with a label and a weight."""

    rows: list[Sequence[float]] = field(default_factory=list)
    labels: list[bool] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)

    def add(self, row: Sequence[float], label: bool, weight: float) -> None:  # noqa: FBT001  # data
        """Take in one row."""
        self.rows.append(row)
        self.labels.append(label)
        self.weights.append(weight)


def fit(sets: Sequence[Examples], penalty: float) -> tuple[float, list[float]]:
    """Return bias and weights for all the examples together.

    The squared penalty holds the weights of features scaled to unit spread small; the weights that
    are returned are for the plain features.
    """
    rows = np.vstack([np.array(examples.rows) for examples in sets])
    labels = np.concatenate([np.array(examples.labels, float) for examples in sets])
    shares = np.concatenate([np.array(examples.weights, float) for examples in sets])
    shares /= shares.sum()
    means = shares @ rows
    spreads = np.sqrt(shares @ (rows - means) ** 2)
    spreads[spreads == 0] = 1.0
    scaled = np.column_stack([np.ones(len(rows)), (rows - means) / spreads])
    solution = _newton(scaled, labels, shares, penalty)
    weights = solution[1:] / spreads
    return float(solution[0] - weights @ means), [float(weight) for weight in weights]


def _newton(
    rows: NDArray[np.float64],
    labels: NDArray[np.float64],
    shares: NDArray[np.float64],
    penalty: float,
) -> NDArray[np.float64]:
    penalties = np.full(rows.shape[1], penalty)
    penalties[0] = 0.0
    solution = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        found = 1 / (1 + np.exp(-(rows @ solution)))
        slope = rows.T @ (shares * (found - labels)) + penalties * solution
        curving = rows.T @ (rows * (shares * found * (1 - found))[:, None])
        solution -= np.linalg.solve(curving + np.diag(penalties), slope)
    return solution
