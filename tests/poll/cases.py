"""The feeds of `corpus/`: one folder each, with the bytes, the HTTP facts and what we expect.

    python -m tests.poll.cases

writes `expected.json` where a folder has none yet; read it before you keep it.
"""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aggregator.model import HttpUrl, ParsedFeed
from aggregator.poll.parse import parse
from aggregator.text.times import to_text

CORPUS = Path(__file__).parent / "corpus"
NOW = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
URL = HttpUrl("https://feeds.example/all.xml")


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    body: bytes
    url: HttpUrl
    content_type: str | None
    language: str | None
    folder: Path

    def parse(self) -> ParsedFeed:
        return parse(
            self.body,
            url=self.url,
            content_type=self.content_type,
            now=NOW,
            language=self.language,
        )

    def expected(self) -> Any:
        return json.loads((self.folder / "expected.json").read_text(encoding="utf-8"))


def cases() -> list[Case]:
    found = []
    for path in sorted(CORPUS.glob("*/input.*")):
        facts_file = path.parent / "http.json"
        facts = json.loads(facts_file.read_text(encoding="utf-8")) if facts_file.exists() else {}
        found.append(
            Case(
                name=path.parent.name,
                body=path.read_bytes(),
                url=HttpUrl(facts.get("url", URL)),
                content_type=facts.get("content_type"),
                language=facts.get("language"),
                folder=path.parent,
            )
        )
    return found


def as_json(feed: ParsedFeed) -> dict[str, Any]:
    """Return a feed as JSON has it, without the fields that are empty."""
    fields: dict[str, Any] = json.loads(json.dumps(asdict(feed), default=_plain))
    for entry in fields["entries"]:
        entry["image"] = _filled(entry["image"] or {})
    fields["entries"] = [_filled(entry) for entry in fields["entries"]]
    return _filled(fields)


def _filled(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


def _plain(value: object) -> str | list[int]:
    if isinstance(value, frozenset):
        return sorted(value)
    return to_text(value) if isinstance(value, datetime) else str(value)


def main() -> None:
    for case in cases():
        expected = case.folder / "expected.json"
        if not expected.exists():
            text = json.dumps(as_json(case.parse()), ensure_ascii=False, indent=2)
            expected.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
