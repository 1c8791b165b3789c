"""What readers get: the merged feed, and the pages that Datasette serves."""
