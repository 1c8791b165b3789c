"""Ground floor for text: hostile characters in, clean text and absolute addresses out."""
