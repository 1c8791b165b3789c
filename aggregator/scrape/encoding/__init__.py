"""Bytes into text: what encoding a page is in, whatever it says."""
