"""What is wrong with the daemon as a whole: begun, told, and gone when it is over."""

from datetime import datetime

from aggregator.model import Trouble
from aggregator.store.connection import Store
from aggregator.text.times import to_text


def begin_trouble(store: Store, trouble: Trouble, now: datetime) -> None:
    """Keep that something is wrong; what was known under the name keeps its beginning."""
    with store.transaction() as connection:
        connection.execute(
            "INSERT INTO troubles (name, since, detail, remedy) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET detail = excluded.detail, remedy = excluded.remedy",
            (trouble.name, to_text(now), trouble.detail, trouble.remedy),
        )


def end_trouble(store: Store, name: str) -> None:
    """Forget what was wrong under that name."""
    with store.transaction() as connection:
        connection.execute("DELETE FROM troubles WHERE name = ?", (name,))


def end_all_troubles(store: Store) -> None:
    """Forget what an earlier daemon found wrong: this one looks for itself."""
    if store.connection.execute("SELECT 1 FROM troubles").fetchone():
        with store.transaction() as connection:
            connection.execute("DELETE FROM troubles")
