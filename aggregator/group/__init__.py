"""Group reports of the same event into stories, as they arrive."""
