"""What all commands share: where the files are, and how results are shown."""

import json
import logging
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

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

    def database(self) -> Path:
        """Return the database: the option, else the setting, else the default."""
        if self.database_option is not None:
            return self.database_option
        if self.config_path.exists():
            return self.config().settings.database
        return Path("conflict-news.db")


pass_context = click.make_pass_decorator(Context)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def print_json(value: object) -> None:
    """Print one JSON document, readable for people too."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


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
    if value is None:
        return ""
    line = " ".join(str(value).split())
    return "".join([character for character in line if character.isprintable()])


def log_to_stderr(*, verbose: bool = True) -> None:
    """Send our log lines to standard error, one line for each unit of work."""
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.INFO if verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(message)s",
        datefmt="%Y-%m-%dT%H:%M:%S",
        force=True,
    )
    for noisy in ("httpx", "httpcore", "apscheduler", "trafilatura", "htmldate"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
