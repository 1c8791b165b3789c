"""What all commands share: where the files are, and how results are shown."""

import errno
import json
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aggregator.cli.glance import DEFAULT_DATABASE, database_at_a_glance
from aggregator.errors import StoreError
from aggregator.lock import behind_link
from aggregator.logs import FORMAT_VARIABLE, LogFormat, start_logging
from aggregator.text.visible import visible, visible_json

if TYPE_CHECKING:
    from aggregator.config import Config


@dataclass(slots=True)
class Context:
    """The common options of one call."""

    config_path: Path
    database_option: Path | None
    _config: "Config | None" = field(default=None, init=False)

    def config(self) -> "Config":
        """Return what feeds.yaml said when it was first asked for in this call.

        Raises ConfigError when it is missing or wrong.
        """
        if self._config is None:
            from aggregator.config import load  # noqa: PLC0415 -- help and version need no YAML

            self._config = load(self.config_path)
        return self._config

    def has_config(self) -> bool:
        """Return whether there is a feeds.yaml; raises ConfigError where that cannot be seen."""
        try:
            return self.config_path.exists()
        except OSError:
            self.config()
            raise

    def database(self) -> Path:
        """Return the database: the option, else the setting, else the default.

        A mistake in feeds.yaml keeps nobody from the database that the file plainly names. Raises
        ConfigError where only a file without mistakes would tell, else as `database_file`.
        """
        path = self.database_option or database_at_a_glance(self.config_path)
        if path is None:
            path = self.config().settings.database if self.has_config() else DEFAULT_DATABASE
        return database_file(path)


def database_file(path: Path) -> Path:
    """Return the file that `path` leads to; StoreError for a folder, and for what is hidden."""
    try:
        real = behind_link(path)
        is_folder, is_circle = real.is_dir(), real.is_symlink()
    except (OSError, RuntimeError) as error:
        # Links that lead in a circle are a RuntimeError before Python 3.13, and then no error.
        raise _hidden(path, getattr(error, "strerror", None) or error) from error
    if is_circle:
        raise _hidden(path, os.strerror(errno.ELOOP))
    if is_folder:
        raise StoreError(path, "this is a folder; name a file in it")
    return real


def _hidden(path: Path, reason: object) -> StoreError:
    return StoreError(
        path, f"cannot be seen ({reason}): check the name, and who may enter its folder"
    )


pass_context = click.make_pass_decorator(Context)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def print_json(value: object) -> None:
    """Print one JSON document, readable for people too, with nothing that a terminal obeys."""
    # Where some letters cannot be written, only JSON's own way to spell them is JSON.
    is_any_letter_known = (sys.stdout.encoding or "").lower().startswith("utf")
    document = json.dumps(value, ensure_ascii=not is_any_letter_known, indent=2)
    click.echo(visible_json(document))


def discard_output() -> None:
    """Have what still waits to be printed go nowhere: writing it has failed already."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_table(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> None:
    """Print rows as aligned columns, as plain lines without control characters."""
    cells = [[_cell(row.get(column)) for column in columns] for row in rows]
    widths = [
        max(len(column), *(len(line[index]) for line in cells)) if cells else len(column)
        for index, column in enumerate(columns)
    ]
    for line in [list(columns), *cells]:
        padded = (text.ljust(width) for text, width in zip(line, widths, strict=True))
        click.echo("  ".join(padded).rstrip())


def _cell(value: object) -> str:
    return "" if value is None else visible(" ".join(str(value).split()))


def log_to_stderr(*, verbose: bool = True) -> None:
    """Send our log lines to standard error, one for each unit of work.

    Their format is what the environment asks for, which the option `--log-format` fills in.
    """
    named = os.environ.get(FORMAT_VARIABLE)
    wanted = LogFormat(named) if named in set(LogFormat) else None
    start_logging(sys.stderr, wanted, logging.INFO if verbose else logging.WARNING)
    for noisy in ("httpx", "httpcore", "trafilatura", "htmldate"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    # What befalls a beat is told by ours; the scheduler also calls it an error to be stopped.
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
