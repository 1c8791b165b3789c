"""The generated part of docs/configuration.md."""

from aggregator.config.options import Option
from aggregator.config.sections import SECTIONS

_HEADINGS = {
    "settings": "one mapping, all keys optional",
    "keep": "one mapping, all keys optional; see docs/reliability.md",
    "feeds": "a list, one mapping for each feed",
    "conflicts": "a list, one mapping for each conflict",
    "saved_feeds": "a list, one mapping for each feed of ours that you name",
    "mail": "one mapping, for all alerts and digests that go by mail",
    "alerts": "a list, one mapping for each alert",
    "digests": "a list, one mapping for each digest",
}


def reference() -> str:
    """Return the reference of all keys as Markdown, one table for each section."""
    return "\n".join(_section(name, table) for name, table in SECTIONS.items())


def _section(name: str, table: tuple[Option, ...]) -> str:
    lines = [
        f"### `{name}`: {_HEADINGS[name]}",
        "",
        "| key | default | value | meaning |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| `{option.name}` | {_default(option)} | {option.kind.wanted} | {option.help} |"
        for option in table
    ]
    return "\n".join(lines) + "\n"


def _default(option: Option) -> str:
    if option.required:
        return "**required**"
    if option.default is None:
        return option.default_text or "none"
    return f"`{option.kind.write(option.default)}`"
