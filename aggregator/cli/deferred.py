"""A group whose commands are loaded when they are called, so that no call pays for the others."""

from collections.abc import Mapping
from importlib import import_module

import click


class Deferred(click.Command):
    """What the list of a group tells of a command whose module is not loaded."""

    def __init__(self, name: str, module: str, summary: str) -> None:
        super().__init__(name, help=summary)
        self._module = module

    def load(self) -> click.Command:
        """Return the command of this name in the module."""
        members = vars(import_module(self._module)).values()
        commands = (member for member in members if isinstance(member, click.Command))
        return next(command for command in commands if command.name == self.name)


class DeferringGroup(click.Group):
    """A group that lists its commands without their modules, and loads the one that is called."""

    def defer(self, module: str, summaries: Mapping[str, str]) -> None:
        """Take in commands of `module`: their names, and the first sentence of their help."""
        for name, summary in summaries.items():
            self.add_command(Deferred(name, module, summary))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of this name, loaded; None when there is none."""
        command = super().get_command(ctx, cmd_name)
        return command.load() if isinstance(command, Deferred) else command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands from what is known without loading them."""
        click.Group(commands=self.commands).format_commands(ctx, formatter)
