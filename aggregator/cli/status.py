"""The command status: how the daemon is, how much there is, and what fails."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import click

from aggregator.cli.context import Context, json_option, pass_context, print_json, print_table
from aggregator.store import Store, open_store, reading
from aggregator.store.daemon_state import DaemonState
from aggregator.store.diagnosis import Health, Status, is_up, judge
from aggregator.store.failures import OF_FEEDS, failures
from aggregator.store.vital_signs import vital_signs
from aggregator.text.times import to_text
from aggregator.text.visible import visible

_TABLES: Final = ("feeds_in_trouble", "alerts_not_delivered", "records_set_aside")
_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)


@click.command()
@json_option
@click.option("--check", is_flag=True, help="Only how it is: exit code 1 when it fails.")
@pass_context
def status(context: Context, as_json: bool, check: bool) -> None:
    """Show how the daemon is, what is there and waits, and all that fails.

    \b
    Example, from a script or a container:
      aggregator status --check
    """
    now = datetime.now(UTC)
    with open_store(context.database()) as store:
        signs = vital_signs(store.connection, now, store.path)
        health = judge(signs, now)
        record = _record_of(health, signs.daemon) | ({} if check else _whole(store))
    if as_json:
        print_json(record)
    else:
        _print_health(health, signs.daemon, now, _told(record.get("failures", [])))
        if not check:
            _print_whole(record)
    if check and health.status is Status.FAILING:
        click.get_current_context().exit(1)


def _record_of(health: Health, daemon: DaemonState | None) -> dict[str, Any]:
    record: dict[str, Any] = {
        "status": health.status,
        "since": _text(health.since),
        "reasons": [
            {
                "name": reason.name,
                "status": reason.status,
                "since": _text(reason.since),
                "text": reason.text,
            }
            for reason in health.reasons
        ],
        "daemon": None,
        "stages": [],
    }
    if daemon is not None:
        record["daemon"] = {
            "pid": daemon.pid,
            "version": daemon.version,
            "sqlite_version": daemon.sqlite_version,
            "started_at": to_text(daemon.started),
            "beat_at": to_text(daemon.beat),
            "stopped_at": _text(daemon.stopped),
            "memory_bytes": daemon.usage.memory_bytes,
            "threads": daemon.usage.threads,
            "open_files": daemon.usage.open_files,
            "database_bytes": daemon.database_bytes,
            "database_free_bytes": daemon.database_free_bytes,
            "log_bytes": daemon.log_bytes,
            "disk_free_bytes": daemon.disk_free_bytes,
        }
        record["stages"] = [
            {
                "stage": stage.stage,
                "pending": stage.pending,
                "waiting_since": _text(stage.waiting_since),
                "under_way": stage.under_way,
                "ended_at": _text(stage.ended),
            }
            for stage in daemon.stages
        ]
    return record


def _whole(store: Store) -> dict[str, Any]:
    record: dict[str, Any] = dict(reading.status(store))
    record["failures"] = [
        {
            "what": failure.what,
            "record": failure.record,
            "since": _text(failure.since),
            "severity": failure.severity,
            "detail": failure.detail,
            "remedy": failure.remedy,
        }
        for failure in failures(store.connection)
    ]
    return record


def _told(failures: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Return what is known of each trouble, by its name."""
    troubles = (failure for failure in failures if failure["what"] == "trouble")
    return {each["record"]: f"{each['detail']}: {each['remedy']}" for each in troubles}


def _print_health(
    health: Health, daemon: DaemonState | None, now: datetime, told: Mapping[str, str]
) -> None:
    click.echo(f"{health.status}: {_in_words(daemon, now)}")
    for reason in health.reasons:
        since = f" (since {to_text(reason.since)})" if reason.since else ""
        text = " ".join(told.get(reason.name, reason.text).split())
        click.echo(f"  {visible(reason.name)}: {visible(text)}{since}")


def _in_words(daemon: DaemonState | None, now: datetime) -> str:
    if daemon is None:
        return "no daemon has run on this database yet"
    if daemon.stopped is not None:
        return f"stopped since {to_text(daemon.stopped)}, ran since {to_text(daemon.started)}"
    ago = _ago(now - daemon.beat)
    if not is_up(daemon, now):
        return (
            f"last heard of at {to_text(daemon.beat)}, {ago}; ran since {to_text(daemon.started)}"
            f" as process {daemon.pid}"
        )
    return f"running since {to_text(daemon.started)} as process {daemon.pid}, last heartbeat {ago}"


def _ago(span: timedelta) -> str:
    if span < timedelta(0):
        return "in the future: the clock was set back"
    for unit, word in ((_DAY, "days"), (_HOUR, "hours"), (_MINUTE, "minutes")):
        if span >= 2 * unit:
            return f"{span // unit} {word} ago"
    return f"{span.total_seconds():.0f} seconds ago"


def _print_whole(record: Mapping[str, Any]) -> None:
    click.echo()
    told = {**_flat(record["daemon"] or {}), **record}
    for name, value in told.items():
        if not isinstance(value, list | dict) and name not in {"status", "since", "daemon"}:
            text = "-" if value is None else visible(str(value))
            click.echo(f"{name.replace('_', ' '):34} {text}")
    health = ", ".join(f"{count} {name}" for name, count in record["feeds_by_health"].items())
    click.echo(f"{'feeds by health':34} {health}")
    _print_rows("stages", record["stages"])
    for title in _TABLES:
        _print_rows(title, record[title])
    shown = {"alert", "set aside", *OF_FEEDS}
    ours = [failure for failure in record["failures"] if failure["what"] not in shown]
    _print_rows("failures", ours)


def _flat(daemon: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stands on lines of its own; the first line has the rest."""
    named = {"pid", "started_at", "beat_at", "stopped_at"}
    return {name: value for name, value in daemon.items() if name not in named}


def _print_rows(title: str, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        click.echo(f"\n{title.replace('_', ' ')}:")
        print_table(rows, list(rows[0]))


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else to_text(moment)
