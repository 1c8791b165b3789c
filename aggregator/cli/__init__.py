"""The command line: arguments in, exit codes out."""

import sys

import click

from aggregator.cli.commands import cli
from aggregator.errors import AggregatorError

__all__ = ["cli", "main"]

_INTERRUPTED = 130


def main() -> None:
    """Run the command; exit with its code, and with one clear message when it fails."""
    try:
        code = cli.main(standalone_mode=False, prog_name="aggregator")
    except AggregatorError as error:
        click.echo(f"aggregator: {error}", err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(_INTERRUPTED)
    except BrokenPipeError:
        # The reader of a pipe has seen enough.
        sys.stderr.close()
        sys.exit(0)
    sys.exit(code if isinstance(code, int) else 0)
