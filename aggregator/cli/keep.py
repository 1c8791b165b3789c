"""The command that says what is kept how long, and what would go."""

from datetime import datetime

import click

from aggregator.cli.context import Context, json_option, pass_context, print_json, print_table
from aggregator.config.keep import KEEP, Keep
from aggregator.daemon import utc_now
from aggregator.store import open_store
from aggregator.store.kept import Kept, OldStory, articles_past, kept, youngest_past
from aggregator.text.times import to_text


@click.command()
@json_option
@pass_context
def keep(context: Context, as_json: bool) -> None:
    """Show what is kept how long and what a daemon would forget now; change nothing.

    Write the section keep into a copy of feeds.yaml, and see what it would do, before a running
    daemon reads it.

    \b
    Example:
      aggregator --config copy-of-feeds.yaml keep
    """
    config = context.config()
    with open_store(context.database()) as store:
        connection = store.connection
        found = kept(connection, config.keep, config.settings.story_window, utc_now())
        articles = articles_past(connection, found.before)
        examples = youngest_past(connection, found.before)
    if as_json:
        print_json(_record(config.keep, found, articles, examples))
        return
    print_table(
        [{"what": name, "kept": value} for name, value in policy(config.keep).items()],
        ("what", "kept"),
    )
    click.echo()
    for line in _lines(found, articles):
        click.echo(line)
    if examples:
        click.echo("The newest stories that would go:")
        print_table(
            [
                {
                    "story": story.story_id, "newest report": _day(story.last_report),
                    "reports": story.articles, "headline": story.headline,
                }
                for story in examples
            ],
            ("story", "newest report", "reports", "headline"),
        )  # fmt: skip


def policy(settings: Keep) -> dict[str, str]:
    """Return each key of the section as it is written in feeds.yaml."""
    return {option.name: option.kind.write(getattr(settings, option.name)) for option in KEEP}


def _lines(found: Kept, articles: int) -> list[str]:
    lines = [f"The database holds {found.used:,} bytes, and {found.free:,} free for reuse."]
    if found.over:
        lines.append(f"That is {found.over:,} bytes too much: the oldest ended stories would go.")
    if found.before is not None:
        lines.append(
            f"Would go: {found.stories:,} stories with {articles:,} reports, the newest of them"
            f" before {_day(found.before)}. A story stays while anything about it is newer."
        )
    if found.polls:
        lines.append(f"Polls past their time: {found.polls:,}.")
    if found.last_forgotten is not None:
        lines.append(
            f"Forgotten so far: {found.forgotten_stories:,} stories with"
            f" {found.forgotten_articles:,} reports, lately on {_day(found.last_forgotten)}."
        )
    return lines


def _record(
    settings: Keep, found: Kept, articles: int, examples: tuple[OldStory, ...]
) -> dict[str, object]:
    return {
        "policy": policy(settings),
        "would_go": {
            "before": to_text(found.before) if found.before else None,
            "stories": found.stories,
            "articles": articles,
            "polls": found.polls,
            "newest": [
                {
                    "id": story.story_id,
                    "headline": story.headline,
                    "last_report_at": to_text(story.last_report),
                    "articles": story.articles,
                }
                for story in examples
            ],
        },
        "bytes": {"used": found.used, "free": found.free, "too_many": found.over},
        "forgotten": {
            "stories": found.forgotten_stories,
            "articles": found.forgotten_articles,
            "last_at": to_text(found.last_forgotten) if found.last_forgotten else None,
        },
    }


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"
