"""Reads the event files: text written for people, one line per paragraph.

event depot-fire
conflict drovian-war          (left out: belongs to no conflict)
about A fuel depot burns after a drone attack
began 61h                     (hours before the newsroom's start)

@ meridian-wire +25m
by Ilsa Morrow, Tomas Reyk
# The headline
A paragraph.
Another paragraph.
~ # The headline after a correction
~ two people => three people

@ lowland-post +95m
copy meridian-wire 3          (its first three paragraphs; more may follow)
# Another headline
Reporting by Meridian Wire

@ harbour-courier +2h
missing                       (the page answers 404)
# ...
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.newsroom.world import Correction, Event, Report

_MINUTES = {"m": 1, "h": 60, "d": 24 * 60}
_START = re.compile(r"@ (?P<outlet>[\w-]+) \+(?P<amount>\d+)(?P<unit>[mhd])")
_COPY = re.compile(r"copy (?P<outlet>[\w-]+)(?: (?P<paragraphs>\d+))?")


@dataclass(slots=True)
class _Draft:
    outlet: str
    minutes: int
    headline: str = ""
    authors: tuple[str, ...] = ()
    copied: str | None = None
    copied_paragraphs: int | None = None
    missing: bool = False
    body: list[str] = field(default_factory=list)
    new_headline: str | None = None
    edits: list[tuple[str, str]] = field(default_factory=list)

    def take(self, line: str) -> None:
        if line.startswith("~ # "):
            self.new_headline = line[4:]
        elif line.startswith("~ "):
            old, new = line[2:].split(" => ")
            self.edits.append((old, new))
        elif line.startswith("# "):
            self.headline = line[2:]
        elif self.headline:
            self.body.append(line)
        elif line.startswith("by "):
            self.authors = tuple(line[3:].split(", "))
        elif line == "missing":
            self.missing = True
        elif match := _COPY.fullmatch(line):
            self.copied = match["outlet"]
            self.copied_paragraphs = int(match["paragraphs"]) if match["paragraphs"] else None
        else:
            raise ValueError(f"an event file with the line {line!r}")

    def correction(self, body: tuple[str, ...]) -> tuple[Correction, ...]:
        if not self.edits and self.new_headline is None:
            return ()
        edited = body
        for old, new in self.edits:
            if not any(old in paragraph for paragraph in edited):
                raise ValueError(f"a correction of {old!r}, which is not in the report")
            edited = tuple(paragraph.replace(old, new) for paragraph in edited)
        return (Correction(self.new_headline, edited if self.edits else None),)


def read_events(folder: Path) -> Iterator[Event]:
    """Read all event files of a folder, in the order of their names.

    Raises ValueError for a line that is none of the above.
    """
    for path in sorted(folder.glob("*.txt")):
        for text in re.split(r"^(?=event )", path.read_text("utf-8"), flags=re.MULTILINE):
            if text.strip():
                yield _event([line.strip() for line in text.splitlines() if line.strip()])


def _event(lines: list[str]) -> Event:
    head: dict[str, str] = {}
    drafts: list[_Draft] = []
    for line in lines:
        if match := _START.fullmatch(line):
            drafts.append(_Draft(match["outlet"], int(match["amount"]) * _MINUTES[match["unit"]]))
        elif drafts:
            drafts[-1].take(line.replace("{day}", f"{{day:{head['began'].removesuffix('h')}}}"))
        else:
            word, _, rest = line.partition(" ")
            head[word] = rest
    began = float(head["began"].removesuffix("h"))
    reports: dict[str, Report] = {}
    for draft in drafts:
        report = _report(draft, head["event"], began, reports)
        reports[report.key] = report
    return Event(head["event"], head["about"], head.get("conflict"), tuple(reports.values()))


def _report(draft: _Draft, event: str, began: float, earlier: dict[str, Report]) -> Report:
    name = _name(event, draft.outlet, earlier)
    body, original = tuple(draft.body), None
    if draft.copied:
        original = next(
            report for report in reversed(earlier.values()) if report.outlet == draft.copied
        )
        body = original.body[: draft.copied_paragraphs] + body
    report = Report(
        outlet=draft.outlet,
        event=event,
        headline=draft.headline,
        body=body,
        hours_ago=began - draft.minutes / 60,
        authors=draft.authors,
        copy_of=original.key if original else None,
        missing=draft.missing,
        name=name,
    )
    return replace(report, corrections=draft.correction(body))


def _name(event: str, outlet: str, earlier: dict[str, Report]) -> str:
    told = sum(report.outlet == outlet for report in earlier.values())
    return f"{event}/{outlet}" + (f"/{told + 1}" if told else "")
