"""Read a feed with the library `reader`; runs in the environment of the peers, without us.

Arguments: database, address. Prints what is new, changed and unread as JSON, then marks all read.
"""

import json
import sys

from reader import make_reader

database, address = sys.argv[1:]
with make_reader(database) as reader:
    reader.add_feed(address, exist_ok=True)
    updated = reader.update_feed(address)
    entries = list(reader.get_entries())
    print(  # noqa: T201 -- how the test hears of it
        json.dumps(
            {
                "new": updated.new if updated else 0,
                "modified": updated.modified if updated else 0,
                "entries": sorted(entry.id for entry in entries),
                "unread": sum(not entry.read for entry in entries),
            }
        )
    )
    for entry in entries:
        reader.mark_entry_as_read(entry)
