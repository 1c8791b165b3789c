"""On whom each report of a story depends: copies, credits, citations, publishers."""
