"""Wires the stages in their order: poll -> scrape -> group -> publish."""

from aggregator.pipeline.cycle import Pipeline
from aggregator.pipeline.progress import Progress

__all__ = ["Pipeline", "Progress"]
