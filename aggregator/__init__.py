"""A conflict-news aggregator: many feeds in, one entry per event out."""

__version__ = "0.1.0"
