"""No setting has the program write over what it lives by."""

from pathlib import Path

import pytest

from aggregator.config import parse
from aggregator.errors import ConfigError

PATH = Path("feeds.yaml")
REST = "feeds: []\nconflicts: []\n"


@pytest.mark.parametrize(
    "own",
    [
        "feeds.yaml",
        "./feeds.yaml",
        "lorn.db",
        "a/../lorn.db-wal",
        "lorn.db-shm",
        "lorn.db.lock",
    ],
)
def test_no_setting_names_a_file_that_the_program_lives_by(own: str) -> None:
    settings = "settings:\n  database: ./lorn.db\n"
    with pytest.raises(ConfigError, match=r":3:\d+: feed_file must not be .*choose another name"):
        parse(f"{settings}  feed_file: [feed.atom, {own}]\n{REST}", PATH)
    digests = f"digests:\n- name: A\n  file: {own}\n"
    with pytest.raises(ConfigError, match=r":7:\d+: file must not be .*choose another name"):
        parse(f"{settings}{REST}{digests}", PATH)


def test_a_link_that_leads_nowhere_is_a_name_like_others(tmp_path: Path) -> None:
    link = tmp_path / "feed.atom"
    link.symlink_to(link)
    config = parse(f"settings:\n  feed_file: {link}\n{REST}", PATH)
    assert config.settings.feed_file == (link,)
