"""Which of the user's conflicts an article is about, if any."""
