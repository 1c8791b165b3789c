"""docs/commands.md, made from the help texts: `python -m aggregator.cli.reference`."""

import click

from aggregator.cli.commands import cli

_INTRODUCTION = """# Commands

Results go to standard output, everything else to standard error; with `--json` the result is one
JSON document. `AGGREGATOR_CONFIG` and `AGGREGATOR_DATABASE` stand in for the common options.

| exit code | meaning |
| --- | --- |
| 0 | done |
| 1 | it did not work, or there is no such feed, story or article |
| 2 | wrong options, or mistakes in feeds.yaml (each with its line) |
| 3 | the database, a place for a backup or the archive cannot be used as it is |
| 4 | another daemon works on this database |
| 75 | the daemon stood still, and is to be started again by its supervisor |
| 130 | interrupted |
| 143 | a backup was told to stop, and left nothing |

This page is generated: `python -m aggregator.cli.reference > docs/commands.md`.
"""


def reference() -> str:
    """Return the help of every command, in Markdown."""
    parts = [_INTRODUCTION, *_helps(cli, "aggregator")]
    return "\n".join(parts)


def _helps(command: click.Command, name: str) -> list[str]:
    context = click.Context(
        command,
        info_name=name,
        max_content_width=90,
        terminal_width=90,
        help_option_names=cli.context_settings["help_option_names"],
    )
    parts = [f"## {name}\n\n```text\n{command.get_help(context)}\n```\n"]
    if isinstance(command, click.Group):
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            assert found is not None
            parts += _helps(found, f"{name} {child}")
    return parts


if __name__ == "__main__":
    click.echo(reference(), nl=False)
