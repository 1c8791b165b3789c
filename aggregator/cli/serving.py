"""Serve the pages: Datasette with our plugin, on the database as it grows."""

import json
import os
import threading
from pathlib import Path
from urllib.parse import urlsplit

import click

from aggregator.cli.context import Context, log_to_stderr, pass_context
from aggregator.cli.served_file import require_servable
from aggregator.config import Settings
from aggregator.errors import ConfigError, PartMissing, Problem
from aggregator.store import open_store
from aggregator.text.secrets import REFERENCE

_GRACE_SECONDS = 2
_WAITING = 100


@click.command()
@click.option("--host", help="Address to listen on; default: the setting, 127.0.0.1.")
@click.option("--port", type=click.IntRange(0, 65535), help="Default: the setting, 8001.")
@click.option("--with-parent", is_flag=True, hidden=True, help="End when standard input does.")
@click.option("--settings", "given", hidden=True, help="In JSON, in place of those of feeds.yaml.")
@pass_context
def serve(
    context: Context, host: str | None, port: int | None, with_parent: bool, given: str | None
) -> None:
    """Serve the stories, the merged feed and Datasette's own pages.

    \b
    Example:
      aggregator serve --port 8080
    """
    try:
        import uvicorn  # noqa: PLC0415 -- slow to load, and no other command needs it
        from datasette.app import Datasette  # noqa: PLC0415 -- an extra

        from aggregator.publish.browse.connections import patient_protocol  # noqa: PLC0415 -- of it
        from aggregator.publish.browse.hosts import is_loopback  # noqa: PLC0415 -- of that extra
    except ModuleNotFoundError as error:
        raise PartMissing(
            "Datasette", "install it with `pip install 'conflict-news-aggregator[browse]'`"
        ) from error

    if with_parent:
        threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    log_to_stderr(verbose=False)
    # By its name and for reading only; it must be there, and of this version.
    database = context.database()
    require_servable(database)
    open_store(database).close()
    plugin: dict[str, object] = {}
    settings = _settings(context, given)
    if settings is not None:
        host, port = host or settings.serve_host, settings.serve_port if port is None else port
        plugin = {
            "title": settings.title,
            "base_url": settings.base_url,
            "entries": settings.feed_entries,
            "hub": settings.hub,
        }
        if settings.reader_password is not None:
            plugin["reader_password"] = _by_name(settings.reader_password, context.config_path)
    host = host or "127.0.0.1"
    public = urlsplit(str(plugin.get("base_url") or "")).hostname
    # A container listens everywhere, though only its machine is let in: then base_url says so.
    if is_loopback(host) or (public and is_loopback(public)):
        plugin["own_names"] = [host]
    # Pages name the file as it is opened here, and where it lies is nobody's business.
    os.chdir(database.resolve().parent)
    datasette = Datasette(
        # Mutable on purpose: an immutable file would never show what the daemon adds.
        files=[database.name],
        metadata={"plugins": {"aggregator": plugin}},
        settings={
            "base_url": _prefix(plugin.get("base_url")),
            "allow_download": False,
            "sql_time_limit_ms": 1000,
            "max_returned_rows": 1000,
            # Each column of a table would be counted anew for each page of it.
            "suggest_facets": False,
        },
    )
    uvicorn.run(
        datasette.app(),
        host=host,
        port=8001 if port is None else port,
        http=patient_protocol(),
        # So many are accepted before the first of too many can be closed.
        backlog=_WAITING,
        log_config=None,
        log_level="warning",
        lifespan="on",
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )


def _settings(context: Context, given: str | None) -> Settings | None:
    """Return the settings that the daemon has in force if it gives them, else those of the file."""
    if given is not None:
        return Settings(**json.loads(given))
    return context.config().settings if context.has_config() else None


def _end_with_parent() -> None:
    """End this process when the one that started it has ended, however that was."""
    # Not through sys.stdin: Python cannot end while a thread holds the lock of that.
    while os.read(0, 1):
        pass
    os._exit(0)


def _prefix(base_url: object) -> str:
    """Return what the links of pages begin with: the path of the public address."""
    path = urlsplit(str(base_url or "")).path.rstrip("/")
    return f"{path}/"


def _by_name(reference: str, config: Path) -> dict[str, str]:
    """Return a secret as Datasette looks it up, so that no page of it shows what it is."""
    name = REFERENCE.sub(r"\1", reference)
    if not os.environ.get(name, "").strip():
        detail = f"names {reference}, but the environment has no variable {name}: set it"
        raise ConfigError(config, [Problem(0, 0, f"reader_password {detail}")])
    return {"$env": name}
