"""One page in, one article out: parse, find the text and what is said about it, judge."""
