"""The one keeper of the database: what the stages ask for, and what came of it."""

from aggregator.store.connection import Store, open_store

__all__ = ["Store", "open_store"]
