"""Wires the stages in their order: poll -> scrape -> group -> publish."""
