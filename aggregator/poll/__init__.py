"""First stage: bytes of a feed in, identified entries out; and when a feed is due again."""
