"""What kind of page it is, and whether its text may be kept."""
