"""The library `reader`, as it is used from a script.

python reader_poll.py DATABASE add URLS [--search]
python reader_poll.py DATABASE poll WORKERS
python reader_poll.py DATABASE find WORD
"""

import sys
from pathlib import Path

from reader import make_reader


def main() -> None:
    """Carry out one of the three orders."""
    database, order, argument, *flags = sys.argv[1:]
    reader = make_reader(database)
    if order == "add":
        for url in Path(argument).read_text(encoding="utf-8").split():
            reader.add_feed(url)
        if flags == ["--search"]:
            reader.enable_search()
    elif order == "poll":
        # Without this only feeds that are due are asked, and after one poll none is for an hour.
        reader.update_feeds(scheduled=False, workers=int(argument))
        if reader.is_search_enabled():
            reader.update_search()
    else:
        print(reader.search_entry_counts(argument).total)


if __name__ == "__main__":
    main()
