"""Whether an article belongs to a story: what is compared, the learned decision, its reasons."""
