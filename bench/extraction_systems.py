"""What extracts articles in the benchmark, and in which environment each of them runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent
PEERS_PYTHON: Final = ROOT / ".venv-peers" / "bin" / "python"


@dataclass(frozen=True, slots=True)
class System:
    """A function `(page, url) -> record`; `distribution` is None for this project itself."""

    module: str
    function: str
    distribution: str | None = None

    def load(self) -> Callable[[bytes, str], dict[str, Any]]:
        """Import it; only its own environment has what it needs."""
        function: Callable[[bytes, str], dict[str, Any]]
        function = getattr(import_module(self.module), self.function)
        return function


OURS: Final = "aggregator"
OURS_WITH_ENTRY: Final = "aggregator with entry"
YARDSTICK: Final = "trafilatura"
"""The system whose speed the others are divided by."""

SYSTEMS: Final[Mapping[str, System]] = MappingProxyType(
    {
        OURS: System("bench.extraction_ours", "page_alone"),
        OURS_WITH_ENTRY: System("bench.extraction_ours", "page_with_entry"),
        YARDSTICK: System("bench.peers.trafilatura_pages", "default", "trafilatura"),
        "trafilatura precision": System(
            "bench.peers.trafilatura_pages", "precision", "trafilatura"
        ),
        "readability-lxml": System("bench.peers.readability_pages", "extract", "readability-lxml"),
        "newspaper4k": System("bench.peers.newspaper_pages", "extract", "newspaper4k"),
        "resiliparse": System("bench.peers.resiliparse_pages", "extract", "resiliparse"),
    }
)
