"""The site rules that a call is about."""

from pathlib import Path

import click

from aggregator.cli.context import Context
from aggregator.scrape.site_rules.load import LoadedRules, load_rules

FOLDER = click.Path(file_okay=False, path_type=Path)
folder_argument = click.argument("folder", type=FOLDER, required=False)


def rules_of(context: Context, folder: Path | None = None) -> LoadedRules:
    """Return the bundled rules with those of `folder`, else of the folder feeds.yaml names."""
    if folder is None and context.has_config():
        folder = context.config().settings.rules
    return load_rules(folder)


def tell_unusable(loaded: LoadedRules) -> None:
    """Say on standard error which rules cannot be used and why."""
    for error in loaded.errors:
        click.echo(f"aggregator: {error}", err=True)
