"""Make aggregator/facts/not_settlements.txt: countries and regions that share a settlement's name.

From the npm packages cldr-localenames-modern and cldr-subdivisions-full (Unicode CLDR, licence
Unicode-3.0), unpacked into FOLDER, and the installed gazetteer:

    npm pack cldr-localenames-modern cldr-subdivisions-full
    for pack in cldr-*.tgz; do mkdir -p FOLDER/$pack; tar xzf $pack -C FOLDER/$pack; done
    python -m bench.region_names FOLDER

Only names that some settlement of the country bears as well are kept: no other can be taken for
one.
"""

import argparse
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from aggregator.facts.gazetteer import countries, name_key, settlements
from aggregator.facts.not_settlements import ANY_COUNTRY, FILE

_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_SMALL_REGION_KM2: Final = 2_000
"""Where regions are smaller on the average, they are no more than the land around their town."""
# Cities that are countries of their own.
_CITIES: Final = frozenset({"HK", "MO", "SG", "MC", "GI", "VA"})


def country_names(folder: Path) -> Iterator[str]:
    """Yield what the countries are called, in every language that CLDR covers well."""
    for path in sorted(folder.glob("**/main/*/territories.json")):
        for content in json.loads(path.read_text(encoding="utf-8"))["main"].values():
            names = content["localeDisplayNames"]["territories"]
            for code, name in names.items():
                country = code.partition("-alt-")[0]
                if _COUNTRY.fullmatch(country) and country not in _CITIES:
                    yield name


def region_names(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the codes of first-level regions (ISO 3166-2) with their names in any language."""
    for path in sorted(folder.glob("**/subdivisions/*/*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))["subdivisions"]
        yield from content["localeDisplayNames"]["subdivisions"].items()


def main() -> None:
    """Write the file and say what is in it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    bearers: dict[str, set[str]] = defaultdict(set)
    for settlement in settlements():
        for key in settlement.keys:
            bearers[key].add(settlement.country)
    of_countries = map(name_key, country_names(folder))
    kept = {(ANY_COUNTRY, key) for key in of_countries if key in bearers}
    regions = set(region_names(folder))
    counted = Counter(code[:2].upper() for code in {code for code, _ in regions})
    for country in countries():
        if country.area >= _SMALL_REGION_KM2 * counted[country.code]:
            names = {name_key(name) for code, name in regions if code[:2].upper() == country.code}
            kept |= {(country.code, key) for key in names if country.code in bearers.get(key, ())}
    lines = [f"{country} {key}" for country, key in sorted(kept)]
    FILE.write_text("\n".join([*lines, ""]), encoding="utf-8")
    print(f"{len(lines)} names, {FILE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
