"""The one place where the version stands, beside pyproject.toml."""

__version__ = "0.1.0"
