"""Datasette's CSV of our database: no cell that a spreadsheet takes for a formula."""

import csv
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from functools import wraps
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from aggregator.publish.browse.site import known_site
from aggregator.publish.export.csv_table import guarded

if TYPE_CHECKING:
    # Datasette is still being imported when it imports its plugins.
    from datasette.utils.asgi import Request, Response

_is_ours: ContextVar[bool] = ContextVar("csv_of_ours", default=False)
"""Whether this request is for rows of our database; others' are written as they are."""


def guard_csv() -> None:
    """Let Datasette write rows of our database as text that no spreadsheet obeys."""
    # Datasette is still being imported when it imports its plugins.
    from datasette.views import base  # noqa: PLC0415

    if isinstance(base.csv, SimpleNamespace):
        return
    base.csv = SimpleNamespace(writer=_Writer)
    base.DataView.as_csv = _noticing(base.DataView.as_csv)


def _noticing(as_csv: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(as_csv)
    async def noticed(view: Any, request: "Request", database: str) -> "Response":  # noqa: ANN401 -- Datasette's
        site = known_site(view.ds)
        _is_ours.set(site is not None and site.database_name == database)
        return await as_csv(view, request, database)

    return noticed


class _Writer:
    """Stands for `csv.writer`, whose rows Datasette waits for."""

    def __init__(self, file: Any) -> None:  # noqa: ANN401 -- Datasette's
        self._writer = csv.writer(file)

    def writerow(self, row: Iterable[object]) -> Any:  # noqa: ANN401 -- what the file returns
        if not _is_ours.get():
            return self._writer.writerow(row)
        return self._writer.writerow(
            [guarded(cell) if isinstance(cell, str) else cell for cell in row]
        )
