"""The group of commands for site rules."""

import click

from aggregator.cli.deferred import DeferringGroup


@click.group(cls=DeferringGroup)
def rules() -> None:
    """See, check and test what is known about the pages of single sites.

    FOLDER holds your rules; without it, it is the one that `rules` in feeds.yaml names. The rules
    that come with the program are always there too.
    """


rules.defer(
    "aggregator.cli.rules_listed",
    {
        "list": "Show the rules in the order in which they are asked; the first that fits is"
        " followed.",
        "check": "Read all rules and report every mistake with its line; change nothing.",
    },
)
rules.defer(
    "aggregator.cli.rules_trial",
    {
        "test": "Try each rule on its test pages; the exit code is 1 if a page gives anything"
        " else.",
        "record": "Keep PAGE as the test page NAME of a RULE of yours, with what is found on it"
        " now.",
    },
)
