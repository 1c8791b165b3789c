"""Names of countries and first-level regions that a settlement bears as well.

`not_settlements.txt` is made by bench/region_names.py from Unicode CLDR: one name a line, as
`name_key` has it, behind the country (ISO 3166-1) of the region.
"""

from functools import cache
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).parent / "not_settlements.txt"
ANY_COUNTRY: Final = "--"
"""Stands where the name is that of a whole country."""


@cache
def named_otherwise() -> frozenset[tuple[str, str]]:
    """Return the pairs of country and key; a country's own name has `ANY_COUNTRY`."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return frozenset((country, key) for country, key in (line.split(" ", 1) for line in lines))
