"""How long the grouper takes to begin anew with what it held.

    python -m bench.grouping_restart MEMBERS

MEMBERS has a line for each article of the window: a JSON list of the article as `generated_news`
prints it, its story, and the article of which it is a copy. Prints what it took as JSON; a process
of its own, so that the memory of the grouper that goes on is left alone. Reading from a database is
not part of it.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from aggregator.group.stories import Grouper
from aggregator.model import GroupInput
from aggregator.text.times import from_text
from bench.memory import resident_bytes


def article_of(fields: dict[str, Any]) -> GroupInput:
    """Return the article of a line of generated news."""
    return GroupInput(
        id=fields["id"],
        title=fields["title"],
        text=fields["text"],
        url=fields["url"],
        source=fields["source"],
        language=fields["lang"],
        published=from_text(fields["published"]) if fields["published"] else None,
    )


def main() -> None:
    """Restore a grouper and print seconds of processor time, memory and stories."""
    with Path(sys.argv[1]).open(encoding="utf-8") as lines:
        members = [(article_of(fields), *rest) for fields, *rest in map(json.loads, lines)]
    grouper = Grouper()
    before, began = resident_bytes(), time.process_time()
    grouper.restore(members)
    figures = {
        "seconds": time.process_time() - began,
        "resident_bytes": resident_bytes() - before,
        "held": len(grouper.window),
        "stories": len(grouper.window.stories),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
