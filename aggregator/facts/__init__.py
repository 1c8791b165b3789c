"""What stories assert that can be checked against reference works: where they happen."""
