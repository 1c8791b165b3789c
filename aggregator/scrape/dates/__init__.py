"""When a page was published and changed, in many languages and calendars."""
