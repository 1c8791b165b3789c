"""How Datasette tells of its errors: with a status and a line, whatever else is installed."""

import logging
import sqlite3
from functools import wraps
from types import SimpleNamespace
from typing import Any, Final

from datasette.database import Database, Results

from aggregator.text.clean import plain_line

_LINE_LIMIT: Final = 300

_log = logging.getLogger("aggregator")


def tell_errors_in_the_log() -> None:
    """Let Datasette hand its errors to the log, which writes each in the format that is wanted.

    It prints them, and with the package `rich` where that is there: then each address that is not
    there fails with 500, since nothing was raised that could be printed, and each refusal prints a
    hundred lines, in which the variables of all frames stand.
    """
    # Datasette is still being imported when it imports its plugins.
    from datasette import handle_exception  # noqa: PLC0415

    handle_exception.rich = None
    handle_exception.traceback = SimpleNamespace(print_exc=lambda: _log.exception("page failed"))


def tell_in_a_line(database: Database) -> None:
    """Let a question that this database refuses be one line of the log.

    Datasette prints the whole question, and the reason as it is: a name with a line break in it
    would forge a line. What took more memory than it may is refused as any other.
    """
    execute = database.execute

    @wraps(execute)
    async def plainly(*arguments: Any, **options: Any) -> Results:  # noqa: ANN401 -- Datasette's
        is_told = options.pop("log_sql_errors", True)
        try:
            return await execute(*arguments, **options, log_sql_errors=False)
        except MemoryError:
            raise sqlite3.OperationalError("that takes too much memory: ask for less") from None
        except sqlite3.DatabaseError as error:
            if is_told:
                _log.warning("sql refused error=%s", plain_line(str(error), limit=_LINE_LIMIT))
            raise

    database.execute = plainly
