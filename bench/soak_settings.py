"""The feeds.yaml of the soak, good in ever new ways, and bad."""

import json
from pathlib import Path
from typing import Final

from bench.soak_press import Press

BAD: Final = (
    "feeds: [\n",
    "",
    "settings:\n  poll_tick: soon\nfeeds: []\nconflicts: []\n",
    "feeds: []\nconflicts: []\nweather: fine\n",
    "feeds:\n  - id: one\n    url: nowhere\nconflicts: []\n",
)

_CONFLICT: Final = {
    "id": "invented",
    "name": "A conflict of no country",
    "keywords": ["road", "dem", "puebl*"],
}


def feeds_yaml(press: Press, folder: Path, pages_port: int, edition: int) -> str:
    """Return good settings; with each edition a feed has another name."""
    settings: dict[str, object] = {
        "allowed_networks": ["127.0.0.0/8"],
        "allowed_ports": [press.port],
        "host_gap": "0s",
        "poll_tick": "1s",
        "poll_interval_minimum": "5m",
        "poll_interval_maximum": "5m",
        "request_deadline": "8s",
        "connect_timeout": "4s",
        "feed_limit": "1MiB",
        "story_window": "1d",
        "extract_workers": 1,
        "languages": ["en"],
        "serve_port": pages_port,
        "feed_file": str(folder / "feed.atom"),
        "archive": True,
    }
    feeds = [
        {
            "id": outlet.id,
            "name": f"{outlet.id} of {edition}" if outlet.number == edition % 20 else outlet.id,
            "url": press.url(outlet.id),
        }
        for outlet in press.outlets.values()
    ]
    # Every JSON document is a YAML document of the same meaning.
    written = {
        "settings": settings,
        "keep": {"polls": "7d", "archive": "7d", "archive_size": "100MiB"},
        "feeds": feeds,
        "conflicts": [_CONFLICT],
    }
    return json.dumps(written, indent=1)
