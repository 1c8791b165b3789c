"""The command line: arguments in, exit codes out."""

import errno
import io
import os
import sys
from typing import Final

import click

from aggregator.cli.commands import cli
from aggregator.cli.context import discard_output
from aggregator.errors import AggregatorError

__all__ = ["cli", "main"]

_INTERRUPTED: Final = 130

_TAKES_NO_MORE: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
"""What a disk answers on which standard output is a file."""


def main() -> None:
    """Run the command; exit with its code, and with one clear message when it fails."""
    _spell_what_cannot_be_shown()
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
    except OSError as error:
        if error.errno not in _TAKES_NO_MORE or error.filename is not None:
            raise
        reason = os.strerror(error.errno)
        click.echo(
            f"aggregator: what is printed cannot be written ({reason}): it is not whole; look at"
            " the disk and its room, and run the command again",
            err=True,
        )
        discard_output()
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


def _spell_what_cannot_be_shown() -> None:
    """Let standard output, as standard error does, spell letters that its encoding has not.

    A file on Windows or a terminal in Latin-1 cannot hold Arabic; that must end no command.
    """
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="backslashreplace")
