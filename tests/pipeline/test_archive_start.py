"""The archive when the program starts after a crash."""

import asyncio
from pathlib import Path

import pytest

from aggregator.archive.folder import ArchiveFolder
from aggregator.config import Config, Settings
from aggregator.pipeline.cycle import Pipeline
from aggregator.pipeline.network import policy_of
from aggregator.store import open_store
from aggregator.web.client import WebClient
from tests.archive.captured import NOW, answer


@pytest.mark.parametrize("is_wanted", [True, False])
def test_d18_what_a_crash_cut_off_is_removed_before_anything_comes(
    tmp_path: Path, *, is_wanted: bool
) -> None:
    folder = tmp_path / "news-archive"
    (kept,) = ArchiveFolder(folder, "news").append([answer(b"first")], NOW)
    path = folder / kept.file
    whole = path.read_bytes()
    path.write_bytes(whole + b"\x1f\x8b\x08half")

    async def open_and_close() -> None:
        config = Config(tmp_path / "feeds.yaml", Settings(archive=is_wanted), (), ())
        async with (
            WebClient(policy_of(config.settings)) as web,
            Pipeline(config, lambda: open_store(tmp_path / "news.db", now=NOW), web, lambda: NOW),
        ):
            pass

    asyncio.run(open_and_close())
    assert (path.read_bytes() == whole) is is_wanted
