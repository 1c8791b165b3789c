"""The Google Reader interface, for reading only: readers that speak it subscribe to our stories.

Addresses are those of FreshRSS, so that readers which know its place need only the host:

    /api/greader.php/accounts/ClientLogin     login.py
    /api/greader.php/reader/api/0/...         calls.py, over asked.py and subscriptions.py
    /api/greader.php/reader/atom/STREAM       sends on to the merged feed

request -> asked (what it says) -> calls (what the store knows) -> rendering (as JSON)

Sources: https://github.com/FreshRSS/FreshRSS/blob/edge/p/api/greader.php for the addresses and the
form, https://github.com/mihaip/google-reader-api for what the parameters mean.
"""

from aggregator.publish.browse.reader_api.route import BASE_PATH, is_ours, reader_api

__all__ = ["BASE_PATH", "is_ours", "reader_api"]
