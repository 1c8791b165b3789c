"""`aggregator check --database`: what does not hold in the database, and the repair of it."""

import sqlite3
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from aggregator.cli.context import print_json
from aggregator.errors import StoreDamaged, StoreError
from aggregator.lock import only_one
from aggregator.store import open_store
from aggregator.store.connection import sqlite_warning
from aggregator.store.invariants import INVARIANTS, Violation, has_earlier_schema, violations
from aggregator.store.invariants.invariant import violation
from aggregator.store.invariants.structure import INTEGRITY
from aggregator.store.repair import Repaired, repair

_EARLIER: Final = (
    "only the file, its references and its schema were looked at: the schema is that of an earlier"
    " version, `aggregator upgrade` brings it up to date"
)


def check_database(path: Path, *, with_repair: bool, as_json: bool) -> None:
    """Print what does not hold in the database at `path`; exit with 3 if anything does not."""
    is_earlier = False
    try:
        if with_repair:
            found = _repaired(path)
        else:
            with open_store(path) as store:
                found = Repaired((), tuple(violations(store.connection)), None)
                is_earlier = has_earlier_schema(store.connection)
    except StoreDamaged as error:
        found = Repaired((), (violation(INTEGRITY, [error.detail]),), None)
    if as_json:
        print_json(_record(path, found))
    else:
        _tell(path, found)
        for remark in (_EARLIER if is_earlier else None, sqlite_warning()):
            if remark:
                click.echo(f"note: {remark}")
    if found.left:
        sys.exit(StoreError.exit_code)


def _repaired(path: Path) -> Repaired:
    now = datetime.now(UTC)
    with only_one(_there(path)), open_store(path, now=now) as store:
        return repair(store, now)


def _there(path: Path) -> Path:
    """Return `path` of a database that is there; StoreError else: a repair makes none."""
    open_store(path).close()
    return path


def _record(path: Path, found: Repaired) -> dict[str, object]:
    return {
        "database": str(path),
        "sqlite": sqlite3.sqlite_version,
        "invariants": len(INVARIANTS),
        "violations": [asdict(each) for each in found.left],
        "mended": [asdict(each) for each in found.mended],
        "copy": str(found.copy.path) if found.copy else None,
    }


def _tell(path: Path, found: Repaired) -> None:
    for each in found.mended:
        click.echo(f"mended {each.name}: {each.holds}; it did not for {_rows(each)}")
    if found.copy is not None:
        click.echo(f"the database as it was before: {found.copy.path}")
    for each in found.left:
        click.echo(f"\n{each.name}: {each.holds}\n  does not hold for {_rows(each)}")
        click.echo(f"  mend it: {each.remedy}")
    verdict = f"{len(found.left)} do not hold" if found.left else "all hold"
    click.echo(f"{path}: {len(INVARIANTS)} invariants, {verdict}")


def _rows(each: Violation) -> str:
    more = ", ..." if each.count > len(each.examples) else ""
    return f"{each.count} {each.where}: {', '.join(each.examples)}{more}"
