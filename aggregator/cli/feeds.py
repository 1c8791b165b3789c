"""The group of commands for feeds.yaml and the feeds in it."""

import click

from aggregator.cli.deferred import DeferringGroup


@click.group(cls=DeferringGroup)
def feeds() -> None:
    """Find, test, list, add, remove and exchange feeds; see how they are."""


feeds.defer(
    "aggregator.cli.feeds_add",
    {"add": "Add the feed at URL to feeds.yaml; a running daemon takes it up by itself."},
)
feeds.defer(
    "aggregator.cli.feeds_remove",
    {"remove": "Remove a feed from feeds.yaml; what it brought stays in the database."},
)
feeds.defer(
    "aggregator.cli.feeds_look",
    {
        "discover": "Find the feeds of the page at URL, best first, and say which of them work.",
        "test": "Show what would be stored of FEED, an address or an id of feeds.yaml.",
    },
)
feeds.defer(
    "aggregator.cli.feeds_exchange",
    {
        "import": "Add the feeds of FILE, a list in OPML, to feeds.yaml; all in one step.",
        "export": "Write the feeds of feeds.yaml as OPML to FILE or to standard output.",
    },
)
feeds.defer(
    "aggregator.cli.feeds_state",
    {
        "list": "Show each feed with its health; before the first poll, those of feeds.yaml.",
        "health": "Show what is wrong with which feed, since when, and what to do; the worst"
        " first.",
        "show": "Show all that is known of one feed: when it is next due and why, health, rhythm,"
        " pages.",
        "resume": "Ask a paused, dead or distrusted feed again at once; a running daemon takes it"
        " up itself.",
    },
)
