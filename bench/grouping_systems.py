"""What groups articles in the benchmark, and in which environment each of them runs."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Final

from aggregator.model import GroupInput

Groups = Callable[[Iterable[GroupInput]], dict[str, str]]
"""Takes articles in order of arrival; returns the cluster of each at the end, by id."""


@dataclass(frozen=True, slots=True)
class Method:
    """A way to group; `distribution` is None for what runs in this project's environment."""

    module: str
    function: str
    distribution: str | None = None

    def load(self) -> Groups:
        """Import it; only its own environment has what it needs."""
        function: Groups = getattr(import_module(self.module), self.function)
        return function


METHODS: Final[Mapping[str, Method]] = MappingProxyType(
    {
        "minhash": Method("bench.peers.datasketch_grouping", "minhash_best_match", "datasketch"),
        "sklearn": Method("bench.peers.sklearn_grouping", "tfidf_single_pass", "scikit-learn"),
        "tfidf": Method("bench.grouping_baselines", "tfidf_centroid"),
        "grouper": Method("bench.grouping_ours", "stories_of"),
    }
)
