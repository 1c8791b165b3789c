"""What readers are told: which changes are meant, and how they look on each way. Pure."""
