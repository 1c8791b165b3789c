"""What servers answered, kept byte for byte: WARC files, written, read and verified."""
