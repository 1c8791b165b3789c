"""The table of migration m016: what is wrong with the daemon as a whole."""

from typing import Final

TROUBLES: Final = """
CREATE TABLE troubles (
    name TEXT PRIMARY KEY,
    since TEXT NOT NULL,
    detail TEXT NOT NULL,
    remedy TEXT NOT NULL
) WITHOUT ROWID;
"""
