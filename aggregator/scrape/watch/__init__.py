"""What becomes of pages later: when they are looked at again, edits, sites that change."""
