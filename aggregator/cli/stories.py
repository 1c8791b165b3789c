"""Commands about one story: show it, merge it, split reports off, take such rulings back."""

from datetime import UTC, datetime
from typing import Any

import click

from aggregator.cli.beside import open_beside_daemon
from aggregator.cli.context import Context, json_option, pass_context, print_json
from aggregator.cli.moments import RECORD
from aggregator.store import open_store, reading
from aggregator.store.rulings import (
    Ruling,
    RulingKind,
    merge_stories,
    release_articles,
    split_story,
)


class _ShowByDefault(click.Group):
    """A group in which what is no command of its own is the argument of `show`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, *ctx.help_option_names}:
            args = ["show", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_ShowByDefault)
def story() -> None:
    """Show one story, or say that the grouping is wrong: ID alone means `show ID`.

    \b
    Examples:
      aggregator story 17 --why
      aggregator story merge 17 23
      aggregator story split 17 204 209
      aggregator story release 17
    """


@story.command("show")
@click.argument("story_id", metavar="ID", type=RECORD)
@click.option("--why", is_flag=True, help="Say for each report why it is in this story.")
@json_option
@pass_context
def show(context: Context, story_id: int, why: bool, as_json: bool) -> None:
    """Show one story: who reports it, who depends on whom, and with --why the reasons.

    Of a story that was merged into another, it shows the other.
    """
    with open_store(context.database()) as store:
        record: Any = reading.story(store, story_id, datetime.now(UTC))
    if as_json:
        print_json(record)
        return
    if record["id"] != story_id:
        click.echo(f"story {story_id} was merged into story {record['id']}:")
    click.echo(record["headline"])
    if why and record["headline_reason"]:
        click.echo(f"this headline {record['headline_reason']}")
    click.echo(
        f"{record['life_cycle']}; {record['article_count']} reports, {record['origin_count']}"
        f" independent origins, {record['source_count']} publishers;"
        f" {record['first_report_at']} to {record['last_report_at']};"
        f" conflicts: {', '.join(record['conflicts']) or 'none'}"
    )
    for relation in ("follows", "followed_by"):
        for other in record[relation]:
            click.echo(
                f"{relation.replace('_', ' ')} story {other['story_id']}: {other['headline']}"
                f" ({other['reason']})"
            )
    for report in record["reports"]:
        click.echo(
            f"\n[{report['article_id']}] {report['reported_at']}  {report['outlet']}"
            f" ({report['kind']}, {report['country'] or '-'}): {report['title']}"
        )
        click.echo(f"    {_standing(report)}  {report['url'] or ''}")
        if report["body_reason"]:
            click.echo(f"    text from the {report['body_source']}: {report['body_reason']}")
        if why:
            _tell_why(report["explanation"])


def _standing(report: dict[str, Any]) -> str:
    """Return on whom a report depends, with the article that stands for its origin."""
    reason = report["origin_reason"] or ("is a copy" if report["copy_of"] else "is an own report")
    if report["origin_id"] == report["article_id"]:
        return f"it {reason}"
    return f"it {reason}; its origin is [{report['origin_id']}]"


def _tell_why(explanation: dict[str, Any]) -> None:
    click.echo(
        f"    score {explanation['score']:.2f}, needed {explanation['threshold']:.2f};"
        f" nearest report: {explanation['nearest'] or 'none'}"
    )
    if explanation["terms"]:
        click.echo(f"    shared: {', '.join(explanation['terms'])}")
    features = ", ".join(f"{name} {value:.2f}" for name, value in explanation["features"].items())
    if features:
        click.echo(f"    {features}")
    if explanation["runner_up"]:
        click.echo(
            f"    runner-up: the story opened by article {explanation['runner_up']},"
            f" score {explanation['runner_up_score']:.2f}"
        )
    if revised := explanation.get("revised"):
        score = f", score {revised['score']:.2f}" if "score" in revised else ""
        click.echo(f"    moved here later: {revised['kind']} by the {revised['by']}{score}")


@story.command("merge")
@click.argument("story_id", metavar="ID", type=RECORD)
@click.argument("others", metavar="OTHER...", type=RECORD, nargs=-1, required=True)
@json_option
@pass_context
def merge(context: Context, story_id: int, others: tuple[int, ...], as_json: bool) -> None:
    """Rule that stories report one event: they become one, for good.

    The story that was opened first is kept; the ids and pages of the others lead to it. All of
    their articles stay together, whatever the program thinks later. `story split` undoes it, and
    `story release` leaves them to the program again. A running daemon takes it up itself.
    """
    now = datetime.now(UTC)
    with open_beside_daemon(context.database(), now) as store:
        ruling = merge_stories(store, (story_id, *others), now)
    if as_json:
        print_json(_record(ruling))
        return
    ended = ", ".join(map(str, ruling.others))
    click.echo(f"story {ruling.story_id} now has the {_articles(ruling)} of {ended}")


@story.command("split")
@click.argument("story_id", metavar="ID", type=RECORD)
@click.argument("articles", metavar="ARTICLE...", type=RECORD, nargs=-1, required=True)
@json_option
@pass_context
def split(context: Context, story_id: int, articles: tuple[int, ...], as_json: bool) -> None:
    """Rule that articles do not belong in a story: they get one of their own, for good.

    ARTICLE is the number that `aggregator story ID` shows in brackets; what repeats its text goes
    with it. The part with the article that opened the story keeps its id. The two are never merged
    by the program, and their articles stay where they are. `story merge` undoes it, and `story
    release` leaves them to the program again. A running daemon takes it up itself.
    """
    now = datetime.now(UTC)
    with open_beside_daemon(context.database(), now) as store:
        ruling = split_story(store, story_id, articles, now)
    if as_json:
        print_json(_record(ruling))
        return
    moved = ", ".join(map(str, ruling.moved))
    click.echo(
        f"story {ruling.others[0]} now has {_articles(ruling)} of {ruling.story_id}: {moved}"
    )


@story.command("release")
@click.argument("story_id", metavar="ID", type=RECORD)
@click.argument("articles", metavar="[ARTICLE...]", type=RECORD, nargs=-1)
@json_option
@pass_context
def release(context: Context, story_id: int, articles: tuple[int, ...], as_json: bool) -> None:
    """Take back what `story merge` and `story split` ruled about a story, or some of its articles.

    Nothing moves now: the articles stay where they are until the program thinks otherwise. What was
    ruled about articles in other stories holds on. A running daemon takes it up itself.
    """
    now = datetime.now(UTC)
    with open_beside_daemon(context.database(), now) as store:
        ruling = release_articles(store, story_id, articles, now)
    if as_json:
        print_json(_record(ruling))
        return
    released = ", ".join(map(str, ruling.articles))
    click.echo(f"the program may move these articles of story {ruling.story_id} again: {released}")


def _articles(ruling: Ruling) -> str:
    count = len(ruling.moved)
    return f"{count} article{'' if count == 1 else 's'}"


def _record(ruling: Ruling) -> dict[str, object]:
    if ruling.kind is RulingKind.RELEASED:
        return {
            "ruling": ruling.kind,
            "story_id": ruling.story_id,
            "released_articles": list(ruling.articles),
        }
    others = "merged_stories" if ruling.kind is RulingKind.TOGETHER else "new_stories"
    return {
        "ruling": ruling.kind,
        "story_id": ruling.story_id,
        others: list(ruling.others),
        "moved_articles": list(ruling.moved),
    }
