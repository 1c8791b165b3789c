"""Words of any language as the grouper compares them, and what they count and look back at."""
