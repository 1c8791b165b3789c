"""Commands about alerts and digests: what they would tell, whether they arrive, what was sent."""

import asyncio
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import click

from aggregator.cli.context import Context, json_option, pass_context, print_json, print_table
from aggregator.config import Config
from aggregator.config.alert_rules import AlertRule, Channel, Digest
from aggregator.config.document import Place, ProblemsFound, Scalar
from aggregator.config.kinds import duration, written_duration
from aggregator.errors import NotFound
from aggregator.pipeline.alert_sending import AlertSender, Receipt, base_url
from aggregator.pipeline.network import policy_of
from aggregator.publish.alerts.bulletin import ToldStory, to_json, told_story, trial
from aggregator.publish.alerts.matching import MaterialChange, matches
from aggregator.publish.alerts.wording import news_in_words
from aggregator.publish.syndication import story_url
from aggregator.store import open_store
from aggregator.store.alert_deliveries import listed_deliveries
from aggregator.store.story_then import changes_as_they_were
from aggregator.text.clean import plain_line
from aggregator.text.times import from_text
from aggregator.web.client import WebClient

_HEADLINE_SHOWN: Final = 70
_ERROR_SHOWN: Final = 80
_HOUR: Final = timedelta(hours=1)
_SINCE: Final = duration(timedelta(minutes=1), timedelta(days=30))


@click.group()
def alerts() -> None:
    """See what alerts would tell, try their channels, list what was sent and what not.

    \b
    Examples:
      aggregator alerts preview --since 24h
      aggregator alerts test "Port Ossian"
      aggregator alerts list --failures
    """


def _span(_: click.Context, __: click.Parameter, written: str) -> timedelta:
    node = Scalar(Place(0, 0, 0, 0), written, quoted=False)
    try:
        return _SINCE.read(node)
    except ProblemsFound as found:
        raise click.BadParameter(found.problems[0].message) from found


@alerts.command()
@click.option(
    "--since", default="24h", show_default=True, callback=_span, help="How far to look back."
)
@json_option
@pass_context
def preview(context: Context, since: timedelta, as_json: bool) -> None:
    """Show what would have been told lately; sends nothing and stores nothing.

    Each change is judged by its story as it was then, as far as that is known: docs/alerts.md tells
    what is not.

    \b
    Example, after a change of feeds.yaml:
      aggregator alerts preview --since 3d
    """
    config = context.config()
    with open_store(context.database()) as store:
        changes = changes_as_they_were(store.connection, datetime.now(UTC) - since)
        found = _told(config, changes)
    if as_json:
        print_json([_preview_record(rule, told) for rule, told in found])
        return
    if not found:
        click.echo(f"{config.path} has no alerts and no digests: docs/alerts.md shows how")
    for rule, told in found:
        _print_preview(rule, told, since)


def _told(
    config: Config, changes: Iterable[MaterialChange]
) -> list[tuple[AlertRule | Digest, list[ToldStory]]]:
    base = base_url(config)
    found: list[tuple[AlertRule | Digest, list[ToldStory]]]
    found = [(rule, []) for rule in config.alerting.rules]
    for change in changes:
        for rule, told in found:
            if matches(rule.conditions, change):
                told.append(told_story(change, story_url(base, change.story.id)))
    return found


def _preview_record(rule: AlertRule | Digest, told: Sequence[ToldStory]) -> dict[str, Any]:
    return {
        "name": rule.name,
        "kind": "alert" if isinstance(rule, AlertRule) else "digest",
        "channels": list(rule.channels),
        "over_the_hourly_limit": _over_limit(rule, told),
        "changes": [asdict(story) for story in told],
    }


def _print_preview(rule: AlertRule | Digest, told: Sequence[ToldStory], since: timedelta) -> None:
    kind = "alert" if isinstance(rule, AlertRule) else f"{rule.every} digest"
    count = f"{len(told)} change{'' if len(told) == 1 else 's'} in {written_duration(since)}"
    click.echo(f"{kind} {rule.name} ({', '.join(rule.channels)}): {count}")
    if over := _over_limit(rule, told):
        click.echo(f"  {over} of them over the hourly limit: told together in one message")
    for story in told:
        click.echo(f"  {story.changed_at}  story {story.id}: {story.headline}")
        if news := news_in_words(story.news):
            click.echo(f"    {news}")


def _over_limit(rule: AlertRule | Digest, told: Sequence[ToldStory]) -> int:
    if isinstance(rule, Digest):
        return 0
    sent: list[datetime] = []
    over = 0
    for at in (from_text(story.changed_at) for story in told):
        if sum(at - _HOUR < earlier for earlier in sent) < rule.hourly_limit:
            sent.append(at)
        else:
            over += 1
    return over


@alerts.command("test")
@click.argument("name")
@json_option
@pass_context
def test_command(context: Context, name: str, as_json: bool) -> None:
    """Send one test message on each channel of the alert or digest NAME.

    Says what each receiver answered; exits with 1 when one of them has not taken it. A digest's
    file is left as it is.

    \b
    Example:
      aggregator alerts test "Port Ossian"
    """
    config = context.config()
    rule = next((one for one in config.alerting.rules if one.name == name), None)
    if rule is None:
        raise NotFound("alert or digest", name)
    receipts = asyncio.run(_try_channels(config, rule))
    if as_json:
        print_json(
            [
                {"channel": channel, "taken": receipt.is_taken, "answer": receipt.answer}
                for channel, receipt in receipts
            ]
        )
    else:
        for channel, receipt in receipts:
            word = "taken" if receipt.is_taken else "not taken"
            click.echo(f"{channel:10} {word}: {receipt.answer}")
        if not receipts:
            click.echo(f"{name} only writes a file, which is left as it is")
    if not all(receipt.is_taken for _, receipt in receipts):
        sys.exit(1)


async def _try_channels(config: Config, rule: AlertRule | Digest) -> list[tuple[str, Receipt]]:
    now = datetime.now(UTC)
    content = to_json(trial(rule.name, uuid4().hex, now))
    async with WebClient(policy_of(config.settings)) as web:
        sender = AlertSender(config, "test", web.fetch, lambda: datetime.now(UTC), os.environ)
        return [
            (channel, await sender.send(rule, channel, content))
            for channel in rule.channels
            if channel is not Channel.FILE
        ]


@alerts.command("list")
@click.option("--failures", is_flag=True, help="Only what failed or was given up.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@json_option
@pass_context
def list_command(context: Context, failures: bool, limit: int, as_json: bool) -> None:
    """List messages, the newest first: what was sent, what waits, what failed and why.

    \b
    Example:
      aggregator alerts list --failures
    """
    with open_store(context.database()) as store:
        found = listed_deliveries(store.connection, limit, failures_only=failures)
    if as_json:
        print_json(found)
        return
    if not found:
        click.echo("no message" + (" failed" if failures else " yet"))
        return
    for row in found:
        row["story"] = row["story_id"]
        row["about"] = plain_line(row["headline"] or row["kind"], limit=_HEADLINE_SHOWN)
        row["error"] = plain_line(row["last_error"] or "", limit=_ERROR_SHOWN)
    columns = ["decided_at", "rule", "channel", "state", "attempts", "story", "about", "error"]
    print_table(found, columns)
